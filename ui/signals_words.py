"""Early signals as sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.charts.signals import range_text
from analytics.i18n import _, ngettext
from analytics.store.dismissals import Dismissal
from ui import words

Row = Mapping[Hashable, Any]
_NAMED = 4
_TINY = 0.001


def sentence(row: Row, as_of: date, people: Mapping[str, str]) -> str:
    """A row of the signals question in one sentence (Markdown).

    Args:
        people: assistant id → name; who has none there is said by the id.
    """
    usual = range_text(row["usual_low"], row["usual_high"])
    if row["kind"] == "assistant":
        return ngettext(
            "**{who}** noted **{count} barrier** {when}, usually {usual}: is help needed there?",
            "**{who}** noted **{count} barriers** {when}, usually {usual}: is help needed there?",
            int(row["count"]),
            who=words.literal(person(row["assistant_id"], people)),
            when=when(row, as_of),
            usual=usual,
        )
    return ngettext(
        "**{category}: {count} barrier** in {where} {when}, usually {usual}.",
        "**{category}: {count} barriers** in {where} {when}, usually {usual}.",
        int(row["count"]),
        category=words.literal(words.barrier(str(row["category"]))),
        where=where(row),
        when=when(row, as_of),
        usual=usual,
    )


def person(assistant: object, people: Mapping[str, str]) -> str:
    """An assistant as the work list says it: name and id."""
    name = people.get(str(assistant))
    return f"{name} ({assistant})" if name else str(assistant)


def where(row: Row) -> str:
    """The desa of a signal, at most four of them by name."""
    names = [words.literal(str(name)) for name in row["desa_names"]]
    if len(names) > _NAMED:
        more = numbers.number(len(names) - _NAMED)
        return _("{names} and {more} more desa", names=", ".join(names[:_NAMED]), more=more)
    return ", ".join(names)


def when(row: Row, as_of: date) -> str:
    """``this week``, ``last week``, ``in the last 3 weeks``."""
    if row["weeks_long"] > 1:
        return _("in {weeks} weeks", weeks=numbers.number(row["weeks_long"]))
    is_this = bool(row["running"]) or pd.Timestamp(row["week_end"]).date() == as_of
    return _("this week") if is_this else _("last week")


def facts(row: Row) -> str:
    """The dates, how certain it is, and out of how many households met."""
    days = f"{_day(row['week_start'])} – {_day(row['week_end'])}"
    if row["running"]:
        days += " " + _("(the week is still running)")
    false = _chance(float(row["q_value"]))
    met = ngettext(
        "{shown} household met",
        "{shown} households met",
        int(row["exposure"]),
        shown=numbers.number(row["exposure"]),
    )
    return f"{days} · {met} · {false}"


def _chance(share: float) -> str:
    if share < _TINY:
        return _("fewer than {share} of signals this certain are chance", share=_percent(_TINY))
    return _("at most {share} of signals this certain are chance", share=_percent(share))


def _percent(share: float) -> str:
    return numbers.percent(share, 1)


def _day(value: Any) -> str:
    return numbers.day(pd.Timestamp(value), "medium")


def dismissed(found: Dismissal) -> str:
    """Since when it is set aside, by whom and why."""
    step = found.steps[-1]
    return _(
        "Dismissed on {day} by {who}: {reason}",
        day=numbers.clock(found.when),
        who=words.literal(step.who),
        reason=words.literal(step.reason),
    )


def kind(code: str) -> str:
    """What a signal is about."""
    return {
        "desa_category": _("Desa"),
        "assistant": _("Assistant"),
        "cluster": _("Neighbouring desa"),
    }.get(code, code)


def state(code: str) -> str:
    """Whether somebody looked into it."""
    return {"new": _("New"), "dismissed": _("Dismissed")}.get(code, code)
