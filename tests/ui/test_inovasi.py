"""The page Bukti inovasi: what its outline may say of the area."""

from __future__ import annotations

from analytics.ingest import SourceFile, import_files
from analytics.store import Store
from tests.ui.conftest import Open, shown


def test_what_is_missing_comes_first_and_the_numbers_stay(own_demo: Store, open_page: Open) -> None:
    page = open_page("inovasi", own_demo)
    headings = [each.value for each in page.subheader]
    assert [text.partition(" (")[0] for text in headings] == [
        "Belum ada buktinya",
        "Terbukti dari data dasbor ini",
        "Dihitung tanpa bukti",
    ]
    assert sum(int(text[text.index("(") + 1 : -1]) for text in headings) == 20
    first = page.dataframe[0].value
    assert {"no", "name", "to_do", "proof", "gain"} <= set(first.columns)
    assert first["required"].tolist()[:4] == ["wajib"] * 4
    page = open_page("inovasi", own_demo, susun="Menurut nomor")
    assert not page.subheader
    assert page.dataframe[0].value["no"].tolist()[:3] == ["16", "17", "18"]


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
