"""When in the day and where a visit was recorded, and when the record was sent.

Four assistants have habits that are worth a talk; nobody's visits, outcomes or days change by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.simulate.columns import COLUMNS, Cell, Row
from analytics.simulate.places import Places
from analytics.simulate.plan import Plan
from analytics.simulate.visits import Visits

_ON_PAPER = 0.12  # share of visits recorded on paper: no time, no place, nothing sent
_HABIT = {"hurried": 0.5, "night": 0.35, "same_place": 0.45, "slow": 0.7}  # share of the visits
_METRE = 1 / 111_200  # in degrees


@dataclass(frozen=True, slots=True)
class Habits:
    """Positions of the assistants who …

    Attributes:
        hurried: write several visits down within a minute or two.
        night: record visits late in the evening.
        same_place: record many visits at one and the same position.
        slow: send their records weeks later.
    """

    hurried: int
    night: int
    same_place: int
    slow: int


def choose_habits(places: Places, plan: Plan) -> Habits:
    """Four assistants that no other trouble was planted with, as far as there are enough."""
    team = places.assistant_of
    troubled = {plan.absent, int(team[plan.late]), *(int(team[desa]) for desa in plan.neglected)}
    calm = [number for number in range(places.assistants) if number not in troubled]
    chosen = (calm + sorted(troubled))[:4]
    return Habits(*(chosen[k % len(chosen)] for k in range(4)))


def add_traces(
    rows: list[Row],
    visits: Visits,
    homes: list[Row],
    habits: Habits,
    plan: Plan,
    rng: np.random.Generator,
) -> None:
    """Append time, day sent, latitude and longitude to each of the visit *rows*.

    Args:
        rows: one per visit of *visits*, in its order; each gets four cells more.
        homes: the household rows, for their positions.
    """
    count = len(visits)
    who = visits.assistant
    draws = rng.random(count)

    def has(habit: str) -> np.ndarray:
        return (who == getattr(habits, habit)) & (draws < _HABIT[habit])

    gap = 22 * 60 + rng.integers(-400, 400, count)
    seconds = 8 * 3600 + 900 + visits.number * 60 * 12 + np.minimum(gap, 1500)
    seconds += (visits.number - 1) * 300
    seconds = np.where(has("hurried"), 11 * 3600 + visits.number * 15, seconds)
    seconds = np.where(has("night"), 20 * 3600 + 1800 + visits.number * 600, seconds)
    seconds = np.minimum(seconds, 23 * 3600 + 3000)
    wait = np.where(rng.random(count) < 0.8, 0, rng.integers(1, 4, count))
    wait = np.where(has("slow"), rng.integers(16, 40, count), wait)
    sent = np.minimum(visits.day + wait, plan.last_day.toordinal())
    columns = COLUMNS["keluarga"]
    place = (columns.index("lintang"), columns.index("bujur"))
    home = np.array([[row[at] for at in place] for row in homes], dtype=float)
    where = home[visits.household] + rng.normal(0, 6 * _METRE, (count, 2))
    office = home[visits.household[who == habits.same_place][:1]].reshape(-1)
    if len(office):
        where[has("same_place")] = office
    paper = rng.random(count) < _ON_PAPER
    cells = zip(seconds.tolist(), sent.tolist(), np.round(where, 6).tolist(), strict=True)
    for row, on_paper, (second, day, (lat, lon)) in zip(rows, paper.tolist(), cells, strict=True):
        nothing: list[Cell] = [None] * 4
        row.extend(nothing if on_paper else [_clock(second), date.fromordinal(day), lat, lon])


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
