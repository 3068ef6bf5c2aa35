"""“This data is wrong”: one stored row as a row of the input format, corrected and kept.

A correction says which cells are wrong and what they should hold. The row that is imported is made
of it when it is needed: the columns that name the row, the required ones as the store holds them
now, and the corrected ones. Every other column is left out, and a column that a file does not have
keeps its value; so nothing but the corrected cells can change.

The input format cannot delete a row. What it can say instead: a visit belongs to another household
(``id_keluarga``) or nobody was met at it (``hasil``); a household ended (``berakhir_pada``; on the
day it was registered, if it never was one); a target ended on the day it began (``selesai``); a
barrier was turned down (``status`` ditolak).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from analytics.i18n import _
from analytics.ingest.formats import FORMATS, RejectedSheet
from analytics.ingest.importer import Progress, import_files
from analytics.ingest.raw import SourceFile
from analytics.ingest.report import ImportReport
from analytics.ingest.stored import (
    KEYS,
    StoredRow,
    personal,
    personal_cells,
    same_cell,
    stored_row,
)
from analytics.ingest.template import rejects_workbook
from analytics.numbers import clock
from analytics.store import Snapshot, Store
from analytics.store.corrections import (
    Correction,
    keep_correction,
    kept_corrections,
    settle_corrections,
)

_CLOSED = ("selesai", "ditolak")
Standing = Literal["ready", "there", "stale", "gone"]


def changes_of(
    snapshot: Snapshot, row: StoredRow, cells: Mapping[str, str], earlier: Correction | None
) -> tuple[dict[str, str], dict[str, str]]:
    """What *cells* change in a stored row: (changes, what is stored there).

    Columns that *cells* does not have keep what an *earlier*, waiting correction says of them.
    """
    private = {column.name for column in personal(row.kind)}
    said = {**(earlier.changes if earlier else {}), **{n: t.strip() for n, t in cells.items()}}
    stored = dict(row.cells)
    if private & set(said):
        stored |= personal_cells(snapshot, row)
    changes = {
        name: text
        for name, text in said.items()
        if not same_cell(row.kind, name, text, stored.get(name, ""))
    }
    before = {name: stored.get(name, "") for name in changes}
    if earlier:
        before |= {n: t for n, t in earlier.before.items() if n in changes and n not in cells}
    return changes, before


@dataclass(frozen=True, slots=True)
class Proposal:
    """What became of a correction: the importer's verdict, and what was kept (if it was)."""

    report: ImportReport | None
    kept: Correction | None


def propose(
    store: Store, row: StoredRow, household_id: str, cells: Mapping[str, str], reason: str
) -> Proposal:
    """Check a correction with the import itself and keep it when its row would be accepted.

    A row has one waiting correction at most: a later one joins it. Cells that are back to what is
    stored leave it; when none is left, it is cancelled.

    Args:
        cells: column → right text, of the columns that the person saw.
        reason: why, in the person's words.

    Returns:
        ``report`` is ``None`` when nothing differs from what is stored.

    Raises:
        StoreError: the store is busy, broken or without its key; nothing was kept.
    """
    with store.writing():
        snapshot = store.current()
        now = stored_row(snapshot, row.kind, row.key) or row
        earlier = kept_corrections(store).waiting_for(row.kind, row.key)
        changes, before = changes_of(snapshot, now, cells, earlier)
        if not changes:
            if earlier:
                settle_corrections(store, [earlier.id], "cancelled")
            return Proposal(None, None)
        reasons = [*(earlier.reasons if earlier else ()), (datetime.now(UTC).isoformat(), reason)]
        correction = Correction(row.kind, dict(row.key), household_id, changes, before, reasons)
        if earlier:
            correction = replace(correction, id=earlier.id)
        files = [file for file, _group in files_of(snapshot, [correction])]
        report = import_files(store, files, dry_run=True)
        if not report.total("accepted"):
            return Proposal(report, None)
        keep_correction(store, correction)
        return Proposal(report, correction)


def standing(snapshot: Snapshot, correction: Correction) -> Standing:
    """How a waiting correction stands to the data of now.

    ``ready``; ``there``: the data says it already; ``stale``: a corrected cell was changed since
    by another import; ``gone``: there is no such row (another version of the data).
    """
    row = stored_row(snapshot, correction.kind, correction.key)
    if row is None:
        return "gone"
    now = dict(row.cells)
    if _touches_personal(correction):
        now |= personal_cells(snapshot, row)
    kind = correction.kind
    open_cells = [
        name
        for name, text in correction.changes.items()
        if not same_cell(kind, name, text, now.get(name, ""))
    ]
    if not open_cells:
        return "there"
    before = correction.before
    if all(same_cell(kind, n, before.get(n, ""), now.get(n, "")) for n in open_cells):
        return "ready"
    return "stale"


