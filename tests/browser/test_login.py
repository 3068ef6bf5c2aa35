"""Real data in a real browser: who is not signed in sees nothing of it, by whatever door."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.config import load_rules
from tests.browser.driver import (
    ROOT,
    Server,
    close_page,
    forgive_refusals,
    new_page,
    requests_of,
    start,
)
from tests.browser.steps import forgive_the_search_for_the_server, go, settle
from tests.browser.test_accessible import violations
from ui.login import COOKIE

if TYPE_CHECKING:
    from analytics.simulate import DemoFiles

pytestmark = pytest.mark.browser
PASSWORD, OTHER = "kuda hijau terbang malam", "sungai tua memeluk batu"
HOUSEHOLD = "KK-2"
"""How the ids of households in the files begin."""


@pytest.fixture(scope="module")
def real_store(demo_files: DemoFiles, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo files, imported as if they were real."""
    from analytics.ingest import import_files
    from analytics.store import Store

    store = Store(tmp_path_factory.mktemp("real") / "store")
    import_files(store, demo_files.paths, simulated=False, today=date(2025, 12, 15))
    return store.folder


@pytest.fixture
def accounts(real_store: Path, tmp_path: Path) -> Accounts:
    from analytics.store import Store

    shutil.copytree(real_store, tmp_path / "store")
    made = Accounts(Store(tmp_path / "store"))
    made.add("camat", Role.CAMAT, password=PASSWORD)
    return made


@pytest.fixture
def server(accounts: Accounts, tmp_path: Path) -> Iterator[Server]:
    yield from start(tmp_path / "store", tmp_path)


def user(server: Server, *arguments: str) -> str:
    command = [sys.executable, "-m", "analytics", "user", *arguments]
    environment = {**os.environ, "PERUT_STORE": str(server.store)}
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return answer.stdout


def log_in(page: Page, name: str = "camat", password: str = PASSWORD) -> None:
    page.get_by_label("Nama akun").fill(name)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk", exact=True).click()


