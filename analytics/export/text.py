"""Question tables as text: aligned for people, CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

_FORMULA_START = tuple("=+-@＝＋－＠")
"""Also as full-width letters, which some spreadsheets take for the same."""
_SKIPPED = "".join(map(chr, range(33))) + '"\u00a0\u200b\ufeff\u3000'
"""What may stand before a formula: blanks, quotes, invisible characters."""
_SEPARATORS = re.compile(r"([;\t\r\n])")
_NEEDS_QUOTES = re.compile(r"[,;\"\t\r\n|]|^\s|\s$")


def plain(value: Any) -> Any:
    """One cell as JSON has it: ISO dates, ``None`` for a missing value, lists of plain cells."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (pd.Timestamp, datetime)):
        midnight = value.time().isoformat() == "00:00:00"
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON objects. Whole numbers stay whole beside missing ones."""
    columns = {}
    for name in table.columns:
        cells = [plain(cell) for cell in table[name]]
        whole = pd.api.types.is_float_dtype(table[name]) and _counts(name)
        columns[name] = [int(c) if whole and isinstance(c, float) else c for c in cells]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _counts(name: str) -> bool:
    """Columns that are whole by nature but come as floats when some rows have none."""
    whole = {"days_since_data", "rank", "members", "desil", "benefit"}
    return name.endswith("_days") or name in whole


def to_json(table: pd.DataFrame) -> str:
    """A JSON list of rows."""
    return json.dumps(records(table), ensure_ascii=False, indent=1)


def to_csv(table: pd.DataFrame) -> str:
    """CSV with ``,`` and a header, in which no spreadsheet finds a formula.

    Text that begins like a formula gets a ``'`` in front, and so does what follows a ``;``, a
    tab or a line break in it: where those part the columns (an Indonesian Excel) the rest of a
    text is a cell of its own, whatever is quoted. Numbers stay numbers.
    """
    rows = [{name: _csv_cell(cell) for name, cell in row.items()} for row in records(table)]
    frame = pd.DataFrame(rows, columns=table.columns)
    lines = [[_quoted(str(name)) for name in frame.columns]]
    lines += [[_written(cell) for cell in row] for row in frame.itertuples(index=False)]
    return "".join(",".join(line) + "\n" for line in lines)


def _csv_cell(cell: Any) -> Any:
    if isinstance(cell, list):
        cell = ";".join(str(item) for item in cell)
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """Text with a ``'`` in front where a spreadsheet could take it for a formula.

    >>> [harmless(each) for each in ("=1+1", "-", "Awayan;@x", "Desa Awayan", "2025-01-01")]
    ["'=1+1", "'-", "Awayan;'@x", 'Desa Awayan', '2025-01-01']
    """
    parts = _SEPARATORS.split(text)
    for i in range(0, len(parts), 2):
        if parts[i].lstrip(_SKIPPED)[:1] in _FORMULA_START:
            parts[i] = f"'{parts[i]}"
    safe = "".join(parts)
    return f"'{safe}" if safe[:1] in ("\t", "\r", "\n") else safe


def _written(cell: Any) -> str:
    if isinstance(cell, str):
        return _quoted(cell)
    return "" if cell is None or pd.isna(cell) else str(cell)


def _quoted(text: str) -> str:
    if not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def to_text(table: pd.DataFrame) -> str:
    """Aligned columns for a terminal; shares with four digits."""
    if table.empty:
        return " ".join(table.columns)
    shown = pd.DataFrame(
        [{name: _text_cell(cell) for name, cell in row.items()} for row in records(table)],
        columns=table.columns,
    )
    return shown.to_string(index=False)


def _text_cell(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, list):
        return ";".join(str(item) for item in cell)
    return f"{cell:.4f}" if isinstance(cell, float) else str(cell)
