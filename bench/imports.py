"""How fast is the import: half a million visits at once, and 500 into a province?"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from analytics.ingest import import_files
from analytics.store import Store

Say = Callable[[str], None]
VISITS = 500_000
HOUSEHOLDS = 40_000
HEADER = (
    "id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil", "program_diterima",
    "manfaat", "jadwal_berikutnya", "hambatan", "catatan",
)  # fmt: skip


def _basics(folder: Path, day: date) -> list[Path]:
    program = folder / "program.csv"
    program.write_text("kode,nama,opd\npkh,PKH,Dinas\nsembako,Sembako,Dinas\n", encoding="utf-8")
    people = folder / "keluarga.csv"
    registered = (day - timedelta(days=900)).isoformat()
    with people.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(
            ["id_keluarga", "desa", "nama_kepala_keluarga", "prioritas", "terdaftar_pada"]
        )
        desa = ("Bihara", "Tundi", "Sei Pumpung", "63.11.03.2010")
        for i in range(HOUSEHOLDS):
            writer.writerow([f"KK-{i:06}", desa[i % 4], f"Nama Simulasi {i}", "sedang", registered])
    return [program, people]


def _visits(path: Path, day: date, count: int, first: int, household: Callable[[int], str]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for i in range(count):
            met = i % 4 != 0
            on = day - timedelta(days=(i * 7) % 540)
            writer.writerow([
                f"B{first + i:08}", household(i), on.strftime("%d/%m/%Y"), f"P{i % 12:02}",
                "bertemu" if met else "tidak_di_tempat",
                "pkh;sembako" if met and i % 3 == 0 else "",
                1 + i % 5 if met else "",
                (on + timedelta(days=30)).isoformat() if i % 5 == 0 else "",
                "akses_jalan" if i % 20 == 0 else "",
                f"Catatan simulasi nomor {i}" if i % 5 == 0 else "",
            ])  # fmt: skip
    return path


def bulk_import(folder: Path, day: date, say: Say) -> None:
    """Half a million visits from CSV: every check, the vault (a fifth have notes) and the marts."""
    store = Store(folder / "store")
    start = time.perf_counter()
    import_files(store, _basics(folder, day), today=day)
    households_s = time.perf_counter() - start
    file = _visits(
        folder / "kunjungan.csv", day, VISITS, 0, lambda i: f"KK-{i * 7 % HOUSEHOLDS:06}"
    )
    start = time.perf_counter()
    report = import_files(store, [file], today=day)
    seconds = time.perf_counter() - start
    say(
        f"{VISITS:,} visits from CSV, {report.total('accepted'):,} accepted: {seconds:.1f} s = "
        f"{VISITS / seconds * 60:,.0f} a minute (checks, vault and marts included); "
        f"{HOUSEHOLDS:,} households with names before that: {households_s:.1f} s"
    )
    start = time.perf_counter()
    report = import_files(store, [file], today=day)
    say(
        f"the same file again, {report.total('unchanged'):,} unchanged: "
        f"{time.perf_counter() - start:.1f} s"
    )


def small_import(store: Store, day: date, say: Say) -> None:
    """500 new visits into the province store, in a version that is pruned away afterwards."""
    before = store.current()
    ids = before.query("select household_id from household order by household_key limit 500000")
    known = ids["household_id"].tolist()
    folder = store.folder.parent
    stamp = int(time.time())
    file = _visits(
        folder / "small.csv",
        day,
        500,
        stamp % 90_000_000,
        lambda i: str(known[i * 997 % len(known)]),
    )
    steps: list[tuple[float, str]] = []
    start = time.perf_counter()
    report = import_files(
        store, [file], today=day,
        progress=lambda _share, what: steps.append((time.perf_counter() - start, what)),
    )  # fmt: skip
    seconds = time.perf_counter() - start
    say(
        f"500 visits into a province ({before.info.size_bytes / 1e6:,.0f} MB), "
        f"{report.total('accepted')} accepted: {seconds:.1f} s"
    )
    ends = [*steps[1:], (seconds, "")]
    for (begun, what), (ended, _next) in zip(steps, ends, strict=True):
        if ended - begun > 0.05:
            say(f"   {ended - begun:5.1f} s  {what}")
    newest = store.current()
    store.rollback(before.version_id)
    store.forget(newest.version_id)
    store.layout.manifest(newest.version_id).unlink()
    store.layout.database(newest.version_id).unlink()
