"""Is a weekly count more than chance, given what is usual in the same place?

The usual is a rate per unit of exposure (here: households met). Each cell's own past is weak
evidence where counts are small, so it is drawn towards the rate of its group as far as the group
is alike (gamma-Poisson, empirical Bayes); what a new week may bring is then negative binomial.

Sources: D. Clayton and J. Kaldor (1987), "Empirical Bayes estimates of age-standardized relative
risks for use in disease mapping", Biometrics 43, 671-681 (the gamma-Poisson model and moments);
A. Noufaily et al. (2013), "An improved algorithm for outbreak detection in multiple surveillance
systems", Statistics in Medicine 32, 1206-1222 (past outbreaks must not raise the baseline, weeks
just before are left out, negative-binomial quantiles); M. West and J. Harrison (1997), "Bayesian
Forecasting and Dynamic Models", ch. 10 (discounted gamma-Poisson).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CREDIBLE_SD = 2.33
"""A past week counts at most as its mean plus so many standard deviations (about 99 %)."""
_ALIKE, _UNLIKE = 50.0, 0.5
"""Bounds of the shape of the gamma distribution of the rates in a group."""
_PRIOR_UNEVEN, _PRIOR_WEIGHT = 0.2, 20.0
"""Squared variation of the weeks where little is known, and the squared counts it weighs."""
_MOST_UNEVEN = 1.5
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual per cell: the rate of a cell is Gamma(shape, rate), weeks vary around it.

    Attributes:
        shape, rate: of the gamma distribution of events per unit of exposure; one per cell.
        uneven: squared coefficient of variation from week to week, beyond Poisson.
        weeks: weeks with exposure in the baseline; one per cell.
    """

    shape: Floats
    rate: Floats
    uneven: float
    weeks: Ints

    def mean(self, exposure: Floats) -> Floats:
        """Expected counts; *exposure* has one entry per cell (first axis)."""
        return _per_cell(self.shape / self.rate, exposure) * exposure

    def size(self, exposure: Floats) -> Floats:
        """Size of the negative binomial: uncertainty of the rate and unevenness of weeks."""
        return _per_cell(1.0 / (1.0 / self.shape + self.uneven), exposure) + 0.0 * exposure

    def upper_tail(self, counts: Floats, exposure: Floats) -> Floats:
        """One-sided mid-p: P(more) + half of P(as many). See `upper_mid_p`."""
        return upper_mid_p(counts, self.mean(exposure), self.size(exposure))

    def band(self, exposure: Floats) -> tuple[Floats, Floats]:
        """The range that a usual week falls in four times out of five (`central_range`)."""
        return central_range(self.mean(exposure), self.size(exposure))


def _per_cell(values: Floats, like: Floats) -> Floats:
    return values.reshape(values.shape + (1,) * (np.ndim(like) - 1))


def central_range(mean: Floats, size: Floats, level: float = 0.8) -> tuple[Floats, Floats]:
    """Quantiles that a negative binomial lies between with at least the probability *level*."""
    share, tail = size / (size + mean), (1 - level) / 2
    return nbinom.ppf(tail, size, share), nbinom.ppf(1 - tail, size, share)


def upper_mid_p(counts: Floats, mean: Floats, size: Floats) -> Floats:
    """P(X > count) + P(X = count)/2 for X negative binomial with this mean and size.

    The variance is ``mean + mean² / size``. Half of the probability of the count itself keeps a
    discrete p from being too large on average (H. O. Lancaster, 1961, JASA 56, 223-234).
    """
    share = size / (size + mean)
    tail: Floats = nbinom.sf(counts, size, share) + 0.5 * nbinom.pmf(counts, size, share)
    return tail


def usual(counts: Floats, exposure: Floats, group: Ints, half_life_weeks: float) -> Usual:
    """What is usual in each cell, from the weeks of its baseline?

    Args:
        counts: cells × weeks, the newest week last; exposure: the same shape, 0 = no data.
        group: per cell, the group whose rate it is drawn towards.
        half_life_weeks: a week so much older counts half: slow trends and seasons are followed.

    Returns:
        A `Usual`, fitted in three rounds. In each, a past week counts at most as what is credible
        under the fit before, so that an old outbreak does not hide the next one.
    """
    ages = np.arange(counts.shape[1])[::-1]
    weight = np.where(exposure > 0, 0.5 ** (ages / half_life_weeks), 0.0)
    seen = np.where(exposure > 0, counts, 0.0)
    met = (weight * exposure).sum(axis=1)
    kept = seen
    uneven = _PRIOR_UNEVEN
    shape = rate = np.ones(len(counts))
    for _round in range(_ROUNDS):
        shape, rate = _shrunk(kept, exposure, weight, met, group)
        mean = (shape / rate)[:, None] * exposure
        spread = np.sqrt(mean + mean**2 * (uneven + 1.0 / shape[:, None]))
        kept = np.minimum(seen, np.maximum(1.0, np.ceil(mean + _CREDIBLE_SD * spread)))
        uneven = _uneven(kept, mean)
    return Usual(shape, rate, uneven, (exposure > 0).sum(axis=1))


def _shrunk(
    counts: Floats, exposure: Floats, weight: Floats, met: Floats, group: Ints
) -> tuple[Floats, Floats]:
    """Gamma shape and rate per cell: the group's distribution, and the cell's own past."""
    own = (weight * counts).sum(axis=1)
    number = int(group.max(initial=-1)) + 1
    total = np.bincount(group, own, number)
    whole = np.bincount(group, met, number)
    # Half an event more: a category that never occurred is rare, not impossible.
    level = ((total + 0.5) / np.maximum(whole, 1.0))[group]
    expected = level * met
    noise = level * (weight**2 * exposure).sum(axis=1)
    excess = np.bincount(group, (own - expected) ** 2 - noise, number)
    squares = np.maximum(np.bincount(group, expected**2, number), 1e-9)
    unlike = np.clip(excess / squares, 1 / _ALIKE, 1 / _UNLIKE)
    prior = (1 / unlike)[group]
    return prior + own, prior / level + met


def _uneven(counts: Floats, mean: Floats) -> float:
    """Squared variation of weeks beyond Poisson, by moments, drawn towards a usual value."""
    squares = float((mean**2).sum())
    excess = float(((counts - mean) ** 2 - mean).sum())
    found = (_PRIOR_UNEVEN * _PRIOR_WEIGHT + excess) / (_PRIOR_WEIGHT + squares)
    return min(max(found, 0.0), _MOST_UNEVEN)
