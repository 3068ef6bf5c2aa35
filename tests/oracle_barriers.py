"""The questions about barriers, brute force: Python loops over the input rows, no SQL, no pandas.

A row is a row of the sheet hambatan, dates as `date`, with ``desa`` a Kemendagri code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
LIMITS = {"informasi": 7, "akses_jalan": 90, "penyaluran": 30}


class Ledger:
    """What is true of these barriers on a day, in these desa (none = all)."""

    def __init__(self, rows: Sequence[Row], day: date, desa: Iterable[str] = ()) -> None:
        wanted = set(desa)
        self.day = day
        self.rows = [
            row
            for row in rows
            if row["dibuka_pada"] <= day and (not wanted or row["desa"] in wanted)
        ]

    def closed_on(self, row: Row) -> date | None:
        """An open status has no closing day, whatever the cell says; a later one is not yet."""
        if row["status"] not in ("selesai", "ditolak") or row["selesai_pada"] > self.day:
            return None
        on: date = row["selesai_pada"]
        return on

    def limit(self, row: Row) -> int:
        return LIMITS.get(row["kategori"], 30)

    def days(self, row: Row) -> int:
        return ((self.closed_on(row) or self.day) - row["dibuka_pada"]).days

    def is_resolved(self, row: Row) -> bool:
        return self.closed_on(row) is not None and row["status"] == "selesai"

    def open_rows(self) -> list[Row]:
        rows = [row for row in self.rows if self.closed_on(row) is None]
        return sorted(rows, key=lambda row: (row["dibuka_pada"], row["id_hambatan"]))

    def weeks(self) -> list[Row]:
        """One per week from the first opening; counted barrier by barrier."""
        found: list[Row] = []
        if not self.rows:
            return found
        monday = min(row["dibuka_pada"] for row in self.rows)
        monday -= timedelta(days=monday.weekday())
        while monday <= self.day:
            sunday = monday + timedelta(days=6)
            closed = [row for row in self.rows if self._within(self.closed_on(row), monday)]
            found.append(
                {
                    "week": f"{monday.isocalendar().year}-W{monday.isocalendar().week:02}",
                    "week_start": monday,
                    "opened": sum(self._within(row["dibuka_pada"], monday) for row in self.rows),
                    "resolved": sum(row["status"] == "selesai" for row in closed),
                    "turned_down": sum(row["status"] == "ditolak" for row in closed),
                    "open_at_end": sum(
                        row["dibuka_pada"] <= sunday
                        and ((on := self.closed_on(row)) is None or on > sunday)
                        for row in self.rows
                    ),
                    "running": sunday > self.day,
                }
            )
            monday += timedelta(days=7)
        return found

    @staticmethod
    def _within(on: date | None, monday: date) -> bool:
        return on is not None and monday <= on < monday + timedelta(days=7)

    def unresolved(self, rows: Sequence[Row], time: Fraction, *, scaled: bool = False) -> Fraction:
        """Kaplan–Meier S(time); *scaled*: times are shares of the limit of each."""
        took = [
            (Fraction(self.days(row), self.limit(row) if scaled else 1), self.is_resolved(row))
            for row in rows
        ]
        left = Fraction(1)
        for when in sorted({each for each, resolved in took if resolved and each <= time}):
            at_risk = sum(each >= when for each, _resolved in took)
            events = sum(each == when and resolved for each, resolved in took)
            left *= 1 - Fraction(events, at_risk)
        return left

    def median(self, rows: Sequence[Row]) -> int | None:
        days = sorted(self.days(row) for row in rows if self.is_resolved(row))
        return next((d for d in days if self.unresolved(rows, Fraction(d)) <= Fraction(1, 2)), None)

    def groups(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            pairs = (("all", ""), ("agency", row["opd"] or ""), ("category", row["kategori"]))
            for pair in pairs:
                found.setdefault(pair, []).append(row)
        return found
