"""Months that are partly before and partly after a start belong to neither side."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.designs import Design, Wave
from analytics.questions.evaluate import evaluate_series, evaluate_starts
from tests.questions.worlds import DESA

WINDOW = 90
BEFORE, AFTER = 0.5, 0.7
START = date(2025, 9, 1)
MONTHS = pd.date_range("2025-01-01", "2026-04-01", freq="MS")


def design(kind: str, *waves: Wave, outcome: str = "coverage") -> Design:
    words = (("id", "A"), ("en", "A"))
    day = date(2024, 1, 1)
    return Design("a", kind, words, outcome, 1, day, waves, (), (), words)  # type: ignore[arg-type]


def share(month: pd.Timestamp, start: date | None) -> float:
    """A rate that steps up at the start, seen through a window that looks back from the end."""
    if start is None:
        return BEFORE
    since = (month + pd.offsets.MonthEnd(0) - pd.Timestamp(start)).days + 1
    return BEFORE + (AFTER - BEFORE) * float(np.clip(since / WINDOW, 0, 1))


def rows(starts: dict[str, date | None]) -> pd.DataFrame:
    made = [
        {"desa_code": code, "month_start": month, "share": share(month, start), "out_of": 100}
        for code, start in starts.items()
        for month in MONTHS
    ]
    table = pd.DataFrame(made)
    return table.assign(counted=100 * table["share"])


@pytest.mark.parametrize("outcome", ["coverage", "past_due_share"])
def test_a_window_that_reaches_back_before_the_start_is_no_month_after_it(outcome: str) -> None:
    one = design("its", Wave(START, ()), outcome=outcome)
    series = evaluate_series(one, lambda _: rows({DESA[0]: START}), WINDOW)
    gone = series.months.loc[series.months["share"].isna(), "month_start"].dt.strftime("%m")
    assert gone.tolist() == ["09", "10"]  # 30 November looks back to 2 September
    assert series.found is not None
    assert (series.found.before, series.found.after) == (8, 6)
    assert series.found.level.estimate == pytest.approx(AFTER - BEFORE)
    assert series.found.slope.estimate == pytest.approx(0)


def test_nor_is_it_for_a_desa_that_began() -> None:
    starts: dict[str, date | None] = {DESA[0]: START, DESA[1]: date(2025, 11, 1)}
    starts |= dict.fromkeys(DESA[2:])
    waves = [Wave(day, (code,)) for code, day in starts.items() if day is not None]
    staggered = evaluate_starts(design("staggered", *waves), lambda _: rows(starts), WINDOW)
    assert staggered.found is not None
    assert staggered.found.effect.estimate == pytest.approx(AFTER - BEFORE)
    assert min(k for k in staggered.found.events if k >= 0) == 2


def test_visits_of_a_month_look_back_on_no_other() -> None:
    one = design("its", Wave(START, ()), outcome="met_share")
    series = evaluate_series(one, lambda _: rows({DESA[0]: START}), WINDOW)
    assert not series.months["share"].isna().any()
