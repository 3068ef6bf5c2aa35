"""What was planted comes out again: files → ordinary import → the questions people ask."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from analytics import questions
from analytics.ingest import SourceFile, import_files
from analytics.ingest.report import FileReport, ImportReport
from analytics.questions import Filters
from analytics.simulate import Fault, Planted
from analytics.store import Snapshot, Store
from tests.simulate.conftest import TODAY, Demo


@pytest.fixture(scope="module")
def imported(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, ImportReport]:
    store = Store(tmp_path_factory.mktemp("planted") / "store")
    return store, import_files(store, demo.files.paths, simulated=True, today=TODAY)


@pytest.fixture(scope="module")
def report(imported: tuple[Store, ImportReport]) -> ImportReport:
    return imported[1]


@pytest.fixture(scope="module")
def snapshot(imported: tuple[Store, ImportReport]) -> Snapshot:
    return imported[0].current()


@pytest.fixture
def truth(demo: Demo) -> Planted:
    return demo.truth


@pytest.fixture
def today() -> Filters:
    return Filters(as_of=TODAY)


def sheet_of(part: FileReport) -> str | None:
    return part.sheet if part.file.endswith(".xlsx") else None


def marked(faults: tuple[Fault, ...], outcome: str) -> set[tuple[str, str | None, int, str]]:
    return {(f.file, f.sheet, f.row, f.column) for f in faults if f.outcome == outcome}


def test_exactly_the_planted_rows_are_refused(report: ImportReport, truth: Planted) -> None:
    refused = {
        (part.file, sheet_of(part), error.row, error.column)
        for part in report.files
        for error in part.errors
    }
    assert refused == marked(truth.faults, "rejected")
    assert report.exit_code == 1


def test_the_counts_are_the_expected_ones(report: ImportReport, truth: Planted) -> None:
    counted = {
        (part.file, sheet_of(part)): (
            part.rows_read, part.accepted, part.unchanged, part.rejected,
        )
        for part in report.files
    }  # fmt: skip
    assert counted == {
        key: (e.rows_read, e.accepted, e.unchanged, e.rejected) for key, e in truth.expected.items()
    }


def test_only_the_visit_after_the_end_is_warned_about(report: ImportReport, truth: Planted) -> None:
    warned = {
        (part.file, sheet_of(part), warning.row, warning.column)
        for part in report.files
        for warning in part.warnings
    }
    assert warned == marked(truth.faults, "warned")


def test_importing_again_changes_nothing(
    demo: Demo, imported: tuple[Store, ImportReport], truth: Planted
) -> None:
    store, _ = imported
    before = store.current().version_id
    again = import_files(store, demo.files.paths, simulated=True, today=TODAY)
    assert again.total("accepted") == 0
    assert again.total("rejected") == len(marked(truth.faults, "rejected"))
    assert store.current().version_id == before or again.total("unchanged") > 0


def test_neglected_desa_have_the_lowest_coverage(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    table = questions.coverage(snapshot, today)
    assert len(table) == 23
    ranked = table[table["state"] == "ok"].sort_values("coverage")
    assert set(ranked["desa_code"].head(2)) == set(truth.neglected)
    assert ranked["ci_high"].iloc[1] < ranked["ci_low"].iloc[2:].min()


def test_late_desa_is_waiting_for_data(snapshot: Snapshot, today: Filters, truth: Planted) -> None:
    for question in (questions.coverage, questions.freshness):
        table = question(snapshot, today).set_index("desa_code")
        waiting = table.index[table["state"] == "waiting"]
        assert list(waiting) == [truth.late_desa]
        assert table["days_since_data"].astype(int)[truth.late_desa] > 14


def test_stalled_program_loses_most_between_met_and_received(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    table = questions.reach(snapshot, today).set_index("program_code")
    steps = ["targeted", "attempted", "met", "received", "benefited"]
    losses = -table[steps].diff(axis=1).iloc[:, 1:]
    assert losses.loc[truth.stalled_program].astype(float).idxmax() == "received"
    share = (table["received"] / table["met"]).astype(float)
    assert share.idxmin() == truth.stalled_program
    assert share[truth.stalled_program] < 0.25


def test_low_benefit_program_loses_most_at_the_benefit(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    table = questions.reach(snapshot, today).set_index("program_code")
    share = (table["benefited"] / table["received"]).astype(float)
    assert share.idxmin() == truth.low_benefit_program
    assert share[truth.low_benefit_program] < 0.2
    assert share.drop(truth.low_benefit_program).min() > 0.6
    received = table.loc[truth.low_benefit_program]
    assert received["received"] > 0.75 * received["targeted"]


def test_receipts_outside_the_target_lists_are_counted(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    """At least those who were never on a list; also those whose target has ended."""
    table = questions.reach(snapshot, today).set_index("program_code")
    counted = table["received_outside_target"].astype(int)
    for code, households in truth.outside_target.items():
        assert counted[code] >= households


def test_coverage_falls_with_ramadan_and_recovers(snapshot: Snapshot, truth: Planted) -> None:
    first, last = truth.ramadan[-1]

    def share(day: date) -> float:
        table = questions.coverage(snapshot, Filters(as_of=day, window_days=30))
        return float(table["covered"].sum() / table["active"].sum())

    before, during, after = (share(d) for d in (first, last, last + timedelta(days=45)))
    assert during < 0.75 * before
    assert after > during + 0.05

    trend = questions.trend(snapshot, Filters(as_of=TODAY, window_days=30))
    months = {
        f"{day:%Y-%m}": float(value)
        for day, value in zip(trend["month_end"], trend["coverage"], strict=True)
    }
    assert months[f"{last:%Y-%m}"] < months[f"{first - timedelta(days=31):%Y-%m}"] - 0.1


def test_absent_assistant_shows_in_the_own_desa_only(snapshot: Snapshot, truth: Planted) -> None:
    absence = truth.absence
    table = questions.coverage(snapshot, Filters(as_of=absence.last_day, window_days=42))
    table = table.set_index("desa_code")
    own = table.loc[list(absence.desa_codes)]
    assert (own["covered"] == 0).all()
    assert (own["state"] == "waiting").all()
    assert (table.drop(list(absence.desa_codes))["covered"] > 0).all()


def test_unreached_households_have_the_right_status(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    status = questions.followup(snapshot, today).set_index("household_id")["status"]
    assert set(status.loc[list(truth.never_contacted)]) == {"never"}
    assert set(status.loc[list(truth.lost)]) == {"lost"}
    assert set(status) == {"never", "lost", "overdue", "due_soon", "on_time"}


def test_moved_out_households_are_no_longer_followed(
    demo: Demo, snapshot: Snapshot, today: Filters
) -> None:
    listed = set(questions.followup(snapshot, today)["household_id"])
    active = {
        h.id
        for h in demo.households.values()
        if h.registered <= TODAY and (h.ended is None or h.ended > TODAY)
    }
    assert listed == active


def test_cluster_stands_out_among_the_barriers(demo: Demo, snapshot: Snapshot) -> None:
    """All reported barriers of the category, by desa and week, straight from the store."""
    cluster = demo.truth.cluster
    found = snapshot.query(
        """
        select
            desa.desa_code in (select unnest($desa)) as near,
            barrier.opened_on between $first_day and $last_day as then_open,
            count(*) as barriers
        from barrier
        inner join desa using (desa_key)
        where barrier.category = $category
        group by all
        """,
        {
            "desa": list(cluster.desa_codes),
            "first_day": cluster.first_day,
            "last_day": cluster.last_day,
            "category": cluster.category,
        },
    )
    inside = found.loc[found["near"] & found["then_open"], "barriers"].sum()
    assert inside > found["barriers"].sum() / 2


def test_the_coordination_of_barriers_is_found_by_its_declared_design(
    snapshot: Snapshot, today: Filters, truth: Planted
) -> None:
    """Whether it earns the word depends on the seed; the effect and its direction do not."""
    row = questions.did(snapshot, today).set_index("design").loc["rapat_hambatan"]
    assert row["started"] == len(truth.coordination)
    assert row["first_start"] == min(truth.coordination.values())
    assert row["last_start"] == max(truth.coordination.values())
    assert 0.05 < row["effect"] < 0.5


def test_no_name_leaves_the_vault(demo: Demo, snapshot: Snapshot) -> None:
    names = {str(row.cells["nama_kepala_keluarga"]) for row in demo.sound("keluarga")}
    cells = set(snapshot.query("select * from household").astype(str).to_numpy().ravel())
    assert names.isdisjoint(cells)
    assert not any(str(cell).startswith("6311030000") for cell in cells)


def test_the_files_may_come_one_by_one(demo: Demo, tmp_path: Path) -> None:
    """As staff upload them: the workbook first, then a half-year after the other, as bytes."""
    store = Store(tmp_path / "store")
    rejected = 0
    for path in demo.files.paths:
        source = SourceFile(path.name, data=path.read_bytes())
        rejected += import_files(store, [source], simulated=True, today=TODAY).total("rejected")
    assert rejected == len(marked(demo.truth.faults, "rejected"))
    assert store.current().simulated
