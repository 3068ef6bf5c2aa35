"""Numbers and dates as Indonesians write them (Babel), for every page, figure and export."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from analytics.config import TIME_ZONE
from analytics.i18n import language

NOTHING = "–"


@lru_cache(maxsize=20_000)
def _decimal(value: float, pattern: str, locale: str) -> str:
    # Babel parses the pattern at each call; a long table asks for the same few numbers.
    return format_decimal(value, format=pattern, locale=locale)


def number(value: float | None, digits: int = 0) -> str:
    """``1234.5`` → ``1.234,5`` (with ``digits=1``); a missing value → ``–``."""
    if value is None or pd.isna(value):
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _decimal(value, pattern, language.get())


def percent(share: float | None, digits: int = 1) -> str:
    """A share between 0 and 1 as ``45,6%``; a missing value → ``–``."""
    if share is None or pd.isna(share):
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return format_percent(share, format=pattern, locale=language.get())


def day(value: date | None, length: str = "long") -> str:
    """A date as ``15 Desember 2025`` (``medium``: ``15 Des 2025``)."""
    if value is None or pd.isna(value):
        return NOTHING
    return format_date(value, format=length, locale=language.get())


def month(value: date | None) -> str:
    """A month as ``Des 2025``."""
    if value is None or pd.isna(value):
        return NOTHING
    return format_date(value, format="MMM y", locale=language.get())


def clock(value: datetime) -> str:
    """A moment as ``15 Des 2025 14.30 WITA``."""
    local = value.astimezone(TIME_ZONE)
    return f"{format_date(local, format='medium', locale=language.get())} {local:%H.%M} WITA"


def today() -> date:
    """Today's date where the kecamatan is (Asia/Makassar)."""
    return datetime.now(TIME_ZONE).date()


def years_before(day: date, years: int) -> date:
    """The same day of the calendar some years earlier; 28 February where there is no 29th."""
    earlier = day.year - years
    return date(earlier, day.month, min(day.day, monthrange(earlier, day.month)[1]))
