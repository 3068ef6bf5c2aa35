"""What calamine does not tell about an XLSX: uncalculated formulas and the size of a sheet.

Reads the sheet's XML as bytes with regular expressions, in chunks: no XML parser, so no
entities, and a file of 100,000 rows takes a fraction of a second.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

from analytics.i18n import _
from analytics.ingest.raw import UnreadableFile

_CHUNK = 4 << 20
_OVERLAP = 1 << 16
MAX_CELLS = 60_000_000
"""Cells in the rectangle that a sheet spans; more would not fit in memory."""

_NO_RESULT = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_WIDE = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{2,3})\d')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')


def _position(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _attributes(tag: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(tag)
    return {key.decode().rsplit(":", 1)[-1]: unescape(value.decode("utf-8")) for key, value in found}


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


def _windows(packed: zipfile.ZipFile, member: str) -> Iterator[tuple[bytes, int]]:
    """Overlapping pieces of a member and how much of each was already in the one before."""
    with packed.open(member) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            yield tail + chunk, len(tail)
            tail = (tail + chunk)[-_OVERLAP:]


def uncalculated_cells(stream: BinaryIO) -> dict[str, list[tuple[int, int]]]:
    """Per sheet: (row number, column from 0) of the formulas that have no stored result."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with zipfile.ZipFile(stream) as packed:
        for sheet, member in _sheet_parts(packed).items():
            cells: dict[tuple[int, int], None] = {}
            for window, _old in _windows(packed, member):
                if b"<f" not in window and b":f" not in window:
                    continue
                for match in _NO_RESULT.finditer(window):
                    cells[int(match[2]), _position(match[1])] = None
            found[sheet] = list(cells)
    return found


def check_extent(stream: BinaryIO) -> None:
    """Refuses a workbook whose stray cells make a sheet span more than memory can hold.

    Raises:
        UnreadableFile: more than `MAX_CELLS` in the spanned rectangle of a sheet.
    """
    with zipfile.ZipFile(stream) as packed:
        for sheet, member in _sheet_parts(packed).items():
            rows, width = 0, 26
            for window, _old in _windows(packed, member):
                rows = max([rows, *(int(row) for row in _ROW.findall(window))])
                width = max([width, *(_position(c) + 1 for c in set(_WIDE.findall(window)))])
            if rows * width > MAX_CELLS:
                raise UnreadableFile(
                    _("Sheet {sheet} spans too many cells; delete the stray cells", sheet=sheet)
                )
