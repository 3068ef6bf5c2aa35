"""Writing workbooks safely: what every XLSX that leaves the project has in common."""

from __future__ import annotations

import datetime as dt
import re

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_000_000
"""Data rows of one sheet (Excel stops at 1,048,576); more go on in a further sheet."""
MAX_TEXT = 32_767
"""Characters that a cell can hold."""
CREATED = dt.datetime(2025, 1, 1)
"""A fixed creation time, so that the same content is the same bytes."""
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""Nothing goes to temporary files (rows may hold personal data); text is never a formula."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def safe_sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel allows (31 characters, none of ``[]:*?/\\``) and that is not taken.

    Adds it to *taken*.
    """
    base = _FORBIDDEN.sub(" ", name).strip().strip("'")[:31] or "Sheet"
    result, number = base, 2
    while result.casefold() in taken:
        tail = f" {number}"
        result, number = base[: 31 - len(tail)] + tail, number + 1
    taken.add(result.casefold())
    return result


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None
) -> None:
    """Writes *text* as text whatever it begins with, cut at what a cell can hold.

    A carriage return becomes a plain line break, the only one that a cell knows.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    sheet.write_string(row, column, plain[:MAX_TEXT], style)
