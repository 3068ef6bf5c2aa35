"""Evidence for outside readers: worked out from published tables alone, never from the store."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.access.release import COVERED, UNCOVERED, coverage_cells, published_months
from analytics.config import load_rules
from analytics.designs import Design, load_designs, simulated_designs
from analytics.indicators import FIRST_COMPARABLE, Indicator, TypedBaseline, load_indicators
from analytics.questions.change import comparable, finished
from analytics.questions.concentration import distance_km, indices
from analytics.questions.evaluate import Series, Starts, evaluate_series, evaluate_starts
from analytics.questions.funnel import judged
from analytics.questions.panel import COLUMNS as PANEL
from analytics.store import Snapshot

Table = Callable[[date], pd.DataFrame]
"""Month's end → a published table."""
PUBLISHED_OUTCOMES = ("coverage",)
"""Outcomes of designs whose monthly figures are published."""


def funnel_of(coverage: pd.DataFrame) -> pd.DataFrame:
    """The rows of `analytics.questions.funnel` from published counts; hidden desa not judged."""
    table = coverage.rename(columns={"covered": "counted", "active": "out_of", "coverage": "share"})
    return judged(table)


def change_of(summary: Table, reach: Table, months: list[date], month_end: date) -> pd.DataFrame:
    """The rows of `analytics.questions.change` from the published tables of two months.

    The baseline day must be the end of a published month; ``state`` is ``not_published`` where
    no published table holds the measure (never met is not told apart from past due).

    Args:
        months: ends of the published months, oldest first.
    """
    return finished([_row(each, summary, reach, months, month_end) for each in load_indicators()])


def _row(
    indicator: Indicator, summary: Table, reach: Table, months: list[date], month_end: date
) -> dict[str, object]:
    row: dict[str, object] = {"indicator": indicator, "current_on": month_end}
    now = _counted(indicator.measure, summary, reach, month_end)
    if now is None:
        return row | {"state": "not_published"}
    row |= {"current_counted": now[0], "current_n": now[1]}
    given = indicator.baseline
    if isinstance(given, TypedBaseline):
        return row | {
            "baseline": given.value,
            "baseline_on": given.on,
            "baseline_counted": given.counted,
            "baseline_n": given.out_of,
            "source": given.source,
            "state": "ok",
        }
    full = [day for day in months if is_whole(day, months)]
    on = (full[0] if full else None) if given == FIRST_COMPARABLE else given
    if not isinstance(on, date) or on not in months or on >= month_end:
        return row | {"state": "no_baseline"}
    then = _counted(indicator.measure, summary, reach, on)
    if then is None:
        return row | {"state": "not_published"}
    return row | {
        "baseline_on": on,
        "baseline_counted": then[0],
        "baseline_n": then[1],
        "source": "data",
        "state": comparable(indicator.measure) if on in full else "not_comparable",
    }


def is_whole(day: date, months: list[date]) -> bool:
    """Whether the window before a month's end begins after the first published month."""
    return (day - months[0]).days >= load_rules().coverage.window_days


def _counted(measure: str, summary: Table, reach: Table, day: date) -> tuple[int, int] | None:
    if measure in ("coverage", "past_due"):
        row = summary(day).iloc[0]
        part = row["covered" if measure == "coverage" else "past_due"]
        return None if pd.isna(part) else (int(min(part, row["active"])), int(row["active"]))
    columns = {"received": ("received", "targeted"), "benefited": ("benefited", "received")}
    if measure not in columns:
        return None
    table, (part, whole) = reach(day), columns[measure]
    return None if table.empty else (int(table[part].sum()), int(table[whole].sum()))


def groups_of(equity: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Groups in order (`analytics.questions.equity_groups`) from published cells: by desil and
    by distance, coverage only; groups and desa with a hidden part are left out.
    """
    desil = equity[(equity["dimension"] == "desil") & ~equity["hidden"].astype(bool)]
    desil = desil.assign(value=pd.to_numeric(desil["group_code"], errors="coerce"))
    near = coverage[coverage["state"].isin(["ok", "small", "waiting"])]
    places = zip(near["lon"], near["lat"], strict=True)
    near = near.assign(value=[round(distance_km(lon, lat), 1) for lon, lat in places])
    parts = []
    for name, rows in (("desil", desil), ("distance", near)):
        part = rows[["value", "active", "covered"]].astype("float64")
        part = part.groupby("value", dropna=False).sum().reset_index()
        part.insert(0, "ordered_by", name)
        part.insert(2, "position", part["value"])
        parts.append(part.sort_values("position", na_position="last"))
    made = pd.concat(parts, ignore_index=True)
    return made.astype({"active": "int64", "covered": "int64"})


def concentration_of(groups: pd.DataFrame) -> pd.DataFrame:
    """The rows of `analytics.questions.concentration` for what is published: coverage."""
    return indices(groups)


def coverage_panel(whole: Snapshot, months: list[date]) -> pd.DataFrame:
    """Coverage per desa and month (`analytics.questions.panel`) from published cells.

    Months whose window is filling are left out, and desa in months with a hidden part.
    """
    rows = []
    for day in months:
        if not is_whole(day, months) or day.day != calendar.monthrange(day.year, day.month)[1]:
            continue
        cells = coverage_cells(whole, day).pivot(index="place", columns="state", values="shown")
        cells = cells.dropna()
        total = cells[COVERED] + cells[UNCOVERED]
        rows.append(
            pd.DataFrame(
                {
                    "desa_code": cells.index,
                    "month_start": pd.Timestamp(day.replace(day=1)),
                    "counted": cells[COVERED].to_numpy(dtype="int64"),
                    "out_of": total.to_numpy(dtype="int64"),
                    "share": (cells[COVERED] / total.where(total > 0)).to_numpy(),
                }
            )
        )
    made = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=PANEL)
    return made[made["out_of"] > 0].reset_index(drop=True)


def told(design: Design) -> Design | None:
    """The part of a design that can be shown from published figures; `None` = nothing."""
    if design.outcome not in PUBLISHED_OUTCOMES:
        return None
    kept = tuple(name for name in design.placebo_outcomes if name in PUBLISHED_OUTCOMES)
    return replace(design, placebo_outcomes=kept)


def evaluated(whole: Snapshot, month_end: date) -> list[Series | Starts]:
    """The declared designs whose outcome is published, fitted to published figures up to a month.

    The designs themselves are no secret: they are declared in a file.
    """
    over = published_months(whole, _after(month_end))
    kept = [told(design) for design in _declared(whole, over)]
    rows, window = coverage_panel(whole, over), load_rules().coverage.window_days
    return [
        evaluate_series(each, lambda _: rows, window)
        if each.kind == "its"
        else evaluate_starts(each, lambda _: rows, window)
        for each in kept
        if each is not None
    ]


def untold(whole: Snapshot, month_end: date) -> list[Design]:
    """The declared designs whose outcome is not published."""
    over = published_months(whole, _after(month_end))
    return [each for each in _declared(whole, over) if told(each) is None]


def _declared(whole: Snapshot, over: list[date]) -> tuple[Design, ...]:
    if not whole.simulated:
        return load_designs()
    return simulated_designs(over[0]) if over else ()


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