def status_of(url: str, cookies: str = "") -> int:
    try:
        with urlopen(Request(url, headers={"Cookie": cookies}), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


def websocket_status(server: Server, cookies: str = "", origin: str | None = None) -> int:
    """101 when the stream opens, else how it was refused."""
    url = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    headers = {"Cookie": cookies} if cookies else None
    sent = Origin(origin or server.url)
    try:
        with connect(url, additional_headers=headers, origin=sent, subprotocols=None):
            return 101
    except InvalidStatus as refused:
        return int(refused.response.status_code)


def test_a_day_with_an_account(server: Server, page: Page, tmp_path: Path) -> None:
    page.goto(f"{server.url}/tindak_lanjut?desa=63.11.03.2008&per=2025-12-15")
    expect(page.get_by_role("heading", level=1, name="Masuk")).to_be_visible()
    assert not [a for a in requests_of(page) if "/static/js" in a or a.startswith("ws")]
    assert websocket_status(server) == 403

    log_in(page)
    expect(page.get_by_role("heading", level=1, name="Tindak lanjut")).to_be_visible()
    settle(page)
    assert "desa=63.11.03.2008" in page.url
    (cookie,) = (c for c in page.context.cookies() if c["name"] == COOKIE)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert page.evaluate("document.cookie").find(cookie["value"]) == -1
    sent = f"{COOKIE}={cookie['value']}"
    assert websocket_status(server, sent) == 101
    assert websocket_status(server, sent, "http://evil.test") == 403
    assert websocket_status(server, f"{COOKIE}=x{cookie['value'][1:]}") == 403

    page.reload()
    expect(page.get_by_role("heading", level=1, name="Tindak lanjut")).to_be_visible()
    settle(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Seluruh daftar sebagai workbook").click()
    file = coming.value.url
    assert urlsplit(file).path.startswith("/media/")
    assert status_of(file, sent) == 200
    assert status_of(file) == 401

    assert "camat" in user(server, "sessions")
    assert "1 sesi" in user(server, "revoke", "camat")
    assert status_of(file, sent) == 401
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Keluarga", exact=True).click()
    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    assert HOUSEHOLD not in page.inner_text("body")
    page.get_by_role("link", name="Masuk", exact=True).click()
    log_in(page)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)

    page.get_by_role("link", name="Keluar", exact=True).click()
    page.get_by_role("button", name="Keluar", exact=True).click()
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    page.goto(f"{server.url}/keluarga")
    expect(page.get_by_role("heading", level=1, name="Masuk")).to_be_visible()
    assert COOKIE not in {c["name"] for c in page.context.cookies()}
    forgive_the_search_for_the_server(page)
    forgive_refusals(page)


def test_a_new_account_chooses_a_password_before_it_sees_anything(
    server: Server, browser: Browser
) -> None:
    told = user(server, "add", "bupe", "--role", "peninjau")
    (once,) = (line.split(": ")[1] for line in told.splitlines() if "sekali pakai" in line)
    phone = new_page(browser, viewport={"width": 390, "height": 800}, color_scheme="dark")
    phone.goto(server.url)
    log_in(phone, "bupe", once)
    expect(phone.get_by_text("Buat kata sandi sendiri")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.goto(f"{server.url}/keluarga")
    assert urlsplit(phone.url).path == "/sandi"
    phone.get_by_label("Kata sandi sekarang").fill(once)
    phone.get_by_label("Kata sandi baru", exact=True).fill(OTHER)
    phone.get_by_label("Kata sandi baru sekali lagi").fill(OTHER)
    phone.get_by_role("button", name="Ganti kata sandi").click()
    expect(phone.get_by_text("Kata sandi sudah diganti")).to_be_visible()
    phone.get_by_role("link", name="Ke dasbor").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    settle(phone)
    assert HOUSEHOLD not in phone.inner_text("body")
    close_page(phone)


def test_wrong_passwords_wait_and_a_disabled_account_stays_out(server: Server, page: Page) -> None:
    page.goto(server.url)
    for _attempt in range(load_rules().access.failures_per_account):
        log_in(page, "camat", "salah sekali")
        expect(page.get_by_role("alert")).to_contain_text("tidak tepat")
    log_in(page)
    expect(page.get_by_role("alert")).to_contain_text("Terlalu banyak")
    user(server, "enable", "camat")  # forgets the failures
    user(server, "disable", "camat")
    log_in(page)
    expect(page.get_by_role("alert")).to_contain_text("tidak tepat")
    user(server, "enable", "camat")
    log_in(page)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)
    forgive_refusals(page)


def test_an_account_that_is_disabled_while_it_reads_is_out_at_the_next_click(
    server: Server, page: Page
) -> None:
    page.goto(server.url)
    log_in(page)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)
    user(server, "disable", "camat")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Tren", exact=True).click()
    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    forgive_refusals(page)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 390)])
def test_the_forms_meet_aa(server: Server, browser: Browser, scheme: str, width: int) -> None:
    page = new_page(browser, viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(f"{server.url}/login")
    assert violations(page) == []
    log_in(page, "camat", "salah sekali")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    log_in(page)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    for address in ("sandi", "logout"):
        page.goto(f"{server.url}/{address}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    forgive_refusals(page)
    close_page(page)


def test_without_accounts_this_computer_sees_the_data_and_a_notice(
    real_store: Path, tmp_path: Path, page: Page
) -> None:
    shutil.copytree(real_store, tmp_path / "store")
    for server in start(tmp_path / "store", tmp_path):
        page.goto(f"{server.url}/ringkasan")
        expect(page.get_by_text("user add NAM").first).to_be_visible()
        settle(page)
        go(page, "Data")
        forwarded = Request(server.url, headers={"X-Forwarded-For": "192.0.2.1"})
        with pytest.raises(HTTPError, match="403"):
            urlopen(forwarded, timeout=10)
        forgive_the_search_for_the_server(page)
