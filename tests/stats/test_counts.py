"""Weekly counts: tails of the negative binomial, shrinkage by hand, a past that hides nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate
from scipy.stats import gamma, poisson

from analytics.stats.counts import central_range, upper_mid_p, usual


def mass(count: int, mean: float, size: float) -> float:
    """The probability of a count, written out with gamma functions."""
    share = size / (size + mean)
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return math.exp(ways + size * math.log(share) + count * math.log1p(-share))


def test_a_tail_by_hand() -> None:
    """Size 3, mean 2: p = 3/5; P(0..3) = 0.216, 0.2592, 0.20736, 0.13824 (10 · 0.6³ · 0.4³)."""
    above = 1 - (0.216 + 0.2592 + 0.20736 + 0.13824)
    found = upper_mid_p(np.array([3.0]), np.array([2.0]), np.array([3.0]))
    assert found[0] == pytest.approx(above + 0.13824 / 2)


@pytest.mark.parametrize(("count", "shape", "rate", "exposure"), [(0, 2, 9, 3), (4, 0.7, 5, 8)])
def test_the_prediction_is_a_poisson_whose_rate_is_gamma(
    count: int, shape: float, rate: float, exposure: float
) -> None:
    """Against the mixture, integrated numerically."""

    def weighted(value: float) -> float:
        tail = poisson.sf(count, value * exposure) + poisson.pmf(count, value * exposure) / 2
        return float(tail * gamma.pdf(value, shape, scale=1 / rate))

    whole, _error = integrate.quad(weighted, 0, np.inf, limit=200)
    mean = np.array([shape / rate * exposure])
    found = upper_mid_p(np.array([float(count)]), mean, np.array([float(shape)]))
    assert found[0] == pytest.approx(whole, rel=1e-6)


@given(st.floats(0.01, 30), st.floats(0.3, 40))
def test_the_usual_range_holds_four_in_five(mean: float, size: float) -> None:
    low, high = (int(each[0]) for each in central_range(np.array([mean]), np.array([size])))
    masses = [mass(count, mean, size) for count in range(high + 1)]
    assert sum(masses[low:]) >= 0.8 - 1e-9
    assert sum(masses[:low]) <= 0.1 + 1e-9
    assert 1 - sum(masses) <= 0.1 + 1e-9


def test_one_cell_alone_by_hand() -> None:
    """A group of one is as alike as can be (shape 50): 50 + 8 events in 50/level + 40 met.

    level = (8 + 0.5) / 40; with weeks that never lose weight (a very long half-life).
    """
    counts, met = np.array([[1.0, 0, 1, 0, 2, 1, 1, 2]]), np.full((1, 8), 5.0)
    found = usual(counts, met, np.array([0]), 1e9)
    level = 8.5 / 40
    assert found.shape[0] == pytest.approx(58)
    assert found.rate[0] == pytest.approx(50 / level + 40)
    assert found.mean(np.array([10.0]))[0] == pytest.approx(10 * 58 / (50 / level + 40))
    assert found.weeks.tolist() == [8]


def test_cells_that_differ_by_chance_only_are_taken_as_alike() -> None:
    """2, 4, 3 and 3 events are less apart than chance makes them (level · met = 3.1 each)."""
    counts = np.array([[1.0, 1, 0, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1]])
    found = usual(counts, np.full((4, 5), 8.0), np.zeros(4, dtype=np.int64), 1e9)
    assert found.shape == pytest.approx(50 + counts.sum(axis=1))


def test_older_weeks_count_half_after_a_half_life() -> None:
    counts, met = np.array([[4.0, 0, 0, 2]]), np.full((1, 4), 10.0)
    found = usual(counts, met, np.array([0]), 3.0)
    weights = [0.5 ** (age / 3) for age in (3, 2, 1, 0)]
    assert found.shape[0] - 50 == pytest.approx(4 * weights[0] + 2)
    assert weights[0] == pytest.approx(0.5)


def test_what_is_little_known_is_drawn_to_its_group() -> None:
    """Nine desa at 0.1 per household met; one with few visits and nothing noted is not 0."""
    dice = np.random.default_rng(3)
    met = np.full((10, 52), 20.0)
    met[0] = 1.0
    counts = dice.poisson(0.1 * met).astype("float64")
    counts[0] = 0
    found = usual(counts, met, np.zeros(10, dtype=int), 1e9)
    rates = found.mean(np.ones(10))
    assert 0.03 < rates[0] < 0.1
    assert rates[1:] == pytest.approx(np.full(9, 0.1), abs=0.02)


def test_weeks_without_data_say_nothing() -> None:
    counts, met = np.array([[1.0, 0, 3, 0]]), np.array([[10.0, 0, 10, 0]])
    short = usual(counts[:, [0, 2]], met[:, [0, 2]], np.array([0]), 1e9)
    found = usual(counts, met, np.array([0]), 1e9)
    assert found.mean(np.array([7.0])) == pytest.approx(short.mean(np.array([7.0])))
    assert found.weeks.tolist() == [2]


def test_an_old_outbreak_does_not_raise_what_is_usual() -> None:
    dice = np.random.default_rng(5)
    met = np.full((20, 52), 16.0)
    counts = dice.poisson(0.01 * met).astype("float64")
    before = usual(counts, met, np.zeros(20, dtype=int), 26)
    risen = counts.copy()
    risen[4, 20:23] += 12
    after = usual(risen, met, np.zeros(20, dtype=int), 26)
    plain = risen[4].sum() / met[4].sum()
    assert after.mean(np.full(20, 16.0))[4] < 3 * before.mean(np.full(20, 16.0))[4]
    assert after.mean(np.ones(20))[4] < plain / 3
