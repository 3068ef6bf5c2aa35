"""What the store holds of a household, row by row, in the words of the input format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from analytics.ingest.formats import FORMATS, Column
from analytics.ingest.typed import store_name
from analytics.store import Snapshot
from analytics.store.engine import read_sql

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "keluarga": ("id_keluarga",),
        "kunjungan": ("id_kunjungan",),
        "sasaran": ("id_keluarga", "program", "mulai"),
        "hambatan": ("id_hambatan",),
    }
)
"""The columns that name a row of each kind that can be corrected; they are never edited."""
_SQL = Path(__file__).resolve().parent / "sql"


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row of the store, written as the input format writes it.

    Attributes:
        key: the columns that name it (`KEYS`).
        cells: column → text of every column that is not personal; empty = nothing stored.
    """

    kind: str
    key: Mapping[str, str]
    cells: Mapping[str, str]

    @property
    def row_id(self) -> str:
        """The id of the row; a target has none but its parts."""
        return self.key[KEYS[self.kind][0]]


def editable(kind: str) -> list[Column]:
    """The columns of a kind that may be corrected without showing personal data."""
    return [c for c in FORMATS[kind].columns if not c.private and c.name not in KEYS[kind]]


def personal(kind: str) -> list[Column]:
    """The personal columns of a kind."""
    return [column for column in FORMATS[kind].columns if column.private]


def stored_rows(snapshot: Snapshot, household_id: str) -> list[StoredRow]:
    """Everything that the store holds of a household: itself, visits, targets, barriers."""
    return [row for kind in KEYS for row in _read(snapshot, kind, household_id=household_id)]


def stored_row(snapshot: Snapshot, kind: str, key: Mapping[str, str]) -> StoredRow | None:
    """One row by the columns that name it."""
    if kind == "kunjungan":
        rows = _read(snapshot, kind, visit_id=key["id_kunjungan"])
    elif kind == "hambatan":
        rows = _read(snapshot, kind, barrier_id=key["id_hambatan"])
    else:
        rows = _read(snapshot, kind, household_id=key["id_keluarga"])
    return next((row for row in rows if dict(row.key) == dict(key)), None)


def personal_cells(snapshot: Snapshot, row: StoredRow) -> dict[str, str]:
    """Personal column → text of a row, from the vault: only for who asked to see them."""
    columns = personal(row.kind)
    if not columns:
        return {}
    fields = snapshot.private(row.kind, [row.row_id]).get(row.row_id, {})
    return {column.name: fields.get(column.name, "") for column in columns}


def _read(snapshot: Snapshot, kind: str, **where: str) -> list[StoredRow]:
    parameters = {"household_id": None, "visit_id": None, "barrier_id": None, **where}
    table = snapshot.query(read_sql(_SQL / f"stored_{kind}.sql"), parameters)
    if "started_at" in table:  # the input format keeps the time of day apart from the day
        table["started_time"] = table["started_at"].dt.time
    names = {
        column.name: store_name(kind, column.name)
        for column in FORMATS[kind].columns
        if not column.private and store_name(kind, column.name) in table.columns
    }
    rows = []
    for values in table.to_dict("records"):
        cells = {name: cell_text(values[stored]) for name, stored in names.items()}
        rows.append(StoredRow(kind, {name: cells[name] for name in KEYS[kind]}, cells))
    return rows


def cell_text(value: Any) -> str:
    """A stored value as a cell of the input format: ISO dates, codes joined by ``;``.

    >>> cell_text(["lansia", "balita"]), cell_text(date(2025, 1, 2)), cell_text(3.0)
    ('lansia; balita', '2025-01-02', '3')
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, (list, tuple)) and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "; ".join(str(each) for each in value)
    return "" if value is None or pd.isna(value) else _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def same_cell(kind: str, name: str, one: str, other: str) -> bool:
    """Whether two texts of a column mean the same; the order of codes says nothing."""
    if FORMATS[kind].column(name).type in ("codes", "desas"):
        return _codes(one) == _codes(other)
    return one.strip() == other.strip()


def _codes(text: str) -> set[str]:
    return {part.strip() for part in text.split(";") if part.strip()}
