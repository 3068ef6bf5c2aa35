"""Fixtures of the browser tests: a dashboard with a copy of the demo store, Chromium, a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.chromium import HELP, find
from tests.browser.driver import FLAGS, Server, close_page, new_page, start

if TYPE_CHECKING:
    from analytics.store import Store

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def todays_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo store as it would be made today: a page that is opened asks about today."""
    from analytics.ingest import import_files
    from analytics.numbers import today
    from analytics.simulate import write_demo
    from analytics.store import Store

    folder = tmp_path_factory.mktemp("today")
    files = write_demo(folder / "files", today=today())
    store = Store(folder / "store")
    import_files(store, files.paths, simulated=True)
    return store


@pytest.fixture(scope="module")
def server(todays_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard with its own copy of the demo store of today, one per test module."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(todays_store.folder, folder / "store")
    yield from start(folder / "store", folder)


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A dashboard whose store is empty: the first day at a new kecamatan."""
    yield from start(tmp_path / "store", tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Its absence is a failure, never a skip: these tests are part of `make test`."""
    path = find()
    if path is None:
        pytest.fail(HELP)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=list(FLAGS), headless=True)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when the browser console showed an error or a request left."""
    page = new_page(browser)
    yield page
    close_page(page)
