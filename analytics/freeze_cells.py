"""Two answers to one question, cell by cell, and what moved each cell on the way between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ONLY_ROW = "1"
"""The place of a row that nothing names, the first of its table."""
PROGRAM, REST = "program", "rest"
"""Moves that no kind of row made: other rules or another program; everything that is left."""

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer on the way, after one more kind of change (as in `analytics.store.between`)."""

    part: str
    kind: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of change that moved a cell.

    Attributes:
        part: ``late``, ``corrected``, ``gone``, `PROGRAM` or `REST`.
        kind: of the rows (``visit`` …); empty for the last two.
        before, now: the cell without this change and with it, all before it being made.
    """

    part: str
    kind: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of an answer: where it stands, what it was, what it is now, and what moved it."""

    place: str
    column: str
    before: Any
    now: Any
    moves: tuple[Move, ...] = ()


def compared(before: Rows, between: Sequence[Answer], now: Rows) -> tuple[list[Cell], list[Cell]]:
    """What differs between two answers, cell by cell.

    Rows are matched by their texts and days, else by their order.

    Args:
        between: the answers on the way, in order; none = what moved a cell is not known.

    Returns:
        The cells that differ, and those that do not although something moved them on the way.
    """
    named = [_by_name(rows) for rows in (before, *(each.rows for each in between), now)]
    made = [*((each.part, each.kind) for each in between), (REST, "")]
    different, evened = [], []
    for place in dict.fromkeys(place for rows in named for place in rows):
        columns = dict.fromkeys(name for rows in named for name in rows.get(place, {}))
        for column in columns:
            values = [rows.get(place, {}).get(column) for rows in named]
            moves = tuple(
                Move(part, kind, was, is_)
                for (part, kind), was, is_ in zip(made, values[:-1], values[1:], strict=True)
                if was != is_
            )
            cell = Cell(place, column, values[0], values[-1], moves if between else ())
            if values[0] != values[-1]:
                different.append(cell)
            elif moves:
                evened.append(cell)
    return different, evened


def _by_name(rows: Rows) -> dict[str, Mapping[str, Any]]:
    named: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rows, 1):
        words = [str(v) for k, v in row.items() if k.endswith(("_code", "_name", "month_end"))]
        words = words or [str(row[k]) for k in ("measure", "group_code", "indicator") if k in row]
        name = " · ".join(words) or str(number)  # a single row without a name: `ONLY_ROW`
        named[name if name not in named else f"{name} · {number}"] = row
    return named
