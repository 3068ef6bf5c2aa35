"""The timeline of a household where it is narrow, long, or full of barriers."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.charts.labels import text_width
from analytics.charts.timeline import household_timeline

PHONE_PX = 340


def barrier(day: str, kind: str, which: str, agency: str) -> dict[str, Any]:
    return {
        "on_date": pd.Timestamp(day),
        "event": kind,
        "detail": None,
        "programs": [],
        "benefit": None,
        "barriers": ["akses_jalan"],
        "barrier_id": which,
        "agency": agency,
    }


def long_story(years: int) -> pd.DataFrame:
    """Visits every week, some of them with a receipt and a rating."""
    days = pd.date_range("2020-01-06", periods=52 * years, freq="7D")
    return pd.DataFrame(
        {
            "on_date": days,
            "event": "bertemu",
            "detail": None,
            "programs": [["PKH"] if k % 8 == 0 else [] for k in range(len(days))],
            "benefit": [4 if k % 16 == 0 else None for k in range(len(days))],
            "barriers": [[] for _day in days],
        }
    )


def tick_boxes(figure: go.Figure) -> list[tuple[float, float]]:
    """Where the labels of the days begin and end, in pixels of a phone."""
    axis, margin = figure.layout.xaxis, figure.layout.margin
    first, last = (pd.Timestamp(end) for end in axis.range)
    width = PHONE_PX - margin.l - margin.r
    boxes = []
    for value, text in zip(axis.tickvals, axis.ticktext, strict=True):
        middle = (pd.Timestamp(value) - first) / (last - first) * width
        half = max(text_width(line, 12) for line in text.split("<br>")) / 2
        boxes.append((middle - half, middle + half))
    return boxes


@pytest.mark.parametrize("years", [1, 2, 3, 5])
def test_days_do_not_touch_on_a_phone(years: int) -> None:
    figure = household_timeline(long_story(years), as_of=date(2026, 1, 1))
    boxes = tick_boxes(figure)
    assert len(boxes) >= 2
    assert all(end + 6 < start for (_s, end), (start, _e) in itertools.pairwise(boxes))


def test_names_stand_above_their_lanes_and_take_no_room_from_the_days() -> None:
    figure = household_timeline(
        long_story(1),
        program_names={"PKH": "Program Keluarga Harapan dan seterusnya sampai panjang"},
    )
    names = [note for note in figure.layout.annotations if note.yref == "y"]
    assert next(note.text for note in names) == "Kunjungan"
    assert names[1].text.endswith("…")
    assert [note.y for note in names] == [0, 1]
    assert figure.layout.margin.l <= 10
    assert all(text_width(note.text, 12.5) < PHONE_PX for note in names)


def test_a_rating_stands_at_its_receipt_and_nothing_where_there_is_none() -> None:
    figure = household_timeline(long_story(1))
    (ratings,) = [trace for trace in figure.data if trace.mode == "text"]
    (receipts,) = [t for t in figure.data if t.mode == "markers" and t.legendgroup == "received"]
    assert ratings.x == receipts.x
    assert ratings.text == ("4", "", "4", "", "4", "", "4")


def test_two_barriers_of_one_kind_are_not_mixed_up() -> None:
    events = pd.DataFrame(
        [
            barrier("2025-01-01", "barrier_opened", "H1", "Dinas PUPR"),
            barrier("2025-02-01", "barrier_opened", "H2", "Dinas Sosial"),
            barrier("2025-03-01", "barrier_closed", "H2", "Dinas Sosial"),
        ]
    )
    figure = household_timeline(events, as_of=date(2025, 4, 1))
    spans = {(t.x[0], t.x[-1]): t.hovertext[0] for t in figure.data if t.mode == "lines"}
    assert set(spans) == {("2025-01-01", "2025-04-01"), ("2025-02-01", "2025-03-01")}
    assert "Dinas PUPR" in spans["2025-01-01", "2025-04-01"]
    assert "28 hari" in spans["2025-02-01", "2025-03-01"]


def test_many_visits_are_drawn_smaller() -> None:
    sizes = [household_timeline(long_story(n)).data[0].marker.size for n in (1, 5)]
    few = household_timeline(long_story(1).head(5)).data[0].marker.size
    assert few > sizes[0] == sizes[1]
