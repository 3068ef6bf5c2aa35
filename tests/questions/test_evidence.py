"""The questions of the page Dampak against counting by hand, on the demo and on tiny stores."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import questions
from analytics.access.published import PUBLISHED
from analytics.indicators import distance_from
from analytics.questions import Filters
from analytics.questions.change import first_comparable
from analytics.questions.concentration import distance_km
from analytics.questions.panel import panel
from analytics.simulate import DemoFiles
from analytics.store import Snapshot, Store
from tests.conftest import DEMO_TODAY
from tests.questions.compare import records
from tests.questions.worlds import DESA, busy_world, imported, oracle

F = Filters(DEMO_TODAY)
TYPED = """
[[indicator]]
id = "a"
measure = "coverage"
label_id = "A"
label_en = "A"
direction = "up"
declared_on = 2025-01-01
baseline = { counted = 48, out_of = 80, on = 2023-12-31, source = "Laporan 2023" }

[[indicator]]
id = "b"
measure = "coverage"
label_id = "B"
label_en = "B"
direction = "up"
declared_on = 2025-01-01
baseline = 2024-07-10

[[indicator]]
id = "c"
measure = "coverage"
label_id = "C"
label_en = "C"
direction = "up"
declared_on = 2025-01-01

[[indicator]]
id = "d"
measure = "coverage"
label_id = "D"
label_en = "D"
direction = "up"
declared_on = 2025-01-01
baseline = { value = 0.5, on = 2023-12-31, source = "Musdes" }
"""


@pytest.fixture
def demo(demo_store: Store) -> Snapshot:
    return demo_store.current()


def by_indicator(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(row["indicator"]): row for row in records(table)}


def test_the_declared_indicators_are_those_of_the_other_questions(demo: Snapshot) -> None:
    rows = by_indicator(questions.change(demo, F))
    baseline = rows["coverage"]["baseline_on"]
    assert baseline == date(2024, 9, 30)  # the first visit is of 17 June: 90 days end in September
    for day, which in ((baseline, "baseline"), (DEMO_TODAY, "current")):
        number = "baseline_n" if which == "baseline" else "current_n"
        table = questions.coverage(demo, Filters(day))
        assert rows["coverage"][f"{which}_counted"] == table["covered"].sum()
        assert rows["coverage"][number] == table["active"].sum()
        status = questions.followup(demo, Filters(day))["status"]
        assert (
            rows["past_due"][f"{which}_counted"] == status.isin(["never", "lost", "overdue"]).sum()
        )
        assert rows["never_met"][f"{which}_counted"] == (status == "never").sum()
        reach = questions.reach(demo, Filters(day))
        assert rows["received"][f"{which}_counted"] == reach["received"].sum()
        assert rows["benefited"][number] == reach["received"].sum()
    states = {name: row["state"] for name, row in rows.items()}
    assert states == {
        "coverage": "ok", "past_due": "ok", "never_met": "cumulative", "received": "cumulative",
        "resolved_30": "ok", "benefited": "ok",
    }  # fmt: skip


def test_no_baseline_is_missing_and_never_zero(
    demo: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "indicators.toml"
    file.write_text(TYPED, encoding="utf-8")
    monkeypatch.setenv("PERUT_INDICATORS", str(file))
    rows = by_indicator(questions.change(demo, F))
    assert rows["a"]["baseline"] == 0.6
    assert rows["a"]["source"] == "Laporan 2023"
    assert rows["a"]["difference"] == pytest.approx(rows["a"]["current"] - 0.6)
    assert rows["b"]["state"] == "not_comparable"  # the window began before the first visit
    assert rows["b"]["difference"] is None
    assert rows["c"]["state"] == "no_baseline"
    assert rows["c"]["baseline"] is rows["c"]["difference"] is rows["c"]["ci_low"] is None
    assert rows["c"]["current"] > 0
    assert rows["d"]["difference"] == pytest.approx(rows["d"]["current"] - 0.5)
    assert rows["d"]["ci_low"] is None
    chosen = by_indicator(questions.change(demo, Filters(DEMO_TODAY, desa=(DESA[0],))))
    assert chosen["a"]["state"] == "other_area"
    assert chosen["a"]["difference"] is None


def test_a_store_without_visits_has_no_baseline(fresh_store: Store) -> None:
    table = questions.change(fresh_store.current(), F)
    assert set(table["state"]) == {"no_baseline"}
    assert table[["baseline", "current", "difference"]].isna().all(axis=None)


def test_the_first_comparable_day_by_hand() -> None:
    assert first_comparable(date(2025, 1, 1), 90) == date(2025, 3, 31)
    assert first_comparable(date(2025, 1, 2), 90) == date(2025, 4, 30)


def test_barriers_solved_in_time_by_counting_rows(demo: Snapshot, demo_files: DemoFiles) -> None:
    """The rows of the store's table, one by one; only barriers followed for 30 days count."""
    rows = demo.query(
        "select desa_code, opened_on, closed_on, status from barrier "
        "inner join desa using (desa_key)"
    )
    counted: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0])
    for row in records(rows):
        opened, closed = row["opened_on"], row["closed_on"]
        end_of_month = (pd.Timestamp(opened) + pd.offsets.MonthEnd(0)).date()
        begun = opened >= date(2024, 7, 1)  # June 2024 began before the first visit
        if not begun or end_of_month + timedelta(days=30) > DEMO_TODAY:
            continue
        cell = counted[row["desa_code"], opened.replace(day=1)]
        cell[1] += 1
        cell[0] += row["status"] == "selesai" and (closed - opened).days <= 30
    found = panel(demo, F, "resolved_30")
    answer = {
        (row["desa_code"], row["month_start"]): [row["counted"], row["out_of"]]
        for row in records(found)
    }
    assert answer == dict(counted)


