"""A run chart in words: its values, its signals, what they coincide with, and all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.events import Event
from analytics.i18n import _, ngettext
from analytics.questions.monthly import Measure, Run
from analytics.stats.runchart import MINIMUM_POINTS, Signal

_SHARED_DAYS = 7


def value_text(measure: Measure, value: float | None, digits: int = 1) -> str:
    """A value as it is written: a share in percent, a count as a whole number."""
    return numbers.percent(value, digits) if measure.is_share else numbers.number(value)


def hover(run: Run, row: dict[Any, Any]) -> str:
    """What the pointer on a month says."""
    when = numbers.month(row["month_end"])
    if run.measure.at_month_end or row["left_out"] == "running":
        when = numbers.day(row["month_end"])
    lines = [f"<b>{when}</b>", value_text(run.measure, row["value"])]
    if run.measure.is_share:
        counts = _(
            "{part} of {whole}",
            part=numbers.number(row["counted"]),
            whole=numbers.number(row["out_of"]),
        )
        lines[-1] += f" ({counts})"
    if why := left_out_words(row["left_out"], run.measure):
        lines.append(why)
    return "<br>".join(lines)


def left_out_words(code: str, measure: Measure) -> str:
    """Why a month is not compared with the others."""
    return {
        "initial": _("first window not full yet: not compared")
        if measure.at_month_end
        else _("data begins in the middle of the month: not compared"),
        "running": _("month still running: not compared"),
        "late": _("data not complete yet: not compared"),
        "unknown": _("no data"),
    }.get(code, "")


def signal_sentences(run: Run, events: Sequence[Event] = (), days_back: int = 0) -> list[str]:
    """One sentence for each signal: which month, what is unusual, and what happened meanwhile.

    Args:
        days_back: over how many days a value looks back; 0 = over its own month.
    """
    return [_sentence(run, signal, events, days_back) for signal in run.named]


def _sentence(run: Run, signal: Signal, events: Sequence[Event], days_back: int) -> str:
    rows, found = run.rows, run.limits
    if found is None:
        raise ValueError("signals without limits")
    first, last = rows.iloc[signal.first], rows.iloc[signal.last]
    value = value_text(run.measure, last["value"])
    month, until = numbers.month(first["month_end"]), numbers.month(last["month_end"])
    if signal.kind == "above":
        limit = value_text(run.measure, found.upper)
        said = _(
            "**{month}** above the upper limit: {value} (limit {limit})",
            month=month,
            value=value,
            limit=limit,
        )
    elif signal.kind == "below":
        limit = value_text(run.measure, found.lower)
        said = _(
            "**{month}** below the lower limit: {value} (limit {limit})",
            month=month,
            value=value,
            limit=limit,
        )
    elif signal.kind == "jump":
        said = _(
            "**{month}** changed unusually much: from {before} to {value}",
            month=month,
            before=value_text(run.measure, rows["value"].iloc[signal.first - found.lag]),
            value=value,
        )
    elif signal.kind in ("run_above", "run_below"):
        side = _("above the mean") if signal.kind == "run_above" else _("below the mean")
        said = ngettext(
            "**{first} to {last}**: {count} month in a row {side}",
            "**{first} to {last}**: {count} months in a row {side}",
            signal.last - signal.first + 1,
            first=month,
            last=until,
            side=side,
        )
    else:
        side = _("upper") if signal.kind == "near_upper" else _("lower")
        said = _(
            "**{first} to {last}**: 3 of 4 months near the {side} limit",
            first=month,
            last=until,
            side=side,
        )
    if names := coincides(first["month_start"], last["month_end"], events, days_back):
        with_what = (
            _("coincides with {events}") if not days_back else _("its window includes {events}")
        )
        said += "; " + with_what.format(events=", ".join(names))
    return f"{said}."


def coincides(
    first: pd.Timestamp, last: pd.Timestamp, events: Sequence[Event], days_back: int = 0
) -> list[str]:
    """Names of the events that a good part of the days looked at lie in."""
    begin = last - pd.Timedelta(days=days_back) if days_back else first
    names = []
    for event in events:
        start, end = max(begin, pd.Timestamp(event.first)), min(last, pd.Timestamp(event.last))
        needed = min(_SHARED_DAYS, (event.last - event.first).days + 1)
        if (end - start).days + 1 >= needed and event.label not in names:
            names.append(event.label)
    return names


def no_limits_sentence(run: Run, filters_lag: int) -> str:
    """Why there are no limits."""
    needed = MINIMUM_POINTS
    if run.usable >= needed:
        return _(
            "No limits yet: a value looks back over {months} months, so too few of them are "
            "independent of each other.",
            months=filters_lag,
        )
    return ngettext(
        "No limits yet: {count} comparable month; at least {needed} are needed.",
        "No limits yet: {count} comparable months; at least {needed} are needed.",
        run.usable,
        needed=needed,
    )


def describe_run(run: Run, name: str, events: Sequence[Event] = (), days_back: int = 0) -> str:
    """The chart in words: newest value, limits, signals, events, months left out."""
    rows = run.rows[run.rows["value"].notna()]
    if rows.empty:
        return _("No month with data yet.")
    first, last = rows.iloc[0], rows.iloc[-1]
    parts = [
        _(
            "{name}, {first} to {last}: newest value {value} on {day}.",
            name=name,
            first=numbers.month(first["month_end"]),
            last=numbers.month(last["month_end"]),
            value=value_text(run.measure, last["value"]),
            day=numbers.day(last["month_end"]),
        )
    ]
    if run.limits is None:
        parts.append(no_limits_sentence(run, 0) if run.usable < MINIMUM_POINTS else _("No limits."))
    else:
        parts.append(
            _(
                "Mean {mean}, usual range {low} to {high}.",
                mean=value_text(run.measure, run.limits.centre),
                low=value_text(run.measure, run.limits.lower),
                high=value_text(run.measure, run.limits.upper),
            )
        )
        said = [text.replace("**", "") for text in signal_sentences(run, events, days_back)]
        parts += said or [_("No month stands out.")]
    if events:
        parts.append(
            _("Marked: {events}.", events=", ".join(dict.fromkeys(e.label for e in events)))
        )
    return " ".join(parts)
