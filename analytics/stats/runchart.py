"""Is a month unlike the others, or is that how the months vary? The XmR chart.

Individual values (X) and moving ranges (mR), after Shewhart and Wheeler: limits from the month to
month differences say how far values stray when nothing in particular happened.

Sources: D. J. Wheeler (2000), "Understanding Variation: The Key to Managing Chaos", 2nd ed., SPC
Press (2.66, 3.267, and the three detection rules); NIST/SEMATECH, "e-Handbook of Statistical
Methods", section 6.3.2.2 (the same limits as 3·mR̄/1.128).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

LIMIT_FACTOR = 2.66  # 3 / d2, d2 = 1.128 for ranges of two values
RANGE_FACTOR = 3.267  # D4 for ranges of two values
MINIMUM_POINTS = 12
MINIMUM_RANGES = 8
RUN_LENGTH = 8
NEAR_OF, NEAR_NEEDED = 4, 3

Kind = Literal["above", "below", "jump", "run_above", "run_below", "near_upper", "near_lower"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Where values lie as long as nothing in particular happens.

    Attributes:
        centre, lower, upper: of the values; the limits cut to what a value can be.
        mean_range, upper_range: of the moving ranges, and their upper limit.
        first, last: positions of the first and last value that they were calculated on.
        points, ranges: how many values and ranges that were.
        lag: positions between the two values of a range.
    """

    centre: float
    lower: float
    upper: float
    mean_range: float
    upper_range: float
    first: int
    last: int
    points: int
    ranges: int
    lag: int = 1


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that chance seldom does, at the positions from *first* to *last*.

    ``above``, ``below``: beyond a limit. ``jump``: a moving range beyond its limit.
    ``run_above``, ``run_below``: at least `RUN_LENGTH` in a row on one side of the centre.
    ``near_upper``, ``near_lower``: at least 3 of 4 in a row nearer to a limit than to the centre.
    """

    kind: Kind
    first: int
    last: int


def moving_ranges(values: ArrayLike, lag: int = 1) -> NDArray[np.float64]:
    """How far is each value from the one *lag* positions before? Missing where one of them is."""
    x = np.asarray(values, dtype=float)
    ranges = np.full(x.shape, np.nan)
    if lag < 1:
        raise ValueError("lag must be at least 1")
    ranges[lag:] = np.abs(x[lag:] - x[:-lag])
    return ranges


def limits(
    values: ArrayLike,
    *,
    lag: int = 1,
    first_points: int | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    minimum: int = MINIMUM_POINTS,
) -> Limits | None:
    """Between which limits do the values stray when nothing in particular happens?

    Centre = mean; limits = mean ± 2.66 · mean moving range; ranges up to 3.267 · mean range.

    Args:
        values: in order of time; missing ones are left out, and no range bridges them.
        lag: positions between the two values of a range. Neighbours that share data (a rolling
            window) differ too little from each other; values far enough apart to share nothing
            differ as much as independent ones do.
        first_points: calculate on the first so many known values only; `None` = on all.
        bounds: what a value can be at all; the limits are cut to it.
        minimum: fewer known values give no limits.

    Returns:
        The limits, or `None` when there are too few values or ranges.
    """
    x = np.asarray(values, dtype=float)
    known = np.flatnonzero(~np.isnan(x))
    if first_points is not None:
        known = known[:first_points]
    if len(known) < max(minimum, 2):
        return None
    base = np.full(x.shape, np.nan)
    base[known] = x[known]
    ranges = moving_ranges(base, lag)
    ranges = ranges[~np.isnan(ranges)]
    if len(ranges) < min(MINIMUM_RANGES, minimum - 1):
        return None
    centre, mean_range = float(base[known].mean()), float(ranges.mean())
    reach = LIMIT_FACTOR * mean_range
    return Limits(
        centre,
        max(centre - reach, bounds[0]),
        min(centre + reach, bounds[1]),
        mean_range,
        RANGE_FACTOR * mean_range,
        int(known[0]),
        int(known[-1]),
        len(known),
        len(ranges),
        lag,
    )


def signals(values: ArrayLike, found: Limits | None) -> list[Signal]:
    """Which values did chance hardly make? In order of time, those beyond a limit first.

    Values that share data (``lag`` > 1) stay on one side for long by nature, so for them the
    rules about neighbours say nothing and are left out, and so is the rule about ranges. A value
    on the centre, or a missing one, ends a run.
    """
    if found is None:
        return []
    x = np.asarray(values, dtype=float)
    room = 1e-9 * max(1.0, abs(found.centre))  # a value on a limit is not beyond it
    over, under = x > found.upper + room, x < found.lower - room
    result = [Signal("above", k, k) for k in np.flatnonzero(over).tolist()]
    result += [Signal("below", k, k) for k in np.flatnonzero(under).tolist()]
    if found.lag == 1:
        jumped = np.flatnonzero(moving_ranges(x) > found.upper_range + room)
        result += [Signal("jump", k, k) for k in jumped.tolist()]
        result += _runs(x > found.centre + room, "run_above")
        result += _runs(x < found.centre - room, "run_below")
        reach = LIMIT_FACTOR * found.mean_range
        result += _near(x > found.centre + reach / 2, "near_upper")
        result += _near(x < found.centre - reach / 2, "near_lower")
    order = {"above": 0, "below": 0, "jump": 1, "run_above": 2, "run_below": 2}
    return sorted(result, key=lambda signal: (order.get(signal.kind, 3), signal.first))


def told(found: Sequence[Signal]) -> list[Signal]:
    """The signals worth a sentence: what an already named value explains is left out.

    A large range beside a value beyond its limit is that value, and so is a stretch near a limit
    around it.
    """
    beyond = {signal.first: signal.kind for signal in found if signal.kind in ("above", "below")}
    return [signal for signal in found if not _explained(signal, beyond)]


def _explained(signal: Signal, beyond: Mapping[int, Kind]) -> bool:
    if signal.kind == "jump":
        return signal.first in beyond or signal.first - 1 in beyond
    side = {"near_upper": "above", "near_lower": "below"}.get(signal.kind)
    return any(beyond.get(k) == side for k in range(signal.first, signal.last + 1) if side)


def _spells(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last position of each unbroken stretch of true flags."""
    padded = np.concatenate(([False], flags, [False])).astype(np.int8)
    steps = np.diff(padded)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1) - 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _runs(side: NDArray[np.bool_], kind: Kind) -> list[Signal]:
    return [Signal(kind, a, b) for a, b in _spells(side) if b - a + 1 >= RUN_LENGTH]


def _near(near: NDArray[np.bool_], kind: Kind) -> list[Signal]:
    """Stretches of four with three near a limit, overlapping ones joined and trimmed."""
    inside = np.zeros(near.shape, dtype=bool)
    for start in range(len(near) - NEAR_OF + 1):
        if near[start : start + NEAR_OF].sum() >= NEAR_NEEDED:
            inside[start : start + NEAR_OF] = True
    found = []
    for first, last in _spells(inside):
        hits = np.flatnonzero(near[first : last + 1]) + first
        found.append(Signal(kind, int(hits[0]), int(hits[-1])))
    return found


def chance_signals(points: Sequence[int], share: float = 0.0027) -> float:
    """How many values beyond a limit would chance alone make, over several charts?

    Args:
        points: values of each chart.
        share: of normal values beyond three standard deviations on either side.
    """
    return share * float(sum(points))
