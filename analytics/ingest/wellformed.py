"""Is the XML inside a workbook whole, and of a size that memory can hold?

A reader that meets half a document may wait for the rest for ever, so the XML is checked first,
with expat: no document types, hence no entities.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from analytics.i18n import _
from analytics.ingest.raw import UnreadableFile

MAX_CELLS = 60_000_000
"""Cells in the rectangle that a sheet spans; more would not fit in memory."""


class BrokenXml(Exception):
    """The document is not well-formed, or has a document type."""


def too_many_cells(sheet: str) -> UnreadableFile:
    """What to say of a sheet that spans too much."""
    return UnreadableFile(
        _("Sheet {sheet} spans too many cells; delete the stray cells", sheet=sheet)
    )


class XmlCheck:
    """Fed the pieces of one XML document; raises as soon as it is broken."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.buffer_text = True

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Raises `BrokenXml`; `UnreadableFile` for a sheet that spans too much."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, LookupError) as error:  # or an unknown encoding
            raise BrokenXml(str(error)) from error

    @staticmethod
    def _doctype(*_args: Any) -> None:
        raise BrokenXml("document type")


class OdsCheck(XmlCheck):
    """Also measures each sheet of an OpenDocument: cells and rows may say how often they repeat."""

    def __init__(self) -> None:
        super().__init__()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._sheet = ""
        self._rows = self._height = self._width = 0
        self._repeat = self._cells = self._filled = 0

    def _number(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name, "1")
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise BrokenXml(name)
        return int(text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._sheet = attributes.get("table:name", "")
            self._rows = self._height = self._width = 0
        elif tag == "table:table-row":
            self._repeat = self._number(attributes, "table:number-rows-repeated")
            self._cells = self._filled = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cells += self._number(attributes, "table:number-columns-repeated")
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._filled = self._cells

    def _end(self, tag: str) -> None:
        if tag != "table:table-row":
            return
        self._rows += self._repeat
        if self._filled:
            self._height, self._width = self._rows, max(self._width, self._filled)
            if self._height * self._width > MAX_CELLS:
                raise too_many_cells(self._sheet)
