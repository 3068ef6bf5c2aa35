"""Bars, cascade, trend, status and timeline: what is drawn is what the table says."""

from __future__ import annotations

import base64
import re
from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.charts.bars import coverage_bars, describe_bars
from analytics.charts.cascade import (
    cascade,
    cascade_grid,
    describe_cascade,
    describe_cascade_grid,
)
from analytics.charts.reach_steps import biggest_loss, losses
from analytics.charts.status import describe_status, status_counts, status_strip
from analytics.charts.timeline import describe_timeline, household_timeline
from analytics.charts.trend import coverage_line, describe_trend


def notes(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


# bars


def order(figure: go.Figure) -> list[str]:
    return list(figure.layout.yaxis.ticktext)


def test_bars_are_sorted_and_the_unranked_stand_apart(coverage) -> None:
    figure = coverage_bars(coverage)
    ranked = ["Damar", "Baru", "Cempaka Hilir", "Enau", "Alang"]
    assert order(figure) == [*ranked, "Gaharu", "Hanau", "Ilung"]
    assert list(figure.layout.yaxis.tickvals) == [0, 1, 2, 3, 4, 6, 8, 10]
    headings = ["Keluarga sedikit, tidak diperingkat", "Menunggu data, tidak diperingkat"]
    assert [text for text in notes(figure) if text in headings] == headings
    best = coverage_bars(coverage, worst_first=False)
    assert order(best)[:5] == ranked[::-1]


def test_bars_carry_share_and_n_of_n(coverage) -> None:
    texts = notes(coverage_bars(coverage))
    assert "<b>90%</b>  90 dari 100" in texts
    assert "menunggu 31 hari" in texts
    assert "tanpa data" in texts
    assert "Target 80%" in texts
    assert "Target 50%" in notes(coverage_bars(coverage, target=0.5))


def test_bar_lengths_and_intervals(coverage) -> None:
    figure = coverage_bars(coverage)
    drawn: dict[int, float] = {}
    for trace in figure.data:
        if trace.type == "bar" and trace.width == 0.62:
            drawn |= dict(zip(trace.y, trace.x, strict=True))
    assert drawn == {0: 0, 1: 0.2, 2: 0.6, 3: 0.65, 4: 0.9, 6: 0.625, 8: 0.2, 10: 0}
    line = next(t for t in figure.data if t.type == "scatter" and t.mode == "lines")
    ends = list(zip(line.x[::3], line.x[1::3], line.y[::3], strict=True))
    assert (0.826, 0.945, 4) in ends
    assert {y for _low, _high, y in ends} == {0, 1, 2, 3, 4, 6}  # none while waiting


def test_a_click_anywhere_in_a_row_is_its_desa(coverage) -> None:
    rows = coverage_bars(coverage).data[-1]
    assert set(rows.x) == {1.0}
    codes = [row[0] for row in rows.customdata]
    assert dict(zip(rows.y, codes, strict=True))[0] == "63.11.03.2004"
    assert len(codes) == 8


def test_the_selected_row_is_marked(coverage) -> None:
    figure = coverage_bars(coverage, selected="63.11.03.2001")
    assert "<b>Alang</b>" in order(figure)
    assert [s.y0 for s in figure.layout.shapes if s.type == "rect"] == [3.5]


def test_bars_in_words(coverage) -> None:
    text = describe_bars(coverage)
    # ranked: 90, 20, 60, 0, 65 %; four below 80 %, all of them with an interval below it too
    assert "4 dari 5 desa yang diperingkat masih di bawah target 80%, 4 di antaranya" in text
    assert "3 desa ditampilkan tanpa peringkat" in text
    unsure = describe_bars(coverage, target=0.64)
    assert "3 dari 5" in unsure  # 20, 0 and 60 %, the interval of 60 % reaches 66,5 %
    assert "64%, 2 di antaranya" in unsure


# cascade


def test_losses_by_hand(reach) -> None:
    row = reach.iloc[0].to_dict()
    assert [(loss.households, round(loss.share, 3)) for loss in losses(row)] == [
        (10, 0.1),
        (10, 0.111),
        (60, 0.75),
        (5, 0.25),
    ]
    worst = biggest_loss(row)
    assert worst is not None
    assert (worst.step, worst.households) == (3, 60)
    assert biggest_loss(reach.iloc[1].to_dict()) is None
    # most households, not the largest share: 900 of 1.000 rather than 10 of 10
    few: dict[Hashable, Any] = {
        "targeted": 1000,
        "attempted": 100,
        "met": 90,
        "received": 10,
        "benefited": 0,
    }
    worst = biggest_loss(few)
    assert worst is not None
    assert worst.step == 1


def test_cascade_names_the_biggest_loss(reach) -> None:
    texts = notes(cascade(reach.iloc[0].to_dict()))
    assert "Hilang terbanyak: bertemu → menerima, 60 keluarga (75%)" in texts
    assert sum("▼" in text for text in texts) == 1
    assert any("▼ −60 (75%)" in text for text in texts)
    steps = cascade(reach.iloc[0].to_dict()).data[0]
    assert list(steps.x) == [1.0, 0.9, 0.8, 0.2, 0.15]


def test_cascade_without_loss_or_target(reach) -> None:
    texts = notes(cascade(reach.iloc[1].to_dict()))
    assert "Tidak ada yang hilang di jalan" in texts
    assert not any("▼" in text for text in texts)
    assert notes(cascade(reach.iloc[2].to_dict())) == ["Tidak ada keluarga sasaran"]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_cascade_grid_has_every_program_with_a_target(reach, columns: int) -> None:
    figure = cascade_grid(reach, columns=columns)
    headings = [text for text in notes(figure) if "Program" in text]
    assert [text.split("<br>")[0] for text in headings] == [
        "<b>Program RTLH</b>",
        "<b>Program PKH</b>",
    ]
    assert len(figure.data) == 4
    assert notes(cascade_grid(reach.iloc[2:])) != []


def test_cascade_in_words(reach) -> None:
    assert describe_cascade(reach.iloc[0].to_dict()) == (
        "Program RTLH: sasaran 100 (100%), didatangi 90 (90%), bertemu 80 (80%), menerima 20 (20%),"
        " manfaat 15 (15%). Hilang terbanyak: bertemu → menerima, 60 keluarga (75%)."
    )
    assert describe_cascade_grid(reach).count("Program ") == 3
    assert describe_cascade_grid(reach.iloc[:0])


# trend


def pictures(html: str) -> list[str]:
    return [base64.b64decode(each).decode() for each in re.findall(r"base64,([\w+/=]+)", html)]


def wide(html: str) -> str:
    return pictures(html)[0]


def test_trend_marks_a_running_month(trend) -> None:
    running = wide(coverage_line(trend))
    assert "(s.d. tanggal 24)" in running
    assert running.count('stroke-dasharray="4 4"') == 1
    whole = wide(coverage_line(trend.iloc[:3]))
    assert "Okt 2026" in whole
    assert "s.d. tanggal" not in whole
    assert 'stroke-dasharray="4 4"' not in whole


def test_trend_values_and_labels(trend) -> None:
    html = coverage_line(trend.iloc[::-1], target=0.75)
    assert len(pictures(html)) == 2  # for a wide and for a narrow window
    assert describe_trend(trend, target=0.75) in html
    assert wide(html).count("<circle") == 4
    assert ">70,0%<" in wide(html)
    assert ">Target 75%<" in wide(html)
    heights = [float(cy) for cy in re.findall(r'cy="([\d.]+)"', wide(html))]
    assert heights[0] > heights[1] > heights[2]  # 40, 50, 85 %: higher is further up


def test_trend_leaves_out_months_without_households(trend) -> None:
    trend.loc[0, "coverage"] = None
    assert wide(coverage_line(trend)).count("<circle") == 3
    assert "Tidak ada bulan" in coverage_line(trend.assign(coverage=None))


def test_trend_of_one_month(trend) -> None:
    assert wide(coverage_line(trend.iloc[3:])).count("<circle") == 1


def test_trend_in_words(trend) -> None:
    text = describe_trend(trend)
    assert "40,0% pada 31 Agustus 2026" in text
    assert "70,0% pada 24 November 2026, perubahan +30,0 poin persen" in text
    assert "tercapai pada 1 dari 4 bulan" in text
    assert text.endswith("Bulan terakhir masih berjalan.")
    assert "berjalan" not in describe_trend(trend.iloc[:3])


# status


def test_status_shares_add_up_and_are_named() -> None:
    counts = {"never": 2, "lost": 3, "overdue": 20, "due_soon": 5, "on_time": 70}
    strip = status_strip(counts)
    assert re.findall(r"flex:(\d+) 0 0", strip) == ["2", "3", "20", "5", "70"]
    assert "Terlambat <b>20</b> (20%)" in strip
    assert describe_status(counts).startswith("Tindak lanjut 100 keluarga: belum pernah ditemui 2")


def test_status_from_rows_and_from_nothing() -> None:
    rows = pd.DataFrame({"status": ["overdue", "on_time", "overdue"]})
    assert status_counts(rows) == {
        "never": 0,
        "lost": 0,
        "overdue": 2,
        "due_soon": 0,
        "on_time": 1,
    }
    assert status_strip({}) == "<p>Tidak ada keluarga aktif.</p>"
    assert re.findall(r"flex:(\d+) 0 0", status_strip(rows)) == ["2", "1"]
    assert status_strip(rows).count("<li>") == 5


# timeline


def test_timeline_has_a_lane_for_each_thing(events) -> None:
    figure = household_timeline(events, program_names={"BLT": "BLT Dana Desa"})
    lanes = [text.split("▬ ")[-1].removesuffix("</span>") for text in figure.layout.yaxis.ticktext]
    assert lanes == ["Kunjungan", "BLT Dana Desa", "Keluarga Harapan", "Akses jalan"]
    points = {(t.name, tuple(t.x)) for t in figure.data if t.mode == "markers"}
    assert ("Bertemu", ("2026-02-01", "2026-04-01")) in points
    assert ("Menolak", ("2026-06-01",)) in points
    assert ("Program diterima", ("2026-04-01",)) in points
    spans = {(t.x[0], t.x[-1]) for t in figure.data if t.mode == "lines"}
    assert spans == {("2026-01-10", "2026-07-01"), ("2026-04-01", "2026-05-01")}


def test_two_spells_of_one_program(events) -> None:
    spell = events[events["event"] == "target_started"]
    again = spell.assign(on_date=pd.Timestamp("2026-08-01"))
    figure = household_timeline(pd.concat([events, again]), as_of=date(2026, 9, 1))
    spans = {(t.x[0], t.x[-1]) for t in figure.data if t.mode == "lines"}
    assert {("2026-01-10", "2026-07-01"), ("2026-08-01", "2026-09-01")} <= spans
    both = pd.concat([spell, spell.assign(on_date=pd.Timestamp("2026-02-01")), events.iloc[[-1]]])
    figure = household_timeline(both, as_of=date(2026, 9, 1))
    ends = sorted(t.x[-1] for t in figure.data if t.mode == "lines")
    assert ends == ["2026-07-01", "2026-09-01"]


def test_outcomes_differ_by_symbol(events) -> None:
    figure = household_timeline(events)
    symbols = [t.marker.symbol for t in figure.data if t.mode == "markers"]
    assert len(set(symbols)) == 4


def test_an_open_span_ends_on_the_day_asked_about(events) -> None:
    figure = household_timeline(events.iloc[:3], as_of=date(2026, 3, 15))
    spans = [(t.x[0], t.x[-1]) for t in figure.data if t.mode == "lines"]
    assert spans == [("2026-01-10", "2026-03-15")]


def test_the_due_day_is_named_and_in_view(events) -> None:
    figure = household_timeline(events, due_on=date(2026, 9, 1), as_of=date(2026, 7, 10))
    assert any("Jatuh tempo 1 Sep 2026" in text for text in notes(figure))
    assert figure.layout.xaxis.range[1] > "2026-09-01"


def test_timeline_of_nothing(events) -> None:
    assert "Belum ada catatan" in notes(household_timeline(events.iloc[:0]))[0]
    assert describe_timeline(events.iloc[:0]) == "Belum ada kunjungan tercatat untuk keluarga ini."
    assert len(household_timeline(events.iloc[:1]).layout.yaxis.ticktext) == 1


def test_timeline_in_words(events) -> None:
    text = describe_timeline(events, due_on=date(2026, 5, 1), as_of=date(2026, 7, 1))
    assert text == (
        "4 kunjungan: bertemu 2, tidak di tempat 1, menolak 1. Terakhir ditemui 1 April 2026."
        " Sudah jatuh tempo 1 Mei 2026."
    )
    assert describe_timeline(events, due_on=None).endswith("1 April 2026.")


# all of them


def test_no_figure_can_be_dragged_away(coverage, reach, trend, events) -> None:
    figures = [
        coverage_bars(coverage),
        cascade_grid(reach),
        household_timeline(events),
    ]
    for figure in figures:
        assert figure.layout.dragmode == "zoom"
        assert figure.layout.separators == ",."
        layout = figure.to_dict()["layout"]
        axes = [axis for name, axis in layout.items() if name.startswith(("xaxis", "yaxis"))]
        assert axes
        assert all(axis["fixedrange"] for axis in axes)
