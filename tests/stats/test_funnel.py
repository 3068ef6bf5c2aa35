"""Funnel limits, shrinkage and ranks against printed tables, grids and exact probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln
from scipy.stats import beta, binom

from analytics.stats.empirical_bayes import Prior, fit_prior, shrink
from analytics.stats.funnel import funnel_limits, spread, stretched_limits
from analytics.stats.ranking import rank_intervals

# Gelman et al., "Bayesian Data Analysis", 3rd ed., table 5.1: tumours in 71 groups of rats.
RATS = np.array(
    [
        *[(0, 20)] * 7, *[(0, 19)] * 4, *[(0, 18)] * 2, (0, 17), *[(1, 20)] * 4, (1, 19), (1, 19),
        *[(1, 18)] * 2, (2, 25), (2, 24), (2, 23), *[(2, 20)] * 6, (1, 10), (5, 49), (2, 19),
        (5, 46), (3, 27), (2, 17), (7, 49), (7, 47), *[(3, 20)] * 2, (2, 13), (9, 48), (10, 50),
        *[(4, 20)] * 7, (10, 48), (4, 19), (4, 19), (4, 19), (5, 22), (11, 46), (12, 49),
        *[(5, 20)] * 2, (6, 23), (5, 19), (6, 22), *[(6, 20)] * 3, (16, 52), (15, 47), (15, 46),
        (9, 24), (4, 14),
    ]
)  # fmt: skip


def test_a_limit_by_a_printed_binomial_table() -> None:
    """n = 20, p = 0.5: the table prints F(5) = 0.0207 and F(6) = 0.0577."""
    low, high = funnel_limits(np.array([20]), 0.5, 0.95)
    weight = (0.0577 - 0.025) / (0.0577 - 0.0207)
    assert low[0] == pytest.approx((6 - weight) / 20, abs=2e-4)
    assert high[0] == pytest.approx(1 - low[0], abs=1e-12)


@given(st.integers(1, 400), st.floats(0.02, 0.98), st.sampled_from([0.95, 0.998]))
def test_beyond_a_limit_is_no_more_likely_than_it_says(n: int, p: float, level: float) -> None:
    """The chance of lying beyond each limit, summed over all counts."""
    low, high = (float(each[0]) for each in funnel_limits(np.array([n]), p, level))
    counts = np.arange(n + 1)
    chance = binom.pmf(counts, n, p)
    tail = (1 - level) / 2
    assert chance[counts / n > high].sum() <= tail + 1e-9
    assert chance[counts / n < low].sum() <= tail + 1e-9


def test_everybody_met_in_a_small_desa_is_common() -> None:
    """20 of 20 at a usual share of 95 %: a chance of 0.95²⁰ = 36 %, so within the limits."""
    low, high = funnel_limits(np.array([20]), 0.95, 0.998)
    assert high[0] == 1.0
    assert low[0] < 0.75


@given(st.integers(1, 2000), st.floats(0.02, 0.98), st.sampled_from([0.95, 0.998]))
def test_limits_lie_at_the_tail(n: int, p: float, confidence: float) -> None:
    low, high = (float(each[0]) for each in funnel_limits(np.array([n]), p, confidence))
    tail = (1 - confidence) / 2
    assert 0 <= low <= p + 1 / n
    assert low <= high <= 1
    assert binom.cdf(np.floor(low * n - 1e-9) - 1, n, p) <= tail + 1e-9
    assert binom.sf(np.floor(high * n + 1e-9), n, p) <= tail + 1e-9


def test_large_places_have_the_normal_limits() -> None:
    low, high = funnel_limits(np.array([10**6]), 0.7, 0.998)
    reach = 3.0902 * np.sqrt(0.7 * 0.3 / 10**6)
    assert (low[0], high[0]) == pytest.approx((0.7 - reach, 0.7 + reach), abs=1e-5)
    assert stretched_limits(np.array([10**6]), 0.7, 0.998, 2.0)[0][0] == pytest.approx(
        0.7 - 2 * reach, abs=1e-5
    )


def test_spread_by_hand() -> None:
    """z of 50, 60 and 40 of 100 at 0.5: 0, 2, −2; squares sum to 8 on 2 degrees of freedom."""
    found = spread([50, 60, 40], [100, 100, 100], 0.5)
    assert found.p_value == pytest.approx(np.exp(-4))
    assert found.phi == pytest.approx((1.6**2 * 2) / 3)  # 10th and 90th percentile: ∓1.6
    assert found.factor == pytest.approx(np.sqrt(found.phi))


def test_chance_alone_is_not_stretched() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(30, 300, 23)
    factors = [spread(rng.binomial(n, 0.7), n, 0.7).factor for _ in range(200)]
    assert np.mean(np.array(factors) > 1) < 0.09
    differing = [spread(rng.binomial(n, rng.beta(7, 3, 23)), n, 0.7).factor for _ in range(50)]
    assert np.min(differing) > 1


def test_the_prior_of_the_rats_maximises_the_likelihood() -> None:
    """Against a grid; and near the book's moment estimate from 70 of the groups (1.4, 8.6)."""
    y, n = RATS.T
    assert len(RATS) == 71
    found = fit_prior(y, n)

    def likelihood(m: float, s: float) -> float:
        return float(np.sum(betaln(y + m * s, n - y + (1 - m) * s) - betaln(m * s, (1 - m) * s)))

    grid = [likelihood(m, s) for m in np.linspace(0.08, 0.25, 69) for s in np.geomspace(3, 60, 120)]
    assert likelihood(found.mean, found.strength) >= max(grid) - 1e-6
    assert found.mean == pytest.approx(1.4 / 10, abs=0.02)
    assert 8 < found.strength < 20


