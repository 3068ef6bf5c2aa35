"""Tabs in links: their names in either language open them, and the link keeps one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analytics.i18n import LANGUAGES, _, in_language, language
from analytics.store import Store
from tests.ui.conftest import Open, parameter, shown
from tests.ui.test_tindak_lanjut import BASKET
from ui.equity import dimension_label
from ui.gaps import gap_label
from ui.quality import kind_label
from ui.quality_words import title


def open_tabs(page: AppTest) -> list[str]:
    return [tab.label for tab in page.tabs if tab.children]


@pytest.mark.parametrize("speaks", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "key", "number"),
    [
        ("hambatan", "lihat", 3),
        ("jangkauan", "lihat", 3),
        ("dampak", "lihat", 2),
        ("inovasi", "lihat", 1),
        ("tindak_lanjut", "lihat", 3),
        ("data", "bagian", 4),
        ("keamanan", "bagian", 2),
    ],
)
def test_a_link_opens_its_tab_in_either_language(
    page: str, key: str, number: int, speaks: str, demo_store: Store, open_page: Open
) -> None:
    names = [
        [tab.label for tab in open_page(page, demo_store, bahasa=code).tabs] for code in LANGUAGES
    ]
    assert names[0] != names[1]
    for each in names:
        opened = open_page(page, demo_store, bahasa=speaks, **{key: each[number]})
        assert not opened.exception
        assert open_tabs(opened) == [names[LANGUAGES.index(speaks)][number]]
        assert parameter(opened, key) == each[number]


def test_an_open_tab_outlives_a_change_of_the_language(demo_store: Store, open_page: Open) -> None:
    page = open_page("hambatan", demo_store, lihat="Pelajaran")
    page.segmented_control(key="language_switch").select("en").run()
    assert open_tabs(page) == ["Lessons"]
    assert parameter(page, "lihat") == "Pelajaran"
    page.segmented_control(key="language_switch").select("id").run()
    assert open_tabs(page) == ["Pelajaran"]


def test_a_tab_that_nobody_knows_is_the_first(demo_store: Store, open_page: Open) -> None:
    assert open_tabs(open_page("hambatan", demo_store, lihat="?")) == ["Masih terbuka"]


def test_a_button_opens_a_tab_by_the_name_that_links_have(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("tindak_lanjut", demo_store, bahasa="en")
    page.session_state[BASKET] = (demo_store.current().store_id, ("KK-2008-0001",))
    # `AppTest` words the choices of a box anew, in the language of the test.
    in_language("en", page.run)
    in_language("en", lambda: page.button(key="basket_open").click().run())
    assert parameter(page, "lihat") == "Kunjungan minggu ini"
    assert open_tabs(page) == ["This week’s visits"]
    assert "Print and send" in shown(page)


def test_a_sentence_in_another_language_leaves_the_current_one() -> None:
    assert in_language("en", lambda: _("Lessons")) == "Lessons"
    assert in_language("id", lambda: _("Lessons")) == "Pelajaran"
    assert language.get() == "id"


@pytest.mark.parametrize("speaks", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "where", "key", "code", "names"),
    [
        ("jangkauan", 2, "celah", "outside_target", gap_label),
        ("jangkauan", 4, "menurut", "priority", dimension_label),
        ("kualitas", None, "kelompok", "desa", kind_label),
        ("kualitas", None, "lihat_aturan", "same_day_twice", title),
    ],
)
def test_a_choice_in_a_link_is_understood_in_either_language(
    page: str,
    where: int | None,
    key: str,
    code: str,
    names: Callable[[str], str],
    speaks: str,
    demo_store: Store,
    open_page: Open,
) -> None:
    tab = {}
    if where is not None:
        tab = {"lihat": open_page(page, demo_store).tabs[where].label}
    for language_of_link in LANGUAGES:
        word = in_language(language_of_link, lambda: names(code))
        assert not any(character.isdigit() for character in word)
        opened = open_page(page, demo_store, bahasa=speaks, **tab, **{key: word})
        assert not opened.exception
        assert opened.session_state[key] == code


def test_a_choice_is_written_into_the_link_without_its_count(
    demo_store: Store, open_page: Open
) -> None:
    lists = open_page("jangkauan", demo_store).tabs[2].label
    page = open_page("jangkauan", demo_store, lihat=lists)
    page.button_group(key="celah").set_value("outside_target").run()
    assert parameter(page, "celah") == "Diterima di luar sasaran"
    page.button_group(key="celah").set_value("never_attempted").run()
    assert parameter(page, "celah") is None
