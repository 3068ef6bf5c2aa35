"""Start the dashboard on a free port, and open pages of which every request is remembered."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
LOCALHOST = {"127.0.0.1", "localhost", "[::1]", "::1"}
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
)
START_SECONDS = 60
READY_MS = 30_000


@dataclass(frozen=True)
class Server:
    """A running dashboard: where it is, and the folder of its store (a copy: write to it)."""

    url: str
    store: Path
    log: Path


@dataclass
class Traffic:
    """What one browser page asked for and complained about."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


_traffic: dict[Page, Traffic] = {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start:\n{log.read_text(encoding='utf-8')}")


def start(store: Path, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run the dashboard on *store* until the caller is done; *more* are settings of Streamlit."""
    port = free_port()
    log = folder / "streamlit.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = {
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        **(more or {}),
    }
    environment = {**os.environ, "PERUT_STORE": str(store)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *(f"--{name}={value}" for name, value in options.items())],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process, log)
        yield Server(url, store, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def new_page(browser: Browser, **options: Any) -> Page:
    """A page of an office laptop in Awayan; *options* change what `new_context` is given."""
    settings: dict[str, Any] = {
        "locale": "id-ID",
        "timezone_id": "Asia/Makassar",
        "viewport": {"width": 1366, "height": 768},
        "accept_downloads": True,
    }
    page = browser.new_context(**{**settings, **options}).new_page()
    page.set_default_timeout(READY_MS)
    traffic = _traffic[page] = Traffic()

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            traffic.errors.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: traffic.errors.append(str(error)))
    page.on("request", lambda request: traffic.requests.append(request.url))
    page.on("websocket", lambda socket_: traffic.requests.append(socket_.url))
    return page


def until(page: Page, expression: str) -> None:
    """Wait until *expression* is true in the page.

    Playwright's own `wait_for_function` needs `eval`, which the dashboard's headers forbid.
    """
    deadline = time.monotonic() + READY_MS / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)


def requests_of(page: Page) -> list[str]:
    """Every address that *page* has asked for so far, web sockets included."""
    return list(_traffic[page].requests)


def errors_of(page: Page) -> list[str]:
    """Errors in the console so far; see `forgive_refusals`."""
    return _traffic[page].errors


def forgive_refusals(page: Page) -> None:
    """A test that provoked refused requests has seen what it wanted.

    The page is left first: one that is still open goes on asking, and is refused again.
    """
    page.goto("about:blank")
    errors_of(page).clear()


def foreign(addresses: list[str]) -> list[str]:
    """Those of *addresses* that are on another machine (data: and blob: are nowhere)."""
    network = (
        address for address in addresses if not address.startswith(("data:", "blob:", "about:"))
    )
    return [address for address in network if urlsplit(address).hostname not in LOCALHOST]


def assert_only_localhost(page: Page) -> None:
    """No request of *page* left this machine, and there was at least one to look at."""
    addresses = requests_of(page)
    assert addresses, "the page asked for nothing"
    assert not foreign(addresses), f"requests left this machine: {foreign(addresses)}"


def close_page(page: Page) -> None:
    """Close *page*; fails when the console showed an error or a request left this machine."""
    page.context.close()
    assert_only_localhost(page)
    errors = _traffic.pop(page).errors
    assert not errors, "the browser's console shows errors:\n" + "\n".join(errors)
