"""Who was visited on which day, and with what outcome: one working day after the other.

Each assistant has a number of visits for the day (capacity), goes to one of the own desa and
takes the households that are most overdue, with some chance in it. What is not reached waits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.config import CadenceDays
from analytics.simulate.households import END_REASONS, NEVER, Households, Ints
from analytics.simulate.places import Places
from analytics.simulate.plan import Plan
from analytics.simulate.season import activity, market_day

OUTCOMES = ("bertemu", "tidak_di_tempat", "menolak", "pindah")
MET, AWAY, REFUSED, MOVED = range(4)
NO_DAY = 0  # "no next visit agreed"
_ATTENTION_NEGLECTED = 0.24
_SCHEDULED = 0.28  # share of contacts that agree on the next visit
_TWICE_A_DAY = 0.008
_LOST_AFTER_DAYS = 110  # the lost households are met before this day of the period


@dataclass(frozen=True, slots=True)
class Visits:
    """One entry per visit, in the order of day and assistant; days are ordinals."""

    household: Ints
    day: Ints
    assistant: Ints
    number: Ints  # of the assistant's day, from 1
    outcome: Ints  # position in OUTCOMES
    next_day: Ints  # NO_DAY when none was agreed

    def __len__(self) -> int:
        return len(self.day)


@dataclass(slots=True)
class _State:
    """What changes from day to day, per household."""

    due: NDArray[np.float64]
    rest_until: Ints  # not again before this day
    gone: NDArray[np.bool_]  # no longer on anybody's list


def simulate_visits(
    places: Places,
    households: Households,
    plan: Plan,
    cadence_days: CadenceDays,
    rng: np.random.Generator,
) -> Visits:
    """All visits of the period; the late desa's newest ones are left out at the end."""
    cadence = np.array([cadence_days.tinggi, cadence_days.sedang, cadence_days.rendah])
    cadence = cadence[households.priority].astype(float)
    start = np.maximum(households.registered, plan.first_day.toordinal())
    state = _State(
        due=np.where(households.lost, start, start + rng.random(len(start)) * cadence),
        rest_until=start.copy(),
        gone=households.hidden & (rng.random(len(start)) < 0.5),
    )
    parts = [
        _assistant(number, places, households, plan, cadence, state, rng)
        for number in range(places.assistants)
    ]
    household, day, assistant, outcome, next_day = np.concatenate(parts, axis=1)
    order = np.lexsort((assistant, day))
    late = (households.desa[household] == plan.late) & (day > plan.late_through.toordinal())
    order = order[~late[order]]
    household, day, assistant = household[order], day[order], assistant[order]
    return Visits(
        household, day, assistant, _number(day, assistant), outcome[order], next_day[order]
    )


def _number(day: Ints, assistant: Ints) -> Ints:
    """1, 2, 3 … within each assistant's day (the arrays are sorted so)."""
    position = np.arange(len(day))
    begins = np.ones(len(day), dtype=bool)
    begins[1:] = (day[1:] != day[:-1]) | (assistant[1:] != assistant[:-1])
    return position - np.maximum.accumulate(np.where(begins, position, 0)) + 1


def _capacity(
    number: int,
    desa: Ints,
    load: NDArray[np.float64],
    plan: Plan,
    days: Ints,
    rng: np.random.Generator,
) -> Ints:
    """How many doors the assistant manages on each day."""
    attention = np.where(np.isin(desa, plan.neglected), _ATTENTION_NEGLECTED, 1.0)
    diligence = rng.uniform(0.9, 1.2)
    expected = float((load * attention).sum()) * diligence * 7 / 5.18  # days are not all full
    factor = activity(days) * rng.gamma(12, 1 / 12, len(days))
    if number == plan.absent:
        first, last = (day.toordinal() for day in plan.absent_days)
        factor = np.where((days >= first) & (days <= last), 0.0, factor)
    return np.asarray(rng.poisson(expected * factor))


