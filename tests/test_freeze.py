"""Frozen figures: the same again years later, and an honest word when the data says otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from analytics import freeze_words
from analytics.access.roles import Reader, Role
from analytics.cli import main
from analytics.config import DATA
from analytics.freeze import LISTS, freeze, frozen_for, show
from analytics.freeze_cells import Cell
from analytics.ingest import import_files
from analytics.questions import QUESTIONS, Filters
from analytics.questions.since import states_since
from analytics.store import NotForThisRole, Store, StoreError, scoped
from analytics.store.check import Check
from analytics.store.frozen import FigureDamaged, UnknownFigure, kept_figure
from tests.conftest import DEMO_TODAY
from tests.questions.worlds import DESA, MIDDLE, deliver, household, visit, world, write

CAMAT = Reader("ani", Role.CAMAT)
PETUGAS = Reader("budi", Role.PETUGAS, (DESA[0],))
REVIEWER = Reader("baperida", Role.PENINJAU)
PUBLIC = Reader("publik", Role.PUBLIK)
DAY = Filters(MIDDLE)
WithRule = Callable[[str, str], None]


@pytest.fixture
def store(fresh_store: Store, tmp_path: Path) -> Store:
    """Twelve households of one desa, eleven of them met ten days ago."""
    people = [household(f"K{n:02}", registered=MIDDLE - timedelta(365)) for n in range(12)]
    visits = [visit(f"V{n:02}", f"K{n:02}", MIDDLE - timedelta(10)) for n in range(11)]
    load(fresh_store, tmp_path / "first", people, visits)
    return fresh_store


def load(store: Store, folder: Path, people: list, visits: list) -> None:
    deliver(store, world(people, visits), folder)


@pytest.fixture
def with_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WithRule:
    """Change one line of the rules from now on."""

    def change(line: str, other: str) -> None:
        rules = (DATA / "rules.toml").read_text(encoding="utf-8")
        assert line in rules
        own = tmp_path / "rules.toml"
        own.write_text(rules.replace(line, other), encoding="utf-8")
        monkeypatch.setenv("PERUT_RULES", str(own))

    return change


def frozen_check(store: Store) -> Check:
    return next(check for check in store.verify() if check.name == "frozen")


def test_a_figure_comes_back_whole_and_the_same(store: Store) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("covered", "active", "coverage"), "Cakupan")
    shown = show(store, CAMAT, figure.id.lower())
    assert shown.figure == figure
    assert [dict(row) for row in figure.rows] == [
        {"active": 12, "covered": 11, "coverage": round(11 / 12, 10)}
    ]
    assert (shown.again, shown.different, freeze_words.reasons(shown)) == ("same", [], [])
    assert freeze(store, CAMAT, "coverage", DAY).id != figure.id


def test_late_data_and_corrections_are_named_and_counted(store: Store, tmp_path: Path) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("covered", "coverage"))
    late = [visit("V11", "K11", MIDDLE - timedelta(3))]
    corrected = [visit("V00", "K00", MIDDLE - timedelta(10), outcome="tidak_di_tempat")]
    after = [visit("V99", "K01", MIDDLE + timedelta(5))]  # says nothing about the day asked about
    load(store, tmp_path / "second", [], [*late, *corrected, *after])
    shown = show(store, CAMAT, figure.id)
    assert shown.again == "same"  # the version it was frozen from still says what it said
    assert not shown.different  # one more and one less: the figure is the same by chance
    assert shown.arrived is not None
    counts = shown.arrived.set_index("kind")
    assert list(counts.loc["visit"]) == [1, 1, 0]  # late, corrected, gone
    assert list(counts.loc["household"]) == [0, 0, 0]

    load(store, tmp_path / "third", [], [visit("V00", "K00", MIDDLE - timedelta(10))])
    shown = show(store, CAMAT, figure.id)
    assert [(cell.column, cell.before, cell.now) for cell in shown.different] == [
        ("covered", 11, 12),
        ("coverage", round(11 / 12, 10), 1.0),
    ]
    said = " ".join(freeze_words.reasons(shown))
    assert "Data susulan" in said and "Koreksi" in said
    assert freeze_words.differences(shown) == [
        "Keluarga ditemui: beku 11, sekarang 12 (kunjungan susulan +1)",
        "Cakupan: beku 91,67%, sekarang 100,00% (kunjungan susulan +8,33 poin)",
    ]


def moves_of(cell: Cell) -> list[tuple[str, str, object, object]]:
    return [(move.part, move.kind, move.before, move.now) for move in cell.moves]


def test_it_is_said_how_much_each_kind_of_change_moved_the_figure(
    store: Store, tmp_path: Path
) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("active", "covered"))
    people = [household("K12", registered=MIDDLE - timedelta(30))]
    late = [visit("V11", "K11", MIDDLE - timedelta(3)), visit("V12", "K12", MIDDLE)]
    corrected = [visit("V00", "K00", MIDDLE - timedelta(10), outcome="menolak")]
    gone = [visit("V01", "K01", MIDDLE + timedelta(2))]  # corrected out of the time asked about
    load(store, tmp_path / "second", people, [*late, *corrected, *gone])
    shown = show(store, CAMAT, figure.id)
    assert shown.split
    assert [(cell.column, moves_of(cell)) for cell in shown.different] == [
        ("active", [("late", "household", 12, 13)]),
    ]
    assert [(cell.column, moves_of(cell)) for cell in shown.evened] == [
        (
            "covered",
            [
                ("late", "visit", 11, 13),
                ("corrected", "visit", 13, 12),
                ("gone", "visit", 12, 11),
            ],
        ),
    ]
    assert freeze_words.differences(shown)[:2] == [
        "Keluarga aktif: beku 12, sekarang 13 (keluarga susulan +1)",
        "Keluarga ditemui: 11, dulu dan sekarang, walau ada perubahan yang menggesernya "
        "(kunjungan susulan +2; koreksi kunjungan −1; kunjungan yang tidak ada lagi −1)",
    ]


def test_moves_are_of_the_rows_even_after_somebody_went_back(store: Store, tmp_path: Path) -> None:
    """Keys and numbers of imports of the two branches mean different rows."""
    first = store.current().version_id
    people = [household("A1", registered=MIDDLE - timedelta(60))]
    load(store, tmp_path / "second", people, [visit("X1", "A1", MIDDLE)])
    figure = freeze(store, CAMAT, "summary", DAY, ("active", "covered"))
    store.rollback(first)
    others = [household(f"B{n}", registered=MIDDLE - timedelta(60)) for n in range(3)]
    load(store, tmp_path / "third", others, [visit("X2", "B1", MIDDLE)])
    cells = show(store, CAMAT, figure.id)
    assert [(cell.column, moves_of(cell)) for cell in [*cells.different, *cells.evened]] == [
        ("active", [("late", "household", 13, 16), ("gone", "household", 16, 15)]),
        ("covered", [("late", "visit", 12, 13), ("gone", "visit", 13, 12)]),
    ]


def test_a_changed_rule_is_told_apart_from_changed_rows(
    store: Store, tmp_path: Path, with_rule: WithRule
) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("on_time",))
    with_rule("sedang = 60", "sedang = 15")
    load(store, tmp_path / "second", [], [visit("V11", "K11", MIDDLE)])
    (cell,) = show(store, CAMAT, figure.id).different
    assert moves_of(cell) == [("program", "", 11, 0), ("late", "visit", 0, 1)]


def test_every_question_says_the_same_of_a_state_as_of_its_version(demo_store: Store) -> None:
    whole, day = demo_store.current(), Filters(date(2025, 12, 15))
    for seen in (whole, scoped(whole, DESA[:2])):
        states = states_since(seen, seen, day)
        step, state = next(states)
        assert step is None
        for name, question in QUESTIONS.items():
            if name not in LISTS:
                assert_frame_equal(
                    question.function(seen, day),
                    question.function(state, day),
                    check_dtype=False,
                    obj=name,
                )
        assert not list(states)  # nothing differs


def test_what_moved_a_figure_is_told_to_whoever_sees_the_rows(
    demo_store: Store, tmp_path: Path
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    day = Filters(date(2025, 12, 15))
    own = freeze(store, PETUGAS, "coverage", day, ("covered",))
    published = freeze(store, REVIEWER, "coverage", day)
    household_id = str(
        scoped(store.current(), PETUGAS.desa)
        .query(
            "select household_id from household where ended_on is null and registered_on < $day "
            "and household_key not in (select household_key from contact) order by 1 limit 1",
            {"day": day.as_of},
        )["household_id"]
        .iloc[0]
    )
    late = world(visits=[visit("ZZ1", household_id, day.as_of)])
    import_files(store, write(late, tmp_path / "late"), simulated=True, today=DEMO_TODAY)
    shown = show(store, PETUGAS, own.id)
    (cell,) = shown.different
    assert [(m.part, m.kind, m.now - m.before) for m in cell.moves] == [("late", "visit", 1)]
    for reader in (CAMAT, REVIEWER, PUBLIC):
        again = show(store, reader, published.id)
        assert not again.split and not again.evened
        assert not any(cell.moves for cell in again.different)


def test_a_rollback_is_said(store: Store, tmp_path: Path) -> None:
    first = store.current().version_id
    load(store, tmp_path / "second", [], [visit("V11", "K11", MIDDLE)])
    figure = freeze(store, CAMAT, "summary", DAY, ("covered",))
    store.rollback(first)
    shown = show(store, CAMAT, figure.id)
    assert shown.older and shown.again == "same"
    assert [(cell.before, cell.now) for cell in shown.different] == [(12, 11)]
    assert shown.arrived is not None
    assert shown.arrived.set_index("kind").loc["visit", "gone"] == 1


def test_a_changed_rule_is_named(
    store: Store, tmp_path: Path, with_rule: WithRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("due_soon", "on_time"))
    with_rule("sedang = 60", "sedang = 15")
    shown = show(store, CAMAT, figure.id)
    assert shown.rules == {"cadence_days.sedang": (60, 15)}
    assert shown.again == "other"
    assert "cadence_days.sedang" in " ".join(freeze_words.reasons(shown))


def test_a_program_that_works_it_out_otherwise_is_a_reason(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("covered",))
    ask = QUESTIONS["summary"].function
    other = replace(QUESTIONS["summary"], function=lambda *given: ask(*given).assign(covered=3))
    otherwise = {**QUESTIONS, "summary": other}
    monkeypatch.setattr("analytics.access.gate.QUESTIONS", otherwise)
    shown = show(store, CAMAT, figure.id)
    assert (shown.again, shown.rules, shown.redefined) == ("other", {}, False)
    assert "dengan cara lain" in " ".join(freeze_words.reasons(shown))


def test_a_rule_that_no_statement_is_given_is_named_too(
    store: Store, tmp_path: Path, with_rule: WithRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("target", "covered"))
    with_rule("target = 0.80", "target = 0.90")
    shown = show(store, CAMAT, figure.id)
    assert shown.rules == {"coverage.target": (0.8, 0.9)}
    assert (shown.again, [cell.column for cell in shown.different]) == ("other", ["target"])
    other = freeze(store, CAMAT, "summary", DAY, ("covered",))
    monkeypatch.delenv("PERUT_RULES")
    assert freeze_words.reasons(show(store, CAMAT, other.id)) == []  # it does not matter here


def test_a_changed_file_is_not_believed(store: Store) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("covered",))
    path = store.layout.frozen / f"{figure.id}.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"covered": 11', '"covered": 12'), encoding="utf-8")
    with pytest.raises(FigureDamaged):
        kept_figure(store, figure.id)
    assert not frozen_check(store).ok
    assert frozen_for(store, CAMAT) == []
    path.write_text(text, encoding="utf-8")
    assert frozen_check(store).ok


def test_files_of_earlier_and_later_releases_are_read(store: Store) -> None:
    figure = freeze(store, CAMAT, "summary", DAY, ("covered",))
    raw = asdict(figure)
    for other in ({**raw, "of_later": 1}, {k: v for k, v in raw.items() if k != "rules"}):
        content = {name: value for name, value in other.items() if name != "hash"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        figure_id = f"F-{base64.b32encode(bytes.fromhex(digest)[:5]).decode()}"
        path = store.layout.frozen / f"{figure_id}.json"
        path.write_text(json.dumps({**content, "hash": digest}), encoding="utf-8")
        shown = show(store, CAMAT, figure_id)
        assert (shown.figure.rows, shown.again) == (figure.rows, "same")


@pytest.mark.parametrize("name", ["F-AAAAAAAA", "../CURRENT", "", "F-1"])
def test_an_unknown_id_is_a_sentence(store: Store, name: str) -> None:
    with pytest.raises(UnknownFigure):
        show(store, CAMAT, name)


def test_a_frozen_version_is_not_pruned(
    store: Store, tmp_path: Path, with_rule: WithRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rule("keep_versions = 20", "keep_versions = 1")
    load(store, tmp_path / "second", [], [visit("V11", "K11", MIDDLE)])
    figure = freeze(store, CAMAT, "summary", DAY)
    load(store, tmp_path / "third", [], [visit("V12", "K11", MIDDLE)])
    assert figure.version_id not in store.prune()
    assert show(store, CAMAT, figure.id).again == "same"
    store.layout.manifest(figure.version_id).unlink()
    assert show(store, CAMAT, figure.id).again == "gone"


def test_lists_of_households_are_not_frozen(store: Store) -> None:
    with pytest.raises(StoreError):
        freeze(store, CAMAT, "followup", DAY)


def test_an_unknown_column_freezes_nothing(store: Store) -> None:
    with pytest.raises(StoreError, match=r"kolom.*apa.*covered"):
        freeze(store, CAMAT, "summary", DAY, ("covered", "apa"))
    assert frozen_for(store, CAMAT) == []


def test_roles(demo_store: Store, tmp_path: Path) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    day = Filters(date(2025, 12, 15))
    with pytest.raises(NotForThisRole):
        freeze(store, PUBLIC, "summary", day)
    with pytest.raises(NotForThisRole):
        freeze(store, REVIEWER, "rt", day)
    whole = freeze(store, CAMAT, "coverage", day)
    own = freeze(store, PETUGAS, "coverage", day)
    published = freeze(store, REVIEWER, "coverage", day)
    assert len(own.rows) == 1
    assert all(row["active"] is None or row["active"] % 5 == 0 for row in published.rows)
    for reader in (PETUGAS, REVIEWER, PUBLIC):
        with pytest.raises(NotForThisRole):
            show(store, reader, whole.id)
    for reader in (REVIEWER, PUBLIC, Reader("c", Role.PETUGAS, (DESA[1],))):
        with pytest.raises(NotForThisRole):
            show(store, reader, own.id)
    for reader in (CAMAT, PETUGAS, REVIEWER, PUBLIC):
        shown = show(store, reader, published.id)
        assert shown.again == "same"
        assert (shown.arrived is None) == reader.protected
    assert [f.id for f in frozen_for(store, PUBLIC)] == [published.id]
    assert {f.id for f in frozen_for(store, CAMAT)} == {whole.id, own.id, published.id}


def test_an_outside_reader_is_not_told_what_the_pseudonyms_are_made_with(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    figure = freeze(store, REVIEWER, "coverage", Filters(date(2025, 12, 15)))
    whole = store.current()
    secrets = (whole.info.sha256, whole.store_id)
    for reader in (REVIEWER, PUBLIC):
        told = [show(store, reader, figure.id).figure, *frozen_for(store, reader)]
        assert not [each for each in told for secret in secrets if secret in str(asdict(each))]
    where = ["--store", str(store.folder), "--role", "peninjau", "--format", "json"]
    assert main(["show", figure.id, *where]) == 0
    out = capsys.readouterr().out
    assert figure.hash in out and not any(secret in out for secret in secrets)


def test_what_an_outside_reader_freezes_is_of_the_month_that_answered(
    demo_store: Store, tmp_path: Path
) -> None:
    shutil.copytree(demo_store.folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    figure = freeze(store, REVIEWER, "coverage", Filters(date(2025, 12, 15)))
    assert figure.filters["as_of"] == figure.parameters["as_of"] == "2025-11-30"
    assert "2025-11-30" in freeze_words.heading(figure)[1]
    assert show(store, REVIEWER, figure.id).again == "same"


def test_on_the_command_line(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--store", str(store.folder)]
    day = ["--as-of", MIDDLE.isoformat()]
    assert main(["freeze", "summary", *where, *day, "--column", "covered,active"]) == 0
    figure_id = capsys.readouterr().out.strip()
    assert main(["show", figure_id, *where, "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["figure"]["rows"] == [{"active": 12, "covered": 11}]
    assert said["again"] == "same" and said["different"] == []
    load(store, tmp_path / "late", [], [visit("V11", "K11", MIDDLE)])
    assert main(["show", figure_id, *where]) == 1
    told = capsys.readouterr()
    assert "Data susulan: 1 baris" in told.err and "11" in told.out
    assert main(["frozen", *where, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == figure_id
    assert main(["show", figure_id, *where, "--role", "publik"]) == 2
    assert main(["show", "F-AAAAAAAA", *where]) == 2


def test_a_backup_takes_frozen_figures_along(store: Store, tmp_path: Path) -> None:
    figure = freeze(store, CAMAT, "summary", DAY)
    store.backup(tmp_path / "all.zip")
    other = Store(tmp_path / "other")
    other.restore(tmp_path / "all.zip")
    assert show(Store(tmp_path / "other"), CAMAT, figure.id).again == "same"


def test_the_questions_that_are_lists_are_known(demo_store: Store) -> None:
    whole, day = demo_store.current(), Filters(date(2025, 12, 15))
    lists = {
        name
        for name, question in QUESTIONS.items()
        if "household_id" in question.function(whole, day).columns
    }
    assert lists == LISTS


def test_every_question_that_can_be_frozen_has_a_name() -> None:
    for name in QUESTIONS:
        if name not in LISTS:
            assert freeze_words.question_name(name) != name, name


@pytest.mark.parametrize("question", ["summary", "coverage", "trend", "reach", "barrier_flow"])
def test_numbers_that_are_shown_again_have_a_name(demo_store: Store, question: str) -> None:
    table = QUESTIONS[question].function(demo_store.current(), Filters(DEMO_TODAY))
    numbers = set(table.select_dtypes("number").columns) - {"lon", "lat", "area_km2"}
    assert numbers
    assert not [name for name in sorted(numbers) if freeze_words.column_name(name) == name]
