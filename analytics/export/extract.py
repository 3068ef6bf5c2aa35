"""Everything that the store holds of one household, in one workbook that its family can read.

The right of access of UU 27/2022. Personal fields are in it, so that it was made is logged first,
and it is meant for the family alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.export.extract_words import cell, event, heading, sheet_name
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook
from analytics.i18n import _
from analytics.ingest.formats import FORMATS, ROW_KEYS
from analytics.ingest.importer import rejected_sheets
from analytics.ingest.stored import KEYS, StoredRow, personal_cells, stored_rows
from analytics.questions import assistant_list, desa_list, program_list
from analytics.store import Snapshot, Store
from analytics.store.corrections import kept_corrections
from analytics.store.erase import is_of
from analytics.store.errors import KeyMissing, UnknownHousehold

_Row = dict[str, str]


def extract(store: Store, snapshot: Snapshot, household_id: str) -> bytes:
    """The workbook of one household; that it was made stands in the audit log.

    Args:
        store: for corrections, rejected rows, earlier versions and the log.
        snapshot: the version as the one who asks may see it; earlier versions are read only when
            it is not limited to some desa.

    Raises:
        UnknownHousehold: the reader sees no household with this id.
        KeyMissing: the vault key is not here: an extract without its personal part would mislead.
        StoreError: something kept is damaged, or the log cannot be written.
    """
    if not snapshot.simulated and not store.has_right_key():
        raise KeyMissing(
            _("An extract needs the vault key, or the names would be missing from it.")
        )
    rows = stored_rows(snapshot, household_id)
    if not any(row.kind == "keluarga" for row in rows):
        raise UnknownHousehold(_("There is no household with this id"))
    store.audit.note("extract", what=household_id, count=len(rows))
    parts = _Parts(store, snapshot, household_id, rows)
    sheets = [parts.household(), *(parts.rows_of(kind) for kind in list(KEYS)[1:])]
    sheets += [parts.receipts(), parts.corrections(), parts.rejected()]
    if not snapshot.seen_as:
        sheets.append(parts.earlier())
    sheets.append(parts.looked_at())
    return workbook(sheets, simulated=snapshot.simulated, about=parts.about())


class _Parts:
    def __init__(
        self, store: Store, snapshot: Snapshot, household_id: str, rows: Sequence[StoredRow]
    ) -> None:
        self.store = store
        self.snapshot = snapshot
        self.id = household_id
        self.stored = rows
        self.programs = _labels(program_list(snapshot), "program_code", "program_name")
        self.assistants = _labels(assistant_list(snapshot), "assistant_id", "assistant_name")
        self.desa = _labels(desa_list(snapshot), "desa_code", "desa_name")
        self.now = {(kind, key, column): text for kind, key, column, text in self._cells(rows)}

    def household(self) -> SheetSpec:
        """What is on record, one line per fact."""
        (own,) = (row for row in self.stored if row.kind == "keluarga")
        lines = [
            (heading("keluarga", column), self._said(column, text))
            for column, text in self._full(own).items()
        ]
        name = sheet_name("keluarga")
        notes = [_("What the kecamatan has on record about your household")]
        return _sheet(name, [_("What"), _("On record")], lines, notes, widths=(34, 60))

    def rows_of(self, kind: str) -> SheetSpec:
        """The rows of a kind, with its personal columns."""
        columns = [column.name for column in FORMATS[kind].columns if column.name != "id_keluarga"]
        lines = [
            [self._said(column, full.get(column, "")) for column in columns]
            for full in map(self._full, (row for row in self.stored if row.kind == kind))
        ]
        return _sheet(sheet_name(kind), [heading(kind, column) for column in columns], lines)

    def receipts(self) -> SheetSpec:
        """Each aid on each day, as the visits say."""
        lines = [
            [row.cells["tanggal"], self.programs.get(code.strip(), code.strip()),
             row.cells.get("manfaat", "")]
            for row in self.stored
            if row.kind == "kunjungan"
            for code in row.cells.get("program_diterima", "").split(";")
            if code.strip()
        ]  # fmt: skip
        heads = [_("Day"), _("Program"), heading("kunjungan", "manfaat")]
        return _sheet(_("Aid received"), heads, lines)

    def corrections(self) -> SheetSpec:
        """What somebody said was wrong, and what became of it."""
        states = {
            "waiting": _("waits for the next import"),
            "imported": _("imported"),
            "cancelled": _("cancelled"),
        }
        lines = [
            [numbers.clock(c.written_at), heading(c.kind, column), c.before.get(column, ""), text,
             "; ".join(why for _when, why in c.reasons), states[c.state]]
            for c in (kept_corrections(self.store).corrections if self._opens else [])
            if c.household_id == self.id
            for column, text in c.changes.items()
        ]  # fmt: skip
        heads = [
            _("Written"), _("What"), _("On record before"), _("Said to be right"), _("Reason"),
            _("State"),
        ]  # fmt: skip
        return _sheet(_("Corrections"), heads, lines)

    def rejected(self) -> SheetSpec:
        """Rows about the household that no import took."""
        lines = []
        keys = self.store.keys() if self._opens else None
        for report in self.store.reports() if keys else []:
            for sheet in rejected_sheets(self.store, report["batch"]):
                for row in sheet.rows:
                    if is_of(row, {self.id}, keys):
                        told = "; ".join(
                            f"{heading(sheet.kind, name)}: {text}"
                            for name, text in row.items()
                            if text and name not in ROW_KEYS
                        )
                        lines.append([report["imported_at"][:10], told, row["problems"] or ""])
        notes = [_("Rows that were not taken into the data; they are kept so that they can be put "
                   "right")]  # fmt: skip
        heads = [_("Day of the import"), _("What it said"), _("Why it was not taken")]
        return _sheet(_("Rows not taken"), heads, lines, notes, widths=(16, 90, 60))

    def earlier(self) -> SheetSpec:
        """Values that only older kept versions have."""
        lines = []
        told: set[tuple[Any, ...]] = set()
        for info in self.store.versions():
            if info.id == self.snapshot.version_id:
                continue
            older = stored_rows(self.store.open(info.id), self.id)
            for kind, key, column, text in self._cells(older, self.store.open(info.id)):
                fact = (kind, key, column, text)
                if self.now.get((kind, key, column)) == text or not text or fact in told:
                    continue
                told.add(fact)
                name = heading(kind, column)
                lines.append([numbers.clock(info.created_at), name, self._said(column, text)])
        notes = [_("Older versions of the data are kept for a while; here is what they say "
                   "differently")]  # fmt: skip
        return _sheet(_("Earlier"), [_("Version of"), _("What"), _("Said")], lines, notes)

    def looked_at(self) -> SheetSpec:
        """Who opened, corrected or saved what is on record of this household."""
        mine = self.store.audit.written([self.id]).get(self.id)
        lines = [
            [numbers.clock(entry.when), entry.who, entry.role, event(entry.event)]
            for entry in self.store.audit.read()
            if mine and (entry.what == mine or entry.what.startswith(f"{mine} "))
        ]
        notes = [_("Lists that name many households at once are logged by their kind, not by "
                   "household")]  # fmt: skip
        heads = [_("When"), _("Account"), _("Role"), _("What was done")]
        return _sheet(_("Who looked"), heads, lines, notes)

    def about(self) -> list[tuple[str, str]]:
        """Where this comes from, and what the family may ask for."""
        return [
            (_("Household number"), self.id),
            (_("Made for"), _("The family it is about. Hand it to nobody else.")),
            (_("Version"), self.snapshot.version_id),
            (_("Area"), self.snapshot.area_name),
            (
                _("Not in it"),
                _(
                    "Keyed check values of the position and the card number, which cannot be "
                    "read; they say only whether two records are the same."
                ),
            ),
            (
                _("Your rights"),
                _(
                    "You may ask the kecamatan to correct what is wrong, to erase your personal "
                    "data, and to say who has seen it."
                ),
            ),
        ]

    @property
    def _opens(self) -> bool:
        return bool(self.store.has_right_key())

    def _full(self, row: StoredRow, snapshot: Snapshot | None = None) -> _Row:
        """All cells of a row, personal ones too, in the order of its format."""
        private = personal_cells(snapshot or self.snapshot, row)
        return {
            column.name: private.get(column.name) or row.cells.get(column.name, "")
            for column in FORMATS[row.kind].columns
        }

    def _cells(
        self, rows: Sequence[StoredRow], snapshot: Snapshot | None = None
    ) -> Iterator[tuple[str, tuple[str, ...], str, str]]:
        for row in rows:
            key = tuple(row.key.values())
            for column, text in self._full(row, snapshot).items():
                yield row.kind, key, column, text

    def _said(self, column: str, text: str) -> str:
        if column == "desa":
            return self.desa.get(text, text)
        if column == "pendamping":
            return self.assistants.get(text, text)
        return cell(column, text, self.programs)


def _labels(table: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    return dict(zip(table[code].astype(str), table[name].astype(str), strict=True))


def _sheet(
    name: str,
    heads: Sequence[str],
    lines: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
    widths: Sequence[float] = (),
) -> SheetSpec:
    """A sheet of texts; one without rows says so."""
    keys = [f"c{i}" for i in range(len(heads))]
    table = pd.DataFrame([list(line) for line in lines], columns=keys, dtype="object")
    columns = [
        ColumnSpec(key, head, "text", widths[i] if i < len(widths) else None)
        for i, (key, head) in enumerate(zip(keys, heads, strict=True))
    ]
    empty = [] if lines else [_("Nothing is on record.")]
    return SheetSpec(name, table, columns, [*notes, *empty])
