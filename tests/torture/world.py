"""The small store that is tortured, its imports, and what must hold after every blow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analytics.ingest import ImportReport, SourceFile, import_files
from analytics.ingest.importer import rejected_sheets
from analytics.store import Snapshot, Store, StoreError
from analytics.store.corrections import Correction, keep_correction
from analytics.store.layout import number_of
from tests.store.worlds import TODAY, basics, csv

PHASES = ("starting", "reading", "checking", "updating", "publishing", "settling")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person was told: the import with this number was taken, in this version."""

    number: int
    exit_code: int
    batch: str | None
    version: str
    accepted: int
    rejected: int


def files(number: int) -> list[SourceFile]:
    """Import no. *number*: two households, three visits, and one visit nobody can place."""
    homes = (
        "id_keluarga,desa,nama_kepala_keluarga,prioritas,terdaftar_pada\n"
        f"X{number}a,Bihara,Nama {number}a Simulasi,tinggi,2025-01-01\n"
        f"X{number}b,Tundi,Nama {number}b Simulasi,sedang,2025-01-01\n"
    )
    visits = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,catatan\n"
        f"V{number}a,X{number}a,2025-11-01,P1,bertemu,rahasia {number}\n"
        f"V{number}b,X{number}b,2025-11-02,P1,tidak_di_tempat,\n"
        f"V{number}c,K1,2025-11-03,P2,bertemu,\n"
        f"V{number}x,TIDAKADA{number},2025-11-04,P2,bertemu,\n"
    )
    return [csv("keluarga", homes), csv("kunjungan", visits)]


def receipt(number: int, report: ImportReport) -> Receipt:
    """What the report says, as a person keeps it."""
    return Receipt(
        number,
        report.exit_code,
        report.batch,
        report.version or "",
        report.total("accepted"),
        report.total("rejected"),
    )


def bring_in(
    folder: Path, number: int, reached: Callable[[int], None] = lambda _phase: None
) -> Receipt:
    """Import no. *number* into the store in *folder*, telling the phase it is in."""

    def progress(share: float, _what: str) -> None:
        bounds = (0.0, 0.3, 0.85, 0.95, 1.0)
        reached(sum(share >= bound for bound in bounds))

    report = import_files(Store(folder), files(number), today=TODAY, progress=progress)
    return receipt(number, report)


def make_base(folder: Path) -> list[Receipt]:
    """A store with a few imports, a correction, a boundary file."""
    store = Store(folder)
    import_files(store, basics(), today=TODAY)
    receipts = [bring_in(folder, number) for number in (1, 2)]
    keep_correction(
        store,
        Correction(
            "keluarga",
            {"id_keluarga": "K1"},
            "K1",
            {},
            {},
            (("2025-12-01T00:00:00+00:00", "salah ketik"),),
        ),
    )
    store.save_boundaries(b'{"type": "FeatureCollection", "features": []}', "batas.geojson")
    return receipts


def copy_base(base: Path, folder: Path) -> Path:
    """A fresh copy of the base store at *folder*, with nothing left beside it."""
    for rest in folder.parent.glob(f"{folder.name}*"):
        shutil.rmtree(rest, ignore_errors=True)
    shutil.copytree(base, folder)
    forget_witness()
    return folder


def forget_witness() -> None:
    """An older copy of a store must look like a cut log; here the copy is meant."""
    for path in Path(os.environ["PERUT_KEY_FILE"]).parent.glob("*.audit"):
        path.unlink()


def rows_of(snapshot: Snapshot) -> set[str]:
    """The ids of every household and visit of a version."""
    found = snapshot.query(
        "select household_id as id from household union all select visit_id from visit"
    )
    return set(found["id"])


def mine(number: int) -> set[str]:
    """The ids that import no. *number* adds."""
    return {f"X{number}a", f"X{number}b", f"V{number}a", f"V{number}b", f"V{number}c"}


