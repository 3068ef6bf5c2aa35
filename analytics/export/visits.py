"""Whom one assistant visits in a week: what the list, the workbook and the message share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics import numbers
from analytics.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Visit:
    """One household to visit. All texts are shown as they are.

    Attributes:
        status, why, programs: in words, in the language of the reader.
        days_overdue: 0 when not past due.
        personal: name and address, only where they were asked for; else empty.
    """

    household_id: str
    desa: str
    rt: str
    status: str
    due_on: date
    days_overdue: int
    last_met_on: date | None
    why: str
    programs: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """The visits of one assistant, in order; ``assistant_id`` is empty for households of nobody."""

    assistant_id: str
    assistant_name: str
    visits: Sequence[Visit]

    @property
    def desa(self) -> tuple[str, ...]:
        """Names of the desa, in order of the alphabet."""
        return tuple(sorted({visit.desa for visit in self.visits}))

    @property
    def label(self) -> str:
        """The id of the assistant, or that there is none."""
        return self.assistant_id or _("No assistant yet")


def monday_of(day: date) -> date:
    """The Monday of the week to plan on *day*: its own week, on a weekend the next."""
    monday = day - timedelta(days=day.weekday())
    return monday if day.weekday() < 5 else monday + timedelta(days=7)


def week_words(monday: date) -> str:
    """``24 Nov 2026 – 30 Nov 2026``."""
    first, last = (numbers.day(monday + timedelta(days=n), "medium") for n in (0, 6))
    return f"{first} – {last}"


def households(count: int) -> str:
    """``1.234 keluarga``."""
    shown = numbers.number(count)
    return ngettext("{shown} household", "{shown} households", count, shown=shown)
