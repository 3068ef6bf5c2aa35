"""What outsiders are told of how old the data of a desa is tells no household's day.

Of the day of the newest visit two yes-or-no facts are published per desa and month, in the column
`state`: whether a visit ever came (`no_data`), and whether the newest is too old (`waiting`).
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.access.published import HIDDEN, PUBLISHED
from analytics.access.release import published_months
from analytics.config import load_rules
from analytics.store import Snapshot, Store
from tests.conftest import DEMO_TODAY
from tests.questions.worlds import DESA, TODAY, household, imported, visit, world

END = date(2025, 8, 31)
"""The end of the month looked at, the newest that is published."""
WAITING = load_rules().data.waiting_after_days
FEW, MANY, OTHER = DESA


def told(folder: Path, few_days: tuple[int, ...], many_days: tuple[int, ...]) -> Snapshot:
    """A store in which a desa has a few households met so many days before the end, another many.

    Both have twelve more that nobody met, and a third desa was visited on the last day.
    """
    people, visits = [], []
    for desa, days in ((FEW, few_days), (MANY, many_days), (OTHER, (0,) * 12)):
        for number in range(len(days) + 12):
            people.append(household(f"{desa}-{number:02}", desa, END - timedelta(300)))
        for number, before in enumerate(days):
            name = f"{desa}-{number:02}"
            visits.append(visit(f"V-{name}", name, END - timedelta(before)))
    return imported(world(people, visits), folder).current()


def coverage(whole: Snapshot) -> pd.DataFrame:
    assert published_months(whole, TODAY)[-1] == END
    return PUBLISHED["coverage"](whole, END).set_index("desa_code")


MANY_DAYS = (3, 20, 21, 22, 23, 24)


@pytest.mark.parametrize("few", [1, 2, 4])
def test_the_day_of_one_to_four_met_households_is_not_told(tmp_path: Path, few: int) -> None:
    """Fresh or too old: the attacker reads the same table, letter by letter."""
    found = [
        coverage(told(tmp_path / str(day), (day,) * few, MANY_DAYS))
        for day in (0, WAITING, WAITING + 1, 60)
    ]
    assert found[0].loc[FEW, "state"] == HIDDEN
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)


def test_one_visit_to_a_desa_moves_its_day_and_tells_no_day(tmp_path: Path) -> None:
    """Among many, the one newest visit may lie on any of the last days: nothing differs."""
    found = [
        coverage(told(tmp_path / str(day), (30,), (day, *MANY_DAYS[1:])))
        for day in (0, 1, WAITING - 1, WAITING)
    ]
    assert found[0].loc[MANY, "state"] == "ok"
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other)
    late = coverage(told(tmp_path / "late", (30,), (WAITING + 1, *MANY_DAYS[1:])))
    assert late.loc[MANY, "state"] == "waiting"  # one yes or no, of a desa with many met


def test_an_age_is_told_of_desa_with_enough_households_only(demo_store: Store) -> None:
    whole, limit = demo_store.current(), load_rules().data.small_cell
    for month in published_months(whole, DEMO_TODAY):
        table = PUBLISHED["coverage"](whole, month)
        aged = table[~table["state"].isin([HIDDEN, "no_data"])]
        assert (aged["active"] >= limit).all()
        assert ((aged["covered"] == 0) | (aged["covered"] >= limit)).all()
        assert not table.columns.intersection(["data_through", "days_since_data"]).size


def test_no_published_table_holds_a_day_of_a_visit(demo_store: Store) -> None:
    """Days in published tables are ends of months, begin their window, or were declared."""
    whole = demo_store.current()
    months = published_months(whole, DEMO_TODAY)
    opens = timedelta(load_rules().coverage.window_days - 1)
    known = {pd.Timestamp(day) for month in months for day in (month, month - opens)}
    for name, answer in PUBLISHED.items():
        table = answer(whole, months[-1])
        for column in table.columns:
            days = {pd.Timestamp(cell) for cell in table[column].dropna() if isinstance(cell, date)}
            if column not in ("declared_on", "start", "first_start", "last_start"):
                assert days <= known, (name, column, sorted(days - known)[:3])
