"""``backup`` and ``restore`` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics import cli
from analytics.cli_backup import PASSPHRASE
from analytics.store import Store
from tests.store.worlds import load

WORDS = "sungai pinang awayan 2025"


@pytest.fixture
def folder(fresh_store: Store, tmp_path: Path) -> Path:
    load(fresh_store)
    target = tmp_path / "cadangan"
    target.mkdir()
    return target


def run(*words: object) -> int:
    return cli.main([str(word) for word in words])


def test_a_pair_of_keys_a_sealed_backup_its_check_and_the_way_back(
    fresh_store: Store, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--store", fresh_store.folder)
    secret = tmp_path / "rahasia.txt"
    assert run("backup", secret, "--new-key", "--json", *where) == 0
    public = json.loads(capsys.readouterr().out)["public"]
    assert secret.stat().st_mode & 0o077 == 0
    assert run("backup", secret, "--new-key", *where) == 2  # never over another key
    assert run("backup", folder, "--recipient", public, "--keep", 2, *where) == 0
    (file,) = folder.iterdir()
    assert file.name.startswith(f"perut-{fresh_store.identity()['store_id']}-v00002-")
    assert file.name.endswith(".zip.age")
    capsys.readouterr()
    assert run("backup", file, "--check", *where) == 2
    assert "--identity" in capsys.readouterr().err
    assert run("backup", file, "--check", "--identity", secret, *where) == 0
    assert "BAD" not in capsys.readouterr().out
    assert run("restore", file, "--identity", secret, "--store", tmp_path / "lain") == 0
    assert "Semua angka" not in capsys.readouterr().out  # the key is on this machine


@pytest.mark.parametrize("way", ["file", "variable"])
def test_a_passphrase_comes_from_a_file_or_a_variable(
    fresh_store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    where = ["--store", fresh_store.folder]
    options: list[object] = []
    if way == "file":
        (tmp_path / "frasa").write_text(WORDS + "\n", encoding="utf-8")
        options = ["--passphrase-file", tmp_path / "frasa"]
    else:
        monkeypatch.setenv(PASSPHRASE, WORDS)
    file = folder / "a.zip.age"
    assert run("backup", file, "--encrypt", *options, *where) == 0
    assert run("restore", file, *options, "--store", tmp_path / "lain") == 0
    monkeypatch.setenv(PASSPHRASE, "frasa yang lain sekali")
    assert run("restore", file, "--store", tmp_path / "lagi") == 2
    assert not (tmp_path / "lagi").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("a.zip", "--encrypt"),  # nobody is there to be asked
        ("a.zip", "--encrypt", "--passphrase-file", "tidak-ada"),
        ("a.zip", "--keep", "3"),
        (".", "--keep", "0"),
        ("a.zip", "--recipient", "age1salah"),
        ("tidak-ada.zip", "--check"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    fresh_store: Store,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.chdir(folder)
    assert run("backup", *words, "--store", fresh_store.folder) == 2
    said = capsys.readouterr().err.strip()
    assert said
    assert "\n" not in said
    assert "Traceback" not in said
    assert list(folder.iterdir()) == []


def test_verify_all_looks_into_every_version(
    fresh_store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", "--all", "--store", fresh_store.folder) == 0
    said = capsys.readouterr().out
    for version in fresh_store.versions():
        assert f"ok  {version.id} mart contact" in said


def test_a_stopped_import_is_told_to_who_comes_next(
    fresh_store: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh_store.layout.drafts.mkdir()
    assert run("backup", folder, "--store", fresh_store.folder) == 0
    assert "terhenti sebelum selesai" in capsys.readouterr().err
    assert run("backup", folder / "lagi.zip", "--store", fresh_store.folder) == 0
    assert "terhenti" not in capsys.readouterr().err
