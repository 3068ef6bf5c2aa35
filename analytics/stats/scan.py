"""Where, and since when, does something pile up? Kulldorff's space-time scan of recent weeks.

Cylinders are looked at: a place with its nearest neighbours, over the last 1 to L weeks. For each
the likelihood ratio says how much better "more inside than outside" explains the counts than
"everywhere as expected"; the largest ratio is judged against its distribution in worlds where
nothing piles up.

Sources: M. Kulldorff (1997), "A spatial scan statistic", Communications in Statistics: Theory and
Methods 26, 1481-1496 (the ratio); M. Kulldorff (2001), "Prospective time periodic geographical
disease surveillance using a scan statistic", JRSS A 164, 61-72 (cylinders that reach the newest
week); J. Besag and P. J. Clifford (1991), "Sequential Monte Carlo p-values", Biometrika 78,
301-304 (stop early where nothing is to be found).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_FIRST, _ALL = 99, 999
_GIVE_UP = 0.2
_MOST_NEIGHBOURS = 24
_MOST_CLUSTERS = 3
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cylinder: the places in it (indices, the centre first) over the last so many weeks."""

    places: tuple[int, ...]
    weeks: int
    count: int
    expected: float
    ratio: float
    p_value: float


def log_ratio(inside: Floats, expected: Floats, total: Floats) -> Floats:
    """Kulldorff's log likelihood ratio of a cylinder (Poisson, given the total).

    ``c log(c/E) + (C - c) log((C - c)/(C - E))`` where c > E, else 0; *expected* adds up to the
    total C over everything.
    """
    inside, expected, total = np.broadcast_arrays(inside, expected, total)
    more = inside > expected
    c, e, whole = inside[more], expected[more], total[more]
    found = c * np.log(c / e)
    some = whole > c
    outside = whole[some] - c[some]
    found[some] += outside * np.log(outside / (whole[some] - e[some]))
    ratio: Floats = np.zeros(inside.shape)
    ratio[more] = found
    return ratio


def nearest(x: Floats, y: Floats) -> Ints:
    """Per place, itself and its nearest neighbours up to half of all places.

    Args:
        x, y: in one unit of length (degrees of longitude are to be scaled first).

    Returns:
        Places × neighbours, nearest first; ties by the order of the places.
    """
    apart = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    np.fill_diagonal(apart, -1.0)
    most = max(1, min(len(x) // 2, _MOST_NEIGHBOURS))
    order: Ints = np.argsort(apart, axis=1, kind="stable")[:, :most]
    return order


def scan(counts: Ints, mean: Floats, size: Floats, neighbours: Ints) -> list[Cluster]:
    """Which cylinders hold more than chance explains?

    Args:
        counts: places × weeks, the newest week last; mean, size: of the negative binomial that
            each count would follow if nothing piled up (`analytics.stats.counts.Usual`).
        neighbours: of `nearest`.

    Returns:
        The most likely cluster and up to two more that share no place with it, with their Monte
        Carlo p values (those of the largest ratio anywhere, which is on the safe side for the
        others). The random numbers come from the counts: the same data give the same p.
    """
    ratios = _ratios(counts[None].astype("float64"), mean, neighbours)[0]
    found = _separate(ratios, neighbours)
    if not found:
        return []
    dice = np.random.default_rng(zlib.crc32(np.ascontiguousarray(counts, dtype="<i8").tobytes()))
    largest = _largest(dice, _FIRST, mean, size, neighbours)
    if (1 + (largest >= found[0][0]).sum()) / (1 + _FIRST) <= _GIVE_UP:
        more = _largest(dice, _ALL - _FIRST, mean, size, neighbours)
        largest = np.concatenate((largest, more))
    clusters = []
    for ratio, centre, reach, weeks in found:
        inside = neighbours[centre, : reach + 1]
        clusters.append(
            Cluster(
                places=tuple(int(place) for place in inside),
                weeks=weeks,
                count=int(counts[inside, -weeks:].sum()),
                expected=float(mean[inside, -weeks:].sum()),
                ratio=ratio,
                p_value=float((1 + (largest >= ratio).sum()) / (1 + len(largest))),
            )
        )
    return clusters


def _cylinders(values: Floats, neighbours: Ints) -> Floats:
    """Sums over … × centre × reach × weeks back (index 0 = the newest week alone)."""
    back = np.cumsum(values[..., ::-1], axis=-1)
    return np.cumsum(back[..., neighbours, :], axis=-2)


def _ratios(counts: Floats, mean: Floats, neighbours: Ints) -> Floats:
    total = counts.sum(axis=(1, 2))[:, None, None, None]
    expected = _cylinders(mean, neighbours)[None] * (total / mean.sum())
    return log_ratio(_cylinders(counts, neighbours), expected, total)


def _largest(
    dice: np.random.Generator, times: int, mean: Floats, size: Floats, neighbours: Ints
) -> Floats:
    """The largest ratio in each of so many worlds in which nothing piles up."""
    share = size / (size + mean)
    step = max(1, _AT_ONCE // (neighbours.size * mean.shape[1]))
    parts = []
    for start in range(0, times, step):
        shape = (min(step, times - start), *mean.shape)
        worlds = dice.negative_binomial(size, share, shape).astype("float64")
        parts.append(_ratios(worlds, mean, neighbours).max(axis=(1, 2, 3)))
    return np.concatenate(parts)


def _separate(ratios: Floats, neighbours: Ints) -> list[tuple[float, int, int, int]]:
    """The largest ratio, then the largest of those without its places, and so on."""
    left = ratios.copy()
    found: list[tuple[float, int, int, int]] = []
    while len(found) < _MOST_CLUSTERS and left.max(initial=0.0) > 0:
        centre, reach, weeks = (int(i) for i in np.unravel_index(left.argmax(), left.shape))
        found.append((float(left.max()), centre, reach, weeks + 1))
        taken = neighbours[centre, : reach + 1]
        touches = np.maximum.accumulate(np.isin(neighbours, taken), axis=1)
        left[touches] = 0.0
    return found
