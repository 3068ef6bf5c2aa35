"""The barrier questions against their brute-force twin, on small nasty ledgers and on the demo."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import questions
from analytics.access.gate import seen_by
from analytics.access.roles import Reader, Role
from analytics.ingest import import_files
from analytics.questions import Filters
from analytics.questions.resolution import barrier_times
from analytics.stats.survival import log_rank
from analytics.store import Snapshot, Store
from tests.conftest import DEMO_TODAY
from tests.oracle_barriers import Ledger, Row
from tests.questions.compare import by, records
from tests.store.worlds import as_an_earlier_release, csv

DESA = ("63.11.03.2007", "63.11.03.2004", "63.11.03.2020")
START, TODAY = date(2025, 5, 29), date(2025, 9, 30)
COLUMNS = (
    "id_hambatan", "desa", "kategori", "opd", "dibuka_pada", "status", "selesai_pada", "solusi",
    "menunggu",
)  # fmt: skip


def ledger(seed: int, count: int = 40) -> list[Row]:
    """Barriers in which every status, a missing agency and equal days are common."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        opened = START + timedelta(days=chance.choice([0, 0, 3, 7, 30, 31, 60]))
        status = chance.choice(["terbuka", "diproses", "selesai", "selesai", "selesai", "ditolak"])
        closed = opened + timedelta(days=chance.choice([0, 1, 6, 7, 8, 30, 31, 60]))
        is_closed = status in ("selesai", "ditolak")
        rows.append(
            {
                "id_hambatan": f"H{number:03}",
                "desa": chance.choice(DESA),
                "kategori": chance.choice(["informasi", "akses_jalan", "penyaluran", "sinyal"]),
                "opd": chance.choice([None, "Dinas Satu", "Dinas Dua", "Dinas Tiga"]),
                "dibuka_pada": opened,
                "status": status,
                "selesai_pada": closed if is_closed else None,
                "solusi": "Diurus bersama" if status == "selesai" and number % 2 else None,
                "menunggu": "Pemerintah Desa" if number % 3 == 0 else None,
            }
        )
    return rows


def imported(store: Store, rows: list[Row]) -> Snapshot:
    lines = [",".join("" if row[c] is None else str(row[c]) for c in COLUMNS) for row in rows]
    text = ",".join(COLUMNS) + "\n" + "\n".join(lines) + "\n"
    report = import_files(store, [csv("hambatan", text)], today=TODAY)
    assert report.total("accepted") == len(rows), report.as_dict()
    return store.current()


DAYS = (0, 7, 38, 61, 120)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[list[Row], Snapshot]]:
    made = []
    for seed in range(2):
        store = Store(tmp_path_factory.mktemp("ledger") / "store")
        rows = ledger(seed)
        made.append((rows, imported(store, rows)))
    return made


def views() -> list[tuple[date, tuple[str, ...]]]:
    return [(START + timedelta(days=n), desa) for n in DAYS for desa in ((), DESA[:1])]


