"""Intervals for shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint


def wilson_interval(
    successes: pd.Series | np.ndarray, trials: pd.Series | np.ndarray, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Between which shares does the true one plausibly lie, given *successes* of *trials*?

    The Wilson score interval: sensible for small counts and for 0 or all, where the textbook
    interval collapses.

    Args:
        successes: counts, 0 ≤ successes ≤ trials.
        trials: counts; where they are 0 the interval is NaN.
        confidence: of the two-sided interval.

    Returns:
        Lower and upper bounds, shares between 0 and 1, in the shape of the input.

    Source:
        Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical
        inference", JASA 22, 209–212; as implemented by statsmodels.
    """
    counts = np.asarray(successes, dtype=float)
    totals = np.asarray(trials, dtype=float)
    lower = np.full(counts.shape, np.nan)
    upper = np.full(counts.shape, np.nan)
    known = totals > 0
    if known.any():
        lower[known], upper[known] = proportion_confint(
            counts[known], totals[known], alpha=1 - confidence, method="wilson"
        )
    return np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)
