"""Every question against the brute-force oracle, on stores that hypothesis makes up.

The rows go in as CSV files through the ordinary import, so that a difference may lie anywhere
between a file and a figure. ``ORACLE_TIMES=20`` makes twenty times as many stores, for a long look
after a change to the core.
"""

from __future__ import annotations

import csv
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analytics import questions
from analytics.questions import Filters
from tests.oracle import (
    CADENCE_DAYS,
    SMALL_DESA_HOUSEHOLDS,
    STATUSES,
    WAITING_AFTER_DAYS,
    Oracle,
    Row,
)
from tests.questions.compare import by, differences, records
from tests.questions.worlds import (
    DESA,
    PROGRAMS,
    Rows,
    busy_world,
    corrected,
    critical_days,
    day,
    deliver,
    histories,
    household,
    imported,
    oracle,
    visit,
    world,
    worlds,
)

if TYPE_CHECKING:
    from analytics.store import Snapshot, Store

REPOSITORY = Path(__file__).resolve().parents[2]
with (REPOSITORY / "data" / "desa.csv").open(encoding="utf-8") as _file:
    AREA = [
        row["kode_kemendagri"] for row in csv.DictReader(_file) if row["kode_kec"] == "63.11.03"
    ]

SHARE = ("active", "covered", "coverage", "ci_low", "ci_high")
STEPS = ("targeted", "attempted", "met", "received", "benefited", "received_outside_target")
SCORE_PARTS = ("score_overdue", "score_priority", "score_vulnerability", "score_status")

WINDOWS = st.sampled_from([1, 7, 30, 30, 90, 90, 365])
DESA_CHOICES = st.sampled_from([(), (), (), (DESA[0],), (DESA[1],), (DESA[0], DESA[2])])
PROGRAM_CHOICES = st.sampled_from([(), (), ("PKH",), ("BLT",), ("PKH", "BLT"), ("RTLH",)])


@st.composite
def filters_for(draw: st.DrawFn, rows: Rows) -> Filters:
    """A view of *rows* on a day on which something is about to change, or just has."""
    window_days = draw(WINDOWS)
    kinds = critical_days(rows, window_days)
    as_of = draw(st.sampled_from(kinds[draw(st.sampled_from(sorted(kinds)))]))
    return Filters(as_of, window_days, draw(DESA_CHOICES), draw(PROGRAM_CHOICES))


@st.composite
def scenarios(draw: st.DrawFn, views: int) -> tuple[Rows, list[Filters]]:
    """The rows of a store, and views of it."""
    rows = draw(worlds())
    return rows, [draw(filters_for(rows)) for _ in range(views)]


@st.composite
def stories(draw: st.DrawFn, views: int) -> tuple[list[Rows], list[Filters]]:
    """Deliveries, and views of what they add up to."""
    deliveries = draw(histories())
    final = deliveries[0]
    for delivery in deliveries[1:]:
        final = corrected(final, delivery)
    return deliveries, [draw(filters_for(final)) for _ in range(views)]


# Every example writes a store to disk: minutes of shrinking would say little more than the small
# example that was found. Add Phase.shrink to have it all the same.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


TIMES = int(os.environ.get("ORACLE_TIMES", "1"))


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for the stores of one example, which are closed at its end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        yield Path(name)
        close_stores(Path(name))


def close_stores(folder: Path) -> None:
    """A process keeps versions open for as long as it lives: hundreds would fill the memory."""
    from analytics.store import Store

    for pointer in folder.rglob("CURRENT"):
        store = Store(pointer.parent)
        for version in store.versions():
            store.forget(version.id)


# One check per question: each raises an AssertionError that names what differs ----------------


def check_coverage(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.coverage(snapshot, f), "desa_code")
    assert set(answers) == set(f.desa or AREA)
    for code, answer in answers.items():
        expected = truth.coverage(f.as_of, f.window_days, [code], f.programs)
        expected["data_through"] = newest = truth.data_through(f.as_of, [code])
        expected["days_since_data"] = (f.as_of - newest).days if newest else None
        if expected["active"] == 0 or newest is None:
            expected["state"] = "no_data"  # no visit ever arrived: never shown as zero
        elif truth.is_waiting(f.as_of, code):
            expected["state"] = "waiting"
        else:
            is_small = expected["active"] < SMALL_DESA_HOUSEHOLDS
            expected["state"] = "small" if is_small else "ok"
        assert not differences(answer, expected), code
    check_ranks(list(answers.values()))


