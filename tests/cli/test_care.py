"""``audit``, ``retention``, ``key`` and ``extract``: what they print, their exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path

import pytest

from analytics.cli import main
from analytics.store import Store
from tests.store.worlds import load

WORDS = "hujan turun di awayan"


@pytest.fixture
def store(fresh_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    load(fresh_store)
    monkeypatch.setenv("PERUT_STORE", str(fresh_store.folder))
    return fresh_store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_audit_prints_the_log_and_checks_it(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.audit.record("login", who="ani", role="petugas")
    code, out, _err = run(capsys, "audit", "--format", "json")
    assert code == 0
    assert [line["event"] for line in json.loads(out)] == ["login", "import"]
    _code, out, _err = run(capsys, "audit", "--format", "csv", "--who", "ani")
    assert [row["event"] for row in csv.DictReader(io.StringIO(out))] == ["login"]
    assert run(capsys, "audit", "--event", "logout", "--format", "json")[1].strip() == "[]"
    assert "login" in run(capsys, "audit", "--since", "2020-01-01")[1]
    assert "login" not in run(capsys, "audit", "--until", "2020-01-01")[1]
    assert run(capsys, "audit", "--since", "kemarin")[0] == 2
    assert run(capsys, "audit", "--check")[0] == 0
    newest = store.audit.read(limit=1)[0].hash
    assert run(capsys, "audit", "--expect", newest)[0] == 0
    assert run(capsys, "audit", "--expect", newest[:12])[0] == 0
    assert run(capsys, "audit", "--expect", "0" * 64)[0] == 1
    assert run(capsys, "audit", "--expect", "ab")[0] == 2
    store.audit.path.write_bytes(store.audit.path.read_bytes().splitlines(keepends=True)[1])
    code, out, _err = run(capsys, "audit", "--check")
    assert code == 1
    assert "Catatan" in out
    assert run(capsys, "audit")[0] == 1
    assert run(capsys, "audit", "--accept")[0] == 0
    code, out, _err = run(capsys, "audit", "--check")
    assert code == 0
    assert "diperiksa" in out


def test_retention_reports_before_it_erases(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _err = run(capsys, "retention", "--format", "json")
    assert code == 0
    assert {line["rule"] for line in json.loads(out)} >= {"ended_household", "log_line"}
    code, out, _err = run(capsys, "retention", "--household", "K1", "--format", "json")
    counts = {line["rule"]: line["count"] for line in json.loads(out)}
    assert counts["personal_row"] == 2
    assert store.current().private("keluarga", ["K1"])
    assert run(capsys, "retention", "--household", "K1", "--apply")[0] == 0
    assert store.current().private("keluarga", ["K1"]) == {}
    assert store.current().private("keluarga", ["K2"])
    assert run(capsys, "retention", "--household", "TIDAKADA")[0] == 2


def test_an_interrupted_erasure_is_told_and_completed(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("analytics.store.rewrite._list_them", stop)
        with pytest.raises(KeyboardInterrupt):
            main(["retention", "--household", "K1", "--apply"])
    assert run(capsys, "retention")[0] == 1
    assert [check.name for check in store.verify() if not check.ok] == ["retention"]
    assert run(capsys, "retention", "--apply")[0] == 0
    assert all(check.ok for check in store.verify())
    assert store.current().private("keluarga", ["K1"]) == {}


def test_the_key_is_saved_lost_put_back_and_changed(
    store: Store,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = Path(os.environ["PERUT_KEY_FILE"])
    assert run(capsys, "key", "status")[0] == 0
    assert run(capsys, "key", "backup", str(tmp_path / "a"))[0] == 2  # no passphrase given
    words = tmp_path / "words"
    words.write_text(WORDS + "\n")
    code, out, _err = run(
        capsys, "key", "backup", str(tmp_path / "copy"), "--passphrase-file", str(words), "--json"
    )
    assert code == 0
    fingerprint = json.loads(out)["fingerprint"]
    key.unlink()
    code, out, _err = run(capsys, "key", "status", "--json")
    assert code == 1
    assert json.loads(out)["fingerprint"] is None
    monkeypatch.setenv("PERUT_KEY_PASSPHRASE", WORDS)
    code, out, _err = run(capsys, "key", "restore", str(tmp_path / "copy"), "--json")
    assert json.loads(out) == {"fingerprint": fingerprint, "aside": None}
    code, out, _err = run(capsys, "key", "rotate", "--json")
    assert code == 0
    assert json.loads(out)["fingerprint"] != fingerprint
    assert store.current().private("keluarga", ["K1"])
    assert run(capsys, "key", "restore", str(tmp_path / "copy"))[0] == 2  # of before
    events = [entry.event for entry in store.audit.read()]
    assert events[:3] == ["key_rotated", "key_rotated", "key_backup"]


def test_an_extract_is_a_file_for_its_owner_only(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "keluarga.xlsx"
    code, out, _err = run(capsys, "extract", "--household", "K1", str(file))
    assert code == 0
    assert "keluarga.xlsx" in out
    assert file.read_bytes().startswith(b"PK")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(capsys, "extract", "--household", "K1", str(file))[0] == 2
    assert run(capsys, "extract", "--household", "NONE", str(tmp_path / "n.xlsx"))[0] == 2
