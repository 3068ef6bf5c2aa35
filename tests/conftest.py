"""Fixtures for every test: a clean environment, a fresh store, and one demo store to read from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from analytics.simulate import DemoFiles
    from analytics.store import Store

settings.register_profile(
    "perut",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("ci", settings.get_profile("perut"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "perut")

DEMO_SEED = 1
DEMO_TODAY = date(2025, 12, 15)
"""The day on which the demo store was made: tests of it ask about this day and earlier ones."""


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the settings, the store or the key of the person who runs it."""
    patch = pytest.MonkeyPatch()
    for name in [name for name in os.environ if name.startswith("PERUT_")]:
        patch.delenv(name)
    patch.setenv("PERUT_KEY_FILE", str(tmp_path_factory.mktemp("key") / "perut.key"))
    patch.setenv("PERUT_STORE", str(tmp_path_factory.mktemp("default") / "store"))
    patch.setenv("TZ", "UTC")
    yield
    patch.undo()


@pytest.fixture
def fresh_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty store of its own, with a key of its own."""
    from analytics.store import Store

    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "perut.key"))
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The simulated input files of Kecamatan Awayan, and what was planted in them (read only)."""
    from analytics.simulate import write_demo

    folder = tmp_path_factory.mktemp("demo") / "files"
    return write_demo(folder, seed=DEMO_SEED, today=DEMO_TODAY)


@pytest.fixture(scope="session")
def demo_store(demo_files: DemoFiles, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The demo store, generated once (read only: a test that writes copies the folder first)."""
    from analytics.ingest import import_files
    from analytics.store import Store

    store = Store(tmp_path_factory.mktemp("demo_store") / "store")
    import_files(store, demo_files.paths, simulated=True, today=DEMO_TODAY)
    return store
