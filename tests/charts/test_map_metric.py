"""Every measure on the map: classes at their edges, states kept apart, two days compared."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.bars import coverage_bars, describe_bars
from analytics.charts.change import change_dumbbells, change_rows, change_text, describe_change
from analytics.charts.map import coverage_map, describe_map
from analytics.charts.map_metric import CODES, COVERAGE, MapMetric, metric_table
from tests.charts.test_map import fill_of

DAYS = MapMetric("days", "high")
REACH = MapMetric("reach", "low", "PKH")


@pytest.fixture
def desa(coverage: pd.DataFrame) -> pd.DataFrame:
    shares: dict[str, pd.Series] = {}
    for name, counts in {"past_due": 3, "never": 1}.items():
        part = coverage["active"].clip(upper=counts)
        known = coverage["coverage"].notna()
        share = (part / coverage["active"]).where(known)
        shares |= {name: part, f"{name}_share": share}
        shares |= {f"{name}_low": share * 0.9, f"{name}_high": share * 1.1}
    return coverage.assign(**shares)


def test_classes_at_their_edges() -> None:
    assert [COVERAGE.class_of(x) for x in (0, 0.1999, 0.2, 0.8, 1.0)] == [0, 0, 1, 4, 4]
    assert [DAYS.class_of(x) for x in (0, 7, 8, 14, 15, 30, 31, 90, 91, 4000)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip
    assert [DAYS.class_label(k) for k in (0, 1, 4)] == [
        "0–7 hari",
        "8–14 hari",
        "91 hari atau lebih",
    ]
    assert MapMetric("never", "high").class_label(0) == "0–1%"


@pytest.mark.parametrize("code", CODES)
def test_every_measure_is_drawn_and_said(code: str, desa: pd.DataFrame, geometry) -> None:
    metric = MapMetric(code, "low" if code in ("coverage", "reach") else "high", "PKH")
    table = metric_table(metric, desa, reached(desa))
    figure = coverage_map(table, geometry, metric)
    assert figure.layout.legend.title.text == metric.legend_title
    assert metric.name.lower() in describe_map(table, metric)
    bars = coverage_bars(table, metric)
    assert len(bars.data)
    assert describe_bars(table, metric)


def reached(desa: pd.DataFrame) -> pd.DataFrame:
    """PKH: the first desa has none of 20, the second half of 20, the third 3 of 5, no more."""
    return pd.DataFrame(
        {
            "desa_code": desa["desa_code"].iloc[:3],
            "received": [0, 10, 3],
            "targeted": [20, 20, 5],
            "reached": [0.0, 0.5, 0.6],
            "reached_low": [0.0, 0.3, 0.2],
            "reached_high": [0.1, 0.7, 0.9],
        }
    )


def test_no_target_is_not_zero_and_few_targets_are_not_ranked(desa, geometry) -> None:
    table = metric_table(REACH, desa, reached(desa))
    assert table["state"].tolist()[:4] == ["ok", "ok", "small", "no_data"]
    figure = coverage_map(table, geometry, REACH)
    codes = desa["desa_code"].tolist()
    assert fill_of(figure, codes[0]) == theme.ZERO_FILL
    assert fill_of(figure, codes[1]) == theme.CLASS_COLOURS[2]
    assert fill_of(figure, codes[3]) == theme.NO_DATA_FILL
    assert "tidak ada sasaran atau data" in describe_map(table, REACH)


def test_days_since_data_are_told_where_a_share_would_wait(desa, geometry) -> None:
    table = metric_table(DAYS, desa)
    waiting, nothing = desa["desa_code"].iloc[6], desa["desa_code"].iloc[7]
    figure = coverage_map(table, geometry, DAYS)
    assert fill_of(figure, waiting) == theme.CLASS_COLOURS[3]  # 31 days
    assert fill_of(figure, nothing) == theme.NO_DATA_FILL


def test_nobody_past_due_is_good_and_has_no_ring(desa, geometry) -> None:
    metric = MapMetric("past_due", "high")
    table = metric_table(metric, desa.assign(past_due=0, past_due_share=0.0))
    figure = coverage_map(table, geometry, metric)
    assert fill_of(figure, desa["desa_code"].iloc[0]) == theme.CLASS_COLOURS[0]
    assert "nol" not in describe_map(table, metric)


def test_two_days_compared(coverage) -> None:
    now = coverage
    before = coverage.assign(
        coverage=[0.8, 0.5, 0.6, 0.0, 0.65, 0.6, 0.5, None],
        ci_low=[0.7, 0.4, 0.5, 0.0, 0.5, 0.3, 0.4, None],
        ci_high=[0.85, 0.6, 0.7, 0.1, 0.8, 0.9, 0.6, None],
    )
    rows = change_rows(before, now, COVERAGE).set_index("desa_name")
    assert rows["change"]["Baru"] == pytest.approx(-0.3)
    assert rows["y"]["Baru"] == 0  # what fell most stands first
    assert rows["sure"]["Baru"]
    assert not rows["sure"]["Cempaka Hilir"]
    assert pd.isna(rows["change"]["Hanau"])  # still waiting for data
    assert pd.isna(rows["change"]["Ilung"])  # no data is not zero
    named = change_rows(before, now, COVERAGE, {"63.11.03.2003"}).set_index("desa_name")
    assert named["sure"]["Cempaka Hilir"]
    assert not named["sure"]["Baru"]
    days = ("15 Sep 2025", "15 Des 2025")
    figure = change_dumbbells(rows.reset_index(), COVERAGE, days=days)
    texts = [note.text for note in figure.layout.annotations]
    assert "<b>−30,0 poin</b>" in texts
    assert texts.count("tidak dapat dibandingkan") == 2
    assert "Baru −30,0 poin" in describe_change(rows.reset_index(), COVERAGE, days=days)


@pytest.mark.parametrize(
    ("change", "metric", "text"),
    [
        (0.1234, COVERAGE, "+12,3 poin"),
        (0.0, COVERAGE, "±0,0 poin"),
        (-3.0, DAYS, "−3 hari"),
        (float("nan"), DAYS, "tidak dapat dibandingkan"),
    ],
)
def test_a_change_in_words(change: float, metric: MapMetric, text: str) -> None:
    assert change_text(change, metric) == text
