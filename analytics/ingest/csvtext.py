"""Text tables (CSV, TSV) → `RawSheet`, fast and with the row numbers a spreadsheet would show.

Arrow parses the well-formed rows; the few with more or fewer cells than the header come back
through its callback and are read one by one. A file that Arrow cannot parse at all is read by
the standard csv module. A row is a record: a line break inside quotes does not start a new one,
and a blank line counts, as in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.encoding import BLOCK, as_utf8
from analytics.ingest.raw import (
    HEADER_SEARCH_ROWS,
    ROW_NO,
    RawFlag,
    RawSheet,
    UnreadableFile,
    empty_sheet,
    find_header,
)

_HEAD = 1 << 18
_CHUNK_ROWS = 100_000
_DELIMITERS = (",", ";", "\t", "|")
_CELL_LIMIT = 1 << 20


class _Lines:
    """Lines of the head of a file that remember how many bytes were given out."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.given_bytes = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.given_bytes += len(line.encode("utf-8"))
            yield line


def _records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first records and the byte offset at which each ends."""
    lines = _Lines(text)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in islice(csv.reader(iter(lines), delimiter=delimiter), HEADER_SEARCH_ROWS):
            rows.append(row)
            ends.append(lines.given_bytes)
    except csv.Error:
        return rows, ends
    return rows, ends


def _trimmed(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(pc.binary_length(text), 0), pa.scalar(None, pa.string()), text)


def _blank(columns: list[pa.Array]) -> pa.Array | None:
    """Which rows have nothing in any column; None when no row has."""
    if all(column.null_count == 0 for column in columns[:1]):
        return None
    blank = columns[0].is_null()
    for column in columns[1:]:
        blank = pc.and_(blank, column.is_null())
    return blank if pc.any(blank).as_py() else None


class _Collector:
    """Gathers the chunks of one sheet."""

    def __init__(
        self, name: str, headers: list[str], header_row: int, rules: Rules, delimiter: str
    ) -> None:
        self.name, self.headers, self.header_row = name, headers, header_row
        self.delimiter = delimiter
        self.fields = [f"c{i}" for i in range(len(headers))]
        self.schema = pa.schema([(ROW_NO, pa.int32()), *((f, pa.string()) for f in self.fields)])
        self.flags: list[RawFlag] = []
        self.chunks: list[pa.RecordBatch] = []
        self.rows = 0
        self._limit = rules.imports.max_rows

    def add(self, row_no: pa.Array, columns: list[pa.Array]) -> None:
        columns = [_trimmed(column) for column in columns]
        blank = _blank(columns)
        batch = pa.RecordBatch.from_arrays([row_no, *columns], schema=self.schema)
        if blank is not None:
            batch = batch.filter(pc.invert(blank))
        self.rows += batch.num_rows
        if self.rows > self._limit:
            raise UnreadableFile(_("The file has more than {limit} rows", limit=self._limit))
        self._swallowed(batch)
        self.chunks.append(batch)

    def _swallowed(self, batch: pa.RecordBatch) -> None:
        """Flags cells that hold whole rows: a quotation mark was opened and not closed."""
        for position, column in enumerate(batch.columns[1:]):
            broken = pc.match_substring(column, "\n")
            if not pc.any(broken).as_py():
                continue
            for i in pc.indices_nonzero(pc.fill_null(broken, False)).to_pylist():
                text = column[i].as_py()
                if any(
                    line.count(self.delimiter) >= len(self.fields) - 1 for line in text.split("\n")
                ):
                    problem = _("A quotation mark is not closed: the cell contains whole rows")
                    self.flags.append(RawFlag(batch.column(0)[i].as_py(), position, problem))

    def add_ragged(self, rows: list[tuple[int, list[str]]]) -> None:
        """Rows that have more or fewer cells than the header."""
        width = len(self.fields)
        for row_no, cells in rows:
            if any(cell.strip() for cell in cells[width:]):
                problem = _(
                    "The row has {cells} cells but the header has {headers}",
                    cells=len(cells),
                    headers=width,
                )
                self.flags.append(RawFlag(row_no, -1, problem))
        padded = [(cells + [""] * width)[:width] for _row_no, cells in rows]
        columns = [pa.array(list(column), pa.string()) for column in zip(*padded, strict=True)]
        self.add(pa.array([row_no for row_no, _cells in rows], pa.int32()), columns)

    def sheet(self) -> RawSheet:
        table = pa.Table.from_batches(self.chunks, self.schema)
        return RawSheet(self.name, self.header_row, self.headers, table, self.flags)


def _read_arrow(stream: BinaryIO, out: _Collector) -> None:
    ragged: list[tuple[int, str]] = []
    skipped: set[int] = set()

    def odd(row: pacsv.InvalidRow) -> str:
        ragged.append((row.number, row.text))
        skipped.add(row.number)
        return "skip"

    reader = pacsv.open_csv(
        stream,
        pacsv.ReadOptions(use_threads=False, column_names=out.fields, block_size=BLOCK),
        pacsv.ParseOptions(
            delimiter=out.delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=odd,
        ),
        pacsv.ConvertOptions(
            column_types=dict.fromkeys(out.fields, pa.string()), check_utf8=False, null_values=[]
        ),
    )
    seen = 0
    for batch in reader:
        # Numbers of the rows in this batch: consecutive, without those that came out ragged.
        numbers: list[int] | range
        if ragged and ragged[-1][0] > seen:
            numbers = []
            while len(numbers) < batch.num_rows:
                seen += 1
                if seen not in skipped:
                    numbers.append(seen)
        else:
            numbers = range(seen + 1, seen + batch.num_rows + 1)
            seen += batch.num_rows
        row_no = pa.array(numbers, pa.int32())
        out.add(pc.add(row_no, pa.scalar(out.header_row, pa.int32())), batch.columns)
    if ragged:
        _read_ragged(ragged, out)


def _read_ragged(ragged: list[tuple[int, str]], out: _Collector) -> None:
    """Reads rows that Arrow handed back as text and puts them where they belong."""
    for start in range(0, len(ragged), _CHUNK_ROWS):
        rows = []
        for number, text in ragged[start : start + _CHUNK_ROWS]:
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=out.delimiter), [])
            rows.append((number + out.header_row, cells))
        out.add_ragged(rows)
    table = pa.Table.from_batches(out.chunks, out.schema).sort_by(ROW_NO)
    out.chunks = table.to_batches()


def _read_plain(stream: BinaryIO, out: _Collector) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    try:
        numbered = enumerate(csv.reader(text, delimiter=out.delimiter), out.header_row + 1)
        while rows := list(islice(numbered, _CHUNK_ROWS)):
            out.add_ragged(rows)
    finally:
        text.detach()


def _choose(text: str, known: frozenset[str]) -> tuple[str, int, list[list[str]], list[int]]:
    """The delimiter under which the head looks most like a table, its header row, its records."""
    best: tuple[tuple[int, int], str, int, list[list[str]], list[int]] | None = None
    for delimiter in _DELIMITERS:
        rows, ends = _records(text, delimiter)
        index, score = find_header(rows, known)
        width = len(rows[index]) if index >= 0 else 0
        if best is None or (score, width) > best[0]:
            best = ((score, width), delimiter, index, rows, ends)
    assert best is not None
    return best[1:]


def read_csv(stream: BinaryIO, name: str, known: frozenset[str], rules: Rules) -> RawSheet:
    """Reads a text table with the delimiter ``,`` ``;`` tab or ``|``.

    Args:
        stream: seekable bytes.
        known: normalised headers by which the header row and the delimiter are recognised.

    Raises:
        UnreadableFile: no text, more rows than allowed, or broken beyond reading.
    """
    stream, start = as_utf8(stream)
    stream.seek(start)
    head = stream.read(_HEAD).decode("utf-8", errors="ignore")
    declared = head[:5].casefold()
    skip = 0
    if declared.startswith("sep=") and len(head) > 5:  # Excel's own hint, no row of data
        skip = len(head.splitlines(keepends=True)[0])
    delimiter, index, rows, ends = _choose(head[skip:], known)
    if index < 0:
        return empty_sheet(name)
    lines_above = 1 if skip else 0
    headers = [" ".join(cell.split()) for cell in rows[index]]
    offset = start + skip + ends[index]
    csv.field_size_limit(_CELL_LIMIT)

    def collector() -> _Collector:
        return _Collector(name, headers, index + 1 + lines_above, rules, delimiter)

    out = collector()
    stream.seek(offset)
    if not stream.read(1):
        return out.sheet()
    stream.seek(offset)
    try:
        _read_arrow(stream, out)
    except pa.ArrowInvalid:
        out = collector()
        stream.seek(offset)
        try:
            _read_plain(stream, out)
        except csv.Error as error:
            raise UnreadableFile(
                _("The rows of the file cannot be told apart (a quotation mark is not closed)")
            ) from error
    return out.sheet()