def test_a_prior_is_worth_no_more_households_than_there_are() -> None:
    """Four desa with the same share: each is as sure as all 60 households together, no surer."""
    y, n = np.array([13, 13, 13, 13]), np.array([15, 15, 15, 15])
    prior = fit_prior(y, n)
    assert prior.strength == pytest.approx(60)
    found = shrink(y, n, prior)
    together = beta(0.5 + 52, 0.5 + 8)
    wide = together.ppf(0.975) - together.ppf(0.025)
    assert found.high - found.low == pytest.approx(np.full(4, wide), rel=0.15)


def test_shrinking_by_hand() -> None:
    """Beta(2, 8) prior, 4 of 10: posterior Beta(6, 14), mean 0.3."""
    found = shrink([4, 0], [10, 0], Prior(0.2, 10))
    assert found.estimate == pytest.approx([0.3, 0.2])
    assert found.own_weight == pytest.approx([0.5, 0.0])
    assert found.low[0] == pytest.approx(beta(6, 14).ppf(0.025))
    assert found.high[1] == pytest.approx(beta(2, 8).ppf(0.975))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=3, max_size=25))
def test_an_estimate_lies_between_its_share_and_the_usual_one(rows: list[tuple[int, int]]) -> None:
    y = np.array([min(a, b) for a, b in rows])
    n = np.array([b for _a, b in rows])
    prior = fit_prior(y, n)
    found = shrink(y, n, prior)
    low, high = np.minimum(y / n, prior.mean), np.maximum(y / n, prior.mean)
    assert ((low - 1e-9 <= found.estimate) & (found.estimate <= high + 1e-9)).all()


def test_ranks_of_two_places_against_the_exact_probability() -> None:
    """P(the first is higher) = ∫ f₁(x) F₂(x) dx."""
    prior = Prior(0.5, 2)
    first, second = beta(1 + 7, 1 + 3), beta(1 + 5, 1 + 5)
    exact = quad(lambda x: first.pdf(x) * second.cdf(x), 0, 1)[0]
    found = rank_intervals([7, 5], [10, 10], prior, draws=20000)
    assert found.expected[0] == pytest.approx(2 - exact, abs=0.01)
    assert found.cannot_be_told_apart.all()
    assert (found.low == 1).all()
    assert (found.high == 2).all()


def test_who_cannot_be_told_apart_has_an_interval_over_the_middle() -> None:
    n = np.full(22, 120)
    y = np.array([*range(70, 110, 2), 30, 20])
    found = rank_intervals(y, n, fit_prior(y, n))
    over = (found.low <= 11) & (found.high >= 12)
    assert found.cannot_be_told_apart.tolist() == over.tolist()
    assert 0 < over.sum() < 22


def test_places_far_apart_have_sure_ranks() -> None:
    found = rank_intervals([190, 100, 10], [200, 200, 200], Prior(0.5, 2))
    assert found.low.tolist() == found.high.tolist() == [1, 2, 3]
    assert found.cannot_be_told_apart.tolist() == [False, False, False] or (
        found.expected.tolist() == [1, 2, 3]
    )
    again = rank_intervals([190, 100, 10], [200, 200, 200], Prior(0.5, 2))
    assert (found.expected == again.expected).all()
