"""One sheet of text → rows in the draft: typed, checked against the store, judged, written.

Every row ends as accepted, unchanged or rejected with its reason; nothing else can happen to
it. The judging is set-based SQL (`sql/<kind>*.sql`), so that it costs the same care for one
row and for a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from analytics.i18n import _
from analytics.ingest.formats import FORMATS, WHOLE_ROW, RejectedSheet
from analytics.ingest.report import FileReport, RowProblem
from analytics.ingest.sources import Sheet
from analytics.ingest.typed import Reference, type_sheet
from analytics.numbers import day
from analytics.store.audit import actor
from analytics.store.draft import Draft
from analytics.store.engine import read_sql

KIND_ORDER = ("program", "pendamping", "keluarga", "sasaran", "kunjungan", "hambatan")
"""Later kinds point at earlier ones, so files may be given in any order."""

_SQL = Path(__file__).resolve().parent / "sql"
_ID_COLUMN: Mapping[str, str] = {
    "program": "kode",
    "pendamping": "id_pendamping",
    "keluarga": "id_keluarga",
    "sasaran": "mulai",
    "kunjungan": "id_kunjungan",
    "hambatan": "id_hambatan",
}
_VAULT_ID: Mapping[str, str] = {
    "keluarga": "household_id",
    "kunjungan": "visit_id",
    "hambatan": "barrier_id",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a sheet; ``rejected`` holds the rows as they were read."""

    report: FileReport
    rejected: RejectedSheet | None


def _sentence(problem: str, on: str) -> str:
    sentences = {
        "unknown_household": _("There is no household with this id"),
        "ends_before_start": _("The end is before the start ({date})", date=on),
        "long_before_registration": _(
            "The visit is more than a year before the household's registration ({date})", date=on
        ),
        "after_end": _("The household ended on {date}; the visit is kept but not counted", date=on),
        "not_after_visit": _("The next visit must be after the visit itself ({date})", date=on),
        "received_but_not_met": _("A program can only be received when the outcome is bertemu"),
        "unknown_visit": _("There is no visit with this id; the barrier is kept without it"),
        "other_desa": _(
            "The household is of another desa now; the barrier is kept in the desa that is typed"
        ),
        "long_ago": _(
            "The barrier was noted more than ten years ago ({date}): is the year right?", date=on
        ),
        "closed_without_date": _("A closed barrier needs the day it was closed"),
        "open_with_date": _("The barrier is still open, so its closing date is left out"),
        "duplicate": _(
            "This id stands in the sheet already with other content (first row: {date})", date=on
        ),
        "conflict": _("Another file of this import has the same id with other content"),
    }
    return sentences[problem]


