"""Signing in through an identity provider: a real one (a mock of one) on this computer."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.store import Store
from tests.browser.driver import Server, new_page, start
from tests.browser.steps import settle
from tests.browser.test_login import PASSWORD, real_store, status_of, websocket_status
from ui.login import COOKIE

__all__ = ["real_store"]
pytestmark = pytest.mark.browser
SECRET = "a-secret-of-these-tests-that-is-long-enough-0123456789"
PEOPLE = (
    User(sub="known", claims={"email": "Camat@Example.org", "email_verified": True}),
    User(sub="unknown", claims={"email": "nobody@example.org", "email_verified": True}),
    User(sub="unverified", claims={"email": "camat@example.org", "email_verified": False}),
    User(sub="silent", claims={"email": "camat@example.org"}),
    User(sub="disabled", claims={"email": "lama@example.org", "email_verified": True}),
)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE) as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture(scope="module")
def server(
    real_store: Path, provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("oidc")
    shutil.copytree(real_store, folder / "store")
    accounts = Accounts(Store(folder / "store"))
    accounts.add("camat", Role.CAMAT, email="camat@example.org")
    accounts.add("lama", Role.PENINJAU, password=PASSWORD, email="lama@example.org")
    accounts.set_disabled("lama", True)
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{SECRET}"

[auth.kabupaten]
label = "Akun Kabupaten"
client_id = "perut"
client_secret = "perut"
server_metadata_url = "{provider}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    yield from start(folder / "store", folder, {"secrets.files": str(secrets)})


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Not the strict one: the provider's own pages are not ours to look at."""
    page = new_page(browser)
    yield page
    page.context.close()


def come_by(page: Page, server: Server, who: str) -> None:
    page.goto(f"{server.url}/login")
    page.get_by_role("link", name="Masuk dengan Akun Kabupaten").click()
    page.locator(f'button[name="sub"][value="{who}"]').first.click()


def test_a_known_person_comes_in_and_can_be_put_out(server: Server, page: Page) -> None:
    come_by(page, server, "known")
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)
    names = {cookie["name"] for cookie in page.context.cookies(server.url)}
    assert COOKIE in names
    assert not [name for name in names if name.startswith("_streamlit_user")]
    expect(page.get_by_text("camat", exact=False).first).to_be_visible()
    assert page.get_by_role("link", name="Ganti kata sandi").count() == 0
    (session,) = Accounts(Store(server.store)).active_sessions("camat")
    assert session.via == "oidc"
    assert Accounts(Store(server.store)).revoke(name="camat") == 1
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Tren", exact=True).click()
    expect(page.get_by_role("link", name="Masuk", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Masuk")).to_be_visible()


@pytest.mark.parametrize("who", ["unknown", "unverified", "silent", "disabled"])
def test_anybody_else_is_told_so_and_sees_nothing(server: Server, page: Page, who: str) -> None:
    come_by(page, server, who)
    expect(page.get_by_role("alert")).to_contain_text("Belum ada akun")
    names = {cookie["name"] for cookie in page.context.cookies(server.url)}
    assert not [name for name in names if name.startswith((COOKIE, "_streamlit_user"))]
    page.goto(f"{server.url}/keluarga")
    expect(page.get_by_role("heading", level=1, name="Masuk")).to_be_visible()


def test_the_cookie_of_a_provider_opens_nothing_by_itself(server: Server) -> None:
    """Neither a forged one nor an old one that was signed here."""
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    def cookie(secret: str, issued: float) -> str:
        person = {
            "email": "camat@example.org",
            "email_verified": True,
            "is_logged_in": True,
            "origin": server.url,
            "iat": issued,
        }
        value = create_signed_value(secret, "_streamlit_user", json.dumps(person)).decode()
        return f"_streamlit_user={value}"

    for sent in (cookie("x" * 40, time.time()), cookie(SECRET, time.time() - 3600)):
        assert websocket_status(server, sent) == 403
        assert status_of(f"{server.url}/media/x", sent) == 401
        assert status_of(f"{server.url}/login/oidc/selesai", sent) == 403
    fresh = cookie(SECRET, time.time())
    assert websocket_status(server, fresh) == 403
    assert status_of(f"{server.url}/media/x", fresh) == 401
