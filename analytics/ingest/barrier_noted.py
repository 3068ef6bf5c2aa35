"""Barriers noted at visits → rows of the ledger, through the importer, in one new version."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from analytics.ingest.formats import RejectedSheet
from analytics.ingest.importer import import_files
from analytics.ingest.raw import SourceFile
from analytics.ingest.report import ImportReport
from analytics.ingest.template import rejects_workbook
from analytics.store import Store

_COLUMNS = ("id_hambatan", "id_keluarga", "id_kunjungan", "kategori", "dibuka_pada", "status")


def list_noted(store: Store, rows: Sequence[Mapping[Hashable, Any]]) -> ImportReport:
    """Put barriers that were only noted at visits into the ledger, open since the first note.

    Args:
        rows: of the question ``unlisted``, as the person sees them. The agency is not known yet:
            it is said when the status is recorded, or in the sheet hambatan.

    Raises:
        StoreError: the store is busy, broken or without its key; nothing was changed.
    """
    sheet = RejectedSheet(
        "hambatan",
        _COLUMNS,
        [
            {
                "id_hambatan": f"{row['first_visit_id']}-{row['category']}",
                "id_keluarga": str(row["household_id"]),
                "id_kunjungan": str(row["first_visit_id"]),
                "kategori": str(row["category"]),
                "dibuka_pada": row["first_noted_on"].date().isoformat(),
                "status": "terbuka",
                "row_no": str(number),
                "problems": "",
                "flagged": "",
            }
            for number, row in enumerate(rows, 2)
        ],
    )
    with store.writing():
        whole = store.current()
        store.audit.note("correction", what="barriers noted at visits", count=len(rows))
        return import_files(
            store,
            [SourceFile("hambatan-kunjungan.xlsx", data=rejects_workbook([sheet]))],
            simulated=whole.simulated and not whole.holds_real,
        )
