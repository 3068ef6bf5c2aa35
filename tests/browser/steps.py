"""What people do in the dashboard, as steps that the browser stories are told in."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.driver import Server, errors_of, requests_of, until

SETTLED = (
    # A click asks for a run at once; that it runs is shown a moment later.
    "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    " && !document.querySelector('[data-testid=stStatusWidget]')"
    " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CALM_CHECKS = 3
CALM_MS = 100


def settle(page: Page) -> None:
    """Wait until nothing is being computed."""
    until(page, SETTLED)


def calm(page: Page) -> None:
    """Wait until nothing has been computed for a while: a page may start anew by itself."""
    quiet = 0
    while quiet < CALM_CHECKS:
        settle(page)
        page.wait_for_timeout(CALM_MS)
        quiet = quiet + 1 if page.evaluate(SETTLED) else 0


def pick(page: Page, box: Locator, name: str | re.Pattern[str] | int) -> None:
    """Choose from a list by its name or its place; a rerun may close the list: open it again."""
    options = page.get_by_role("option")
    option = options.nth(name) if isinstance(name, int) else options.filter(has_text=name).first
    for _attempt in range(5):
        box.press("ArrowDown")
        try:
            option.click(timeout=5_000)
        except TimeoutError:
            page.keyboard.press("Escape")
            continue
        return
    raise AssertionError(f"the list never offered {name!r}")


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


def import_workbook(page: Page, name: str, content: bytes) -> None:
    """Bring a workbook in on the page Data, beside the simulated data; the file is there first."""
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": XLSX, "buffer": content}
    )
    expect(page.get_by_text(name, exact=True).first).to_be_visible()
    settle(page)
    page.get_by_text("Tambahkan ke data simulasi").click()
    expect(
        page.get_by_role("radio", name=re.compile("^Tambahkan ke data simulasi"))
    ).to_be_checked()
    settle(page)
    page.get_by_role("button", name="Impor", exact=True).click()


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
    calm(page)
    until(page, "!document.querySelector('.js-plotly-plot:empty')")
