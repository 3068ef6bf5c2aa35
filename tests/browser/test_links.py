"""Tabs in the address: clicked, reloaded, in the other language, and back and forward."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, assert_only_localhost
from tests.browser.steps import calm, forgive_the_search_for_the_server, opened

pytestmark = pytest.mark.browser


def expect_tab(page: Page, name: str, asked: str | None) -> None:
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    calm(page)
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    assert parse_qs(urlsplit(page.url).query).get("lihat", [None])[0] == asked


def test_the_open_tab_in_the_address(server: Server, page: Page) -> None:
    opened(page, server, "hambatan?lihat=Pelajaran&bahasa=en", "Barriers")
    expect_tab(page, "Lessons", "Pelajaran")
    expect(page.get_by_label("Search in category")).to_be_visible()
    opened(page, server, "hambatan?lihat=Lessons", "Hambatan")
    expect_tab(page, "Pelajaran", "Lessons")

    page.get_by_role("tab", name="Arus", exact=True).click()
    expect_tab(page, "Arus", "Arus")
    page.get_by_role("tab", name="Rapat koordinasi", exact=True).click()
    expect_tab(page, "Rapat koordinasi", "Rapat koordinasi")
    page.get_by_role("tab", name="Masih terbuka", exact=True).click()
    expect_tab(page, "Masih terbuka", None)

    page.go_back()
    expect_tab(page, "Rapat koordinasi", "Rapat koordinasi")
    page.go_back()
    expect_tab(page, "Arus", "Arus")
    page.go_forward()
    expect_tab(page, "Rapat koordinasi", "Rapat koordinasi")
    page.reload()
    expect_tab(page, "Rapat koordinasi", "Rapat koordinasi")

    page.get_by_role("radio", name="English").click()
    expect_tab(page, "Coordination meeting", "Rapat koordinasi")
    page.get_by_role("tab", name="Flow", exact=True).click()
    expect_tab(page, "Flow", "Arus")
    forgive_the_search_for_the_server(page)
    assert_only_localhost(page)
