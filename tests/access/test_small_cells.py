"""No hidden count can be worked out from what is published, by any sums, at any month.

The attacker here solves for it: every published number bounds its cell, every sum that is known
to hold is an equation in whole numbers, and a solver (HiGHS, through scipy) is asked for each
hidden cell and each value from 1 to 4 whether a world with that value could have been published
like this. The equations are written down anew, not taken from the code under attack.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from analytics.access import gate
from analytics.access.cells import Cells
from analytics.access.disclosure import narrowed
from analytics.access.release import coverage_cells, protect, published_months, release
from analytics.access.roles import Reader, Role
from analytics.questions import QUESTIONS, Filters
from analytics.questions.equity import NONE
from analytics.store import NotForThisRole, Store

LIMIT = 5
HIDDEN = range(1, LIMIT)


def test_what_is_said_of_a_count() -> None:
    counts = pd.Series([0, 1, 4, 5, 6, 7, 8, 12, 13, 42])
    said = Cells(LIMIT).publish(counts)
    assert said["shown"].fillna(-1).tolist() == [0, -1, -1, 5, 5, 5, 10, 10, 15, 40]
    assert list(zip(said["low"], said["high"], strict=True)) == [
        (0, 0),
        (1, 4),
        (1, 4),
        (5, 7),
        (5, 7),
        (5, 7),
        (8, 12),
        (8, 12),
        (13, 17),
        (38, 42),
    ]


@given(st.integers(3, 20), st.lists(st.integers(0, 200), min_size=1))
def test_every_count_lies_in_what_is_said_of_it_and_so_do_all_that_look_the_same(
    limit: int, counts: list[int]
) -> None:
    cells = Cells(limit)
    said = cells.publish(pd.Series(counts))
    for count, row in zip(counts, said.to_dict("records"), strict=True):
        low, high = int(row["low"]), int(row["high"])
        assert low <= count <= high
        alike = cells.publish(pd.Series(list(range(low, high + 1))))
        assert alike["shown"].nunique(dropna=False) == 1
        beyond = cells.publish(pd.Series([max(low - 1, 0), high + 1]))["shown"].fillna(-1)
        looks = -1 if pd.isna(row["shown"]) else row["shown"]
        assert (beyond == looks).sum() == (1 if low == 0 else 0)


def test_a_total_is_made_of_what_is_shown() -> None:
    # 10 + 25 + two hidden ones at their middle 2.5 = 40
    assert Cells(LIMIT).total(pd.Series([10, 25, float("nan"), float("nan"), 0])) == 40


# -- the attacker -----------------------------------------------------------------------------


class System:
    """Whole numbers in ranges, and the sums that everybody knows to hold."""

    def __init__(self, cells: pd.DataFrame) -> None:
        self.cells = cells
        self.low = [float(value) for value in cells["low"]]
        self.high = [float(value) for value in cells["high"]]
        self.rows: list[dict[int, int]] = []

    def variable(self) -> int:
        self.low.append(0)
        self.high.append(np.inf)
        return len(self.low) - 1

    def where(self, **which: str) -> list[int]:
        chosen = np.ones(len(self.cells), bool)
        for column, value in which.items():
            chosen &= (self.cells[column] == value).to_numpy()
        return np.flatnonzero(chosen).tolist()

    def equal(self, left: list[int], right: list[int]) -> None:
        row = Counter(left)
        row.subtract(right)
        self.rows.append(dict(row))

    def possible(self, cell: int, value: int) -> bool:
        low, high = self.low.copy(), self.high.copy()
        low[cell] = high[cell] = value
        matrix = np.zeros((len(self.rows), len(low)))
        for number, row in enumerate(self.rows):
            for place, factor in row.items():
                matrix[number, place] = factor
        found = milp(
            np.zeros(len(low)),
            constraints=LinearConstraint(matrix, 0, 0) if self.rows else (),
            bounds=Bounds(low, high),
            integrality=np.ones(len(low)),
        )
        return bool(found.success)


def what_everybody_knows(cells: pd.DataFrame) -> System:
    known = System(cells)
    covered, uncovered = known.variable(), known.variable()
    there = set(cells["table"])
    for state, total in (("covered", covered), ("uncovered", uncovered)):
        for table in ("coverage", "desil", "priority"):
            if table in there:
                known.equal(known.where(table=table, state=state), [total])
        for group in cells.loc[cells["table"] == "vulnerability", "group"].unique():
            some = known.where(table="vulnerability", state=state, group=group)
            known.equal([*some, known.variable()], [total])
    if "status" in there:
        known.equal(known.where(table="status"), [covered, uncovered])
    for program in cells.loc[cells["table"] == "reach", "group"].unique():
        known.equal(
            [*known.where(table="reach", group=program), known.variable()], [covered, uncovered]
        )
    if "barriers" in there:
        known.equal(
            known.where(table="barriers", place=""), known.where(table="barriers", group="")
        )
    return known


def given_away(cells: pd.DataFrame) -> list[tuple[int, list[int]]]:
    """Hidden cells of which some value is impossible, and the values that are left."""
    known = what_everybody_knows(cells)
    found = []
    for cell in np.flatnonzero(cells["shown"].isna().to_numpy()):
        left = [value for value in HIDDEN if known.possible(int(cell), value)]
        if left != list(HIDDEN):
            found.append((int(cell), left))
    return found


@pytest.mark.slow
def test_no_month_of_the_demo_gives_a_hidden_count_away(demo_store: Store) -> None:
    whole = demo_store.current()
    months = published_months(whole, date(9000, 1, 1))
    hidden = 0
    for month in months[:: max(1, len(months) // 6)]:
        made = release(whole, month)
        hidden += int(made.cells["shown"].isna().sum())
        assert not given_away(made.cells)
    assert hidden > 20


def test_a_month_is_published_when_it_is_over(
    demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running month changes by the day: two of its days would differ by a household."""
    whole, publik = demo_store.current(), Reader("layar", Role.PUBLIK)
    for now, newest in (
        (date(2025, 12, 15), date(2025, 11, 30)),
        (date(2025, 12, 31), date(2025, 11, 30)),
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 5, 20), date(2025, 12, 31)),  # nothing came in after December
    ):
        assert published_months(whole, now)[-1] == newest
        monkeypatch.setattr(gate, "today", lambda now=now: now)
        assert gate.Door(publik, whole).months()[-1] == newest
        row = gate.ask_as(publik, whole, "summary", Filters(now)).iloc[0]
        assert row["month_end"].date() == newest
        with pytest.raises(NotForThisRole):
            gate.published(whole, "summary", now)


