"""Each page as each role sees it, in every state; and what the log says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.access.roles import Reader, Role
from analytics.config import DATA
from analytics.ingest import import_files
from analytics.ingest.raw import SourceFile
from analytics.questions import QUESTIONS, Filters
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import PAGES, ROOT, SECONDS, Open, parameter, shown
from ui import identity, login, navigation

OUTSIDE = ("ringkasan", "peta", "jangkauan", "hambatan", "tren", "dampak")
REFUSAL = "Halaman ini bukan untuk peran Anda"
MAY_SEE = {
    "petugas": {*OUTSIDE, "tindak_lanjut", "keluarga", "kualitas"},
    "peninjau": {*OUTSIDE, "keluarga", "inovasi"},
    "publik": set(OUTSIDE),
}


@pytest.mark.parametrize("role", MAY_SEE)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_shown_to_whom_it_is_for(
    name: str, role: str, demo_store: Store, open_page: Open
) -> None:
    page = open_page(name, demo_store, peran=role)
    assert not page.exception
    assert not page.error
    assert (REFUSAL in shown(page)) == (name not in MAY_SEE[role])
    assert len(page.title) == 1


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_pages_say_that_figures_are_protected(
    name: str, demo_store: Store, open_page: Open
) -> None:
    page = open_page(name, demo_store, peran="publik")
    words = shown(page)
    assert "dibulatkan ke kelipatan 5" in words
    assert "30 November 2025" in words
    assert str(page.selectbox(key="filter_bulan").value) == "2025-11-30"
    assert not [each for each in page.multiselect if each.key in ("filter_desa", "filter_program")]


def test_a_link_with_filters_is_told_that_they_do_not_count(
    demo_store: Store, open_page: Open
) -> None:
    plain = open_page("ringkasan", demo_store, peran="publik")
    page = open_page(
        "ringkasan", demo_store, peran="publik", desa="63.11.03.2008", program="pkh", jendela="30"
    )
    assert "saringan lain dari tautan tidak dipakai" in page.warning[0].value
    assert [m.value for m in page.metric] == [m.value for m in plain.metric]


def test_a_page_change_keeps_the_month(demo_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERUT_STORE", str(demo_store.folder))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
    app.query_params.update({"peran": "publik", "per": "2025-08-31"})
    app.run()
    for page in ("pages/peta.py", "pages/tren.py"):
        app.query_params.clear()  # as the browser does when a page is clicked
        app.switch_page(page).run()
        assert parameter(app, "per") == "2025-08-31"
        assert "31 Agustus 2025" in shown(app)


def test_hidden_is_neither_zero_nor_missing(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store, peran="publik")
    counts = page.dataframe[0].value["open"].tolist()
    assert "<5" in counts
    assert all(count == "<5" or int(count.replace(".", "")) % 5 == 0 for count in counts)
    most_first = sorted(counts, key=lambda count: 0 if count == "<5" else -int(count))
    assert counts == most_first


def test_the_limit_of_the_rules_is_what_is_hidden(
    demo_store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (DATA / "rules.toml").read_text(encoding="utf-8")
    mine = tmp_path / "rules.toml"
    mine.write_text(rules.replace("small_cell = 5 ", "small_cell = 30 "), encoding="utf-8")
    monkeypatch.setenv("PERUT_RULES", str(mine))
    page = open_page("peta", demo_store, peran="publik")
    assert "<30 berarti 1 sampai 29" in shown(page)
    assert "ditutup: angka kecil" in str([each.proto for each in page.get("plotly_chart")])
    table = page.dataframe[0].value
    hidden = table["uncovered"] == "<30"
    assert hidden.any()
    assert table.loc[hidden, "coverage"].isna().all()


@pytest.mark.parametrize("name", [*OUTSIDE, "keluarga"])
@pytest.mark.parametrize("role", ["publik", "peninjau"])
def test_outside_pages_of_a_day_before_any_month_was_over(
    name: str, role: str, demo_store: Store, open_page: Open
) -> None:
    page = open_page(name, demo_store, peran=role, per="2010-01-01")
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize("role", MAY_SEE)
@pytest.mark.parametrize("name", [*OUTSIDE, "keluarga"])
def test_a_broken_store_is_explained_to_every_role(
    name: str, role: str, broken_store: Store, open_page: Open
) -> None:
    page = open_page(name, broken_store, peran=role)
    assert not page.exception
    assert len(page.error) == 1


def test_the_sample_is_a_reviewers(demo_store: Store, open_page: Open) -> None:
    page = open_page("keluarga", demo_store, peran="peninjau")
    assert page.title[0].value == "Contoh keluarga"
    table = page.dataframe[0].value
    assert table["pseudonym"].str.startswith("K-").all()
    ids = set(
        QUESTIONS["followup"].function(demo_store.current(), Filters(DEMO_TODAY))["household_id"]
    )
    assert ids.isdisjoint(str(each.value) for each in page.dataframe)
    assert not [each for each in page.selectbox if each.key == "filter_bulan"]
    # Who is drawn depends on the vault's key, and some of them were never visited.
    for visited, tables in ((table["visits"] > 0, 2), (table["visits"] == 0, 1)):
        for chosen in table["pseudonym"][visited][:1]:
            page.selectbox(key="sample_one").select(chosen).run()
            assert len(page.dataframe) == tables
    household = open_page("keluarga", demo_store, peran="peninjau", keluarga=sorted(ids)[0])
    assert sorted(ids)[0] not in shown(household)


# -- the field worker --------------------------------------------------------------------------


def test_a_field_worker_sees_two_desa_until_others_are_assigned(
    demo_store: Store, open_page: Open
) -> None:
    page = open_page("ringkasan", demo_store, peran="petugas")
    assert "semua 2 desa" in shown(page)
    page.multiselect(key="role_desa_box").set_value(["63.11.03.2013"]).run()
    assert "semua 1 desa" in shown(page)
    everybody = QUESTIONS["coverage"].function(
        demo_store.current(), Filters(DEMO_TODAY, desa=("63.11.03.2013",))
    )
    assert f"dari {everybody['active'].iloc[0]} keluarga" in shown(page)


def test_a_field_worker_cannot_open_a_household_of_another_desa(
    demo_store: Store, open_page: Open
) -> None:
    rows = QUESTIONS["followup"].function(demo_store.current(), Filters(DEMO_TODAY))
    other = rows.loc[rows["desa_code"] == "63.11.03.2013", "household_id"].iloc[0]
    page = open_page("keluarga", demo_store, peran="petugas", keluarga=other)
    assert not page.exception
    assert not [button for button in page.button if button.key == "private_show"]
    assert "63.11.03.2013" not in shown(page)
    page = open_page("keluarga", demo_store, keluarga=other)
    assert "Per 15 Desember 2025" in page.caption[0].value
    assert [button for button in page.button if button.key == "private_show"]


def test_links_between_pages_keep_the_role(demo_store: Store, open_page: Open) -> None:
    page = open_page("ringkasan", demo_store, peran="petugas")
    assert parameter(page, "peran") == "petugas"
    page.selectbox(key="role_switch").select("camat").run()
    assert parameter(page, "peran") is None
    assert "semua 23 desa" in shown(page)


# -- the menu, signing in, the log -------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_has_what_the_role_may_see(
    role: Role, demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader("x", role, ("63.11.03.2008",) if role is Role.PETUGAS else ())
    monkeypatch.setattr(navigation, "_reader", lambda: reader)
    seen: list[tuple[str, str]] = []

    def page(path: str, **options: str) -> None:
        seen.append((path, options["visibility"]))

    monkeypatch.setattr(st, "Page", page)
    navigation.pages()
    visible = {path[6:-3] for path, visibility in seen if visibility == "visible"}
    assert visible == MAY_SEE.get(role.value, set(PAGES))


@pytest.mark.parametrize("name", PAGES)
def test_real_data_with_accounts_shows_nothing_before_signing_in(
    name: str, own_demo: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_data(monkeypatch)
    monkeypatch.setattr(login, "accounts_exist", lambda store: True)
    monkeypatch.setattr(login, "signed_in", lambda store: None)
    page = open_page(name, own_demo, peran="camat")
    words = shown(page)
    assert "Masuk untuk melihat halaman ini" in words
    assert not page.metric
    assert not page.dataframe
    assert "Awayan" not in words


def test_real_data_ignores_the_role_in_the_link(
    own_demo: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_data(monkeypatch)
    monkeypatch.setattr(login, "signed_in", lambda store: Reader("lihat", Role.PUBLIK))
    page = open_page("data", own_demo, peran="camat")
    assert REFUSAL in shown(page)


def test_real_data_without_accounts_says_who_can_see_it(
    own_demo: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_data(monkeypatch)
    monkeypatch.setattr(login, "accounts_exist", lambda store: False)
    page = open_page("ringkasan", own_demo)
    assert "Belum ada akun" in shown(page)
    monkeypatch.setattr(identity, "on_this_computer", lambda: False)
    page = open_page("ringkasan", own_demo)
    assert "Masuk untuk melihat halaman ini" in shown(page)


def test_one_real_row_among_simulated_ones_ends_the_free_choice_of_a_role(
    own_demo: Store, open_page: Open
) -> None:
    assert not own_demo.current().holds_real
    rows = b"id_keluarga,desa,terdaftar_pada\nNYATA-1,Pudak,2025-01-05\n"
    import_files(own_demo, [SourceFile("keluarga.csv", data=rows)], today=DEMO_TODAY)
    current = own_demo.current()
    assert current.simulated and current.holds_real and current.info.holds_real
    assert login.serving(own_demo) is login.Serving.THIS_COMPUTER
    page = open_page("ringkasan", own_demo, peran="publik")
    assert "Belum ada akun" in shown(page)
    assert not [each for each in page.selectbox if each.key == "role_switch"]


def real_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo store as if its people were real."""
    from analytics.store.layout import VersionInfo

    read = VersionInfo.read.__func__  # type: ignore[attr-defined]

    def real(cls: type, *arguments: object) -> object:
        info = read(cls, *arguments)
        object.__setattr__(info, "simulated", False)
        return info

    monkeypatch.setattr(VersionInfo, "read", classmethod(real))


