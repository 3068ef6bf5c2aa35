"""By how much do two shares differ, and how sure is that?"""

from __future__ import annotations

import math

import numpy as np

from analytics.stats.intervals import wilson_interval


def newcombe(
    now: tuple[int, int], before: tuple[int, int], confidence: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two independent shares, now minus before, with its interval.

    The square-and-add interval: the distance from each share to its own Wilson bound.

    Args:
        now, before: (counted, out of); out of at least 1.
        confidence: of the two-sided interval.

    Returns:
        Difference, lower and upper bound, between −1 and 1.

    Raises:
        ValueError: one of the two has nobody in it.

    Source: R. G. Newcombe (1998), "Interval estimation for the difference between independent
    proportions: comparison of eleven methods", Statistics in Medicine 17, 873–890, method 10.
    """
    if now[1] < 1 or before[1] < 1:
        raise ValueError("a share needs somebody in it")
    counted, out_of = np.array([now[0], before[0]]), np.array([now[1], before[1]])
    low, high = wilson_interval(counted, out_of, confidence)
    p = counted / out_of
    difference = float(p[0] - p[1])
    down = math.hypot(p[0] - low[0], high[1] - p[1])
    up = math.hypot(high[0] - p[0], p[1] - low[1])
    return difference, max(difference - down, -1.0), min(difference + up, 1.0)


def newcombe_paired(
    both: int, now_only: int, before_only: int, neither: int, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two shares of the same households, now minus before, with its interval.

    As `newcombe`, less what the two shares have in common (correlation φ of the fourfold table,
    with Newcombe's continuity correction when it is positive).

    Args:
        both, now_only, before_only, neither: households by what holds now and before.
        confidence: of the two-sided interval.

    Returns:
        Difference, lower and upper bound.

    Raises:
        ValueError: there is no household.

    Source: R. G. Newcombe (1998), "Improved confidence intervals for the difference between
    binomial proportions based on paired data", Statistics in Medicine 17, 2635–2650, method 10.
    """
    n = both + now_only + before_only + neither
    if n < 1:
        raise ValueError("a share needs somebody in it")
    counted = np.array([both + now_only, both + before_only])
    low, high = wilson_interval(counted, np.array([n, n]), confidence)
    p = counted / n
    margins = float(np.prod(counted.astype(float)) * np.prod((n - counted).astype(float)))
    product = both * neither - now_only * before_only
    corrected = max(product - n / 2, 0.0) if product > 0 else float(product)
    phi = corrected / math.sqrt(margins) if margins else 0.0
    difference = float(p[0] - p[1])
    l1, u1, l2, u2 = p[0] - low[0], high[0] - p[0], p[1] - low[1], high[1] - p[1]
    down = math.sqrt(max(l1**2 - 2 * phi * l1 * u2 + u2**2, 0.0))
    up = math.sqrt(max(u1**2 - 2 * phi * u1 * l2 + l2**2, 0.0))
    return difference, difference - down, difference + up