class SheetLoader:
    """Takes one sheet through the draft; used once."""

    def __init__(self, draft: Draft, sheet: Sheet, reference: Reference, batch_no: int) -> None:
        self.draft = draft
        self.sheet = sheet
        self.reference = reference
        self.kind = sheet.kind
        self.problems: list[RowProblem] = []
        self.warnings: list[RowProblem] = []
        # Cells that somebody must type again: importing the rejects untouched must not let them in.
        self.retype: dict[int, dict[str, None]] = {}
        for flag in sheet.flags:
            self.retype.setdefault(flag.row_no, {})[flag.column or WHOLE_ROW] = None
        private = {column.name for column in FORMATS[sheet.kind].columns if column.private}
        self.private = [name for name in sheet.columns if name in private]
        self.parameters: dict[str, object] = {
            "present": list(sheet.columns),
            "has_private": bool(self.private),
            "batch_no": batch_no,
            "before_registration_days": reference.rules.imports.before_registration_days,
            "today": reference.today,
            "recorded_by": actor().role,
        }

    def load(self) -> Loaded:
        typed = type_sheet(self.sheet, self.reference)
        self.problems += typed.problems
        self.warnings += typed.warnings
        self.draft.register("incoming", typed.table)
        self._check()
        self._refuse()
        self._run("")
        self._judge()
        self._write()
        self.draft.unregister("incoming")
        return self._result(typed.table)

    def _run(self, step: str) -> None:
        path = _SQL / f"{self.kind}{step}.sql"
        if path.exists():
            self.draft.run(read_sql(path), self.parameters)

    def _check(self) -> None:
        path = _SQL / f"{self.kind}_check.sql"
        if not path.exists():
            return
        # Of a cell that could not be read, that it is missing says nothing more, and nothing true.
        unread = {(problem.row, problem.column) for problem in self.problems}
        for found in self.draft.arrow(read_sql(path), self.parameters).to_pylist():
            if (found["row_no"], found["column_name"]) in unread:
                continue
            problem = RowProblem(
                found["row_no"],
                found["column_name"],
                _sentence(found["problem"], day(found["day"])),
            )
            (self.warnings if found["is_warning"] else self.problems).append(problem)

    def _refuse(self) -> None:
        rows = pa.table({"row_no": pa.array(sorted(self._bad_rows()), pa.int32())})
        self.draft.register("refused_rows", rows)
        self.draft.run("create or replace temp table refused as select row_no from refused_rows")
        self.draft.unregister("refused_rows")

    def _bad_rows(self) -> set[int]:
        return {problem.row for problem in self.problems if problem.row is not None}

    def _judge(self) -> None:
        """Rows with an id that was used before in this import join the refused ones."""
        clashes = self.draft.arrow(
            "select row_no, first_row, verdict from judged "
            "where verdict in ('duplicate', 'conflict') order by row_no"
        )
        for clash in clashes.to_pylist():
            self.retype.setdefault(clash["row_no"], {})[_ID_COLUMN[self.kind]] = None
            self.problems.append(
                RowProblem(
                    clash["row_no"],
                    _ID_COLUMN[self.kind],
                    _sentence(clash["verdict"], str(clash["first_row"])),
                )
            )

    def _write(self) -> None:
        for step in ("_touch", "_touch_desa", "_moved", "_history", "_forget", "_apply"):
            self._run(step)

    def _result(self, typed: pa.Table) -> Loaded:
        verdicts = self.draft.arrow(
            "select row_no, verdict from judged where verdict in ('new', 'changed', 'unchanged')"
        )
        verdict = verdicts.column("verdict")
        unchanged = pc.sum(pc.equal(verdict, "unchanged")).as_py() or 0
        accepted = verdicts.num_rows - unchanged
        rejected = self._bad_rows()
        read = self.sheet.table.num_rows
        if accepted + unchanged + len(rejected) != read:
            raise AssertionError(f"{read} rows read, {accepted}+{unchanged}+{len(rejected)} judged")
        if self.private:
            self._seal(typed, verdicts)
        report = FileReport(
            file=self.sheet.file,
            sheet=self.sheet.sheet,
            kind=self.kind,
            rows_read=read,
            accepted=accepted,
            unchanged=unchanged,
            rejected=len(rejected),
            errors=sorted(self.problems, key=_by_row),
            warnings=sorted((w for w in self.warnings if w.row not in rejected), key=_by_row),
        )
        return Loaded(report, self._rejected(rejected) if rejected else None)

    def _seal(self, typed: pa.Table, verdicts: pa.Table) -> None:
        """Personal fields of accepted rows go to the vault; nothing else ever holds them."""
        written = verdicts.filter(pc.not_equal(verdicts.column("verdict"), "unchanged"))
        changed = set(
            written.filter(pc.equal(written.column("verdict"), "changed"))
            .column("row_no")
            .to_pylist()
        )
        mask = pc.is_in(typed.column("row_no"), value_set=written.column("row_no").combine_chunks())
        rows = typed.column("row_no").filter(mask).to_pylist()
        ids = typed.column(_VAULT_ID[self.kind]).filter(mask).to_pylist()
        fields = [self.sheet.table.column(name).filter(mask).to_pylist() for name in self.private]
        kind, names = self.kind, self.private

        def entries() -> list[tuple[str, str, Mapping[str, str | None]]]:
            found: list[tuple[str, str, Mapping[str, str | None]]] = []
            for row, row_id, *texts in zip(rows, ids, *fields, strict=True):
                # An emptied field of a corrected row must be erased, so it is written as None.
                keep = {
                    name: text
                    for name, text in zip(names, texts, strict=True)
                    if text is not None or row in changed
                }
                if keep:
                    found.append((kind, row_id, keep))
            return found

        self.draft.keep_private(entries())

    def _rejected(self, rows: set[int]) -> RejectedSheet:
        table = self.sheet.table
        mask = pc.is_in(table.column("row_no"), value_set=pa.array(sorted(rows), pa.int32()))
        columns = [*self.sheet.columns, *self.sheet.extras]
        said: dict[int, list[str]] = {}
        for problem in sorted(self.problems, key=_by_row):
            if problem.row is not None:
                where = f"{problem.column}: " if problem.column else ""
                said.setdefault(problem.row, []).append(where + problem.problem)
        kept = []
        for row in table.filter(mask).select(["row_no", *columns]).to_pylist():
            number = row.pop("row_no")
            kept.append(
                {
                    **row,
                    "row_no": str(number),
                    "problems": "; ".join(said[number]),
                    "flagged": ";".join(self.retype.get(number, ())),
                }
            )
        return RejectedSheet(self.kind, columns, kept)


def _by_row(problem: RowProblem) -> tuple[int, str]:
    return (problem.row or 0, problem.column or "")
