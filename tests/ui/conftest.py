"""Pages run one by one, as `AppTest` sees them, on a store of the test's choice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.store import Store
from tests.conftest import DEMO_TODAY
from ui import identity

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "ringkasan",
    "peta",
    "tindak_lanjut",
    "jangkauan",
    "hambatan",
    "tren",
    "dampak",
    "inovasi",
    "keluarga",
    "kualitas",
    "data",
    "keamanan",
)
SECONDS = 60
Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def _at_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """`AppTest` has no connection that could come from anywhere."""
    monkeypatch.setattr(identity, "on_this_computer", lambda: True)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Run ``pages/<name>.py`` alone on a store; further arguments are URL parameters."""

    def run(name: str, store: Store, **parameters: str) -> AppTest:
        monkeypatch.setenv("PERUT_STORE", str(store.folder))
        page = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=SECONDS)
        page.query_params.update({"per": DEMO_TODAY.isoformat(), **parameters})
        return page.run()

    return run


@pytest.fixture
def own_demo(demo_store: Store, tmp_path: Path) -> Store:
    """A copy of the demo store that a test may write to."""
    shutil.copytree(demo_store.folder, tmp_path / "own")
    return Store(tmp_path / "own")


@pytest.fixture
def broken_store(own_demo: Store) -> Store:
    """A store of which no version can be read."""
    for file in own_demo.layout.versions.glob("*.duckdb"):
        file.write_bytes(b"this is no database" * 200)
    return own_demo


def shown(page: AppTest) -> str:
    """Every word on a page, as far as `AppTest` keeps it."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    texts = [str(each.value) for kind in kinds for each in getattr(page, kind)]
    texts += [f"{metric.label} {metric.value} {metric.delta}" for metric in page.metric]
    texts += [button.label for button in page.button]
    # As it is read: Markdown shows an escaped sign without its backslash.
    return re.sub(r"\\([^\w\s])", r"\1", "\n".join(texts))


def parameter(page: AppTest, name: str) -> str | None:
    """One value of the page's link; `AppTest` keeps it as a text or as a list of texts."""
    value = page.query_params.get(name)
    return value[-1] if isinstance(value, list) else value
