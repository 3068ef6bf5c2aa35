"""What people do in the dashboard, as steps that the browser stories are told in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Server, errors_of, requests_of, until

SETTLED = (
    "!document.querySelector('[data-testid=stStatusWidget]')"
    " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
)


def settle(page: Page) -> None:
    """Wait until nothing is being computed."""
    until(page, SETTLED)


def go(page: Page, name: str) -> None:
    """Follow the navigation to a page and wait until it is there."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
    settle(page)


def download(page: Page, button: Locator, folder: Path) -> Path:
    """Click a download button; the file that came."""
    with page.expect_download() as coming:
        button.click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def click_row(page: Page, table: Locator, row: int = 0) -> None:
    """Click into a row of a table (0 = the first under the header)."""
    table.scroll_into_view_if_needed()
    settle(page)
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 22, box["y"] + 35 * (row + 1) + 17)


def forgive_the_search_for_the_server(page: Page) -> None:
    """Streamlit first looks for its server below the page's address: two 404, then the root."""
    missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    tried = [a for a in requests_of(page) if "/_stcore/h" in a and urlsplit(a).path.count("/") > 2]
    for _attempt in tried:
        if missing in errors_of(page):
            errors_of(page).remove(missing)


def opened(page: Page, server: Server, address: str, title: str) -> None:
    page.goto(f"{server.url}/{address}")
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    settle(page)
    until(page, "!document.querySelector('.js-plotly-plot:empty')")
