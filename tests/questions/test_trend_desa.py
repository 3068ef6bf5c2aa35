"""The monthly questions against brute force, against the other questions, and by hand."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings

from analytics import questions
from analytics.config import PAST_DUE
from analytics.events import events_between
from analytics.questions import MEASURES, Filters, activity, monthly, trend_desa
from analytics.questions.monthly import judged
from analytics.questions.panels import panels
from tests.conftest import DEMO_TODAY
from tests.oracle import WAITING_AFTER_DAYS, Oracle, Row, month_ends, wilson
from tests.questions.compare import by, differences
from tests.questions.test_against_oracle import PHASES, scenarios, temporary_folder
from tests.questions.worlds import (
    DESA,
    Rows,
    busy_world,
    household,
    imported,
    oracle,
    target,
    visit,
    world,
)

if TYPE_CHECKING:
    from analytics.simulate import DemoFiles
    from analytics.store import Snapshot, Store

REPOSITORY = Path(__file__).resolve().parents[2]
with (REPOSITORY / "data" / "desa.csv").open(encoding="utf-8") as _file:
    AREA = [
        row["kode_kemendagri"] for row in csv.DictReader(_file) if row["kode_kec"] == "63.11.03"
    ]
COUNTS = ["active", "covered", "past_due", "visits", "visits_met", "households_met"]


# Brute force --------------------------------------------------------------------------------


def month_of(truth: Oracle, f: Filters, desa: list[str], end: date) -> Row:
    """One row of the answer, by loops over the raw rows."""
    start = end.replace(day=1)
    calendar_end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    homes = truth.targeted(end, desa, f.programs)
    of_desa = [h for h in truth.households if h["desa"] in desa]
    told = {h["id_keluarga"]: h for h in of_desa}
    known = [v for v in truth.visits if v["id_keluarga"] in told and v["tanggal"] <= f.as_of]
    days = [v["tanggal"] for v in known]
    first, newest = min(days, default=None), max(days, default=None)
    made = [
        v
        for v in known
        if start <= v["tanggal"] <= end
        and (not f.programs or _is_target(truth, told[v["id_keluarga"]], v["tanggal"], f.programs))
    ]
    met = [v for v in made if v["hasil"] == "bertemu"]
    active, begun = len(homes), first is not None and first <= end
    covered = sum(truth.is_covered(h, end, f.window_days) for h in homes)
    late = sum(truth.days_overdue(h, end) > 0 for h in homes)
    is_told = begun and newest is not None and start <= newest
    low, high = wilson(covered, active) if begun else (None, None)
    wait = timedelta(days=WAITING_AFTER_DAYS)
    seen = [day for day in days if day <= end]
    if not seen or not active:
        state = "no_data"
    elif newest is not None and newest + wait < end:
        state = "waiting"
    else:
        state = "small" if active < 10 else "ok"
    since = (end - first).days + 1 if first is not None else 0
    return {
        "month_start": start,
        "active": active,
        "covered": covered,
        "past_due": late,
        "coverage": covered / active if active and begun else None,
        "ci_low": low,
        "ci_high": high,
        "past_due_share": late / active if active and begun else None,
        "visits": len(made) if is_told else None,
        "visits_met": len(met) if is_told else None,
        "met_share": len(met) / len(made) if is_told and made else None,
        "households_met": len({v["id_keluarga"] for v in met}) if is_told else None,
        "visits_per_100": 100 * len(made) / active if is_told and active else None,
        "met_per_100": 100 * len({v["id_keluarga"] for v in met}) / active
        if is_told and active
        else None,
        "data_from": first,
        "data_through": newest,
        "state": state,
        "whole": calendar_end <= f.as_of and newest is not None and newest + wait >= calendar_end,
        "month_full": begun and first is not None and first <= start,
        "window_full": since >= f.window_days,
        "cadence_full": since >= 90,
    }


def _is_target(truth: Oracle, home: Row, day: date, programs: tuple[str, ...]) -> bool:
    return truth.is_active(home, day) and any(truth.targets_of(home, p, day) for p in programs)


def check(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    days = [v["tanggal"] for v in truth.visits if v["tanggal"] <= f.as_of]
    ends = list(month_ends(min(days, default=f.as_of), f.as_of))
    answers = by(trend_desa(snapshot, f), "desa_code", "month_end")
    assert set(answers) == {(code, end) for code in f.desa or AREA for end in ends}
    for (code, end), answer in answers.items():
        assert not differences(answer, month_of(truth, f, [code], end)), (code, end, f)
    together = by(activity(snapshot, f), "month_end")
    assert set(together) == set(ends)
    for end, answer in together.items():
        expected = month_of(truth, f, list(f.desa or AREA), end)
        assert not differences(answer, expected), (end, f)


@settings(max_examples=10, phases=PHASES)
@given(scenario=scenarios(views=3))
def test_every_column_agrees_with_brute_force(scenario: tuple[Rows, list[Filters]]) -> None:
    rows, views = scenario
    with temporary_folder() as folder:
        snapshot = imported(rows, folder).current()
        for f in views:
            check(snapshot, oracle(rows, AREA), f)


@pytest.mark.parametrize("programs", [(), ("PKH",), ("PKH", "BLT")])
def test_a_busy_store(programs: tuple[str, ...], tmp_path: Path) -> None:
    rows = busy_world(3)
    snapshot = imported(rows, tmp_path).current()
    check(snapshot, oracle(rows, AREA), Filters(date(2025, 7, 10), 60, programs=programs))


@settings(max_examples=8, phases=PHASES)
@given(scenario=scenarios(views=3))
def test_the_desa_add_up_to_the_kecamatan(scenario: tuple[Rows, list[Filters]]) -> None:
    rows, views = scenario
    with temporary_folder() as folder:
        snapshot = imported(rows, folder).current()
        for f in views:
            sums = trend_desa(snapshot, f).groupby("month_end")[COUNTS].sum()
            together = activity(snapshot, f).set_index("month_end")[COUNTS].fillna(0)
            assert (sums == together).all(axis=None)


# The same as everywhere else ----------------------------------------------------------------


@pytest.mark.parametrize("programs", [(), ("pkh",)])
def test_coverage_and_delay_are_those_of_the_other_pages(
    demo_store: Store, programs: tuple[str, ...]
) -> None:
    snapshot, f = demo_store.current(), Filters(DEMO_TODAY, programs=programs)
    together = activity(snapshot, f)
    same = ["month_end", "active", "covered", "coverage", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(
        together[same], questions.trend(snapshot, f)[same], check_dtype=False
    )
    for end in (DEMO_TODAY, date(2025, 3, 31), date(2024, 9, 30)):
        g = Filters(end, programs=programs)
        row = together[together["month_end"] == pd.Timestamp(end)].iloc[0]
        late = questions.followup(snapshot, g)["status"].isin(PAST_DUE).sum()
        assert row["past_due"] == late
        of_desa = trend_desa(snapshot, f)
        of_desa = of_desa[of_desa["month_end"] == pd.Timestamp(end)].set_index("desa_code")
        expected = questions.coverage(snapshot, g).set_index("desa_code")
        assert (of_desa["covered"] == expected["covered"]).all()
        if end == DEMO_TODAY:
            assert (of_desa["state"] == expected["state"]).all()
    if not programs:
        total = questions.freshness(snapshot, f)["visits_total"].sum()
        assert together["visits"].sum() == total


# By hand ------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Snapshot:
    """Two homes in one desa; one is met twice in March, the other found empty in April."""
    homes = [
        household("K1", registered=date(2025, 1, 1), priority="tinggi"),
        household("K2", registered=date(2025, 1, 1), priority="rendah", ended=date(2025, 5, 1)),
        household("K3", DESA[1], registered=date(2025, 1, 1)),
    ]
    visits = [
        visit("V1", "K1", date(2025, 3, 5)),
        visit("V2", "K1", date(2025, 3, 20)),
        visit("V3", "K2", date(2025, 3, 20), "menolak"),
        visit("V4", "K2", date(2025, 4, 10), "tidak_di_tempat"),
        visit("V5", "K1", date(2025, 6, 2)),
    ]
    return imported(
        world(homes, visits, [target("K1", "PKH", date(2025, 3, 10))]), tmp_path
    ).current()


def column(table: pd.DataFrame, name: str) -> list[Any]:
    return [None if pd.isna(value) else value for value in table[name]]


def test_by_hand(small: Snapshot) -> None:
    f = Filters(date(2025, 6, 15), 30, desa=(DESA[0],))
    table = activity(small, f)
    assert column(table, "month_end") == [
        pd.Timestamp(day) for day in ("2025-03-31", "2025-04-30", "2025-05-31", "2025-06-15")
    ]
    assert column(table, "active") == [2, 2, 1, 1]
    assert column(table, "covered") == [1, 0, 0, 1]
    # K1 is due on 19 April (20 March + 30); K2, never met, on 1 April (1 January + 90).
    assert column(table, "past_due") == [0, 2, 1, 0]
    assert column(table, "visits") == [3, 1, 0, 1]
    assert column(table, "visits_met") == [2, 0, 0, 1]
    assert column(table, "households_met") == [1, 0, 0, 1]
    assert column(table, "met_share") == [2 / 3, 0, None, 1]
    assert column(table, "whole") == [True, True, True, False]
    assert column(table, "month_full") == [False, True, True, True]
    assert column(table, "window_full") == [False, True, True, True]


def test_only_visits_to_targets_of_that_day_count(small: Snapshot) -> None:
    f = Filters(date(2025, 6, 15), 30, desa=(DESA[0],), programs=("PKH",))
    assert column(activity(small, f), "visits") == [1, 0, 0, 1]


def test_a_desa_without_a_visit_is_unknown_and_not_zero(small: Snapshot) -> None:
    table = trend_desa(small, Filters(date(2025, 6, 15), 30, desa=(DESA[1],)))
    for name in ("coverage", "past_due_share", "visits", "met_share", "visits_per_100"):
        assert table[name].isna().all(), name
    assert set(table["state"]) == {"no_data"}
    rows = monthly(table, MEASURES["kunjungan"])
    assert set(rows["left_out"]) == {"unknown"}


def test_months_after_the_newest_visit_are_unknown_and_the_last_one_is_late(
    small: Snapshot,
) -> None:
    table = activity(small, Filters(date(2025, 8, 20), 30, desa=(DESA[0],)))
    assert column(table, "visits") == [3, 1, 0, 1, None, None]
    assert monthly(table, MEASURES["kunjungan"])["left_out"].tolist() == [
        "initial", "", "", "late", "unknown", "unknown",
    ]  # fmt: skip
    assert column(table, "state")[-2:] == ["waiting", "waiting"]


def test_which_months_are_compared(small: Snapshot) -> None:
    table = activity(small, Filters(date(2025, 6, 15), 30, desa=(DESA[0],)))
    left_out = {key: monthly(table, m)["left_out"].tolist() for key, m in MEASURES.items()}
    assert left_out == {
        "cakupan": ["initial", "", "", "running"],
        "kunjungan": ["initial", "", "", "running"],
        "ditemui": ["initial", "", "", "running"],
        "bertemu": ["initial", "", "unknown", "running"],
        "terlambat": ["initial", "initial", "initial", "running"],
    }


@pytest.mark.parametrize(
    ("window", "months"), [(1, 1), (30, 1), (31, 1), (60, 2), (90, 3), (180, 6), (365, 12)]
)
def test_ranges_are_taken_between_months_that_share_no_day(window: int, months: int) -> None:
    f = Filters(date(2026, 1, 31), window)
    assert MEASURES["cakupan"].lag(f) == months
    assert MEASURES["kunjungan"].lag(f) == 1
    assert MEASURES["terlambat"].lag(f) == 3  # the longest cadence


def test_no_store_has_no_months_to_compare(fresh_store: Store) -> None:
    f = Filters(DEMO_TODAY)
    table = activity(fresh_store.current(), f)
    for measure in MEASURES.values():
        run = judged(monthly(table, measure), measure, f)
        assert (run.usable, run.limits, run.signals) == (0, None, ())


# What was planted in the demo ----------------------------------------------------------------


def _run(table: pd.DataFrame, key: str) -> tuple[list[tuple[str, date]], pd.DataFrame]:
    measure = MEASURES[key]
    run = judged(monthly(table, measure), measure, Filters(DEMO_TODAY))
    ends = run.rows["month_end"]
    return [(s.kind, ends.iloc[s.first].date()) for s in run.named], run.rows


@pytest.mark.parametrize("key", ["kunjungan", "ditemui"])
def test_the_planted_ramadan_is_below_the_limits_and_nothing_else_is(
    demo_store: Store, demo_files: DemoFiles, key: str
) -> None:
    named, _rows = _run(activity(demo_store.current(), Filters(DEMO_TODAY)), key)
    assert named == [("below", date(2025, 3, 31))]
    (first, last), *_more = demo_files.truth.ramadan
    event = events_between(date(2025, 3, 1), date(2025, 3, 31))[0]
    assert event.first == first <= date(2025, 3, 31)
    assert event.last > last


def test_the_planted_absence_shows_in_its_desa(demo_store: Store, demo_files: DemoFiles) -> None:
    table = trend_desa(demo_store.current(), Filters(DEMO_TODAY))
    absence = demo_files.truth.absence
    for code in absence.desa_codes:
        named, rows = _run(table[table["desa_code"] == code], "kunjungan")
        # The months of it, and the month of the return (a jump up).
        around = (absence.first_day, date(2025, 9, 30))
        assert [kind for kind, end in named if around[0] <= end <= around[1]], code
        worst = rows[rows["left_out"] == ""].sort_values("value").iloc[0]
        assert around[0] <= worst["month_end"].date() <= around[1]


def test_the_first_window_and_the_running_month_are_left_out(demo_store: Store) -> None:
    table = activity(demo_store.current(), Filters(DEMO_TODAY))
    rows = monthly(table, MEASURES["cakupan"])
    assert rows["left_out"].tolist() == ["initial"] * 3 + [""] * 15 + ["running"]
    run = judged(rows, MEASURES["cakupan"], Filters(DEMO_TODAY))
    assert run.limits is not None
    assert (run.usable, run.limits.points, run.limits.lag) == (15, 15, 3)


def test_panels_put_the_desa_in_need_first(demo_store: Store, demo_files: DemoFiles) -> None:
    f, snapshot = Filters(DEMO_TODAY), demo_store.current()
    found = panels(trend_desa(snapshot, f), activity(snapshot, f), MEASURES["cakupan"], f)
    assert sorted(panel.desa_code for panel in found) == sorted(AREA)
    order = [panel.desa_code for panel in found]
    late = demo_files.truth.late_desa
    neglected = list(demo_files.truth.neglected)
    others = [code for code in order if code not in (late, *neglected)]
    for code in neglected:
        assert order.index(code) < order.index(others[0])
    waiting = next(panel for panel in found if panel.desa_code == late)
    assert waiting.state == "waiting"
    # Its value is the newest one that is not a decay for want of data.
    assert waiting.newest is not None
    assert waiting.run.rows["left_out"].iloc[waiting.newest] == ""


def test_the_edges_of_being_due_and_of_a_full_window(tmp_path: Path) -> None:
    """Due on the month's end itself is not past due; a window of 30 days from its first day on."""
    homes = [household("K1", registered=date(2025, 1, 1), priority="tinggi")]
    homes.append(household("K2", registered=date(2025, 3, 1), priority="tinggi"))
    # K1 is due on 31 March (1 March + 30), K2, never met, likewise (registered on 1 March).
    snapshot = imported(world(homes, [visit("V1", "K1", date(2025, 3, 1))]), tmp_path).current()
    on_it = activity(snapshot, Filters(date(2025, 3, 31), 31))
    assert column(on_it, "past_due") == [0]
    assert column(on_it, "window_full") == [True]
    assert column(activity(snapshot, Filters(date(2025, 3, 31), 32)), "window_full") == [False]
    after = activity(snapshot, Filters(date(2025, 4, 1), 31))
    assert column(after, "past_due") == [0, 2]
