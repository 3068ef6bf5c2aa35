"""The door and the forms, asked over HTTP without a browser: what is refused, and how.

Streamlit's part is played by a stand-in; tests/browser/test_login.py has the real one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.config import load_rules
from tests.access.people import BETTER, GOOD, quick_hashes
from ui import taken
from ui.door import host_known
from ui.login import COOKIE
from ui.login_forms import FORM_COOKIE
from ui.login_routes import safe_address
from ui.server import middleware, routes

if TYPE_CHECKING:
    from analytics.store import Store

RULES = load_rules().access
OWN = "http://127.0.0.1:8501"
HTML = {"accept": "text/html,application/xhtml+xml"}
SECRET = "names of households"
STREAM = "ws://127.0.0.1:8501/_stcore/stream"
Client = Callable[..., TestClient]


async def _secret(request: Request) -> PlainTextResponse:
    if request.url.path == "/broken":
        raise RuntimeError("a detail that nobody should read")
    return PlainTextResponse(SECRET)


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(SECRET)
    await socket.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


@pytest.fixture
def client(fresh_store: Store, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody with a browser (or another program), on this computer unless told otherwise."""
    monkeypatch.setenv("PERUT_STORE", str(fresh_store.folder))
    methods = ["GET", "POST", "PUT", "DELETE"]
    own = [
        *routes(),
        WebSocketRoute("/_stcore/stream", _stream),
        Route("/{path:path}", _secret, methods=methods),
    ]
    app = Starlette(routes=own, middleware=middleware())

    def made(peer: str = "127.0.0.1", base: str = OWN) -> TestClient:
        return TestClient(app, base_url=base, client=(peer, 50000), follow_redirects=False)

    return made


@pytest.fixture
def accounts(fresh_store: Store) -> Accounts:
    made = Accounts(fresh_store)
    made.add("camat", Role.CAMAT, password=GOOD)
    made.add("bupe", Role.PENINJAU, password=GOOD)
    return made


def form_of(answer: httpx.Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def log_in(
    client: TestClient, name: str = "camat", password: str = GOOD, query: str = ""
) -> httpx.Response:
    form = form_of(client.get("/login"))
    data = {"form": form, "name": name, "password": password}
    return client.post(f"/login{query}", data=data, headers={"origin": str(client.base_url)})


# -- who is let in ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/", "/keluarga?keluarga=KK-1", "/media/abc.xlsx", "/_stcore/anything", "/healthz", "/x/y"],
)
def test_nobody_sees_anything_before_signing_in(
    client: Client, accounts: Accounts, path: str
) -> None:
    for headers in (HTML, {}):
        answer = client().get(path, headers=headers)
        assert SECRET not in answer.text
        assert answer.status_code == (303 if headers else 401)
    assert log_in(browser := client()).status_code == 303
    assert browser.get(path).text == SECRET


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_sends_anything_before_signing_in(
    client: Client, accounts: Accounts, method: str
) -> None:
    answer = getattr(client(), method)("/_stcore/upload_file/s/f", headers=HTML)
    assert answer.status_code == 401


def test_the_websocket_wants_a_session_too(client: Client, accounts: Accounts) -> None:
    browser = client()
    for cookies in ({}, {COOKIE: "made-up"}):
        browser.cookies = httpx.Cookies(cookies)
        with pytest.raises(WebSocketDisconnect), browser.websocket_connect(STREAM):
            pass
    browser.cookies = httpx.Cookies()
    log_in(browser)
    with browser.websocket_connect(STREAM) as socket:
        assert socket.receive_text() == SECRET


def test_only_who_administers_brings_files(client: Client, accounts: Accounts) -> None:
    reviewer, camat = client(), client()
    log_in(reviewer, "bupe")
    log_in(camat)
    assert reviewer.put("/_stcore/upload_file/s/f").status_code == 403
    assert camat.put("/_stcore/upload_file/s/f").status_code == 200


