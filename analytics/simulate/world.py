"""One simulated world, whole: made room by room from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from analytics.config import load_rules
from analytics.simulate.barriers import Barriers, make_barriers, noted_at_visits
from analytics.simulate.households import Flags, Households, make_households
from analytics.simulate.places import Places, make_places
from analytics.simulate.plan import Plan, make_plan
from analytics.simulate.programs import Received, Targets, make_targets, record_receipts
from analytics.simulate.visits import Visits, simulate_visits

_STREAMS = 12


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is true in the simulation, before it is written down."""

    area_code: str
    places: Places
    plan: Plan
    households: Households
    visits: Visits
    targets: Targets
    received: Received
    noted: Flags  # visit × barrier category
    barriers: Barriers
    writing: tuple[np.random.SeedSequence, ...]  # streams left for the raw rows


def make_world(*, seed: int = 42, today: date, area_code: str | None = None) -> World:
    """Simulate the period that ends on *today*; see `analytics.simulate.write_demo`."""
    rules = load_rules()
    area = area_code or rules.area.code
    streams = np.random.SeedSequence(seed).spawn(_STREAMS)
    draw = [np.random.default_rng(stream) for stream in streams[:8]]
    places = make_places(area, draw[0])
    plan = make_plan(places, today, draw[1])
    households = make_households(places, plan, draw[2])
    visits = simulate_visits(places, households, plan, rules.cadence_days, draw[3])
    targets = make_targets(households, plan, draw[4])
    received = record_receipts(households, visits, targets, draw[5])
    noted = noted_at_visits(households, visits, received, targets, plan, draw[6])
    barriers = make_barriers(households, visits, noted, plan, len(places.desa), draw[7])
    return World(
        area_code=area,
        places=places,
        plan=plan,
        households=households,
        visits=visits,
        targets=targets,
        received=received,
        noted=noted,
        barriers=barriers,
        writing=tuple(streams[8:]),
    )
