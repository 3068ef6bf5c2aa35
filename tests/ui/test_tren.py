"""The page Tren: what it says, what it leaves out, and its choices in the link."""

from __future__ import annotations

import pytest

from analytics import numbers
from analytics.ingest import SourceFile, import_files
from analytics.questions import MEASURES, Filters, activity, monthly, trend_desa
from analytics.questions.monthly import judged
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, parameter, shown
from ui import trend_grid
from ui.trend_choice import FIRST_YEAR

DESA = "63.11.03.2026"
FAILED = "Halaman ini belum dapat ditampilkan"


def test_it_says_what_the_question_says(demo_store: Store, open_page: Open) -> None:
    table = activity(demo_store.current(), Filters(DEMO_TODAY))
    row = table[table["month_end"] == "2025-11-30"].iloc[0]
    text = shown(open_page("tren", demo_store))
    assert f"**Nov 2025: {numbers.percent(row['coverage'])}**" in text
    assert f"({numbers.number(row['covered'])} dari {numbers.number(row['active'])})" in text
    assert "per 15 Des 2025" in text
    assert "bulan ini masih berjalan" in text
    assert "3 bulan pertama (abu-abu) tidak dibandingkan" in text


@pytest.mark.parametrize("key", MEASURES)
@pytest.mark.parametrize("base", ["", FIRST_YEAR])
def test_every_measure(demo_store: Store, open_page: Open, key: str, base: str) -> None:
    page = open_page("tren", demo_store, ukuran=key, dasar=base)
    assert not page.exception
    assert FAILED not in shown(page)
    measure, f = MEASURES[key], Filters(DEMO_TODAY)
    rows = monthly(activity(demo_store.current(), f), measure)
    run = judged(rows, measure, f, first_points=12 if base else None)
    assert run.limits is not None
    low = run.limits.lower
    assert f"biasanya {numbers.percent(low) if measure.is_share else numbers.number(low)}" in shown(
        page
    )


def test_the_planted_ramadan_is_named(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("tren", demo_store, ukuran="kunjungan"))
    assert "**Mar 2025** di bawah batas bawah" in text
    assert "bertepatan dengan Ramadan–Lebaran" in text
    assert "jangan dibandingkan dengan bulan penuh" in text


def test_the_planted_absence_is_named_in_its_desa(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("tren", demo_store, ukuran="kunjungan", pilih=DESA))
    assert "Kunjungan per bulan: Tangalin" in text
    assert "**Agu 2025** di bawah batas bawah" in text


def test_few_months_have_no_limits(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("tren", demo_store, per="2025-03-10"))
    assert "Belum ada batas: baru 6 bulan yang sebanding; diperlukan paling sedikit 12." in text


def test_a_long_window_has_too_few_independent_months(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("tren", demo_store, jendela="180"))
    assert "Belum ada batas: " in text
    assert "biasanya" not in text


def test_a_choice_goes_into_the_link_and_comes_out_of_it(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("tren", demo_store)
    page.selectbox(key="trend_desa").select(DESA).run()
    assert parameter(page, "pilih") == DESA
    page.segmented_control(key="trend_measure").select("ditemui").run()
    assert parameter(page, "ukuran") == "ditemui"
    page.selectbox(key="trend_base").select(FIRST_YEAR).run()
    assert parameter(page, "dasar") == FIRST_YEAR
    assert "Keluarga ditemui per bulan: Tangalin" in shown(page)
    again = open_page("tren", demo_store, pilih=DESA, ukuran="ditemui", dasar=FIRST_YEAR)
    assert "Keluarga ditemui per bulan: Tangalin" in shown(again)
    assert again.selectbox(key="trend_base").value == FIRST_YEAR
    again.segmented_control(key="trend_measure").select("cakupan").run()
    assert parameter(again, "ukuran") is None


def test_nonsense_in_the_link_is_no_choice(demo_store: Store, open_page: Open) -> None:
    page = open_page("tren", demo_store, ukuran="x", dasar="y", pilih="99", lembar="z")
    assert not page.exception
    assert "Cakupan pada akhir setiap bulan: Kecamatan Awayan" in shown(page)


def test_the_waiting_desa_says_so(demo_store: Store, open_page: Open) -> None:
    table = trend_desa(demo_store.current(), Filters(DEMO_TODAY))
    code = table[(table["month_end"] == str(DEMO_TODAY)) & (table["state"] == "waiting")].iloc[0]
    text = shown(open_page("tren", demo_store, pilih=code["desa_code"]))
    assert "menunggu data" in text


def test_one_desa_chosen_has_no_grid(demo_store: Store, open_page: Open) -> None:
    page = open_page("tren", demo_store, desa=DESA)
    assert "Semua desa pada satu skala" not in shown(page)
    assert "Semua desa pada satu skala" in shown(open_page("tren", demo_store))


def test_programs_are_respected(demo_store: Store, open_page: Open) -> None:
    f = Filters(DEMO_TODAY, programs=("pkh",))
    table = activity(demo_store.current(), f)
    row = table[table["month_end"] == "2025-11-30"].iloc[0]
    text = shown(open_page("tren", demo_store, program="pkh", ukuran="kunjungan"))
    assert f"**Nov 2025: {numbers.number(row['visits'])}**" in text


def test_no_visit_yet_is_said(fresh_store: Store, open_page: Open) -> None:
    text = "id_keluarga,desa,terdaftar_pada\nK1,Bihara,2025-01-01\n"
    import_files(fresh_store, [SourceFile("keluarga.csv", data=text.encode())])
    assert "Belum ada kunjungan yang masuk" in shown(open_page("tren", fresh_store))


def test_the_table_and_the_ranges_are_made_when_opened(demo_store: Store, open_page: Open) -> None:
    page = open_page("tren", demo_store)
    assert not page.dataframe
    page.session_state["trend_table_box"] = True
    page.session_state["trend_ranges"] = True
    page.run()
    assert not page.exception
    rows = monthly(activity(demo_store.current(), Filters(DEMO_TODAY)), MEASURES["cakupan"])
    seen = page.dataframe[0].value
    assert seen["value"].tolist() == rows["value"].tolist()[::-1]
    assert "Selisih setiap bulan dengan 3 bulan sebelumnya" in shown(page)


def test_more_desa_than_fit_are_shown_in_parts(
    demo_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trend_grid, "CELLS_PER_SHEET", 10)
    page = open_page("tren", demo_store, lembar="3")
    box = page.selectbox(key="trend_sheet")
    assert box.options == ["1–10", "11–20", "21–23"]
    assert box.value == "3"


def test_the_page_in_english_has_no_indonesian_left(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("tren", demo_store, ukuran="kunjungan", bahasa="en"))
    assert "**Mar 2025** below the lower limit" in text
    for word in ("bulan", "batas", "kunjungan", "keluarga"):
        assert f" {word}" not in text
