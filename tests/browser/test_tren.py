"""The run charts in a real browser: the small ones are buttons, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Server, assert_only_localhost, close_page, new_page
from tests.browser.steps import forgive_the_search_for_the_server, settle

pytestmark = pytest.mark.browser
DESA, OTHER = "63.11.03.2008", "63.11.03.2013"


def open_trend(page: Page, server: Server, choice: str = "ukuran=kunjungan") -> None:
    page.goto(f"{server.url}/tren?{choice}")
    page.locator("button.cell").nth(22).wait_for()
    settle(page)


def test_a_small_chart_opens_the_large_one(server: Server, page: Page) -> None:
    open_trend(page, server)
    expect(page.locator("button.cell")).to_have_count(23)
    page.locator(f"button.cell[data-code='{DESA}']").click()
    expect(page.get_by_role("heading", name="Kunjungan per bulan: Pudak")).to_be_in_viewport()
    assert f"pilih={DESA}" in page.url
    expect(page.locator("button.cell[aria-pressed=true]")).to_have_attribute("data-code", DESA)

    # by keyboard, and the focus stays where it was
    other = page.locator(f"button.cell[data-code='{OTHER}']")
    other.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Kunjungan per bulan: Tundi")).to_be_visible()
    expect(other).to_be_focused()
    forgive_the_search_for_the_server(page)
    assert_only_localhost(page)


def test_all_desa_are_on_one_screen_of_an_office_laptop(server: Server, page: Page) -> None:
    open_trend(page, server)
    boxes = [cell.bounding_box() for cell in page.locator("button.cell").all()]
    known = [box for box in boxes if box]
    assert len(known) == 23
    height = max(box["y"] + box["height"] for box in known) - min(box["y"] for box in known)
    assert height < 500
    forgive_the_search_for_the_server(page)


def test_a_phone_has_two_columns_and_nothing_sticks_out(server: Server, browser: Browser) -> None:
    page = new_page(browser, viewport={"width": 390, "height": 844})
    open_trend(page, server)
    boxes = [cell.bounding_box() for cell in page.locator("button.cell").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    labels = page.locator(".js-plotly-plot .annotation-text", has_text=re.compile("Ramadan|Batas"))
    for label in labels.all():
        box = label.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    forgive_the_search_for_the_server(page)
    close_page(page)