def test_looking_at_a_name_is_logged_before_it_is_shown(own_demo: Store, open_page: Open) -> None:
    rows = QUESTIONS["followup"].function(own_demo.current(), Filters(DEMO_TODAY))
    household_id = rows["household_id"].iloc[0]
    page = open_page("keluarga", own_demo, keluarga=household_id)
    before = len(own_demo.audit.read())
    page.button(key="private_show").click().run()
    entries = own_demo.audit.read()
    assert len(entries) == before + 1
    newest = max(entries, key=lambda entry: entry.n)
    assert (newest.event, newest.what, newest.role) == ("personal_viewed", household_id, "camat")
    name = own_demo.current().private("keluarga", [household_id])[household_id]
    log = own_demo.audit.path.read_text(encoding="utf-8")
    assert all(value not in log for value in name.values())


def test_what_cannot_be_logged_is_not_shown(
    own_demo: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = QUESTIONS["followup"].function(own_demo.current(), Filters(DEMO_TODAY))
    household_id = rows["household_id"].iloc[0]
    page = open_page("keluarga", own_demo, keluarga=household_id)
    secret = own_demo.current().private("keluarga", [household_id])[household_id]
    own_demo.audit.path.unlink(missing_ok=True)
    own_demo.audit.path.mkdir(parents=True)
    page.button(key="private_show").click().run()
    assert not page.exception
    assert len(page.error) == 1
    assert secret["nama_kepala_keluarga"] not in shown(page)


def test_the_whole_app_starts_for_every_role(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERUT_STORE", str(demo_store.folder))
    for role in Role:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
        app.query_params["peran"] = role.value
        app.run()
        assert not app.exception
        assert app.title[0].value == "Ringkasan"