def _assistant(
    number: int,
    places: Places,
    households: Households,
    plan: Plan,
    cadence: NDArray[np.float64],
    state: _State,
    rng: np.random.Generator,
) -> Ints:
    """The visits of one assistant: household, day, assistant, outcome, next day (as rows)."""
    desa = np.flatnonzero(places.assistant_of == number)
    members = [np.flatnonzero(households.desa == position) for position in desa.tolist()]
    load = np.array([float((1 / cadence[group]).sum()) for group in members])
    days = np.arange(plan.first_day.toordinal(), plan.last_day.toordinal() + 1)
    capacity = _capacity(number, desa, load, plan, days, rng)
    weight = load * np.where(np.isin(desa, plan.neglected), _ATTENTION_NEGLECTED, 1.0)
    weight /= weight.sum()
    credit = np.zeros(len(members))  # turns: the desa that has waited longest for its share
    less_at_home = np.where(market_day(days), 0.12, 0.0)
    parts = [np.empty((5, 0), dtype=np.int64)]
    for step in np.flatnonzero(capacity).tolist():
        day = int(days[step])
        credit += weight
        turn = int((credit + rng.normal(0, 0.15, len(members))).argmax())
        credit[turn] -= 1
        group = members[turn]
        chosen = _choose(group, day, int(capacity[step]), plan, households, cadence, state, rng)
        if len(chosen) == 0:
            continue
        home = np.where(
            households.lost[chosen], 1.0, households.at_home[chosen] - less_at_home[step]
        )
        outcome = _outcomes(chosen, day, home, households, rng)
        met = outcome == MET
        wait = cadence[chosen] * rng.uniform(0.85, 1.1, len(chosen))
        agreed = met & (rng.random(len(chosen)) < _SCHEDULED)
        next_day = np.where(agreed, day + np.maximum(1, np.rint(wait)), NO_DAY).astype(np.int64)
        state.due[chosen] = np.where(met, day + wait, state.due[chosen])
        state.rest_until[chosen] = day + np.where(met, 7, rng.integers(3, 14, len(chosen)))
        state.gone[chosen] |= (households.lost[chosen] & met) | (outcome == MOVED)
        rows = np.stack(
            (chosen, np.full_like(chosen, day), np.full_like(chosen, number), outcome, next_day)
        )
        parts.append(_again(rows, rng))
    return np.concatenate(parts, axis=1)


def _choose(
    group: Ints,
    day: int,
    capacity: int,
    plan: Plan,
    households: Households,
    cadence: NDArray[np.float64],
    state: _State,
    rng: np.random.Generator,
) -> Ints:
    """The most urgent households of one desa for today."""
    open_today = (
        (households.registered[group] <= day)
        & (households.ended[group] > day)
        & (state.rest_until[group] <= day)
        & ~state.gone[group]
    )
    if day >= plan.first_day.toordinal() + _LOST_AFTER_DAYS:
        open_today &= ~households.lost[group]
    group = group[open_today]
    urgency = (day - state.due[group]) / cadence[group] - households.elusive[group]
    urgency += rng.normal(0, 0.45, len(group)) + 3.0 * households.lost[group]
    picked = np.argsort(-urgency, kind="stable")[:capacity]
    return group[picked[urgency[picked] > -0.6]]


def _outcomes(
    chosen: Ints,
    day: int,
    home: NDArray[np.float64],
    households: Households,
    rng: np.random.Generator,
) -> Ints:
    """Met, away, refused, or found to have moved (in the weeks before the office notes it)."""
    draw = rng.random(len(chosen))
    outcome = np.where(draw < home, MET, np.where(rng.random(len(chosen)) < 0.07, REFUSED, AWAY))
    moved = households.end_reason[chosen] == END_REASONS.index("pindah")
    soon = moved & (households.ended[chosen] != NEVER) & (households.ended[chosen] - day <= 21)
    return np.where(soon, MOVED, outcome)


def _again(rows: Ints, rng: np.random.Generator) -> Ints:
    """Now and then two visits on one day: a knock in vain before, or two matters recorded."""
    outcome = rows[3]
    twice = np.isin(outcome, (MET, AWAY)) & (rng.random(rows.shape[1]) < _TWICE_A_DAY)
    if not twice.any():
        return rows
    earlier = rows[:, twice].copy()
    both_met = (earlier[3] == MET) & (rng.random(earlier.shape[1]) < 0.4)
    earlier[3] = np.where(both_met, MET, AWAY)
    agreed = both_met & (rng.random(earlier.shape[1]) < 0.5)
    earlier[4] = np.where(agreed, earlier[1] + 14, NO_DAY)
    return np.concatenate((earlier, rows), axis=1)
