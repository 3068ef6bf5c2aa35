"""The page of a household: its list, its story, and “this data is wrong” up to the import."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics import numbers
from analytics.ingest import SourceFile, import_files
from analytics.ingest.stored import stored_row
from analytics.questions import Filters, followup
from analytics.store import Store
from analytics.store.corrections import kept_corrections
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, parameter, shown

FAILED = "Halaman ini belum dapat ditampilkan"
SHEETS = {
    "program": "kode,nama,opd\npkh,PKH,Dinas Sosial\n",
    "keluarga": (
        "id_keluarga,desa,rt,nama_kepala_keluarga,alamat,prioritas,terdaftar_pada,berakhir_pada,"
        "alasan_berakhir\n"
        "K1,Bihara,001,Galuh Rahasia,Jalan Sunyi,tinggi,2025-01-01,,\n"
        "K2,Bihara,002,Utuh Rahasia,,sedang,2025-01-01,,\n"
        "K3,Bihara,003,,,sedang,2025-01-01,2025-06-01,pindah\n"
        "K4,Bihara,003,,,sedang,2025-12-20,,\n"
    ),
    "sasaran": "id_keluarga,program,mulai\nK1,pkh,2025-02-01\nK2,pkh,2025-03-01\n",
    "kunjungan": (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,catatan\n"
        "V1,K1,2025-11-01,P1,bertemu,pkh,4,catatan rahasia\n"
        "V2,K1,2025-10-01,P1,menolak,,,\n"
    ),
    "hambatan": (
        "id_hambatan,id_keluarga,kategori,opd,dibuka_pada,status,selesai_pada,solusi\n"
        "H1,K1,akses_jalan,Dinas PUPR,2025-11-01,terbuka,,\n"
        "H2,K1,data_kependudukan,Dinas Dukcapil,2025-03-01,selesai,2025-04-10,diurus\n"
    ),
}


@pytest.fixture
def store(fresh_store: Store) -> Store:
    files = [SourceFile(f"{kind}.csv", data=text.encode()) for kind, text in SHEETS.items()]
    assert import_files(fresh_store, files).exit_code == 0
    return fresh_store


def assert_calm(page: AppTest) -> None:
    assert not page.exception
    assert FAILED not in shown(page), shown(page)


def choose(page: AppTest, label: str, what: str) -> None:
    """Pick from a box by what it shows."""
    box = next(box for box in page.selectbox if box.label == label)
    box.select_index(box.options.index(what)).run()


def fill(page: AppTest, label: str, text: str) -> None:
    next(box for box in page.text_input if box.label == label).input(text)


def begin(page: AppTest) -> None:
    page.button(key="correct_go").click().run()
    assert_calm(page)


def keep(page: AppTest, why: str = "kata ketua RT") -> None:
    fill(page, "Alasan (siapa yang mengatakan, dari mana diketahui)", why)
    page.button(key="correct_keep").click().run()
    assert_calm(page)


def test_the_facts_of_programs_and_barriers(store: Store, open_page: Open) -> None:
    text = shown(open_page("keluarga", store, keluarga="K1"))
    assert "**PKH** · sasaran sejak 1 Feb 2025 · terakhir diterima 1 Nov 2025" in text
    assert "manfaat 4 dari 5" in text
    days = (DEMO_TODAY - date(2025, 11, 1)).days
    assert f"**Akses jalan** · Dinas PUPR · **terbuka {days} hari, sejak 1 Nov 2025**" in text
    assert "Dinas Dukcapil · ditutup 10 Apr 2025 sesudah 40 hari · diurus" in text
    assert "terbuka 0 hari" in shown(open_page("keluarga", store, keluarga="K1", per="2025-11-01"))


def test_the_list_of_the_desa_can_be_walked_through(demo_store: Store, open_page: Open) -> None:
    desa = "63.11.03.2008"
    listed = followup(demo_store.current(), Filters(DEMO_TODAY, desa=(desa,)))
    ids = listed["household_id"].tolist()
    page = open_page("keluarga", demo_store, keluarga=ids[1])
    place = f"dari {numbers.number(len(ids))} dalam daftar tindak lanjut Pudak"
    assert f"Nomor 2 {place}" in shown(page)
    page.button(key="household_after").click().run()
    assert parameter(page, "keluarga") == ids[2]
    assert f"Nomor 3 {place}" in shown(page)
    page.button(key="household_before").click().run()
    assert parameter(page, "keluarga") == ids[1]
    first = shown(open_page("keluarga", demo_store, keluarga=ids[0]))
    assert "Sebelumnya" not in first
    assert "Berikutnya" in first
    assert "Berikutnya" not in shown(open_page("keluarga", demo_store, keluarga=ids[-1]))


def test_one_kind_of_event_and_the_link_says_so(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1", riwayat="hambatan")
    text = "\n".join(each.value for each in page.markdown if each.value.startswith("- **"))
    assert "Hambatan dicatat" in shown(page)
    assert "Menolak" not in text.split("Hambatan dicatat")[0]
    assert "pendamping P1" not in shown(page)
    page.pills(key="household_kinds").set_value(["kunjungan"]).run()
    assert parameter(page, "riwayat") == "kunjungan"
    assert "pendamping P1" in shown(page)
    assert "Hambatan dicatat" not in shown(page)
    page.pills(key="household_kinds").set_value([]).run()
    assert_calm(page)
    page.pills(key="household_kinds").set_value(["kunjungan", "program", "hambatan"]).run()
    assert parameter(page, "riwayat") is None


def test_personal_data_in_the_form_is_noted_under_the_household(
    store: Store, open_page: Open
) -> None:
    """A note of a visit too: the family may ask who has seen it."""
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    box = next(box for box in page.selectbox if box.label == "Catatan yang mana")
    for place, row in enumerate(box.options):
        if not row.startswith(("Sasaran", "Hambatan")):
            next(b for b in page.selectbox if b.label == box.label).select_index(place).run()
            for toggle in page.toggle:
                if str(toggle.key).startswith("correct_field_private_"):
                    toggle.set_value(True).run()
    noted = {entry.what for entry in store.audit.read(event="personal_viewed")}
    assert noted == {"K1", "K1 V1", "K1 V2"}


def test_the_search_opens_also_who_is_no_longer_active(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store)
    page.text_input(key="household_search").input("K3").run()
    page.button(key="household_open_K3").click().run()
    assert parameter(page, "keluarga") == "K3"
    assert "Keluar dari daftar" in shown(page)


def test_the_search_finds_the_name_of_the_head_when_asked_and_notes_it(
    store: Store, open_page: Open
) -> None:
    page = open_page("keluarga", store)
    page.text_input(key="household_search").input("rahasia").run()
    assert "Galuh" not in shown(page)
    page.button(key="household_by_name").click().run()
    assert_calm(page)
    labels = [each.label for each in page.button if str(each.key).startswith("household_named_")]
    assert labels == [
        "**Galuh Rahasia** · K1 · Bihara · RT 001",
        "**Utuh Rahasia** · K2 · Bihara · RT 002",
    ]
    assert "Tidak ada keluarga aktif" not in shown(page)
    (noted,) = store.audit.read(event="personal_viewed")
    assert (noted.what, noted.count) == ("search by name", 2)
    page.button(key="household_named_K2").click().run()
    assert parameter(page, "keluarga") == "K2"
    assert "Utuh" not in shown(page)
    assert "rahasia" not in str(page.query_params).casefold()


def test_a_name_that_nobody_has_and_one_that_is_too_short(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store)
    page.text_input(key="household_search").input("ga").run()
    assert "household_by_name" not in {each.key for each in page.button}
    page.text_input(key="household_search").input("zulkifli").run()
    page.button(key="household_by_name").click().run()
    assert "Tidak ada nama seperti itu" in shown(page)
    assert store.audit.read(event="personal_viewed")[0].count == 0


@pytest.mark.parametrize(
    ("household_id", "says"),
    [
        ("K2", "Belum pernah ditemui sejak terdaftar"),
        ("K3", "Keluar dari daftar pada 1 Juni 2025 (pindah)"),
        ("K4", "sesudah tanggal yang dipilih"),
    ],
)
def test_households_without_visits_ended_and_not_yet_there(
    store: Store, open_page: Open, household_id: str, says: str
) -> None:
    page = open_page("keluarga", store, keluarga=household_id)
    assert_calm(page)
    assert says in shown(page), shown(page)
    assert ("dalam daftar tindak lanjut" in shown(page)) == (household_id == "K2")
    begin(page)


def test_a_value_is_corrected_kept_listed_and_imported(store: Store, open_page: Open) -> None:
    before = store.current().version_id
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    fill(page, "RT", "009")
    keep(page)
    assert "Koreksi disimpan" in page.success[0].value
    assert "Koreksi menunggu impor berikutnya: keluarga (RT)." in shown(page)
    assert store.current().version_id == before
    page = open_page("data", store, bagian="Koreksi")
    assert_calm(page)
    (line,) = page.dataframe[0].value.to_dict("records")
    assert (line["household"], line["state"]) == ("K1", "Siap diimpor")
    assert line["changes"] == "RT: 001 → 009"
    assert line["why"] == "kata ketua RT"
    page.button(key="corrections_go").click().run()
    assert_calm(page)
    assert "1 diterima" in page.success[0].value
    row = stored_row(store.current(), "keluarga", {"id_keluarga": "K1"})
    assert row is not None
    assert row.cells["rt"] == "009"
    (done,) = kept_corrections(store).corrections
    assert (done.state, done.version) == ("imported", store.current().version_id)
    assert "Diimpor" in page.dataframe[-1].value["state"].iloc[0]
    assert "Koreksi menunggu" not in shown(open_page("keluarga", store, keluarga="K1"))


def test_a_visit_that_never_took_place(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    choose(page, "Catatan yang mana", "Kunjungan 1 Nov 2025, bertemu")
    choose(page, "Salahnya apa", "Kunjungan ini tidak pernah terjadi")
    assert "Kunjungan tidak dapat dihapus lewat impor" in shown(page)
    keep(page)
    (waiting,) = kept_corrections(store).waiting
    assert waiting.changes == {"hasil": "tidak_di_tempat"}


def test_a_household_that_is_no_longer_here(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    choose(page, "Salahnya apa", "Keluarga ini sudah tidak ada")
    next(box for box in page.date_input if box.label == "Berakhir pada").set_value(
        date(2025, 12, 1)
    )
    fill(page, "Alasan berakhir", "pindah ke Paringin")
    keep(page)
    (waiting,) = kept_corrections(store).waiting
    assert waiting.changes == {
        "berakhir_pada": "2025-12-01",
        "alasan_berakhir": "pindah ke Paringin",
    }


def test_what_the_import_refuses_is_said_in_its_words(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    choose(page, "Catatan yang mana", "Kunjungan 1 Nov 2025, bertemu")
    choose(page, "Salahnya apa", "Kunjungan ini ke keluarga lain")
    fill(page, "ID keluarga", "K99")
    keep(page)
    assert "Tidak ada keluarga dengan id ini" in page.error[0].value
    assert kept_corrections(store).corrections == []


def test_a_reason_is_needed_and_a_difference_too(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    page.button(key="correct_keep").click().run()
    assert "Tuliskan alasannya" in page.error[0].value
    keep(page)
    assert "Tidak ada yang berbeda" in shown(page)
    page.button(key="correct_stop").click().run()
    assert page.button(key="correct_go")
    assert kept_corrections(store).corrections == []


def test_personal_cells_only_when_asked_for_and_gone_afterwards(
    store: Store, open_page: Open
) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    assert "Rahasia" not in " ".join(str(box.value) for box in page.text_input)
    page.toggle[0].set_value(True).run()
    assert "Galuh Rahasia" in [box.value for box in page.text_input]
    fill(page, "Alamat", "Jalan Ramai")
    keep(page)
    assert "Ramai" not in shown(page)
    assert not [word for word in ("Rahasia", "Ramai") if word in str(page.session_state)]
    assert "Ramai" not in str(page.query_params)
    page = open_page("data", store, bagian="Koreksi")
    assert "Ramai" not in page.dataframe[0].value.to_string()
    assert "data pribadi" in page.dataframe[0].value["changes"].iloc[0]
    page.button(key="corrections_go").click().run()
    fields = store.current().private("keluarga", ["K1"])["K1"]
    assert fields == {"nama_kepala_keluarga": "Galuh Rahasia", "alamat": "Jalan Ramai"}


def test_a_correction_can_be_cancelled(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K2")
    begin(page)
    fill(page, "Dusun", "Hulu")
    keep(page)
    page = open_page("data", store, bagian="Koreksi")
    page.button(key="corrections_drop").click().run()
    assert_calm(page)
    assert "1 koreksi dibatalkan" in page.success[0].value
    assert kept_corrections(store).waiting == []
    assert "Tidak ada koreksi yang menunggu" in shown(page)


def test_a_stale_correction_is_warned_of_and_not_chosen(store: Store, open_page: Open) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    fill(page, "RT", "009")
    keep(page)
    text = b"id_keluarga,desa,terdaftar_pada,rt\nK1,Bihara,2025-01-01,005\n"
    import_files(store, [SourceFile("keluarga.csv", data=text)])
    page = open_page("data", store, bagian="Koreksi")
    assert "sudah diubah oleh impor lain" in page.warning[0].value
    assert page.multiselect[0].value == []
    assert page.button(key="corrections_go").disabled


def test_without_the_key_it_is_said_and_nothing_fails(
    store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("keluarga", store, keluarga="K1")
    begin(page)
    fill(page, "RT", "009")
    keep(page)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    page = open_page("keluarga", store, keluarga="K1")
    assert_calm(page)
    assert "Kunci brankas penyimpanan ini tidak ada di komputer ini" in shown(page)


def test_the_tab_of_an_empty_and_of_a_broken_store(
    fresh_store: Store, broken_store: Store, open_page: Open
) -> None:
    page = open_page("data", fresh_store, bagian="Koreksi")
    assert_calm(page)
    assert "Tidak ada koreksi yang menunggu" in shown(page)
    page = open_page("data", broken_store, bagian="Koreksi")
    assert not page.exception
    assert FAILED in shown(page)
