"""A file → the sheets it holds, with canonical columns, as text. No value is checked here.

    SourceFile → read_source → SourceContent(sheets, ignored)

The kind of a sheet is recognised from its name or else its headers; an export of a form
(Kobo, ODK Central) is recognised by a mapping, see `mapping`.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.archive import check_packed, file_type
from analytics.ingest.csvtext import read_csv
from analytics.ingest.formats import FORMATS, KNOWN_HEADERS, normalise_header
from analytics.ingest.mapping import apply_mapping, load_mappings
from analytics.ingest.raw import RawSheet, SourceFile, UnreadableFile
from analytics.ingest.recognise import Flag, Sheet, canonical_sheet, guess_kind, sheet_problem
from analytics.ingest.spreadsheet import read_workbook
from analytics.ingest.xlsxparts import check_extent

__all__ = ["Flag", "Sheet", "SourceContent", "SourceFile", "UnreadableFile", "read_source"]

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
    mappings = load_mappings(mapping)
    known = KNOWN_HEADERS | frozenset(h for m in mappings for h in m.headers)
    try:
        with source.open() as stream:
            raw, ignored = _read_raw(stream, source, known, rules)
    except OSError as error:
        raise UnreadableFile(
            _("The file cannot be opened: {reason}", reason=error.strerror or type(error).__name__)
        ) from error
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
        raise UnreadableFile(_nothing_usable(sheets, kept))
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
        check_packed(stream, rules)
    if found == "zip":
        return _read_zip(stream, known, rules)
    if packed:
        check_extent(stream)
    return read_workbook(stream, known, rules), []


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[0] if "." in base else base


def _read_zip(stream: BinaryIO, known: frozenset[str], rules: Rules) -> tuple[list[RawSheet], list[str]]:
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
            with packed.open(member) as part:
                sheet = read_csv(_seekable(part), _stem(parts[-1]), known, rules)
            sheets.append(sheet)
    if not sheets:
        raise UnreadableFile(_("The ZIP file holds no CSV file"))
    return sheets, ignored


def _seekable(part: object) -> BinaryIO:
    from io import BytesIO

    return BytesIO(part.read())  # type: ignore[attr-defined]


def _recognise(
    file: str, raw: list[RawSheet], kind: str | None, wanted: str | None, mappings: list
) -> tuple[list[Sheet], list[str]]:
    sheets: list[Sheet] = []
    left: list[RawSheet] = []
    for sheet in raw:
        own = None if wanted else guess_kind(sheet, kind, alone=len(raw) == 1)
        if own is not None and not sheet_problem(sheet, own):
            sheets.append(canonical_sheet(file, sheet, own))
        else:
            left.append(sheet)
    return sheets, [s.name for s in left]
