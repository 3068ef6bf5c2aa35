"""What calamine does not tell about an XLSX: errors, uncalculated formulas, a sheet's size.

Reads the sheet's XML as bytes with regular expressions, in chunks: no XML parser, so no
entities, and a file of 100,000 rows takes a fraction of a second.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import BinaryIO

from analytics.ingest.archive import damaged
from analytics.ingest.wellformed import MAX_CELLS, too_many_cells
from analytics.zipfiles import ZIP_ERRORS

_CHUNK = 4 << 20
_OVERLAP = 1 << 16
_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>'
    rb"(?:\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>))?"
    rb"\s*<(?:\w+:)?v>([^<]*)</"
)
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,12})"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]*)(\d*)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """The package; a fault of its packing is said as a damaged file."""
    try:
        with zipfile.ZipFile(stream) as packed:
            yield packed
    except ZIP_ERRORS as error:
        raise damaged() from error


def _position(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag)
    return {
        key.decode().rsplit(":", 1)[-1]: unescape(value.decode("utf-8")) for key, value in found
    }


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its member in the package."""
    names = set(packed.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    targets = {}
    for tag in _RELATION.findall(packed.read("xl/_rels/workbook.xml.rels")):
        relation = _attributes(tag)
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        targets[relation.get("Id", "")] = posixpath.normpath(path)
    parts = {}
    for tag in _SHEET.findall(packed.read("xl/workbook.xml")):
        # `r:id` and `sheetId` differ only by their prefix once it is dropped.
        sheet = _attributes(tag)
        member = targets.get(sheet.get("id", ""))
        if member in names:
            parts[sheet.get("name", "")] = member
    return parts


def _windows(packed: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Overlapping pieces of a member."""
    with packed.open(member) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            yield tail + chunk
            tail = (tail + chunk)[-_OVERLAP:]


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """A cell whose value calamine reads as empty; ``error`` is None for an uncalculated formula."""

    row_no: int
    position: int
    error: str | None


def hidden_cells(stream: BinaryIO) -> dict[str, list[HiddenCell]]:
    """Per sheet: the cells with an error, and the formulas that have no stored result."""
    found: dict[str, list[HiddenCell]] = {}
    with _opened(stream) as packed:
        for sheet, member in _sheet_parts(packed).items():
            # A window overlaps the one before, so a cell may be seen twice.
            cells: dict[HiddenCell, None] = {}
            for window in _windows(packed, member):
                if b"<f" in window or b":f" in window:
                    for match in _NO_RESULT.finditer(window):
                        cells[HiddenCell(int(match[2]), _position(match[1]), None)] = None
                if b't="e"' in window:
                    for match in _ERROR.finditer(window):
                        error = unescape(match[3].decode("utf-8", "replace"))
                        cells[HiddenCell(int(match[2]), _position(match[1]), error)] = None
            found[sheet] = list(cells)
    return found


def check_extent(stream: BinaryIO) -> None:
    """Refuses a workbook whose stray cells make a sheet span more than memory can hold.

    Raises:
        UnreadableFile: more than `MAX_CELLS` in the spanned rectangle of a sheet.
    """
    with _opened(stream) as packed:
        for sheet, member in _sheet_parts(packed).items():
            rows, width = 0, 1
            for window in _windows(packed, member):
                cells = _CELL.findall(window)
                columns = {letters for letters, _row in cells}
                below = {row for _letters, row in cells} | set(_ROW.findall(window))
                rows = max([rows, *map(int, filter(None, below))])
                width = max([width, *(_position(letters) + 1 for letters in columns)])
            if rows * width > MAX_CELLS:
                raise too_many_cells(sheet)
