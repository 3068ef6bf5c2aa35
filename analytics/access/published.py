"""The questions that outside readers may ask: each answered from the published cells alone.

To publish another figure, add its cells to `analytics.access.release` first (with the sums that
link them to the others), then a function here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pandas as pd

from analytics.access import published_impact as impact
from analytics.access.cells import Cells
from analytics.access.release import (
    COVERED,
    LEVELS,
    OUTSIDE,
    STATUSES,
    UNCOVERED,
    coverage_cells,
    published_months,
    release,
)
from analytics.config import load_rules
from analytics.questions import STEPS
from analytics.questions.evaluate import Series, Starts
from analytics.questions.evaluation import NOT_PUBLISHED, series_table, starts_table
from analytics.questions.innovation import COLUMNS as INNOVATION_COLUMNS
from analytics.questions.innovation import proof_row, quarters_row
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot

_PARTS = (COVERED, UNCOVERED)
HIDDEN = "hidden"
"""State of a row of which a part is hidden."""


def _split(cells: pd.DataFrame, by: str) -> pd.DataFrame:
    """``active, covered, uncovered, coverage, ci_low, ci_high`` per place or group."""
    parts = pd.DataFrame(
        {state: cells[cells["state"] == state].set_index(by)["shown"] for state in _PARTS}
    )
    hidden = parts.isna().any(axis="columns")
    whole = parts["covered"] + parts["uncovered"]
    parts.insert(0, "active", whole)
    parts["coverage"] = (parts["covered"] / whole).where(whole > 0)
    low, high = wilson_interval(parts["covered"].fillna(0), whole.fillna(0))
    parts["ci_low"], parts["ci_high"] = low, high
    parts.loc[whole.isna(), ["ci_low", "ci_high"]] = float("nan")
    parts["hidden"] = hidden
    return parts.reset_index()


def coverage(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """What share of the active households of each desa was met, from rounded counts?

    Returns:
        One row per desa: ``desa_code, desa_name, active, covered, uncovered`` (multiples of 5;
        missing = hidden, and ``active`` where a part of it is), ``coverage, ci_low, ci_high``
        (0–1, missing where a part is hidden), ``state`` (``ok``; ``hidden``; ``small``: too few
        to rank, by the rounded count; ``waiting``; ``no_data``), ``rank`` (only ``ok``), ``lon,
        lat, area_km2``.
    """
    made = release(whole, month_end)
    table = made.desa.merge(
        _split(made.table("coverage"), "place"),
        left_on="desa_code",
        right_on="place",
    )
    few = load_rules().coverage.small_desa_households
    table["state"] = "ok"
    table.loc[table["active"] < few, "state"] = "small"
    table.loc[table["waiting"], "state"] = "waiting"
    table.loc[table["hidden"], "state"] = HIDDEN
    # Without any visit there is nothing to hide but the number of households.
    table.loc[~table["heard"] | (table["active"] == 0), "state"] = "no_data"
    table.loc[table["state"] == "no_data", ["coverage", "ci_low", "ci_high"]] = float("nan")
    ranked = table["coverage"].where(table["state"] == "ok")
    table["rank"] = ranked.rank(ascending=False, method="min")
    columns = "desa_code desa_name active covered uncovered coverage ci_low ci_high state rank"
    return table[[*columns.split(), "lon", "lat", "area_km2"]]


def trend(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """How did coverage develop, from the published cells of each month?

    Returns:
        One row per month up to *month_end*, oldest first: ``month_end, active, covered``
        (sums of published counts, about), ``coverage, ci_low, ci_high`` (0–1), ``hidden``
        (desa of which a part is hidden and taken at its middle), ``whole_window`` (whether the
        window begins after the first published month, which may have begun within).
    """
    rows = []
    months = published_months(whole, _day_after(month_end))
    days = load_rules().coverage.window_days
    for day in months:
        opens = day - timedelta(days=days)
        rows.append(
            {
                "month_end": pd.Timestamp(day),
                **_totals(coverage_cells(whole, day)),
                "whole_window": opens >= months[0],
            }
        )
    return pd.DataFrame(rows)


def _day_after(month_end: date) -> date:
    return date.fromordinal(month_end.toordinal() + 1)


def _totals(cells: pd.DataFrame) -> dict[str, object]:
    published = Cells(load_rules().data.small_cell)
    parts = {
        state: published.total(cells.loc[cells["state"] == state, "shown"])
        for state in (COVERED, UNCOVERED)
    }
    active = parts[COVERED] + parts[UNCOVERED]
    low, high = wilson_interval(pd.Series([parts[COVERED]]), pd.Series([active]))
    return {
        "active": active,
        "covered": parts[COVERED],
        "coverage": parts[COVERED] / active if active else float("nan"),
        "ci_low": low[0],
        "ci_high": high[0],
        "hidden": int(cells.loc[cells["shown"].isna(), "place"].nunique()),
    }


def summary(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """How is the kecamatan doing, in one row made of published counts?

    Returns:
        One row: ``month_end, active, covered, coverage, ci_low, ci_high, hidden`` (as `trend`),
        ``past_due, due_soon, on_time`` (households), ``barriers_open`` (about), ``target``
        (share), ``desa_below`` (desa whose whole interval is below it). What was withheld is
        missing.
    """
    made = release(whole, month_end)
    row: dict[str, object] = {
        "month_end": pd.Timestamp(month_end),
        **_totals(made.table("coverage")),
    }
    status = made.table("status").set_index("state")["shown"]
    for name in STATUSES:
        row[name] = status.get(name, float("nan"))
    open_barriers = made.table("barriers")
    by_category = open_barriers.loc[open_barriers["place"] == "", "shown"]
    row["barriers_open"] = Cells(made.limit).total(by_category) if len(by_category) else None
    target = load_rules().coverage.target
    desa = coverage(whole, month_end)
    row["target"] = target
    row["desa_below"] = int(((desa["state"] == "ok") & (desa["ci_high"] < target)).sum())
    return pd.DataFrame([row])


def reach(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """How far does each program get, from published counts?

    Returns:
        One row per program (none when withheld): ``program_code, program_name, agency``, the
        steps of the cascade (sums of published counts, about), ``hidden`` (cells behind them
        that are hidden and taken at their middle), ``received_outside_target`` (missing =
        hidden), ``reached`` (0–1, about; missing without a target).
    """
    made = release(whole, month_end)
    published = Cells(made.limit)
    rows = []
    for code, cells in made.table("reach").groupby("group", sort=False):
        shown = cells.set_index("state")["shown"]
        steps = {
            step: published.total(shown[list(LEVELS[place:])]) for place, step in enumerate(STEPS)
        }
        rows.append(
            {
                "program_code": code,
                **steps,
                "hidden": int(shown[list(LEVELS)].isna().sum()),
                "received_outside_target": shown[OUTSIDE],
                "reached": steps["received"] / steps["targeted"] if steps["targeted"] else None,
            }
        )
    columns = ["program_code", *STEPS, "hidden", "received_outside_target", "reached"]
    return made.programs.merge(pd.DataFrame(rows, columns=columns), on="program_code")


def equity(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """Are the poorest and the most vulnerable covered alike, from rounded counts?

    Returns:
        One row per dimension × group that was published: ``dimension`` (``desil``,
        ``priority``, ``vulnerability``), ``group_code``, ``active, covered, uncovered,
        coverage, ci_low, ci_high, hidden`` as in `coverage`, ``few`` (too few to compare).
    """
    made = release(whole, month_end)
    parts = []
    for dimension in ("desil", "vulnerability", "priority"):
        cells = made.table(dimension)
        if len(cells):
            part = _split(cells, "group").rename(columns={"group": "group_code"})
            part.insert(0, "dimension", dimension)
            part["few"] = part["active"] < load_rules().coverage.small_desa_households
            parts.append(part)
    columns = "dimension group_code active covered uncovered coverage ci_low ci_high hidden few"
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns.split())


def barriers(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """How many barriers are open, by category and by desa?

    Returns:
        One row per category and one per desa (none when withheld): ``category``, ``desa_code,
        desa_name`` (empty where it is the other), ``open`` (a multiple of 5; missing = hidden).
    """
    made = release(whole, month_end)
    cells = made.table("barriers")
    names = made.desa.set_index("desa_code")["desa_name"]
    return pd.DataFrame(
        {
            "category": cells["group"],
            "desa_code": cells["place"],
            "desa_name": cells["place"].map(names).fillna(""),
            "open": cells["shown"],
        }
    ).reset_index(drop=True)


def innovation(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """What of the Indeks Inovasi Daerah can be proved from published figures?

    Returns:
        The columns of the question ``innovation``, for ``33a`` (households met in the window,
        the fewest that the published counts admit: at least so many people, one to a household;
        state ``at_least``), ``33f`` (from the published coverage of the quarters) and ``34``.
        What needs more detail has the state ``not_published`` and no value.
    """
    months = trend(whole, month_end)
    cells = coverage_cells(whole, month_end)
    fewest = int(cells.loc[cells["state"] == COVERED, "low"].sum())
    opens = month_end - timedelta(days=load_rules().coverage.window_days - 1)
    people = proof_row("33a", float(fewest), month_end, from_on=opens, counted=fewest)
    rows = [
        {**people, "state": "at_least"},
        quarters_row(months[months["whole_window"]], month_end),
        proof_row("34", 1.0 if len(months) else None, month_end),
        *({**proof_row(no, None, month_end), "state": NOT_PUBLISHED} for no in ("28", "33b")),
    ]
    return pd.DataFrame(rows, columns=list(INNOVATION_COLUMNS))


def funnel(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """Which desa differ by more than chance, from rounded counts? Columns as the question's."""
    return impact.funnel_of(coverage(whole, month_end))


