"""The register of evidence: sealed, for the camat to keep, kept whole by backups and rotations."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from analytics.access.evidence import add_evidence, evidence_for, file_of, remove_evidence
from analytics.access.roles import Reader, Role
from analytics.export.scorecard import scorecard_workbook
from analytics.innovation.scorecard import scorecard
from analytics.questions import QUESTIONS, Filters
from analytics.store import NotForThisRole, Store, StoreError
from analytics.store.check import Check
from analytics.store.evidence import LARGEST_FILE_MB, Evidence, registered
from analytics.store.rekey import rotate
from tests.store.worlds import load
from tests.ui.conftest import Open, shown

CAMAT = Reader("ani", Role.CAMAT)
REVIEWER = Reader("baperida", Role.PENINJAU)
SECRET = b"%PDF-1.7 SK Camat: Galuh Simulasi"
ENTRY = Evidence("16", "SK Camat", "2025-01-05", level=1, file_name="sk.pdf")


@pytest.fixture
def store(fresh_store: Store) -> Store:
    load(fresh_store)
    return fresh_store


def test_comes_back_and_is_sealed(store: Store) -> None:
    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    assert evidence_for(CAMAT, store) == [kept] == evidence_for(REVIEWER, store)
    assert file_of(CAMAT, store, kept) == SECRET
    for path in store.layout.evidence.iterdir():
        assert b"Galuh" not in path.read_bytes() and b"SK Camat" not in path.read_bytes()
    newest = store.audit.read()[0]
    assert (newest.event, newest.what) == ("evidence", f"add 16 {kept.id}")


def test_a_rotation_of_the_key_takes_it_along(store: Store) -> None:
    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    before = {p.name: p.read_bytes() for p in store.layout.evidence.iterdir()}
    rotate(store)
    assert all(p.read_bytes() != before[p.name] for p in store.layout.evidence.iterdir())
    assert file_of(CAMAT, store, kept) == SECRET


def test_a_backup_takes_it_along(store: Store, tmp_path: Path) -> None:
    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    store.backup(tmp_path / "all.zip")
    other = Store(tmp_path / "other")
    other.restore(tmp_path / "all.zip")
    assert file_of(CAMAT, Store(tmp_path / "other"), kept) == SECRET


def test_withdrawn_is_gone_with_its_file(store: Store) -> None:
    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    remove_evidence(CAMAT, store, kept)
    assert registered(store) == []
    assert list(store.layout.evidence.iterdir()) == []


@pytest.mark.parametrize("role", [Role.PETUGAS, Role.PENINJAU, Role.PUBLIK])
def test_only_the_camat_keeps_it(store: Store, role: Role) -> None:
    reader = Reader("x", role)
    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    with pytest.raises(NotForThisRole):
        add_evidence(reader, store, ENTRY, None)
    with pytest.raises(NotForThisRole):
        remove_evidence(reader, store, kept)
    with pytest.raises(NotForThisRole):
        file_of(reader, store, kept)
    if role is not Role.PENINJAU:
        with pytest.raises(NotForThisRole):
            evidence_for(reader, store)


def test_a_strange_or_huge_file_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="Jenis berkas"):
        add_evidence(CAMAT, store, Evidence("16", "x", "2025-01-05", file_name="a.exe"), b"x")
    with pytest.raises(StoreError, match="lebih besar"):
        add_evidence(CAMAT, store, ENTRY, bytes((LARGEST_FILE_MB << 20) + 1))
    assert registered(store) == []


def test_what_no_file_can_hold_is_left_out_of_the_words(store: Store) -> None:
    odd = Evidence("16", "SK\ud800 Camat\x00", "2025-01-05", file_name="..\\../a<b>\r\nX: y.pdf")
    kept = add_evidence(CAMAT, store, odd, SECRET)
    assert (kept.title, kept.file_name) == ("SK Camat", "a<b>X: y.pdf")
    nothing = QUESTIONS["innovation"].function(store.current(), Filters(date(2026, 11, 24)))
    card = scorecard(nothing, [kept], date(2026, 11, 24))
    assert scorecard_workbook(card, nothing, [kept], area="x", version_id="v", simulated=True)


def test_a_damaged_entry_is_said(store: Store) -> None:
    kept = add_evidence(CAMAT, store, ENTRY, None)
    path = store.layout.evidence / f"{kept.id}.sealed"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(StoreError):
        registered(store)


def test_verify_opens_every_document(store: Store) -> None:
    def check() -> Check:
        return next(check for check in store.verify() if check.name == "evidence")

    kept = add_evidence(CAMAT, store, ENTRY, SECRET)
    assert check().ok and "1 dokumen" in check().detail
    (store.layout.evidence / f"f-{kept.id[2:]}.sealed").unlink()
    assert not check().ok and "sk.pdf" in check().detail


def test_the_page_adds_and_counts_it(demo_store: Store, tmp_path: Path, open_page: Open) -> None:
    own = Store(shutil.copytree(demo_store.folder, tmp_path / "own"))
    page = open_page("inovasi", own, lihat="Bukti")
    assert not page.exception
    before = page.metric[0].value
    page.selectbox(key="evidence_no").select("16").run()
    page.text_input(key="evidence_title").input("SK Camat")
    page.date_input(key="evidence_dated").set_value(date(2025, 12, 1))
    page.radio(key="evidence_level").set_value(2)
    next(b for b in page.button if b.label == "Lampirkan").click().run()
    assert not page.exception
    assert [(e.no, e.level) for e in registered(own)] == [("16", 2)]
    assert "Terlampir" in shown(page)
    assert int(page.metric[0].value.split("/")[0]) == int(before.split("/")[0]) + 6
    assert "16 Regulasi" not in shown(page)  # no longer among what is required and missing


def test_a_reviewer_sees_rounded_proofs_and_no_form(demo_store: Store, open_page: Open) -> None:
    page = open_page("inovasi", demo_store, peran="peninjau", lihat="Bukti")
    assert any("28" in each.value and "33b" in each.value for each in page.caption)
    assert not page.exception and not page.error
    assert "dibulatkan ke kelipatan 5" in shown(page)
    assert not [b for b in page.button if b.label == "Lampirkan"]


@pytest.mark.parametrize("part", ["Penilaian mandiri", "Angka beku", "Kerangka KIPP"])
@pytest.mark.parametrize("role", ["camat", "peninjau"])
def test_every_part_for_every_reader(
    part: str, role: str, demo_store: Store, open_page: Open
) -> None:
    page = open_page("inovasi", demo_store, peran=role, lihat=part)
    assert not page.exception and not page.error


def test_without_data_and_with_a_broken_store(
    fresh_store: Store, open_page: Open, broken_store: Store
) -> None:
    assert "Belum ada data" in " ".join(
        str(s.value) for s in open_page("inovasi", fresh_store).subheader
    )
    page = open_page("inovasi", broken_store)
    assert page.error and not page.exception


def test_without_frozen_figures_the_page_says_how(
    demo_store: Store, tmp_path: Path, open_page: Open
) -> None:
    own = Store(shutil.copytree(demo_store.folder, tmp_path / "own"))
    page = open_page("inovasi", own, lihat="Angka beku")
    assert "Buka “Bagaimana dihitung?” di bawah sebuah angka" in shown(page)
