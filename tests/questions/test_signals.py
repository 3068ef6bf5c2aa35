"""Early signals: weekly counts against plain loops, and the planted cluster as it begins."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access.gate import ask_as
from analytics.access.roles import Reader, Role
from analytics.config import load_rules
from analytics.ingest import SourceFile, import_files
from analytics.questions import QUESTIONS, Filters, signals, signals_watched
from analytics.questions.signals import COLUMNS
from analytics.questions.signals_weeks import Weeks, weeks_of
from analytics.store import NotForThisRole, Snapshot, Store, scoped
from tests.conftest import DEMO_TODAY
from tests.oracle import Row, weekly_barriers, weekly_contacts
from tests.questions.test_against_oracle import PHASES, TIMES, temporary_folder
from tests.questions.worlds import DESA, day, household, imported, visit, world

if TYPE_CHECKING:
    from analytics.simulate import DemoFiles

CATEGORIES = ("penyaluran", "akses_jalan", "rumah")


def with_barriers(rows: dict[str, list[Row]], barriers: list[Row], folder: Path) -> Snapshot:
    store = imported(rows, folder)
    head = "id_hambatan,desa,id_keluarga,kategori,dibuka_pada,status\n"
    lines = [
        f"{b['id']},{b['desa']},{b['id_keluarga'] or ''},{b['kategori']},"
        f"{b['dibuka_pada'].isoformat()},terbuka"
        for b in barriers
    ]
    data = (head + "\n".join(lines) + "\n").encode()
    report = import_files(store, [SourceFile("hambatan.csv", data=data)], today=day(120))
    assert report.total("rejected") == 0
    return store.current()


def by_desa(weeks: Weeks) -> dict[tuple[str, str, int], int]:
    found = {}
    for place, code in enumerate(weeks.desa["desa_code"]):
        for kind, category in enumerate(weeks.categories):
            row = weeks.cells.counts[place * len(weeks.categories) + kind]
            for index, count in enumerate(row):
                if count:
                    found[(code, category, weeks.count - 1 - index)] = int(count)
    return found


@settings(max_examples=3 * TIMES, phases=PHASES)
@given(st.data())
def test_weekly_counts_are_those_of_plain_loops(data: st.DataObject) -> None:
    homes = [household(f"K{n}", DESA[n % 2], day(-366)) for n in range(4)]
    days = st.integers(-200, 20).map(day)
    made = [
        visit(f"V{n}", f"K{n % 4}", data.draw(days), data.draw(st.sampled_from(OUTCOMES)))
        for n in range(data.draw(st.integers(1, 25)))
    ]
    barriers: list[Row] = [
        {
            "id": f"H{n}",
            "desa": DESA[data.draw(st.integers(0, 2))],
            "id_keluarga": None,
            "kategori": data.draw(st.sampled_from(CATEGORIES)),
            "dibuka_pada": data.draw(days),
        }
        for n in range(data.draw(st.integers(1, 25)))
    ]
    with temporary_folder() as folder:
        snapshot = with_barriers(world(homes, made), barriers, folder)
        for offset in (0, 3, data.draw(st.integers(-150, 20))):
            as_of = day(offset)
            weeks = weeks_of(snapshot, Filters(as_of))
            expected = weekly_barriers(barriers, as_of)
            assert by_desa(weeks) == expected
            met = weekly_contacts(homes, made, as_of)
            kinds = len(weeks.categories)
            for place, code in enumerate(weeks.desa["desa_code"]):
                for ago in range(30):
                    exposure = weeks.cells.exposure[place * kinds : (place + 1) * kinds]
                    found = exposure[:, weeks.count - 1 - ago]
                    contacts = met.get((code, ago), 0)
                    if contacts:
                        assert (found == contacts).all()
                    else:  # nobody met: exposure only where something was noted all the same
                        noted = [(code, c, ago) in expected for c in weeks.categories]
                        assert (found > 0).tolist() == noted


OUTCOMES = ("bertemu", "bertemu", "tidak_di_tempat")


def test_weeks_go_from_monday_to_sunday(tmp_path: Path) -> None:
    """15 June 2025 is a Sunday: asked on it the week is over, asked on the 16th one day is not."""
    snapshot = with_barriers(world([household("K1", DESA[0], day(-30))]), [], tmp_path)
    sunday = weeks_of(snapshot, Filters(day(0)))
    assert (sunday.whole, sunday.begins(sunday.whole)) == (sunday.count - 1, date(2025, 6, 9))
    monday = weeks_of(snapshot, Filters(day(1)))
    assert (monday.whole, monday.begins(monday.whole)) == (monday.count - 2, date(2025, 6, 9))
    assert monday.begins(monday.count - 1) == date(2025, 6, 16)


def asked(store: Store, when: date, **more: object) -> pd.DataFrame:
    return signals(store.current(), Filters(when, **more))  # type: ignore[arg-type]


def test_the_planted_cluster_is_found_in_its_first_week(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    """Within days in the running week, and as a cluster of its three desa at the week's end."""
    truth = demo_files.truth.cluster
    delay = next(
        days
        for days in range(28)
        if any(
            row["category"] == truth.category and set(row["desa_codes"]) <= set(truth.desa_codes)
            for row in asked(demo_store, truth.first_day + timedelta(days=days)).to_dict("records")
        )
    )
    assert delay <= 7
    sunday = truth.first_day + timedelta(days=6 - truth.first_day.weekday())
    found = asked(demo_store, sunday + timedelta(weeks=1))
    clusters = found[(found["kind"] == "cluster") & (found["category"] == truth.category)]
    assert set(clusters["desa_codes"].iloc[0]) == set(truth.desa_codes)
    assert clusters["q_value"].iloc[0] <= load_rules().signals.false_alarm_share
    assert clusters["count"].iloc[0] > 5 * clusters["usual_high"].iloc[0]


