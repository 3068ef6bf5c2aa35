"""The pieces of the pages that need no Streamlit to be checked, by hand-computed answers."""

from __future__ import annotations

import io
import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from analytics import numbers
from analytics.access.gate import Door
from analytics.access.roles import SHELL
from analytics.i18n import language
from analytics.questions import QUESTIONS, Filters, followup, summary
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, shown
from ui import imports, overview, reach, words
from ui.attention import attention
from ui.chrome import streamlit_words
from ui.explain import Explanation, command, coverage, score
from ui.followup import list_columns, presented, selected_row, status_counts
from ui.tables import table_workbook
from ui.view import View


def desa(
    code: str, state: str, covered: float, high: float, days: float = 1.0
) -> dict[str, object]:
    return {
        "desa_code": code,
        "desa_name": code.upper(),
        "state": state,
        "coverage": covered,
        "ci_high": high,
        "days_since_data": days,
    }


TABLE = pd.DataFrame(
    [
        desa("a", "ok", 0.50, 0.60),
        desa("b", "ok", 0.75, 0.85),
        desa("c", "ok", 0.90, 0.95),
        desa("d", "ok", 0.20, 0.30),
        desa("e", "small", 0.10, 0.20),
        desa("f", "waiting", 0.10, 0.20, 20),
        desa("g", "waiting", 0.95, 0.99, 50),
        desa("h", "no_data", float("nan"), float("nan"), float("nan")),
    ]
)


STEADY = pd.DataFrame({"desa_code": list("abcdefgh"), "direction": "steady", "change": [0.0] * 8})


def test_a_falling_desa_counts_once_though_it_is_low_too() -> None:
    change = STEADY.assign(
        direction=["falling", "steady", "falling", *["steady"] * 5],
        change=[-0.1, 0.0, -0.2, *[0.0] * 5],
    )
    needs = attention(TABLE, change, 0.80)
    assert needs.falling["desa_code"].tolist() == ["c", "a"]
    assert needs.only_falling["desa_code"].tolist() == ["c"]
    assert needs.count == 6


def test_low_is_below_the_target_beyond_chance_and_lowest_first() -> None:
    needs = attention(TABLE, STEADY, 0.80)
    assert needs.low["desa_code"].tolist() == ["d", "a"]
    assert needs.maybe_low["desa_code"].tolist() == ["b"]


def test_late_data_is_never_called_low_and_none_is_never_zero() -> None:
    needs = attention(TABLE, STEADY, 0.80)
    assert needs.waiting["desa_code"].tolist() == ["g", "f"]
    assert needs.no_data["desa_code"].tolist() == ["h"]
    assert needs.count == 5
    assert not needs.calm


def test_all_is_calm_when_everybody_reaches_the_target() -> None:
    needs = attention(TABLE[TABLE["desa_code"] == "c"], STEADY, 0.80)
    assert needs.calm
    assert needs.count == 0


def test_the_reason_names_the_largest_part_first() -> None:
    table = pd.DataFrame(
        {
            "days_overdue": [31, 0],
            "score_overdue": [17.2, 0.0],
            "priority": ["tinggi", "rendah"],
            "score_priority": [20, 0],
            "vulnerabilities": [["lansia", "balita"], []],
            "score_vulnerability": [10, 0],
            "status": ["overdue", "on_time"],
            "score_status": [0, 0],
        }
    )
    assert words.why_first(table) == [
        "prioritas tinggi (+20), terlambat 31 hari (+17,2), lansia, balita (+10)",
        "",
    ]


def test_a_reason_can_leave_out_its_points(demo_store: Store) -> None:
    table = followup(demo_store.current(), Filters(DEMO_TODAY)).head(20)
    short, full = words.why_first(table, points=False), words.why_first(table)
    assert not any("(+" in why for why in short)
    assert [re.sub(r" \(\+[^)]*\)", "", why) for why in full] == short


def test_the_parts_of_a_reason_add_up_to_the_score(demo_store: Store) -> None:
    table = followup(demo_store.current(), Filters(DEMO_TODAY)).head(300)
    for row, why in zip(table.to_dict("records"), words.why_first(table), strict=True):
        points = [float(part.split(")")[0].replace(",", ".")) for part in why.split("(+")[1:]]
        assert sum(points) == pytest.approx(row["score"], abs=0.11)


