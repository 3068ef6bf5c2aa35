"""Gaps of the target lists on the days on which they open and close."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics import questions
from analytics.questions import Filters
from tests.questions.worlds import household, imported, target, visit, world

START = date(2025, 6, 1)


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory):
    """Day of June → household and program → gap."""
    rows = world(
        [household("A", registered=date(2025, 1, 1)), household("B", registered=date(2025, 1, 1))],
        [
            visit("1", "A", date(2025, 6, 5), "tidak_di_tempat"),
            visit("2", "A", date(2025, 6, 9)),
            visit("3", "B", date(2025, 6, 9), received=["PKH"]),
        ],
        [target("A", "PKH", START), target("B", "PKH", date(2025, 6, 12))],
    )
    folder: Path = tmp_path_factory.mktemp("gaps")
    snapshot = imported(rows, folder).current()

    def on(day: int) -> dict[tuple[str, str], str]:
        table = questions.target_gaps(snapshot, Filters(date(2025, 6, day)))
        return {
            (row["household_id"], row["program_code"]): row["gap"]
            for row in table.to_dict("records")
        }

    return on


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (1, {("A", "PKH"): "never_attempted"}),
        (4, {("A", "PKH"): "never_attempted"}),
        (5, {("A", "PKH"): "never_met"}),
        (8, {("A", "PKH"): "never_met"}),
        (9, {("B", "PKH"): "outside_target"}),  # A is met on this very day
        (11, {("B", "PKH"): "outside_target"}),
        (12, {("B", "PKH"): "never_attempted"}),  # a target from this day; nobody came since
    ],
)
def test_a_gap_opens_and_closes_on_its_day(gaps, day: int, expected: dict) -> None:
    assert gaps(day) == expected


def test_programs_name_the_desa_with_most_gaps(tmp_path: Path) -> None:
    households = [household("A", "63.11.03.2007", date(2025, 1, 1))]
    households += [household(each, "63.11.03.2020", date(2025, 1, 1)) for each in "BCD"]
    rows = world(households, [], [target(each, "PKH", START) for each in "ABC"])
    snapshot = imported(rows, tmp_path).current()
    table = questions.target_gap_programs(snapshot, Filters(date(2025, 6, 5)))
    (row,) = table.to_dict("records")
    assert (row["program_code"], row["targeted"], row["never_attempted"]) == ("PKH", 3, 3)
    assert (row["never_attempted_desa"], row["never_attempted_most"]) == ("Awayan Hilir", 2)
    assert (row["never_met"], row["outside_target"]) == (0, 0)
