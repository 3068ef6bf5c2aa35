"""Fitting a declared design: the outcome, its placebos, and the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.designs import Design
from analytics.questions.panel import LOOKS_AHEAD_DAYS, looks_back_days, together
from analytics.stats.did import NEVER, Estimate, Panel, Staggered, earlier, effect_of, staggered
from analytics.stats.its import Interrupted, interrupted
from analytics.stats.verdict import Judged, judge_interrupted, judge_staggered

Outcome = Callable[[str], pd.DataFrame]
"""Outcome → its rows (`analytics.questions.panel`): of the store, or published."""


@dataclass(frozen=True, slots=True)
class Series:
    """An interrupted series: ``months`` of all desa together, the fit, and its placebos."""

    design: Design
    months: pd.DataFrame
    start: int
    found: Interrupted | None
    placebo_dates: dict[int, Interrupted | None]
    placebo_outcomes: dict[str, Interrupted | None]
    judged: Judged


def evaluate_series(design: Design, rows_of: Outcome, window_days: int) -> Series:
    """Fit a single-start design.

    The start is the first month that begins on or after it; months that are partly before and
    partly after it are left out. Placebo months are fitted on what came before the real start.

    Args:
        window_days: over which coverage looks back.
    """
    start = design.waves[0].start
    months = _without_partial(together(rows_of(design.outcome)), start, design.outcome, window_days)
    place = _place(months, start)
    found = interrupted(months["share"].to_numpy(dtype=float), place)
    dates = {
        early: interrupted(months["share"].to_numpy(dtype=float)[:place], place - early)
        for early in design.placebo_months
    }
    others: dict[str, Interrupted | None] = {}
    for name in design.placebo_outcomes:
        rows = _without_partial(together(rows_of(name)), start, name, window_days)
        others[name] = interrupted(rows["share"].to_numpy(dtype=float), _place(rows, start))
    judged = judge_interrupted(
        found,
        design.direction,
        placebo_dates=list(dates.values()),
        placebo_outcomes=list(others.values()),
        declared_before=design.declared_on <= design.waves[0].start,
    )
    return Series(design, months, place, found, dates, others, judged)


def _without_partial(
    months: pd.DataFrame, start: date, outcome: str, window_days: int
) -> pd.DataFrame:
    """The months as a gapless row, without those that are partly before and partly after."""
    if months.empty:
        return months
    days = pd.to_datetime(months["month_start"])
    whole = pd.DataFrame({"month_start": pd.date_range(days.min(), days.max(), freq="MS")})
    months = whole.merge(months.assign(month_start=days.astype(whole["month_start"].dtype)), "left")
    inside = [_partly(day, start, outcome, window_days) for day in months["month_start"]]
    months.loc[inside, "share"] = float("nan")
    return months


def _partly(month: pd.Timestamp, start: date, outcome: str, window_days: int) -> bool:
    """Whether what a month counts begins before *start* and is decided only after it.

    Coverage and past due look back from the month's end, so for the first months after a start
    much of what they count was done before it.
    """
    ends = month + pd.offsets.MonthEnd(0)
    back = looks_back_days(outcome, window_days)
    begins = ends - pd.Timedelta(days=back - 1) if back else month
    decided = ends + pd.Timedelta(days=LOOKS_AHEAD_DAYS.get(outcome, 0))
    return bool(begins < pd.Timestamp(start) <= decided)


def _place(months: pd.DataFrame, start: date) -> int:
    return int((pd.to_datetime(months["month_start"]) < pd.Timestamp(start)).sum())


@dataclass(frozen=True, slots=True)
class Starts:
    """A staggered start: the panel, the fit, and its placebos."""

    design: Design
    desa: tuple[str, ...]
    months: tuple[pd.Timestamp, ...]
    panel: Panel
    found: Staggered | None
    placebo_dates: dict[int, Estimate | None]
    placebo_outcomes: dict[str, Estimate | None]
    judged: Judged


def as_panel(
    design: Design, rows: pd.DataFrame, outcome: str, window_days: int
) -> tuple[Panel, list[str], list[pd.Timestamp]]:
    """Rows of `panel` as places × months, weighted by what they count."""
    days = pd.to_datetime(rows["month_start"])
    desa = sorted(rows["desa_code"].unique())
    months = list(pd.date_range(days.min(), days.max(), freq="MS")) if len(rows) else []
    values, weights = (
        rows.assign(month_start=days)
        .pivot_table(index="desa_code", columns="month_start", values=name)
        .reindex(index=desa, columns=months)
        .to_numpy(dtype=float)
        if len(rows)
        else np.empty((0, 0))
        for name in ("share", "out_of")
    )
    partly = np.zeros(weights.shape, dtype=bool)
    starts = np.full(len(desa), NEVER, dtype=np.int64)
    for i, code in enumerate(desa):
        start = design.start_of(code)
        if start is None:
            continue
        starts[i] = sum(month < pd.Timestamp(start) for month in months)
        # What happens to a barrier of the month before is decided after the start as well, and
        # a window that reaches back before the start is no month after it.
        partly[i] = [_partly(month, start, outcome, window_days) for month in months]
    return Panel(np.nan_to_num(values), np.nan_to_num(weights), starts, partly), desa, months


def evaluate_starts(design: Design, rows_of: Outcome, window_days: int) -> Starts:
    """Fit a staggered design, its placebo months and its placebo outcomes.

    Args:
        window_days: over which coverage looks back.
    """
    cells, desa, months = as_panel(design, rows_of(design.outcome), design.outcome, window_days)
    found = staggered(cells)
    dates: dict[int, Estimate | None] = {}
    others: dict[str, Estimate | None] = {}
    if found is not None:
        dates = {early: effect_of(earlier(cells, early)) for early in design.placebo_months}
        for name in design.placebo_outcomes:
            other, places, _ = as_panel(design, rows_of(name), name, window_days)
            others[name] = effect_of(other) if places else None
    begun = cells.starts[cells.starts < len(months)]
    judged = judge_staggered(
        found,
        design.direction,
        months_before=int(begun.min()) if len(begun) else 0,
        months_after=_months_after(cells, int(begun.max())) if len(begun) else 0,
        placebo_dates=list(dates.values()),
        placebo_outcomes=list(others.values()),
        declared_before=design.declared_on <= design.waves[0].start,
    )
    return Starts(design, tuple(desa), tuple(months), cells, found, dates, others, judged)


def _months_after(cells: Panel, last: int) -> int:
    """Months since the last start that count for a desa that began then."""
    begun = cells.counting[cells.starts == last, last:]
    return int((begun > 0).any(axis=0).sum())
