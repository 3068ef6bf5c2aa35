"""Days of the calendar that more than one question needs."""

from __future__ import annotations

import calendar
from datetime import date


def month_before(day: date) -> date:
    """The same day a month earlier (31 March → 28 or 29 February)."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
