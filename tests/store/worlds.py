"""Tiny input files for the tests of the store and the import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from analytics.ingest import ImportReport, SourceFile, import_files
from analytics.store import Snapshot, Store

TODAY = date(2025, 12, 15)

PROGRAM = "kode,nama,opd\npkh,PKH,Dinas Sosial\nsembako,Sembako,Dinas Sosial\n"
KELUARGA = """id_keluarga,desa,nama_kepala_keluarga,prioritas,terdaftar_pada
K1,Bihara,Galuh Simulasi,tinggi,2025-01-01
K2,Tundi,Utuh Simulasi,sedang,2025-01-01
"""
KUNJUNGAN = """id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,catatan
V1,K1,2025-11-01,P1,bertemu,pkh,4,catatan rahasia
V2,K2,2025-06-01,P1,tidak_di_tempat,,,
"""
SASARAN = "id_keluarga,program,mulai\nK1,pkh,2025-02-01\nK2,pkh,2025-02-01\n"


def csv(name: str, text: str) -> SourceFile:
    return SourceFile(f"{name}.csv", data=text.encode())


def basics() -> list[SourceFile]:
    texts = {"kunjungan": KUNJUNGAN, "sasaran": SASARAN, "keluarga": KELUARGA, "program": PROGRAM}
    return [csv(name, text) for name, text in texts.items()]


def load(
    store: Store, files: Sequence[SourceFile | Path] | None = None, **more: object
) -> ImportReport:
    return import_files(store, files or basics(), today=TODAY, **more)  # type: ignore[arg-type]


def visits(*rows: str) -> SourceFile:
    head = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"
    return csv("kunjungan", head + "\n".join(rows) + "\n")


def as_an_earlier_release(store: Store) -> Snapshot:
    """A version without the columns that the release after the first one added."""
    with store.writing():
        draft = store.draft(simulated=False)
        for column in ("started_at", "sent_on", "place_fp"):
            draft.run(f"alter table visit drop column {column}")
        for column in ("place_fp", "card_fp"):
            draft.run(f"alter table household drop column {column}")
        draft.run("alter table barrier drop column waits_for")
        draft.run("drop table barrier_status")
        draft.begin()
        counts = dict.fromkeys(("rows_read", "accepted", "unchanged", "rejected"), 0)
        draft.commit(draft.next_batch_no(), counts, simulated=False)
        draft.publish("older")
    return store.current()
