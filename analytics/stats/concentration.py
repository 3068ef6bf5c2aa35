"""Is something concentrated among the poor or the better off? Concentration index and curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unequally something is spread over an order of households.

    Attributes:
        index: −1 to 1; 0 = alike, negative = more among the first (the poorest).
        low, high: 95 % interval.
        bounded: the Erreygers index, 4·mean·index: for shares, comparable between outcomes.
        bounded_low, bounded_high: its interval.
        wagstaff: index / (1 − mean), the other correction for yes/no outcomes.
        mean: of the outcome.
        out_of: households.
    """

    index: float
    low: float
    high: float
    bounded: float
    bounded_low: float
    bounded_high: float
    wagstaff: float
    mean: float
    out_of: int


def fractional_ranks(group: ArrayLike, count: ArrayLike) -> NDArray[np.float64]:
    """Middle of each group's share of all households, groups in ascending order of *group*."""
    order = np.argsort(np.asarray(group, dtype=float), kind="stable")
    n = np.asarray(count, dtype=float)[order]
    middles = (np.cumsum(n) - n / 2) / n.sum()
    back = np.empty_like(middles)
    back[order] = middles
    return back


def concentration(
    group: ArrayLike, counted: ArrayLike, out_of: ArrayLike, *, together: bool = False
) -> Concentration | None:
    """How unequally is a yes/no outcome spread over ordered groups of households?

    C = 2·cov(h, r)/μ with r the fractional rank (households of a group share its middle). The
    interval is C ± t·se with the standard error from the influence of each household on both
    the sum and the mean (the convenient regression takes the mean as known).

    Args:
        group: numbers that order the groups, the poorest (or nearest) lowest.
        counted: households of the group with the outcome.
        out_of: households of the group.
        together: the households of a group are alike in more than their place in the order (a
            desa, and how far it is). Then the groups are what is drawn: the interval leaves out
            one of them at a time (jackknife, t distribution on groups − 1).

    Returns:
        `None` when nobody or everybody has the outcome, or there is one group only.

    Sources: O. O'Donnell, E. van Doorslaer, A. Wagstaff, M. Lindelow (2008), "Analyzing Health
    Equity Using Household Survey Data", World Bank, chapter 8 (formulas 8.3, 8.8); G. Erreygers
    (2009), "Correcting the concentration index", Journal of Health Economics 28, 504–515;
    A. Wagstaff (2005), "The bounds of the concentration index when the variable of interest is
    binary", Health Economics 14, 429–432.
    """
    g = np.asarray(group, dtype=float)
    yes, n = np.asarray(counted, dtype=float), np.asarray(out_of, dtype=float)
    g, yes, n = g[n > 0], yes[n > 0], n[n > 0]
    total = float(n.sum())
    if len(np.unique(g)) < 2 or yes.sum() in (0, total):
        return None
    order = np.argsort(g, kind="stable")
    yes, n = yes[order], n[order]
    rank = fractional_ranks(np.arange(len(n)), n)
    mean = float(yes.sum() / total)
    index = 2 * float((yes * rank).sum()) / (total * mean) - 1
    if together:
        variance, bounded_variance = _without_each(yes, n)
        freedom = len(n) - 1.0
    else:
        variance, bounded_variance = _variances(yes, n, rank, mean, index)
        freedom = total - 2
    reach = float(student.ppf(0.975, freedom))
    wide, wide_bounded = reach * variance**0.5, reach * bounded_variance**0.5
    bounded = 4 * mean * index
    most = 1 - mean  # of a share (Wagstaff 2005)
    return Concentration(
        index,
        max(index - wide, -most),
        min(index + wide, most),
        bounded,
        max(bounded - wide_bounded, -1.0),
        min(bounded + wide_bounded, 1.0),
        index / (1 - mean),
        mean,
        int(total),
    )


def _indices(yes: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[float, float]:
    """The index and the Erreygers index of groups in order; missing where there are none."""
    mean = float(yes.sum() / n.sum())
    if len(n) < 2 or mean in (0.0, 1.0):
        return float("nan"), float("nan")
    index = 2 * float((yes * fractional_ranks(np.arange(len(n)), n)).sum()) / float(yes.sum()) - 1
    return index, 4 * mean * index


def _without_each(yes: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[float, float]:
    """Jackknife variances of the index and of the Erreygers index, one group left out at a time.

    Without bounds where the index cannot be worked out without some group.
    """
    count = len(n)
    left = np.array([_indices(np.delete(yes, k), np.delete(n, k)) for k in range(count)])
    if np.isnan(left).any():
        return float("inf"), float("inf")
    apart = left - np.array(_indices(yes, n))
    variance, bounded = (count - 1) / count * (apart**2).sum(axis=0)
    return float(variance), float(bounded)


def _variances(
    yes: NDArray[np.float64],
    n: NDArray[np.float64],
    rank: NDArray[np.float64],
    mean: float,
    index: float,
) -> tuple[float, float]:
    """Variance of the index and of the Erreygers index, by the influence of each household.

    For the index that is O'Donnell et al. formula 8.10 (Kakwani, Wagstaff, van Doorslaer 1997):
    var(C) = (Σ a²/n − (1 + C)²)/n with a = h/μ·(2r − 1 − C) + 2 − q(r⁻) − q(r), q the ordinates
    of the concentration curve.
    """
    total = n.sum()
    curve = np.cumsum(yes) / yes.sum()
    before = np.concatenate(([0.0], curve[:-1]))
    squares = bounded_squares = first = bounded_first = 0.0
    for h in (0.0, 1.0):
        count = yes if h else n - yes
        a = h / mean * (2 * rank - 1 - index) + 2 - before - curve
        # 4·mean·C = 4·(2·mean(h·r) − mean(h)): the influence on it, household by household.
        b = 4 * (h * (2 * rank - 1) + mean * (2 - before - curve))
        squares += float((count * a**2).sum())
        first += float((count * a).sum())
        bounded_squares += float((count * b**2).sum())
        bounded_first += float((count * b).sum())
    spread = squares / total - (first / total) ** 2
    bounded_spread = bounded_squares / total - (bounded_first / total) ** 2
    return max(spread, 0.0) / total, max(bounded_spread, 0.0) / total


def curve(
    group: ArrayLike, counted: ArrayLike, out_of: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The concentration curve: cumulative share of households, and of those with the outcome."""
    g = np.asarray(group, dtype=float)
    order = np.argsort(g, kind="stable")
    yes = np.asarray(counted, dtype=float)[order]
    n = np.asarray(out_of, dtype=float)[order]
    x = np.concatenate(([0.0], np.cumsum(n) / n.sum()))
    y = np.concatenate(([0.0], np.cumsum(yes) / max(yes.sum(), 1.0)))
    return x, y
