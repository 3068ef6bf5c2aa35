"""The page Dampak: what it says, what it will not say, and what each role sees of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analytics import numbers
from analytics.charts.differences import points, signed
from analytics.questions import Filters, change, did, funnel
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, shown

PARTS = ("Perubahan", "Rancangan", "Antardesa", "Pemerataan")
ROLES = ("camat", "petugas", "peninjau", "publik")
FAILED = "Halaman ini belum dapat ditampilkan"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_for_every_role(
    demo_store: Store, open_page: Open, role: str, part: str
) -> None:
    page = open_page("dampak", demo_store, lihat=part, peran=role)
    assert not page.exception
    text = shown(page)
    assert FAILED not in text
    assert "Dampak" in text
    assert ("Angka terlindungi" in text) == (role in ("peninjau", "publik"))


def test_a_difference_is_a_change_and_says_what_the_question_says(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("dampak", demo_store)
    text = shown(page)
    rows = change(demo_store.current(), Filters(DEMO_TODAY)).set_index("indicator")
    assert "adalah perubahan, bukan dampak" in text
    assert "keluarga yang belum pernah ditemui" in text  # moves by itself, so it is not praised
    table = page.dataframe[0].value.set_index("indicator")
    row = rows.astype(object).to_dict("index")["coverage"]
    difference, low, high = (signed(row[name]) for name in ("difference", "ci_low", "ci_high"))
    assert table["said"]["coverage"] == f"{difference} ({low} sampai {high}) poin"
    # It falls as records grow: “naik dengan sendirinya” would be false of it.
    assert rows["difference"].astype(float)["never_met"] < 0
    assert table["indicator_state"]["never_met"] == "bergerak sendiri"
    assert "dari 4 indikator membaik" in text


def test_a_missing_baseline_is_said(
    demo_store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "indicators.toml"
    file.write_text(
        '[[indicator]]\nid = "c"\nmeasure = "coverage"\nlabel_id = "Cakupan"\n'
        'label_en = "Coverage"\ndirection = "up"\ndeclared_on = 2025-01-01\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("PERUT_INDICATORS", str(file))
    page = open_page("dampak", demo_store)
    assert "Belum ada data garis dasar: cakupan." in shown(page)
    row = page.dataframe[0].value.iloc[0]
    assert row["said"] == "–"
    assert row["indicator_state"] == "belum ada data"
    file.write_text("", encoding="utf-8")
    assert "Belum ada indikator yang dinyatakan" in shown(open_page("dampak", demo_store))
    file.write_text('[[indicator]]\nid = "c"\n', encoding="utf-8")
    assert "[[indicator]] c:" in shown(open_page("dampak", demo_store))


def test_designs_carry_their_verdict(demo_store: Store, open_page: Open) -> None:
    page = open_page("dampak", demo_store, lihat="Rancangan")
    text = shown(page)
    row = did(demo_store.current(), Filters(DEMO_TODAY)).iloc[0]
    assert points(row["effect"]) in text
    assert "Rapat koordinasi hambatan tiap bulan" in text
    assert "Penyebab lain yang mungkin" in text
    assert "Bukti cukup kuat untuk menyebut dampak" in text
    assert "Tidak cukup bukti" in text  # the vests
    assert "8 dari 8 pemeriksaan terpenuhi" in "\n".join(each.label for each in page.expander)


def test_a_design_without_threats_asks_for_them(
    demo_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.questions import evaluation

    found = evaluation.designs(demo_store.current(), Filters(DEMO_TODAY))
    bare = tuple(replace(each, threats=(("id", ""), ("en", ""))) for each in found)
    monkeypatch.setattr(evaluation, "designs", lambda *_: bare)
    text = shown(open_page("dampak", demo_store, lihat="Rancangan"))
    assert "rancangan ini tidak menyebutkannya" in text
    assert "di bawah ini" not in text


def test_no_design_says_how_to_declare_one(
    demo_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.questions import evaluation

    monkeypatch.setattr(evaluation, "designs", lambda *_: ())
    text = shown(open_page("dampak", demo_store, lihat="Rancangan"))
    assert "Belum ada rancangan yang dinyatakan" in text


def test_desa_outside_the_limits_are_named(demo_store: Store, open_page: Open) -> None:
    text = shown(open_page("dampak", demo_store, lihat="Antardesa"))
    table = funnel(demo_store.current(), Filters(DEMO_TODAY))
    for name in table.loc[table["signal"].str.startswith("below"), "desa_name"]:
        assert f"**{name}**" in text
    tied = int(table["tied"].fillna(False).astype(bool).sum())
    assert f"{numbers.number(tied)} dari 22 desa tidak dapat dibedakan" in text
    assert "Sei Pumpung (menunggu data)" in text


def test_equity_by_each_order_and_outcome(demo_store: Store, open_page: Open) -> None:
    page = open_page("dampak", demo_store, lihat="Pemerataan")
    assert "lebih banyak pada yang termiskin" in shown(page)
    page.button_group(key="impact_order").set_value("distance").run()
    page.button_group(key="impact_outcome").set_value("past_due").run()
    assert not page.exception
    text = shown(page)
    # All households of a desa are equally far away: 23 desa say too little.
    assert "Terlambat dikunjungi: tidak tampak perbedaan" in text
    assert "selangnya menghitung desa, bukan keluarga" in text
    assert "titik Desa Awayan" in text


def test_an_outside_reader_is_told_what_is_not_published(
    demo_store: Store, open_page: Open
) -> None:
    text = shown(open_page("dampak", demo_store, peran="publik"))
    assert "Tidak termasuk angka yang diterbitkan: " in text
    designs = shown(open_page("dampak", demo_store, peran="publik", lihat="Rancangan"))
    assert "Rompi baru pendamping" in designs
    assert "Rapat koordinasi" not in designs


@pytest.mark.parametrize("part", PARTS[::2])
def test_filtered_to_nothing_and_the_first_day(
    demo_store: Store, fresh_store: Store, open_page: Open, part: str
) -> None:
    early = open_page("dampak", demo_store, lihat=part, per="2023-01-01")
    assert not early.exception
    assert FAILED not in shown(early)
    assert "Belum ada kunjungan yang masuk" in shown(early)
    few = open_page("dampak", demo_store, lihat=part, desa="63.11.03.2008")
    assert not few.exception
    assert FAILED not in shown(few)
    empty = open_page("dampak", fresh_store, lihat=part)
    assert "Belum ada data" in shown(empty)


def test_a_store_that_cannot_be_read_is_said(broken_store: Store, open_page: Open) -> None:
    page = open_page("dampak", broken_store)
    assert not page.exception
    assert FAILED in shown(page)


@pytest.mark.parametrize("part", PARTS[1:3])
def test_in_english_no_indonesian_is_left(demo_store: Store, open_page: Open, part: str) -> None:
    text = shown(open_page("dampak", demo_store, lihat=part, bahasa="en"))
    for word in ("keluarga", "selang", "batas", "rancangan", "sebelum"):
        assert f" {word}" not in text