def answers(snapshot: Snapshot) -> tuple[Any, ...]:
    """Several answers that must agree with each other and be the version's own."""
    from analytics.questions import Filters, coverage

    day = date(2025, 12, 15)
    table = coverage(snapshot, Filters(day))
    counts = snapshot.query(
        "select (select count(*) from visit) as visits, (select count(*) from household) as homes, "
        "(select count(*) from contact) as contacts, "
        "(select coalesce(sum(batch_no), 0) from batch) as batches"
    )
    return (
        tuple(int(v) for v in counts.iloc[0]),
        tuple(table.select_dtypes("number").fillna(-1).sum().round(6)),
    )


def problems_of(store: Store) -> list[str]:
    """Every check of ``verify`` that does not hold."""
    return [f"{check.name}: {check.detail}" for check in store.verify() if not check.ok]


def check(
    folder: Path, acknowledged: Iterable[Receipt], doubtful: Sequence[int] = (), *, settle: int = 0
) -> list[str]:
    """What is wrong with the store in *folder* after a blow (nothing = all is well).

    Args:
        acknowledged: the imports that a person was told of; all of them must be there.
        doubtful: those that were interrupted; each must be there wholly or not at all.
        settle: number of one more import that must work (0 = none).
    """
    wrong: list[str] = []
    store = Store(folder)
    try:
        snapshot = store.current()
    except StoreError as problem:
        return [f"cannot be read: {problem}"]
    if snapshot.notice:
        wrong.append(f"notice: {snapshot.notice}")
    wrong += [f"verify says {problem}" for problem in problems_of(store)]
    present = rows_of(snapshot)
    reports = {report["batch"]: report for report in store.reports()}
    for told in acknowledged:
        wrong += _missing(store, snapshot, present, reports, told)
    for number in doubtful:
        here = mine(number) & present
        if here and here != mine(number):
            wrong.append(f"import {number} is there in part: {sorted(here)}")
        names = snapshot.private("keluarga", [f"X{number}a", f"X{number}b"])
        if len(names) != (2 if here else 0):
            wrong.append(f"import {number}: {len(names)} names")
    if settle:
        again = bring_in(folder, settle)
        if again.exit_code != 1 or again.accepted != 5:
            wrong.append(f"the next import took {again.accepted} rows")
        wrong += _missing(
            store,
            store.current(),
            rows_of(store.current()),
            {report["batch"]: report for report in store.reports()},
            again,
        )
        wrong += [f"after the next import verify says {p}" for p in problems_of(store)]
        wrong += [f"left behind: {name}" for name in leftovers(store)]
    return wrong


def _missing(
    store: Store, snapshot: Snapshot, present: set[str], reports: dict[str, Any], told: Receipt
) -> list[str]:
    wrong = []
    if not mine(told.number) <= present:
        wrong.append(f"import {told.number} was acknowledged and is not there")
    names = snapshot.private("keluarga", [f"X{told.number}a"])
    if names.get(f"X{told.number}a", {}).get("nama_kepala_keluarga") != (
        f"Nama {told.number}a Simulasi"
    ):
        wrong.append(f"import {told.number} has lost a name")
    report = reports.get(told.batch or "")
    if report is None or report["version"] != told.version:
        wrong.append(f"import {told.number} has lost its report")
    elif sum(f["accepted"] for f in report["files"]) != told.accepted:
        wrong.append(f"the report of import {told.number} says something else")
    kept = sum(len(sheet.rows) for sheet in rejected_sheets(store, told.batch or ""))
    if kept != told.rejected:
        wrong.append(f"import {told.number} has lost its rejected rows")
    return wrong


def leftovers(store: Store) -> list[str]:
    """Files that no version, report or correction accounts for."""
    layout = store.layout
    found = [p.name for p in layout.folder.rglob(".*.tmp")]
    found += ["verify"] if (layout.folder / "verify").exists() else []
    found += ["draft"] if layout.drafts.exists() else []
    ids = set(layout.version_ids())
    newest = max(map(number_of, ids), default=0)
    found += [
        path.name
        for path in layout.versions.glob("*.duckdb*")
        if path.stem not in ids and number_of(path.name) > newest  # `prune` clears older ones
    ]
    found += [p.name for p in layout.reports.glob("*.pending")]
    reported = {path.stem for path in layout.reports.iterdir()}
    found += [p.name for p in layout.rejects.glob("b-*.sealed") if p.stem not in reported]
    return found