def check_ranks(rows: list[Row]) -> None:
    """Ranked are exactly the desa in order, and by nothing but their coverage."""
    ranked = [row for row in rows if row["state"] == "ok"]
    for row in rows:
        if row not in ranked:
            assert row["rank"] is None
            continue
        better = sum(other["coverage"] > row["coverage"] for other in ranked)
        assert row["rank"] == better + 1, row


def check_coverage_change(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.coverage_change(snapshot, f), "desa_code")
    assert set(answers) == set(f.desa or AREA)
    for code, answer in answers.items():
        before = answer["before_as_of"]
        assert before < f.as_of
        now = {h["id_keluarga"]: h for h in truth.targeted(f.as_of, [code], f.programs)}
        then = {h["id_keluarga"] for h in truth.targeted(before, [code], f.programs)}
        moved = [
            truth.is_covered(now[household], f.as_of, f.window_days)
            - truth.is_covered(now[household], before, f.window_days)
            for household in then & set(now)
        ]
        expected: Row = {
            "in_both": len(moved),
            "gained": moved.count(1),
            "lost": moved.count(-1),
            "coverage": truth.coverage(f.as_of, f.window_days, [code], f.programs)["coverage"],
            "coverage_before": truth.coverage(before, f.window_days, [code], f.programs)[
                "coverage"
            ],
        }
        assert not differences(answer, expected), code
        if answer["direction"] != "steady":
            assert answer["p_adjusted"] < 0.05
            assert abs(answer["change"]) >= 0.05
            assert (answer["change"] < 0) == (answer["direction"] == "falling")


def check_coverage_program(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.coverage_program(snapshot, f), "desa_code", "program_code")
    for code in f.desa or AREA:
        for program in f.programs or PROGRAMS:
            expected = truth.coverage_program(f.as_of, f.window_days, code, program)
            answer = answers.pop((code, program), None)
            if answer is None:
                assert expected["targeted"] == 0, (code, program)
            else:
                assert not differences(answer, expected), (code, program)
    assert not answers


def follow_up_counts(rows: list[Row]) -> Row:
    """Households of *rows* past due, never met, due soon."""
    return {
        "past_due": sum(row["status"] in ("never", "lost", "overdue") for row in rows),
        "never": sum(row["status"] == "never" for row in rows),
        "due_soon": sum(row["status"] == "due_soon" for row in rows),
    }


def check_desa_metrics(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.desa_metrics(snapshot, f), "desa_code")
    assert set(answers) == set(f.desa or AREA)
    listed = truth.followup(f.as_of, f.desa, f.programs)
    for code, answer in answers.items():
        rows = [row for row in listed.values() if row["desa_code"] == code]
        expected = truth.coverage(f.as_of, f.window_days, [code], f.programs)
        expected |= follow_up_counts(rows)
        heard = truth.data_through(f.as_of, [code]) is not None and rows
        for name in ("past_due", "never"):
            expected[f"{name}_share"] = expected[name] / len(rows) if heard else None
        assert not differences(answer, expected), code


def check_rt(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.rt(snapshot, f), "desa_code", "rt")
    listed = truth.followup(f.as_of, f.desa, f.programs)
    sources = {h["id_keluarga"]: h for h in truth.households}
    groups: dict[tuple[str, Any], list[str]] = {}
    for household_id, row in listed.items():
        key = (row["desa_code"], sources[household_id]["rt"])
        groups.setdefault(key, []).append(household_id)
    assert set(answers) == set(groups)
    for key, ids in groups.items():
        heard = truth.data_through(f.as_of, [key[0]]) is not None
        covered = sum(truth.is_covered(sources[i], f.as_of, f.window_days) for i in ids)
        expected: Row = {
            "active": len(ids),
            "covered": covered,
            "coverage": covered / len(ids) if heard else None,
            **follow_up_counts([listed[i] for i in ids]),
        }
        assert not differences(answers[key], expected), key


