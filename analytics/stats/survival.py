"""Time to an event when some have not had it yet: Kaplan–Meier and the log-rank test.

A thin layer over statsmodels (`SurvfuncRight`, `survdiff`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan–Meier curve: a step at each time at which the event happened; none = no event.

    Attributes:
        time: distinct times of the event, ascending.
        at_risk: how many had had neither event nor censoring before that time.
        events: how many had the event at it.
        surviving: share without the event just after that time, S(t).
        low, high: its interval. Where nobody has had the event yet both are 1; where everybody
            has, there is no interval (missing).
        until: the longest time of all cases: after it the curve says nothing, unless all had the
            event.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    surviving: Floats
    low: Floats
    high: Floats
    until: float

    def quantile(self, share: float = 0.5) -> tuple[float, float, float]:
        """Time by which *share* had the event, and its interval; missing = not reached yet.

        The first time at which S(t) (its lower bound, its upper bound) is at most 1 − share:
        Brookmeyer and Crowley (1982), Biometrics 38, 29-41.
        """
        left = 1 - share + 1e-12
        return (
            _first(self.time, self.surviving <= left),
            _first(self.time, self.low <= left),
            _first(self.time, self.high <= left),
        )

    def at(self, time: float) -> tuple[float, float, float]:
        """S(t) and its interval at any time: that of the last step up to it.

        Missing where no case was followed for so long and some never had the event (R:
        ``summary(survfit(…), times =)`` leaves such times out).
        """
        ended = bool(len(self.surviving)) and self.surviving[-1] <= 0
        if time > self.until and not ended:
            return math.nan, math.nan, math.nan
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        if place < 0:
            return 1.0, 1.0, 1.0
        return float(self.surviving[place]), float(self.low[place]), float(self.high[place])


def _first(time: Floats, reached: NDArray[np.bool_]) -> float:
    return float(time[int(np.argmax(reached))]) if reached.any() else math.nan


def kaplan_meier(time: ArrayLike, event: ArrayLike, *, level: float = 0.95) -> Curve:
    """What share is still without the event after each time?

    S(t) = Π (1 − d/n) over the times up to t, with d events among n at risk; its variance is
    Greenwood's, S² Σ d / (n (n − d)); the interval is S^exp(±z·se/(S·ln S)) (log-log), which
    stays within 0 and 1 (Kalbfleisch and Prentice 2002, section 1.4; R: ``survfit(…,
    conf.type = "log-log")``).

    Args:
        time: of the event or of the censoring, not negative, one per case.
        event: whether it was the event (else the case is censored at that time).
        level: of the interval.

    Raises:
        ValueError: no case, a negative time, or lengths that differ.
    """
    times = np.asarray(time, dtype=np.float64)
    status = np.asarray(event, dtype=np.bool_)
    if not len(times) or len(times) != len(status) or not (times >= 0).all():
        raise ValueError("times that are not negative and as many events are needed")
    fitted = SurvfuncRight(times, status.astype(np.int64))
    step = np.asarray(fitted.surv_times, dtype=np.float64)
    surviving = np.asarray(fitted.surv_prob, dtype=np.float64)
    low, high = _interval(surviving, np.asarray(fitted.surv_prob_se, dtype=np.float64), level)
    return Curve(
        step,
        np.asarray(fitted.n_risk, dtype=np.float64),
        np.asarray(fitted.n_events, dtype=np.float64),
        surviving,
        low,
        high,
        float(times.max()),
    )


def _interval(surviving: Floats, error: Floats, level: float) -> tuple[Floats, Floats]:
    between = (surviving > 0) & (surviving < 1)
    safe = np.where(between, surviving, 0.5)
    reach = float(norm.ppf(0.5 + level / 2)) * np.where(between, error, 0.0)
    power = np.exp(reach / (safe * np.abs(np.log(safe))))
    low = np.where(between, safe**power, np.where(surviving >= 1, 1.0, np.nan))
    high = np.where(between, safe ** (1 / power), np.where(surviving >= 1, 1.0, np.nan))
    return low, high


@dataclass(frozen=True, slots=True)
class Comparison:
    """The log-rank test: chi square on `freedom` degrees, and its p-value."""

    chi_square: float
    freedom: int
    p_value: float


def log_rank(
    time: ArrayLike, event: ArrayLike, group: Sequence[object] | NDArray[np.generic]
) -> Comparison:
    """Do the groups differ in how long it takes? (Mantel 1966; R: ``survdiff``.)

    Args:
        time, event: as in `kaplan_meier`.
        group: the group of each case.

    Returns:
        The test; its numbers are missing when the times say nothing about a difference (a group
        that nobody of is at risk at an event of another, or all events of all cases on one day).

    Raises:
        ValueError: fewer than two groups, or no event at all.
    """
    times, status = np.asarray(time, dtype=np.float64), np.asarray(event, dtype=np.int64)
    names, codes = np.unique(np.asarray(group).astype(str), return_inverse=True)
    if len(names) < 2 or not status.any():
        raise ValueError("two groups and an event are needed")
    freedom = len(names) - 1
    try:
        chi_square, p_value = survdiff(times, status, codes)
    except np.linalg.LinAlgError:  # no variance: the test does not exist
        return Comparison(math.nan, freedom, math.nan)
    return Comparison(float(chi_square), freedom, float(p_value))
