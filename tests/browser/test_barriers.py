"""A barrier is chosen by a click on its row, solved with a known solution, and recorded."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, assert_only_localhost
from tests.browser.steps import (
    calm,
    click_row,
    forgive_the_search_for_the_server,
    opened,
    pick,
)

pytestmark = pytest.mark.browser


def test_from_a_row_of_the_list_to_a_recorded_solution(server: Server, page: Page) -> None:
    opened(page, server, "hambatan", "Hambatan")
    table = page.get_by_role("region", name=re.compile("^Hambatan terbuka, tabel dengan"))
    chosen = page.get_by_label("Hambatan yang mana")
    seen = set()
    for row in (2, 5):
        click_row(page, table, row)
        calm(page)
        expect(chosen).to_be_visible()
        expect(page.get_by_text("Catat status hambatan")).to_be_in_viewport()
        seen.add(chosen.input_value())
    assert len(seen) == 2

    pick(page, page.get_by_label("Status baru"), "Selesai")
    calm(page)
    page.get_by_role("button", name="Periksa dan catat").click()
    calm(page)
    expect(page.get_by_text("Tanpa solusi? Pelajaran untuk desa lain hilang.")).to_be_visible()
    expect(page.get_by_role("button", name="Catat tanpa solusi")).to_be_visible()
    page.locator(".st-key-record_lessons").get_by_role("button").first.click()
    calm(page)
    expect(page.get_by_role("textbox", name="Solusi (bila selesai)")).not_to_have_value("")
    page.get_by_role("button", name="Periksa dan catat").click()
    expect(page.get_by_text(re.compile(r"Dicatat: H-\d+ selesai sejak"))).to_be_in_viewport()
    calm(page)
    forgive_the_search_for_the_server(page)
    assert_only_localhost(page)
