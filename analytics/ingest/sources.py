"""A file → the sheets it holds, with canonical columns, as text. No value is checked here.

    SourceFile → read_source → SourceContent(sheets, ignored)

The kind of a sheet is recognised from its name or else its headers; an export of a form
(Kobo, ODK Central) is recognised by a mapping, see `mapping`.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.archive import ZIP_ERRORS, check_packed, damaged, file_type
from analytics.ingest.csvtext import read_csv
from analytics.ingest.exports import apply_mapping, assign
from analytics.ingest.formats import FORMATS, KNOWN_HEADERS, normalise_header
from analytics.ingest.mapping import ExportMapping, MappingError, load_mapping, load_mappings
from analytics.ingest.raw import RawSheet, SourceFile, UnreadableFile
from analytics.ingest.recognise import (
    Flag,
    Sheet,
    canonical_sheet,
    guess_kind,
    problem_sheet,
    sheet_problem,
)
from analytics.ingest.sandbox import read_apart
from analytics.ingest.spreadsheet import read_workbook
from analytics.ingest.xlsxparts import check_extent

__all__ = [
    "Flag",
    "MappingError",
    "Sheet",
    "SourceContent",
    "SourceFile",
    "UnreadableFile",
    "read_source",
]

_IGNORED_SHEETS = frozenset(
    normalise_header(name)
    for name in ("Penjelasan", "Petunjuk", "Tentang", "Pilihan", "Daftar", "Contoh", "README")
)
_TEXT_ENDINGS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What a file holds: usable sheets (and those with a ``problem``), and what was left out."""

    sheets: list[Sheet]
    ignored: list[str] = field(default_factory=list)


def read_source(
    source: SourceFile, *, kind: str | None = None, mapping: str | None = None, rules: Rules
) -> SourceContent:
    """Reads a file of any supported type.

    Args:
        kind: take the file (its sheet of that kind) as this kind, whatever it looks like.
        mapping: name of the mapping to read it with; without it one is chosen by the columns.

    Returns:
        Sheets in the order of the file. ``Sheet.table`` has int32 ``row_no`` and a nullable
        string column per canonical and per unrecognised column.

    Raises:
        UnreadableFile: nothing of the file can be used; the sentence says why.
        MappingError: the mapping is unknown or malformed.
    """
    if kind is not None and kind not in FORMATS:
        raise UnreadableFile(
            _("Unknown kind “{kind}”; known are: {kinds}", kind=kind, kinds=", ".join(FORMATS))
        )
    mappings, ignored_mappings = ([load_mapping(mapping)], []) if mapping else load_mappings()
    known = KNOWN_HEADERS | frozenset(h for m in mappings for h in m.headers)
    try:
        with source.open() as stream:
            raw, ignored = _read_raw(stream, source, known, rules)
    except OSError as error:
        raise UnreadableFile(
            _("The file cannot be opened: {reason}", reason=error.strerror or type(error).__name__)
        ) from error
    ignored += ignored_mappings
    kept = []
    for sheet in raw:
        if normalise_header(sheet.name) in _IGNORED_SHEETS or not sheet.headers:
            ignored.append(sheet.name)
        else:
            kept.append(sheet)
    if not kept:
        raise UnreadableFile(_("The file holds no table"))
    sheets, rest = _recognise(source.name, kept, kind, mapping, mappings)
    ignored += rest
    if not any(sheet.problem is None for sheet in sheets):
        raise UnreadableFile(_nothing_usable(sheets, kept, mapping))
    return SourceContent(sheets, ignored)


