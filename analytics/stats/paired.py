"""Is a change in the same households more than chance?"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from scipy.stats import binom, false_discovery_control


def mcnemar_exact(gained: Iterable[int], lost: Iterable[int]) -> pd.Series:
    """Do more change in one direction than in the other? McNemar's exact test, two-sided.

    Under no change a household that moved is as likely to have gained as to have lost, so the
    smaller of the two counts is Binomial(gained + lost, 1/2).

    Args:
        gained, lost: counts of the pairs that changed in either direction, one per comparison.

    Returns:
        p values in the order (and on the index) of *gained*; 1 where nothing moved.

    Source: Q. McNemar (1947), "Note on the sampling error of the difference between correlated
    proportions or percentages", Psychometrika 12, 153-157.
    """
    up = pd.Series(gained)
    down = pd.Series(lost).set_axis(up.index)
    fewer = pd.concat([up, down], axis=1).min(axis=1)
    tail = pd.Series(binom.cdf(fewer, up + down, 0.5), index=up.index)
    return (2 * tail).clip(upper=1.0)


def adjusted(p_values: pd.Series) -> pd.Series:
    """p values for many comparisons at once (Benjamini and Hochberg); missing ones stay missing.

    Calling everything below *q* a signal keeps the expected share of false ones below *q*.

    Source: Y. Benjamini and Y. Hochberg (1995), "Controlling the false discovery rate",
    Journal of the Royal Statistical Society B 57, 289-300.
    """
    known = p_values.dropna()
    if known.empty:
        return p_values.astype("float64")
    return pd.Series(false_discovery_control(known), index=known.index).reindex(p_values.index)
