"""What the simulation hides in its files on purpose, so that tests can look for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Outcome = Literal["rejected", "unchanged", "warned"]


@dataclass(frozen=True, slots=True)
class Absence:
    """An assistant who was ill: no visit by anybody in the assistant's desa meanwhile."""

    assistant_id: str
    desa_codes: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Cluster:
    """One barrier category piling up in neighbouring desa during some weeks."""

    category: str
    desa_codes: tuple[str, ...]
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Fault:
    """A raw row that is wrong on purpose, and what the import must do with it.

    `row` is the row number as a spreadsheet shows it (the header is row 1); `sheet` is None in
    a CSV file; `column` is the canonical column name.
    """

    file: str
    sheet: str | None
    row: int
    column: str
    kind: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Expected:
    """What the import must count for one sheet: rows_read = accepted + unchanged + rejected."""

    rows_read: int
    accepted: int
    unchanged: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Planted:
    """Everything planted; dates inclusive, desa by Kemendagri code, programs by code."""

    first_day: date
    last_day: date
    neglected: tuple[str, ...]
    late_desa: str
    late_through: date  # the late desa has no visit after this day
    stalled_program: str
    low_benefit_program: str
    cluster: Cluster
    ramadan: tuple[tuple[date, date], ...]
    absence: Absence
    never_contacted: tuple[str, ...]  # household ids
    lost: tuple[str, ...]  # household ids, last contact more than 365 days before last_day
    hurried: str  # id of the assistant who writes several visits down within a minute
    night: str  # … who records visits late in the evening
    same_place: str  # … who records many visits at one position
    slow: str  # … who sends records weeks later
    coordination: MappingProxyType[str, date]  # desa → first day of the coordination of barriers
    coordinated: float  # time to resolution from then on, of what it would have taken
    outside_target: MappingProxyType[str, int]  # program → households that got it untargeted
    faults: tuple[Fault, ...]
    expected: MappingProxyType[tuple[str, str | None], Expected]  # (file, sheet) → counts


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """The files that `write_demo` wrote, in an order that can be imported, and the truth."""

    paths: list[Path]
    truth: Planted
