"""Whose household is it, and how much gets done: by hand, and against loops over the raw rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ingest import import_files
from analytics.ingest.raw import SourceFile
from analytics.questions import QUESTIONS, Filters, followup, workload
from analytics.store import Snapshot, Store
from tests.oracle import Oracle, Row, wilson
from tests.questions.compare import differences, records
from tests.questions.test_against_oracle import PHASES, scenarios, temporary_folder
from tests.questions.worlds import (
    DESA,
    MIDDLE,
    Rows,
    day,
    household,
    imported,
    oracle,
    target,
    visit,
    world,
)

PAST_DUE = ("never", "lost", "overdue")


def whose(truth: Oracle, home: Row, on: date, staff: list[Row]) -> str | None:
    """Who met the household last (of several on that day the last by id); else who works there."""
    last = truth.last_contact(home, on)
    if last is not None:
        return max(str(seen["pendamping"]) for seen in truth.contacts_of(home, last, last))
    there = [str(each["id_pendamping"]) for each in staff if home["desa"] in each["desa_tugas"]]
    return min(there, default=None)


def expected(rows: Rows, f: Filters) -> dict[str | None, Row]:
    """The answer, one assistant and one household at a time."""
    truth = oracle(rows, DESA)
    staff = rows["pendamping"]
    chosen = set(f.desa) or set(truth.desa)
    place = {home["id_keluarga"]: home["desa"] for home in rows["keluarga"]}
    seen = [
        each
        for each in rows["kunjungan"]
        if each["tanggal"] <= f.as_of and place[each["id_keluarga"]] in chosen
    ]
    homes = truth.targeted(f.as_of, f.desa, f.programs)
    owner = {home["id_keluarga"]: whose(truth, home, f.as_of, staff) for home in homes}
    ids: set[str | None] = {
        each["id_pendamping"] for each in staff if chosen & set(each["desa_tugas"])
    }
    ids |= {each["pendamping"] for each in seen} | set(owner.values())
    return {code: _of(code, truth, homes, owner, seen, f) for code in ids}


def _of(
    code: str | None,
    truth: Oracle,
    homes: list[Row],
    owner: dict[str, str | None],
    seen: list[Row],
    f: Filters,
) -> Row:
    own = [home for home in homes if owner[home["id_keluarga"]] == code]
    statuses = [truth.status(home, f.as_of) for home in own]
    made = [each for each in seen if each["pendamping"] == code]
    recent = [each for each in made if each["tanggal"] > f.as_of - timedelta(days=f.window_days)]
    met = {(each["id_keluarga"], each["tanggal"]) for each in recent if each["hasil"] == "bertemu"}
    late = sum(status in PAST_DUE for status in statuses)
    soon = statuses.count("due_soon")
    low, high = wilson(len(own) - late, len(own))
    pace = len(recent) * 7 / f.window_days
    return {
        "households": len(own),
        "never_met": sum(truth.last_contact(home, f.as_of) is None for home in own),
        "past_due": late,
        "due_soon": soon,
        "on_time": len(own) - late,
        "on_time_share": (len(own) - late) / len(own) if own else None,
        "ci_low": low,
        "ci_high": high,
        "visits": len(recent),
        "contacts": len(met),
        "visits_per_week": pace,
        "contacts_per_week": len(met) * 7 / f.window_days,
        "weeks": tuple(
            sum(7 * back <= (f.as_of - each["tanggal"]).days < 7 * (back + 1) for each in made)
            for back in range(7, -1, -1)
        ),
        "last_visit_on": max((each["tanggal"] for each in made), default=None),
        "to_visit": late + soon,
        "weeks_of_work": (late + soon) / pace if pace else None,
    }


def check(snapshot: Snapshot, rows: Rows, f: Filters) -> None:
    answers = {row["assistant_id"]: row for row in records(workload(snapshot, f))}
    wanted = expected(rows, f)
    assert set(answers) == set(wanted)
    for code, row in wanted.items():
        weeks = row.pop("weeks")
        assert answers[code]["weeks"] == weeks, code
        assert not differences(answers[code], row), code
    table = followup(snapshot, f)
    assert sum(row["households"] for row in answers.values()) == len(table)


@settings(max_examples=12, phases=PHASES)
@given(st.data())
def test_it_is_what_the_loops_say(data: st.DataObject) -> None:
    rows, views = data.draw(scenarios(views=4))
    with temporary_folder() as folder:
        snapshot = imported(rows, folder).current()
        for f in views:
            check(snapshot, rows, f)


# By hand --------------------------------------------------------------------------------------


def staff(code: str, *desa: str) -> Row:
    return {"id_pendamping": code, "nama": f"Pendamping {code}", "desa_tugas": desa}


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Any]:
    rows = world(
        [
            household("MET-BY-P2", registered=day(-90), priority="rendah"),
            household("NEVER", registered=day(-60), priority="tinggi"),
            household("OTHER-DESA", DESA[1], registered=day(-60), priority="tinggi"),
            household("NOBODY", DESA[2], registered=day(-1)),
        ],
        [
            visit("V1", "MET-BY-P2", day(-8), assistant="P1"),
            visit("V2", "MET-BY-P2", day(-7), assistant="P2"),
            visit("V3", "MET-BY-P2", day(-7), assistant="P2"),
            visit("V4", "NEVER", day(0), "tidak_di_tempat", assistant="P2"),
            visit("V5", "OTHER-DESA", day(-14), "menolak", assistant="P9"),
        ],
        [target("NEVER", "PKH", day(-30))],
    )
    rows["pendamping"] = [
        staff("P3", DESA[0]),
        staff("P1", DESA[0]),
        staff("P2", DESA[1]),
        staff("P9"),
    ]
    store = imported(rows, tmp_path)
    return lambda **more: workload(store.current(), Filters(MIDDLE, 14, **more)).set_index(
        "assistant_id"
    )


def test_the_last_to_meet_a_household_looks_after_it(small: Callable[..., Any]) -> None:
    table = small()
    assert table["households"].tolist() == [1, 2, 0, 0, 1]
    assert table.index.tolist()[:4] == ["P1", "P2", "P3", "P9"]
    assert pd.isna(table.index[4])  # nobody works in the third desa
    assert table.loc["P1", "never_met"] == 1  # P1 before P3, who works there too
    assert table.loc["P2", "past_due"] == 1  # the never-met one of its desa
    assert table.loc["P2", "on_time"] == 1
    assert table.loc["P2", "on_time_share"] == 0.5
    assert pd.isna(table.loc["P3", "on_time_share"])


def test_visits_count_for_who_made_them(small: Callable[..., Any]) -> None:
    table = small()
    assert table["visits"].tolist() == [1, 3, 0, 0, 0]  # V5 is 14 days old: just outside
    assert table["contacts"].tolist() == [1, 1, 0, 0, 0]  # V2 and V3 are one meeting
    assert table.loc["P2", "visits_per_week"] == 1.5
    assert table.loc["P2", "weeks"] == [0, 0, 0, 0, 0, 0, 2, 1]
    assert table.loc["P9", "weeks"] == [0, 0, 0, 0, 0, 1, 0, 0]
    assert table.loc["P9", "last_visit_on"].date() == day(-14)
    assert pd.isna(table.loc["P3", "last_visit_on"])
    assert table.loc["P2", "weeks_of_work"] == pytest.approx(1 / 1.5)
    assert pd.isna(table.loc["P9", "weeks_of_work"])


def test_a_desa_narrows_both_a_program_only_the_households(
    small: Callable[..., Any],
) -> None:
    other = small(desa=(DESA[1],))
    assert other.index.tolist() == ["P2", "P9"]
    assert other.loc["P2", ["households", "visits"]].tolist() == [1, 0]
    meant = small(programs=("PKH",))
    assert meant["households"].tolist() == [1, 0, 0, 0]
    assert meant["visits"].tolist() == [1, 3, 0, 0]


def test_an_empty_store_has_no_assistant(fresh_store: Store) -> None:
    table = workload(fresh_store.current(), Filters(MIDDLE))
    assert table.empty
    assert {"assistant_id", "households", "weeks_of_work"} <= set(table.columns)


def test_the_answer_has_the_columns_it_promises(demo_store: Store) -> None:
    table: Any = workload(demo_store.current(), Filters(date(2025, 12, 15)))
    promised = workload.__doc__ or ""
    assert all(f"{name}" in promised for name in table.columns)
    assert QUESTIONS["workload"].sql.startswith("-- followup:")
    assert table["households"].sum() == len(
        followup(demo_store.current(), Filters(date(2025, 12, 15)))
    )


def test_programs_of_a_household_are_those_meant_for_it_on_the_day(tmp_path: Path) -> None:
    rows = world(
        [household("A"), household("B")],
        [],
        [
            target("A", "PKH", day(-30)),
            target("A", "BLT", day(-3), day(1)),
            target("A", "RTLH", day(-9), day(0)),
            target("B", "PKH", day(1)),
        ],
    )
    table: Any = followup(imported(rows, tmp_path).current(), Filters(MIDDLE)).set_index(
        "household_id"
    )
    assert list(table.loc["A", "targeted_programs"]) == ["BLT", "PKH"]
    assert list(table.loc["B", "targeted_programs"]) == []


def test_households_that_nobody_has_met_and_nobody_is_assigned_to(fresh_store: Store) -> None:
    assert workload(fresh_store.current(), Filters(date(2026, 1, 5))).empty
    files = {
        "keluarga.csv": b"id_keluarga,desa,terdaftar_pada\nA,Pudak,2025-01-05\n",
        "pendamping.csv": b"id_pendamping,nama,desa_tugas\nP9,Uji,Awayan\n",
    }
    import_files(fresh_store, [SourceFile(name, data=data) for name, data in files.items()])
    table = workload(fresh_store.current(), Filters(date(2026, 1, 5)))
    assert table["households"].tolist() == [0, 1]
    assert table["assistant_name"].iloc[0] == "Uji"
