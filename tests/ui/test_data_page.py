"""The page Data: import with a report, rejected rows, versions, boundaries."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from analytics.ingest import import_files
from analytics.ingest.sources import SourceFile
from analytics.ingest.template import rejects_workbook
from analytics.questions import Filters, desa_list, summary
from analytics.store import Store, StoreBusy
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, shown

HOUSEHOLDS = (
    b"id_keluarga;desa;prioritas;terdaftar_pada\n"
    b"UJI-1;Pudak;tinggi;01/02/2025\n"
    b"UJI-2;Sikontan;sedang;01/02/2025\n"
    b"UJI-3;Mars;sedang;01/02/2025\n"
    b"UJI-4;Awayan;sedang;31/02/2025\n"
)
VISITS = b"id_kunjungan,id_keluarga,tanggal,pendamping,hasil\nV-1,UJI-1,2025-10-05,P01,bertemu\n"
UPLOADS = [("keluarga.csv", HOUSEHOLDS, "text/csv"), ("kunjungan.csv", VISITS, "text/csv")]


def test_checking_changes_nothing(fresh_store: Store, open_page: Open) -> None:
    before = fresh_store.current().version_id
    page = open_page("data", fresh_store)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    page.button(key="import_check").click().run()
    assert "Pemeriksaan saja" in page.warning[0].value
    assert fresh_store.current().version_id == before


def test_importing_tells_what_came_in_and_what_to_correct(
    fresh_store: Store, open_page: Open
) -> None:
    page = open_page("data", fresh_store)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    page.button(key="import_go").click().run()
    assert not page.exception
    assert "Dari 5 baris, 3 diterima, 0 sudah ada, 2 ditolak." in page.warning[0].value
    counts, problems = page.dataframe[0].value, page.dataframe[1].value
    assert counts["accepted"].sum() == 3
    assert sorted(problems["row"]) == [4, 5]
    assert set(problems["column"]) == {"desa", "terdaftar_pada"}
    row = summary(fresh_store.current(), Filters(DEMO_TODAY)).iloc[0]
    assert row["active"] == 2


def test_rejected_rows_of_the_report_can_be_corrected_and_imported(
    fresh_store: Store, open_page: Open
) -> None:
    page = open_page("data", fresh_store)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    page.button(key="import_go").click().run()
    report = page.session_state["perut_import_work"].report
    book = load_workbook(io.BytesIO(rejects_workbook(report.rejected_sheets)))
    sheet = book["keluarga"]
    headers = [str(cell.value).rstrip("*") for cell in sheet[1]]
    sheet.cell(2, headers.index("desa") + 1).value = "Merah"
    sheet.cell(3, headers.index("terdaftar_pada") + 1).value = "28/02/2025"
    out = io.BytesIO()
    book.save(out)
    again = import_files(fresh_store, [SourceFile("perbaikan.xlsx", data=out.getvalue())])
    assert again.exit_code == 0
    assert again.total("accepted") == 2


def test_a_file_that_is_no_table_is_told_and_nothing_changes(
    fresh_store: Store, open_page: Open
) -> None:
    before = fresh_store.current().version_id
    page = open_page("data", fresh_store)
    page.file_uploader(key="import_files").set_value([("a.xlsx", b"\x00\x01nonsense", "x")]).run()
    page.button(key="import_go").click().run()
    assert not page.exception
    assert "Tidak ada yang diimpor" in page.error[0].value
    assert fresh_store.current().version_id == before


def test_a_busy_store_is_told_on_the_page(
    fresh_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object, **_named: object) -> None:
        raise StoreBusy("Impor lain masih berjalan.")

    monkeypatch.setattr("ui.imports.import_files", busy)
    page = open_page("data", fresh_store)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    page.button(key="import_go").click().run()
    assert page.error[0].value == "Impor lain masih berjalan."


def test_simulated_data_is_never_mixed_without_a_decision(own_demo: Store, open_page: Open) -> None:
    page = open_page("data", own_demo)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    assert page.button(key="import_go").disabled
    page.radio(key="import_simulated").set_value(True).run()
    assert not page.button(key="import_go").disabled
    page.button(key="import_go").click().run()
    snapshot = own_demo.current()
    assert not snapshot.simulated
    assert summary(snapshot, Filters(DEMO_TODAY)).iloc[0]["active"] == 2
    assert "DATA SIMULASI" not in shown(page)


def test_adding_to_simulated_data_stays_marked(own_demo: Store, open_page: Open) -> None:
    page = open_page("data", own_demo)
    page.file_uploader(key="import_files").set_value(UPLOADS).run()
    page.radio(key="import_simulated").set_value(False).run()
    page.button(key="import_go").click().run()
    assert own_demo.current().simulated
    assert "DATA SIMULASI" in shown(page)


def test_going_back_to_an_older_version(own_demo: Store, open_page: Open) -> None:
    import_files(own_demo, [SourceFile(name, data=data) for name, data, _mime in UPLOADS])
    newest = own_demo.current().version_id
    page = open_page("data", own_demo, bagian="Versi")
    assert len(page.dataframe[0].value) == 3
    page.button(key="rollback_yes").click().run()
    assert own_demo.current().version_id != newest
    assert "sekarang dipakai" in page.success[0].value


def test_reports_of_earlier_imports_are_kept(demo_store: Store, open_page: Open) -> None:
    page = open_page("data", demo_store, bagian="Impor terdahulu")
    assert not page.exception
    assert page.dataframe[0].value["rows_read"].sum() > 50_000


def test_freshness_counts_late_desa(demo_store: Store, open_page: Open) -> None:
    page = open_page("data", demo_store, bagian="Kesegaran data")
    table = page.dataframe[0].value
    late = int((table["state"] == "Menunggu data").sum())
    assert late >= 1
    assert any(f"Dari 23 desa, {late} menunggu data" in text.value for text in page.markdown)


def boundary_file(store: Store, count: int) -> bytes:
    features = []
    for row in desa_list(store.current()).head(count).to_dict("records"):
        x, y = row["lon"], row["lat"]
        ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append(
            {"type": "Feature", "properties": {"nama": row["desa_name"]}, "geometry": geometry}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_boundary_file_is_matched_kept_and_removed(own_demo: Store, open_page: Open) -> None:
    page = open_page("data", own_demo, bagian="Berkas batas")
    upload = ("batas.geojson", boundary_file(own_demo, 20), "application/json")
    page.file_uploader(key="boundaries_file").set_value(upload).run()
    page.button(key="boundaries_go").click().run()
    assert not page.exception
    assert own_demo.boundaries() is not None
    assert "20 dari 23 desa" in shown(page)
    assert "Desa tanpa batas" in page.warning[0].value
    on_map = open_page("peta", own_demo)
    assert not on_map.exception
    assert on_map.button_group(key="map_kind").value == "batas"
    page = open_page("data", own_demo, bagian="Berkas batas")
    page.button(key="boundaries_remove").click().run()
    assert own_demo.boundaries() is None


def test_a_boundary_file_without_a_desa_changes_nothing(own_demo: Store, open_page: Open) -> None:
    page = open_page("data", own_demo, bagian="Berkas batas")
    page.file_uploader(key="boundaries_file").set_value(("b.geojson", b"{}", "x")).run()
    page.button(key="boundaries_go").click().run()
    assert not page.exception
    assert "Tidak ada yang berubah." in page.error[0].value
    assert own_demo.boundaries() is None
