"""What do the declared designs show? Interrupted series and staggered starts, with a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.designs import Design, load_designs, simulated_designs
from analytics.questions.evaluate import (
    Outcome,
    Series,
    Starts,
    evaluate_series,
    evaluate_starts,
)
from analytics.questions.filters import Filters
from analytics.questions.panel import panel
from analytics.questions.places import data_from
from analytics.store import Snapshot


def designs(snapshot: Snapshot, filters: Filters) -> tuple[Design, ...]:
    """The declared designs: of simulated data those it was planted with, else the file's."""
    if not snapshot.simulated:
        return load_designs()
    first = data_from(snapshot, filters)
    return simulated_designs(first) if first else ()


def evaluated(snapshot: Snapshot, filters: Filters) -> list[Series | Starts]:
    """Every declared design, fitted to the store."""
    rows_of, window = of_store(snapshot, filters), filters.window_days
    return [
        evaluate_series(each, rows_of, window)
        if each.kind == "its"
        else evaluate_starts(each, rows_of, window)
        for each in designs(snapshot, filters)
    ]


def of_store(snapshot: Snapshot, filters: Filters) -> Outcome:
    """The rows of an outcome from the store."""
    return lambda outcome: panel(snapshot, filters, outcome)


def its(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Did an outcome change when something began everywhere? One row per declared design.

    Returns:
        ``design, outcome, start, declared_on, months_before, months_after`` (with data);
        ``level, level_low, level_high`` (change at the start, 0–1), ``slope, slope_low,
        slope_high`` (change per month), ``lag`` (of the Newey–West errors), ``p_level``
        (simulated with the same autocorrelation), ``durbin_watson, rho``; ``placebo_dates_quiet,
        placebo_outcomes_quiet``; ``verdict`` (``none`` or ``hint``).
    """
    found = evaluated(snapshot, filters)
    return series_table([each for each in found if isinstance(each, Series)])


NOT_PUBLISHED = "not_published"
"""Verdict of a design whose outcome outside readers do not see."""


def series_table(series: list[Series], untold: Sequence[Design] = ()) -> pd.DataFrame:
    """The rows of `its`; of designs in *untold* only what was declared."""
    rows: list[dict[str, object]] = [
        {
            "design": each.id,
            "outcome": each.outcome,
            "start": each.waves[0].start,
            "declared_on": each.declared_on,
            "verdict": NOT_PUBLISHED,
        }
        for each in untold
        if each.kind == "its"
    ]
    for each in series:
        row: dict[str, object] = dict.fromkeys(ITS_COLUMNS)
        row |= {
            "design": each.design.id,
            "outcome": each.design.outcome,
            "start": each.design.waves[0].start,
            "declared_on": each.design.declared_on,
            "placebo_dates_quiet": each.judged.checks.get("placebo_dates"),
            "placebo_outcomes_quiet": each.judged.checks.get("placebo_outcomes"),
            "verdict": each.judged.verdict.value,
        }
        if (found := each.found) is not None:
            row |= {
                "months_before": found.before,
                "months_after": found.after,
                "level": found.level.estimate,
                "level_low": found.level.low,
                "level_high": found.level.high,
                "slope": found.slope.estimate,
                "slope_low": found.slope.low,
                "slope_high": found.slope.high,
                "lag": found.lag,
                "p_level": found.level.p_simulated,
                "durbin_watson": found.durbin_watson,
                "rho": found.rho,
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=ITS_COLUMNS)


ITS_COLUMNS = (
    "design outcome start declared_on months_before months_after level level_low level_high slope "
    "slope_low slope_high lag p_level durbin_watson rho placebo_dates_quiet "
    "placebo_outcomes_quiet verdict"
).split()
DID_COLUMNS = (
    "design outcome first_start last_start declared_on desa started months effect effect_low "
    "effect_high p_random p_trend placebo_dates_quiet placebo_outcomes_quiet verdict"
).split()


def did(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Did an outcome change in each desa when it began there? One row per declared design.

    Returns:
        ``design, outcome, first_start, last_start, declared_on``; ``desa, started`` (with data;
        those that began), ``months``; ``effect, effect_low, effect_high`` (0–1, jackknife by
        desa), ``p_random`` (starts dealt anew), ``p_trend`` (months before the start);
        ``placebo_dates_quiet, placebo_outcomes_quiet``; ``verdict`` (``none``, ``hint``,
        ``strong``).
    """
    found = evaluated(snapshot, filters)
    return starts_table([each for each in found if isinstance(each, Starts)])


def starts_table(starts: list[Starts], untold: Sequence[Design] = ()) -> pd.DataFrame:
    """The rows of `did`; of designs in *untold* only what was declared."""
    rows: list[dict[str, object]] = [
        {
            "design": each.id,
            "outcome": each.outcome,
            "first_start": each.waves[0].start,
            "last_start": each.waves[-1].start,
            "declared_on": each.declared_on,
            "verdict": NOT_PUBLISHED,
        }
        for each in untold
        if each.kind == "staggered"
    ]
    for each in starts:
        row: dict[str, object] = dict.fromkeys(DID_COLUMNS)
        row |= {
            "design": each.design.id,
            "outcome": each.design.outcome,
            "first_start": each.design.waves[0].start,
            "last_start": each.design.waves[-1].start,
            "declared_on": each.design.declared_on,
            "placebo_dates_quiet": each.judged.checks.get("placebo_dates"),
            "placebo_outcomes_quiet": each.judged.checks.get("placebo_outcomes"),
            "verdict": each.judged.verdict.value,
        }
        if (found := each.found) is not None:
            row |= {
                "desa": found.places,
                "started": found.started,
                "months": found.months,
                "effect": found.effect.estimate,
                "effect_low": found.effect.low,
                "effect_high": found.effect.high,
                "p_random": found.p_random,
                "p_trend": found.p_trend,
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=DID_COLUMNS)
