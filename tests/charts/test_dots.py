"""The dot plot: every row once, in order, with its numbers; nothing counted is no dot."""

from __future__ import annotations

import pandas as pd

from analytics.charts.dots import describe_dots, share_dots

ROWS = pd.DataFrame(
    {
        "code": ["a", "b", "c"],
        "label": ["Satu", "Dua", "Tiga"],
        "share": [0.5, 0.25, None],
        "low": [0.4, 0.1, None],
        "high": [0.6, 0.5, None],
        "part": [50, 1, 0],
        "whole": [100, 4, 0],
        "few": [False, True, True],
    }
)


def test_rows_stand_in_order_with_their_numbers() -> None:
    figure = share_dots(ROWS, reference=0.4567, reference_label="Semua")
    assert list(figure.layout.yaxis.ticktext) == ["Satu", "Dua", "Tiga"]
    intervals, dots, clicks = figure.data
    assert list(dots.x) == [0.5, 0.25]
    assert list(intervals.x) == [0.4, 0.6, None, 0.1, 0.5, None]
    assert dots.marker.color[0] != dots.marker.color[1]  # few households: hollow
    assert [row[0] for row in clicks.customdata] == ["a", "b", "c"]
    notes = [note.text for note in figure.layout.annotations]
    assert "Semua 46%" in notes
    assert "<b>50%</b>  50 dari 100" in notes
    assert "<b>–</b>  0 dari 0" in notes
    assert figure.layout.shapes[0].x0 == 0.4567


def test_without_a_reference_there_is_no_line() -> None:
    assert not share_dots(ROWS, reference=None).layout.shapes
    assert (
        "Tidak ada kelompok" in share_dots(ROWS.iloc[:0], reference=None).layout.annotations[0].text
    )


def test_in_words() -> None:
    text = describe_dots(ROWS, reference=0.4567, reference_label="Semua")
    assert text.startswith("Semua 45,7%. Satu: 50,0% (50 dari 100 keluarga); rentang 95% 40,0%")
    assert "keluarga sedikit" in text.split("Dua")[1]
