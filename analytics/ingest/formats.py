"""The canonical input formats as data: which sheets exist, their columns, and how names match.

Everything that reads, checks, explains or writes an input file (readers, loader, template,
rejects, data dictionary) takes the columns from here, so that they cannot disagree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from analytics.config import BARRIER_STATUSES, OUTCOMES, PRIORITIES

ROW_COLUMN = "_baris"
PROBLEM_COLUMN = "_masalah"
CHECK_COLUMN = "_periksa"
"""Filled where a row was wrong as a whole; the row stays refused until this cell is emptied."""
IGNORED_COLUMNS = frozenset({"baris", "masalah", "periksa"})
"""Normalised names of the columns that a rejects workbook adds; they are no input."""
RETYPE_MARK = "#ISI ULANG"
"""Begins a cell of a rejects workbook whose value could not be trusted: refused until retyped."""
WHOLE_ROW = "*"
"""Stands in ``flagged`` of a rejected row for trouble with the row as a whole."""
ROW_KEYS = ("row_no", "problems", "flagged")
"""What a row of a `RejectedSheet` has besides its columns; no extra column is called so."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a format.

    ``type`` is one of id, text, date, time, integer, decimal, choice, codes, desa, desas, program.
    ``note`` is an English message id (see `analytics.i18n`) that explains the column;
    ``choices`` are the allowed codes of a choice, ``low`` and ``high`` the bounds of a number.
    """

    name: str
    required: bool = False
    private: bool = False
    type: str = "text"
    note: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of sheet: its columns in order.

    ``one_of`` lists groups of columns of which at least one must be there (and filled).
    """

    kind: str
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @property
    def id_columns(self) -> tuple[str, ...]:
        """Columns whose digits are an identity: never to be read as a number."""
        return tuple(column.name for column in self.columns if column.type == "id")

    @property
    def card_columns(self) -> tuple[str, ...]:
        """Numbers of cards, of a fixed length: a cell that is a number has lost something."""
        return tuple(c.name for c in self.columns if c.type == "id" and c.private)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def missing(self, present: Iterable[str]) -> list[str]:
        """Required columns (or ``a / b`` for a group) that *present* does not have."""
        there = set(present)
        absent = [name for name in self.required if name not in there]
        absent += [" / ".join(group) for group in self.one_of if there.isdisjoint(group)]
        return absent


@dataclass(frozen=True, slots=True)
class RejectedSheet:
    """The rejected rows of one kind, as they were read.

    ``columns`` are the header names in writing order; each row maps a column to its text and
    has the extra keys `ROW_KEYS`, all text: ``row_no``, ``problems``, and ``flagged``, the columns
    (joined by ``;``, `WHOLE_ROW` for the row itself) that the reader could not trust. Without
    ``flagged`` no cell is distrusted.
    """

    kind: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, str | None]] = field(default_factory=tuple)


def _id(name: str, note: str, *, required: bool = False, private: bool = False) -> Column:
    return Column(name, required, private, "id", note)


_NOTE_DESA = "Desa code (63.11.03.2004) or name"
_NOTE_HOUSEHOLD = "Household id, as on the sheet keluarga"
_NOTE_PROGRAM = "Program code, as on the sheet program"

