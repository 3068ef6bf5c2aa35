"""EARS: the three simple rules that health offices use for short histories, to compare with.

Source: L. Hutwagner, W. Thompson, G. M. Seeman and T. Treadwell (2003), "The bioterrorism
preparedness and response Early Aberration Reporting System (EARS)", Journal of Urban Health 80,
i89-i96; as in the function ``earsC`` of the R package surveillance (M. Salmon, D. Schumacher and
M. Hoehle, 2016, Journal of Statistical Software 70(10), section 3.1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEKS = 7
_GUARD = {"C1": 0, "C2": 2}


def ears(counts: Floats, rule: str, baseline: int = WEEKS, least_sd: float = 0.0) -> Floats:
    """By how many standard deviations is each count above the mean of the weeks before it?

    Args:
        counts: … × weeks.
        rule: ``C1`` (the baseline ends just before), ``C2`` (two weeks are left out between) or
            ``C3`` (what C2 was above 1 in the last three weeks, added up).
        baseline: weeks of the baseline; 7 in the source.
        least_sd: where the baseline never changed; 0 leaves the statistic missing there.

    Returns:
        The statistic per week, missing where the history is too short. C1 and C2 are a signal
        above 3, C3 above 2 (as its source defines it).
    """
    if rule == "C3":
        above = np.maximum(0.0, ears(counts, "C2", baseline, least_sd) - 1.0)
        before = [_delayed(above, weeks) for weeks in (0, 1, 2)]
        total: Floats = np.sum(before, axis=0)
        return total
    guard = _GUARD[rule]
    statistic = np.full(counts.shape, np.nan)
    for week in range(baseline + guard, counts.shape[-1]):
        past = counts[..., week - guard - baseline : week - guard]
        spread = np.maximum(past.std(axis=-1, ddof=1), least_sd)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = (counts[..., week] - past.mean(axis=-1)) / spread
        statistic[..., week] = np.where(spread > 0, value, np.nan)
    return statistic


def _delayed(values: Floats, weeks: int) -> Floats:
    late = np.full(values.shape, np.nan)
    late[..., weeks:] = values[..., : values.shape[-1] - weeks]
    return late
