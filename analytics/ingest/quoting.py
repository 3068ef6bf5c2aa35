"""Which values an error sentence may quote.

A sentence that shows the offending value helps staff; but when columns are shifted, the value of
a desa column may be somebody's name or card number, and sentences end up in reports, terminals
and logs. So a value is quoted only when it looks like what its column holds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from analytics.ingest.values import normalise_code

_QUOTED = re.compile(r"“[^”]*”")
_DATE = re.compile(r"[\d\s./:,+\-TZ]{1,25}|\d{1,2}[\s\-/.]*[A-Za-z]{3,10}[\s\-/.,]*\d{1,4}")
_NUMBER = re.compile(r"[+\-]?\d{1,6}(?:[.,]\d{1,6})?")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}|[\d.]{1,13}")
_LONG_DIGITS = re.compile(r"(?:\d[ .\-]?){9,}")
_SIMILAR = 0.7


def may_quote(cell: str, column_type: str, known: Iterable[str] = ()) -> bool:
    """Whether *cell* looks like a value of its column: a date, a small number, (nearly) a code.

    Args:
        cell: the text as it was read.
        column_type: as in `analytics.ingest.formats`.
        known: normalised spellings that the column knows; a near miss of one may be shown.
    """
    text = cell.strip()
    if column_type == "date":
        return bool(_DATE.fullmatch(text)) and not re.search(r"\d{9,}", text)
    if column_type in ("integer", "decimal"):
        return bool(_NUMBER.fullmatch(text))
    if _LONG_DIGITS.search(text):
        return False
    if _CODE.fullmatch(text):
        return True
    plain = normalise_code(text)
    spellings = [normalise_code(spelling) for spelling in known]
    return bool(difflib.get_close_matches(plain, spellings, n=1, cutoff=_SIMILAR))


def without_values(sentence: str) -> str:
    """The sentence with every quoted value left out."""
    return _QUOTED.sub("“…”", sentence)