def change(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """What changed since the baseline month, from published figures? Columns as the question's.

    ``state`` may be ``not_published`` as well.
    """
    return impact.change_of(
        lambda day: summary(whole, day),
        lambda day: reach(whole, day),
        published_months(whole, _day_after(month_end)),
        month_end,
    )


def equity_groups(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """Households in order of desil and of distance, from published cells (coverage only)."""
    return impact.groups_of(equity(whole, month_end), coverage(whole, month_end))


def concentration(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """Is coverage concentrated among the poorer or the nearer, from published cells?"""
    return impact.concentration_of(equity_groups(whole, month_end))


def its(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """The declared interrupted series; without figures where the outcome is not published."""
    found = impact.evaluated(whole, month_end)
    told = [each for each in found if isinstance(each, Series)]
    return series_table(told, impact.untold(whole, month_end))


def did(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """The declared staggered starts; without figures where the outcome is not published."""
    found = impact.evaluated(whole, month_end)
    told = [each for each in found if isinstance(each, Starts)]
    return starts_table(told, impact.untold(whole, month_end))


PUBLISHED: Mapping[str, Callable[[Snapshot, date], pd.DataFrame]] = MappingProxyType(
    {
        "summary": summary,
        "coverage": coverage,
        "reach": reach,
        "trend": trend,
        "equity": equity,
        "barriers": barriers,
        "funnel": funnel,
        "change": change,
        "equity_groups": equity_groups,
        "concentration": concentration,
        "its": its,
        "did": did,
        "innovation": innovation,
    }
)
"""By the names of `analytics.questions.QUESTIONS` that they stand in for."""
