"""Hambatan: every part with data and without, per role; and recording what became of a barrier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics import numbers, questions
from analytics.access.gate import Door, published
from analytics.access.roles import Reader, Role
from analytics.ingest import SourceFile, import_files
from analytics.questions import Filters
from analytics.store import NotForThisRole, Store
from tests.conftest import DEMO_TODAY
from tests.export.test_visitlist import read_back
from tests.ui.conftest import Open, shown
from ui import explain_ledger, ledger
from ui.choice import Choice
from ui.explain import command_of
from ui.ledger_lessons import matching
from ui.ledger_record import known_solutions
from ui.meeting import agency_pages, months, of_month, pdf_maker, said, workbook_maker
from ui.view import View

PARTS = (
    "Masih terbuka",
    "Arus",
    "Lama penyelesaian",
    "Pelajaran",
    "Rapat koordinasi",
    "Sinyal",
)
FAILED = "belum dapat ditampilkan"
TUNDI = "63.11.03.2013"
F = Filters(DEMO_TODAY)


@pytest.mark.parametrize("role", ["camat", "petugas"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part(part: str, role: str, demo_store: Store, open_page: Open) -> None:
    page = open_page("hambatan", demo_store, lihat=part, peran=role)
    assert not page.exception
    assert FAILED not in shown(page)
    assert "masih terbuka**" in shown(page)


@pytest.mark.parametrize("part", ["Still open", "Time to resolution", "Coordination meeting"])
def test_a_part_of_one_desa_in_english(part: str, demo_store: Store, open_page: Open) -> None:
    code = str(questions.barriers(demo_store.current(), F)["desa_code"].mode()[0])
    page = open_page("hambatan", demo_store, lihat=part, desa=code, bahasa="en")
    assert not page.exception
    assert "cannot be shown" not in shown(page)
    assert " open**, " in shown(page)


def test_the_headline_says_what_the_question_says(demo_store: Store, open_page: Open) -> None:
    table = questions.barriers(demo_store.current(), F)
    text = shown(open_page("hambatan", demo_store))
    late = int(table["over_limit"].sum())
    assert f"**{len(table)} hambatan masih terbuka**, {late} di antaranya lewat batas" in text
    worst = table[table["over_limit"]]["agency"].value_counts()
    alone = (worst == worst.iloc[0]).sum() == 1
    assert (f"Yang lewat batas terbanyak di {worst.index[0]}: {worst.iloc[0]}." in text) == alone
    assert f"sudah terbuka {table['age_days'].max()} hari" in text


def test_several_agencies_with_as_many_have_not_the_most() -> None:
    barrier = {"over_limit": True, "category": "informasi", "desa_name": "Tundi", "age_days": 40}
    agencies = ["Dinas Sosial", "Dinas Kesehatan", "Dinas Sosial", "Dinas Kesehatan"]
    table = pd.DataFrame([{**barrier, "agency": each} for each in agencies])
    tied, most = (
        ledger.headline(cast(Any, SimpleNamespace(ask=lambda _name, rows=rows: rows)))
        for rows in (table, table.head(3))
    )
    assert "terbanyak" not in tied
    assert "Yang lewat batas terbanyak di Dinas Sosial: 2." in most


def test_the_weeks_end_on_the_day_asked_about(demo_store: Store, open_page: Open) -> None:
    thursday = DEMO_TODAY - timedelta(DEMO_TODAY.weekday() + 4)
    text = shown(open_page("hambatan", demo_store, lihat="Arus", per=thursday.isoformat()))
    assert f" sampai {numbers.day(thursday, 'medium')}, " in text


def test_a_barrier_has_a_number_and_not_a_figure(demo_store: Store, open_page: Open) -> None:
    for part in ("Masih terbuka", "Pelajaran"):
        page = open_page("hambatan", demo_store, lihat=part)
        headings = [each.proto.columns for each in page.dataframe]
        assert any('"Nomor"' in each for each in headings)
        assert not any('"Angka"' in each for each in headings)


def test_the_median_and_its_interval_are_those_of_the_question(
    demo_store: Store, open_page: Open
) -> None:
    row = questions.resolution(demo_store.current(), F).iloc[0]
    page = open_page("hambatan", demo_store, lihat="Lama penyelesaian")
    low, high = numbers.number(row["median_low"]), numbers.number(row["median_high"])
    median = numbers.number(row["median_days"])
    assert f"setelah **{median} hari** (95 persen: {low} sampai {high})" in shown(page)
    assert "log-rank χ² = " in shown(page)
    page.segmented_control(key="resolution_by").select("agency").run()
    assert "bukan peringkat kerja" in shown(page)


def test_a_search_finds_lessons_by_every_word(demo_store: Store, open_page: Open) -> None:
    page = open_page("hambatan", demo_store, lihat="Pelajaran")
    page.text_input(key="lessons_search").set_value("DUKCAPIL keliling").run()
    assert "1 solusi, dari" in shown(page)
    assert len(page.dataframe) == 2
    assert set(page.dataframe[1].value["with_whom"]) == {"Dinas Dukcapil"}
    page.text_input(key="lessons_search").set_value("dukcapil naga").run()
    assert "Tidak ada hambatan selesai yang memuat semua kata ini" in shown(page)


def test_a_search_takes_signs_as_they_are() -> None:
    table = pd.DataFrame(
        {"what": ["Jalan"], "with_whom": ["A.B"], "desa_name": ["X"], "solution": [None]}
    )
    assert len(matching(table, "a.b jalan")) == 1
    assert matching(table, "a+b").empty


def test_before_the_first_barrier_the_page_says_so(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("hambatan", demo_store, per="2024-01-15"))
    assert "Belum ada hambatan yang dicatat sampai 15 Januari 2024." in text
    text = shown(open_page("hambatan", demo_store, per="2024-01-15", desa=TUNDI))
    assert "Belum ada hambatan di desa terpilih" in text


@pytest.mark.parametrize("part", PARTS)
def test_one_open_barrier_and_nothing_else(part: str, fresh_store: Store, open_page: Open) -> None:
    text = "id_hambatan,desa,kategori,dibuka_pada,status\nH1,Tundi,sinyal,2025-12-01,terbuka\n"
    import_files(fresh_store, [SourceFile("hambatan.csv", data=text.encode())])
    page = open_page("hambatan", fresh_store, lihat=part)
    assert not page.exception
    assert FAILED not in shown(page)
    assert "**1 hambatan masih terbuka**, 0 di antaranya" in shown(page)


@pytest.mark.parametrize("part", PARTS)
def test_barriers_all_resolved_the_day_they_were_noted(
    part: str, fresh_store: Store, open_page: Open
) -> None:
    """The curve falls to 0 at once and has an interval on no day."""
    text = "id_hambatan,desa,kategori,dibuka_pada,status,selesai_pada,solusi\n" + "".join(
        f"H{k},Tundi,sinyal,2025-12-01,selesai,2025-12-01,beres\n" for k in range(6)
    )
    import_files(fresh_store, [SourceFile("hambatan.csv", data=text.encode())])
    said = shown(open_page("hambatan", fresh_store, lihat=part))
    assert FAILED not in said
    if part == "Lama penyelesaian":
        assert "setelah **0 hari** (tanpa selang)" in said
        assert "100% selesai dalam batas waktu (tanpa selang)" in said


def test_an_empty_and_a_broken_store(
    fresh_store: Store, broken_store: Store, open_page: Open
) -> None:
    assert "Belum ada data" in shown(open_page("hambatan", fresh_store))
    assert FAILED in shown(open_page("hambatan", broken_store))


def view_of(store: Store, reader: Reader) -> View:
    door = Door(reader, store.current())
    names = door.desa()
    desa = dict(zip(names["desa_code"], names["desa_name"], strict=True))
    return View(store, door, Choice(as_of=DEMO_TODAY), DEMO_TODAY, desa, {})


def test_the_meeting_counts_and_its_paper(demo_store: Store) -> None:
    view = view_of(demo_store, Reader("nurul", Role.CAMAT))
    days = months(view)
    assert days[0] == DEMO_TODAY
    assert days[1].isoformat() == "2025-11-30"
    assert days == sorted(days, reverse=True)
    table = view.ask("meeting", as_of=days[1], window_days=days[1].day)
    pages = agency_pages(table)
    at_end = questions.barriers(demo_store.current(), Filters(days[1]))
    assert sum(len(page.open) for page in pages) == len(at_end)
    assert sum(page.over for page in pages) == at_end["over_limit"].sum()
    assert [page.over for page in pages] == sorted((page.over for page in pages), reverse=True)
    for page in pages:
        assert [item.days for item in page.open] == sorted(
            (item.days for item in page.open), reverse=True
        )
    paper = read_back(pdf_maker(view, pages, days[1])())
    assert len(paper) == len(pages)
    assert all("DATA SIMULASI" in text and "KK-" not in text for text in paper)
    assert workbook_maker(view, table)()


def test_the_month_of_the_meeting_is_in_the_command_and_the_files(demo_store: Store) -> None:
    view = of_month(view_of(demo_store, Reader("nurul", Role.CAMAT)), date(2025, 11, 30))
    command = command_of(view, explain_ledger.meeting(view))
    assert "--as-of 2025-11-30 --window 30" in command


def recorder(page: AppTest) -> AppTest:
    page.session_state["record_box"] = True
    return page.run()


def clicked(page: AppTest, row: int) -> AppTest:
    """What a click into a row of the open list leaves behind; `AppTest` cannot click there."""
    page.session_state["perut_barrier_wanted"] = page.dataframe[0].value["barrier_id"].iloc[row]
    page.session_state["record_box"] = True
    return page.run()


def test_a_click_on_a_row_opens_the_form_with_that_barrier(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("hambatan", demo_store)
    assert not [box for box in page.selectbox if box.key == "record_barrier"]
    codes = page.dataframe[0].value["barrier_id"].tolist()
    for row in (4, 7):
        clicked(page, row)
        assert page.selectbox(key="record_barrier").value == codes[row]
    # The choice by list stays, also while a row is marked.
    page.selectbox(key="record_barrier").set_value(codes[0]).run()
    assert page.selectbox(key="record_barrier").value == codes[0]
    assert [box for box in page.text_input if box.key == f"record_waits_{codes[0]}"]


def test_a_row_that_is_closed_by_now_can_be_chosen(own_demo: Store, open_page: Open) -> None:
    early = (DEMO_TODAY - timedelta(60)).isoformat()
    page = open_page("hambatan", own_demo, per=early)
    codes = page.dataframe[0].value["barrier_id"].tolist()
    now_open = set(questions.barriers(own_demo.current(), F)["barrier_id"])
    row = next(place for place, code in enumerate(codes) if code not in now_open)
    clicked(page, row)
    assert page.selectbox(key="record_barrier").value == codes[row]
    assert page.toggle(key="record_closed").value is True


def solving(page: AppTest) -> tuple[AppTest, str]:
    code = str(page.selectbox(key="record_barrier").value)
    return page.selectbox(key=f"record_status_{code}").select("selesai").run(), code


def test_the_form_suggests_what_solved_others_of_the_category(
    own_demo: Store, open_page: Open
) -> None:
    page = recorder(open_page("hambatan", own_demo))
    assert "Pernah diselesaikan begini" not in shown(page)
    page, code = solving(page)
    assert "Pernah diselesaikan begini" in shown(page)
    barriers = questions.barriers(own_demo.current(), F).set_index("barrier_id")
    lessons = questions.lessons(own_demo.current(), F)
    mine = lessons[lessons["category"] == barriers.loc[code, "category"]]
    counts = mine["solution"].value_counts()
    offered = [each for each in page.button if str(each.key).startswith("record_lesson_")]
    assert 0 < len(offered) <= 5
    assert offered[0].label.endswith(f"({counts.iloc[0]}×)")
    offered[0].click().run()
    filled = str(page.text_input(key=f"record_solution_{code}").value)
    assert counts[filled] == counts.iloc[0]
    page.button(key="record_go").click().run()
    assert f"Dicatat: {code} selesai sejak" in shown(page)
    now = Filters(numbers.today())
    told = questions.lessons(own_demo.current(), now).set_index("barrier_id")
    assert told.loc[code, "solution"] == filled


def test_the_suggestions_are_of_all_desa_and_at_most_five(demo_store: Store) -> None:
    view = view_of(demo_store, Reader("nurul", Role.CAMAT))
    lessons = view.ask("lessons")
    for category in lessons["category"].unique():
        known = known_solutions(view, category)
        counts = lessons.loc[lessons["category"] == category, "solution"].value_counts()
        assert [times for _words, times in known] == counts.head(5).tolist()
        assert all(counts[solution] == times for solution, times in known)
    code = lessons["desa_code"].iloc[0]
    narrow = replace(view, choice=replace(view.choice, desa=(code,)))
    assert known_solutions(narrow, category) == known
    assert known_solutions(view, "no such") == []


def test_solved_without_a_solution_is_asked_about_once(own_demo: Store, open_page: Open) -> None:
    before = own_demo.current().version_id
    question = "Tanpa solusi? Pelajaran untuk desa lain hilang."
    page, code = solving(recorder(open_page("hambatan", own_demo)))
    page.text_input(key=f"record_solution_{code}").set_value("   ")
    page.button(key="record_go").click().run()
    assert question in shown(page)
    assert page.button(key="record_go").label == "Catat tanpa solusi"
    assert own_demo.current().version_id == before
    page.text_input(key=f"record_solution_{code}").set_value("Kartu dicetak").run()
    assert question not in shown(page)
    assert page.button(key="record_go").label == "Periksa dan catat"
    page.text_input(key=f"record_solution_{code}").set_value("").run()
    page.button(key="record_go").click().run()
    assert not page.exception
    assert f"Dicatat: {code} selesai sejak" in shown(page)
    assert own_demo.current().version_id != before


def test_turned_down_is_not_asked_for_a_solution(own_demo: Store, open_page: Open) -> None:
    page = recorder(open_page("hambatan", own_demo))
    code = page.selectbox(key="record_barrier").value
    page.selectbox(key=f"record_status_{code}").select("ditolak").run()
    assert "Pernah diselesaikan begini" not in shown(page)
    page.button(key="record_go").click().run()
    assert f"Dicatat: {code} ditolak sejak" in shown(page)


def test_a_status_is_recorded_and_its_history_shown(own_demo: Store, open_page: Open) -> None:
    before = own_demo.current().version_id
    page = recorder(open_page("hambatan", own_demo))
    code = page.selectbox(key="record_barrier").value
    page.selectbox(key=f"record_status_{code}").select("selesai")
    page.text_input(key=f"record_solution_{code}").set_value("Kartu dicetak ulang")
    page.button(key="record_go").click().run()
    assert not page.exception
    assert f"Dicatat: {code} selesai sejak" in shown(page)
    assert own_demo.current().version_id != before
    line = own_demo.audit.read(event="correction")[0]
    assert (line.role, line.what) == ("camat", f"{code} selesai")
    recorder(page)
    page.toggle(key="record_closed").set_value(True).run()
    page.selectbox(key="record_barrier").set_value(code).run()
    text = shown(page)
    assert f"Riwayat {code}" in text
    assert "**Selesai** · dengan solusi · dicatat oleh: Camat" in text


def test_the_import_says_what_it_would_refuse(own_demo: Store, open_page: Open) -> None:
    before = own_demo.current().version_id
    page = recorder(open_page("hambatan", own_demo))
    code = page.selectbox(key="record_barrier").value
    page.text_input(key=f"record_waits_{code}").set_value("6311030101010001")
    page.button(key="record_go").click().run()
    assert "Impor akan menolak" in shown(page)
    page.text_input(key=f"record_waits_{code}").set_value("Kecamatan")
    assert own_demo.current().version_id == before


def test_a_field_worker_chooses_among_the_own_barriers(own_demo: Store, open_page: Open) -> None:
    page = recorder(open_page("hambatan", own_demo, peran="petugas"))
    labels = page.selectbox(key="record_barrier").options
    assert labels
    seen = questions.barriers(own_demo.current(), Filters(DEMO_TODAY))
    assert len(labels) < len(seen)


@pytest.mark.parametrize("role", [Role.PENINJAU, Role.PUBLIK])
def test_outside_readers_see_published_counts_only(
    role: Role, demo_store: Store, open_page: Open
) -> None:
    page = open_page("hambatan", demo_store, peran=role.value)
    assert not page.exception
    end = pd.Timestamp("2025-11-30").date()
    cells = published(demo_store.current(), "barriers", end)
    values = set(cells["open"].dropna().astype(int).map(numbers.number)) | {"<5"}
    tables = [each.value for each in page.dataframe]
    assert len(tables) == 2
    for table in tables:
        assert set(table["open"]) <= values
        assert "barrier_id" not in table
    text = shown(page)
    assert "Catat status hambatan" not in text
    assert not page.tabs
    view = view_of(demo_store, Reader("tamu", role))
    with pytest.raises(NotForThisRole):
        view.store_to_record()
    for name in ("barrier_flow", "resolution", "resolution_curve", "lessons", "meeting"):
        with pytest.raises(NotForThisRole):
            view.ask(name)


def test_the_overview_leads_here(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("ringkasan", demo_store))
    assert "(/hambatan?" in text


def test_who_is_named_by_nobody_is_no_agency(demo_store: Store) -> None:
    table = questions.meeting(demo_store.current(), F)
    nobody = said(agency_pages(table.assign(agency="")), DEMO_TODAY)
    is_open = int(table["closed_on"].isna().sum())
    assert f"{is_open} terbuka di 0 perangkat daerah**" in nobody
    assert f"{is_open} yang terbuka tidak menyebut perangkat daerah." in nobody
    assert "Bicara pertama" not in nobody
    assert "tidak menyebut" not in said(agency_pages(table), DEMO_TODAY)
