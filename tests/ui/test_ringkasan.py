"""Ringkasan: what it says about falling desa and about the newest import."""

from __future__ import annotations

from datetime import date, timedelta

from analytics.ingest import SourceFile, import_files
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, shown

HEAD = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"


def visits(first: int, households: range, day: date) -> SourceFile:
    rows = [f"V{first + n},K{n},{day},P1,bertemu\n" for n in households]
    return SourceFile("kunjungan.csv", data=(HEAD + "".join(rows)).encode())


def test_the_first_import_is_all_there_is(demo_store: Store, open_page: Open) -> None:
    said = shown(open_page("ringkasan", demo_store))
    assert "Itu impor pertama: semua di halaman ini baru." in said


def test_a_falling_desa_is_named_with_its_households_and_an_import_with_its_news(
    fresh_store: Store, open_page: Open
) -> None:
    households = "id_keluarga,desa,terdaftar_pada\n" + "".join(
        f"K{n},Tundi,2025-01-01\n" for n in range(60)
    )
    world = [
        SourceFile("keluarga.csv", data=households.encode()),
        SourceFile("pendamping.csv", data=b"id_pendamping,nama\nP1,Simulasi Satu\n"),
        visits(100, range(60), DEMO_TODAY - timedelta(days=100)),
        visits(300, range(1), DEMO_TODAY - timedelta(days=32)),  # so that data kept coming
    ]
    import_files(fresh_store, world, today=DEMO_TODAY)
    # A month ago all 60 were covered; now only the 30 of the second import are.
    import_files(
        fresh_store, [visits(500, range(30), DEMO_TODAY - timedelta(days=2))], today=DEMO_TODAY
    )
    said = shown(open_page("ringkasan", fresh_store))
    assert "50,0%" in said
    assert (
        "turun 50,0 poin menjadi 50,0% sejak 15 Nov 2025: 30 keluarga keluar dari cakupan, 0 masuk"
        in said
    )
    assert "kunjungan: +30" in said
    assert "keluarga lewat jatuh tempo 59 → 30" in said
    assert "desa menunggu data 1 → 0" in said


def test_an_import_that_changes_nothing_about_the_day_says_so(
    fresh_store: Store, open_page: Open
) -> None:
    households = b"id_keluarga,desa,terdaftar_pada\nK0,Tundi,2025-01-01\n"
    import_files(fresh_store, [SourceFile("keluarga.csv", data=households)], today=DEMO_TODAY)
    import_files(fresh_store, [visits(1, range(1), DEMO_TODAY)], today=DEMO_TODAY)
    page = open_page("ringkasan", fresh_store, per="2025-06-01")
    assert "Tidak ada yang berubah tentang 1 Juni 2025" in shown(page)
