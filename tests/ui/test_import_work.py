"""An import outlives the click that leaves its page, and tells its outcome to who comes back."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from analytics.i18n import _, language
from analytics.ingest import ImportReport, SourceFile
from analytics.store import Store, StoreError
from ui import imports
from ui.imports import Work

FILE = SourceFile("keluarga.csv", data=b"id_keluarga,desa,terdaftar_pada\nK1,Bihara,2025-01-01\n")


def begin(store: Store, **how: bool) -> Work:
    return Work.start(store, [FILE], **{"dry_run": False, "fresh": False, **how})


def finish(work: Work) -> Work:
    assert work.thread is not None
    work.thread.join(timeout=30)
    assert not work.running
    return work


def test_nobody_needs_to_watch_an_import(fresh_store: Store) -> None:
    work = finish(begin(fresh_store))
    assert work.problem is None
    assert work.report is not None
    assert work.report.total("accepted") == 1
    assert fresh_store.current().version_id == work.report.version


def test_its_sentences_are_in_the_language_of_the_session(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def importing(*_files: Any, **_how: Any) -> ImportReport:
        said.append(_("Reading files"))
        return ImportReport(None, None, [])

    monkeypatch.setattr(imports, "import_files", importing)
    token = language.set("en")
    try:
        finish(begin(fresh_store))
    finally:
        language.reset(token)
    finish(begin(fresh_store))
    assert said == ["Reading files", "Membaca berkas"]


@pytest.mark.parametrize(
    ("error", "says"),
    [(StoreError("Penyimpanan penuh."), "Penyimpanan penuh."), (ValueError("x"), "tidak terduga")],
)
def test_a_failure_is_told(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def failing(*_files: Any, **_how: Any) -> None:
        raise error

    monkeypatch.setattr(imports, "import_files", failing)
    work = finish(begin(fresh_store))
    assert work.report is None
    assert work.problem is not None
    assert says in work.problem


def test_it_says_how_far_it_is(fresh_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    halfway, go_on = threading.Event(), threading.Event()

    def slow(*_files: Any, progress: Any, **_how: Any) -> ImportReport:
        progress(0.5, "Memeriksa")
        halfway.set()
        go_on.wait(timeout=30)
        return ImportReport(None, None, [])

    monkeypatch.setattr(imports, "import_files", slow)
    work = begin(fresh_store)
    assert halfway.wait(timeout=30)
    assert (work.running, work.share, work.what) == (True, 0.5, "Memeriksa")
    go_on.set()
    finish(work)
