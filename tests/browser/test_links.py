"""Tabs in the address: clicked, reloaded, in the other language, and back and forward."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

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


def test_a_second_click_before_the_answer_to_the_first(server: Server, page: Page) -> None:
    """Answers are held back, as on a slow computer: the second click knows the old address only."""
    held: list[bytes | str] = []
    holding = False
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        dashboard = socket.connect_to_server()
        socket.on_message(dashboard.send)
        dashboard.on_message(lambda each: held.append(each) if holding else socket.send(each))

    page.route_web_socket("**/_stcore/stream", between)
    opened(page, server, "tindak_lanjut", "Tindak lanjut")
    holding = True
    page.get_by_role("tab", name="Beban kerja", exact=True).click()
    page.wait_for_timeout(1_500)
    page.locator(".st-key-filter_periode").get_by_text("Triwulan").click()
    page.wait_for_timeout(1_500)
    holding = False
    assert held
    for each in held:
        sockets[-1].send(each)
    expect_tab(page, "Beban kerja", "Beban kerja")
    expect(page.get_by_role("heading", name="Bagian keluarga yang tepat waktu")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["jendela"] == ["triwulan"]
    forgive_the_search_for_the_server(page)


def test_the_first_visitor_sees_the_pages_by_their_names(empty_server: Server, page: Page) -> None:
    """Not by those of their files, as Streamlit would name them before the dashboard spoke."""
    page.add_init_script(
        """window.named = new Set();
        new MutationObserver(() => document.querySelectorAll('[data-testid=stSidebarNav] a')
          .forEach((link) => window.named.add(link.textContent.trim())))
          .observe(document, {subtree: true, childList: true, characterData: true});"""
    )
    opened(page, empty_server, "", "Ringkasan")
    named: list[str] = page.evaluate("[...window.named]")
    assert any("Peta cakupan" in name for name in named)
    assert not [name for name in named if "dashboard" in name or "tindak lanjut" in name]
    forgive_the_search_for_the_server(page)
