"""Early signals on the page Hambatan and the overview: sentences, figures, and setting aside."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from analytics.questions import Filters, assistant_list, signals
from analytics.store import Store
from analytics.store.dismissals import dismiss, kept_dismissals
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import SECONDS, Open, shown
from ui import signals as page_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from analytics.simulate import DemoFiles

WHY = "Jalan putus karena banjir, sudah dilaporkan"
FAILED = "belum dapat ditampilkan"


def alone() -> None:
    """The part of the page by itself."""
    from ui.page import run_page
    from ui.signals import signals as body

    run_page("Early signals", body)


@pytest.fixture
def open_part(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def run(
        store: Store, when: date = DEMO_TODAY, own_desa: tuple[str, ...] = (), **parameters: str
    ) -> AppTest:
        monkeypatch.setenv("PERUT_STORE", str(store.folder))
        page = AppTest.from_function(alone, default_timeout=SECONDS)
        page.query_params.update({"per": when.isoformat(), **parameters})
        if own_desa:
            page.session_state["perut_role_desa"] = list(own_desa)
        return page.run()

    return run


@pytest.fixture
def then(demo_files: DemoFiles) -> date:
    """A Wednesday in the second week of the planted cluster."""
    first = demo_files.truth.cluster.first_day
    return first + timedelta(days=9 - first.weekday())


def pictures(page: AppTest) -> list[str]:
    """The text alternatives of the weekly charts."""
    html = [str(each.proto.body) for each in page.get("html")]
    return [alt for text in html for alt in re.findall(r'wide" [^>]*alt="([^"]*)"', text)]


def test_a_signal_is_a_sentence_with_its_figure(
    demo_store: Store, open_part: Callable[..., AppTest], then: date
) -> None:
    table = signals(demo_store.current(), Filters(then))
    lead = table.iloc[0]
    assert lead["kind"] == "cluster"
    page = open_part(demo_store, then)
    assert not page.exception
    text = shown(page)
    assert FAILED not in text
    assert f"**Akses jalan: {lead['count']} hambatan** di {', '.join(lead['desa_names'])}" in text
    assert "minggu lalu, biasanya tidak ada" in text
    assert f"**{len(table)} sinyal**." in text
    assert "minggu ini masih berjalan" in text
    assert "Sinyal menyesatkan bila" in text
    assert len(pictures(page)) == len(table)
    assert any(f", {lead['count']}. Biasanya" in alt for alt in pictures(page))


def test_an_assistant_is_offered_help_and_not_judged(
    demo_store: Store, open_part: Callable[..., AppTest], then: date
) -> None:
    people = signals(demo_store.current(), Filters(then)).query("kind == 'assistant'")
    who = people["assistant_id"].iloc[0]
    names = assistant_list(demo_store.current()).set_index("assistant_id")["assistant_name"]
    assert f"**{names[who]} ({who})** mencatat" in shown(open_part(demo_store, then))
    assert "perlu bantuan di sana?" in shown(open_part(demo_store, then))


def test_a_quiet_week_says_so_and_names_who_has_no_data(
    demo_store: Store, demo_files: DemoFiles, open_part: Callable[..., AppTest]
) -> None:
    text = shown(open_part(demo_store))
    assert "Tidak ada data minggu itu, dan itu bukan nol: " in text
    before = demo_files.truth.cluster.first_day - timedelta(days=1)
    if signals(demo_store.current(), Filters(before)).empty:
        assert "**Tidak ada sinyal**" in shown(open_part(demo_store, before))


def test_a_short_past_is_said(
    demo_store: Store, demo_files: DemoFiles, open_part: Callable[..., AppTest]
) -> None:
    text = shown(open_part(demo_store, demo_files.truth.first_day + timedelta(weeks=8)))
    assert "23 desa belum punya cukup banyak minggu sebelumnya" in text


def test_a_signal_is_set_aside_with_a_reason_and_back(
    own_demo: Store, open_part: Callable[..., AppTest], then: date
) -> None:
    page = open_part(own_demo, then)
    boxes = [each for each in page.text_input if str(each.key).startswith("signal_why_")]
    token = str(boxes[0].key).removeprefix("signal_why_")
    page.button(key=f"signal_go_{token}").click().run()
    assert "Tulis mengapa" in shown(page)
    assert kept_dismissals(own_demo).by_key == {}
    page.text_input(key=f"signal_why_{token}").input(WHY)
    page.button(key=f"signal_go_{token}").click().run()
    assert not page.exception
    (kept,) = kept_dismissals(own_demo).by_key.values()
    assert kept.steps[-1].reason == WHY
    text = shown(page)
    assert WHY in text
    assert "1 di antaranya dikesampingkan" in text
    assert [entry.what for entry in own_demo.audit.read(event="signal")] == [
        f"{kept.key} dismissed"
    ]
    page.button(key=f"signal_undo_{token}").click().run()
    assert "dikesampingkan" not in shown(page)
    assert kept_dismissals(own_demo).standing(kept.key, 1) is None


def test_what_was_set_aside_stays_counted_and_leaves_the_overview(
    own_demo: Store, open_part: Callable[..., AppTest], open_page: Open, then: date
) -> None:
    table = signals(own_demo.current(), Filters(then))
    before = shown(open_page("ringkasan", own_demo, per=then.isoformat()))
    assert f"**Sinyal dini.** **Akses jalan: {table['count'].iloc[0]} hambatan**" in before
    for key, count in zip(table["key"], table["count"], strict=True):
        dismiss(own_demo, key, count, WHY)
    assert "Sinyal dini" not in shown(open_page("ringkasan", own_demo, per=then.isoformat()))
    text = shown(open_part(own_demo, then))
    assert f"**{len(table)} sinyal**, {len(table)} di antaranya dikesampingkan" in text
    # the weeks after it are others
    assert "dikesampingkan" not in shown(open_part(own_demo, then + timedelta(weeks=2)))


def test_a_field_worker_sees_and_sets_aside_only_own_desa(
    own_demo: Store, open_part: Callable[..., AppTest], then: date, demo_files: DemoFiles
) -> None:
    desa = demo_files.truth.cluster.desa_codes[:1]
    page = open_part(own_demo, then, own_desa=desa, peran="petugas")
    assert not page.exception
    text = shown(page)
    name = view_name(own_demo, desa[0])
    assert f"hambatan** di {name} minggu" in text
    assert "perlu bantuan" not in text
    assert "Juga diamati" not in text
    (box, *_more) = [each for each in page.text_input if str(each.key).startswith("signal_why_")]
    box.input(WHY)
    page.button(key=str(box.key).replace("signal_why_", "signal_go_")).click().run()
    (kept,) = kept_dismissals(own_demo).by_key
    assert desa[0] in kept
    assert "1 di antaranya dikesampingkan" in shown(page)


def view_name(store: Store, code: str) -> str:
    names = store.current().query("select desa_code, desa_name from desa")
    return str(names.set_index("desa_code")["desa_name"][code])


@pytest.mark.parametrize("role", ["peninjau", "publik"])
def test_outside_readers_get_nothing_of_it(
    demo_store: Store, open_part: Callable[..., AppTest], then: date, role: str
) -> None:
    page = open_part(demo_store, then, peran=role)
    text = shown(page)
    assert "Akses jalan" not in text
    assert not pictures(page)


def test_without_the_key_signals_stay_and_it_is_said(
    own_demo: Store,
    open_part: Callable[..., AppTest],
    then: date,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    row = signals(own_demo.current(), Filters(then)).iloc[0]
    dismiss(own_demo, row["key"], row["count"], WHY)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "none.key"))
    page = open_part(own_demo, then)
    assert not page.exception
    text = shown(page)
    assert "kunci brankas tidak ada di komputer ini" in text
    assert "**Akses jalan" in text
    assert not [each for each in page.text_input if str(each.key).startswith("signal_why_")]


def test_empty_and_broken_stores_are_calm(
    fresh_store: Store, broken_store: Store, open_part: Callable[..., AppTest]
) -> None:
    assert "Belum ada data" in shown(open_part(fresh_store))
    assert FAILED in shown(open_part(broken_store))


def test_a_desa_without_signals(
    demo_store: Store, open_part: Callable[..., AppTest], then: date
) -> None:
    table = signals(demo_store.current(), Filters(then))
    named = {code for codes in table["desa_codes"] for code in codes}
    quiet = list(demo_store.current().query("select desa_code from desa")["desa_code"])
    page = open_part(
        demo_store, then, desa=next(code for code in sorted(quiet) if code not in named)
    )
    assert not page.exception
    assert "Akses jalan" not in shown(page)


def test_the_part_in_english(
    demo_store: Store, open_part: Callable[..., AppTest], then: date
) -> None:
    text = shown(open_part(demo_store, then, bahasa="en"))
    assert "**Road access: " in text
    for word in ("hambatan", "minggu", "biasanya", "sinyal"):
        assert f" {word}" not in text


def test_desa_of_a_cluster_go_with_it(demo_store: Store, then: date) -> None:
    table = signals(demo_store.current(), Filters(then))
    order = page_part._in_order(table)
    assert sum(1 + len(inside) for _lead, inside in order) == len(table)
    lead, inside = order[0]
    assert lead["kind"] == "cluster"
    assert len(inside) >= 2
    for row, _inside in order[1:]:
        assert row["kind"] != "desa_category" or row["category"] != lead["category"]
