"""The concentration index against the World Bank's example, and against every household."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.stats.concentration import concentration, curve, fractional_ranks

# O'Donnell et al. (2008), "Analyzing Health Equity Using Household Survey Data", World Bank,
# chapter 8, table 8.1: births and under-five deaths per 1,000 in India 1982-92, by wealth group.
BIRTHS = np.array([29939, 28776, 26528, 24689, 19739])
DEATHS = np.array([154.7, 152.9, 119.5, 86.9, 54.3]) / 1000 * BIRTHS
PRINTED_INDEX = -0.1694


def test_the_printed_index() -> None:
    found = concentration(range(5), DEATHS, BIRTHS)
    assert found is not None
    assert found.index == pytest.approx(PRINTED_INDEX, abs=5e-5)
    assert found.low < found.index < found.high < 0


def every_household(counted: list[int], out_of: list[int]) -> tuple[np.ndarray, np.ndarray]:
    h = np.concatenate(
        [np.r_[np.ones(c), np.zeros(n - c)] for c, n in zip(counted, out_of, strict=True)]
    )
    rank = np.repeat(fractional_ranks(range(len(out_of)), out_of), out_of)
    return h, rank


groups = st.lists(
    st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
    max_size=8,
)


@given(groups)
def test_it_is_the_covariance_over_households(rows: list[tuple[int, int]]) -> None:
    counted, out_of = [c for c, _n in rows], [n for _c, n in rows]
    assume(0 < sum(counted) < sum(out_of))
    found = concentration(range(len(rows)), counted, out_of)
    assert found is not None
    h, rank = every_household(counted, out_of)
    mean = h.mean()
    assert found.index == pytest.approx(2 * np.cov(h, rank, bias=True)[0, 1] / mean, abs=1e-9)
    assert found.bounded == pytest.approx(4 * mean * found.index)
    assert found.wagstaff == pytest.approx(found.index / (1 - mean))
    turned = concentration(range(len(rows)), counted[::-1], out_of[::-1])
    assert turned is not None
    assert turned.index == pytest.approx(-found.index, abs=1e-9)


@given(groups)
def test_the_erreygers_index_of_having_and_of_lacking_mirror(rows: list[tuple[int, int]]) -> None:
    counted, out_of = [c for c, _n in rows], [n for _c, n in rows]
    assume(0 < sum(counted) < sum(out_of))
    have = concentration(range(len(rows)), counted, out_of)
    lack = concentration(range(len(rows)), [n - c for c, n in rows], out_of)
    assert have is not None
    assert lack is not None
    assert have.bounded == pytest.approx(-lack.bounded, abs=1e-9)
    assert have.bounded_low == pytest.approx(-lack.bounded_high, abs=1e-9)


def test_the_interval_is_that_of_the_bootstrap() -> None:
    """Households drawn anew, ranks made anew: the standard error is the same within a tenth."""
    rng = np.random.default_rng(5)
    counted, out_of = [55, 60, 48, 30, 25], [80, 95, 85, 70, 70]
    found = concentration(range(5), counted, out_of)
    assert found is not None
    group = np.repeat(range(5), out_of)
    h, _rank = every_household(counted, out_of)
    drawn, bounded = [], []
    for _ in range(1500):
        pick = rng.integers(0, len(h), len(h))
        y = np.bincount(group[pick], h[pick], 5)
        again = concentration(range(5), y, np.bincount(group[pick], minlength=5))
        assert again is not None
        drawn.append(again.index)
        bounded.append(again.bounded)
    assert (found.high - found.low) / 2 / 1.966 == pytest.approx(np.std(drawn), rel=0.1)
    assert (found.bounded_high - found.bounded_low) / 2 / 1.966 == pytest.approx(
        np.std(bounded), rel=0.1
    )


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_the_interval_holds_zero_where_nothing_is_unequal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    out_of = np.full(10, 60)
    inside = 0
    for _ in range(60):
        found = concentration(range(10), rng.binomial(out_of, 0.7), out_of)
        assert found is not None
        inside += found.low <= 0 <= found.high
    assert inside >= 48  # 57 expected


def test_groups_that_differ_anyway_are_what_is_counted() -> None:
    """Desa differ by themselves, not by their place: households alone see an order there."""
    rng = np.random.default_rng(8)
    out_of = np.full(20, 180)
    alone = whole = 0
    for _ in range(200):
        counted = rng.binomial(out_of, rng.beta(7.5, 2.5, 20))
        by_household = concentration(range(20), counted, out_of)
        by_group = concentration(range(20), counted, out_of, together=True)
        assert by_household is not None
        assert by_group is not None
        assert by_group.index == by_household.index
        assert by_group.bounded == by_household.bounded
        alone += not by_household.low <= 0 <= by_household.high
        whole += not by_group.low <= 0 <= by_group.high
    assert alone > 100  # of 200, where 10 are expected
    assert whole <= 20


def test_the_jackknife_of_groups_is_the_index_without_each() -> None:
    counted, out_of = np.array([55, 60, 48, 30]), np.array([80, 95, 85, 70])
    found = concentration(range(4), counted, out_of, together=True)
    assert found is not None
    without = []
    for k in range(4):
        h, rank = every_household(list(np.delete(counted, k)), list(np.delete(out_of, k)))
        without.append(2 * np.cov(h, rank, bias=True)[0, 1] / h.mean())
    se = np.sqrt(3 / 4 * np.sum((np.array(without) - found.index) ** 2))
    assert found.high - found.index == pytest.approx(3.182446 * se)  # t on 3 degrees


def test_an_interval_ends_where_the_index_of_a_share_ends() -> None:
    """Two groups, one of which cannot be left out: the interval says nothing."""
    found = concentration([1, 2], [4, 1], [5, 5], together=True)
    assert found is not None
    assert (found.low, found.high) == (-0.5, 0.5)  # 1 − mean


def test_nothing_to_compare() -> None:
    assert concentration([1, 2], [0, 0], [5, 5]) is None
    assert concentration([1, 2], [5, 5], [5, 5]) is None
    assert concentration([1, 1], [2, 3], [5, 5]) is None


def test_the_curve_begins_and_ends_and_the_index_is_twice_the_area() -> None:
    x, y = curve(range(5), DEATHS, BIRTHS)
    assert (x[0], y[0]) == (0, 0)
    assert (x[-1], y[-1]) == pytest.approx((1, 1))
    assert 1 - 2 * np.trapezoid(y, x) == pytest.approx(PRINTED_INDEX, abs=5e-5)
