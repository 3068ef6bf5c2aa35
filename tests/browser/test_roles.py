"""What crosses the wire for each role, and trying the roles of the simulated data."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, WebSocket

from tests.browser.driver import Server, until
from tests.browser.steps import calm, forgive_the_search_for_the_server, opened, pick, settle

PAGES = {
    "": "Ringkasan",
    "peta": "Peta cakupan",
    "jangkauan": "Jangkauan program",
    "tren": "Tren",
}
HOUSEHOLD = re.compile(rb"KK-\d{4}-\d{4}")
OTHERS = ("tindak_lanjut", "keluarga", "kualitas", "data")


def received(page: Page) -> list[bytes]:
    """Everything that the server sends over the page's sockets from now on."""
    frames: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda sent: frames.append(sent if isinstance(sent, bytes) else sent.encode()),
        )

    page.on("websocket", listen)
    return frames


@pytest.mark.parametrize("role", ["publik", "peninjau"])
def test_no_household_crosses_the_wire_to_an_outside_reader(
    role: str, server: Server, page: Page
) -> None:
    frames = received(page)
    for address, title in PAGES.items():
        opened(page, server, f"{address}?peran={role}", title)
        page.get_by_text("dibulatkan ke kelipatan 5").first.wait_for()
    for address in OTHERS:
        page.goto(f"{server.url}/{address}?peran={role}&keluarga=KK-2008-0001&status=never")
        page.wait_for_selector("h1")
        settle(page)
    sent = b"".join(frames)
    assert len(sent) > 50_000
    assert set(HOUSEHOLD.findall(sent)) <= {b"KK-2008-0001"}  # the address itself comes back
    forgive_the_search_for_the_server(page)


def test_a_camat_does_get_households(server: Server, page: Page) -> None:
    frames = received(page)
    opened(page, server, "tindak_lanjut", "Tindak lanjut")
    page.wait_for_timeout(1500)
    assert HOUSEHOLD.search(b"".join(frames))
    forgive_the_search_for_the_server(page)


def test_a_field_worker_gets_the_assigned_desa_only(server: Server, page: Page) -> None:
    frames = received(page)
    opened(page, server, "tindak_lanjut?peran=petugas", "Tindak lanjut")
    page.wait_for_timeout(1500)
    desa = {found[3:7] for found in HOUSEHOLD.findall(b"".join(frames))}
    assert desa == {b"2004", b"2005"}
    forgive_the_search_for_the_server(page)


def test_everybody_can_try_a_role_and_send_it(server: Server, page: Page) -> None:
    opened(page, server, "", "Ringkasan")
    menu = page.get_by_test_id("stSidebarNav")
    assert menu.get_by_text("Tindak lanjut").is_visible()
    pick(page, page.locator(".st-key-role_switch input"), "Publik dan panggung")
    page.get_by_text("dibulatkan ke kelipatan 5").first.wait_for()
    assert "peran=publik" in page.url
    assert menu.get_by_text("Tindak lanjut").count() == 0
    menu.get_by_text("Tren").click()
    page.get_by_role("heading", name="Tren", exact=True).wait_for()
    page.get_by_text("dibulatkan ke kelipatan 5").first.wait_for()
    assert "peran=publik" in page.url
    calm(page)
    pick(page, page.locator(".st-key-filter_bulan input"), 2)
    until(page, "location.search.includes('per=')")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_text("dibulatkan ke kelipatan 5").first.wait_for()
    other.close()
    forgive_the_search_for_the_server(page)