@given(st.text(alphabet="ab*_[]()`<>#$:|\\~!-.&=; \n\t", max_size=20))
def test_a_typed_text_is_shown_as_typed(text: str) -> None:
    shown = words.literal(text)
    unescaped = ""
    position = 0
    while position < len(shown):
        if shown[position] == "\\":
            position += 1
        unescaped += shown[position]
        position += 1
    assert unescaped == " ".join(text.split())
    bare = re.sub(r"\\.", "", shown)
    assert not set(bare) & set("`*_{}[]()#+-.!|<>$:~&=\n")


def test_counts_per_desa_add_up(demo_store: Store) -> None:
    table = followup(demo_store.current(), Filters(DEMO_TODAY))
    groups = status_counts(table, "desa_name")
    assert groups["active"].sum() == len(table)
    late = table["status"].isin(["never", "lost", "overdue"])
    assert groups["late"].sum() == late.sum()
    assert groups["late"].is_monotonic_decreasing
    assert (groups["share"] == groups["late"] / groups["active"]).all()


@pytest.mark.parametrize(
    ("event", "row"),
    [
        (None, None),
        ({}, None),
        ({"selection": {"rows": [], "cells": []}}, None),
        ({"selection": {"rows": [4]}}, 4),
        ({"selection": {"rows": [], "cells": [(7, "desa_name")]}}, 7),
    ],
)
def test_a_click_anywhere_in_a_row_is_a_click_on_it(event: object, row: int | None) -> None:
    assert selected_row(event) == row


def test_barriers_are_grouped_by_category_and_agency() -> None:
    table = pd.DataFrame(
        {
            "category": ["rumah", "rumah", "akses_jalan", "rumah"],
            "agency": ["A", "A", None, "B"],
            "age_days": [10, 30, 5, 7],
        }
    )
    groups = overview.barrier_groups(table)
    assert groups.to_dict("records") == [
        {"what": "Kondisi rumah", "agency": "A", "open": 2, "oldest_days": 30},
        {"what": "Kondisi rumah", "agency": "B", "open": 1, "oldest_days": 7},
        {"what": "Akses jalan", "agency": "belum ada OPD", "open": 1, "oldest_days": 5},
    ]


def test_the_headline_of_reach_names_the_weakest_program_and_where_it_is_lost() -> None:
    desa = pd.DataFrame(
        {
            "program_code": ["a", "b", "b"],
            "desa_name": ["Tundi", "Tundi", "Pudak"],
            "targeted": [100, 120, 80],
            "attempted": [100, 120, 80],
            "met": [95, 110, 75],
            "received": [90, 15, 5],
            "benefited": [80, 10, 5],
        }
    )
    steps = ["targeted", "attempted", "met", "received", "benefited"]
    table = desa.groupby("program_code", as_index=False)[steps].sum()
    table = table.assign(program_name=["Satu", "Dua"])
    table["reached"] = table["received"] / table["targeted"]
    nobody = {**dict.fromkeys(steps, 0), "program_code": "c", "program_name": "Tiga"}
    sentence = reach.headline(pd.concat([table, pd.DataFrame([nobody])]), desa)
    assert "**Dua**" in sentence
    assert "20 dari 200" in sentence
    assert "di antara *bertemu* dan *menerima*: 165 keluarga, 95 di antaranya di Tundi" in sentence
    assert "Satu, 90%" in sentence
    assert "Tiga" not in sentence


def test_the_command_names_every_filter() -> None:
    filters = Filters(DEMO_TODAY, 60, ("63.11.03.2008", "63.11.03.2004"), ("pkh",))
    assert command("coverage", filters, "v00001-abc") == (
        "python -m analytics ask coverage --as-of 2025-12-15 --window 60 --desa 63.11.03.2008 "
        "--desa 63.11.03.2004 --program pkh --version v00001-abc"
    )


def view_of(store: Store) -> View:
    from ui.choice import Choice

    snapshot = store.current()
    return View(store, Door(SHELL, snapshot), Choice(as_of=DEMO_TODAY), DEMO_TODAY, {"x": "X"}, {})


def test_the_explanation_repeats_the_rules_in_force(demo_store: Store) -> None:
    view = view_of(demo_store)
    assert f"{view.rules.coverage.window_days} hari" in coverage(view).definition
    assert str(view.rules.score.overdue_max) in score(view).definition
    assert coverage(view).sql(view).endswith(QUESTIONS["coverage"].sql)


