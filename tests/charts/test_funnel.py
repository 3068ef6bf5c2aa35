"""The funnel: its limits are drawn for every size, with exact limits and with stretched ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analytics.charts.funnel import funnel_chart
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
