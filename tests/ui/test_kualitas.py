"""Kualitas data: calm words, switches in the link, an older store."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics import numbers, questions
from analytics.config import DATA
from analytics.quality_rules import RULES, TRACE_RULES, VISIT_RULES
from analytics.questions import Filters
from analytics.simulate import DemoFiles
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.questions.test_quality import imported, visit
from tests.store.worlds import as_an_earlier_release
from tests.ui.conftest import Open, parameter, shown
from ui.quality import kind_label
from ui.quality_words import innocent, meaning, title

CALM = "belum dapat ditampilkan"


def test_what_stands_out_is_said_with_its_numbers(
    demo_store: Store, demo_files: DemoFiles, open_page: Open
) -> None:
    said = shown(open_page("kualitas", demo_store))
    table = questions.quality(demo_store.current(), Filters(DEMO_TODAY))
    row = table[(table["rule"] == "night") & (table["group_code"] == demo_files.truth.night)].iloc[
        0
    ]
    counted = f"{numbers.number(row['found'])} dari {numbers.number(row['checked'])}"
    assert f"**{row['group_name']}** · malam hari: {counted}" in said
    assert "bukan temuan kesalahan" in said


DETAILS = [("desa", rule) for rule in RULES]
DETAILS += [("assistant", rule) for rule in (*VISIT_RULES, *TRACE_RULES)]


@pytest.mark.parametrize(("kind", "rule"), DETAILS)
def test_every_rule_in_detail(kind: str, rule: str, demo_store: Store, open_page: Open) -> None:
    page = open_page("kualitas", demo_store, lihat_aturan=title(rule), kelompok=kind_label(kind))
    assert CALM not in shown(page)
    assert page.button_group(key="kelompok").value == kind
    assert page.selectbox(key="lihat_aturan").value == rule
    assert f"{meaning(rule)} {innocent(rule)}" in [each.value for each in page.markdown]
    page.session_state[f"quality_as_table_{rule}_{kind}"] = True
    page.run()
    table = questions.quality(demo_store.current(), Filters(DEMO_TODAY))
    rows = table[(table["rule"] == rule) & (table["group_kind"] == kind)]
    assert page.dataframe[0].value["group_name"].tolist() == rows["group_name"].tolist()


def test_a_rule_is_switched_off_in_the_link(demo_store: Store, open_page: Open) -> None:
    page = open_page("kualitas", demo_store, aturan="night,no_desil")
    said = shown(page)
    assert "malam hari:" in said
    assert "dalam hitungan menit:" not in said
    page.button_group(key="quality_aturan").set_value(["hurried"]).run()
    assert parameter(page, "aturan") == "hurried"
    assert "malam hari:" not in shown(page)


def test_only_rules_about_households_ask_for_desa(demo_store: Store, open_page: Open) -> None:
    said = shown(
        open_page("kualitas", demo_store, aturan="no_desil", kelompok=kind_label("assistant"))
    )
    assert "pilih “Per desa”" in said


def test_no_rule_at_all(demo_store: Store, open_page: Open) -> None:
    page = open_page("kualitas", demo_store, aturan="")
    assert CALM not in shown(page)
    assert "Tidak ada yang perlu diperiksa" in shown(page)


def test_a_rule_is_switched_off_for_everybody(
    demo_store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (DATA / "quality.toml").read_text(encoding="utf-8")
    (tmp_path / "quality.toml").write_text(text.replace("night = true", "night = false"), "utf-8")
    monkeypatch.setenv("PERUT_QUALITY", str(tmp_path / "quality.toml"))
    said = shown(open_page("kualitas", demo_store))
    assert "malam hari:" not in said
    assert "dalam hitungan menit:" in said


def test_an_older_store_says_what_it_cannot_answer(fresh_store: Store, open_page: Open) -> None:
    imported(fresh_store, [visit(n) for n in range(3)])
    as_an_earlier_release(fresh_store)
    said = shown(open_page("kualitas", fresh_store, per="2025-06-30"))
    assert CALM not in said
    assert "Belum ada datanya untuk aturan ini: " in said
    assert title("night") in said
