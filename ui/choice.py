"""A view of the data as a link says it: ``?per=2025-12-15&jendela=90&desa=…&program=…``.

``jendela`` is a number of days, or a period that the day lies in: ``bulan``, ``triwulan``,
``semester`` or ``tahun``, from its first day on.

Pure functions, no Streamlit: what a link means, and how a choice is written as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from analytics import numbers
from analytics.i18n import _
from analytics.questions import Filters

PARAMETERS = ("per", "jendela", "desa", "program")
PERIODS = MappingProxyType({"bulan": 1, "triwulan": 3, "semester": 6, "tahun": 12})
"""Periods of the calendar that a window can begin with, and their months."""
FIRST_DAY = date(2000, 1, 1)
LONGEST_WINDOW_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose; ``None`` follows the default (today, the window of the rules).

    A `period` (of `PERIODS`) says the window by the calendar; then `window_days` is ``None``.
    """

    as_of: date | None = None
    window_days: int | None = None
    desa: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    period: str | None = None

    def filters(self, today: date) -> Filters:
        """The questions' filters for this choice on the day *today*."""
        day = self.as_of or today
        window = self.window_days
        if self.period is not None:
            window = (day - period_start(self.period, day)).days + 1
        if window is None:
            return Filters(day, desa=self.desa, programs=self.programs)
        return Filters(day, window, self.desa, self.programs)

    def known(self, desa: Mapping[str, str], programs: Mapping[str, str]) -> Choice:
        """Without desa and programs that the current data does not have."""
        return Choice(
            self.as_of,
            self.window_days,
            tuple(code for code in self.desa if code in desa),
            tuple(code for code in self.programs if code in programs),
            self.period,
        )


def period_start(period: str, day: date) -> date:
    """The first day of the period (a key of `PERIODS`) that *day* lies in."""
    months = PERIODS[period]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def to_parameters(choice: Choice) -> dict[str, str]:
    """The URL parameters of a choice; defaults are left out."""
    written = {
        "per": choice.as_of.isoformat() if choice.as_of else "",
        "jendela": choice.period or str(choice.window_days or ""),
        "desa": ",".join(choice.desa),
        "program": ",".join(choice.programs),
    }
    return {name: text for name, text in written.items() if text}


def from_parameters(
    parameters: Mapping[str, str],
    desa: Mapping[str, str],
    programs: Mapping[str, str],
    today: date,
) -> tuple[Choice, list[str]]:
    """Read a link, leniently.

    Args:
        parameters: name → text; names that are not in `PARAMETERS` are left alone.
        desa, programs: code → name of what exists. A desa may be given by name too.
        today: the newest day that can be asked about.

    Returns:
        The choice, and a sentence for each value that was ignored.
    """
    problems: list[str] = []
    window = parameters.get("jendela", "").strip()
    period = window.casefold() if window.casefold() in PERIODS else None
    return (
        Choice(
            _day(parameters.get("per", "").strip(), today, problems),
            _window("" if period else window, problems),
            _codes(parameters.get("desa", ""), desa, _("desa"), problems),
            _codes(parameters.get("program", ""), programs, _("program"), problems),
            period,
        ),
        problems,
    )


def _day(text: str, today: date, problems: list[str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        problems.append(
            _("The link’s date “{text}” is no date; showing today.", text=shorten(text))
        )
        return None
    if day > today:
        shown = numbers.day(day)
        problems.append(_("{day} has not come yet; showing today.", day=shown))
        return None
    if day < FIRST_DAY:
        problems.append(_("{day} is too long ago; showing today.", day=numbers.day(day)))
        return None
    return day if day != today else None


def _window(text: str, problems: list[str]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST_WINDOW_DAYS:
        return int(text)
    problems.append(
        _(
            "The link’s window “{text}” is not a number of days from 1 to {longest}; "
            "showing the usual window.",
            text=shorten(text),
            longest=numbers.number(LONGEST_WINDOW_DAYS),
        )
    )
    return None


def _codes(text: str, known: Mapping[str, str], what: str, problems: list[str]) -> tuple[str, ...]:
    by_name = {name.casefold(): code for code, name in known.items()}
    by_name |= {code.casefold(): code for code in known}
    found: list[str] = []
    for part in dict.fromkeys(part.strip() for part in text.split(",") if part.strip()):
        code = by_name.get(part.casefold())
        if code is None:
            problems.append(
                _(
                    "The link names a {what} that is not in the data: “{text}”; it was left out.",
                    what=what,
                    text=shorten(part),
                )
            )
        elif code not in found:
            found.append(code)
    return tuple(found)


def shorten(text: str) -> str:
    """A foreign text made fit to be repeated in a sentence."""
    plain = "".join(letter for letter in text if letter.isprintable() and letter not in "*_`[]<>$")
    return plain if len(plain) <= 40 else f"{plain[:39]}…"
