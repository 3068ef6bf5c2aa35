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
