"""Every page in every state: with data, empty, filtered to nothing, broken, half broken."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics import numbers
from analytics.ingest import SourceFile, import_files
from analytics.questions import Filters, followup, household_facts, reach, summary
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import PAGES, ROOT, SECONDS, Open, parameter, shown
from ui.worklist import PAGE_ROWS

TITLES = {
    "ringkasan": "Ringkasan",
    "peta": "Peta cakupan",
    "tindak_lanjut": "Tindak lanjut",
    "jangkauan": "Jangkauan program",
    "hambatan": "Hambatan",
    "tren": "Tren",
    "dampak": "Dampak",
    "inovasi": "Bukti inovasi",
    "keluarga": "Keluarga",
    "kualitas": "Kualitas data",
    "data": "Data",
    "keamanan": "Keamanan dan catatan",
}
OFFICE = ("data", "keamanan")
"""Pages that do not need any data."""
FAILED = "Halaman ini belum dapat ditampilkan"


def assert_calm(page: AppTest) -> None:
    assert not page.exception
    assert FAILED not in shown(page), shown(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_data(name: str, demo_store: Store, open_page: Open) -> None:
    page = open_page(name, demo_store)
    assert_calm(page)
    assert page.title[0].value == TITLES[name]
    assert "DATA SIMULASI" in shown(page)
    assert "Kecamatan Awayan" in shown(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_an_empty_store(name: str, fresh_store: Store, open_page: Open) -> None:
    page = open_page(name, fresh_store)
    assert_calm(page)
    assert page.title[0].value == TITLES[name]
    assert "DATA SIMULASI" not in shown(page)
    assert ("Belum ada data" in shown(page)) == (name not in OFFICE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_filtered_to_nothing(name: str, demo_store: Store, open_page: Open) -> None:
    page = open_page(name, demo_store, per="2001-01-05")
    assert_calm(page)
    assert page.title[0].value == TITLES[name]
    if name == "jangkauan":
        assert "Tidak ada keluarga sasaran program di sini." in shown(page)
    elif name == "kualitas":
        assert "Tidak ada yang perlu diperiksa dalam jendela ini." in shown(page)
    elif name == "inovasi":
        assert "0 terbukti dari data" in shown(page)
    elif name == "hambatan":
        assert "Belum ada hambatan yang dicatat sampai 5 Januari 2001." in shown(page)
    elif name not in OFFICE:
        assert "Per 5 Januari 2001 belum ada keluarga yang terdaftar." in shown(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_a_broken_store(name: str, broken_store: Store, open_page: Open) -> None:
    page = open_page(name, broken_store)
    assert not page.exception
    assert page.title[0].value == TITLES[name]
    assert FAILED in shown(page)
    assert "Tidak ada versi data yang dapat dibaca" in page.error[0].value
    assert "Tidak ada yang dihapus" in shown(page)
    assert "Traceback" not in shown(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_broken_newest_version_is_said_on_every_page(
    name: str, own_demo: Store, open_page: Open
) -> None:
    own_demo.layout.database(str(own_demo.layout.pointed())).write_bytes(b"broken")
    page = open_page(name, own_demo)
    assert_calm(page)
    assert any("Versi data terbaru rusak" in warning.value for warning in page.warning)


def test_an_error_that_nobody_foresaw_is_told_calmly_and_logged(
    demo_store: Store,
    open_page: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("ui.view.View.ask", lambda *_args, **_named: 1 / 0)
    page = open_page("ringkasan", demo_store)
    assert not page.exception
    assert "kesalahan yang tidak terduga" in page.error[0].value
    assert "ZeroDivisionError" in caplog.text


def test_the_overview_says_what_the_question_says(demo_store: Store, open_page: Open) -> None:
    row = summary(demo_store.current(), Filters(DEMO_TODAY)).iloc[0]
    page = open_page("ringkasan", demo_store)
    figures = {metric.label: metric.value for metric in page.metric}
    late = row["never"] + row["lost"] + row["overdue"]
    assert figures["Cakupan"] == numbers.percent(row["coverage"])
    assert figures["Lewat jatuh tempo"] == numbers.number(late)
    assert figures["Hambatan terbuka"] == numbers.number(row["barriers_open"])
    text = shown(page)
    assert f"{numbers.number(row['covered'])} dari {numbers.number(row['active'])} keluarga" in text


def test_the_overview_names_the_neglected_desa_and_the_one_waiting_for_data(
    demo_store: Store, open_page: Open
) -> None:
    text = shown(open_page("ringkasan", demo_store))
    assert "Jelas di bawah target 80%" in text
    assert "**Menunggu data**" in text


def test_every_figure_can_be_asked_again(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store, desa="63.11.03.2008", jendela="60")
    page.session_state["how_coverage"] = True
    page.run()
    version = demo_store.current().version_id
    command = (
        f"python -m analytics ask summary --as-of {DEMO_TODAY} --window 60 "
        "--desa 63.11.03.2008 --column coverage,covered,active,ci_low,ci_high "
        f"--version {version}"
    )
    codes = [code.value for code in page.code]
    assert command in codes
    assert any("-- coverage:" in code for code in codes)


def test_the_followup_list_shows_who_needs_a_visit(demo_store: Store, open_page: Open) -> None:
    everybody = followup(demo_store.current(), Filters(DEMO_TODAY))
    needed = everybody[everybody["status"] != "on_time"]
    page = open_page("tindak_lanjut", demo_store)
    table = page.dataframe[0].value
    assert table["household_id"].tolist() == needed["household_id"].tolist()[:PAGE_ROWS]
    assert needed.iloc[0]["household_id"] in shown(page)
    assert set(table["status"]) <= {"Belum pernah ditemui", "Hilang kontak", "Terlambat", "Segera"}


def test_a_status_of_the_link_is_what_is_listed(demo_store: Store, open_page: Open) -> None:
    everybody = followup(demo_store.current(), Filters(DEMO_TODAY))
    page = open_page("tindak_lanjut", demo_store, status="never")
    assert len(page.dataframe[0].value) == int((everybody["status"] == "never").sum())
    assert page.pills[0].value == ["never"]


def test_no_status_chosen_lists_nobody(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store, status="")
    assert_calm(page)
    assert "Tidak ada keluarga dengan status ini." in shown(page)


def test_the_map_lists_the_households_of_the_chosen_desa(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("peta", demo_store, pilih="63.11.03.2008")
    assert "Keluarga di Pudak" in shown(page)
    households = page.dataframe[0].value
    assert set(households["desa_name"]) == {"Pudak"}
    page.selectbox(key="map_desa").select("63.11.03.2004").run()
    assert "Keluarga di Bihara" in shown(page)
    assert parameter(page, "pilih") == "63.11.03.2004"


def test_an_unknown_desa_on_the_map_is_no_choice(demo_store: Store, open_page: Open) -> None:
    page = open_page("peta", demo_store, pilih="99")
    assert_calm(page)
    assert "Keluarga di" not in shown(page)


def test_reach_shows_the_question(demo_store: Store, open_page: Open) -> None:
    table = reach(demo_store.current(), Filters(DEMO_TODAY))
    page = open_page("jangkauan", demo_store)
    seen = page.dataframe[0].value
    for step in ("targeted", "attempted", "met", "received", "benefited"):
        assert seen[step].tolist() == table[step].tolist()


def _some_household(store: Store) -> str:
    return str(followup(store.current(), Filters(DEMO_TODAY))["household_id"].iloc[0])


def test_a_household_says_when_it_is_due_and_why(demo_store: Store, open_page: Open) -> None:
    household_id = _some_household(demo_store)
    facts = household_facts(demo_store.current(), Filters(DEMO_TODAY), household_id).iloc[0]
    text = shown(open_page("keluarga", demo_store, keluarga=household_id))
    assert f"Keluarga {household_id}" in text
    assert numbers.day(facts["due_on"]) in text
    assert f"terlambat {numbers.number(facts['days_overdue'])} hari" in text
    assert "Riwayat" in text


def test_an_unknown_household_is_explained(demo_store: Store, open_page: Open) -> None:
    page = open_page("keluarga", demo_store, keluarga="KK-*nobody*")
    assert_calm(page)
    assert "tidak ada di data" in page.warning[0].value
    assert "*" not in page.warning[0].value


def test_a_household_before_its_registration_has_no_due_day(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("keluarga", demo_store, keluarga=_some_household(demo_store), per="2001-01-05")
    assert_calm(page)
    assert "sesudah tanggal yang dipilih" in shown(page)


def test_searching_finds_by_id_and_by_desa(demo_store: Store, open_page: Open) -> None:
    page = open_page("keluarga", demo_store)
    page.text_input(key="household_search").input("pudak").run()
    assert set(page.dataframe[0].value["desa_name"]) == {"Pudak"}
    household_id = _some_household(demo_store)
    page.text_input(key="household_search").input(household_id.lower()).run()
    assert page.dataframe[0].value["household_id"].tolist() == [household_id]
    page.text_input(key="household_search").input("(((").run()
    assert_calm(page)
    assert not page.dataframe


def test_personal_data_only_after_a_click_and_nowhere_else(
    demo_store: Store, open_page: Open
) -> None:
    household_id = _some_household(demo_store)
    fields = demo_store.current().private("keluarga", [household_id])[household_id]
    name = fields["nama_kepala_keluarga"]
    page = open_page("keluarga", demo_store, keluarga=household_id)
    assert name not in shown(page)
    page.button(key="private_show").click().run()
    assert name in shown(page).replace("\\", "")
    assert name not in str(page.query_params)
    assert name not in str(page.session_state)
    page.button(key="private_hide").click().run()
    assert name not in shown(page).replace("\\", "")


def test_without_the_key_no_personal_data_and_no_failure(
    demo_store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("keluarga", demo_store, keluarga=_some_household(demo_store))
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    page.button(key="private_show").click().run()
    assert_calm(page)
    assert "kuncinya tidak ada di komputer ini" in shown(page)


def test_old_data_is_said_and_its_day_offered(demo_store: Store, open_page: Open) -> None:
    later = date(2026, 2, 20)
    page = open_page("ringkasan", demo_store, per=later.isoformat())
    newest = demo_store.current().data_through
    assert newest is not None
    assert f"Kunjungan terbaru bertanggal {numbers.day(newest)}" in page.info[0].value
    page.button(key="stale_go").click().run()
    assert parameter(page, "per") == newest.isoformat()
    assert page.date_input[0].value == newest


def test_the_whole_app_starts_in_indonesian_with_every_page_in_its_menu(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERUT_STORE", str(demo_store.folder))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS).run()
    assert_calm(app)
    assert app.title[0].value == "Ringkasan"
    source = (ROOT / "ui" / "navigation.py").read_text(encoding="utf-8")
    assert re.findall(r'\("(\w+)", _', source) == list(PAGES)


def test_no_page_names_a_deprecated_argument() -> None:
    files = [ROOT / "dashboard.py", *(ROOT / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "use_container_width" not in text, file
        assert "experimental_" not in text, file


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_thin(name: str) -> None:
    lines = (ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60


def test_the_search_is_empty_after_a_household_was_opened_and_then_works_again(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("keluarga", demo_store)
    page.text_input(key="household_search").input("pudak").run()
    page.session_state["perut_household_opened"] = True  # as `links.open_household` leaves it
    page.run()
    assert page.text_input(key="household_search").value == ""
    page.text_input(key="household_search").input("pudak").run()
    assert page.text_input(key="household_search").value == "pudak"
    assert set(page.dataframe[0].value["desa_name"]) == {"Pudak"}


def test_registered_but_never_visited_is_said_and_is_not_zero(
    fresh_store: Store, open_page: Open
) -> None:
    text = (
        "id_keluarga,desa,dusun,terdaftar_pada\n"
        "K1,Bihara,$a$ *b* [x](http://jahat),2025-01-01\n"
        "K2,Tundi,,2025-01-01\n"
    )
    visit = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,catatan\n"
        "V1,K2,2025-12-10,P1,bertemu,pesan\n"
    )
    import_files(
        fresh_store,
        [
            SourceFile("keluarga.csv", data=text.encode()),
            SourceFile("kunjungan.csv", data=visit.encode()),
        ],
    )
    words = shown(open_page("ringkasan", fresh_store))
    assert "tetapi belum pernah ada kunjungan masuk**: Bihara" in words
    page = open_page("peta", fresh_store, pilih="63.11.03.2004")
    assert "0,0%" not in shown(page)
    assert "tidak ada data" in shown(page).lower()
    # text from a file is shown as it was typed, whatever Markdown would make of it
    raw = "\n".join(
        str(each.value) for each in open_page("keluarga", fresh_store, keluarga="K1").markdown
    )
    assert "](http" not in raw
    # notes of visits belong to the personal data, and only there
    page = open_page("keluarga", fresh_store, keluarga="K2")
    assert "pesan" not in shown(page)
    page.button(key="private_show").click().run()
    assert "10 Des 2025: pesan" in shown(page)


def test_households_alone_are_data_too(fresh_store: Store, open_page: Open) -> None:
    text = "id_keluarga,desa,terdaftar_pada\nK1,Bihara,2025-01-01\n"
    import_files(fresh_store, [SourceFile("keluarga.csv", data=text.encode())])
    assert "Belum ada data" not in shown(open_page("tindak_lanjut", fresh_store))


def test_with_programs_chosen_the_explanation_speaks_of_their_targets(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("ringkasan", demo_store, program="pkh")
    page.session_state["how_coverage"] = True
    page.run()
    assert "keluarga aktif yang pada hari itu menjadi sasaran salah satu program terpilih" in shown(
        page
    )