def test_a_file_that_was_made_for_one_account_is_not_for_another(
    client: Client, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"a.xlsx": b"names for the camat", "b.xlsx": b"nobody knows whose"}
    monkeypatch.setattr(taken, "_to_download", kept.get)
    taken.made_for("camat", "camat", kept["a.xlsx"])
    reviewer, camat = client(), client()
    log_in(reviewer, "bupe")
    log_in(camat)
    assert camat.get("/media/a.xlsx").status_code == 200
    assert reviewer.get("/media/a.xlsx").status_code == 404
    assert camat.get("/media/b.xlsx").status_code == 404
    assert reviewer.get("/media/logo.png").status_code == 200  # no file of a download button


def test_whoever_is_signed_out_by_the_admin_is_out_at_the_next_request(
    client: Client, accounts: Accounts
) -> None:
    browser = client()
    log_in(browser)
    assert browser.get("/").status_code == 200
    accounts.revoke(name="camat")
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize(
    ("peer", "headers", "served"),
    [
        ("127.0.0.1", {}, True),
        ("127.8.9.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.168.1.20", {}, False),
        ("8.8.8.8", {}, False),
        ("::ffff:192.168.1.20", {}, False),
        ("fe80::1", {}, False),
        ("", {}, False),
        ("192.168.1.20", {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"x-forwarded-for": "192.168.1.20"}, False),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, False),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, False),
    ],
)
def test_real_data_without_accounts_is_for_this_computer_only(
    client: Client, peer: str, headers: dict[str, str], served: bool
) -> None:
    answer = client(peer).get("/", headers={**HTML, **headers})
    assert (answer.status_code, SECRET in answer.text) == ((200, True) if served else (403, False))
    if not served:
        assert "user add" in answer.text
        assert client(peer).get("/media/x", headers=headers).status_code == 403
        with (
            pytest.raises(WebSocketDisconnect),
            client(peer).websocket_connect(STREAM, headers=headers),
        ):
            pass


def test_simulated_data_is_for_everybody(
    client: Client, demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "copy")
    monkeypatch.setenv("PERUT_STORE", str(tmp_path / "copy"))
    assert client("192.168.1.20").get("/").text == SECRET
    for manifest in (tmp_path / "copy" / "versions").glob("v00002*.json"):
        manifest.write_text("damaged", encoding="utf-8")
    assert client("192.168.1.20").get("/").status_code == 403  # could be anything: real, then