def check_followup(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    table = questions.followup(snapshot, f)
    answers = by(table, "household_id")
    expected = truth.followup(f.as_of, f.desa, f.programs)
    assert set(answers) == set(expected)
    for household_id, row in expected.items():
        answer = answers[household_id]
        assert not differences(answer, row), household_id
        source = next(h for h in truth.households if h["id_keluarga"] == household_id)
        assert set(answer["vulnerabilities"]) == set(source["kerentanan"])
        check_score(answer, CADENCE_DAYS[row["priority"]])
    scores = [row["score"] for row in records(table)]
    assert scores == sorted(scores, reverse=True)


def check_score(row: Row, cadence_days: int) -> None:
    """The order of visits can be recomputed by hand from what the list shows."""
    parts = {
        "score_overdue": 50 * min(1, row["days_overdue"] / (3 * cadence_days)),
        "score_priority": {"tinggi": 20, "sedang": 10, "rendah": 0}[row["priority"]],
        "score_vulnerability": min(15, 5 * len(row["vulnerabilities"])),
        "score_status": 15 if row["status"] in ("never", "lost") else 0,
    }
    for name, points in parts.items():
        assert abs(row[name] - points) <= 0.051, (name, row)  # shown with one decimal
    assert abs(row["score"] - sum(row[name] for name in SCORE_PARTS)) < 1e-6


def check_reach(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.reach(snapshot, f), "program_code")
    assert set(answers) == set(f.programs or PROGRAMS)
    for program, answer in answers.items():
        assert not differences(answer, truth.reach(f.as_of, program, f.desa)), program
        counts = [answer[step] for step in STEPS[:5]]
        assert counts == sorted(counts, reverse=True)


def check_reach_desa(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.reach_desa(snapshot, f), "program_code", "desa_code")
    for code in f.desa or AREA:
        for program in f.programs or PROGRAMS:
            expected = truth.reach(f.as_of, program, [code])
            answer = answers.pop((program, code), dict.fromkeys(STEPS, 0))
            assert not differences(answer, expected), (program, code)
    assert not answers


def check_target_gaps(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    expected = set()
    for source in truth.active(f.as_of, f.desa):
        for program in f.programs or PROGRAMS:
            reached = truth.steps(source, program, f.as_of)
            gap = "outside_target" if "received_outside_target" in reached else ""
            if "targeted" in reached and "met" not in reached:
                gap = "never_met" if "attempted" in reached else "never_attempted"
            if gap:
                expected.add((gap, program, source["desa"], source["id_keluarga"]))
    table = records(questions.target_gaps(snapshot, f))
    found = [(r["gap"], r["program_code"], r["desa_code"], r["household_id"]) for r in table]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert all(row["days"] == (f.as_of - row["since_on"]).days >= 0 for row in table)
    counts = records(questions.target_gap_counts(snapshot, f))
    for gap in questions.GAPS:
        assert sum(row[gap] for row in counts) == sum(each[0] == gap for each in found), gap


def check_double_aid(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    since = f.as_of - timedelta(days=f.window_days - 1)
    received = {
        source["id_keluarga"]: {
            program for program in PROGRAMS if truth.receipts_of(source, program, since, f.as_of)
        }
        for source in truth.active(f.as_of, f.desa)
    }
    answers = by(questions.double_aid(snapshot, f), "first_code", "second_code")
    for first in PROGRAMS:
        for second in PROGRAMS:
            wanted = not f.programs or first in f.programs or second in f.programs
            both = sum({first, second} <= programs for programs in received.values())
            answer = answers.pop((first, second), None)
            if answer is None:
                assert not (first < second and wanted and both), (first, second)
                continue
            assert first < second
            assert wanted
            expected = {
                "households": both,
                "received_first": sum(first in programs for programs in received.values()),
                "received_second": sum(second in programs for programs in received.values()),
            }
            assert not differences(answer, expected), (first, second)
    assert not answers
    several = by(questions.double_aid_household(snapshot, f), "household_id")
    chosen = set(f.programs) or set(PROGRAMS)
    assert {code: set(row["programs"]) for code, row in several.items()} == {
        code: programs
        for code, programs in received.items()
        if len(programs) >= 2 and programs & chosen
    }


def check_equity(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    groups: dict[tuple[str, str], list[Row]] = {}
    for source in truth.targeted(f.as_of, f.desa, f.programs):
        desil = str(source["desil"]) if source["desil"] is not None else "unknown"
        keys = {("all", "all"), ("desil", desil), ("priority", source["prioritas"] or "sedang")}
        keys |= {("vulnerability", code) for code in source["kerentanan"] or ("none",)}
        for key in keys:
            groups.setdefault(key, []).append(source)
    answers = by(questions.equity(snapshot, f), "dimension", "group_code")
    assert set(answers) == set(groups)
    heard = truth.data_through(f.as_of, f.desa) is not None
    for key, sources in groups.items():
        covered = sum(truth.is_covered(source, f.as_of, f.window_days) for source in sources)
        steps = [
            [truth.steps(source, program, f.as_of) for program in f.programs or PROGRAMS]
            for source in sources
        ]
        targeted = [reached for reached in steps if any("targeted" in each for each in reached)]
        received = sum(any("received" in each for each in reached) for reached in targeted)
        expected: Row = {
            "active": len(sources),
            "covered": covered,
            "coverage": covered / len(sources) if heard else None,
            "targeted": len(targeted),
            "received": received,
            "reached": received / len(targeted) if targeted else None,
        }
        assert not differences(answers[key], expected), key


def check_trend(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    expected = truth.trend(f.as_of, f.window_days, f.desa, f.programs)
    table = questions.trend(snapshot, f)
    if not expected:  # no visit yet: nothing to draw but, at most, the day itself
        assert len(table) <= 1
        return
    answers = by(table, "month_end")
    assert list(answers) == list(expected)
    for month_end, row in expected.items():
        assert not differences(answers[month_end], row), month_end


def check_freshness(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    answers = by(questions.freshness(snapshot, f), "desa_code")
    assert set(answers) == set(f.desa or AREA)
    for code, answer in answers.items():
        newest = truth.data_through(f.as_of, [code])
        expected = truth.visit_counts(f.as_of, code)
        expected["data_through"] = newest
        expected["days_since_data"] = age = (f.as_of - newest).days if newest else None
        if age is None:
            expected["state"] = "no_data"
        else:
            expected["state"] = "waiting" if age > WAITING_AFTER_DAYS else "ok"
        assert not differences(answer, expected), code


def check_summary(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    (answer,) = records(questions.summary(snapshot, f))
    expected = truth.coverage(f.as_of, f.window_days, f.desa, f.programs)
    expected["data_through"] = truth.data_through(f.as_of, f.desa)
    rows = truth.followup(f.as_of, f.desa, f.programs).values()
    for status in STATUSES:
        expected[status] = sum(row["status"] == status for row in rows)
    before = answer["previous_as_of"]
    if before is not None:
        assert before < f.as_of
        earlier = truth.coverage(before, f.window_days, f.desa, f.programs)
        expected["previous_coverage"] = earlier["coverage"]
    assert not differences(answer, expected)


def check_household(snapshot: Snapshot, truth: Oracle, f: Filters) -> None:
    for source in truth.households[:1]:
        household_id = source["id_keluarga"]
        events = records(questions.household(snapshot, f, household_id))
        assert all(event["on_date"] <= f.as_of for event in events)
        seen = sorted(e["on_date"] for e in events if e["assistant_id"] is not None)
        expected = [v["tanggal"] for v in truth.visits_of(source, date.min, f.as_of)]
        assert seen == sorted(expected), household_id
        check_household_facts(snapshot, truth, f, source)


def check_household_facts(snapshot: Snapshot, truth: Oracle, f: Filters, source: Row) -> None:
    (facts,) = records(questions.household_facts(snapshot, f, source["id_keluarga"]))
    expected = {
        "desa_code": source["desa"],
        "registered_on": source["terdaftar_pada"],
        "ended_on": source["berakhir_pada"],
    }
    if truth.is_active(source, f.as_of):
        row = truth.followup(f.as_of)[source["id_keluarga"]]
        expected |= {name: row[name] for name in ("last_contact_on", "due_on", "status")}
    assert not differences(facts, expected), source["id_keluarga"]


CHECKS = (
    check_coverage,
    check_coverage_change,
    check_coverage_program,
    check_followup,
    check_desa_metrics,
    check_rt,
    check_reach,
    check_reach_desa,
    check_target_gaps,
    check_double_aid,
    check_equity,
    check_trend,
    check_freshness,
)
SLOWER_CHECKS = (check_summary, check_household)
"""They ask several of the questions above."""


def check_everything(snapshot: Snapshot, rows: Rows, views: list[Filters]) -> None:
    truth = oracle(rows, AREA)
    for number, f in enumerate(views):
        for check in (*CHECKS, *SLOWER_CHECKS) if number == 0 else CHECKS:
            try:
                check(snapshot, truth, f)
            except AssertionError as error:
                error.add_note(f"in {check.__name__} of {f}")
                raise


@settings(max_examples=12 * TIMES, phases=PHASES)
@given(scenario=scenarios(views=6))
def test_every_question_agrees_with_the_oracle(scenario: tuple[Rows, list[Filters]]) -> None:
    rows, views = scenario
    with temporary_folder() as folder:
        check_everything(imported(rows, folder).current(), rows, views)


@pytest.mark.parametrize("seed", range(4 * TIMES))
def test_a_busy_store_agrees_with_the_oracle(seed: int, tmp_path: Path) -> None:
    rows = busy_world(seed)
    chance = random.Random(seed)
    views = []
    for window_days in (1, 7, 30, 90, 365):
        for days in critical_days(rows, window_days).values():
            desa = chance.choice([(), (), (DESA[0],)])
            programs = chance.choice([(), (), ("PKH",), ("PKH", "BLT")])
            views.append(Filters(chance.choice(days), window_days, desa, programs))
    check_everything(imported(rows, tmp_path).current(), rows, views)
    close_stores(tmp_path)


def test_desa_large_enough_to_be_ranked(tmp_path: Path) -> None:
    """Twelve households in each of three desa: two up to date, one whose data are late."""
    homes, seen = [], []
    for place, code in enumerate(DESA):
        for number in range(12):
            household_id = f"K{place}{number:02}"
            homes.append(household(household_id, code, day(-100)))
            if number < 4 * (place + 1):
                on = day(-1) if code != DESA[2] else day(-20)
                seen.append(visit(f"V{household_id}", household_id, on))
    rows = world(homes, seen)
    snapshot = imported(rows, tmp_path).current()
    truth = oracle(rows, AREA)
    for offset in (-20, -6, -5, -1, 0, 13, 14, 88, 89, 90):
        f = Filters(as_of=day(offset), window_days=90)
        check_coverage(snapshot, truth, f)
    answers = by(questions.coverage(snapshot, Filters(as_of=day(0), window_days=90)), "desa_code")
    assert [answers[code]["state"] for code in DESA] == ["ok", "ok", "waiting"]
    assert {answers[code]["rank"] for code in DESA[:2]} == {1, 2}
    assert answers[DESA[2]]["rank"] is None


# Many small imports against one ---------------------------------------------------------------

MARTS = sorted(path.stem for path in (REPOSITORY / "analytics/store/marts").glob("*.sql"))
FACTS = ("household", "visit", "target", "program", "assistant", "barrier", "desa")
CODES = {
    "desa_key": ("desa", "desa_code"),
    "household_key": ("household", "household_id"),
    "program_key": ("program", "program_code"),
}


def mart_rows(snapshot: Snapshot, name: str) -> list[tuple[Any, ...]]:
    """The rows of a mart, with codes for keys: two stores may have given different keys."""
    columns, joins = [], []
    for column in snapshot.query(f"select * from {name} limit 0").columns:
        if column in CODES:
            named, code = CODES[column]
            columns.append(f"{named}.{code}")
            joins.append(f"join {named} on {named}.{column} = {name}.{column}")
        else:
            columns.append(f"{name}.{column}")
    table = snapshot.query(f"select {', '.join(columns)} from {name} {' '.join(joins)}")
    counted = snapshot.query(f"select count(*) as n from {name}")["n"].iloc[0]
    assert counted == len(table), f"{name} points at rows that are not there"
    return sorted((tuple(row.values()) for row in records(table)), key=repr)


ANSWERS = (
    questions.coverage,
    questions.coverage_program,
    questions.followup,
    questions.reach,
    questions.reach_desa,
    questions.trend,
    questions.summary,
    questions.freshness,
)


def assert_same_tables(stepwise: Snapshot, at_once: Snapshot) -> None:
    assert {"contact", "receipt", "reach", "benefit", "desa_day"} <= set(MARTS)
    for name in MARTS:
        assert mart_rows(stepwise, name) == mart_rows(at_once, name), name
    for name in FACTS:
        count = f"select count(*) as n from {name}"
        left, right = stepwise.query(count), at_once.query(count)
        assert left["n"].iloc[0] == right["n"].iloc[0], name


def assert_same_answers(stepwise: Snapshot, at_once: Snapshot, f: Filters) -> None:
    for question in ANSWERS:
        left, right = question(stepwise, f), question(at_once, f)
        pd.testing.assert_frame_equal(left, right, obj=question.__name__)


@settings(max_examples=8 * TIMES, phases=PHASES)
@given(story=stories(views=2))
def test_many_imports_give_what_one_gives(story: tuple[list[Rows], list[Filters]]) -> None:
    deliveries, views = story
    with temporary_folder() as folder:
        store: Store | None = None
        final = deliveries[0]
        for number, delivery in enumerate(deliveries):
            if store is None:
                store = imported(delivery, folder / "stepwise")
            else:
                deliver(store, delivery, folder / f"delivery{number}")
                final = corrected(final, delivery)
        assert store is not None
        stepwise = store.current()
        at_once = imported(final, folder / "at_once").current()
        assert_same_tables(stepwise, at_once)
        for f in views:
            assert_same_answers(stepwise, at_once, f)
        check_everything(stepwise, final, views)


def test_each_kind_of_correction(tmp_path: Path) -> None:
    """The corrections that a mart could miss, one after another, against a store made at once."""
    home, other = household("A", DESA[0], day(-90)), household("B", DESA[0], day(-90))
    first = world(
        [home, other],
        [
            visit("1", "A", day(-40), received=["PKH"], benefit=5),
            visit("2", "A", day(-10), received=["PKH"], benefit=2),
            visit("3", "B", day(-5)),
        ],
        [{"id_keluarga": "A", "program": "PKH", "mulai": day(-60), "selesai": None}],
    )
    steps: list[Rows] = [
        {**world(), "keluarga": [{**home, "desa": DESA[1]}]},
        {**world(), "keluarga": [{**home, "desa": DESA[1], "prioritas": "tinggi"}]},
        {**world(), "kunjungan": [visit("2", "A", day(-50), received=["PKH"], benefit=2)]},
        {**world(), "kunjungan": [visit("1", "A", day(-40), "tidak_di_tempat")]},
        {**world(), "kunjungan": [visit("3", "A", day(-5), received=["BLT"])]},
        {**world(), "sasaran": [{**first["sasaran"][0], "selesai": day(-45)}]},
        {**world(), "keluarga": [{**other, "berakhir_pada": day(-1)}]},
        {**world(), "keluarga": [{**other, "berakhir_pada": None}]},
    ]
    store = imported(first, tmp_path / "stepwise")
    final = first
    for number, step in enumerate(steps):
        deliver(store, step, tmp_path / f"step{number}")
        final = corrected(final, step)
        at_once = imported(final, tmp_path / f"at_once{number}").current()
        assert_same_tables(store.current(), at_once)
        views = [Filters(as_of=day(offset), window_days=30) for offset in (0, -45)]
        for f in views:
            assert_same_answers(store.current(), at_once, f)
        check_everything(store.current(), final, views)


def test_an_older_version_still_answers_as_it_did(tmp_path: Path) -> None:
    first = world([household("A", registered=day(-90))], [visit("1", "A", day(-10))])
    store = imported(first, tmp_path)
    old = store.current().version_id
    f = Filters(as_of=day(0), window_days=30)
    before = questions.followup(store.open(old), f)
    later = {**world(), "kunjungan": [visit("1", "A", day(-10) + timedelta(days=5))]}
    deliver(store, later, tmp_path / "later")
    pd.testing.assert_frame_equal(questions.followup(store.open(old), f), before)
    after = by(questions.followup(store.current(), f), "household_id")["A"]
    assert after["last_contact_on"] == day(-5)
