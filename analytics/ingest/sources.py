"""A file → the sheets it holds, with canonical columns, as text. No value is checked here.

    SourceFile → read_source → SourceContent(sheets, ignored)

The kind of a sheet is recognised from its name or else its headers; an export of a form
(Kobo, ODK Central) is recognised by a mapping, see `mapping`.
"""

from __future__ import annotations

import errno
import io
import zipfile
from dataclasses import dataclass, field
from typing import BinaryIO

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.archive import check_packed, damaged, file_type
from analytics.ingest.choose import choose_sheets, nothing_usable
from analytics.ingest.csvtext import read_csv
from analytics.ingest.formats import FORMATS, KNOWN_HEADERS, normalise_header
from analytics.ingest.mapping import MappingError, load_mapping, load_mappings
from analytics.ingest.raw import RawSheet, SourceFile, UnreadableFile
from analytics.ingest.recognise import Flag, Sheet
from analytics.ingest.sandbox import read_apart
from analytics.ingest.spreadsheet import read_workbook
from analytics.ingest.xlsxparts import check_extent
from analytics.zipfiles import ZIP_ERRORS

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
            _("The file cannot be opened: {reason}", reason=_reason(error))
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
    sheets, rest = choose_sheets(source.name, kept, kind, mapping, mappings, known)
    ignored += rest
    if not any(sheet.problem is None for sheet in sheets):
        raise UnreadableFile(nothing_usable(sheets, kept, mapping, known))
    return SourceContent(sheets, ignored)


def _reason(error: OSError) -> str:
    """Why a file cannot be opened, in the person's language (the system's own words are not)."""
    if error.errno == errno.EISDIR:
        return _("it is a folder")
    if error.errno == errno.ENOENT:
        return _("it is not there")
    if error.errno in (errno.EACCES, errno.EPERM):
        return _("reading it is not permitted")
    return _("the disk or the network did not hand it out")


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
    others = 0  # counted, not named: the name of an attachment may be the name of a person
    with zipfile.ZipFile(stream) as packed:
        for member in packed.infolist():
            if member.filename.endswith("/"):
                continue
            if not _is_table(member.filename):
                others += 1
                continue
            try:
                content = io.BytesIO(packed.read(member))
            except ZIP_ERRORS as error:
                raise damaged() from error
            sheets.append(read_csv(content, _stem(member.filename), known, rules))
    if not sheets:
        raise UnreadableFile(_("The ZIP file holds no CSV file"))
    return sheets, [_("{count} other files in the ZIP", count=others)] if others else []


def _is_table(member: str) -> bool:
    """Whether a member of a ZIP is a CSV to be read, and no attachment, rubbish or trap."""
    parts = member.replace("\\", "/").split("/")
    unsafe = ".." in parts or member.startswith(("/", "\\")) or ":" in parts[0]
    beside = parts[0] == "__MACOSX" or "media" in parts[:-1] or parts[-1].startswith(".")
    return not (unsafe or beside) and parts[-1].casefold().endswith(_TEXT_ENDINGS)
