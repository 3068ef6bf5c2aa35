"""The page Bukti inovasi: what its outline may say of the area."""

from __future__ import annotations

from analytics.ingest import SourceFile, import_files
from analytics.store import Store
from tests.ui.conftest import Open, shown


def test_only_desa_with_data_take_part(fresh_store: Store, open_page: Open) -> None:
    files = {
        "keluarga": "id_keluarga,desa,rt,prioritas,terdaftar_pada\nK1,Tundi,001,sedang,2025-01-01",
        "kunjungan": "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"
        "V1,K1,2025-12-01,P1,bertemu",
        "pendamping": "id_pendamping,nama,desa_tugas\nP1,Galuh,Tundi",
    }
    sources = [SourceFile(f"{name}.csv", data=text.encode()) for name, text in files.items()]
    import_files(fresh_store, sources)
    assert "1 desa ikut serta" in shown(open_page("inovasi", fresh_store, lihat="Kerangka KIPP"))
