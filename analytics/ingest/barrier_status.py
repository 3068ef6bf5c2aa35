"""A change of a barrier's status: one row through the importer, in a new version of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analytics.ingest.formats import FORMATS, RejectedSheet
from analytics.ingest.importer import import_files
from analytics.ingest.raw import SourceFile
from analytics.ingest.report import ImportReport
from analytics.ingest.stored import StoredRow, stored_row
from analytics.ingest.template import rejects_workbook
from analytics.store import Snapshot, Store

CLOSED = ("selesai", "ditolak")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What somebody says of a barrier.

    Attributes:
        status: of `analytics.config.BARRIER_STATUSES`.
        since: day from which it holds; of a closed one the closing day.
        waits_for: who has to act next; empty = nobody.
        solution: how it was solved; empty = not said.
    """

    status: str
    since: date
    waits_for: str = ""
    solution: str = ""


def record_status(
    store: Store, seen: Snapshot, barrier_id: str, change: StatusChange
) -> ImportReport | None:
    """Bring a change of status in, checked like any imported row.

    Columns that the change does not speak of keep their value. Who did it is in the audit log
    (`acting`), and as a role in the history.

    Args:
        seen: the version as the person sees it: no barrier outside it can be changed.

    Returns:
        The importer's report (``accepted`` 0 when it refused the row, with its reason), or
        ``None`` when nothing differs from what is stored.

    Raises:
        LookupError: the person sees no barrier with this id.
        StoreError: the store is busy, broken or without its key, or the role sees no records;
            nothing was changed.
    """
    key = {"id_hambatan": barrier_id}
    if stored_row(seen, "hambatan", key) is None:
        raise LookupError(barrier_id)
    with store.writing():
        whole = store.current()
        row = stored_row(whole, "hambatan", key)
        if row is None:
            raise LookupError(barrier_id)
        cells = _cells(row, change)
        if all(
            row.cells.get(name, "") == text for name, text in cells.items() if name in row.cells
        ):
            return None
        store.audit.note("correction", what=f"{barrier_id} {change.status}")
        sheet = RejectedSheet(
            "hambatan",
            tuple(cells),
            [{**cells, "row_no": "2", "problems": "", "flagged": ""}],
        )
        file = SourceFile(f"status-{barrier_id}.xlsx", data=rejects_workbook([sheet]))
        return import_files(
            store,
            [file],
            # What is said of simulated data is about no real person.
            simulated=whole.simulated and not whole.holds_real,
        )


def _cells(row: StoredRow, change: StatusChange) -> dict[str, str]:
    """The row with the columns that are required, that changed, and no others."""
    form = FORMATS["hambatan"]
    wanted = {"id_hambatan", *form.required}
    for group in form.one_of:
        wanted.add(next((name for name in reversed(group) if row.cells.get(name)), group[0]))
    cells = {name: row.cells[name] for name in form.names if name in wanted}
    cells["status"] = change.status
    cells["menunggu"] = change.waits_for.strip()
    day = change.since.isoformat()
    if change.status in CLOSED:
        cells["selesai_pada"] = day
        cells["solusi"] = change.solution.strip()
    else:
        cells["status_pada"] = day
    return {name: cells[name] for name in form.names if name in cells}
