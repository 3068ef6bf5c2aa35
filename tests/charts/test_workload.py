"""The dots of the workload: one row per assistant, in order, with the interval and both numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.charts.workload import describe_on_time, on_time_dots


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "assistant_id": ["P2", "P1", "<b>", None, "P0"],
            "households": [10, 1234, 4, 7, 0],
            "on_time": [5, 1234, 0, 7, 0],
            "on_time_share": [0.5, 1.0, 0.0, 1.0, None],
            "ci_low": [0.24, 0.99, 0.0, 0.6, None],
            "ci_high": [0.76, 1.0, 0.49, 1.0, None],
        }
    )


def test_a_row_per_assistant_with_households_in_the_order_of_the_table() -> None:
    figure = on_time_dots(table())
    lines, dots = figure.data
    assert list(dots.x) == [0.5, 1.0, 0.0]
    assert list(dots.y) == [0, 1, 2]
    assert list(lines.x) == [0.24, 0.76, None, 0.99, 1.0, None, 0.0, 0.49, None]
    assert list(figure.layout.yaxis.ticktext) == ["P2", "P1", "&lt;b&gt;"]
    assert [note.text for note in figure.layout.annotations] == [
        "5 dari 10",
        "1.234 dari 1.234",
        "0 dari 4",
    ]
    assert list(figure.layout.xaxis.ticktext) == ["0%", "50%", "100%"]


def test_the_text_says_what_the_dots_show() -> None:
    text = describe_on_time(table())
    assert "P2: 50% tepat waktu, 5 dari 10 keluarga (antara 24% dan 76%)" in text
    assert "P0" not in text


@pytest.mark.parametrize("rows", [0, 1])
def test_without_a_household_it_says_so(rows: int) -> None:
    nothing = table().iloc[[4]].head(rows)
    assert not on_time_dots(nothing).data
    assert describe_on_time(nothing) == "Tidak ada keluarga aktif."
