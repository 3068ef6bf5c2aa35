"""The funnel: its limits for every size; each desa named in the text can be read in the figure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.charts.funnel import describe_funnel, funnel_chart
from analytics.charts.labels import box_px
from analytics.questions.funnel import judged


def desa(counted: list[int], out_of: list[int]) -> pd.DataFrame:
    table = pd.DataFrame({"counted": counted, "out_of": out_of, "state": "ok"})
    names = [f"Desa {place}" for place in table.index]
    table = table.assign(desa_code=names, desa_name=names)
    return judged(table.assign(share=table["counted"] / table["out_of"]))


@pytest.mark.parametrize(
    ("counted", "stretched"), [([13, 15, 12], False), ([150, 40, 190], True)], ids=["exact", "wide"]
)
def test_every_limit_is_a_whole_line(counted: list[int], stretched: bool) -> None:
    table = desa(counted, [15, 17, 14] if not stretched else [200, 200, 200])
    assert (table["factor"].iloc[0] > 1) is np.bool_(stretched)
    *lines, _points = funnel_chart(table).data
    assert len(lines) == 5
    for line in lines:
        values = np.asarray(line.y, dtype=float)
        assert len(values) > 5
        assert not np.isnan(values).any()


def test_names_of_the_limits_do_not_lie_on_each_other() -> None:
    notes = funnel_chart(desa([13, 15, 12], [15, 17, 14])).layout.annotations
    heights = [note.y for note in notes if note.text in ("95%", "99,8%")]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) > 0.03


def compared(*points: tuple[int, float, str]) -> pd.DataFrame:
    """The question ``funnel`` with so many households, that share, and the signal."""
    names = ["Ambakiang", "Badalungga Hilir", "Pudak", "Baru", "Muara Jaya", "Tundi"] * 4
    return pd.DataFrame(
        [
            {
                "desa_name": f"{name} {number}",
                "out_of": out_of,
                "counted": round(share * out_of),
                "share": share,
                "signal": signal,
                "expected": 0.77,
                "factor": 1.4,
                "low_95": 0.6,
                "high_95": 0.9,
            }
            for number, (name, (out_of, share, signal)) in enumerate(
                zip(names, points, strict=False)
            )
        ]
    )


CLOSE = compared(
    (244, 0.87, "above_998"),
    (296, 0.84, "above_95"),
    (280, 0.85, "above_95"),
    (80, 0.25, "below_998"),
    (82, 0.27, "below_998"),
    (85, 0.24, "below_95"),
    (150, 0.78, "inside"),
)
CROWDED = compared(*[(200 + n % 3, 0.95 - n * 0.002, "above_998") for n in range(16)])


@pytest.mark.parametrize("table", [CLOSE, CROWDED])
@pytest.mark.parametrize("width", [250, 390, 700, 1000])
def test_every_desa_that_is_named_in_words_is_named_in_the_figure(
    table: pd.DataFrame, width: int
) -> None:
    figure = funnel_chart(table)
    outside = table[table["signal"] != "inside"]["desa_name"]
    notes = {note.text: note for note in figure.layout.annotations if note.text in set(outside)}
    assert set(notes) == set(outside)
    assert all(name in describe_funnel(table) for name in notes)
    boxes = [box_of(note, figure, width) for note in notes.values()]
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            apart = one[1] <= other[0] or other[1] <= one[0]
            assert apart or one[3] <= other[2] or other[3] <= one[2], (one, other)
        assert one[2] >= 0 and one[3] <= 372  # in the frame


def box_of(note, figure, width: int) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a name in pixels of the plot."""
    layout = figure.layout
    low, high = layout.yaxis.range
    x = note.x / layout.xaxis.range[1] * width
    y = (high - note.y) / (high - low) * (layout.height - layout.margin.t - layout.margin.b)
    x += note.ax if note.showarrow else note.xshift
    y += note.ay if note.showarrow else 0
    wide, tall = box_px(note.text, note.font.size)
    left = x if note.xanchor == "left" else x - wide
    return left, left + wide, y - tall / 2 + 1, y + tall / 2 - 1