def test_those_without_any_vulnerability_are_no_cell(demo_store: Store) -> None:
    """Beside the groups they would say how many households are in more than one of them."""
    whole = demo_store.current()
    month = published_months(whole, date(9000, 1, 1))[-1]
    there = set(QUESTIONS["equity"].function(whole, Filters(month))["group_code"])
    assert NONE in there
    told = release(whole, month).cells
    assert set(told.loc[told["table"] == "vulnerability", "group"]) <= there - {NONE}
    assert NONE not in set(told["group"])


def test_the_series_is_made_of_the_published_cells(demo_store: Store) -> None:
    whole = demo_store.current()
    for month in published_months(whole, date(9000, 1, 1))[::5]:
        alone, beside = coverage_cells(whole, month), release(whole, month).table("coverage")
        pd.testing.assert_frame_equal(alone, beside.reset_index(drop=True))


# -- small worlds -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Household:
    desa: str
    covered: bool
    desil: str
    priority: str
    status: str
    old: bool
    level: str


HOUSEHOLDS = st.builds(
    Household,
    desa=st.sampled_from(["A", "A", "A", "B", "C"]),
    covered=st.booleans(),
    desil=st.sampled_from(["1", "2", "3", "4"]),
    priority=st.sampled_from(["tinggi", "tinggi", "sedang"]),
    status=st.sampled_from(["past_due", "due_soon", "on_time"]),
    old=st.booleans(),
    level=st.sampled_from(["none", "targeted_only", "met_only", "benefited", "outside"]),
)
BARRIERS = st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["jalan", "data", "kartu"])))