def test_the_panel_leaves_out_what_cannot_be_compared(demo: Snapshot) -> None:
    cells = panel(demo, F, "coverage")
    months = pd.to_datetime(cells["month_start"])
    assert months.min() == pd.Timestamp(2024, 9, 1)
    assert months.max() == pd.Timestamp(2025, 11, 1)
    whole = questions.coverage(demo, Filters(date(2025, 6, 30))).set_index("desa_code")
    june = cells[months == "2025-06-01"].set_index("desa_code")
    assert june["counted"].to_dict() == whole["covered"].astype(int).to_dict()


def test_equity_groups_are_those_of_the_other_questions(demo: Snapshot) -> None:
    groups = questions.equity_groups(demo, F)
    equity = questions.equity(demo, F)
    desil = groups[groups["ordered_by"] == "desil"]
    other = equity[equity["dimension"] == "desil"]
    for name in ("active", "covered", "targeted", "received"):
        assert desil[name].tolist() == other[name].tolist()
    late = questions.followup(demo, F)
    late = late[late["status"].isin(["never", "lost", "overdue"])]
    assert desil["past_due"].tolist() == late.groupby("desil").size().tolist()
    number = late["vulnerabilities"].map(len)
    vulnerable = groups[groups["ordered_by"] == "vulnerability"]
    counts = dict(zip(vulnerable["value"].astype(int), vulnerable["past_due"], strict=True))
    assert {k: v for k, v in counts.items() if v} == number.value_counts().to_dict()
    for _, part in groups.groupby("ordered_by"):
        assert part["active"].sum() == late.shape[0] + (
            len(questions.followup(demo, F)) - len(late)
        )