def _touches_personal(correction: Correction) -> bool:
    return any(column.name in correction.changes for column in personal(correction.kind))


def row_to_import(snapshot: Snapshot, correction: Correction) -> dict[str, str] | None:
    """The corrected row with no more columns than it needs; ``None`` when there is no such row.

    Personal columns go together or not at all: the store keeps one fingerprint of them all.
    """
    row = stored_row(snapshot, correction.kind, correction.key)
    if row is None:
        return None
    form = FORMATS[correction.kind]
    cells = {**row.cells, **correction.changes}
    wanted = {*KEYS[correction.kind], *form.required, *correction.changes}
    for group in form.one_of:
        wanted.add(next((name for name in reversed(group) if cells.get(name)), group[0]))
    if correction.kind == "hambatan" and cells["status"] in _CLOSED:
        wanted.add("selesai_pada")  # an import takes a closed barrier only with its day
    if _touches_personal(correction):
        cells = {**cells, **personal_cells(snapshot, row), **correction.changes}
        wanted |= {column.name for column in personal(correction.kind)}
    return {name: cells.get(name, "") for name in form.names if name in wanted}


def sheets_of(
    snapshot: Snapshot, corrections: Sequence[Correction]
) -> list[tuple[RejectedSheet, list[Correction]]]:
    """One sheet per kind and set of columns: a column of a sheet counts for all its rows."""
    groups: dict[tuple[str, tuple[str, ...]], list[tuple[dict[str, str], Correction]]] = {}
    for correction in sorted(corrections, key=lambda c: c.reasons[-1][0]):
        row = row_to_import(snapshot, correction)
        if row is not None:
            groups.setdefault((correction.kind, tuple(row)), []).append((row, correction))
    return [
        (
            RejectedSheet(
                kind,
                columns,
                [
                    {**row, "row_no": str(number), "problems": _said(correction), "flagged": ""}
                    for number, (row, correction) in enumerate(rows, 2)
                ],
            ),
            [correction for _row, correction in rows],
        )
        for (kind, columns), rows in groups.items()
    ]


def _said(correction: Correction) -> str:
    return "; ".join(
        f"{clock(datetime.fromisoformat(at))}: {why}" for at, why in correction.reasons
    )


def corrections_workbook(snapshot: Snapshot, corrections: Sequence[Correction]) -> bytes:
    """Waiting corrections as a workbook that can be looked through, changed and imported."""
    return rejects_workbook([sheet for sheet, _group in sheets_of(snapshot, corrections)])


def files_of(
    snapshot: Snapshot, corrections: Sequence[Correction]
) -> list[tuple[SourceFile, list[Correction]]]:
    """The same, a file per sheet, with the corrections in the order of its rows."""
    return [
        (
            SourceFile(
                _("correction-{number}-{kind}.xlsx", number=number, kind=sheet.kind),
                data=rejects_workbook([sheet]),
            ),
            group,
        )
        for number, (sheet, group) in enumerate(sheets_of(snapshot, corrections), 1)
    ]


def import_corrections(
    store: Store, ids: Sequence[str], *, progress: Progress | None = None
) -> ImportReport:
    """Import waiting corrections; those that came in are marked with their version.

    A correction whose row is refused keeps waiting; the report says why.

    Raises:
        StoreError: nothing was imported.
    """
    with store.writing():
        waiting = {c.id: c for c in kept_corrections(store).waiting}
        chosen = [waiting[each] for each in ids if each in waiting]
        files = files_of(store.current(), chosen)
        whole = store.current()
        report = import_files(
            store,
            [file for file, _group in files],
            # A correction of simulated data is no real person's.
            simulated=whole.simulated and not whole.holds_real,
            progress=progress,
        )
        groups = {file.name: group for file, group in files}
        landed: list[str] = []
        for each in report.files:
            refused = {problem.row for problem in each.errors}
            if each.rows_read:
                group = groups[each.file]
                landed += [c.id for row, c in enumerate(group, 2) if row not in refused]
        settle_corrections(store, landed, "imported", report.version)
    return report
