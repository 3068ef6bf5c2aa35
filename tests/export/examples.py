"""Rounds of visits to write down: ordinary ones, and ones with everything that could go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from analytics.export.visits import Round, Visit

MONDAY = date(2026, 11, 23)
ORIGIN: dict[str, Any] = {
    "monday": MONDAY,
    "area": "Kecamatan Awayan",
    "as_of": date(2026, 11, 24),
    "version_id": "v00007-abcdef",
}
NASTY = '#panic("x") [b] $y$ *c* \\ \'q\' `d` <l> @ref // e _f_ ~ - = + {g} "h" #eval'
"""What Typst, a spreadsheet and WhatsApp would obey, if they were let."""


def visit(household_id: str, **changes: Any) -> Visit:
    usual = Visit(
        household_id=household_id,
        desa="Pudak",
        rt="001",
        status="Terlambat",
        due_on=date(2026, 10, 1),
        days_overdue=54,
        last_met_on=date(2026, 9, 1),
        why="terlambat 54 hari, prioritas tinggi",
        programs=("Bantuan Lansia",),
    )
    return replace(usual, **changes)


def round_of(assistant: str, ids: Sequence[str], **changes: Any) -> Round:
    return Round(assistant, f"Nama {assistant}", [visit(each, **changes) for each in ids])