def test_before_it_there_is_nothing_of_the_kind(demo_store: Store, demo_files: DemoFiles) -> None:
    truth = demo_files.truth.cluster
    before = truth.first_day - timedelta(days=1)
    for back in (0, 14, 28):
        found = asked(demo_store, before - timedelta(days=back))
        assert truth.category not in set(found["category"])


def test_a_row_says_what_is_usual(demo_store: Store, demo_files: DemoFiles) -> None:
    truth = demo_files.truth.cluster
    table = asked(demo_store, truth.first_day + timedelta(days=14))
    assert list(table.columns) == list(COLUMNS)
    assert len(table)
    assert table["key"].is_unique
    assert (table["count"] > table["usual_high"]).all()
    assert (table["count"] > table["expected"]).all()
    assert (table["count"] >= load_rules().signals.least_count).all()
    assert (table["q_value"] >= table["p_value"] - 1e-12).all()
    assert (table["state"] == "new").all()
    for row in table[table["weeks_long"] == 1].to_dict("records"):
        assert row["weeks"][-1] == row["count"]
        assert len(row["weeks"]) == len(row["weeks_low"]) == len(row["weeks_high"]) == 26
    for row in table[table["kind"] == "cluster"].to_dict("records"):
        assert sum(row["weeks"][-row["weeks_long"] :]) == row["count"]
    people = table[table["kind"] == "assistant"]
    assert len(people)
    assert people["category"].isna().all()
    assert not people["desa_codes"].map(len).any()


def test_the_same_question_has_the_same_answer_and_keys_stay(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    end = demo_files.truth.cluster.first_day
    sunday = end + timedelta(days=6 - end.weekday() + 7)
    one = asked(Store(demo_store.folder), sunday)
    pd.testing.assert_frame_equal(one, asked(Store(demo_store.folder), sunday))
    later = asked(demo_store, sunday + timedelta(days=2))
    assert set(one["key"]) <= set(later["key"])


def test_the_choice_of_desa_shows_fewer_and_changes_none(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    truth = demo_files.truth.cluster
    when = truth.first_day + timedelta(days=14)
    whole, some = asked(demo_store, when), asked(demo_store, when, desa=truth.desa_codes[:1])
    assert 0 < len(some) < len(whole)
    shared = whole[whole["key"].isin(some["key"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(shared, some)


def test_a_field_worker_has_own_desa_and_no_assistants(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    truth = demo_files.truth.cluster
    when = Filters(truth.first_day + timedelta(days=14))
    own = scoped(demo_store.current(), truth.desa_codes[:1])
    found = signals(own, when)
    assert len(found)
    assert {code for codes in found["desa_codes"] for code in codes} == {truth.desa_codes[0]}
    assert "assistant" not in set(found["kind"])
    assert signals_watched(own, when)["assistants"].tolist() == [0]


@pytest.mark.parametrize("role", [Role.PENINJAU, Role.PUBLIK])
@pytest.mark.parametrize("name", ["signals", "signals_watched"])
def test_outside_readers_are_refused(demo_store: Store, role: Role, name: str) -> None:
    with pytest.raises(NotForThisRole, match=name):
        ask_as(Reader("x", role), demo_store.current(), name, Filters(DEMO_TODAY))


def test_desa_without_data_are_named_and_not_zero(demo_store: Store, demo_files: DemoFiles) -> None:
    late = demo_files.truth.late_desa
    row = signals_watched(demo_store.current(), Filters(DEMO_TODAY)).iloc[0]
    weeks = weeks_of(demo_store.current(), Filters(DEMO_TODAY))
    name = weeks.desa.set_index("desa_code")["desa_name"][late]
    assert name in list(row["no_data"])
    silent = len(row["no_data"])
    assert row["cells"] <= (len(weeks.desa) - silent) * len(weeks.categories)
    assert row["week_end"] == pd.Timestamp(DEMO_TODAY) - pd.Timedelta(days=1)  # a Monday


def test_a_short_past_judges_nothing(demo_store: Store, demo_files: DemoFiles) -> None:
    early = demo_files.truth.first_day + timedelta(weeks=8)
    row = signals_watched(demo_store.current(), Filters(early)).iloc[0]
    assert row["cells"] == 0
    assert row["too_short"] == len(weeks_of(demo_store.current(), Filters(early)).desa)
    assert asked(demo_store, early).empty


def test_an_empty_store_has_no_signals(fresh_store: Store) -> None:
    assert signals(fresh_store.current(), Filters(DEMO_TODAY)).empty
    assert QUESTIONS["signals_watched"].function(fresh_store.current(), Filters(DEMO_TODAY))[
        "cells"
    ].tolist() == [0]


def test_the_desa_of_a_quiet_week_with_few_visits_is_no_quiet_week(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    """What is expected follows the households met."""
    weeks = weeks_of(demo_store.current(), Filters(DEMO_TODAY))
    rules = load_rules().signals
    usual = weeks.cells.usual_before(weeks.whole, rules.guard_weeks, rules)
    full = usual.mean(weeks.cells.exposure[:, weeks.whole])
    half = usual.mean(weeks.cells.exposure[:, weeks.whole] / 2)
    assert half == pytest.approx(full / 2)
