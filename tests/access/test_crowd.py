"""Ten people at once on the real app, for a few seconds, while somebody imports: no error."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.load import measure, server_of
from tests.browser.driver import start
from tests.conftest import DEMO_TODAY

if TYPE_CHECKING:
    from analytics.store import Store

PEOPLE, SECONDS = 10, 8.0
MOST_MB = 1200


@pytest.mark.slow
def test_ten_people_and_an_import_meet_no_error(demo_store: Store, tmp_path: Path) -> None:
    from analytics.store import Store

    shutil.copytree(demo_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    before = store.current().version_id
    day = DEMO_TODAY - timedelta(days=1)
    for server in start(store.folder, tmp_path):
        found = measure(server.url, store, tmp_path, day, PEOPLE, seconds=SECONDS, pause=(0.2, 1.5))
        assert found.seen.errors == []
        assert len(found.seen.seconds) >= PEOPLE
        assert found.import_seconds is not None
        assert store.current().version_id != before
        assert found.peak_mb < MOST_MB
        assert server_of(server.url).is_running()
        assert "Traceback" not in server.log.read_text(encoding="utf-8")
