"""Tindak lanjut as a work list: narrowed by the link, ticked for the week, taken away on paper."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.access.gate import Door
from analytics.access.roles import SHELL
from analytics.config import FOLLOWUP_STATUSES
from analytics.questions import Filters, followup, workload
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, parameter, shown
from ui import basket, followup_filter, visitlists, worklist
from ui.choice import Choice
from ui.followup_filter import NEED_A_VISIT, Narrowed
from ui.view import View

BASKET = "perut_basket"


@pytest.fixture
def everybody(demo_store: Store) -> pd.DataFrame:
    return followup(demo_store.current(), Filters(DEMO_TODAY))


def ids(page: AppTest) -> list[str]:
    return [str(each) for each in page.dataframe[0].value["household_id"]]


def calm(page: AppTest) -> None:
    assert not page.exception
    assert "failure" not in str([each.value for each in page.error])
    assert not page.error


def view_of(store: Store) -> View:
    snapshot = store.current()
    programs = dict(
        snapshot.query("select program_code, program_name from program")
        .set_index("program_code")["program_name"]
        .items()
    )
    return View(store, Door(SHELL, snapshot), Choice(as_of=DEMO_TODAY), DEMO_TODAY, {}, programs)  # type: ignore[arg-type]


# Narrowing ------------------------------------------------------------------------------------


def test_the_link_says_what_is_listed(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page(
        "tindak_lanjut",
        demo_store,
        status="overdue,lost",
        prioritas="tinggi",
        rentan="lansia,balita",
        lewat="30",
        pendamping="P03",
    )
    wanted = everybody[
        everybody["status"].isin(["overdue", "lost"])
        & (everybody["priority"] == "tinggi")
        & everybody["vulnerabilities"].map(lambda v: bool({"lansia", "balita"} & set(v)))
        & (everybody["days_overdue"] > 30)
        & (everybody["assistant_id"] == "P03")
    ]
    calm(page)
    assert len(wanted)
    assert ids(page) == wanted["household_id"].tolist()
    assert f"{len(wanted)} dari" in shown(page)
    assert page.selectbox(key="followup_assistant").value == "P03"
    assert page.multiselect(key="followup_priority").value == ["tinggi"]


def test_what_means_nothing_in_a_link_is_passed_over(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page(
        "tindak_lanjut",
        demo_store,
        status="never,x",
        prioritas="sangat",
        rentan="<b>",
        lewat="12",
        pendamping="P999",
    )
    calm(page)
    wanted = everybody[everybody["status"] == "never"]
    assert ids(page) == wanted["household_id"].tolist()


def test_a_box_writes_into_the_link_and_only_what_is_not_usual(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("tindak_lanjut", demo_store)
    page.multiselect(key="followup_priority").select("rendah").run()
    page.selectbox(key="followup_overdue").select(90).run()
    assert parameter(page, "prioritas") == "rendah"
    assert parameter(page, "lewat") == "90"
    assert "status" not in page.query_params
    assert "pendamping" not in page.query_params
    page.multiselect(key="followup_priority").unselect("rendah").run()
    assert "prioritas" not in page.query_params


def test_each_count_is_what_choosing_it_lists(everybody: pd.DataFrame) -> None:
    choice = Narrowed(priorities=("tinggi",), overdue=7)
    rest = followup_filter._rest(everybody, choice, "statuses")
    for status in FOLLOWUP_STATUSES:
        only = Narrowed((status,), ("tinggi",), overdue=7)
        assert len(followup_filter.matching(everybody, only)) == (rest["status"] == status).sum()


def test_nobody_left_says_which_filter_to_open(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page("tindak_lanjut", demo_store, status="on_time", lewat="30")
    calm(page)
    assert "Tidak ada keluarga yang memenuhi semua ini" in shown(page)
    on_time = int((everybody["status"] == "on_time").sum())
    late = int((everybody["days_overdue"] > 30).sum())
    buttons = {button.key: button.label for button in page.button}
    assert f"{on_time:,}".replace(",", ".") in buttons["loosen_overdue"]
    assert f"{late:,}".replace(",", ".") in buttons["loosen_statuses"]
    page.button(key="loosen_overdue").click().run()
    assert "lewat" not in page.query_params
    assert len(page.dataframe)


def test_where_one_filter_is_not_enough_all_are_opened(
    demo_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followup_filter, "loosened", lambda _table, _choice: {})
    page = open_page("tindak_lanjut", demo_store, status="on_time", lewat="30")
    assert "Membuka satu saringan saja belum cukup" in shown(page)
    page.button(key="loosen_all").click().run()
    assert "status" not in page.query_params
    assert len(page.dataframe)


def test_only_filters_that_help_are_offered(everybody: pd.DataFrame) -> None:
    choice = Narrowed(("on_time",), overdue=30)
    helps = followup_filter.loosened(everybody, choice)
    assert set(helps) == {"statuses", "overdue"}
    assert list(helps.values()) == sorted(helps.values(), reverse=True)
    assert not followup_filter.narrowing(followup_filter.WIDEST)


def test_a_long_list_comes_in_parts(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page("tindak_lanjut", demo_store)
    count = int(everybody["status"].isin(NEED_A_VISIT).sum())
    assert len(ids(page)) == worklist.PAGE_ROWS < count
    assert "Ditampilkan 500 teratas" in shown(page)
    page.toggle(key="followup_all").set_value(True).run()
    assert len(ids(page)) == count


# The week's list ------------------------------------------------------------------------------


def test_the_first_of_each_assistant_are_chosen_and_stay(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page("tindak_lanjut", demo_store)
    assert "Daftar minggu ini masih kosong" in shown(page)
    page.session_state["quick"] = True
    page.run()
    page.number_input(key="quick_count").set_value(3).run()
    page.button(key="quick_add").click().run()
    chosen = page.session_state[BASKET][1]
    needing = everybody[everybody["status"].isin(NEED_A_VISIT)]
    expected = needing.groupby("assistant_id").head(3)["household_id"].tolist()
    assert list(chosen) == expected
    assert f"Minggu ini: **{len(expected)} keluarga**" in shown(page)
    page.selectbox(key="followup_assistant").select("P03").run()
    assert page.session_state[BASKET][1] == chosen
    picked = page.dataframe[0].value.set_index("household_id")["picked"]
    assert (picked == "✓").sum() == 3
    page.button(key="basket_clear").click().run()
    assert not page.session_state[BASKET][1]


def test_a_week_of_work_is_what_each_visits_in_a_week(
    demo_store: Store, everybody: pd.DataFrame
) -> None:
    work: Any = workload(demo_store.current(), Filters(DEMO_TODAY)).set_index("assistant_id")
    pace = work["visits_per_week"].round().astype(int).to_dict()
    top = basket.top_of_each(everybody, pace)
    owners = everybody.set_index("household_id")["assistant_id"].loc[top].value_counts()
    for code, count in owners.items():
        assert count == min(pace[code], int(work.loc[code, "households"]))
    assert basket.top_of_each(everybody, {}) == []


def test_the_open_tab_stands_in_the_link(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store, lihat="Beban kerja")
    assert "minggu kerja" in shown(page)


def test_a_group_is_chosen_whole(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page("tindak_lanjut", demo_store, status="never")
    page.query_params["lihat"] = "Kelompok"
    page.run()
    calm(page)
    never = everybody[everybody["status"] == "never"]
    labels = [each.label for each in page.expander if "dari" in each.label]
    assert len(labels) == never["assistant_id"].nunique()
    first = sorted(never["assistant_id"].unique())[0]
    from zlib import crc32

    key = f"group_{crc32(f'assistant_id:{first}'.encode())}"
    page.session_state[key] = True
    page.run()
    page.button(key=f"{key}_rows_whole").click().run()
    mine = never.loc[never["assistant_id"] == first, "household_id"]
    assert list(page.session_state[BASKET][1]) == mine.tolist()
    assert "dibagi menurut desa tugas" in shown(page)


def test_where_several_work_in_a_desa_it_is_said(everybody: pd.DataFrame) -> None:
    part = everybody[everybody["status"] == "never"].head(1)
    code, name = part["desa_code"].iloc[0], part["desa_name"].iloc[0]
    assert f"{name}: P01, P02" in worklist.whose(part, {code: ("P01", "P02")})
    assert "Beberapa" not in worklist.whose(part, {code: ("P01",)})
    met = everybody[everybody["last_contact_on"].notna()].head(3)
    assert worklist.whose(met, {}) == ""


def test_the_week_is_taken_away_without_a_name(
    demo_store: Store, open_page: Open, everybody: pd.DataFrame
) -> None:
    page = open_page("tindak_lanjut", demo_store)
    some = everybody["household_id"].head(30).tolist()
    store_id = demo_store.current().store_id
    page.session_state[BASKET] = (store_id, (*some, "KK-LAMA"))
    page.query_params["lihat"] = "Kunjungan minggu ini"
    page.session_state["messages"] = True
    page.run()
    calm(page)
    assert "**30 keluarga**" in shown(page)
    assert "1 keluarga terpilih tidak didampingi" in shown(page)
    said = "\n".join(code.value for code in page.code if "Kunjungan minggu ini" in code.value)
    assert all(each in said for each in some)
    kept = demo_store.current().private("keluarga", some)
    everything = said + shown(page) + str(page.session_state) + str(page.query_params)
    staff = set(
        demo_store.current().query("select assistant_name from assistant")["assistant_name"]
    )
    secrets = {text for fields in kept.values() for text in fields.values() if text} - staff
    assert len(secrets) > 30
    assert not [text for text in secrets if len(text) > 5 and text in everything]
    page.checkbox(key="with_personal").check().run()
    assert "data pribadi" in page.warning[0].value
    page.session_state[BASKET] = ("another store", tuple(some))
    page.run()
    assert "Belum ada yang dipilih" in shown(page)


@pytest.mark.parametrize("personal", [False, True])
def test_names_are_in_the_files_only_when_asked_for(
    demo_store: Store, everybody: pd.DataFrame, personal: bool
) -> None:
    view = view_of(demo_store)
    table = everybody.head(12)
    kept = demo_store.current().private("keluarga", table["household_id"].tolist())
    make = visitlists.maker(
        view, table, {"P03": "X"}, date(2025, 12, 15), personal=personal, paper=False
    )
    before = len(demo_store.audit.read(event="personal_viewed"))
    made = openpyxl.load_workbook(io.BytesIO(make()))
    noted = demo_store.audit.read(event="personal_viewed")
    assert len(noted) == before + personal
    if personal:
        assert (noted[0].what, noted[0].count) == ("visit lists", 12)
    text = "\n".join(str(c.value) for sheet in made for row in sheet for c in row if c.value)
    assert all(each in text for each in table["household_id"])
    assert len(kept) == 12
    for fields in kept.values():
        assert (fields["nama_kepala_keluarga"] in text) is personal
    paper = visitlists.maker(view, table, {}, date(2025, 12, 15), personal=personal, paper=True)
    assert paper().startswith(b"%PDF")


def test_who_may_not_see_personal_data_gets_none(
    demo_store: Store, everybody: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitlists, "may_see_personal", lambda _view: False)
    table = everybody.head(3)
    make = visitlists.maker(
        view_of(demo_store), table, {}, date(2025, 12, 15), personal=True, paper=False
    )
    made = openpyxl.load_workbook(io.BytesIO(make()))
    assert made["Daftar"].max_column == 11


# Workload and the four states -----------------------------------------------------------------


def test_the_workload_of_every_assistant(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store)
    page.query_params["lihat"] = "Beban kerja"
    page.run()
    calm(page)
    work = workload(demo_store.current(), Filters(DEMO_TODAY))
    table = page.dataframe[0].value
    assert table["assistant_id"].tolist() == work["assistant_id"].tolist()
    assert "minggu kerja" in shown(page)
    assert "bukan siapa yang terbaik" in shown(page)


@pytest.mark.parametrize("tab", ["Daftar", "Kelompok", "Kunjungan minggu ini", "Beban kerja"])
def test_every_tab_is_calm_whatever_the_store_is(
    tab: str, fresh_store: Store, demo_store: Store, open_page: Open
) -> None:
    for store, more in ((fresh_store, {}), (demo_store, {"program": "pkh", "desa": "Pudak"})):
        page = open_page("tindak_lanjut", store, **more)
        page.query_params["lihat"] = tab
        page.run()
        calm(page)


def test_a_day_before_everything_is_explained(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store, per="2001-01-01")
    calm(page)
    assert not page.dataframe
    assert "2001" in shown(page)


def test_a_broken_store_is_told_calmly(broken_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", broken_store)
    assert not page.exception
    assert "Halaman ini belum dapat ditampilkan" in shown(page)