@pytest.mark.parametrize("seed", range(3))
def test_past_due_and_covered_against_the_oracle(seed: int, tmp_path: Path) -> None:
    rows = busy_world(seed)
    store = imported(rows, tmp_path)
    truth = oracle(rows, DESA)
    day = date(2025, 8, 1)
    groups = questions.equity_groups(store.current(), Filters(day))
    expected = truth.coverage(day, 90)
    some = groups[groups["ordered_by"] == "vulnerability"]
    assert some["active"].sum() == expected["active"]
    assert some["covered"].sum() == expected["covered"]
    late = [row for row in truth.followup(day).values() if row["days_overdue"] > 0]
    assert some["past_due"].sum() == len(late)
    nearest = groups[groups["ordered_by"] == "distance"].iloc[0]
    here = truth.coverage(day, 90, [DESA[0]])  # the desa that distance is counted from
    assert (nearest["value"], nearest["active"], nearest["covered"]) == (
        0.0,
        here["active"],
        here["covered"],
    )


def test_distance_by_hand() -> None:
    """One degree of latitude is 111.19 km on a sphere of 6,371 km."""
    origin = distance_from()
    assert origin is not None
    assert distance_km(origin.lon, origin.lat + 1) == pytest.approx(111.195, abs=0.01)
    assert distance_km(origin.lon, origin.lat) == 0
    assert math.isnan(distance_km(float("nan"), 0))


def test_the_neglected_desa_lie_below_the_funnel(demo: Snapshot, demo_files: DemoFiles) -> None:
    table = questions.funnel(demo, F).set_index("desa_code")
    low = table.index[table["signal"] == "below_998"]
    assert set(low) == set(demo_files.truth.neglected)
    waiting = table[table.index == demo_files.truth.late_desa]
    assert waiting["signal"].tolist() == [""]
    assert waiting["estimate"].isna().all()
    judged = table[table["signal"] != ""]
    expected = judged["counted"].sum() / judged["out_of"].sum()
    assert judged["expected"].unique() == pytest.approx([expected])
    assert (judged["rank_low"] <= judged["rank_expected"]).all()
    assert (judged["rank_expected"] <= judged["rank_high"]).all()


def test_the_planted_coordination_is_found_and_the_vests_are_not(demo: Snapshot) -> None:
    row = questions.did(demo, F).iloc[0]
    assert row["started"] == 15
    assert 0.05 < row["effect"] < 0.5
    assert row["effect_low"] > 0
    assert row["verdict"] == "strong"
    vests = questions.its(demo, F).iloc[0]
    assert vests["verdict"] == "none"


def test_before_anything_began_there_is_nothing_to_find(demo: Snapshot) -> None:
    early = questions.did(demo, Filters(date(2024, 11, 30)))
    assert early["verdict"].tolist() == ["none"]
    assert pd.isna(early["effect"].iloc[0])


def test_real_data_never_meets_the_designs_of_the_simulation(tmp_path: Path) -> None:
    store = imported(busy_world(1), tmp_path)
    assert questions.did(store.current(), F).empty
    assert questions.its(store.current(), F).empty


def test_published_evidence_is_made_of_published_counts(demo: Snapshot) -> None:
    month = date(2025, 11, 30)
    coverage = PUBLISHED["coverage"](demo, month)
    funnel = PUBLISHED["funnel"](demo, month)
    assert funnel["counted"].tolist() == coverage["covered"].tolist()
    assert (funnel["out_of"].dropna() % 5 == 0).all()
    change = by_indicator(PUBLISHED["change"](demo, month))
    summary = PUBLISHED["summary"](demo, month).iloc[0]
    assert change["coverage"]["current_counted"] == summary["covered"]
    assert change["never_met"]["state"] == "not_published"
    assert change["never_met"]["current"] is None
    groups = PUBLISHED["equity_groups"](demo, month)
    assert (groups[["active", "covered"]] % 5 == 0).all(axis=None)
    assert set(PUBLISHED["concentration"](demo, month)["outcome"]) == {"coverage"}
    did = PUBLISHED["did"](demo, month)  # barriers per desa and month are not published
    assert did["verdict"].tolist() == ["not_published"]
    assert did[["effect", "p_random", "desa"]].isna().all(axis=None)
    assert PUBLISHED["its"](demo, month)["outcome"].tolist() == ["coverage"]
