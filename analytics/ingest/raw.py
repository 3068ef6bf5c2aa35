"""What a reader hands on: a file's sheets as text, before anyone knows what they mean."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from analytics.ingest.formats import normalise_header

HEADER_SEARCH_ROWS = 15
ROW_NO = "row_no"


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
    in a date column is a day number of Excel.
    """

    name: str
    header_row: int
    headers: list[str]
    table: pa.Table
    flags: list[RawFlag] = field(default_factory=list)
    serials: bool = False

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
