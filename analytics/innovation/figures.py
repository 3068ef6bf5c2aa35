"""The figures of a KIPP proposal, in words, from the tables of the questions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Figures:
    """Sentences with figures in them; an empty one = it cannot be told from the data.

    Attributes:
        coverage: households met in the window, of how many.
        change: coverage then and now (a change, not an effect).
        people: reached at the door within a year.
        cascade: one sentence per program.
        barriers: open ones, and how long solving takes.
        desa: how many desa work with it.
    """

    coverage: str
    change: str
    people: str
    cascade: tuple[str, ...]
    barriers: str
    desa: str


def figures(
    summary: pd.DataFrame,
    trend: pd.DataFrame,
    reach: pd.DataFrame,
    innovation: pd.DataFrame,
    *,
    window_days: int,
    desa: int,
    as_of: date,
) -> Figures:
    """Fill the sentences.

    Args:
        summary, trend, reach, innovation: the answers of these questions, or their published
            counterparts (whose counts are rounded).
        desa: number of desa in the area.
    """
    proofs = {str(row["no"]): row for row in innovation.to_dict("records")}
    row = summary.iloc[0]
    return Figures(
        coverage=_(
            "On {day}, {covered} of {active} active households ({share}) had been met at the door "
            "in the {days} days before.",
            day=numbers.day(as_of),
            covered=numbers.number(row["covered"]),
            active=numbers.number(row["active"]),
            share=numbers.percent(row["coverage"]),
            days=numbers.number(window_days),
        ),
        change=_change(trend, window_days),
        people=_people(proofs.get("33a")),
        cascade=tuple(_program(each) for each in reach.to_dict("records") if each["targeted"]),
        barriers=_barriers(row, proofs.get("28")),
        desa=ngettext("{count} desa take part.", "{count} desa take part.", desa),
    )


def _change(trend: pd.DataFrame, window_days: int) -> str:
    known = trend[trend["coverage"].notna()]
    if known.empty:
        return ""
    whole = known[known["month_end"] >= known["month_end"].min() + pd.Timedelta(days=window_days)]
    if len(whole) < 2:
        return ""
    first, last = whole.iloc[0], whole.iloc[-1]
    return _(
        "Coverage was {before} at the end of {then} (the first month with a whole window) and "
        "{now} in {month}: a change of {points} points. A change is not an effect: what else "
        "changed meanwhile has to be said.",
        before=numbers.percent(first["coverage"]),
        then=numbers.month(first["month_end"]),
        now=numbers.percent(last["coverage"]),
        month=numbers.month(last["month_end"]),
        points=numbers.number(100 * (last["coverage"] - first["coverage"]), 1),
    )


def _people(row: Mapping[Hashable, Any] | None) -> str:
    if row is None or pd.isna(row["value"]):
        return ""
    if row["state"] == "at_least":
        return _(
            "At least {people} people were met at the door, one counted per household.",
            people=numbers.number(float(str(row["value"]))),
        )
    return _(
        "{people} people in {households} households received a program at the door within a year, "
        "each household counted once.",
        people=numbers.number(float(str(row["value"]))),
        households=numbers.number(float(str(row["counted"]))),
    )


def _program(row: Mapping[Hashable, Any]) -> str:
    return _(
        "{program}: {targeted} households targeted, {met} met, {received} received it, {benefited} "
        "rate its benefit 4 or 5.",
        program=str(row["program_name"]),
        **{
            name: numbers.number(float(str(row[name])))
            for name in ("targeted", "met", "received", "benefited")
        },
    )


def _barriers(summary: pd.Series, row: Mapping[Hashable, Any] | None) -> str:
    opened = _("{count} barriers are open.", count=numbers.number(float(summary["barriers_open"])))
    if row is None or pd.isna(row["value"]):
        return opened
    solved = _(
        "Half of the barriers are resolved within {days} days.",
        days=numbers.number(float(str(row["value"]))),
    )
    return f"{opened} {solved}"
