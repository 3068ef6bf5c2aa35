"""Peta cakupan: every measure, two days, and the way down to the households and back."""

from __future__ import annotations

import pytest

from analytics import questions
from analytics.questions import Filters
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, parameter, shown

TUNDI = "63.11.03.2013"
CALM = "belum dapat ditampilkan"


@pytest.mark.parametrize("measure", ["coverage", "past_due", "never", "reach", "days"])
@pytest.mark.parametrize("compared", ["", "2025-09-15"])
def test_every_measure_on_one_day_and_on_two(
    measure: str, compared: str, demo_store: Store, open_page: Open
) -> None:
    asked = {"ukuran": measure} | ({"banding": compared} if compared else {})
    page = open_page("peta", demo_store, **asked)
    assert not page.exception
    assert CALM not in shown(page)
    assert ("15 September 2025" in shown(page)) == bool(compared)
    assert ("Yang berubah" in shown(page)) == bool(compared)
    assert len(page.get("plotly_chart")) == (3 if compared else 2)


@pytest.mark.parametrize(
    "asked",
    [
        {"ukuran": "entah"},
        {"banding": "kemarin"},
        {"banding": "2026-01-01"},  # after the day itself
        {"pilih": "63.11.99.9999"},
        {"rt": "001"},
        {"pilih": TUNDI, "rt": "999"},
        {"ukuran": "reach", "untuk": "entah"},
    ],
)
def test_a_link_that_asks_for_what_is_not_there(
    asked: dict[str, str], demo_store: Store, open_page: Open
) -> None:
    page = open_page("peta", demo_store, **asked)
    assert not page.exception
    assert CALM not in shown(page)


def test_a_switch_writes_the_link(demo_store: Store, open_page: Open) -> None:
    page = open_page("peta", demo_store)
    page.button_group(key="map_ukuran").set_value("never").run()
    assert parameter(page, "ukuran") == "never"
    page.button_group(key="map_ukuran").set_value("coverage").run()
    assert parameter(page, "ukuran") is None
    page.selectbox(key="map_compare").set_value("bulan").run()
    assert parameter(page, "banding") == "2025-11-15"
    page.selectbox(key="map_compare").set_value("hari_lain").run()
    assert str(page.date_input(key="map_compare_day").value) == "2025-12-08"


def test_down_to_an_rt_and_back(demo_store: Store, open_page: Open) -> None:
    page = open_page("peta", demo_store)
    assert "Keluarga di Tundi" not in shown(page)
    page.selectbox(key="map_desa").set_value(TUNDI).run()
    assert parameter(page, "pilih") == TUNDI
    rows = questions.rt(demo_store.current(), Filters(DEMO_TODAY, desa=(TUNDI,)))
    assert len(rows) > 1
    first = rows.iloc[0]
    page.selectbox(key="map_rt_box").set_value(first["rt"]).run()
    assert parameter(page, "rt") == first["rt"]
    said = shown(page)
    assert f"Keluarga di Tundi, RT {first['rt']}" in said
    assert f"({first['covered']} dari {first['active']} keluarga)" in said
    page.button(key="crumb_desa").click().run()
    assert parameter(page, "rt") is None
    assert "Keluarga di Tundi" in shown(page)
    page.button(key="crumb_all").click().run()
    assert parameter(page, "pilih") is None
    assert "Keluarga di Tundi" not in shown(page)


def test_an_rt_does_not_stay_when_another_desa_is_opened(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("peta", demo_store, pilih=TUNDI, rt="001")
    page.selectbox(key="map_desa").set_value("63.11.03.2008").run()
    assert parameter(page, "pilih") == "63.11.03.2008"
    assert parameter(page, "rt") is None


def test_the_table_is_made_when_it_is_opened(demo_store: Store, open_page: Open) -> None:
    page = open_page("peta", demo_store)
    assert not page.dataframe
    page.session_state["map_as_table"] = True
    page.run()
    assert len(page.dataframe[0].value) == 23
    assert "Peta 23 desa: cakupan." in shown(page)
