"""``ask signals`` says what the page says: as JSON, per role, dismissed ones included."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analytics.cli import main
from analytics.store import Store
from analytics.store.dismissals import dismiss

if TYPE_CHECKING:
    from analytics.simulate import DemoFiles

WHY = "sudah ditangani"


def asked(capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> list[dict[str, Any]]:
    assert main(["ask", "signals", "--store", str(store.folder), "--format", "json", *words]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_signals_as_json(
    demo_store: Store, demo_files: DemoFiles, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "own")
    own, truth = Store(tmp_path / "own"), demo_files.truth.cluster
    day = f"--as-of={truth.first_day + timedelta(days=9 - truth.first_day.weekday())}"
    rows = asked(capsys, own, day)
    assert rows[0]["kind"] == "cluster"
    assert set(rows[0]["desa_codes"]) == set(truth.desa_codes)
    assert {row["state"] for row in rows} == {"new"}
    dismiss(own, rows[0]["key"], rows[0]["count"], WHY)
    again = asked(capsys, own, day)
    assert [row["state"] for row in again] == ["dismissed", *["new"] * (len(rows) - 1)]
    mine = asked(capsys, own, day, "--role=petugas", f"--assigned={truth.desa_codes[1]}")
    assert {code for row in mine for code in row["desa_codes"]} == {truth.desa_codes[1]}
    assert not [row for row in mine if row["kind"] == "assistant"]


def test_without_the_key_it_says_so_and_answers(
    demo_store: Store,
    demo_files: DemoFiles,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "own")
    own = Store(tmp_path / "own")
    dismiss(own, "d.x.y.2025-W01", 3, WHY)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "none.key"))
    first = demo_files.truth.cluster.first_day
    words = ["ask", "signals", "--store", str(own.folder), "--format", "json", "--as-of"]
    assert main([*words, str(first + timedelta(days=9))]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)
    assert "sinyal tidak dapat dikesampingkan" in said.err


@pytest.mark.parametrize("role", ["peninjau", "publik"])
def test_outside_readers_are_told_what_they_may_ask(
    demo_store: Store, capsys: pytest.CaptureFixture[str], role: str
) -> None:
    assert main(["ask", "signals", "--store", str(demo_store.folder), "--role", role]) == 2
    said = capsys.readouterr()
    assert "tidak melihat signals" in said.err
    assert not said.out