def _read_raw(
    stream: BinaryIO, source: SourceFile, known: frozenset[str], rules: Rules
) -> tuple[list[RawSheet], list[str]]:
    if source.size() > rules.imports.max_file_mb << 20:
        raise UnreadableFile(
            _("The file is larger than {limit} MB", limit=rules.imports.max_file_mb)
        )
    found = file_type(stream)
    if found == "text":
        return [read_csv(stream, _stem(source.name), known, rules)], []
    packed = zipfile.is_zipfile(stream)
    if packed:
        check_packed(stream, rules, workbook=found == "workbook")
    if found == "zip":
        return _read_zip(stream, known, rules)
    if not packed:
        return read_apart(stream, known, rules), []
    check_extent(stream)
    return read_workbook(stream, known, rules.imports.max_rows), []


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[0] if "." in base else base


def _read_zip(
    stream: BinaryIO, known: frozenset[str], rules: Rules
) -> tuple[list[RawSheet], list[str]]:
    sheets: list[RawSheet] = []
    ignored: list[str] = []
    with zipfile.ZipFile(stream) as packed:
        for member in packed.infolist():
            parts = member.filename.replace("\\", "/").split("/")
            unsafe = ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]
            hidden = parts[0] == "__MACOSX" or parts[-1].startswith(".")
            if member.is_dir():
                continue
            if unsafe or hidden or not parts[-1].casefold().endswith(_TEXT_ENDINGS):
                ignored.append(member.filename)
                continue
            try:
                content = io.BytesIO(packed.read(member))
            except ZIP_ERRORS as error:
                raise damaged() from error
            sheet = read_csv(content, _stem(parts[-1]), known, rules)
            sheets.append(sheet)
    if not sheets:
        raise UnreadableFile(_("The ZIP file holds no CSV file"))
    return sheets, ignored


def _recognise(
    file: str,
    raw: list[RawSheet],
    kind: str | None,
    wanted: str | None,
    mappings: list[ExportMapping],
) -> tuple[list[Sheet], list[str]]:
    """Sheets in the order of the file, and the names of those that mean nothing here."""
    done: dict[int, Sheet] = {}
    if wanted is None:
        for i, sheet in enumerate(raw):
            own = guess_kind(sheet, kind)
            if own is not None and sheet_problem(sheet, own) is None:
                done[i] = canonical_sheet(file, sheet, own)
    rest = [i for i in range(len(raw)) if i not in done]
    mapped, mapping = _best_mapping([raw[i] for i in rest], mappings)
    if mapping is not None:
        sheets, _used = apply_mapping(file, mapping, [raw[rest[i]] for i in mapped])
        done |= {
            rest[i]: sheet
            for i, sheet in zip(mapped, sheets, strict=True)
            if kind in (None, sheet.kind)
        }
        rest = [i for i in rest if i not in {rest[j] for j in mapped}]
    ignored = []
    for i in rest:
        own = None if wanted else guess_kind(raw[i], kind)
        problem = sheet_problem(raw[i], own) if own else None
        if own and problem:
            done[i] = problem_sheet(file, raw[i], own, problem)
        else:
            ignored.append(raw[i].name)
    return [done[i] for i in sorted(done)], ignored


def _best_mapping(
    sheets: list[RawSheet], mappings: list[ExportMapping]
) -> tuple[list[int], ExportMapping | None]:
    """The mapping that recognises most of the sheets, and which ones."""
    best: tuple[list[int], ExportMapping | None] = ([], None)
    for mapping in mappings:
        found = sorted(assign(mapping, sheets))
        if len(found) > len(best[0]):
            best = (found, mapping)
    return best


def _nothing_usable(sheets: list[Sheet], raw: list[RawSheet], wanted: str | None) -> str:
    problems = [sheet.problem for sheet in sheets if sheet.problem]
    if problems:
        return problems[0]
    found = ", ".join(header for header in raw[0].headers)[:500] or "–"
    if wanted is not None:
        return _(
            "The mapping {name} does not fit the file. Columns found: {found}",
            name=wanted,
            found=found,
        )
    return _(
        "The columns are not recognised; expected a sheet or file named {kinds}. "
        "Columns found: {found}",
        kinds=", ".join(FORMATS),
        found=found,
    )
