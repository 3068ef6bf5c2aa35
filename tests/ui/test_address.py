"""A click that comes before the browser heard of the click before."""

from __future__ import annotations

import pytest

from analytics.store import Store
from tests.ui.conftest import Open
from ui import address

TUNDI = "63.11.03.2013"


def test_a_late_address_does_not_undo_the_first_click(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store, per="2025-12-01")
    late = dict(page.query_params)
    page.multiselect(key="followup_priority").set_value(["tinggi"]).run()
    assert page.query_params == {**late, "prioritas": "tinggi"}
    page.query_params = late  # the browser still shows the address of before the first click
    page.multiselect(key="filter_desa").set_value([TUNDI]).run()
    assert page.query_params == {**late, "prioritas": "tinggi", "desa": TUNDI}
    assert page.multiselect(key="followup_priority").value == ["tinggi"]
    # … also when it has heard of the first one only.
    page.query_params = {**late, "prioritas": "tinggi"}
    page.pills(key="filter_periode").set_value("bulan").run()
    assert page.query_params == {**late, "prioritas": "tinggi", "desa": TUNDI, "jendela": "bulan"}
    assert page.multiselect(key="filter_desa").value == [TUNDI]


def test_the_back_button_is_not_late(
    demo_store: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("tindak_lanjut", demo_store, per="2025-12-01")
    before = dict(page.query_params)
    page.multiselect(key="followup_priority").set_value(["tinggi"]).run()
    page.query_params = before
    monkeypatch.setattr(address, "_went_back", lambda: True)
    page.run()
    assert page.query_params == before
    assert page.multiselect(key="followup_priority").value == []
    # From there on the address of the first click is one like any other.
    monkeypatch.setattr(address, "_went_back", lambda: False)
    page.query_params = {**before, "prioritas": "tinggi"}
    page.run()
    assert page.multiselect(key="followup_priority").value == ["tinggi"]


def test_a_link_that_was_never_left_is_followed(demo_store: Store, open_page: Open) -> None:
    page = open_page("tindak_lanjut", demo_store, per="2025-12-01")
    page.multiselect(key="followup_priority").set_value(["tinggi"]).run()
    page.query_params = {"per": "2025-11-01"}
    page.run()
    assert page.query_params == {"per": "2025-11-01"}