def test_a_store_with_one_real_version_is_real(
    client: Client, demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else rolling back to the simulated data would open the real versions to everybody."""
    shutil.copytree(demo_store.folder, tmp_path / "copy")
    monkeypatch.setenv("PERUT_STORE", str(tmp_path / "copy"))
    newest = next((tmp_path / "copy" / "versions").glob("v00002*.json"))
    text = newest.read_text(encoding="utf-8")
    real = newest.with_name("v00003-aaaaaa.json")
    real.write_text(
        text.replace(newest.stem, real.stem).replace('"simulated": true', '"simulated": false'),
        encoding="utf-8",
    )
    assert client("192.168.1.20").get("/").status_code == 403


# -- requests from elsewhere -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:8501", True),
        ("localhost", True),
        ("LOCALHOST:1", True),
        ("[::1]:8501", True),
        ("perut.balangan.test", True),
        ("evil.test", False),
        ("127.0.0.1.evil.test", False),
        ("evil.test/127.0.0.1", False),
        ("user@127.0.0.1", False),
        ("127.0.0.1:port", False),
        ("192.168.1.5", False),
        ("", False),
        (None, False),
    ],
)
def test_only_known_hosts_are_answered(
    host: str | None, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERUT_HOSTS", " perut.balangan.test ,")
    assert host_known(host) is known


@given(st.text(max_size=60))
def test_no_host_header_breaks_the_check(host: str) -> None:
    assert host_known(host) in (True, False)


def test_a_rebound_name_gets_nothing(client: Client) -> None:
    for path in ("/", "/login", "/app/static/logo.svg", "/_stcore/health"):
        answer = client(base="http://evil.test").get(path, headers=HTML)
        assert answer.status_code == 421
        assert SECRET not in answer.text


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1:8502", "x"])
def test_pages_of_other_sites_open_and_send_nothing(client: Client, origin: str) -> None:
    headers = {"origin": origin}
    assert client().put("/_stcore/upload_file/s/f", headers=headers).status_code == 403
    assert client().post("/login", headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        client().websocket_connect(STREAM, headers=headers),
    ):
        pass
    with client().websocket_connect(STREAM, headers={"origin": OWN}) as socket:
        assert socket.receive_text() == SECRET


def test_what_streamlit_has_and_nobody_needs_is_not_there(client: Client) -> None:
    for path in (
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/component/x/y",
    ):
        assert client().get(path).status_code == 404


def test_every_answer_carries_the_headers_errors_too(client: Client, accounts: Accounts) -> None:
    browser = client()
    log_in(browser)
    answers = [
        client().get("/login"),
        client().get("/", headers=HTML),
        client().get("/media/x"),
        client().get("/_stcore/metrics"),
        client(base="http://evil.test").get("/"),
        browser.get("/media/x"),
        browser.get("/broken"),
    ]
    assert [answer.status_code for answer in answers] == [200, 303, 401, 404, 421, 200, 500]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "http:" not in policy
        assert "https:" not in policy
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
        assert "strict-transport-security" not in answer.headers
    assert "detail" not in answers[-1].text
    secure = client(base="https://127.0.0.1").get("/login")
    assert secure.headers["strict-transport-security"]


# -- forms -----------------------------------------------------------------------------------


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_have(
    client: Client, accounts: Accounts
) -> None:
    browser = client()
    answer = log_in(browser, query="?lanjut=%2Fkeluarga%3Fdesa%3D63.11.03.2008")
    assert answer.headers["location"] == "/keluarga?desa=63.11.03.2008"
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert flags == {"httponly", "path=/", "samesite=lax"}  # no Domain: this host only
    secure = log_in(client(base="https://127.0.0.1"))
    cookie = next(c for c in secure.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "; secure" in cookie.lower()


def test_a_session_that_was_brought_along_is_not_the_one_that_is_opened(
    client: Client, accounts: Accounts
) -> None:
    browser = client()
    browser.cookies.set(COOKIE, "planted-by-somebody-else", domain="127.0.0.1")
    log_in(browser)
    token = next(c.value for c in browser.cookies.jar if c.name == COOKIE and c.value)
    assert token != "planted-by-somebody-else"
    assert accounts.signed_in("planted-by-somebody-else") is None


def test_signing_in_again_ends_the_session_before(client: Client, accounts: Accounts) -> None:
    browser = client()
    log_in(browser)
    first = browser.cookies[COOKIE]
    form = browser.cookies.get(FORM_COOKIE) or "x" * 43
    browser.cookies.set(FORM_COOKIE, form, domain="127.0.0.1")
    data = {"form": form, "name": "bupe", "password": GOOD}
    assert browser.post("/login", data=data).status_code == 303
    assert accounts.signed_in(first) is None


def test_unknown_and_wrong_get_the_same_page(client: Client, accounts: Accounts) -> None:
    texts = set()
    for name, password in (("camat", "wrong"), ("nobody", "wrong"), ("<b>x</b>", "'--")):
        answer = log_in(client(), name, password)
        assert answer.status_code == 401
        assert not any(c.startswith(COOKIE) for c in answer.headers.get_list("set-cookie"))
        assert "<b>x" not in answer.text
        texts.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(texts) == 1


def test_too_many_failures_wait(client: Client, accounts: Accounts) -> None:
    for _attempt in range(RULES.failures_per_account):
        assert log_in(client(), "camat", "wrong").status_code == 401
    answer = log_in(client())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= RULES.wait_seconds
    assert "Terlalu banyak" in answer.text


def test_a_made_up_address_of_the_sender_does_not_help(client: Client, accounts: Accounts) -> None:
    """Everything that says it was forwarded counts as one, unless a proxy is ours."""
    for number in range(RULES.failures_per_address):
        browser = client()
        browser.headers["x-forwarded-for"] = f"192.0.2.{number}"
        assert log_in(browser, f"name{number}", "wrong").status_code == 401
    browser = client()
    browser.headers["x-forwarded-for"] = "192.0.2.250"
    assert log_in(browser).status_code == 429
    assert log_in(client()).status_code == 303  # who comes directly is not kept out by that


def test_a_login_that_cannot_be_logged_is_no_login(
    client: Client, accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.store.audit import Audit
    from analytics.store.errors import AuditUnwritable

    def full(self: Audit, event: str, **_more: object) -> None:
        raise AuditUnwritable("no space left")

    monkeypatch.setattr(Audit, "record", full)
    answer = log_in(client())
    assert answer.status_code == 503
    assert "no space left" in answer.text
    assert accounts.active_sessions() == []


@pytest.mark.parametrize("path", ["/login", "/logout", "/sandi"])
def test_a_form_that_was_not_made_for_this_browser_does_nothing(
    client: Client, accounts: Accounts, path: str
) -> None:
    browser = client()
    if path == "/login":
        browser.get("/login")
    else:
        log_in(browser)
    data = {"name": "camat", "password": GOOD, "old": GOOD, "new": BETTER, "again": BETTER}
    for form in ({}, {"form": ""}, {"form": "x" * 43}, {"form": "é" * 20}):
        assert browser.post(path, data={**data, **form}).status_code == 400
    huge = {**data, "form": "x" * 20_000}
    assert browser.post(path, data=huge).status_code == 400
    assert browser.post(path, json=data).status_code == 400
    if path != "/login":
        assert accounts.signed_in(browser.cookies[COOKIE])
        assert accounts.sign_in("camat", GOOD, "192.0.2.9")


def test_signing_out_takes_a_form_and_ends_the_session(client: Client, accounts: Accounts) -> None:
    browser = client()
    log_in(browser)
    token = browser.cookies[COOKIE]
    page = browser.get("/logout")
    assert accounts.signed_in(token)  # a link or a picture does not sign out
    assert browser.post("/logout", data={"form": form_of(page)}).status_code == 200
    assert accounts.signed_in(token) is None
    assert browser.get("/").status_code == 401


def test_a_one_time_password_leads_to_the_form_and_nowhere_else(
    client: Client, accounts: Accounts
) -> None:
    made = accounts.add("baru", Role.PENINJAU)
    assert made
    browser = client()
    assert log_in(browser, "baru", made).headers["location"] == "/sandi"
    assert browser.get("/", headers=HTML).headers["location"] == "/sandi"
    assert browser.get("/media/x").status_code == 401
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(STREAM):
        pass
    form = form_of(browser.get("/sandi"))
    base = {"form": form, "old": made}
    for new, again, status in (
        (BETTER, "other", 400),
        ("short", "short", 400),
        (made, made, 400),
        (BETTER, BETTER, 200),
    ):
        answer = browser.post("/sandi", data={**base, "new": new, "again": again})
        assert answer.status_code == status
    assert browser.get("/").text == SECRET


def test_the_pages_speak_both_languages(client: Client, accounts: Accounts) -> None:
    assert '<html lang="id">' in client().get("/login").text
    english = client().get("/login?bahasa=en").text
    assert '<html lang="en">' in english
    assert "Sign in" in english
    assert client().get("/?bahasa=en", headers=HTML).headers["location"].endswith("bahasa=en")


# -- where to go on to -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    [
        "http://evil.test", "//evil.test", "/\\evil.test", "\\/evil.test", "///evil.test", "evil",
        "javascript:alert(1)", "/\t/evil.test", "/\n/evil.test", "/ /evil.test", "/logout",
        "/login/oidc", "/auth/logout", "", None, "/" + "x" * 3000, "//[", "/\x00",
    ],
)  # fmt: skip
def test_a_login_leads_nowhere_but_home(wanted: str | None) -> None:
    assert safe_address(wanted) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:.?#@ehtp%\t\n av"), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wherever_a_login_leads_it_is_on_this_server(wanted: str) -> None:
    joined = httpx.URL(OWN).join(safe_address(wanted))
    assert (joined.host, joined.port) == ("127.0.0.1", 8501)


def test_filters_survive_signing_in() -> None:
    assert safe_address("/peta?desa=63.11.03.2008&per=2026-01-31") == (
        "/peta?desa=63.11.03.2008&per=2026-01-31"
    )
