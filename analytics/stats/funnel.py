"""Is a place unlike the others, or is it just small? The funnel plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom, chi2, norm

LEVELS = (0.95, 0.998)
TRIMMED = 0.10


def funnel_limits(
    out_of: ArrayLike, expected: float, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Between which shares do places of a size lie when only chance tells them apart?

    Exact binomial limits, interpolated between whole counts so that they fall smoothly:
    with r the smallest count of which F(r) > p, and α = (F(r) − p) / (F(r) − F(r − 1)), the lower
    limit is (r − α) / n. The upper one is the lower one of those without the outcome, turned
    round: so that a count beyond either limit, as extreme or more, has at most the chance p. Read
    off F itself the upper limit lies one count lower, and small places in which everybody has the
    outcome would lie beyond it though that is common.

    Args:
        out_of: households per place, whole numbers of at least 1.
        expected: the share of all places together, 0–1.
        confidence: 0.95 or 0.998 by custom (two and three standard deviations).

    Returns:
        Lower and upper limits, shares 0–1.

    Source: D. J. Spiegelhalter (2005), "Funnel plots for comparing institutional performance",
    Statistics in Medicine 24, 1185–1202, appendix A.1.1.
    """
    n = np.asarray(out_of, dtype=float)
    tail = (1 - confidence) / 2
    bounds = []
    for share in (expected, 1 - expected):
        r = binom.ppf(tail, n, share)
        at, under = binom.cdf(r, n, share), binom.cdf(r - 1, n, share)
        weight = np.divide(at - tail, at - under, out=np.zeros_like(at), where=at > under)
        bounds.append(np.clip((r - weight) / n, 0.0, 1.0))
    return bounds[0], 1 - bounds[1]


@dataclass(frozen=True, slots=True)
class Spread:
    """How much more places differ than chance alone makes them.

    Attributes:
        phi: mean of the squared z scores, the outer ones pulled in; about 1 under chance alone.
        p_value: of at least so large a sum of squares (before pulling in) by chance alone.
        factor: square root of ``phi`` where that is above 1 and not chance, else 1: by so much
            wide limits are stretched.
    """

    phi: float
    p_value: float
    factor: float


def spread(counted: ArrayLike, out_of: ArrayLike, expected: float) -> Spread:
    """Do places differ by more than chance (overdispersion)?

    z = (y − p) / √(p(1 − p)/n) per place; the outer 10 % on each side are set to the 10th and
    90th percentile (winsorised) so that a few real outliers do not hide themselves.

    Args:
        counted, out_of: per place; places without anybody are left out.
        expected: share of all together.

    Source: Spiegelhalter (2005), section 6 (multiplicative approach).
    """
    y, n = np.asarray(counted, dtype=float), np.asarray(out_of, dtype=float)
    y, n = y[n > 0], n[n > 0]
    if len(n) < 3 or not 0 < expected < 1:
        return Spread(float("nan"), float("nan"), 1.0)
    z = (y / n - expected) / np.sqrt(expected * (1 - expected) / n)
    low, high = np.quantile(z, [TRIMMED, 1 - TRIMMED])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    p_value = float(chi2.sf(float(np.sum(z**2)), len(z) - 1))
    more_than_chance = phi > 1 and p_value < 0.05
    return Spread(phi, p_value, float(np.sqrt(phi)) if more_than_chance else 1.0)


def stretched_limits(
    out_of: ArrayLike, expected: float, confidence: float, factor: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits for places that differ by more than chance: normal, *factor* times as wide.

    Source: Spiegelhalter (2005), section 6.
    """
    n = np.asarray(out_of, dtype=float)
    reach = norm.ppf((1 + confidence) / 2) * factor * np.sqrt(expected * (1 - expected) / n)
    return np.clip(expected - reach, 0, 1), np.clip(expected + reach, 0, 1)
