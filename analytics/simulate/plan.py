"""Which desa, assistant and weeks get the planted troubles; drawn by the seed, kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.designs import simulated_designs
from analytics.simulate.places import Places
from analytics.simulate.season import low_season

MONTHS = 18
LATE_DAYS = 27  # the late desa's newest visit is older than this
CLUSTER_CATEGORY = "akses_jalan"
STALLED_PROGRAM = "bantuan_lansia"
LOW_BENEFIT_PROGRAM = "pmt_stunting"
COORDINATION = "rapat_hambatan"  # in data/designs_simulated.toml
_CLUSTER_WEEKS = 3
_CLUSTER_DESA = 3
_ABSENCE_DAYS = 42


@dataclass(frozen=True, slots=True)
class Plan:
    """Positions refer to `Places`; days are dates, inclusive."""

    first_day: date
    last_day: date
    neglected: tuple[int, ...]
    late: int
    late_through: date
    cluster: tuple[int, ...]
    cluster_days: tuple[date, date]
    absent: int  # position of the assistant
    absent_days: tuple[date, date]
    coordination: tuple[date | None, ...]  # when each desa begins it; None = never


def months_before(day: date, months: int) -> date:
    """The same day of the month *months* earlier, at most the 28th."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, min(day.day, 28))


def _weeks_in_season(today: date, days_ago: int, length: int) -> tuple[date, date]:
    """*length* days from a Monday about *days_ago* that are not in the low season."""
    for shift in range(0, 20 * 7, 7):
        first = today - timedelta(days=days_ago + shift)
        first -= timedelta(days=first.weekday())
        last = first + timedelta(days=length - 1)
        if not low_season(first, last):
            return first, last
    raise ValueError(f"no ordinary weeks before {today}")  # a low season lasts 5 weeks


def coordination_starts(places: Places, first_day: date) -> tuple[date | None, ...]:
    """When the coordination of barriers begins per desa: as declared, so no draw is needed."""
    declared = {design.id: design for design in simulated_designs(first_day)}[COORDINATION]
    return tuple(declared.start_of(desa.code) for desa in places.desa)


def make_plan(places: Places, today: date, rng: np.random.Generator) -> Plan:
    """Choose what is planted where.

    The two neglected desa are among the more remote ones; the late desa, the cluster and the
    absent assistant touch none of the others' assistants, so that each effect stands alone.
    """
    distance = places.distance_km()
    team = places.assistant_of
    remote = np.argsort(-distance.mean(axis=1), kind="stable")[: max(8, len(distance) // 3)]
    first, *others = rng.permutation(remote).tolist()
    second = next(desa for desa in others if team[desa] != team[first])
    used = {int(team[first]), int(team[second])}

    free = [desa for desa in range(len(team)) if int(team[desa]) not in used]
    late = int(rng.choice(free))
    used.add(int(team[late]))

    free = [desa for desa in free if int(team[desa]) not in used]
    centre = int(rng.choice(free))
    near = sorted(free, key=lambda desa: (float(distance[centre, desa]), desa))
    cluster = tuple(sorted(near[:_CLUSTER_DESA]))
    used.update(int(team[desa]) for desa in cluster)

    present = [number for number in range(places.assistants) if number not in used]
    first_day = months_before(today, MONTHS)
    return Plan(
        first_day=first_day,
        last_day=today,
        neglected=tuple(sorted((int(first), int(second)))),
        late=late,
        late_through=today - timedelta(days=LATE_DAYS),
        cluster=cluster,
        cluster_days=_weeks_in_season(today, 63, _CLUSTER_WEEKS * 7),
        absent=int(rng.choice(present)),
        absent_days=_weeks_in_season(today, 150, _ABSENCE_DAYS),
        coordination=coordination_starts(places, first_day),
    )
