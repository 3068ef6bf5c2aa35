"""What is planted shows for other seeds and on other days, whatever season they end in."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from analytics.simulate import make_world
from analytics.simulate.places import read_desa
from analytics.simulate.season import RAMADAN, activity, low_season
from analytics.simulate.visits import MET


@pytest.mark.parametrize(
    ("seed", "today"),
    [
        (1, date(2025, 12, 15)),
        (2, date(2026, 3, 25)),  # in the week after Ramadan
        (3, date(2027, 2, 28)),  # in Ramadan
        (4, date(2028, 2, 29)),
    ],
)
def test_planted_places_stand_out(seed: int, today: date) -> None:
    world = make_world(seed=seed, today=today)
    homes, visits, plan = world.households, world.visits, world.plan
    day = today.toordinal()
    active = (homes.registered <= day) & (homes.ended > day)
    recent = (visits.outcome == MET) & (visits.day > day - 90)
    covered = np.zeros(len(active), dtype=bool)
    covered[visits.household[recent]] = True
    count = len(world.places.desa)
    share = np.bincount(homes.desa[active & covered], minlength=count) / np.bincount(
        homes.desa[active], minlength=count
    )
    newest = np.zeros(count, dtype=np.int64)
    np.maximum.at(newest, homes.desa[visits.household], visits.day)

    late, neglected = plan.late, list(plan.neglected)
    others = np.setdiff1d(np.arange(count), [late, *neglected])
    assert share[others].min() > share[neglected].max()
    assert day - newest[late] > 14
    assert (day - newest[np.setdiff1d(np.arange(count), [late])] <= 14).all()
    assert not low_season(*plan.cluster_days)
    assert not low_season(*plan.absent_days)
    troubled = [*neglected, late, *plan.cluster]
    assert len(set(troubled)) == 6
    assert plan.absent not in world.places.assistant_of[troubled]


def test_fasting_months_are_29_or_30_days_and_a_lunar_year_apart() -> None:
    for first, last in RAMADAN:
        assert (last - first).days + 1 in {29, 30}
    for (first, _), (following, _) in pairwise(RAMADAN):
        assert 353 <= (following - first).days <= 356


def test_activity_by_hand() -> None:
    monday = date(2026, 2, 9)
    days = np.array([(monday + timedelta(days=n)).toordinal() for n in (0, 6, 14, 44)])
    # Monday; Sunday; Monday in Ramadan (from 18 February); Wednesday in the week after it
    np.testing.assert_allclose(activity(days), [1.15, 0.08, 1.15 * 0.42, 0.75 * 0.06])


def test_an_area_with_too_few_desa_is_refused() -> None:
    with pytest.raises(ValueError, match=r"63\.11\.99"):
        read_desa("63.11.99")