def test_open_barriers(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    for rows, snapshot in worlds:
        for day, desa in views():
            truth = Ledger(rows, day, desa)
            found = records(questions.barriers(snapshot, Filters(day, desa=desa)))
            expected = [
                {
                    "barrier_id": row["id_hambatan"],
                    "desa_code": row["desa"],
                    "agency": row["opd"],
                    "age_days": truth.days(row),
                    "waits_for": row["menunggu"],
                    "limit_days": truth.limit(row),
                    "over_days": max(0, truth.days(row) - truth.limit(row)),
                    "over_limit": truth.days(row) > truth.limit(row),
                }
                for row in truth.open_rows()
            ]
            assert [{k: row[k] for k in expected[0]} for row in found] == expected


def test_the_flow(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    for rows, snapshot in worlds:
        for day, desa in views():
            truth = Ledger(rows, day, desa).weeks()
            found = records(questions.barrier_flow(snapshot, Filters(day, desa=desa)))
            assert [{k: row[k] for k in truth[0]} for row in found] == truth


def test_no_barrier_yet_is_an_empty_table(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    f = Filters(START - timedelta(days=1))
    snapshot = worlds[0][1]
    for name in (
        "barriers",
        "barrier_flow",
        "resolution",
        "resolution_curve",
        "lessons",
        "meeting",
    ):
        table = questions.QUESTIONS[name].function(snapshot, f)
        assert table.empty
        assert list(table.columns)


def test_resolution(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    for rows, snapshot in worlds:
        for day, desa in views():
            truth = Ledger(rows, day, desa)
            table = questions.resolution(snapshot, Filters(day, desa=desa))
            found = by(table, "by", "group_code")
            groups = truth.groups()
            assert set(found) == set(groups)
            for key, members in groups.items():
                row = found[key]
                resolved = sum(truth.is_resolved(each) for each in members)
                assert row["barriers"] == len(members)
                assert row["resolved"] == resolved
                is_open = sum(truth.closed_on(each) is None for each in members)
                assert row["still_open"] == is_open
                assert row["turned_down"] == len(members) - resolved - is_open
                assert row["median_days"] == truth.median(members)
                left = truth.unresolved(members, Fraction(1), scaled=True)
                low, high = row["in_limit_low"], row["in_limit_high"]
                if all(truth.days(each) < truth.limit(each) for each in members) and left:
                    assert row["in_limit"] is None  # nobody knows yet
                else:
                    assert row["in_limit"] == pytest.approx(float(1 - left))
                assert (low is None) == (row["in_limit"] in (None, 0, 1))
                assert low is None or low - 1e-12 <= row["in_limit"] <= high + 1e-12
                assert row["few"] == (resolved < 5)
            _check_test(snapshot, table, day, desa)


def _check_test(snapshot: Snapshot, table: pd.DataFrame, day: date, desa: tuple[str, ...]) -> None:
    """Only groups with enough resolved ones are compared, and they with each other."""
    times = barrier_times(snapshot, Filters(day, desa=desa))
    for column in ("agency", "category"):
        mine = table[table["by"] == column]
        compared = set(mine.loc[~mine["few"], "group_code"])
        if len(compared) < 2:
            assert mine["p_value"].isna().all()
            continue
        part = times[times[column].fillna("").isin(compared)]
        test = log_rank(part["days"], part["is_resolved"], part[column].fillna("").tolist())
        assert mine["p_value"].iloc[0] == pytest.approx(test.p_value, nan_ok=True)
        assert mine["freedom"].iloc[0] == len(compared) - 1


def test_the_curve_agrees_with_its_definition(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    rows, snapshot = worlds[0]
    truth = Ledger(rows, TODAY)
    table = questions.resolution_curve(snapshot, Filters(TODAY))
    for (which, group), part in table.groupby(["by", "group_code"]):
        members = truth.groups()[str(which), str(group)]
        assert part["days"].iloc[0] == 0
        assert part["last_days"].iloc[0] == max(truth.days(row) for row in members)
        for row in part.to_dict("records"):
            left = truth.unresolved(members, Fraction(int(row["days"])))
            assert row["unresolved"] == pytest.approx(float(left))


def test_a_barrier_turned_down_leaves_without_being_resolved(fresh_store: Store) -> None:
    """Two of three resolved on day 5, the third turned down on day 3: S(5) = 0, not a third."""
    shared: Row = {"desa": DESA[0], "kategori": "informasi", "opd": None, "solusi": None}
    shared |= {"dibuka_pada": START, "menunggu": None}
    rows: list[Row] = []
    for number, (status, took) in enumerate([("selesai", 5), ("selesai", 5), ("ditolak", 3)]):
        on = START + timedelta(days=took)
        rows.append(shared | {"id_hambatan": f"H{number}", "status": status, "selesai_pada": on})
    row = questions.resolution(imported(fresh_store, rows), Filters(TODAY)).iloc[0]
    assert (row["median_days"], row["in_limit"], row["turned_down"]) == (5, 1.0, 1)


def test_the_limit_says_nothing_while_all_are_younger(fresh_store: Store) -> None:
    """Limit of a house: 180 days. Two resolved on day 5, one open for 30 days."""
    shared: Row = {"desa": DESA[0], "kategori": "rumah", "opd": None, "solusi": None}
    shared |= {"menunggu": None, "status": "terbuka", "selesai_pada": None}
    opened = TODAY - timedelta(days=30)
    closed = {"status": "selesai", "selesai_pada": opened + timedelta(days=5)}
    rows: list[Row] = [
        shared | {"id_hambatan": "H0", "dibuka_pada": opened},
        shared | {"id_hambatan": "H1", "dibuka_pada": opened} | closed,
        shared | {"id_hambatan": "H2", "dibuka_pada": opened} | closed,
    ]
    snapshot = imported(fresh_store, rows)
    row = questions.resolution(snapshot, Filters(TODAY)).iloc[0]
    assert row["median_days"] == 5
    assert pd.isna(row["in_limit"])
    later = questions.resolution(snapshot, Filters(TODAY + timedelta(days=160))).iloc[0]
    assert later["in_limit"] == pytest.approx(2 / 3)


def test_an_agency_is_one_however_it_is_typed(fresh_store: Store) -> None:
    typed = ["Dinas Sosial", "dinas sosial", "Dinas  Sosial", "Dinas Sosial", "Bank", None]
    shared: Row = {"desa": DESA[0], "kategori": "informasi", "solusi": None, "menunggu": None}
    shared |= {"dibuka_pada": START, "status": "terbuka", "selesai_pada": None}
    rows: list[Row] = [
        shared | {"id_hambatan": f"H{place}", "opd": opd} for place, opd in enumerate(typed)
    ]
    snapshot = imported(fresh_store, rows)
    table = questions.barriers(snapshot, Filters(TODAY)).set_index("barrier_id")["agency"]
    assert table[["H0", "H1", "H2", "H3"]].tolist() == ["Dinas Sosial"] * 4
    assert pd.isna(table["H5"])
    groups = by(questions.resolution(snapshot, Filters(TODAY)), "by", "group_code")
    assert {code for which, code in groups if which == "agency"} == {"", "Bank", "Dinas Sosial"}
    assert groups["agency", "Dinas Sosial"]["barriers"] == 4
    assert set(questions.meeting(snapshot, Filters(TODAY))["agency"]) == {
        *("", "Bank", "Dinas Sosial")
    }


def test_lessons(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    for rows, snapshot in worlds:
        truth = Ledger(rows, TODAY)
        found = by(questions.lessons(snapshot, Filters(TODAY)), "barrier_id")
        told = {r["id_hambatan"]: r for r in truth.rows if truth.is_resolved(r) and r["solusi"]}
        assert set(found) == set(told)
        for code, row in found.items():
            assert row["solution"] == "Diurus bersama"
            assert row["in_limit"] == (truth.days(told[code]) <= truth.limit(told[code]))
        groups = questions.lesson_groups(questions.lessons(snapshot, Filters(TODAY)))
        assert groups["solved"].sum() == len(told)
        assert groups["solved"].is_monotonic_decreasing


def test_the_meeting(worlds: list[tuple[list[Row], Snapshot]]) -> None:
    for rows, snapshot in worlds:
        for day, window in ((date(2025, 6, 30), 30), (date(2025, 7, 31), 31), (TODAY, 1)):
            truth, since = Ledger(rows, day), day - timedelta(days=window)
            found = by(questions.meeting(snapshot, Filters(day, window)), "barrier_id")
            expected: dict[str, Any] = {}
            for row in truth.rows:
                on, is_new = truth.closed_on(row), row["dibuka_pada"] > since
                if on is None:
                    expected[row["id_hambatan"]] = ("new" if is_new else "open", is_new)
                elif on > since:
                    change = "resolved" if row["status"] == "selesai" else "turned_down"
                    expected[row["id_hambatan"]] = (change, is_new)
            assert {code: (r["change"], r["is_new"]) for code, r in found.items()} == expected


def test_a_version_of_an_earlier_release_answers_without_who_it_waits_for(
    tmp_path: Path, fresh_store: Store
) -> None:
    now = imported(fresh_store, ledger(1))
    before = questions.barriers(now, Filters(TODAY))
    old = as_an_earlier_release(fresh_store)
    seen = seen_by(Reader("budi", Role.PETUGAS, (DESA[0],)), old)
    for snapshot in (old, seen):
        assert questions.barrier_history(snapshot, Filters(TODAY)).empty
        assert questions.barriers(snapshot, Filters(TODAY))["waits_for"].isna().all()
        assert len(questions.meeting(snapshot, Filters(TODAY)))
    after = questions.barriers(old, Filters(TODAY))
    assert records(after.drop(columns="waits_for")) == records(before.drop(columns="waits_for"))


def test_the_demo_has_ages_that_the_rules_call_late(demo_store: Store) -> None:
    table = questions.barriers(demo_store.current(), Filters(DEMO_TODAY))
    flow = questions.barrier_flow(demo_store.current(), Filters(DEMO_TODAY))
    assert 0 < table["over_limit"].sum() < len(table) == flow["open_at_end"].iloc[-1]
