"""The run chart, its words, and the grid of small ones."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.multiples import describe_multiples, multiples_html, scale_top
from analytics.charts.runchart import range_chart, run_chart
from analytics.charts.runchart_text import (
    coincides,
    describe_run,
    no_limits_sentence,
    signal_sentences,
)
from analytics.events import Event, events_between
from analytics.i18n import language
from analytics.questions import MEASURES, Filters
from analytics.questions.monthly import Run, judged
from analytics.questions.panels import Panel

F = Filters(date(2026, 11, 24), 90)
LABELS = (("id", "Banjir"), ("en", "Flood"))


def rows_of(values: list[float | None], share: bool = False) -> pd.DataFrame:
    """Months up to November 2026, the last one running; a first one of 20 is half a month."""
    ends = pd.date_range(end="2026-11-30", periods=len(values), freq="ME")
    known = pd.Series(values, dtype="float64")
    why = ["unknown" if pd.isna(value) else "" for value in known]
    why[-1] = "running"
    if values[0] == 20:
        why[0] = "initial"
    return pd.DataFrame(
        {
            "month_start": ends.to_period("M").to_timestamp(),
            "month_end": [*ends[:-1], pd.Timestamp("2026-11-24")],
            "state": "ok",
            "value": known,
            "counted": (known * 100).round().astype("Int64")
            if share
            else known.round().astype("Int64"),
            "out_of": pd.Series([100] * len(values), dtype="Int64") if share else pd.NA,
            "left_out": why,
        }
    )


def run_of(values: list[float | None], key: str = "kunjungan") -> Run:
    measure = MEASURES[key]
    return judged(rows_of(values, share=measure.is_share), measure, F)


COUNTS: list[float | None] = [20, *[92, 108] * 4, 12, *[92, 108] * 3, 60]
EVENTS = events_between(date(2025, 1, 1), date(2026, 11, 24))


def texts(figure: object) -> list[str]:
    return [note.text for note in figure.layout.annotations]  # type: ignore[attr-defined]


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def _ground(request: pytest.FixtureRequest):
    token = theme.dark.set(request.param)
    yield
    theme.dark.reset(token)


@pytest.mark.usefixtures("_ground")
def test_a_count_has_points_limits_events_and_its_signal() -> None:
    run = run_of(COUNTS)
    figure = run_chart(run, EVENTS)
    line, points, *marks = figure.data
    assert line.y[-1] is None  # the running month is no fall
    assert points.y[-1] == 60
    hollow = [colour == theme.palette().hover for colour in points.marker.color]
    assert hollow == [True, *[False] * (len(COUNTS) - 2), True]
    low, high = figure.layout.yaxis.range
    assert -0.15 * high < low < 0  # the axis of a count holds 0
    said = texts(figure)
    assert "Ramadan–Lebaran" in said
    assert "bulan tidak penuh" in said
    assert sum(text.startswith("Batas ") for text in said) == 2
    assert any(text.startswith("Rata-rata ") for text in said)
    assert [mark.marker.symbol for mark in marks] == ["diamond"]
    assert marks[0].y == (12,)


def test_a_share_is_drawn_to_the_running_month_and_has_its_target() -> None:
    run = run_of([0.7, 0.72] * 9, "cakupan")
    figure = run_chart(run, target=0.8)
    assert figure.data[0].y[-1] == 0.72
    assert "Target 80%" in texts(figure)
    low, high = figure.layout.yaxis.range
    assert low >= -0.02
    assert 0.8 < high <= 1.02


def test_a_month_without_a_value_interrupts_the_line() -> None:
    run = run_of([100, 110, None, 100, 110])
    assert list(run_chart(run).data[0].y) == [100, 110, None, 100, None]


def test_nothing_at_all_is_a_sentence() -> None:
    run = run_of([None, None])
    assert "Belum ada bulan" in texts(run_chart(run))[0]
    assert "Belum ada bulan" in describe_run(run, "Kunjungan")


def test_few_months_have_no_limits_and_say_so() -> None:
    run = run_of([100, 110] * 4)
    assert not [t for t in texts(run_chart(run)) if t.startswith(("Batas", "Rata-rata"))]
    assert no_limits_sentence(run, 1) == (
        "Belum ada batas: baru 7 bulan yang sebanding; diperlukan paling sedikit 12."
    )
    assert "Belum ada batas" in describe_run(run, "Kunjungan")
    assert texts(range_chart(run)) == ["Bulannya terlalu sedikit untuk batas."]


def test_labels_at_the_right_never_touch() -> None:
    run = run_of([0.79, 0.8, 0.81] * 6, "cakupan")
    figure = run_chart(run, target=0.8, height=340)
    low, high = figure.layout.yaxis.range
    plot = 340 - figure.layout.margin.t - figure.layout.margin.b
    heights = sorted(n.y for n in figure.layout.annotations if n.yref == "y")
    assert len(heights) == 4
    assert min(np.diff(heights)) * plot / (high - low) >= 14.9


def test_event_labels_that_would_touch_stand_above_each_other() -> None:
    events = [Event(date(2026, 3, day), date(2026, 3, day + 5), LABELS) for day in (1, 8, 15)]
    figure = run_chart(run_of(COUNTS), events)
    shifts = [n.yshift for n in figure.layout.annotations if n.text == "Banjir"]
    assert len(set(shifts)) == 3
    assert figure.layout.margin.t > run_chart(run_of(COUNTS)).layout.margin.t + 25


def test_signals_in_words_name_what_they_coincide_with() -> None:
    rows = rows_of(COUNTS)
    flood = Event(rows["month_start"].iloc[9].date(), rows["month_end"].iloc[9].date(), LABELS)
    run = run_of(COUNTS)
    (sentence,) = [s for s in signal_sentences(run, [flood]) if "di bawah batas bawah" in s]
    assert re.match(r"\*\*Apr 2026\*\* di bawah batas bawah: 12 \(batas \d+\)", sentence)
    assert sentence.endswith("bertepatan dengan Banjir.")
    token = language.set("en")
    try:
        assert "Flood" in signal_sentences(run, [flood])[0]
    finally:
        language.reset(token)


def test_a_value_that_looks_back_coincides_with_what_its_window_holds() -> None:
    event = Event(date(2026, 2, 19), date(2026, 3, 27), LABELS)
    may = pd.Timestamp("2026-05-01"), pd.Timestamp("2026-05-31")
    assert coincides(*may, [event]) == []
    assert coincides(*may, [event], 90) == ["Banjir"]
    assert coincides(pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-20"), [event]) == []


@pytest.mark.parametrize("kind", ["jump", "run_below", "near_lower"])
def test_every_kind_of_signal_has_its_sentence(kind: str) -> None:
    calm: list[float | None] = [100.0, 120.0] * 7
    tail: dict[str, list[float | None]] = {
        "jump": [82.0, 150.0],
        "run_below": [105.0] * 8,
        "near_lower": [78.0, 78.0, 112.0, 78.0],
    }
    measure = MEASURES["kunjungan"]
    rows = rows_of([*calm, *tail[kind], 110.0])
    run = judged(rows, measure, F, first_points=12)
    assert kind in {signal.kind for signal in run.named}
    assert all("{" not in sentence for sentence in signal_sentences(run))
    figure = run_chart(run)
    assert "circle-open" in [t.marker.symbol for t in figure.data if t.mode == "markers"]


def test_the_ranges_have_their_own_limit() -> None:
    figure = range_chart(run_of(COUNTS))
    assert "diamond" in figure.data[0].marker.symbol


class Cells(HTMLParser):
    """Start tags of the grid, and whether they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def panel(code: str, name: str, values: list[float | None], **more: object) -> Panel:
    facts: dict[str, object] = {"state": "ok", "newest": 15, "alarming": False, "gap": 0.0}
    return Panel(code, name, run_of(values), **(facts | more))  # type: ignore[arg-type]


