"""A second opinion: every measure computed from the raw rows, by loops and by the definitions.

Nothing of the project is imported and nothing is clever: a row is a dict with the column names of
the input files (dates are `datetime.date`, several values are tuples, an empty cell is `None`),
and each function below is one sentence of the definitions, in words and then in Python. It is
slow, which does not matter on the few rows that the tests give it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]

CADENCE_DAYS = {"tinggi": 30, "sedang": 60, "rendah": 90}
DUE_SOON_DAYS = 7
LOST_AFTER_DAYS = 365
WAITING_AFTER_DAYS = 14
SMALL_DESA_HOUSEHOLDS = 10
GOOD_BENEFIT = 4
Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

STATUSES = ("never", "lost", "overdue", "due_soon", "on_time")


def wilson(successes: int, trials: int) -> tuple[float, float] | tuple[None, None]:
    """Wilson's 95 % score interval of a share, from its textbook form; none of nothing.

    Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22, 209-212.
    """
    if trials == 0:
        return None, None
    p, n, z = successes / trials, trials, Z_95
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def share(covered: int, active: int) -> Row:
    low, high = wilson(covered, active)
    return {
        "active": active,
        "covered": covered,
        "coverage": covered / active if active else None,
        "ci_low": low,
        "ci_high": high,
    }


def month_ends(first: date, last: date) -> Iterator[date]:
    """The last day of every month from that of *first* on; for the month of *last*, *last*."""
    year, month = first.year, first.month
    while (year, month) < (last.year, last.month):
        year_after, month_after = (year + 1, 1) if month == 12 else (year, month + 1)
        yield date(year_after, month_after, 1) - timedelta(days=1)
        year, month = year_after, month_after
    yield last


@dataclass
class Oracle:
    """The rows of a store, and the answers to every question about them."""

    desa: list[str]
    """Codes of every desa of the area, those without a household included."""
    households: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    targets: list[Row] = field(default_factory=list)
    programs: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._visits_by_household: dict[str, list[Row]] = {}
        for visit in self.visits:
            self._visits_by_household.setdefault(visit["id_keluarga"], []).append(visit)

    # One household ------------------------------------------------------------------------

    def is_active(self, household: Row, day: date) -> bool:
        """Registered on or before the day, and not ended, or ended only after it."""
        ended = household["berakhir_pada"]
        return household["terdaftar_pada"] <= day and (ended is None or ended > day)

    def visits_of(self, household: Row, since: date, until: date) -> list[Row]:
        """Visits to the household from *since* to *until*, both days included."""
        return [
            visit
            for visit in self._visits_by_household.get(household["id_keluarga"], [])
            if since <= visit["tanggal"] <= until
        ]

    def contacts_of(self, household: Row, since: date, until: date) -> list[Row]:
        """Visits whose outcome is met."""
        return [v for v in self.visits_of(household, since, until) if v["hasil"] == "bertemu"]

    def is_covered(self, household: Row, day: date, window_days: int) -> bool:
        """A contact after d − w, up to and including d."""
        return bool(self.contacts_of(household, day - timedelta(days=window_days - 1), day))

    def last_contact(self, household: Row, day: date) -> date | None:
        met = [visit["tanggal"] for visit in self.contacts_of(household, date.min, day)]
        return max(met, default=None)

    def due_on(self, household: Row, day: date) -> date:
        """When the next contact is due, as known on *day*."""
        cadence = timedelta(days=CADENCE_DAYS[household["prioritas"] or "sedang"])
        last = self.last_contact(household, day)
        if last is None:
            return household["terdaftar_pada"] + cadence
        appointed = [
            visit["jadwal_berikutnya"]
            for visit in self.contacts_of(household, last, last)
            if visit["jadwal_berikutnya"] is not None
        ]
        return max(appointed) if appointed else last + cadence

    def days_overdue(self, household: Row, day: date) -> int:
        return max(0, (day - self.due_on(household, day)).days)

    def status(self, household: Row, day: date) -> str:
        last = self.last_contact(household, day)
        days_left = (self.due_on(household, day) - day).days
        is_past_due = days_left < 0
        if last is None and is_past_due:
            return "never"
        if last is not None and is_past_due and (day - last).days > LOST_AFTER_DAYS:
            return "lost"
        if is_past_due:
            return "overdue"
        if 0 <= days_left <= DUE_SOON_DAYS:
            return "due_soon"
        return "on_time"

    # One household and one program ---------------------------------------------------------

    def targets_of(self, household: Row, program: str, day: date) -> list[Row]:
        """Target rows in force on the day: started on or before it, and not ended by it."""
        return [
            target
            for target in self.targets
            if target["id_keluarga"] == household["id_keluarga"]
            and target["program"] == program
            and target["mulai"] <= day
            and (target["selesai"] is None or target["selesai"] > day)
        ]

    def receipts_of(self, household: Row, program: str, since: date, until: date) -> list[Row]:
        return [
            visit
            for visit in self.contacts_of(household, since, until)
            if program in visit["program_diterima"]
        ]

    def has_benefited(self, household: Row, program: str, since: date, until: date) -> bool:
        """The latest rating is good; of several ratings on that day the lowest counts."""
        rated = [
            (visit["tanggal"], visit["manfaat"])
            for visit in self.receipts_of(household, program, since, until)
            if visit["manfaat"] is not None
        ]
        if not rated:
            return False
        latest = max(day for day, _ in rated)
        return min(rating for day, rating in rated if day == latest) >= GOOD_BENEFIT

    def steps(self, household: Row, program: str, day: date) -> set[str]:
        """The steps of the cascade that an active household has reached, by any target row."""
        reached: set[str] = set()
        rows = self.targets_of(household, program, day)
        for target in rows:
            since = target["mulai"]
            reached.add("targeted")
            if self.visits_of(household, since, day):
                reached.add("attempted")
            if self.contacts_of(household, since, day):
                reached.add("met")
            if self.receipts_of(household, program, since, day):
                reached.add("received")
            if self.has_benefited(household, program, since, day):
                reached.add("benefited")
        if not rows and self.receipts_of(household, program, date.min, day):
            reached.add("received_outside_target")
        return reached

    # Questions ---------------------------------------------------------------------------

    def active(self, day: date, desa: Iterable[str] = ()) -> list[Row]:
        chosen = set(desa) or set(self.desa)
        return [h for h in self.households if h["desa"] in chosen and self.is_active(h, day)]

    def targeted(self, day: date, desa: Iterable[str], programs: Iterable[str]) -> list[Row]:
        """Active households; where programs are chosen, those that one of them is meant for."""
        chosen = tuple(programs)
        return [
            household
            for household in self.active(day, desa)
            if not chosen or any(self.targets_of(household, program, day) for program in chosen)
        ]

    def coverage(
        self, day: date, window_days: int, desa: Iterable[str] = (), programs: Iterable[str] = ()
    ) -> Row:
        """Numerator, denominator, share and interval of the chosen desa together."""
        households = self.targeted(day, desa, programs)
        answer = share(
            sum(self.is_covered(household, day, window_days) for household in households),
            len(households),
        )
        if self.data_through(day, desa) is None:  # no data, which is never 0
            answer |= {"coverage": None, "ci_low": None, "ci_high": None}
        return answer

    def coverage_program(self, day: date, window_days: int, desa: str, program: str) -> Row:
        """The same, among the households that the program is meant for."""
        answer = self.coverage(day, window_days, [desa], [program])
        return {"targeted": answer.pop("active"), **answer}

    def data_through(self, day: date, desa: Iterable[str] = ()) -> date | None:
        """Date of the newest visit up to the day, to whatever household of the desa."""
        of_desa = [v["tanggal"] for v in self._visits_in(desa) if v["tanggal"] <= day]
        return max(of_desa, default=None)

    def is_waiting(self, day: date, desa: str) -> bool:
        newest = self.data_through(day, [desa])
        return newest is not None and (day - newest).days > WAITING_AFTER_DAYS

    def visit_counts(self, day: date, desa: str) -> Row:
        dates = [v["tanggal"] for v in self._visits_in([desa]) if v["tanggal"] <= day]
        recent = [on for on in dates if on > day - timedelta(days=30)]
        return {"visits_total": len(dates), "visits_last_30": len(recent)}

    def followup(
        self, day: date, desa: Iterable[str] = (), programs: Iterable[str] = ()
    ) -> dict[str, Row]:
        """Household id → its row, for every active household."""
        return {
            household["id_keluarga"]: {
                "desa_code": household["desa"],
                "priority": household["prioritas"] or "sedang",
                "last_contact_on": self.last_contact(household, day),
                "due_on": self.due_on(household, day),
                "days_overdue": self.days_overdue(household, day),
                "status": self.status(household, day),
            }
            for household in self.targeted(day, desa, programs)
        }

    def reach(self, day: date, program: str, desa: Iterable[str] = ()) -> Row:
        steps = ("targeted", "attempted", "met", "received", "benefited", "received_outside_target")
        reached = [self.steps(household, program, day) for household in self.active(day, desa)]
        return {step: sum(step in of_one for of_one in reached) for step in steps}

    def trend(
        self, day: date, window_days: int, desa: Iterable[str] = (), programs: Iterable[str] = ()
    ) -> dict[date, Row]:
        """Month's end → coverage on it, from the month of the store's first visit on."""
        days = [visit["tanggal"] for visit in self.visits if visit["tanggal"] <= day]
        if not days:
            return {}
        chosen = tuple(desa), tuple(programs)
        return {end: self.coverage(end, window_days, *chosen) for end in month_ends(min(days), day)}

    def _visits_in(self, desa: Iterable[str]) -> list[Row]:
        chosen = set(desa) or set(self.desa)
        there = {h["id_keluarga"] for h in self.households if h["desa"] in chosen}
        return [visit for visit in self.visits if visit["id_keluarga"] in there]


# Barriers week by week -------------------------------------------------------------------------


def week_of(day: date, as_of: date) -> int:
    """How many weeks (Monday to Sunday) before the week of *as_of* a day lies; 0 = that week."""
    this_monday = as_of - timedelta(days=as_of.weekday())
    monday = day - timedelta(days=day.weekday())
    return (this_monday - monday).days // 7


def weekly_barriers(barriers: Iterable[Row], as_of: date) -> dict[tuple[str, str, int], int]:
    """(desa, category, weeks ago) → barriers opened in that week, up to *as_of*."""
    counted: dict[tuple[str, str, int], int] = {}
    for barrier in barriers:
        if barrier["dibuka_pada"] <= as_of:
            weeks = week_of(barrier["dibuka_pada"], as_of)
            key = (barrier["desa"], barrier["kategori"], weeks)
            counted[key] = counted.get(key, 0) + 1
    return counted


def weekly_contacts(
    households: Iterable[Row], visits: Iterable[Row], as_of: date
) -> dict[tuple[str, int], int]:
    """(desa, weeks ago) → households met, each once a day, up to *as_of*."""
    desa_of = {household["id_keluarga"]: household["desa"] for household in households}
    met = {
        (visit["id_keluarga"], visit["tanggal"])
        for visit in visits
        if visit["hasil"] == "bertemu" and visit["tanggal"] <= as_of
    }
    counted: dict[tuple[str, int], int] = {}
    for household, on in met:
        key = (desa_of[household], week_of(on, as_of))
        counted[key] = counted.get(key, 0) + 1
    return counted
