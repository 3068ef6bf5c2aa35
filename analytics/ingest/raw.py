"""What a reader hands on: a file's sheets as text, before anyone knows what they mean."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from analytics.i18n import _
from analytics.ingest.formats import normalise_header

HEADER_SEARCH_ROWS = 15
ROW_NO = "row_no"
UNNAMED = re.compile(r"\([A-Z]{1,3}\)")
"""What a column of a workbook without a header is called."""


class UnreadableFile(Exception):
    """A file of which nothing can be used; ``str()`` is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import: its name, and either where it is or what it holds."""

    name: str
    path: Path | None = None
    data: bytes | None = None

    @classmethod
    def of(cls, source: SourceFile | Path) -> SourceFile:
        return source if isinstance(source, SourceFile) else cls(source.name, path=source)

    def open(self) -> BinaryIO:
        """A seekable stream of the bytes. Raises `OSError` when the path cannot be opened."""
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.path is None:
            raise ValueError("a SourceFile needs a path or data")
        return self.path.open("rb")

    def size(self) -> int:
        """Bytes."""
        if self.data is not None:
            return len(self.data)
        if self.path is None:
            raise ValueError("a SourceFile needs a path or data")
        return self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class RawFlag:
    """Trouble with one cell; ``position`` counts columns from 0, -1 is the whole row.

    ``ids_only``: trouble only if the column turns out to hold identities.
    """

    row_no: int
    position: int
    problem: str
    ids_only: bool = False


@dataclass(slots=True)
class RawSheet:
    """One sheet as text.

    ``table`` has int32 ``row_no`` (as the spreadsheet shows it) and the columns ``c0``, ``c1``, …
    of stripped nullable strings, one per header; blank rows are left out. ``serials``: a number
    in a date column is a day number of Excel. ``numbers``: per column, the ``row_no`` of the cells
    that a workbook holds as numbers.
    """

    name: str
    header_row: int
    headers: list[str]
    table: pa.Table
    flags: list[RawFlag] = field(default_factory=list)
    serials: bool = False
    numbers: dict[int, list[int]] = field(default_factory=dict)

    def column(self, position: int) -> pa.ChunkedArray:
        return self.table.column(f"c{position}")


def empty_sheet(name: str) -> RawSheet:
    """A sheet without headers and rows."""
    return RawSheet(name, 0, [], pa.table({ROW_NO: pa.array([], pa.int32())}))


def last_part(header: str) -> str:
    """``kunjungan/hasil`` and ``kunjungan-hasil`` → ``hasil``, as form exports prefix groups."""
    return header.replace("-", "/").rstrip("/").rsplit("/", 1)[-1]


def header_score(cells: Sequence[str], known: frozenset[str]) -> int:
    """How many different known headers stand in *cells*."""
    seen = {normalise_header(cell) for cell in cells} | {
        normalise_header(last_part(cell)) for cell in cells
    }
    return len(seen & known)


def find_header(rows: Sequence[Sequence[str]], known: frozenset[str]) -> tuple[int, int]:
    """(index, score) of the row that looks most like headers among the first fifteen.

    Title rows may stand above it. With no row of at least two known headers: the first row
    that is not blank, score 0; (-1, 0) when all are blank.
    """
    best, best_score = -1, 1
    first = -1
    for i, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if first < 0 and any(cell.strip() for cell in row):
            first = i
        score = header_score(row, known)
        if score > best_score:
            best, best_score = i, score
    return (best, best_score) if best >= 0 else (first, 0)


def known_columns(headers: Sequence[str], known: frozenset[str]) -> str | None:
    """The headers that are names of columns, and how many others; None when there are none.

    Without a title row the "headers" are somebody's data, and this ends up in reports that are
    not encrypted. So only a text that is one of *known* (normalised) is ever repeated.
    """
    named = [header for header in headers if header and not UNNAMED.fullmatch(header)]
    shown = []
    for header in named:
        plain = next((h for h in (header, last_part(header)) if normalise_header(h) in known), None)
        if plain is not None:
            shown.append(plain)
    if not shown:
        return None
    others = len(named) - len(shown)
    columns = ", ".join(shown)
    return _("{columns} and {count} more", columns=columns, count=others) if others else columns
