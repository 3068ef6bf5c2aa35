"""The spoilt rows stand where they are said to stand, and are wrong in the way they are said."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from analytics.config import ROOT
from analytics.simulate import Fault
from tests.simulate.conftest import TODAY, Demo
from tests.simulate.reading import Row, as_day, as_desa
from tests.simulate.test_shape import PROGRAMS


@pytest.fixture
def at(demo: Demo) -> dict[Fault, Row]:
    rows = {(r.file, r.sheet, r.number): r for part in demo.rows.values() for r in part}
    return {fault: rows[fault.file, fault.sheet, fault.row] for fault in demo.truth.faults}


def is_day(value: object) -> bool:
    try:
        as_day(value)
    except ValueError:
        return False
    return True


def test_each_fault_is_what_it_says(demo: Demo, at: dict[Fault, Row]) -> None:
    copies = Counter(
        (row.file, row.sheet, *map(str, row.cells.values()))
        for part in demo.rows.values()
        for row in part
    )
    sound_ids = {row.cells["id_kunjungan"]: row for row in demo.sound("kunjungan")}
    seen = set()
    for fault, row in at.items():
        cell = row.cells[fault.column]
        cells = row.cells
        seen.add(fault.kind)
        match fault.kind:
            case "unknown_desa":
                assert cell
                assert not as_desa(cell)
            case "impossible_date" | "month_first":
                assert not is_day(cell)
            case "end_before_start":
                start = next(c for c in ("terdaftar_pada", "mulai", "dibuka_pada") if c in cells)
                assert (as_day(cell) or date.max) < (as_day(cells[start]) or date.min)
            case "out_of_range":
                assert int(str(cell)) > {"desil": 10, "manfaat": 5}[fault.column]
            case "unknown_choice":
                assert cell in {"mendesak", "ketemu tetangga", "ditunda"}
            case "missing_required" | "closed_without_day":
                assert cell is None
            case "unknown_household":
                assert cell not in demo.households
            case "unknown_program":
                assert not {"pkh", *PROGRAMS} >= set(str(cell).lower().split(";"))
            case "future_date":
                assert (as_day(cell) or TODAY) > TODAY
            case "received_but_not_met":
                assert cell
                assert cells["hasil"] != "bertemu"
            case "next_before_visit":
                assert (as_day(cell) or TODAY) < (as_day(cells["tanggal"]) or TODAY)
            case "long_before_registration":
                home = demo.households[str(cells["id_keluarga"])]
                assert (as_day(cell) or TODAY) < home.registered - timedelta(days=365)
            case "after_end":
                home = demo.households[str(cells["id_keluarga"])]
                assert home.ended
                assert home.ended < (as_day(cell) or date.min) <= TODAY
            case "exact_copy":
                assert copies[row.file, row.sheet, *map(str, cells.values())] == 2
            case "same_id_other_content":
                twin = sound_ids[cell]
                assert twin.file == row.file
                assert twin.cells != cells
            case other:
                pytest.fail(f"no test for {other}")
    assert len(seen) == 17


def test_every_rejected_row_has_an_id_of_its_own(demo: Demo, at: dict[Fault, Row]) -> None:
    """So that the files without the spoilt rows are complete."""
    for kind, column in (("keluarga", "id_keluarga"), ("hambatan", "id_hambatan")):
        ids = Counter(row.cells[column] for row in demo.rows[kind])
        copies = [f for f, row in at.items() if f.kind == "exact_copy" and row.sheet == kind]
        assert sum(count - 1 for count in ids.values()) == len(copies)
    visits = Counter(row.cells["id_kunjungan"] for row in demo.rows["kunjungan"])
    assert sum(count - 1 for count in visits.values()) == 3  # two copies, one mistyped number


def test_expected_counts_add_up(demo: Demo) -> None:
    counted = Counter((row.file, row.sheet) for part in demo.rows.values() for row in part)
    assert counted == {key: e.rows_read for key, e in demo.truth.expected.items()}
    for (file, sheet), expected in demo.truth.expected.items():
        faults = [f.outcome for f in demo.truth.faults if (f.file, f.sheet) == (file, sheet)]
        assert expected.rejected == faults.count("rejected")
        assert expected.unchanged == faults.count("unchanged")
        assert expected.rows_read == (expected.accepted + expected.unchanged + expected.rejected)


def test_the_documentation_names_every_kind(demo: Demo) -> None:
    text = (ROOT / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    for fault in demo.truth.faults:
        line = next(row for row in rows if row.startswith(f"| `{fault.kind}`"))
        assert fault.outcome.replace("warned", "warning") in line
        assert (fault.sheet or "kunjungan") in line
    assert demo.truth.stalled_program in text
    assert demo.truth.low_benefit_program in text
