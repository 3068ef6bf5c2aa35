"""Tables of the project as plain Python values, so that they can be held against the oracle's."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Any

import pandas as pd

TOLERANCE = 1e-9


def plain(value: Any) -> Any:
    """A cell as a Python value: dates as `date`, numpy scalars as numbers, missing as `None`."""
    if isinstance(value, (list, tuple)) or (hasattr(value, "tolist") and hasattr(value, "shape")):
        items = value.tolist() if hasattr(value, "tolist") else list(value)
        return tuple(items) if isinstance(items, list) else plain(items)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, datetime):
        return value.date()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of *table* as dicts of plain values."""
    columns = list(table.columns)
    return [
        {column: plain(cell) for column, cell in zip(columns, row, strict=True)}
        for row in table.itertuples(index=False, name=None)
    ]


def by(table: pd.DataFrame, *keys: str) -> dict[Any, dict[str, Any]]:
    """Rows by their key (a single value, or a tuple of several); the key must be one."""
    rows = records(table)
    found: dict[Hashable, dict[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        found[key[0] if len(key) == 1 else key] = row
    assert len(found) == len(rows), f"{keys} is not a key"
    return found


def is_same(left: Any, right: Any) -> bool:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(left == right)


def differences(
    answer: dict[str, Any], expected: dict[str, Any], only: Iterable[str] | None = None
) -> dict[str, tuple[Any, Any]]:
    """Columns of *expected* in which *answer* says something else: column → (answer, expected)."""
    wrong = {}
    for name in only or expected:
        if not is_same(answer[name], expected[name]):
            wrong[name] = (answer[name], expected[name])
    return wrong


def same_day(value: Any) -> date | None:
    """A date cell of whatever type as a `date`."""
    return plain(value)
