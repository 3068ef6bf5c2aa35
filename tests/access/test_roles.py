"""No question, whatever it is called with, tells a reader more than the role may see."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.access.gate import Door, ask_as, seen_by
from analytics.access.published import PUBLISHED
from analytics.access.release import published_months
from analytics.access.roles import Reader, Role
from analytics.cli import main
from analytics.innovation.scorecard import scorecard
from analytics.innovation.words import table as card_table
from analytics.questions import QUESTIONS, Filters, changes, desa_list, household, visits_of
from analytics.store import NotForThisRole, Store
from tests.conftest import DEMO_TODAY
from ui.choice import Choice
from ui.view import View

OUTSIDE = [Reader("tamu", Role.PENINJAU), Reader("layar", Role.PUBLIK)]
PUDAK, SIKONTAN = "63.11.03.2008", "63.11.03.2011"


def plain(table: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(map(str, row)) for row in table.itertuples(index=False)]


LIKE_THE_OTHERS = {"signals", "signals_watched"}
"""The usual of a desa is drawn towards what the asker sees of the others: answers differ."""


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - LIKE_THE_OTHERS))
def test_a_field_worker_gets_exactly_the_answer_about_the_assigned_desa(
    name: str, demo_store: Store
) -> None:
    whole = demo_store.current()
    petugas = Reader("budi", Role.PETUGAS, (SIKONTAN, PUDAK))
    own = ask_as(petugas, whole, name, Filters(DEMO_TODAY))
    asked_for = QUESTIONS[name].function(whole, Filters(DEMO_TODAY, desa=(PUDAK, SIKONTAN)))
    assert plain(own) == plain(asked_for)
    assert len(own) or name == "unlisted"  # the ledger of the demo has every note of a visit


def test_signals_of_a_field_worker_name_the_assigned_desa_only(demo_store: Store) -> None:
    whole = demo_store.current()
    petugas = Reader("budi", Role.PETUGAS, (SIKONTAN, PUDAK))
    for day in pd.date_range("2025-06-01", DEMO_TODAY, freq="14D"):
        found = ask_as(petugas, whole, "signals", Filters(day.date()))
        assert {code for codes in found["desa_codes"] for code in codes} <= set(petugas.desa)
        assert "assistant" not in set(found["kind"])
        watched = ask_as(petugas, whole, "signals_watched", Filters(day.date()))
        assert watched["cells"].max() <= 2 * 8 and watched["assistants"].max() == 0


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(assigned=st.sets(st.integers(0, 22), max_size=4), asked=st.sets(st.integers(0, 22)))
def test_asking_for_other_desa_adds_nothing(
    assigned: set[int], asked: set[int], demo_store: Store
) -> None:
    whole = demo_store.current()
    codes = desa_list(whole)["desa_code"].tolist()
    petugas = Reader("budi", Role.PETUGAS, tuple(codes[i] for i in assigned))
    filters = Filters(DEMO_TODAY, desa=tuple(codes[i] for i in asked))
    seen = set(ask_as(petugas, whole, "followup", filters)["desa_code"])
    assert seen <= set(petugas.desa)
    if not assigned:
        assert not len(ask_as(petugas, whole, "coverage", Filters(DEMO_TODAY)))


def test_a_field_worker_opens_no_household_visit_or_name_of_another_desa(
    demo_store: Store,
) -> None:
    whole = demo_store.current()
    rows = QUESTIONS["followup"].function(whole, Filters(DEMO_TODAY))
    own = rows.loc[rows["desa_code"] == PUDAK, "household_id"].iloc[0]
    other = rows.loc[rows["desa_code"] == SIKONTAN, "household_id"].iloc[0]
    seen = seen_by(Reader("budi", Role.PETUGAS, (PUDAK,)), whole)
    assert len(household(seen, Filters(DEMO_TODAY), own))
    assert household(seen, Filters(DEMO_TODAY), other).empty
    assert visits_of(seen, Filters(DEMO_TODAY), [other]).empty
    assert whole.private("keluarga", [own, other]).keys() == {own, other}
    assert seen.private("keluarga", [own, other]).keys() == {own}
    ids = whole.query(
        "select visit_id, household_id from visit join household using (household_key) "
        "where visit.private_fp is not null"
    )
    of_other = ids.loc[
        ids["household_id"].isin(rows.loc[rows["desa_code"] != PUDAK, "household_id"])
    ]
    assert len(of_other)
    assert seen.private("kunjungan", of_other["visit_id"].tolist()[:200]) == {}


def test_the_rows_of_other_desa_are_not_in_the_database_of_a_field_worker(
    demo_store: Store,
) -> None:
    seen = seen_by(Reader("budi", Role.PETUGAS, (PUDAK,)), demo_store.current())
    tables = seen.query("select table_name from information_schema.tables")["table_name"]
    assert {"household", "visit", "target", "barrier", "contact", "reach"} <= set(tables)
    owners = {"desa_key": "desa", "household_key": "household", "barrier_id": "barrier"}
    columns = seen.query(
        "select table_name, column_name from information_schema.columns order by all"
    )
    checked = set()
    for table, column in columns.itertuples(index=False):
        if column in owners:
            others = (
                f"select count(*) as n from {table} where {column} not in (select {column} from "
                f"{owners[column]} where desa_key in (select desa_key from desa where "
                "desa_code = $code))"
            )
            assert not seen.query(others, {"code": PUDAK})["n"].iloc[0], (table, column)
            assert demo_store.current().query(others, {"code": PUDAK})["n"].iloc[0]
            checked.add(table)
    assert checked >= {"visit", "target", "barrier_status", "contact", "receipt", "desa_day"}
    assert seen.query("select desa_code from desa")["desa_code"].tolist() == [PUDAK]
    catalogs = seen.query(
        "select distinct database_name from duckdb_databases() where not internal"
    )
    assert set(catalogs["database_name"]) == {"memory"}


@pytest.mark.parametrize("reader", OUTSIDE, ids=lambda reader: reader.role.value)
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_outside_reader_gets_published_tables_and_nothing_else(
    name: str, reader: Reader, demo_store: Store
) -> None:
    whole = demo_store.current()
    with pytest.raises(NotForThisRole):
        QUESTIONS[name].function(seen_by(reader, whole), Filters(DEMO_TODAY))
    if name not in PUBLISHED:
        with pytest.raises(NotForThisRole, match="tidak melihat"):
            ask_as(reader, whole, name, Filters(DEMO_TODAY))
        return
    answer = ask_as(reader, whole, name, Filters(DEMO_TODAY))
    assert len(answer)
    for column in ("household_id", "visit_id", "assistant_id", "rt", "barrier_id"):
        assert column not in answer
    for filters in (
        Filters(DEMO_TODAY, desa=(PUDAK,)),
        Filters(DEMO_TODAY, programs=("pkh",)),
        Filters(DEMO_TODAY, window_days=30),
    ):
        with pytest.raises(NotForThisRole, match="tabel tetap"):
            ask_as(reader, whole, name, filters)


@pytest.mark.parametrize("reader", OUTSIDE, ids=lambda reader: reader.role.value)
def test_an_outside_reader_opens_nothing_personal_and_compares_no_versions(
    reader: Reader, demo_store: Store
) -> None:
    whole = demo_store.current()
    seen = seen_by(reader, whole)
    rows = QUESTIONS["followup"].function(whole, Filters(DEMO_TODAY))
    with pytest.raises(NotForThisRole):
        seen.private("keluarga", rows["household_id"].tolist()[:1])
    with pytest.raises(NotForThisRole):
        household(seen, Filters(DEMO_TODAY), rows["household_id"].iloc[0])
    with pytest.raises(NotForThisRole):
        changes(seen, seen, Filters(DEMO_TODAY))
    with pytest.raises(NotForThisRole):
        seen.query("select 1")
    assert whole.data_through is not None
    assert seen.data_through is None  # the day of one household's visit


def test_days_of_one_month_give_one_answer(demo_store: Store) -> None:
    whole, publik = demo_store.current(), OUTSIDE[1]
    first = ask_as(publik, whole, "coverage", Filters(date(2025, 11, 30)))
    later = ask_as(publik, whole, "coverage", Filters(date(2025, 12, 14)))
    assert plain(first) == plain(later)
    with pytest.raises(NotForThisRole):
        ask_as(publik, whole, "coverage", Filters(date(2020, 1, 1)))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CAMAT])
def test_only_the_camat_reaches_the_store_behind_a_page(role: Role, demo_store: Store) -> None:
    reader = Reader("x", role, (PUDAK,) if role is Role.PETUGAS else ())
    view = View(
        demo_store, Door(reader, demo_store.current()), Choice(as_of=DEMO_TODAY), DEMO_TODAY, {}, {}
    )
    with pytest.raises(NotForThisRole):
        view.store  # noqa: B018
    rows = QUESTIONS["followup"].function(demo_store.current(), Filters(DEMO_TODAY))
    other = rows.loc[rows["desa_code"] == SIKONTAN, "household_id"].iloc[0]
    with pytest.raises(NotForThisRole):
        view.store_to_correct(other)


def test_the_command_line_answers_as_the_role_would_be(
    demo_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*words: str) -> tuple[int, str, str]:
        code = main(["ask", *words, "--store", str(demo_store.folder), "--format", "csv"])
        said = capsys.readouterr()
        return code, said.out, said.err

    day = ["--as-of", DEMO_TODAY.isoformat()]
    code, table, _ = ask("coverage", "--role", "petugas", "--assigned", PUDAK, *day)
    assert code == 0
    assert pd.read_csv(io.StringIO(table))["desa_code"].tolist() == [PUDAK]
    code, table, said = ask("coverage", "--role", "petugas", *day)
    assert (code, table) == (2, "")
    assert "--assigned" in said
    code, table, said = ask("followup", "--role", "publik", *day)
    assert (code, table) == (2, "")
    assert "tidak melihat" in said
    code, table, said = ask("household", "--household", "KK-2008-0001", "--role", "peninjau", *day)
    assert (code, table) == (2, "")
    older = demo_store.versions()[-1].id
    code, table, said = ask("coverage", "--role", "publik", "--version", older, *day)
    assert (code, table) == (2, "")
    code, table, _ = ask("coverage", "--role", "publik", *day)
    counts = pd.read_csv(io.StringIO(table))["active"].dropna()
    assert code == 0
    assert (counts % 5 == 0).all()


def test_published_totals_are_made_of_what_is_published(demo_store: Store) -> None:
    whole, publik = demo_store.current(), OUTSIDE[1]
    filters = Filters(date(2025, 11, 30))
    row = ask_as(publik, whole, "summary", filters).iloc[0]
    desa = ask_as(publik, whole, "coverage", filters)
    assert row["desa_below"] == sum(
        state == "ok" and high < 0.8
        for state, high in zip(desa["state"], desa["ci_high"], strict=True)
    )
    assert desa["active"].notna().all()  # nothing hidden in this month: sums are sums
    assert row["active"] == desa["active"].sum()
    trend = ask_as(publik, whole, "trend", filters)
    assert trend["coverage"].iloc[-1] == row["coverage"]
    # The first visits are of June 2024: until August the window of 90 days begins before July.
    assert trend.loc[~trend["whole_window"], "month_end"].dt.strftime("%Y-%m").tolist() == [
        "2024-06",
        "2024-07",
        "2024-08",
    ]


def test_at_least_so_many_people_is_true_in_every_month(demo_store: Store) -> None:
    whole = demo_store.current()
    for month in published_months(whole, DEMO_TODAY):
        met = QUESTIONS["summary"].function(whole, Filters(month))["covered"].iloc[0]
        told = ask_as(OUTSIDE[1], whole, "innovation", Filters(month)).set_index("no").loc["33a"]
        assert (told["state"], told["value"] <= met) == ("at_least", True), month
        assert told["value"] > 0.9 * met or met < 300
    card = scorecard(ask_as(OUTSIDE[1], whole, "innovation", Filters(DEMO_TODAY)), [], DEMO_TODAY)
    note = card_table(card).set_index("no").loc["33a", "note"]
    assert "ditemui" in str(note) and "yang menerima program" not in str(note)


# -- the reviewer's sample --------------------------------------------------------------------


def test_the_sample_names_nobody_and_stays_within_what_is_published(demo_store: Store) -> None:
    whole = demo_store.current()
    door = Door(OUTSIDE[0], whole)
    households, visits = door.sample()
    assert 10 <= len(households) <= 40
    assert households["pseudonym"].is_unique
    assert set(visits["pseudonym"]) <= set(households["pseudonym"])
    assert set(households.columns).isdisjoint({"household_id", "desa_code", "rt", "desil"})
    everybody = set(QUESTIONS["followup"].function(whole, Filters(DEMO_TODAY))["household_id"])
    told = {str(value) for table in (households, visits) for value in table.to_numpy().ravel()}
    assert told.isdisjoint(everybody)
    # no day finer than a month
    assert (visits["month"].dt.day == 1).all()
    with pytest.raises(NotForThisRole):
        Door(OUTSIDE[1], whole).sample()


def test_no_household_of_a_hidden_count_is_in_the_sample(demo_store: Store, tmp_path: Path) -> None:
    """Counted again from the store: of each cell no more than its published number admits."""
    from analytics.access import sample as drawn
    from analytics.access.release import published_months, release

    shutil.copytree(demo_store.folder, tmp_path / "own")
    whole = Store(tmp_path / "own").current()
    months = published_months(whole, date(9000, 1, 1))[-drawn.MONTHS :]
    chosen = set(drawn._chosen(whole, months))
    assert chosen
    for month in months:
        rows = QUESTIONS["followup"].function(whole, Filters(month))
        rows = rows[rows["household_id"].isin(chosen)]
        late = rows["status"].isin(["never", "lost", "overdue"])
        met = (pd.Timestamp(month) - rows["last_contact_on"]).dt.days < 90
        counts = {
            ("status", "", "past_due"): int(late.sum()),
            ("status", "", "due_soon"): int((rows["status"] == "due_soon").sum()),
            ("status", "", "on_time"): int((rows["status"] == "on_time").sum()),
        }
        for priority in ("tinggi", "sedang", "rendah"):
            of = rows["priority"] == priority
            counts["priority", priority, "covered"] = int((of & met).sum())
            counts["priority", priority, "uncovered"] = int((of & ~met).sum())
        cells = release(whole, month).cells.set_index(["table", "group", "state"])
        for cell, count in counts.items():
            published = cells.loc[[cell]].iloc[0]
            most = 0 if pd.isna(published["shown"]) else published["low"]
            assert count <= most, (month, cell)
