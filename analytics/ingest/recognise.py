"""A sheet as text → a sheet with canonical columns: which kind it is, which column is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from analytics.i18n import _
from analytics.ingest.formats import (
    CHECK_COLUMN,
    FORMATS,
    IGNORED_COLUMNS,
    RETYPE_MARK,
    ROW_KEYS,
    Format,
    match_headers,
    normalise_header,
)
from analytics.ingest.raw import ROW_NO, UNNAMED, RawFlag, RawSheet, known_columns

_SCIENTIFIC = r"^[+-]?\d+([.,]\d+)?[eE]\+?\d+$"


@dataclass(frozen=True, slots=True)
class Flag:
    """Trouble that the reader saw in one cell; ``column`` is canonical, or "" for a whole row."""

    row_no: int
    column: str
    problem: str


@dataclass(slots=True)
class Sheet:
    """One sheet with canonical columns.

    ``table``: int32 ``row_no`` (as the spreadsheet shows it), a nullable string column for every
    column of the format (all null when the sheet has none), then one per extra. ``columns`` are
    the canonical ones that the sheet has, ``extras`` the headers that mean nothing here.
    ``serials``: numbers in date columns are Excel day numbers. With a ``problem`` the table is
    empty and nothing of the sheet can be used.
    """

    file: str
    sheet: str
    kind: str
    header_row: int
    columns: tuple[str, ...]
    extras: tuple[str, ...]
    table: pa.Table
    serials: bool = False
    flags: list[Flag] = field(default_factory=list)
    problem: str | None = None


def guess_kind(raw: RawSheet, wanted: str | None = None) -> str | None:
    """The kind that the sheet's name says, else its headers; None when neither does.

    With *wanted* the answer is that kind or None: a sheet whose name says another kind, or that
    has none of its columns, is not it.
    """
    name = normalise_header(raw.name)
    if wanted is not None:
        if name in FORMATS and name != wanted:
            return None
        return wanted if match_headers(raw.headers, FORMATS[wanted]) else None
    if name in FORMATS:
        return name
    matches = {kind: match_headers(raw.headers, form) for kind, form in FORMATS.items()}
    whole = [kind for kind, found in matches.items() if not FORMATS[kind].missing(found)]
    if whole:
        return max(whole, key=lambda kind: len(matches[kind]))
    for kind in FORMATS:
        if name.startswith(kind):
            return kind
    kind = max(FORMATS, key=lambda k: len(matches[k]))
    needed = set(FORMATS[kind].required)
    return kind if len(needed & matches[kind].keys()) * 2 >= len(needed) >= 2 else None


def sheet_problem(raw: RawSheet, kind: str, known: frozenset[str]) -> str | None:
    """Why the sheet cannot be read as this kind: a column is missing or stands there twice."""
    form = FORMATS[kind]
    names = [normalise_header(header) for header in raw.headers]
    twice = [name for name in form.names if names.count(normalise_header(name)) > 1]
    if twice:
        return _("Column {columns} is there more than once", columns=", ".join(twice))
    missing = form.missing(match_headers(raw.headers, form))
    if not missing:
        return None
    found = known_columns(raw.headers, known)
    if found is None:
        return _(
            "No row of column titles was found; {kind} needs at least the columns {columns}",
            kind=kind,
            columns=", ".join(missing),
        )
    return _(
        "Required columns of {kind} are missing: {columns}. Columns found: {found}",
        kind=kind,
        columns=", ".join(missing),
        found=found,
    )


def canonical_sheet(file: str, raw: RawSheet, kind: str) -> Sheet:
    """The sheet read by the names of its own columns."""
    positions = match_headers(raw.headers, FORMATS[kind])
    columns = {name: raw.column(position) for name, position in positions.items()}
    return build_sheet(file, raw, kind, columns, positions)


def build_sheet(
    file: str,
    raw: RawSheet,
    kind: str,
    columns: Mapping[str, pa.ChunkedArray],
    positions: Mapping[str, int],
    drop: Iterable[int] = (),
) -> Sheet:
    """Puts canonical columns in order, adds the extras, and says the flags by column name.

    Args:
        columns: canonical name → values.
        positions: canonical name → the column of the file that it came from, for the flags.
        drop: columns of the file that are neither canonical nor worth keeping.
    """
    form = FORMATS[kind]
    none = pa.chunked_array([pa.nulls(raw.table.num_rows, pa.string())])
    arrays: dict[str, pa.ChunkedArray] = {ROW_NO: raw.table.column(ROW_NO)}
    arrays |= {name: columns.get(name, none) for name in form.names}
    extras = _extras(raw, {*positions.values(), *drop}, arrays)
    arrays |= {name: raw.column(position) for name, position in extras.items()}
    sheet = Sheet(
        file,
        raw.name,
        kind,
        raw.header_row,
        tuple(name for name in form.names if name in columns),
        tuple(extras),
        pa.table(arrays),
        raw.serials,
    )
    sheet.flags = [
        *_named_flags(raw.flags, positions, form),
        *_number_cells(raw, positions, form),
        *_lost_digits(sheet, form),
        *_to_be_retyped(sheet),
        *_to_be_checked(raw),
    ]
    return sheet


def problem_sheet(file: str, raw: RawSheet, kind: str, problem: str) -> Sheet:
    """A sheet that is recognised but cannot be used, with an empty table."""
    empty = RawSheet(raw.name, raw.header_row, [], raw.table.slice(0, 0).select([ROW_NO]))
    sheet = build_sheet(file, empty, kind, {}, {})
    sheet.problem = problem
    return sheet


def _extras(raw: RawSheet, used: set[int], taken: Iterable[str]) -> dict[str, int]:
    names = {*taken, *ROW_KEYS}
    extras: dict[str, int] = {}
    for position, header in enumerate(raw.headers):
        if position in used or normalise_header(header) in IGNORED_COLUMNS:
            continue
        column = raw.column(position)
        if (not header or UNNAMED.fullmatch(header)) and column.null_count == len(column):
            continue
        base = name = header or f"({position + 1})"
        number = 2
        while name in names:
            name, number = f"{base} ({number})", number + 1
        names.add(name)
        extras[name] = position
    return extras


def _named_flags(
    flags: Sequence[RawFlag], positions: Mapping[str, int], form: Format
) -> Iterable[Flag]:
    """Flags of canonical columns; trouble in an extra column harms nobody."""
    names: dict[int, list[str]] = {}
    for name, position in positions.items():
        names.setdefault(position, []).append(name)
    for flag in flags:
        if flag.position < 0:
            yield Flag(flag.row_no, "", flag.problem)
        for name in names.get(flag.position, ()):
            if not flag.ids_only or name in form.id_columns:
                yield Flag(flag.row_no, name, flag.problem)


def _lost_digits(sheet: Sheet, form: Format) -> Iterable[Flag]:
    """Identities that a spreadsheet has turned into ``6,3E+15``."""
    for name in form.id_columns:
        column = sheet.table.column(name)
        if column.null_count == len(column):
            continue
        suspects = pc.fill_null(pc.match_substring_regex(column, _SCIENTIFIC), False)
        for i in pc.indices_nonzero(suspects).to_pylist():
            problem = _(
                "The number was shortened (like 6.3E+15); format the column as text and "
                "type it again"
            )
            yield Flag(sheet.table.column(ROW_NO)[i].as_py(), name, problem)


def _number_cells(raw: RawSheet, positions: Mapping[str, int], form: Format) -> Iterable[Flag]:
    """Card numbers in cells that are numbers: leading zeros or last digits are gone."""
    said = {(flag.row_no, flag.position) for flag in raw.flags}
    for name in form.card_columns:
        position = positions.get(name, -1)
        for row in raw.numbers.get(position, ()):
            if (row, position) not in said:
                problem = _(
                    "Stored as a number, so leading zeros may be lost; format the column as text "
                    "and type it again"
                )
                yield Flag(row, name, problem)


def _to_be_retyped(sheet: Sheet) -> Iterable[Flag]:
    """Cells of a rejects workbook that nobody has filled in yet."""
    for name in sheet.columns:
        marked = pc.starts_with(sheet.table.column(name), RETYPE_MARK)
        if not pc.any(marked).as_py():
            continue
        for i in pc.indices_nonzero(pc.fill_null(marked, False)).to_pylist():
            problem = _("The cell still says {mark}; type the value or empty it", mark=RETYPE_MARK)
            yield Flag(sheet.table.column(ROW_NO)[i].as_py(), name, problem)


def _to_be_checked(raw: RawSheet) -> Iterable[Flag]:
    """Rows of a rejects workbook that were wrong as a whole and that nobody has checked yet."""
    wanted = normalise_header(CHECK_COLUMN)
    position = next((i for i, h in enumerate(raw.headers) if normalise_header(h) == wanted), None)
    if position is None:
        return
    rows = raw.table.column(ROW_NO)
    for i in pc.indices_nonzero(pc.is_valid(raw.column(position))).to_pylist():
        problem = _("Check the whole row, then empty its cell in {column}", column=CHECK_COLUMN)
        yield Flag(rows[i].as_py(), "", problem)