def table_of(households: list[Household], barriers: list[tuple[str, str]]) -> pd.DataFrame:
    """The true counts of a world, as `release` makes them."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for desa in "ABC":
        counts.update({("coverage", desa, "", s): 0 for s in ("covered", "uncovered")})
        counts.update({("barriers", desa, "", "open"): 0})
    for each in households:
        state = "covered" if each.covered else "uncovered"
        counts["coverage", each.desa, "", state] += 1
        counts["desil", "", each.desil, state] += 1
        counts["priority", "", each.priority, state] += 1
        counts["status", "", "", each.status] += 1
        if each.old:
            counts["vulnerability", "", "lansia", state] += 1
        if each.level != "none":
            counts["reach", "", "pkh", each.level] += 1
    for desa, category in barriers:
        counts["barriers", desa, "", "open"] += 1
        counts["barriers", "", category, "open"] += 1
    rows = [(*key, count) for key, count in counts.items()]
    return pd.DataFrame(rows, columns=["table", "place", "group", "state", "count"])


def four_of_one() -> list[Household]:
    """Four covered households of one desa, each of its own desil: all are 1 and the sum is 4."""
    return [
        Household("A", True, desil, "tinggi", "on_time", False, "none")
        for desil in ("1", "2", "3", "4")
    ]


def two_times_four(*, old: bool = False, level: str = "none") -> list[Household]:
    """Two desa with four covered households each: any count that says eight gives both away."""
    return [Household(desa, True, "1", "tinggi", "on_time", old, level) for desa in "AAAABBBB"]


@settings(deadline=None, max_examples=60)
@given(st.lists(HOUSEHOLDS, max_size=60), BARRIERS)
@example(four_of_one(), [])
@example(two_times_four(), [])
@example(two_times_four(old=True), [])
@example(two_times_four(level="benefited"), [])
@example([], [("A", "jalan"), ("A", "data"), ("A", "kartu"), ("A", "kartu")])
def test_no_small_world_gives_a_hidden_count_away(
    households: list[Household], barriers: list[tuple[str, str]]
) -> None:
    kept, withheld = protect(table_of(households, barriers), Cells(LIMIT))
    assert "coverage" not in withheld
    assert set(kept["table"]).isdisjoint(withheld)
    assert not given_away(kept)


@pytest.mark.parametrize(
    ("households", "table"),
    [
        (two_times_four(), "status"),
        (two_times_four(), "desil"),
        (two_times_four(), "priority"),
        (two_times_four(old=True), "vulnerability"),
        (two_times_four(level="benefited"), "reach"),
    ],
    ids=["status", "desil", "priority", "vulnerability", "reach"],
)
def test_every_table_is_withheld_that_says_too_much(
    households: list[Household], table: str
) -> None:
    _kept, withheld = protect(table_of(households, []), Cells(LIMIT))
    assert table in withheld


def test_without_withholding_the_four_would_be_given_away() -> None:
    # The attack is one that bites: the same world, published whole, falls to it.
    counted = table_of(four_of_one(), [])
    open_book = pd.concat(
        [counted.drop(columns="count"), Cells(LIMIT).publish(counted["count"])], axis="columns"
    )
    found = given_away(open_book)
    desil = open_book.index[open_book["table"] == "desil"].tolist()
    assert {cell for cell, left in found if left == [1]} >= set(desil)
    _kept, withheld = protect(counted, Cells(LIMIT))
    assert "desil" in withheld


@given(st.lists(HOUSEHOLDS, max_size=14))
@settings(deadline=None, max_examples=40)
def test_the_solver_and_counting_worlds_one_by_one_agree(households: list[Household]) -> None:
    """For one table and its sum: every way to fill it is tried."""
    counted = table_of(households, [])
    two = counted[counted["table"].isin(["priority", "status"])].reset_index(drop=True)
    said = Cells(LIMIT).publish(two["count"])
    cells = pd.concat([two.drop(columns="count"), said], axis="columns")
    ranges = [range(int(a), int(b) + 1) for a, b in zip(cells["low"], cells["high"], strict=True)]
    in_status = (cells["table"] == "status").to_numpy()
    sums: dict[bool, dict[int, list[tuple[int, ...]]]] = {True: {}, False: {}}
    for side in (True, False):
        places = np.flatnonzero(in_status == side)
        worlds: list[tuple[int, ...]] = [()]
        for place in places:
            worlds = [(*world, value) for world in worlds for value in ranges[place]]
        for world in worlds:
            sums[side].setdefault(sum(world), []).append(world)
    shared = sums[True].keys() & sums[False].keys()
    known = what_everybody_knows(cells)
    for side in (True, False):
        places = np.flatnonzero(in_status == side)
        for position, place in enumerate(places):
            if not np.isnan(cells["shown"].iloc[place]):
                continue
            seen = {world[position] for total in shared for world in sums[side][total]}
            assert seen == {value for value in HIDDEN if known.possible(int(place), value)}


def test_ranges_are_narrowed_by_hand() -> None:
    # a + b = t, t is 5, b at most 3: a is 2 to 4.
    found = narrowed({"a": (1, 4), "b": (0, 3), "t": (5, 5)}, [{"a": 1, "b": 1, "t": -1}])
    assert found == {"a": (2, 4), "b": (1, 3), "t": (5, 5)}