_KELUARGA = Format(
    "keluarga",
    (
        _id(
            "id_keluarga",
            "A fixed id of the household; better not the family-card number",
            required=True,
        ),
        Column("desa", True, type="desa", note=_NOTE_DESA),
        Column("rt", note="Neighbourhood number"),
        Column("rw", note="Community number"),
        Column("dusun", note="Hamlet"),
        Column("nama_kepala_keluarga", private=True, note="Name of the head of the household"),
        _id("no_kk", "Family-card number, 16 digits, as text", private=True),
        Column("alamat", private=True, note="Address"),
        Column(
            "lintang", private=True, type="decimal", note="Latitude in degrees", low=-90, high=90
        ),
        Column(
            "bujur", private=True, type="decimal", note="Longitude in degrees", low=-180, high=180
        ),
        Column("jumlah_anggota", type="integer", note="Number of members", low=1, high=40),
        Column("desil", type="integer", note="Welfare decile, 1 to 10", low=1, high=10),
        Column("desil_per", type="date", note="Date of the decile"),
        Column(
            "prioritas",
            type="choice",
            note="Visit priority; empty means sedang",
            choices=PRIORITIES,
        ),
        Column("kerentanan", type="codes", note="Vulnerabilities, several separated by ;"),
        Column(
            "terdaftar_pada", True, type="date", note="Day from which the household is followed"
        ),
        Column("berakhir_pada", type="date", note="Day from which it is followed no longer"),
        Column("alasan_berakhir", note="Why it ended"),
    ),
)
_KUNJUNGAN = Format(
    "kunjungan",
    (
        _id("id_kunjungan", "A fixed id of the visit", required=True),
        _id("id_keluarga", _NOTE_HOUSEHOLD, required=True),
        Column("tanggal", True, type="date", note="Day of the visit"),
        _id("pendamping", "Assistant id, as on the sheet pendamping", required=True),
        Column("hasil", True, type="choice", note="What happened at the door", choices=OUTCOMES),
        Column("program_diterima", type="codes", note="Programs received, several separated by ;"),
        Column(
            "manfaat", type="integer", note="Benefit felt, 1 (none) to 5 (great)", low=1, high=5
        ),
        Column("jadwal_berikutnya", type="date", note="Next visit, after the day of the visit"),
        Column("hambatan", type="codes", note="Barrier categories, several separated by ;"),
        Column("catatan", private=True, note="Free note"),
        Column("jam", type="time", note="Time of the visit, 14.30 (optional)"),
        Column("dikirim_pada", type="date", note="Day the record was sent (optional)"),
        Column(
            "lintang",
            private=True,
            type="decimal",
            note="Latitude of the visit in degrees (optional)",
            low=-90,
            high=90,
        ),
        Column(
            "bujur",
            private=True,
            type="decimal",
            note="Longitude of the visit in degrees (optional)",
            low=-180,
            high=180,
        ),
    ),
)
_SASARAN = Format(
    "sasaran",
    (
        _id("id_keluarga", _NOTE_HOUSEHOLD, required=True),
        Column("program", True, type="program", note=_NOTE_PROGRAM),
        Column("mulai", True, type="date", note="Target from this day"),
        Column("selesai", type="date", note="No longer a target from this day"),
    ),
)
_PROGRAM = Format(
    "program",
    (
        _id("kode", "Short code of the program, without spaces", required=True),
        Column("nama", True, note="Name of the program"),
        Column("opd", True, note="Agency that owns it"),
    ),
)
_PENDAMPING = Format(
    "pendamping",
    (
        _id("id_pendamping", "A fixed id of the assistant", required=True),
        Column("nama", True, note="Name of the assistant"),
        Column("desa_tugas", type="desas", note="Desa where the assistant works, separated by ;"),
    ),
)
_HAMBATAN = Format(
    "hambatan",
    (
        _id("id_hambatan", "A fixed id of the barrier", required=True),
        Column("desa", type="desa", note="Desa code or name; needed when id_keluarga is empty"),
        _id("id_keluarga", "Household id; needed when desa is empty"),
        _id("id_kunjungan", "Visit at which it was found"),
        Column("kategori", True, type="codes", note="Barrier category"),
        Column("uraian", private=True, note="Description"),
        Column("opd", note="Agency that must solve it"),
        Column("dibuka_pada", True, type="date", note="Day it was found"),
        Column(
            "status", True, type="choice", note="State of the barrier", choices=BARRIER_STATUSES
        ),
        Column(
            "selesai_pada", type="date", note="Day it was closed; required when selesai or ditolak"
        ),
        Column("solusi", note="How it was solved"),
        Column("menunggu", note="Who it waits for: who has to act next (optional)"),
        Column(
            "status_pada",
            type="date",
            note="Day from which the status holds (optional; else the day of the import)",
        ),
    ),
    one_of=(("desa", "id_keluarga"),),
)

FORMATS: Mapping[str, Format] = MappingProxyType(
    {f.kind: f for f in (_KELUARGA, _KUNJUNGAN, _SASARAN, _PROGRAM, _PENDAMPING, _HAMBATAN)}
)

_DROPPED = re.compile(r"[\s_*]+")


def normalise_header(text: str) -> str:
    """A header as it is compared: case, spaces, underscores and ``*`` do not count.

    >>> normalise_header(" ID_Keluarga * ")
    'idkeluarga'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold().replace("\ufeff", ""))


def match_headers(headers: Sequence[str], form: Format) -> dict[str, int]:
    """Which canonical column stands at which position; a name that occurs twice: the first."""
    known = {normalise_header(name): name for name in form.names}
    found: dict[str, int] = {}
    for position, header in enumerate(headers):
        name = known.get(normalise_header(header))
        if name is not None:
            found.setdefault(name, position)
    return found


KNOWN_HEADERS = frozenset(
    normalise_header(name) for form in FORMATS.values() for name in form.names
)
"""All canonical column names, normalised."""
