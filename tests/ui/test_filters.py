"""The filters live in the link, survive page changes, and never fight with their widgets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analytics import numbers
from analytics.i18n import language
from analytics.ingest import SourceFile, import_files
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import ROOT, SECONDS, Open, parameter, shown
from ui.choice import (
    FIRST_DAY,
    LONGEST_WINDOW_DAYS,
    PERIODS,
    Choice,
    from_parameters,
    period_start,
    to_parameters,
)

DESA = {"63.11.03.2004": "Bihara", "63.11.03.2008": "Pudak", "63.11.03.2009": "Awayan Hilir"}
PROGRAMS = {"pkh": "Program Keluarga Harapan", "bpnt": "Sembako"}
TODAY = date(2025, 12, 15)

windows = st.fixed_dictionaries(
    {"window_days": st.none() | st.integers(1, LONGEST_WINDOW_DAYS)}
) | st.fixed_dictionaries({"period": st.sampled_from(sorted(PERIODS))})


@st.composite
def some_choices(draw: st.DrawFn) -> Choice:
    return Choice(
        as_of=draw(st.none() | st.dates(FIRST_DAY, TODAY - timedelta(days=1))),
        desa=tuple(draw(st.lists(st.sampled_from(sorted(DESA)), unique=True))),
        programs=tuple(draw(st.lists(st.sampled_from(sorted(PROGRAMS)), unique=True))),
        **draw(windows),
    )


choices = some_choices()


@given(choices)
def test_a_link_says_what_was_chosen(choice: Choice) -> None:
    read, problems = from_parameters(to_parameters(choice), DESA, PROGRAMS, TODAY)
    assert read == choice
    assert not problems


@given(
    st.dictionaries(
        st.sampled_from(["per", "jendela", "desa", "program", "x"]), st.text(max_size=60)
    )
)
def test_no_link_can_break_the_reading(parameters: dict[str, str]) -> None:
    choice, _problems = from_parameters(parameters, DESA, PROGRAMS, TODAY)
    filters = choice.filters(TODAY)
    assert FIRST_DAY <= filters.as_of <= TODAY
    assert 1 <= filters.window_days <= LONGEST_WINDOW_DAYS
    assert set(filters.desa) <= set(DESA)
    assert set(filters.programs) <= set(PROGRAMS)


def test_nothing_chosen_is_an_empty_link() -> None:
    assert to_parameters(Choice()) == {}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"per": "15/12/2025"}, "bukan tanggal"),
        ({"per": "2025-02-30"}, "bukan tanggal"),
        ({"per": "2025-12-16"}, "belum tiba"),
        ({"per": "1999-12-31"}, "terlalu lama"),
        ({"jendela": "0"}, "bukan jumlah hari"),
        ({"jendela": "-5"}, "bukan jumlah hari"),
        ({"jendela": "٣"}, "bukan jumlah hari"),
        ({"jendela": "99999"}, "bukan jumlah hari"),
        ({"desa": "Mars"}, "tidak ada di data"),
        ({"program": "xyz"}, "tidak ada di data"),
    ],
)
def test_a_bad_value_is_ignored_with_a_sentence(parameters: dict[str, str], words: str) -> None:
    choice, problems = from_parameters(parameters, DESA, PROGRAMS, TODAY)
    assert choice == Choice()
    assert len(problems) == 1
    assert words in problems[0]


def test_a_bad_value_does_not_spoil_the_good_ones() -> None:
    parameters = {"per": "2025-12-01", "desa": "Mars,pudak,63.11.03.2008", "program": "PKH"}
    choice, problems = from_parameters(parameters, DESA, PROGRAMS, TODAY)
    assert choice == Choice(date(2025, 12, 1), None, ("63.11.03.2008",), ("pkh",))
    assert len(problems) == 1


def test_a_foreign_text_in_a_sentence_is_short_and_harmless() -> None:
    parameters = {"desa": "<img src=x>**[klik](http://x)**" + "a" * 500}
    _choice, problems = from_parameters(parameters, DESA, PROGRAMS, TODAY)
    assert len(problems[0]) < 150
    assert not set("<>*[]`") & set(problems[0])


def test_the_page_shows_what_the_link_says(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store, jendela="45", desa="63.11.03.2008", program="pkh")
    assert page.date_input(key="filter_per").value == DEMO_TODAY
    assert page.selectbox(key="filter_jendela").value == 45
    assert page.multiselect(key="filter_desa").value == ["63.11.03.2008"]
    assert f"Per {numbers.day(DEMO_TODAY)} · 45 hari terakhir · Pudak" in shown(page)


def test_a_bad_link_is_explained_on_the_page(demo_store: Store, open_page: Open) -> None:
    page = open_page("peta", demo_store, jendela="banyak", desa="Mars")
    assert not page.exception
    assert "banyak" in page.warning[0].value
    assert "Mars" in page.warning[0].value


def test_a_widget_writes_the_link(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store)
    page.multiselect(key="filter_desa").select("63.11.03.2008").run()
    assert parameter(page, "desa") == "63.11.03.2008"
    assert parameter(page, "per") == DEMO_TODAY.isoformat()
    page.selectbox(key="filter_jendela").select(30).run()
    assert parameter(page, "jendela") == "30"
    page.date_input(key="filter_per").set_value(date(2025, 11, 1)).run()
    assert parameter(page, "per") == "2025-11-01"
    assert "Per 1 November 2025 · 30 hari terakhir · Pudak" in shown(page)
    page.multiselect(key="filter_desa").unselect("63.11.03.2008").run()
    assert "desa" not in page.query_params


def test_resetting_empties_the_link_but_for_what_is_not_a_filter(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("keluarga", demo_store, desa="63.11.03.2008", keluarga="KK-1", bahasa="en")
    page.button(key="filter_reset").click().run()
    assert set(page.query_params) == {"keluarga", "bahasa"}


def test_a_page_change_keeps_the_view(demo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERUT_STORE", str(demo_store.folder))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
    app.query_params.update({"per": DEMO_TODAY.isoformat(), "desa": "63.11.03.2008"})
    app.run()
    for page in ("pages/tindak_lanjut.py", "pages/data.py", "pages/peta.py"):
        app.query_params.clear()  # as the browser does when a page is clicked
        app.switch_page(page).run()
        assert parameter(app, "per") == DEMO_TODAY.isoformat()
        assert parameter(app, "desa") == "63.11.03.2008"
        assert app.multiselect(key="filter_desa").value == ["63.11.03.2008"]
        assert app.date_input(key="filter_per").value == DEMO_TODAY


def test_the_back_button_shows_the_earlier_view(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store, desa="63.11.03.2008")
    page.query_params["desa"] = "63.11.03.2004"
    page.run()
    assert page.multiselect(key="filter_desa").value == ["63.11.03.2004"]


def test_a_desa_that_another_version_does_not_have_is_dropped() -> None:
    choice = Choice(desa=("63.11.03.2008", "63.11.03.9999"), programs=("gone",))
    assert choice.known(DESA, PROGRAMS) == Choice(desa=("63.11.03.2008",))


def test_the_language_switch_reaches_page_and_link(demo_store: Store, open_page: Open) -> None:
    def switch(code: str, spoken: str) -> None:
        token = language.set(spoken)  # `AppTest` words the options in this thread
        try:
            page.button_group(key="language_switch").set_value(code).run()
        finally:
            language.reset(token)

    page = open_page("ringkasan", demo_store, bahasa="en")
    assert page.title[0].value == "Overview"
    assert "SIMULATED DATA" in shown(page)
    switch("id", spoken="en")
    assert page.title[0].value == "Ringkasan"
    assert "bahasa" not in page.query_params
    switch("en", spoken="id")
    assert page.title[0].value == "Overview"
    assert parameter(page, "bahasa") == "en"


def test_an_unknown_language_is_indonesian(demo_store: Store, open_page: Open) -> None:
    assert open_page("data", demo_store, bahasa="xx").title[0].value == "Data"
    assert "Impor" in [tab.label for tab in open_page("data", demo_store, bahasa="xx").tabs]


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        ("bulan", date(2025, 12, 15), date(2025, 12, 1)),
        ("triwulan", date(2025, 12, 15), date(2025, 10, 1)),
        ("triwulan", date(2025, 3, 31), date(2025, 1, 1)),
        ("semester", date(2025, 6, 30), date(2025, 1, 1)),
        ("semester", date(2025, 7, 1), date(2025, 7, 1)),
        ("tahun", date(2024, 12, 31), date(2024, 1, 1)),
    ],
)
def test_a_period_is_the_window_from_its_first_day(period: str, day: date, first: date) -> None:
    assert period_start(period, day) == first
    filters = Choice(as_of=day, period=period).filters(TODAY)
    assert filters.parameters()["window_start"] == first - timedelta(days=1)


def test_a_period_is_chosen_and_given_up_again(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store)
    page.button_group(key="filter_periode").set_value("triwulan").run()
    assert parameter(page, "jendela") == "triwulan"
    assert "sejak 1 Oktober 2025 (76 hari)" in shown(page)
    page.selectbox(key="filter_jendela").set_value(60).run()
    assert parameter(page, "jendela") == "60"
    assert page.button_group(key="filter_periode").value is None


def test_what_a_choice_cannot_show_is_said(demo_store: Store, open_page: Open) -> None:
    assert "Cakupan yang rendah di sini wajar" in shown(
        open_page("ringkasan", demo_store, jendela="7")
    )
    assert "sebelum kunjungan pertama dalam data" in shown(
        open_page("ringkasan", demo_store, jendela="3650")
    )
    assert "belum boleh dibaca sebagai hasil" not in shown(open_page("ringkasan", demo_store))


def test_a_chosen_desa_without_targets_is_named(fresh_store: Store, open_page: Open) -> None:
    world = {
        "program": "kode,nama,opd\npkh,PKH,Dinas Sosial\n",
        "keluarga": "id_keluarga,desa,terdaftar_pada\nA,Tundi,2025-01-01\nB,Pudak,2025-01-01\n",
        "sasaran": "id_keluarga,program,mulai\nA,pkh,2025-01-01\n",
    }
    import_files(
        fresh_store,
        [SourceFile(f"{name}.csv", data=text.encode()) for name, text in world.items()],
    )
    page = open_page("ringkasan", fresh_store, desa="Tundi,Pudak", program="pkh")
    assert "Tidak ada keluarga sasaran program yang dipilih di Pudak." in shown(page)
    assert "yang dipilih di" not in shown(open_page("ringkasan", fresh_store, desa="Tundi,Pudak"))
