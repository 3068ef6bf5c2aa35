"""What stands out this week? Cells and clusters judged against the usual, false alarms bounded.

A cell is one series of weekly counts with its exposure: a category in a desa, or an assistant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.config import SignalRules
from analytics.stats.counts import Usual, central_range, usual
from analytics.stats.paired import adjusted
from analytics.stats.scan import Cluster, scan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_ONE_PLACE, _TWO_PLACES = 1, 2
_ALIVE_WEEKS = 2


@dataclass(frozen=True, slots=True)
class Cells:
    """Series side by side.

    Attributes:
        counts: cells × weeks, the newest week last.
        exposure: the same shape, 0 = no data in that week.
        group: per cell, the group whose rate it is drawn towards.
    """

    counts: Floats
    exposure: Floats
    group: Ints

    def usual_before(self, week: int, guard: int, rules: SignalRules) -> Usual:
        """What is usual, from the baseline of *week*: *guard* weeks before it are left out."""
        end = max(week - guard, 0)
        span = slice(max(end - rules.baseline_weeks, 0), end)
        return usual(
            self.counts[:, span], self.exposure[:, span], self.group, rules.half_life_weeks
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One week of every cell; arrays with one entry per cell.

    Attributes:
        watched: the cell has data in the week and enough weeks before it.
        mean: expected count; low, high: the range of four usual weeks in five.
        p_value: one-sided mid-p, missing where not watched; q_value: Benjamini and Hochberg over
            all watched cells of the week.
        signal: ``q_value`` within the rules' share and the count at least their least count.
    """

    watched: NDArray[np.bool_]
    mean: Floats
    low: Floats
    high: Floats
    p_value: Floats
    q_value: Floats
    signal: NDArray[np.bool_]


def judge(cells: Cells, week: int, rules: SignalRules) -> Judged:
    """Which cells have more in *week* than chance explains?

    Args:
        week: index of the week; nothing after it is looked at.
    """
    before = cells.usual_before(week, rules.guard_weeks, rules)
    exposure, counts = cells.exposure[:, week], cells.counts[:, week]
    watched = (exposure > 0) & (before.weeks >= rules.least_weeks)
    tail = before.upper_tail(counts, exposure)
    p_value = np.where(watched, tail, np.nan)
    q_value = adjusted(pd.Series(p_value)).to_numpy(dtype="float64")
    low, high = before.band(exposure)
    enough = counts >= rules.least_count
    with np.errstate(invalid="ignore"):
        signal = watched & enough & (q_value <= rules.false_alarm_share)
    return Judged(watched, before.mean(exposure), low, high, p_value, q_value, signal)


@dataclass(frozen=True, slots=True)
class PiledUp:
    """A cluster of a group: where, since when, how much and how much is usual.

    Attributes:
        usual: what was usual in each cell before the weeks that were scanned.
        low, high: the range that its weeks together fall in four times out of five.
        q_value: Benjamini and Hochberg over all groups scanned.
    """

    group: int
    found: Cluster
    usual: Usual
    low: float
    high: float
    q_value: float


def clusters(cells: Cells, week: int, neighbours: Ints, rules: SignalRules) -> list[PiledUp]:
    """Which groups pile up in neighbouring places up to *week*?

    Args:
        cells: the cells of place 0 for every group, then those of place 1 and so on.
        neighbours: of `analytics.stats.scan.nearest`.

    Returns:
        Those whose q value is within the rules' share, most certain first. A cluster of one place
        in one week is no cluster but a cell, and is left to `judge`; one with nothing beyond the
        usual in its last two weeks is over.
    """
    places = len(neighbours)
    groups = len(cells.counts) // places if places else 0
    first = week + 1 - rules.cluster_weeks
    if places < _TWO_PLACES or first < rules.least_weeks:
        return []
    before = cells.usual_before(week, rules.cluster_weeks - 1, rules)
    recent = slice(first, week + 1)
    exposure = cells.exposure[:, recent]
    known = (exposure > 0) & (before.weeks >= rules.least_weeks)[:, None]
    counts = np.where(known, cells.counts[:, recent], 0).astype(np.int64)
    mean = np.where(known, before.mean(exposure), 0.0)
    size = before.size(exposure)
    scanned: list[list[Cluster]] = []
    for group in range(groups):
        here = slice(group, None, groups)
        enough = counts[here].sum() > rules.least_count and mean[here].sum() > 0
        scanned.append(scan(counts[here], mean[here], size[here], neighbours) if enough else [])
    best = pd.Series([found[0].p_value if found else 1.0 for found in scanned])
    factor = (adjusted(best) / best).tolist()
    kept = []
    for group, found in enumerate(scanned):
        for cluster in found:
            q_value = min(1.0, cluster.p_value * factor[group])
            rows = np.array(cluster.places) * groups + group
            small = cluster.count <= rules.least_count or len(rows) == cluster.weeks == 1
            newest = slice(-min(_ALIVE_WEEKS, cluster.weeks), None)
            most = range_of_sum(mean[rows, newest], size[rows, newest])[1]
            over = counts[rows, newest].sum() <= most
            if small or over or q_value > rules.false_alarm_share:
                continue
            inside = mean[rows, -cluster.weeks :], size[rows, -cluster.weeks :]
            low, high = range_of_sum(*inside)
            kept.append(PiledUp(group, cluster, before, low, high, q_value))
    return sorted(kept, key=lambda each: (each.q_value, -each.found.ratio, each.group))


def range_of_sum(mean: Floats, size: Floats) -> tuple[float, float]:
    """The range that a sum of negative binomials falls in four times out of five.

    By its mean and variance, as if it were one negative binomial again.
    """
    total = float(mean.sum())
    beyond = float((mean**2 / size).sum())
    if total <= 0 or beyond <= 0:
        return 0.0, 0.0
    low, high = central_range(np.array([total]), np.array([total**2 / beyond]))
    return float(low[0]), float(high[0])
