"""How sure is a rank? Intervals instead of a league table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from analytics.stats.empirical_bayes import Prior

SEED, DRAWS = 20260101, 4000


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks of places, 1 = highest share.

    Attributes:
        expected: mean rank over the draws.
        low, high: 95 % interval of the rank.
        lowest, highest: probability of being in the lower or upper quarter.
        cannot_be_told_apart: places whose interval has ranks of the upper and of the lower half.
    """

    expected: NDArray[np.float64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    cannot_be_told_apart: NDArray[np.bool_]


def rank_intervals(
    counted: ArrayLike, out_of: ArrayLike, prior: Prior, *, draws: int = DRAWS, seed: int = SEED
) -> Ranks:
    """Between which ranks does each place lie?

    Shares are drawn from the posterior of each place (`empirical_bayes.shrink`) and ranked, again
    and again; the same numbers every time, by a fixed seed.

    Args:
        counted, out_of: per place, at least one.

    Source: H. Goldstein and D. J. Spiegelhalter (1996), "League tables and their limitations",
    Journal of the Royal Statistical Society A 159, 385–443 (intervals for ranks).
    """
    y, n = np.asarray(counted, dtype=float), np.asarray(out_of, dtype=float)
    a, b = prior.shape
    drawn = np.random.default_rng(seed).beta(a + y, b + n - y, size=(draws, len(n)))
    ranks = rankdata(-drawn, axis=1)
    low, high = np.quantile(ranks, [0.025, 0.975], axis=0)
    places = len(n)
    quarter = places / 4
    low, high = np.floor(low), np.ceil(high)
    middle = (places + 1) / 2
    return Ranks(
        expected=ranks.mean(axis=0),
        low=low.astype(np.int64),
        high=high.astype(np.int64),
        lowest=(ranks > places - quarter).mean(axis=0),
        highest=(ranks <= quarter).mean(axis=0),
        cannot_be_told_apart=(low <= middle) & (high >= middle),
    )
