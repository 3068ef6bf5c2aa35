"""Kulldorff's scan: the ratio by hand, every cylinder by loops, and chance as chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analytics.config import load_rules
from analytics.stats.scan import log_ratio, nearest, scan
from analytics.stats.surveillance import Cells, clusters

DICE = np.random.default_rng(11)
X, Y = DICE.random(9), DICE.random(9)


def test_the_ratio_by_hand() -> None:
    """5 where 2 of 10 were expected: 5 ln(5/2) + 5 ln(5/8) = 4.58145 - 2.35002."""
    found = log_ratio(np.array(5.0), np.array(2.0), np.array(10.0))
    assert found == pytest.approx(2.23143, abs=1e-5)
    assert log_ratio(np.array(10.0), np.array(2.0), np.array(10.0)) == pytest.approx(
        10 * math.log(5)
    )
    assert log_ratio(np.array(2.0), np.array(2.0), np.array(10.0)) == 0
    assert log_ratio(np.array(1.0), np.array(2.0), np.array(10.0)) == 0


def test_neighbours_by_loops() -> None:
    found = nearest(X, Y)
    assert found.shape == (9, 4)
    for place in range(9):
        order = sorted(
            range(9), key=lambda each: math.dist((X[each], Y[each]), (X[place], Y[place]))
        )
        assert found[place].tolist() == order[:4]


def test_places_on_one_point_are_their_own_nearest() -> None:
    assert nearest(np.zeros(4), np.zeros(4))[:, 0].tolist() == [0, 1, 2, 3]


def by_loops(counts: np.ndarray, mean: np.ndarray, neighbours: np.ndarray) -> tuple[float, int]:
    """The largest ratio over all cylinders, and its weeks."""
    total = int(counts.sum())
    best = (0.0, 0)
    for centre in range(len(counts)):
        for reach in range(1, neighbours.shape[1] + 1):
            for weeks in range(1, counts.shape[1] + 1):
                inside = list(neighbours[centre, :reach])
                c = int(counts[inside, -weeks:].sum())
                e = float(mean[inside, -weeks:].sum()) * total / float(mean.sum())
                if c > e:
                    rest = (total - c) * math.log((total - c) / (total - e)) if total > c else 0.0
                    best = max(best, (c * math.log(c / e) + rest, weeks))
    return best


@pytest.mark.parametrize("seed", range(6))
def test_the_most_likely_cluster_is_the_best_of_all_cylinders(seed: int) -> None:
    dice = np.random.default_rng(seed)
    mean = dice.gamma(2, 0.3, (9, 5))
    counts = dice.poisson(mean * 1.3)
    neighbours = nearest(X, Y)
    first = scan(counts, mean, np.full((9, 5), 20.0), neighbours)[0]
    ratio, weeks = by_loops(counts, mean, neighbours)
    assert first.ratio == pytest.approx(ratio)
    assert first.weeks == weeks
    assert first.count == counts[list(first.places), -weeks:].sum()
    assert first.expected == pytest.approx(mean[list(first.places), -weeks:].sum())


def test_a_planted_cluster_is_found_and_the_same_each_time() -> None:
    neighbours = nearest(X, Y)
    mean = np.full((9, 6), 0.2)
    counts = np.random.default_rng(2).poisson(mean)
    planted = neighbours[3, :3]
    counts[planted, -3:] += 2
    found = scan(counts, mean, np.full((9, 6), 20.0), neighbours)
    assert set(planted) <= set(found[0].places)
    assert found[0].weeks == 3
    assert found[0].p_value == pytest.approx(0.001)
    assert scan(counts, mean, np.full((9, 6), 20.0), neighbours) == found
    places = [place for each in found for place in each.places]
    assert len(places) == len(set(places))


def test_without_a_cluster_small_p_values_are_rare() -> None:
    """200 quiet worlds: about one in ten below 0.1 (binomial, 99.9 %: at most 35)."""
    neighbours = nearest(X, Y)
    mean, size = np.full((9, 4), 0.4), np.full((9, 4), 3.0)
    dice = np.random.default_rng(4)
    worlds = [dice.negative_binomial(size, size / (size + mean)) for _ in range(200)]
    found = [scan(world, mean, size, neighbours) for world in worlds]
    low = sum(1 for each in found if each and each[0].p_value <= 0.1)
    assert 5 <= low <= 35


def test_nothing_noted_is_no_cluster() -> None:
    mean = np.full((9, 4), 0.4)
    assert scan(np.zeros((9, 4), dtype=int), mean, np.full((9, 4), 3.0), nearest(X, Y)) == []


@pytest.mark.parametrize(("newest", "found"), [(1, 0), (6, 1)], ids=["over", "still there"])
def test_a_cluster_with_usual_newest_weeks_is_over(newest: int, found: int) -> None:
    """Eight times the usual in two neighbouring places, five to three weeks ago."""
    counts = np.ones((6, 60))
    counts[:2, -5:-2] = 8
    counts[:2, -2:] = newest
    cells = Cells(counts, np.full((6, 60), 20.0), np.zeros(6, dtype=np.int64))
    neighbours = nearest(np.arange(6.0), np.zeros(6))
    piled = clusters(cells, 59, neighbours, load_rules().signals)
    assert len(piled) == found