def grid(panels: list[Panel], selected: str | None = None) -> Cells:
    together = rows_of([90.0] * len(COUNTS))
    top = scale_top(panels, together, MEASURES["kunjungan"])
    cells = Cells()
    cells.feed(multiples_html(panels, together, EVENTS, top=top, selected=selected))
    assert not cells.open
    return cells


def test_each_desa_is_a_button_that_says_what_it_shows() -> None:
    nothing: list[float | None] = [None] * len(COUNTS)
    cells = grid(
        [
            panel("A", "Alang <b>", COUNTS, alarming=True, gap=3.0),
            panel("B", "Baru", COUNTS, state="waiting"),
            panel("C", "Cempaka", nothing, state="no_data", newest=None, gap=float("nan")),
        ],
        selected="B",
    )
    buttons = [attrs for tag, attrs in cells.found if tag == "button"]
    assert [b["data-code"] for b in buttons] == ["A", "B", "C"]
    assert [b["aria-pressed"] for b in buttons] == ["false", "true", "false"]
    assert [b["class"] for b in buttons] == ["cell ok alarming", "cell waiting", "cell no_data"]
    labels = [str(b["aria-label"]) for b in buttons]
    assert labels[0].startswith("Alang <b>: 108 (31 Okt 2026), 1 tanda")
    assert "memburuk" in labels[0]
    assert "menunggu data" in labels[1]
    assert labels[2] == "Cempaka: –, tanpa data"
    assert not [tag for tag, _attrs in cells.found if tag == "b"]  # a name is never markup


def test_all_cells_share_one_scale() -> None:
    big = panel("A", "Alang", [200.0 if v else v for v in COUNTS])
    small = panel("B", "Baru", [50.0] * len(COUNTS))
    assert scale_top([big, small], rows_of([90.0] * 3), MEASURES["kunjungan"]) == 200
    assert scale_top([big], rows_of([0.9] * 3), MEASURES["cakupan"]) == 1
    own = [a["d"] for t, a in grid([big, small]).found if t == "path" and a["class"] == "own"]
    heights = [{float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", str(d))} for d in own]
    assert heights == [{5.0}, {32.0}]


def test_a_grid_of_nothing_is_empty() -> None:
    assert "button" not in multiples_html([], rows_of([1.0]), top=1.0)


def test_the_grid_in_words() -> None:
    said = describe_multiples(
        [
            panel("A", "Alang", COUNTS, alarming=True, gap=3.0),
            panel("B", "Baru", COUNTS, state="waiting", gap=-2.0),
        ],
        "Kunjungan",
    )
    assert "2 desa" in said
    assert "Baru-baru ini memburuk: Alang 108." in said
    assert "Menunggu data: Baru 108." in said
    assert "di sisi baik: Baru" in said