@pytest.mark.parametrize("name", ["coverage", "followup", "reach_desa", "barriers"])
def test_the_query_that_is_shown_gives_the_figures_that_are_shown(
    name: str, demo_store: Store
) -> None:
    """A reviewer puts the parameters into the statement by hand."""
    snapshot = demo_store.current()
    filters = Filters(DEMO_TODAY, 60, ("63.11.03.2008", "63.11.03.2004"), ("pkh",))
    shown_sql = QUESTIONS[name].sql_for(filters)
    values = dict(re.findall(r"^--   \$(\w+) = (.*)$", shown_sql, flags=re.MULTILINE))
    statement = QUESTIONS[name].sql_for(filters)
    typed = re.sub(r"\$(\w+)", lambda found: values.get(found[1], found[0]), statement)
    assert "$" not in re.sub(r"--.*", "", typed)
    answer = QUESTIONS[name].function(snapshot, filters)
    by_hand = snapshot.query(typed)
    assert len(answer)
    pd.testing.assert_frame_equal(by_hand, answer[by_hand.columns], check_dtype=False)


def test_the_passport_is_made_when_somebody_opens_it(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store)
    assert "python -m analytics ask summary" not in "\n".join(c.value for c in page.code)
    page.session_state["how_coverage"] = True
    page.run()
    said = shown(page)
    row = summary(demo_store.current(), Filters(DEMO_TODAY)).iloc[0]
    assert f"**Angka**: {numbers.percent(row['coverage'])}" in said
    assert f"**Dari**: {numbers.number(row['active'])}: semua keluarga aktif" in said
    commands = [c.value for c in page.code]
    assert any("--column coverage,covered,active" in c for c in commands)
    assert any(c.startswith("-- With these parameters:") for c in commands)


def test_the_whole_list_leaves_as_a_marked_workbook(demo_store: Store) -> None:
    view = view_of(demo_store)
    table = followup(demo_store.current(), Filters(DEMO_TODAY))
    data = table_workbook(
        view, presented(table), list_columns(), name="Tindak lanjut", explanations=(score(view),)
    )
    book = load_workbook(io.BytesIO(data), read_only=True)
    rows = list(book["Tindak lanjut"].iter_rows(values_only=True))
    assert str(rows[0][0]).startswith("DATA SIMULASI")
    header = next(i for i, row in enumerate(rows) if row[0] == "Keluarga")
    assert len(rows) - header - 1 == len(table)
    assert [row[0] for row in rows[header + 1 :]] == table["household_id"].tolist()
    about = "\n".join(str(row) for row in book.worksheets[-1].iter_rows(values_only=True))
    assert view.snapshot.version_id in about
    assert "python -m analytics ask followup" in about


def test_problems_of_a_report_are_listed_with_row_and_column() -> None:
    files = [
        {
            "file": "a.csv",
            "sheet": "keluarga",
            "errors": [{"row": 4, "column": "desa", "problem": "Desa tidak dikenal"}],
            "warnings": [{"row": None, "column": None, "problem": "Kosong"}],
        }
    ]
    table = imports.problems(files)
    assert table["row"].tolist()[0] == 4
    assert table["weight"].tolist() == ["Ditolak", "Catatan"]
    empty = {"file": "a.csv", "sheet": "program", "errors": [], "warnings": files[0]["warnings"]}
    # What was refused is to be mended: it stands before the notes of every sheet.
    assert imports.problems([empty, *files])["weight"].tolist() == ["Ditolak", "Catatan", "Catatan"]
    assert imports.problems([]).empty


def test_what_streamlit_says_is_translated_only_when_it_must_be() -> None:
    said = streamlit_words()
    assert said["Upload"] == "Pilih berkas"
    assert all("{n}" in text for key, text in said.items() if "{n}" in key)
    token = language.set("en")
    try:
        assert streamlit_words() == {}
    finally:
        language.reset(token)


@pytest.mark.parametrize(
    ("question", "more", "label"),
    [
        ("coverage", {}, "Cakupan per desa"),
        ("summary", {"columns": ("coverage",), "figure": "76,4%"}, "Cakupan · 76,4%"),
        ("summary", {"query": "barriers", "figure": "12"}, "Hambatan terbuka · 12"),
    ],
)
def test_a_frozen_figure_is_called_what_the_page_calls_it(
    question: str, more: dict[str, Any], label: str
) -> None:
    assert Explanation(question, "", **more).label == label
