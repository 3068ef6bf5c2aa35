"""Files of the store and from outside: boundaries, backups, manifests, reports, the pointer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from analytics.geo.boundaries import read_boundaries
from analytics.geo.boundary_files import BoundaryError
from analytics.store import Store, StoreError, age, archive
from analytics.store.layout import VersionInfo
from analytics.store.store import desa_table
from tests.fuzz import files
from tests.fuzz.guard import guarded, tries
from tests.fuzz.mutants import any_of, changed_bytes
from tests.store.worlds import load, visits

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # GDAL's, of damaged files


class Bases(dict[str, list[bytes]]):
    """Valid files; a failing example need not print them all."""

    def __repr__(self) -> str:
        return "the valid files"


DESA = desa_table("63.11.03").to_pandas()


@tries(25, 0.5)
@given(st.data())
@guarded
def test_any_boundary_file(bases: Bases, data: st.DataObject) -> None:
    content = data.draw(
        any_of(bases["boundaries"][:1], text=True)
        | any_of(bases["boundaries"][1:2])
        | any_of(bases["boundaries"][2:], packed=True)
    )
    try:
        found = read_boundaries("batas.zip", content, DESA)
    except BoundaryError as problem:
        assert 0 < len(str(problem)) < 2000
        return
    assert set(found.matched["desa_code"]) <= set(DESA["desa_code"])
    assert len(found.geojson) > 0


@pytest.mark.parametrize("name", ["ring", "offset"])
def test_boundary_files_that_were_found(bases: Bases, name: str) -> None:
    packed = bases["boundaries"][2]
    content = {
        "ring": files.geojson().replace(b"115.5", b"015.5", 1),  # a ring that does not close
        "offset": packed[:4] + packed[5:],  # members begin before the file does
    }[name]
    with pytest.raises(BoundaryError):
        read_boundaries("batas", content, DESA)


def test_backups_that_were_found(bases: Bases, tmp_path: Path) -> None:
    packed, sealed = bases["backup"][0], bearing(bases["sealed"][0])
    (tmp_path / "b.zip").write_bytes(packed[:4] + packed[5:])
    with pytest.raises(StoreError, match="rusak"):
        archive.test(tmp_path / "b.zip", "b.zip")
    (tmp_path / "b.age").write_bytes(sealed)
    with pytest.raises(StoreError, match="rusak"):
        age.decrypt(tmp_path / "b.age", tmp_path / "b", age.Seal(identities=[IDENTITY]))


def bearing(sealed: bytes) -> bytes:
    """A sealed file whose header is right and whose content is not."""
    return sealed[:-5] + bytes([sealed[-5] ^ 1]) + sealed[-4:]


@tries(40)
@given(st.data())
@guarded
def test_any_backup(
    bases: Bases, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = data.draw(any_of(bases["backup"], packed=True))
    place: Path = tmp_path_factory.mktemp("backup")
    (place / "b.zip").write_bytes(content)
    try:
        archive.unpack(place / "b.zip", "b.zip", place / "in" / "store")
    except StoreError as problem:
        assert 0 < len(str(problem)) < 500
    written = [p.relative_to(place).parts[:2] for p in place.rglob("*") if p.is_file()]
    assert set(written) <= {("b.zip",), ("in", "store")}
    shutil.rmtree(place)


@tries(30)
@given(st.data())
@guarded
def test_any_sealed_backup(
    bases: Bases, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = data.draw(changed_bytes(bases["sealed"]))
    place: Path = tmp_path_factory.mktemp("sealed")
    (place / "b.age").write_bytes(content)
    try:
        if age.is_encrypted(place / "b.age"):
            age.decrypt(place / "b.age", place / "b", age.Seal(identities=[IDENTITY]))
            assert (place / "b").read_bytes() == PLAIN
    except StoreError as problem:
        assert 0 < len(str(problem)) < 500
    shutil.rmtree(place)


IDENTITY = str(x25519.Identity.generate())
PLAIN = b"isi cadangan" * 20


@tries(20, 0.2)
@given(st.data())
@guarded
def test_any_manifest_report_and_pointer(bases: Bases, small: Store, data: st.DataObject) -> None:
    """One of the small files is anything; the store still opens, lists and verifies."""
    layout = small.layout
    paths = [*layout.versions.glob("v*.json"), *layout.reports.glob("b-*.json"), layout.pointer]
    path = data.draw(st.sampled_from(sorted(paths)))
    right = path.read_bytes()
    path.write_bytes(data.draw(any_of([right], text=True)))
    try:
        store = Store(small.folder)
        assert store.current().imports >= 0
        assert all(isinstance(info, VersionInfo) for info in store.versions())
        assert all(report["version"] for report in store.reports())
        changed = path.read_bytes() != right
        bad = [check for check in store.verify() if not check.ok]
        # A pointer to the other version, or with a space more, is a good one.
        assert bad or not changed or path == layout.pointer or same(path, right)
    finally:
        path.write_bytes(right)


def same(path: Path, right: bytes) -> bool:
    """Whether a JSON file says the same as before, laid out in another way."""
    import json

    try:
        return bool(json.loads(path.read_bytes()) == json.loads(right))
    except ValueError:
        return False


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("small")
    patch = pytest.MonkeyPatch()
    patch.setenv("PERUT_KEY_FILE", str(folder / "perut.key"))
    store = Store(folder / "store")
    load(store)
    load(store, [visits("V3,K2,2025-12-01,P1,bertemu", "V4,K9,2025-12-01,P1,bertemu")])
    patch.undo()
    return store


@pytest.fixture(scope="module")
def bases(small: Store, tmp_path_factory: pytest.TempPathFactory) -> Bases:
    file = tmp_path_factory.mktemp("backup") / "b.zip"
    small.backup(file)
    plain, sealed = file.with_name("plain"), file.with_name("sealed")
    plain.write_bytes(PLAIN)
    public = str(x25519.Identity.from_str(IDENTITY).to_public())
    age.encrypt(plain, sealed, age.Seal(recipients=[public]))
    return Bases(
        {
            "boundaries": files.boundary_files(),
            "backup": [file.read_bytes()],
            "sealed": [sealed.read_bytes()],
        }
    )
