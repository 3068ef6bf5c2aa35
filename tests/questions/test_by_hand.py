"""Answers worked out by hand: every boundary of the definitions, each on rows one can see whole.

The as-of date is the middle of the story, 15 June 2025, and `day(-90)` is ninety days before it.
The oracle has to give the same answers, so that the two are not wrong in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from analytics import questions
from analytics.questions import Filters
from tests.oracle import Row, wilson
from tests.questions.compare import by, records
from tests.questions.worlds import (
    DESA,
    MIDDLE,
    Rows,
    day,
    household,
    imported,
    oracle,
    target,
    visit,
    world,
)

if TYPE_CHECKING:
    from analytics.store import Snapshot

HOME, NEIGHBOUR, THIRD = DESA


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Rows], Snapshot]:
    def snapshot(rows: Rows) -> Snapshot:
        return imported(rows, tmp_path_factory.mktemp("by_hand")).current()

    return snapshot


def on(as_of: date, window_days: int = 90, **chosen: tuple[str, ...]) -> Filters:
    return Filters(as_of=as_of, window_days=window_days, **chosen)


# Follow-up ------------------------------------------------------------------------------------

# id: (household, its visits, due on, days overdue, status) as of day(0)
FOLLOWUP: dict[str, tuple[Row, list[Row], date, int, str]] = {
    # last contact + cadence
    "due-tomorrow": (
        household("due-tomorrow", registered=day(-300), priority="sedang"),
        [visit("a1", "due-tomorrow", day(-59))],
        day(1),
        0,
        "due_soon",
    ),
    "due-today": (
        household("due-today", registered=day(-300), priority="sedang"),
        [visit("b1", "due-today", day(-60))],
        day(0),
        0,
        "due_soon",
    ),
    "due-yesterday": (
        household("due-yesterday", registered=day(-300), priority="sedang"),
        [visit("c1", "due-yesterday", day(-61))],
        day(-1),
        1,
        "overdue",
    ),
    "due-in-7": (
        household("due-in-7", registered=day(-300), priority="tinggi"),
        [visit("d1", "due-in-7", day(-23))],
        day(7),
        0,
        "due_soon",
    ),
    "due-in-8": (
        household("due-in-8", registered=day(-300), priority="tinggi"),
        [visit("e1", "due-in-8", day(-22))],
        day(8),
        0,
        "on_time",
    ),
    "rendah-90": (
        household("rendah-90", registered=day(-300), priority="rendah"),
        [visit("f1", "rendah-90", day(-91))],
        day(-1),
        1,
        "overdue",
    ),
    "no-priority-is-sedang": (
        household("no-priority-is-sedang", registered=day(-300), priority=None),
        [visit("g1", "no-priority-is-sedang", day(-61))],
        day(-1),
        1,
        "overdue",
    ),
    # never met: registration + cadence
    "never-due-today": (
        household("never-due-today", registered=day(-60)),
        [],
        day(0),
        0,
        "due_soon",
    ),
    "never-past-due": (
        household("never-past-due", registered=day(-61)),
        [],
        day(-1),
        1,
        "never",
    ),
    "never-but-new": (
        household("never-but-new", registered=day(0)),
        [],
        day(60),
        0,
        "on_time",
    ),
    "tried-but-never-met": (
        household("tried-but-never-met", registered=day(-500)),
        [visit("h1", "tried-but-never-met", day(-3), "tidak_di_tempat")],
        day(-440),
        440,
        "never",
    ),
    # more than 365 days ago
    "met-365-days-ago": (
        household("met-365-days-ago", registered=day(-500)),
        [visit("i1", "met-365-days-ago", day(-365))],
        day(-305),
        305,
        "overdue",
    ),
    "met-366-days-ago": (
        household("met-366-days-ago", registered=day(-500)),
        [visit("j1", "met-366-days-ago", day(-366))],
        day(-306),
        306,
        "lost",
    ),
    "long-ago-but-not-due": (
        household("long-ago-but-not-due", registered=day(-500)),
        [visit("k1", "long-ago-but-not-due", day(-400), next_on=day(0))],
        day(0),
        0,
        "due_soon",
    ),
    # an appointment replaces the cadence, in both directions
    "appointment-sooner": (
        household("appointment-sooner", registered=day(-300)),
        [visit("l1", "appointment-sooner", day(-10), next_on=day(-2))],
        day(-2),
        2,
        "overdue",
    ),
    "appointment-later": (
        household("appointment-later", registered=day(-300), priority="tinggi"),
        [visit("m1", "appointment-later", day(-40), next_on=day(20))],
        day(20),
        0,
        "on_time",
    ),
    "latest-appointment-of-the-day": (
        household("latest-appointment-of-the-day", registered=day(-300)),
        [
            visit("n1", "latest-appointment-of-the-day", day(-10), next_on=day(3)),
            visit("n2", "latest-appointment-of-the-day", day(-10), next_on=day(9)),
            visit("n3", "latest-appointment-of-the-day", day(-10)),
        ],
        day(9),
        0,
        "on_time",
    ),
    "appointment-of-an-earlier-contact": (
        household("appointment-of-an-earlier-contact", registered=day(-300)),
        [
            visit("o1", "appointment-of-an-earlier-contact", day(-20), next_on=day(40)),
            visit("o2", "appointment-of-an-earlier-contact", day(-19)),
        ],
        day(41),
        0,
        "on_time",
    ),
    "appointment-at-a-closed-door": (
        household("appointment-at-a-closed-door", registered=day(-300)),
        [
            visit("p1", "appointment-at-a-closed-door", day(-61)),
            visit("p2", "appointment-at-a-closed-door", day(-2), "menolak", next_on=day(20)),
        ],
        day(-1),
        1,
        "overdue",
    ),
    # a contact of tomorrow is not known today
    "met-tomorrow": (
        household("met-tomorrow", registered=day(-300)),
        [visit("q1", "met-tomorrow", day(-61)), visit("q2", "met-tomorrow", day(1))],
        day(-1),
        1,
        "overdue",
    ),
    # a contact before the household was registered is a contact
    "met-before-registration": (
        household("met-before-registration", registered=day(-5)),
        [visit("r1", "met-before-registration", day(-30))],
        day(30),
        0,
        "on_time",
    ),
    # the boundaries of being active
    "registered-today": (
        household("registered-today", registered=day(0), priority="tinggi"),
        [],
        day(30),
        0,
        "on_time",
    ),
    "ends-tomorrow": (
        household("ends-tomorrow", registered=day(-61), ended=day(1)),
        [],
        day(-1),
        1,
        "never",
    ),
}
NOT_ACTIVE = [
    household("ended-today", registered=day(-300), ended=day(0)),
    household("ended-long-ago", registered=day(-300), ended=day(-100)),
    household("registered-tomorrow", registered=day(1)),
]
FOLLOWUP_ROWS = world(
    [*(case[0] for case in FOLLOWUP.values()), *NOT_ACTIVE],
    [seen for case in FOLLOWUP.values() for seen in case[1]],
)


@pytest.fixture(scope="module")
def followup(ask: Callable[[Rows], Snapshot]) -> dict[str, Row]:
    return by(questions.followup(ask(FOLLOWUP_ROWS), on(MIDDLE)), "household_id")


@pytest.mark.parametrize("name", FOLLOWUP)
def test_due_date_and_status(name: str, followup: dict[str, Row]) -> None:
    _, _, due_on, days_overdue, status = FOLLOWUP[name]
    expected = {"due_on": due_on, "days_overdue": days_overdue, "status": status}
    answer = followup[name]
    assert {column: answer[column] for column in expected} == expected
    from_oracle = oracle(FOLLOWUP_ROWS, DESA).followup(MIDDLE)[name]
    assert {column: from_oracle[column] for column in expected} == expected


def test_every_active_household_is_listed_and_no_other(followup: dict[str, Row]) -> None:
    assert set(followup) == set(FOLLOWUP)


def test_the_one_overdue_longest_comes_first_among_equals(followup: dict[str, Row]) -> None:
    order = list(followup)
    assert order.index("tried-but-never-met") < order.index("never-past-due")
    assert order.index("met-366-days-ago") < order.index("met-365-days-ago")


# Coverage -------------------------------------------------------------------------------------


def coverage_of_one(
    ask: Callable[[Rows], Snapshot], home: Row, seen: list[Row], as_of: date, window_days: int
) -> tuple[int, int]:
    rows = world([home], seen)
    answer = by(questions.coverage(ask(rows), on(as_of, window_days)), "desa_code")[home["desa"]]
    expected = oracle(rows, DESA).coverage(as_of, window_days, [home["desa"]])
    assert (answer["active"], answer["covered"]) == (expected["active"], expected["covered"])
    return answer["active"], answer["covered"]


@pytest.mark.parametrize(
    ("visited", "window_days", "covered"),
    [
        (day(0), 90, 1),  # d itself is in the window
        (day(-89), 90, 1),  # its first day
        (day(-90), 90, 0),  # d − w is not
        (day(1), 90, 0),  # tomorrow
        (day(0), 1, 1),  # a window of one day is d
        (day(-1), 1, 0),
    ],
)
def test_the_edges_of_the_window(
    ask: Callable[[Rows], Snapshot], visited: date, window_days: int, covered: int
) -> None:
    home = household("A", registered=day(-300))
    seen = [visit("1", "A", visited)]
    assert coverage_of_one(ask, home, seen, MIDDLE, window_days) == (1, covered)


@pytest.mark.parametrize(
    ("registered", "ended", "active"),
    [
        (day(0), None, 1),
        (day(1), None, 0),
        (day(-9), day(1), 1),
        (day(-9), day(0), 0),
        (day(-9), day(-1), 0),
    ],
)
def test_the_edges_of_being_active(
    ask: Callable[[Rows], Snapshot], registered: date, ended: date | None, active: int
) -> None:
    home = household("A", registered=registered, ended=ended)
    seen = [visit("1", "A", day(-2))]
    assert coverage_of_one(ask, home, seen, MIDDLE, 90) == (active, active)


def test_only_met_counts_and_several_contacts_count_once(
    ask: Callable[[Rows], Snapshot],
) -> None:
    homes = [household(name, registered=day(-100)) for name in ("met", "refused", "absent", "gone")]
    seen = [
        visit("1", "met", day(-3)),
        visit("2", "met", day(-3)),
        visit("3", "met", day(-1)),
        visit("4", "refused", day(-1), "menolak"),
        visit("5", "absent", day(-1), "tidak_di_tempat"),
        visit("6", "gone", day(-1), "pindah"),
    ]
    table = questions.coverage(ask(world(homes, seen)), on(MIDDLE))
    answer = by(table, "desa_code")[HOME]
    assert (answer["active"], answer["covered"], answer["coverage"]) == (4, 1, 0.25)
    # Wilson's interval of 1 of 4, to the four digits that tables print
    assert math.isclose(answer["ci_low"], 0.0456, abs_tol=5e-5)
    assert math.isclose(answer["ci_high"], 0.6994, abs_tol=5e-5)


def test_a_desa_without_data_is_not_zero(ask: Callable[[Rows], Snapshot]) -> None:
    snapshot = ask(world([household("A", registered=day(-9))], [visit("1", "A", day(-1))]))
    answer = by(questions.coverage(snapshot, on(MIDDLE)), "desa_code")[THIRD]
    assert (answer["active"], answer["covered"], answer["state"]) == (0, 0, "no_data")
    for name in ("coverage", "ci_low", "ci_high", "data_through", "rank"):
        assert answer[name] is None


@pytest.mark.parametrize(("newest", "state"), [(day(-14), "ok"), (day(-15), "waiting")])
def test_waiting_after_fourteen_days(
    ask: Callable[[Rows], Snapshot], newest: date, state: str
) -> None:
    homes = [household(f"K{n:02}", registered=day(-100)) for n in range(10)]
    snapshot = ask(world(homes, [visit("1", "K00", newest, "tidak_di_tempat")]))
    coverage = by(questions.coverage(snapshot, on(MIDDLE)), "desa_code")[HOME]
    freshness = by(questions.freshness(snapshot, on(MIDDLE)), "desa_code")[HOME]
    assert coverage["state"] == freshness["state"] == state
    assert coverage["data_through"] == freshness["data_through"] == newest
    assert coverage["days_since_data"] == (MIDDLE - newest).days


@pytest.mark.parametrize(("households", "state"), [(9, "small"), (10, "ok")])
def test_fewer_than_ten_active_households_are_never_ranked(
    ask: Callable[[Rows], Snapshot], households: int, state: str
) -> None:
    homes = [household(f"K{n:02}", registered=day(-100)) for n in range(households)]
    homes.append(household("ended", registered=day(-100), ended=day(0)))
    snapshot = ask(world(homes, [visit("1", "K00", day(-1))]))
    answer = by(questions.coverage(snapshot, on(MIDDLE)), "desa_code")[HOME]
    assert (answer["active"], answer["state"]) == (households, state)
    assert (answer["rank"] is not None) == (state == "ok")


def test_coverage_among_the_targets_of_a_program(ask: Callable[[Rows], Snapshot]) -> None:
    homes = [household(name, registered=day(-100)) for name in ("A", "B", "C")]
    homes.append(household("D", NEIGHBOUR, registered=day(-100)))
    rows = world(
        homes,
        [visit("1", "A", day(-5)), visit("2", "C", day(-5))],
        [
            target("A", "PKH", day(-30)),
            target("B", "PKH", day(0)),  # starts on the day: a target
            target("C", "PKH", day(-30), day(0)),  # ends on the day: no longer one
            target("D", "PKH", day(1)),  # starts tomorrow
        ],
    )
    table = questions.coverage_program(ask(rows), on(MIDDLE))
    answer = by(table, "desa_code", "program_code")[HOME, "PKH"]
    assert (answer["targeted"], answer["covered"], answer["coverage"]) == (2, 1, 0.5)
    assert math.isclose(answer["ci_low"], wilson(1, 2)[0] or 0.0, rel_tol=1e-9)


def test_trend_has_every_month_end_and_then_the_day(ask: Callable[[Rows], Snapshot]) -> None:
    rows = world(
        [
            household("A", registered=date(2025, 1, 1)),
            household("B", registered=date(2025, 4, 30)),
            household("C", registered=date(2025, 1, 1), ended=date(2025, 5, 31)),
        ],
        [
            visit("1", "A", date(2025, 3, 1)),
            visit("2", "B", date(2025, 5, 31)),
            visit("3", "C", date(2025, 4, 1)),
        ],
    )
    table = questions.trend(ask(rows), on(MIDDLE, 30))
    answer = [(r["month_end"], r["active"], r["covered"]) for r in records(table)]
    assert answer == [
        (date(2025, 3, 31), 2, 0),  # 1 March + 30 days = 31 March: out
        (date(2025, 4, 30), 3, 1),  # B registered that day; C met 29 days ago
        (date(2025, 5, 31), 2, 1),  # C ended that day; B met that day
        (MIDDLE, 2, 1),
    ]


# Reach ----------------------------------------------------------------------------------------


START = day(-300)


def got(visit_id: str, when: date, benefit: int | None = None) -> Row:
    """A visit at which household A was met and had received PKH."""
    return visit(visit_id, "A", when, received=("PKH",), benefit=benefit)


def reach_of_one(
    ask: Callable[[Rows], Snapshot],
    seen: list[Row],
    targets: list[Row],
    registered: date = START,
    ended: date | None = None,
) -> str:
    """The cascade of PKH for one household: one digit a step, then the receipt outside."""
    resident = household("A", registered=registered, ended=ended)
    rows = world([resident], seen, targets)
    answer = by(questions.reach(ask(rows), on(MIDDLE)), "program_code")["PKH"]
    steps = ("targeted", "attempted", "met", "received", "benefited", "received_outside_target")
    expected = oracle(rows, DESA).reach(MIDDLE, "PKH")
    assert {step: answer[step] for step in steps} == expected
    return "".join(str(answer[step]) for step in steps)


PKH = target("A", "PKH", day(-30))
REACH = {
    "only a target": ([], [PKH], "100000"),
    "visited before the start": ([visit("1", "A", day(-31))], [PKH], "100000"),
    "visited on the first day": ([visit("1", "A", day(-30))], [PKH], "111000"),
    "door stayed closed": ([visit("1", "A", day(-1), "menolak")], [PKH], "110000"),
    "got another program": ([visit("1", "A", day(0), received=["BLT"])], [PKH], "111000"),
    "got it, not rated": ([got("1", day(0))], [PKH], "111100"),
    "got it, rated 3": ([got("1", day(0), 3)], [PKH], "111100"),
    "got it, rated 4": ([got("1", day(0), 4)], [PKH], "111110"),
    "got it tomorrow": ([got("1", day(1), 5)], [PKH], "100000"),
    "got it before the start": (
        [got("1", day(-31), 5), visit("2", "A", day(-3))],
        [PKH],
        "111000",
    ),
    "the latest rating counts: worse": (
        [
            got("1", day(-9), 5),
            got("2", day(-8), 2),
        ],
        [PKH],
        "111100",
    ),
    "the latest rating counts: better": (
        [
            got("1", day(-9), 2),
            got("2", day(-8), 5),
        ],
        [PKH],
        "111110",
    ),
    "a later receipt without a rating": (
        [got("1", day(-9), 5), got("2", day(-8))],
        [PKH],
        "111110",
    ),
    "two ratings on one day: the lowest": (
        [
            got("1", day(-9), 5),
            got("2", day(-9), 3),
        ],
        [PKH],
        "111100",
    ),
    "a rating at a visit for another program": (
        [
            got("1", day(-9)),
            visit("2", "A", day(-8), received=["BLT"], benefit=5),
        ],
        [PKH],
        "111100",
    ),
    "target starts on the day": (
        [got("1", day(0))],
        [target("A", "PKH", day(0))],
        "111100",
    ),
    "target starts tomorrow": (
        [got("1", day(0))],
        [target("A", "PKH", day(1))],
        "000001",
    ),
    "target ended on the day": (
        [got("1", day(-1))],
        [target("A", "PKH", day(-9), day(0))],
        "000001",
    ),
    "target ends tomorrow": (
        [got("1", day(-1))],
        [target("A", "PKH", day(-9), day(1))],
        "111100",
    ),
    "never a target": ([got("1", day(-1))], [], "000001"),
    "never a target, got it twice": (
        [got("1", day(-2)), got("2", day(-1))],
        [],
        "000001",
    ),
    "two targets: as far as the better one": (
        [got("1", day(-20), 5)],
        [PKH, target("A", "PKH", day(-10))],
        "111110",
    ),
    "two targets: an ended one does not help": (
        [got("1", day(-20), 5)],
        [target("A", "PKH", day(-30), day(-15)), target("A", "PKH", day(-10))],
        "100000",
    ),
}


@pytest.mark.parametrize("name", REACH)
def test_how_far_a_program_reached(ask: Callable[[Rows], Snapshot], name: str) -> None:
    seen, targets, expected = REACH[name]
    assert reach_of_one(ask, seen, targets) == expected


def test_a_household_that_ended_is_in_no_step(ask: Callable[[Rows], Snapshot]) -> None:
    seen = [got("1", day(-1), 5)]
    assert reach_of_one(ask, seen, [PKH], ended=day(1)) == "111110"
    assert reach_of_one(ask, seen, [PKH], ended=day(0)) == "000000"
    assert reach_of_one(ask, seen, [], ended=day(0)) == "000000"


def test_a_receipt_before_registration_counts_from_registration_on(
    ask: Callable[[Rows], Snapshot],
) -> None:
    seen = [got("1", day(-9))]
    assert reach_of_one(ask, seen, [], registered=day(0)) == "000001"
    assert reach_of_one(ask, seen, [], registered=day(1)) == "000000"
    assert reach_of_one(ask, seen, [PKH], registered=day(0)) == "111100"


def test_reach_per_desa_adds_up_to_reach(ask: Callable[[Rows], Snapshot]) -> None:
    homes = [household("A", HOME, day(-300)), household("B", NEIGHBOUR, day(-300))]
    seen = [
        got("1", day(-3), 5),
        visit("2", "B", day(-3), received=["PKH", "RTLH"]),
    ]
    rows = world(homes, seen, [PKH, target("B", "PKH", day(-30))])
    snapshot = ask(rows)
    parts = by(questions.reach_desa(snapshot, on(MIDDLE)), "program_code", "desa_code")
    whole = by(questions.reach(snapshot, on(MIDDLE)), "program_code")
    assert parts["PKH", HOME]["benefited"] == 1
    assert parts["PKH", NEIGHBOUR]["benefited"] == 0
    assert parts["RTLH", NEIGHBOUR]["received_outside_target"] == 1
    for step in ("targeted", "attempted", "met", "received", "benefited"):
        assert whole["PKH"][step] == sum(parts["PKH", code][step] for code in (HOME, NEIGHBOUR))


def test_a_second_receipt_does_not_hide_the_first(ask: Callable[[Rows], Snapshot]) -> None:
    assert reach_of_one(ask, [got("1", day(-9)), got("2", day(9))], []) == "000001"
    assert reach_of_one(ask, [got("1", day(-9)), got("2", day(9))], [PKH]) == "111100"


@pytest.mark.parametrize(("newest", "recent"), [(day(-29), 2), (day(-30), 1)])
def test_visits_of_the_last_thirty_days(
    ask: Callable[[Rows], Snapshot], newest: date, recent: int
) -> None:
    seen = [visit("1", "A", newest), visit("2", "A", day(0), "menolak"), visit("3", "A", day(1))]
    snapshot = ask(world([household("A", registered=day(-100))], seen))
    answer = by(questions.freshness(snapshot, on(MIDDLE)), "desa_code")[HOME]
    assert (answer["visits_total"], answer["visits_last_30"]) == (2, recent)


def test_coverage_of_chosen_programs_counts_targets_of_that_day(
    ask: Callable[[Rows], Snapshot],
) -> None:
    homes = [household(name, registered=day(-100)) for name in "ABCD"]
    rows = world(
        homes,
        [visit("1", "A", day(-5)), visit("2", "B", day(-5))],
        [
            target("A", "PKH", day(0)),
            target("A", "BLT", day(-9)),  # counted once all the same
            target("B", "PKH", day(-9), day(0)),
            target("C", "BLT", day(-9), day(1)),
            target("D", "RTLH", day(-9)),
        ],
    )
    f = on(MIDDLE, programs=("PKH", "BLT"))
    answer = by(questions.coverage(ask(rows), f), "desa_code")[HOME]
    assert (answer["active"], answer["covered"], answer["coverage"]) == (2, 1, 0.5)


def test_one_question_of_one_desa_and_one_program(ask: Callable[[Rows], Snapshot]) -> None:
    homes = [household("A", HOME, day(-300)), household("B", NEIGHBOUR, day(-300))]
    homes.append(household("C", HOME, day(-300)))
    snapshot = ask(world(homes, [visit("1", "A", day(-3))], [PKH, target("B", "PKH", day(-9))]))
    f = on(MIDDLE, desa=(HOME,), programs=("PKH",))
    assert [r["household_id"] for r in records(questions.followup(snapshot, f))] == ["A"]
    assert list(by(questions.coverage(snapshot, f), "desa_code")) == [HOME]
    (reach,) = records(questions.reach(snapshot, f))
    assert (reach["program_code"], reach["targeted"], reach["met"]) == ("PKH", 1, 1)
    (summary,) = records(questions.summary(snapshot, f))
    assert (summary["active"], summary["covered"]) == (1, 1)
