"""One cell's text → one value. Each parser raises `ValueProblem` with a plain sentence.

The parsers are meant to be called once per distinct text of a column. A sentence quotes the
offending text; for a private column the caller must use its own sentence instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from analytics.config import TIME_ZONE
from analytics.i18n import _


class ValueProblem(ValueError):
    """A cell that cannot be read as what its column needs; ``str()`` is the sentence."""


FIRST_YEAR, LAST_YEAR = 1900, 2199
_SERIAL_LOW, _SERIAL_HIGH = 18264, 73415  # 1950-01-01 … 2100-12-31 as Excel counts days
_SERIAL_ZERO = date(1899, 12, 30)

_MONTH_NAMES = (
    "januari january jan",
    "februari february pebruari feb peb",
    "maret march mar mrt",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agu agt ags aug agust",
    "september sep sept",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
_MONTHS = {name: i for i, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}

_CLOCK = (
    r"(?:[T\s]+(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|WITA|WIB|WIT)?)?"
)
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}", re.I)
_DAY_FIRST = re.compile(rf"(?P<d>\d{{1,2}})([-/.])(?P<m>\d{{1,2}})\2(?P<y>\d+){_CLOCK}", re.I)
_NAMED = re.compile(
    rf"(?:[a-z']+,\s*)?(?P<d>\d{{1,2}})[\s\-/.]*(?P<name>[a-z]+)\.?[\s\-/.,]*(?P<y>\d+){_CLOCK}",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"(?P<name>[a-z]+)\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}}){_CLOCK}", re.I
)
_MONTH_ONLY = re.compile(
    r"(?:[a-z]+\.?[\s\-/]*\d{2,4}|\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}|\d{4})", re.I
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ZONES = {"z": "+0000", "wib": "+0700", "wita": "+0800", "wit": "+0900"}


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _on_local_day(found: re.Match[str], day: date) -> date:
    """The day in Asia/Makassar of a moment that was written with its offset from UTC."""
    zone, clock = found["zone"], found["clock"]
    if not zone or not clock:
        return day
    hour, minute, second = ([int(p) for p in re.split(r"[:.,]", clock)[:3]] + [0])[:3]
    offset = _ZONES.get(zone.casefold(), zone.replace(":", ""))
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second)
        return (
            datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S} {offset}", "%Y-%m-%d %H:%M:%S %z")
            .astimezone(TIME_ZONE)
            .date()
        )
    except ValueError as error:
        raise ValueProblem(_("The time in “{value}” does not exist", value=found[0])) from error


def _serial(text: str) -> date:
    days = int(float(text))
    if not _SERIAL_LOW <= days <= _SERIAL_HIGH:
        raise ValueProblem(_("“{value}” is no date; write it like 15/12/2025", value=text))
    return _SERIAL_ZERO + timedelta(days=days)


_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*(?:WITA)?", re.I)
_FRACTION = re.compile(r"0?\.\d{3,}")
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?", re.I
)


def parse_time(text: str) -> time:
    """The time of day that *text* names: ``14.30``, ``14:30:05``, or the time of a moment.

    A moment with its offset from UTC (as forms write ``start``) counts in Asia/Makassar.

    Raises:
        ValueProblem: when the text is no time.
    """
    text = _clean(text)
    sentence = _("“{value}” is no time; write it like 14.30", value=text)
    if moment := _MOMENT.fullmatch(text):
        zone = (moment[3] or "").upper().replace("Z", "+00:00")
        try:
            found = datetime.fromisoformat(f"{moment[1]}T{moment[2].zfill(5)}{zone}")
        except ValueError as error:
            raise ValueProblem(sentence) from error
        local = found.astimezone(TIME_ZONE) if zone else found
        return local.time().replace(microsecond=0)
    if _FRACTION.fullmatch(text):  # a spreadsheet's time that lost its format
        return (datetime(2000, 1, 1) + timedelta(seconds=round(float(text) * 86_400))).time()
    parts = _TIME.fullmatch(text)
    if not parts:
        raise ValueProblem(sentence)
    try:
        return time(int(parts[1]), int(parts[2]), int(parts[3] or 0))
    except ValueError as error:
        raise ValueProblem(sentence) from error


def parse_date(text: str, *, serials: bool = False) -> date:
    """The date that *text* names, day before month.

    Reads ISO (also with a time; one with an offset counts on its day in Asia/Makassar),
    ``15/12/2025``, ``15-12-2025``, ``15.12.2025``, ``15 Desember 2025`` (abbreviated, any
    case, Indonesian or English). With ``serials`` also Excel's day numbers (a cell that lost its
    date format). Never guesses: a two-digit year, a month without a day or a month 13 is a
    problem.

    Raises:
        ValueProblem: when the text is no such date.
    """
    if _ISO.fullmatch(text):
        try:
            return _in_range(date.fromisoformat(text), text)
        except ValueError as error:
            if isinstance(error, ValueProblem):
                raise
            raise ValueProblem(_("The date “{value}” does not exist", value=text)) from error
    text = _clean(text)
    if _NUMBER.fullmatch(text) and not (len(text) == 4 and text.isdigit()):
        if serials:
            return _serial(text)
        raise ValueProblem(_("“{value}” is no date; write it like 15/12/2025", value=text))
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _NAMED, _MONTH_FIRST):
        found = pattern.fullmatch(text)
        if not found:
            continue
        groups = found.groupdict()
        month = int(groups["m"]) if "m" in groups else _MONTHS.get(groups["name"].casefold(), 0)
        if month == 0 and "name" in groups:
            break
        if len(groups["y"]) != 4:
            raise ValueProblem(_("Write the year of “{value}” with four digits", value=text))
        try:
            day = date(int(groups["y"]), month, int(groups["d"]))
        except ValueError as error:
            raise ValueProblem(
                _("The date “{value}” does not exist (day comes first)", value=text)
            ) from error
        return _on_local_day(found, _in_range(day, text))
    if _MONTH_ONLY.fullmatch(text):
        raise ValueProblem(_("“{value}” has no day; write it like 15/12/2025", value=text))
    raise ValueProblem(_("“{value}” is no date; write it like 15/12/2025", value=text))


def _in_range(day: date, text: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueProblem(_("The year of “{value}” cannot be right", value=text))
    return day


_INTEGER = re.compile(r"[+-]?\d{1,15}(?:[.,]0{1,2})?")
_DECIMAL = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,20})?")


def _bounded(value: float, text: str, low: float | None, high: float | None) -> None:
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None:
            raise ValueProblem(_("“{value}” must be at most {high}", value=text, high=high))
        if high is None:
            raise ValueProblem(_("“{value}” must be at least {low}", value=text, low=low))
        raise ValueProblem(
            _("“{value}” must be from {low} to {high}", value=text, low=low, high=high)
        )


def _minus(text: str) -> str:
    return _clean(text).replace("\u2212", "-").replace(" ", "")


def parse_integer(text: str, low: int | None = None, high: int | None = None) -> int:
    """A whole number within the bounds; ``3``, ``3.0`` and ``3,0`` are 3, ``1.000`` is a problem.

    Raises:
        ValueProblem: no whole number, or out of bounds.
    """
    plain = _minus(text)
    if not _INTEGER.fullmatch(plain):
        raise ValueProblem(_("“{value}” is no whole number", value=text))
    value = int(re.split(r"[.,]", plain)[0])
    _bounded(value, text, low, high)
    return value


def parse_decimal(text: str, low: float | None = None, high: float | None = None) -> float:
    """A number with a decimal comma or point, without thousands separators.

    Raises:
        ValueProblem: no number, or out of bounds.
    """
    plain = _minus(text)
    if not _DECIMAL.fullmatch(plain):
        raise ValueProblem(_("“{value}” is no number", value=text))
    value = float(Decimal(plain.replace(",", ".")))
    _bounded(value, text, low, high)
    return value


_CODE_GAPS = re.compile(r"[\s\-_]+")
_SEPARATORS = re.compile(r"[;,|\n]+")
_NOTHING = frozenset({"", "tidak_ada", "tidak", "nihil", "kosong", "n/a", "none"})
"""What people write into a cell of several codes when there is none."""


def normalise_code(text: str) -> str:
    """A code as it is compared: case and the kind of gap (space, ``-``, ``_``) do not count."""
    return _CODE_GAPS.sub("_", unicodedata.normalize("NFKC", text).strip().casefold()).strip("_")


class KnownCodes(dict[str, str]):
    """Normalised spelling → code. Built once per column, from codes or from spelling → code."""

    def __init__(self, known: Iterable[str] | Mapping[str, str]) -> None:
        pairs = known.items() if isinstance(known, Mapping) else ((code, code) for code in known)
        super().__init__((normalise_code(spelling), code) for spelling, code in pairs)


def parse_choice(text: str, allowed: Iterable[str] | Mapping[str, str] | KnownCodes) -> str:
    """The one of *allowed* that *text* spells, whatever its case and gaps.

    Raises:
        ValueProblem: none of them.
    """
    known = allowed if isinstance(allowed, KnownCodes) else KnownCodes(allowed)
    code = known.get(normalise_code(text))
    if code is None:
        choices = ", ".join(dict.fromkeys(known.values()))
        raise ValueProblem(
            _("“{value}” is not one of: {choices}", value=_clean(text), choices=choices)
        )
    return code


def parse_codes(
    text: str, known: Iterable[str] | Mapping[str, str] | KnownCodes
) -> tuple[list[str], list[str]]:
    """Several codes in one cell → (known codes, unknown words as written).

    Separated by ``;``, ``,``, ``|``, or by a space when every word between is a known code.
    Order is kept, a repetition dropped.
    """
    index = known if isinstance(known, KnownCodes) else KnownCodes(known)
    codes: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for part in filter(None, map(_clean, _SEPARATORS.split(text))):
        if normalise_code(part) in _NOTHING:
            continue
        whole = index.get(normalise_code(part))
        words = [index.get(normalise_code(word)) for word in part.split(" ")]
        if whole is not None:
            codes[whole] = None
        elif all(words):
            codes.update((word, None) for word in words if word)
        else:
            unknown[part] = None
    return list(codes), list(unknown)
