"""One file holds everything but the key, and makes the same store again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pyrage import x25519

from analytics.questions import Filters, coverage
from analytics.store import Store, StoreError
from analytics.store.backup import (
    Seal,
    backup,
    check_backup,
    dated_name,
    forget_older,
    restore,
)
from tests.store.worlds import TODAY, load, visits

ROOT = Path(__file__).resolve().parents[2]


def test_a_backup_restores_to_the_same_answers_and_names(
    fresh_store: Store, tmp_path: Path
) -> None:
    load(fresh_store)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu", "V4,K9,2025-12-01,P1,bertemu")])
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    other = Store(tmp_path / "other" / "store")
    other.folder.parent.mkdir()
    assert other.restore(file) is None
    ask = Filters(TODAY)
    assert coverage(other.current(), ask).equals(coverage(fresh_store.current(), ask))
    assert other.current().private("keluarga", ["K1"]) == fresh_store.current().private(
        "keluarga", ["K1"]
    )
    assert len(other.versions()) == len(fresh_store.versions())
    assert all(check.ok for check in other.verify())


def test_restoring_over_a_store_moves_it_aside(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = fresh_store.current().version_id
    aside = fresh_store.restore(file)
    assert aside is not None
    assert fresh_store.current().version_id != newest
    assert Store(aside).current().version_id == newest


@pytest.mark.parametrize(
    "fault", ["not a zip", "cut", "changed", "escaping", "missing", "hollow", "shapeless"]
)
def test_a_bad_backup_changes_nothing(fresh_store: Store, tmp_path: Path, fault: str) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    data = file.read_bytes()
    if fault == "not a zip":
        file.write_bytes(b"halo")
    elif fault == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif fault == "changed":
        # Inside the content of a member: a byte of a date in a header would change nothing.
        with zipfile.ZipFile(file) as packed:
            largest = max(packed.infolist(), key=lambda member: member.compress_size)
        middle = largest.header_offset + 100 + largest.compress_size // 2
        file.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    elif fault == "escaping":
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("contents.json", '{"sha256": {"../escaped": "00"}}')
            packed.writestr("../escaped", "x")
    elif fault in ("hollow", "shapeless"):
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("contents.json", '{"sha256": {}}' if fault == "hollow" else "[1]")
    else:
        file = tmp_path / "absent.zip"
    with pytest.raises(StoreError):
        fresh_store.restore(file)
    assert fresh_store.current().version_id == version
    assert not (tmp_path / "escaped").exists()


def test_a_backup_never_overwrites_a_file(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    file.write_bytes(b"milik orang lain")
    with pytest.raises(StoreError):
        fresh_store.backup(file)
    assert file.read_bytes() == b"milik orang lain"


# -- sealed backups -------------------------------------------------------------------------------

WORDS = "sungai pinang awayan 2025"


def test_a_sealed_backup_opens_with_the_passphrase_only(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    file = tmp_path / "cadangan.zip.age"
    backup(fresh_store, file, Seal(passphrase=WORDS))
    assert b"PK\x03\x04" not in file.read_bytes()  # the beginning of a ZIP, anywhere
    for wrong in (Seal(), Seal(passphrase="bukan frasa sandinya"), Seal(identities=["x"])):
        with pytest.raises(StoreError):
            restore(fresh_store, file, wrong)
        assert fresh_store.current().version_id == version
        assert [p.name for p in tmp_path.iterdir() if "restor" in p.name] == []
    other = Store(tmp_path / "other")
    assert restore(other, file, Seal(passphrase=WORDS)) is None
    assert rows(other) == rows(fresh_store)
    # Anybody opens it without this project: it is a ZIP in age's own format.
    plain = tmp_path / "plain.zip"
    plain.write_bytes(pyrage.passphrase.decrypt(file.read_bytes(), WORDS))
    with zipfile.ZipFile(plain) as packed:
        assert "store.json" in packed.namelist()


def test_a_scheduled_backup_needs_no_secret(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    identity = x25519.Identity.generate()
    file = tmp_path / "cadangan.zip.age"
    backup(fresh_store, file, Seal(recipients=[str(identity.to_public())]))
    other = Store(tmp_path / "other")
    with pytest.raises(StoreError, match="--identity"):
        restore(other, file)
    with pytest.raises(StoreError):
        restore(other, file, Seal(identities=[str(x25519.Identity.generate())]))
    assert not other.folder.exists()
    kept = f"# created: hari ini\n# public key: {identity.to_public()}\n{identity}\n"
    restore(other, file, Seal(identities=[kept]))
    assert rows(other) == rows(fresh_store)


@pytest.mark.parametrize("seal", [Seal(passphrase="pendek"), Seal(recipients=["age1bukan"])])
def test_a_seal_that_is_none_saves_nothing(fresh_store: Store, tmp_path: Path, seal: Seal) -> None:
    load(fresh_store)
    folder = tmp_path / "out"
    with pytest.raises(StoreError):
        backup(fresh_store, folder / "cadangan.zip.age", seal)
    assert list(folder.iterdir()) == []
    assert not list(fresh_store.folder.glob(".backup*tmp"))


# -- hostile files --------------------------------------------------------------------------------


def repacked(file: Path, change: Callable[[zipfile.ZipFile, dict[str, str]], None]) -> Path:
    """The backup again, with what *change* adds; its table of contents says all is well."""
    hostile = file.with_name("jahat.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(hostile, "w", zipfile.ZIP_DEFLATED) as new:
        contents = json.loads(old.read("contents.json"))["sha256"]
        for name in contents:
            new.writestr(name, old.read(name))
        change(new, contents)
        new.writestr("contents.json", json.dumps({"sha256": contents}))
    return hostile


def add(name: str, data: bytes = b"x", *, listed: bool = True, mode: int = 0) -> Any:
    def change(new: zipfile.ZipFile, contents: dict[str, str]) -> None:
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        member.compress_type = zipfile.ZIP_DEFLATED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            new.writestr(member, data)
        if listed:
            contents[name] = hashlib.sha256(data).hexdigest()

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (add("../keluar"), "tidak semestinya"),
        (add("versions/../../keluar"), "tidak semestinya"),
        (add("/etc/keluar"), "tidak semestinya"),
        (add("C:/keluar"), "tidak semestinya"),
        (add("versions\\..\\keluar"), "tidak semestinya"),
        (add("versions/dalam/sekali"), "tidak semestinya"),
        (add("lain/berkas"), "tidak semestinya"),
        (add("berkas"), "tidak semestinya"),
        (add(".lock"), "tidak semestinya"),
        (add("audit/.lock"), "tidak semestinya"),
        (add("vault/tak-terdaftar", listed=False), "tidak semestinya"),
        (add("CURRENT"), "tidak semestinya"),
        (add("vault/tautan", b"/etc/passwd", mode=0o120777), "tidak semestinya"),
        (add("vault/pipa", mode=0o010644), "tidak semestinya"),
        (add("vault/bom", bytes(300 << 20)), "jauh lebih besar"),
    ],
)
def test_a_hostile_backup_is_not_unpacked(
    fresh_store: Store, tmp_path: Path, change: Any, sentence: str
) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    other = Store(tmp_path / "inner" / "other")
    with pytest.raises(StoreError, match=sentence):
        other.restore(repacked(file, change))
    with pytest.raises(StoreError, match=sentence):
        check_backup(other, repacked(file, change))
    assert not other.folder.exists()
    assert not list(tmp_path.rglob("keluar"))


def test_a_size_that_lies_is_found_out(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    hostile = repacked(file, add("vault/bom", bytes(200 << 20)))
    data = hostile.read_bytes()
    # Both places that declare the size now say 7 bytes.
    data = data.replace((200 << 20).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    hostile.write_bytes(data)
    tracemalloc.start()
    with pytest.raises(StoreError):
        Store(tmp_path / "other").restore(hostile)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 << 20
    assert not (tmp_path / "other").exists()


# -- accounts, log, order -------------------------------------------------------------------------


def make_accounts(store: Store, name: str) -> Path:
    path = store.folder / "access" / "accounts.sqlite"
    path.parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("create table if not exists account(name text)")
        db.execute("create table if not exists session(hash blob)")
        db.execute("insert into account values (?)", (name,))
        db.execute("insert into session values (x'c0ffee')")
        db.commit()
    return path


def accounts_of(store: Store) -> tuple[list[str], int]:
    path = store.folder / "access" / "accounts.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("select name from account")]
        return names, db.execute("select count(*) from session").fetchone()[0]


def test_accounts_come_along_but_nobody_is_signed_in(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    path = make_accounts(fresh_store, "petugas.bihara")
    file = tmp_path / "cadangan.zip"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as busy:
        busy.execute("begin immediate")  # somebody is signing in right now
        busy.execute("insert into account values ('setengah')")
        fresh_store.backup(file)
        busy.execute("rollback")
    with zipfile.ZipFile(file) as packed:
        assert b"\xc0\xff\xee" not in packed.read("access/accounts.sqlite")
    empty = Store(tmp_path / "other")
    empty.restore(file)
    assert accounts_of(empty) == (["petugas.bihara"], 0)
    # Over a store with accounts: who may sign in today stays so, and stays signed in.
    make_accounts(fresh_store, "akun baru")
    fresh_store.restore(file)
    assert accounts_of(fresh_store) == (["petugas.bihara", "akun baru"], 2)


def test_the_log_goes_on_after_a_restore(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    fresh_store.restore(file)
    events = [entry.event for entry in fresh_store.audit.read()]
    assert events.count("import") == 2
    assert events.count("restore") == 1
    assert all(check.ok for check in fresh_store.verify())


def test_only_older_backups_of_this_store_are_deleted(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    store_id = fresh_store.identity()["store_id"]
    folder = tmp_path / "cadangan"
    folder.mkdir()
    others = [
        "catatan.zip",
        "perut-s-00000000-v00001-20200101T000000.zip",
        f"perut-{store_id}-v00001-20200101T000000.zip.bak",
    ]
    # The clock was years ahead when the oldest was made: its version tells that it is old.
    mine = [
        f"perut-{store_id}-v00001-20990101T000000.zip",
        f"perut-{store_id}-v00001-20990102T000000.zip.age",
        f"perut-{store_id}-v00002-20240101T000000.zip",
    ]
    for name in (*others, *mine):
        (folder / name).write_bytes(b"x")
    file = folder / dated_name(fresh_store)
    backup(fresh_store, file)
    assert forget_older(file, 2) == [mine[1], mine[0]]
    assert sorted(p.name for p in folder.iterdir()) == sorted([*others, mine[2], file.name])


def test_check_tells_a_whole_backup_from_a_damaged_one(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    assert all(check.ok for check in check_backup(fresh_store, file))
    version = fresh_store.current().version_id
    # A store that was damaged before it was saved: the file is whole, what is in it is not.
    database = fresh_store.layout.database(version)
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 255
    database.write_bytes(data)
    Store(fresh_store.folder).backup(tmp_path / "rusak.zip")
    checks = check_backup(fresh_store, tmp_path / "rusak.zip")
    assert f"version {version}" in [check.name for check in checks if not check.ok]
    assert not list(tmp_path.glob("*.checking*"))


def test_an_empty_machine(fresh_store: Store, tmp_path: Path) -> None:
    """No store, no key, another home: all figures; then the key file, and all names."""
    load(fresh_store)
    file = tmp_path / "cadangan.zip.age"
    backup(fresh_store, file, Seal(passphrase=WORDS))
    home = tmp_path / "home"
    home.mkdir()
    words = tmp_path / "frasa"
    words.write_text(WORDS + "\n", encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PERUT", "XDG"))
    }
    environment |= {"HOME": str(home), "PERUT_STORE": str(home / "data" / "store")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "analytics", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    done = run("restore", str(file), "--passphrase-file", str(words))
    assert done.returncode == 0, done.stderr
    assert "kembalikan berkas kuncinya" in done.stdout
    ask = ("ask", "coverage", "--as-of", "2025-12-15", "--format", "csv")
    here = Store(fresh_store.folder)
    there = Store(home / "data" / "store")
    figures = run(*ask)
    assert figures.returncode == 0
    assert "Bihara" in figures.stdout
    assert rows(there) == rows(here)
    verified = run("verify")
    assert verified.returncode == 0, verified.stdout
    person = ("ask", "household", "--household", "K1", "--format", "json")
    assert "Galuh" not in run(*person).stdout
    key = home / ".config" / "perut" / f"{there.identity()['store_id']}.key"
    assert not key.exists()
    key.parent.mkdir(parents=True)
    shutil.copy(os.environ["PERUT_KEY_FILE"], key)
    found = subprocess.run(
        [sys.executable, "-c", NAMES], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Galuh Simulasi" in found.stdout, found.stderr
    assert run("verify").returncode == 0


NAMES = """
from analytics.store import Store
print(Store().current().private("keluarga", ["K1"]))
"""


def rows(store: Store) -> list[str]:
    found = store.current().query(
        "select household_id as id from household union all select visit_id from visit order by 1"
    )
    return [str(one) for one in found["id"]]
