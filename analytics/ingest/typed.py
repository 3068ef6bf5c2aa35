"""A sheet of text → typed columns with the store's names, and what could not be read.

Every distinct text of a column is parsed once and the result spread over the rows, so that
500,000 dates cost a few hundred parses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.formats import FORMATS, Column, Format
from analytics.ingest.places import DesaIndex
from analytics.ingest.quoting import may_quote, without_values
from analytics.ingest.report import RowProblem
from analytics.ingest.sources import Sheet
from analytics.ingest.values import (
    KnownCodes,
    ValueProblem,
    normalise_code,
    parse_choice,
    parse_codes,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_time,
)
from analytics.numbers import day
from analytics.store.vault import Keys

STORE_NAMES: Mapping[str, str] = {
    "id_keluarga": "household_id",
    "id_kunjungan": "visit_id",
    "id_hambatan": "barrier_id",
    "id_pendamping": "assistant_id",
    "pendamping": "assistant_id",
    "desa": "desa_code",
    "desa_tugas": "desa_codes",
    "jumlah_anggota": "members",
    "desil_per": "desil_on",
    "prioritas": "priority",
    "kerentanan": "vulnerabilities",
    "terdaftar_pada": "registered_on",
    "berakhir_pada": "ended_on",
    "alasan_berakhir": "end_reason",
    "tanggal": "visited_on",
    "hasil": "outcome",
    "program_diterima": "programs",
    "manfaat": "benefit",
    "jadwal_berikutnya": "next_visit_on",
    "jam": "started_time",
    "dikirim_pada": "sent_on",
    "hambatan": "barriers",
    "program": "program_code",
    "mulai": "starts_on",
    "selesai": "ends_on",
    "kode": "program_code",
    "opd": "agency",
    "kategori": "category",
    "dibuka_pada": "opened_on",
    "selesai_pada": "closed_on",
    "solusi": "solution",
    "menunggu": "waits_for",
    "status_pada": "status_on",
}
"""Input column → column of the store, where they differ (``nama`` depends on the sheet)."""

_NAME_OF_NAME = {"program": "program_name", "pendamping": "assistant_name"}
# A family-card number or NIK: one run of 16 digits, or grouped as people group them (4-4-4-4,
# 6-6-4). A UUID or an id made of a desa code may hold 16 digits too, and is neither.
_PERSONAL_NUMBER = (
    r"(?:^|\D)\d{16}(?:\D|$)"
    r"|^\d{4}[ .\-]\d{4}[ .\-]\d{4}[ .\-]\d{4}$"
    r"|^\d{6}[ .\-]\d{6}[ .\-]\d{4}$"
)
_CODE_LIKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)?")
_PAST_ONLY = frozenset({"tanggal", "dibuka_pada", "selesai_pada", "status_pada"})


def store_name(kind: str, column: str) -> str:
    """What a column of a sheet is called in the store."""
    if column == "nama":
        return _NAME_OF_NAME[kind]
    return STORE_NAMES.get(column, column)


@dataclass(frozen=True, slots=True)
class Reference:
    """What cells may point at, as the store knows it when the sheet is read."""

    desa: DesaIndex
    programs: KnownCodes
    assistants: Mapping[str, str | None]
    rules: Rules
    keys: Keys
    today: date


@dataclass(slots=True)
class Typed:
    """The typed rows of a sheet.

    ``table`` has ``row_no``, the columns of the store, and ``private_fp``; it holds every row,
    also those named in ``problems``, whose unreadable cells are null.
    """

    table: pa.Table
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


Parser = Callable[[str], tuple[object, str | None]]
"""Text → (value, warning or None); raises `ValueProblem`."""


class _Typer:
    def __init__(self, sheet: Sheet, reference: Reference) -> None:
        self.sheet = sheet
        self.reference = reference
        self.format: Format = FORMATS[sheet.kind]
        self.rows = sheet.table.column("row_no").to_numpy()
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        self.spoilt: set[int] = set()

    def run(self) -> Typed:
        columns: dict[str, pa.Array] = {"row_no": pa.array(self.rows, pa.int32())}
        flagged = {(flag.row_no, flag.column) for flag in self.sheet.flags}
        self.problems += [
            RowProblem(f.row_no, f.column or None, f.problem) for f in self.sheet.flags
        ]
        # Of a row that is wrong as a whole (cells shifted), single cells say nothing more.
        self.spoilt = {f.row_no for f in self.sheet.flags if not f.column}
        for column in self.format.columns:
            text = self.sheet.table.column(column.name).combine_chunks()
            if column.required:
                self._require(column.name, text, flagged)
            read = self._ids if column.type == "id" else self._parsed
            values = read(column, text)
            if not column.private:
                columns[store_name(self.sheet.kind, column.name)] = values
        for group in self.format.one_of:
            self._require_one(group)
        columns["private_fp"] = self._fingerprints()
        if self.sheet.kind in ("keluarga", "kunjungan"):
            columns["place_fp"] = self._prints_of(("lintang", "bujur"), _rounded)
        if self.sheet.kind == "keluarga":
            columns["card_fp"] = self._prints_of(("no_kk",), _digits)
        return Typed(pa.table(columns), self.problems, self.warnings)

    def _require(self, name: str, text: pa.Array, flagged: set[tuple[int, str]]) -> None:
        for row in self.rows[pc.is_null(text).to_numpy(zero_copy_only=False)].tolist():
            if (row, name) not in flagged:
                self.problems.append(RowProblem(row, name, _("This required column is empty")))

    def _require_one(self, group: tuple[str, ...]) -> None:
        empty = np.ones(len(self.rows), dtype=bool)
        for name in group:
            empty &= pc.is_null(self.sheet.table.column(name)).to_numpy()
        names = " / ".join(group)
        for row in self.rows[empty].tolist():
            self.problems.append(
                RowProblem(row, group[0], _("One of these must be filled: {names}", names=names))
            )

    def _ids(self, column: Column, text: pa.Array) -> pa.Array:
        """Ids stay text; one that is a card number or NIK becomes a keyed pseudonym."""
        if column.name == "no_kk":
            self._warn_of_short_numbers(column.name, text)
        if column.private:
            return text
        if column.name == "pendamping":
            return self._spread(column, text, pa.string(), self._assistant)
        personal = pc.match_substring_regex(text, _PERSONAL_NUMBER).fill_null(False)
        if not pc.any(personal).as_py():
            return text
        pseudonym = self.reference.keys.pseudonym_of
        hidden = [
            pseudonym(cell) if is_personal else cell
            for cell, is_personal in zip(text.to_pylist(), personal.to_pylist(), strict=True)
        ]
        return pa.array(hidden, pa.string())

    def _refuse_personal_numbers(self, name: str, text: pa.Array) -> None:
        found = pc.match_substring_regex(text, _PERSONAL_NUMBER).fill_null(False)
        sentence = _("A family-card number or NIK does not belong here")
        for row in self.rows[found.to_numpy(zero_copy_only=False)].tolist():
            self.problems.append(RowProblem(row, name, sentence))

    def _warn_of_short_numbers(self, name: str, text: pa.Array) -> None:
        digits = pc.replace_substring_regex(text, r"[\s.\-]", "")
        odd = pc.invert(pc.match_substring_regex(digits, r"^\d{16}$")).fill_null(False)
        sentence = _("A family-card number has 16 digits; it is kept as it is")
        for row in self.rows[odd.to_numpy(zero_copy_only=False)].tolist():
            self.warnings.append(RowProblem(row, name, sentence))

    def _assistant(self, text: str) -> tuple[object, str | None]:
        known = self.reference.assistants.get(text.casefold(), text)
        if known is None:
            raise ValueProblem(_("Several assistants have this name; write the assistant's id"))
        if known == text and re.search(_PERSONAL_NUMBER, text):
            return self.reference.keys.pseudonym_of(text), None
        return known, None

    def _parsed(self, column: Column, text: pa.Array) -> pa.Array:
        kinds: dict[str, tuple[pa.DataType, Parser]] = {
            "text": (pa.string(), _plain),
            "date": (pa.date32(), partial(self._date, column.name)),
            "time": (pa.time32("s"), _time),
            "integer": (pa.int32(), partial(_integer, column)),
            "decimal": (pa.float64(), partial(_decimal, column)),
            "choice": (pa.string(), partial(_choice, KnownCodes(column.choices))),
            "desa": (pa.string(), lambda cell: (self.reference.desa.find(cell), None)),
            "desas": (
                pa.list_(pa.string()),
                lambda cell: (self.reference.desa.find_all(cell), None),
            ),
            "program": (pa.string(), self._program),
            "codes": self._codes_of(column.name),
        }
        arrow_type, parser = kinds[column.type]
        if column.type == "text":
            if not column.private:
                self._refuse_personal_numbers(column.name, text)
            return text
        return self._spread(column, text, arrow_type, parser)

    def _codes_of(self, name: str) -> tuple[pa.DataType, Parser]:
        rules = self.reference.rules
        if name == "program_diterima":
            return pa.list_(pa.string()), self._programs
        if name == "kategori":
            return pa.string(), partial(_category, _labelled(rules.barriers))
        labels = rules.vulnerabilities if name == "kerentanan" else rules.barriers
        return pa.list_(pa.string()), partial(_tolerant_codes, _labelled(labels))

    def _date(self, name: str, cell: str) -> tuple[object, str | None]:
        value = parse_date(cell, serials=self.sheet.serials)
        if value > self.reference.today:
            if name in _PAST_ONLY:
                raise ValueProblem(_("The date {date} is in the future", date=day(value)))
            if name == "terdaftar_pada":
                return value, _("The date {date} is in the future", date=day(value))
        return value, None

    def _program(self, cell: str) -> tuple[object, str | None]:
        found = self.reference.programs.get(normalise_code(cell))
        if found is None:
            raise ValueProblem(_("Unknown program: “{value}”", value=cell))
        return found, None

    def _programs(self, cell: str) -> tuple[object, str | None]:
        codes, unknown = parse_codes(cell, self.reference.programs)
        if unknown:
            raise ValueProblem(_("Unknown program: “{value}”", value=", ".join(unknown)))
        return codes, None

    def _spread(
        self, column: Column, text: pa.Array, arrow_type: pa.DataType, parser: Parser
    ) -> pa.Array:
        encoded = pc.dictionary_encode(text)
        values: list[object] = []
        trouble: dict[int, str] = {}
        notes: dict[int, str] = {}
        for position, cell in enumerate(encoded.dictionary.to_pylist()):
            try:
                value, note = parser(cell)
            except ValueProblem as problem:
                value, note = None, None
                trouble[position] = self._said(column, cell, str(problem))
            values.append(value)
            if note:
                notes[position] = self._said(column, cell, note)
        self.problems += self._where(column.name, encoded.indices, trouble)
        self.warnings += self._where(column.name, encoded.indices, notes)
        return pa.array(values, arrow_type).take(encoded.indices)

    def _said(self, column: Column, cell: str, sentence: str) -> str:
        """The sentence as it may be shown: reports and terminals are no place for a name."""
        if column.private:
            return _("The value cannot be read (it is not shown: personal data)")
        if may_quote(cell, column.type, self._spellings(column)):
            return sentence
        return without_values(sentence)

    def _spellings(self, column: Column) -> list[str]:
        reference, rules = self.reference, self.reference.rules
        by_type: dict[str, Iterable[str]] = {
            "desa": reference.desa.spellings,
            "desas": reference.desa.spellings,
            "program": reference.programs,
            "choice": column.choices,
            "codes": [*reference.programs, *rules.vulnerabilities, *rules.barriers],
        }
        return list(by_type.get(column.type, ()))

    def _where(self, name: str, indices: pa.Array, said: Mapping[int, str]) -> list[RowProblem]:
        if not said:
            return []
        positions = indices.fill_null(-1).to_numpy()
        hits = np.flatnonzero(np.isin(positions, np.fromiter(said, dtype=np.int64)))
        rows = self.rows[hits].tolist()
        spots = positions[hits].tolist()
        return [
            RowProblem(row, name, said[spot])
            for row, spot in zip(rows, spots, strict=True)
            if row not in self.spoilt
        ]

    def _prints_of(self, names: tuple[str, ...], plain: Callable[[str], str | None]) -> pa.Array:
        """A keyed fingerprint per row of what *names* hold; none unless all are filled."""
        result: list[int | None] = [None] * len(self.rows)
        if not set(names) <= set(self.sheet.columns):
            return pa.array(result, pa.uint64())
        fingerprint = self.reference.keys.fingerprint_of
        columns = [self.sheet.table.column(name).to_pylist() for name in names]
        for position, cells in enumerate(zip(*columns, strict=True)):
            if all(cells):
                parts = [plain(cell) for cell in cells]
                if None not in parts:
                    result[position] = fingerprint(
                        {
                            f"{self.sheet.kind} {n}": str(p)
                            for n, p in zip(names, parts, strict=True)
                        }
                    )
        return pa.array(result, pa.uint64())

    def _fingerprints(self) -> pa.Array:
        """A keyed fingerprint of the personal fields of each row that has any."""
        private = [
            c.name for c in self.format.columns if c.private and c.name in self.sheet.columns
        ]
        result: list[int | None] = [None] * len(self.rows)
        if not private:
            return pa.array(result, pa.uint64())
        table = self.sheet.table.select(private)
        filled = np.zeros(len(self.rows), dtype=bool)
        for name in private:
            filled |= pc.is_valid(table.column(name)).to_numpy()
        positions = np.flatnonzero(filled)
        fingerprint = self.reference.keys.fingerprint_of
        for position, row in zip(
            positions.tolist(), table.take(pa.array(positions)).to_pylist(), strict=True
        ):
            result[position] = fingerprint({k: v for k, v in row.items() if v is not None})
        return pa.array(result, pa.uint64())


def _rounded(cell: str) -> str | None:
    """A position to about a metre: what one device gives at one spot."""
    try:
        return f"{parse_decimal(cell):.5f}"
    except ValueProblem:
        return None


def _digits(cell: str) -> str | None:
    digits = re.sub(r"\D", "", cell)
    return digits if len(digits) == 16 else None


def _time(cell: str) -> tuple[object, str | None]:
    return parse_time(cell), None


def _plain(cell: str) -> tuple[object, str | None]:
    return cell, None


def _integer(column: Column, cell: str) -> tuple[object, str | None]:
    low = None if column.low is None else int(column.low)
    high = None if column.high is None else int(column.high)
    return parse_integer(cell, low, high), None


def _decimal(column: Column, cell: str) -> tuple[object, str | None]:
    return parse_decimal(cell, column.low, column.high), None


def _choice(known: KnownCodes, cell: str) -> tuple[object, str | None]:
    return parse_choice(cell, known), None


def _labelled(labels: Mapping[str, str]) -> KnownCodes:
    return KnownCodes({**{label: code for code, label in labels.items()}, **{c: c for c in labels}})


def _tolerant_codes(known: KnownCodes, cell: str) -> tuple[object, str | None]:
    codes, unknown = parse_codes(cell, known)
    if any(not _CODE_LIKE.fullmatch(normalise_code(word)) for word in unknown):
        # Only a code may stay in the analytic tables; a sentence could hold anything.
        raise ValueProblem(_("Write codes of the list here, not “{value}”", value=cell))
    codes += [normalise_code(word) for word in unknown]
    note = _("Not on the list, kept as it is: “{value}”", value=", ".join(unknown))
    return list(dict.fromkeys(codes)), note if unknown else None


def _category(known: KnownCodes, cell: str) -> tuple[object, str | None]:
    codes, note = _tolerant_codes(known, cell)
    if not isinstance(codes, list) or len(codes) != 1:
        raise ValueProblem(_("Write one category only, not “{value}”", value=cell))
    return codes[0], note


def type_sheet(sheet: Sheet, reference: Reference) -> Typed:
    """Read every cell of a sheet as what its column needs.

    Returns:
        The typed table, with one problem per cell that cannot be read and one per required
        cell that is empty. Personal columns are checked but not part of the table.
    """
    return _Typer(sheet, reference).run()
