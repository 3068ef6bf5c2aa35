"""Early signals: how soon is a planted rise found, and how often is there a false alarm?

Worlds of 23 desa (the places of Awayan) and 8 categories: rates differ from desa to desa, there is
a season, weeks vary beyond Poisson, and some weeks have few visits. Every method sees the same
weeks. Each is run as its source says, and again with the threshold at which worlds without a rise
give it no more false alarms than the dashboard's method: only so can delays be compared.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.config import SignalRules, load_rules
from analytics.simulate.places import read_desa
from analytics.stats.cusum import standardised, upper_cusum
from analytics.stats.ears import ears
from analytics.stats.scan import nearest
from analytics.stats.surveillance import Cells, clusters, judge

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHARES = np.array([0.22, 0.17, 0.07, 0.15, 0.14, 0.13, 0.07, 0.05])
WEEKS, FIRST = 130, 78
"""Weeks of a world, and the first that is judged."""
_CONTACTS, _PER_CONTACT = 16.0, 0.02
_SEASON, _UNEVEN, _UNLIKE = 0.4, 0.25, 0.3
_LEAST_SD = 0.5
_ONE_IN_A_YEAR = 0.14
"""Standard deviation of a year with one barrier in one week."""
MONTH = 365.25 / 12 / 7


@dataclass(frozen=True, slots=True)
class Rise:
    """What is planted: so many neighbouring desa, weeks, and extra barriers a week in each."""

    desa: int
    weeks: int
    extra: float
    level: float = 1.0

    def __str__(self) -> str:
        return f"{self.desa} desa, {self.weeks} weeks, +{self.extra:g} a week each"


RISES = (
    Rise(1, 1, 5),
    Rise(1, 4, 2),
    Rise(1, 8, 1),
    Rise(3, 3, 1),
    Rise(3, 3, 3),
    Rise(3, 6, 0.5),
    Rise(1, 4, 4, level=4),
    Rise(3, 3, 2, level=4),
    Rise(3, 6, 1, level=4),
)


@functools.cache
def neighbours() -> NDArray[np.int64]:
    """The desa of Awayan and their nearest."""
    desa = read_desa("63.11.03")
    return nearest(np.array([d.lon for d in desa]), np.array([d.lat for d in desa]))


def world(dice: np.random.Generator, level: float = 1.0) -> Cells:
    """A kecamatan without a rise."""
    places, kinds = len(neighbours()), len(SHARES)
    size = dice.lognormal(0, 0.4, places)[:, None]
    few = np.where(dice.random((places, WEEKS)) < 0.1, 0.3, 1.0)
    fasting = np.ones(WEEKS)
    for first in (20, 71, 122):
        fasting[first : first + 4] = 0.45
    contacts = dice.poisson(_CONTACTS * size * few * fasting)
    rate = dice.gamma(1 / _UNLIKE, _UNLIKE, (places, kinds)) * SHARES * _PER_CONTACT * level
    turn = dice.random(kinds)
    when = np.arange(WEEKS) / 52
    season = 1 + _SEASON * np.sin(2 * np.pi * (when[None] + turn[:, None]))
    week = dice.gamma(1 / _UNEVEN, _UNEVEN, (places, kinds, WEEKS))
    mean = contacts[:, None, :] * rate[:, :, None] * season[None] * week
    counts = dice.poisson(mean).reshape(places * kinds, WEEKS).astype("float64")
    exposure = np.repeat(contacts, kinds, axis=0).astype("float64")
    return Cells(counts, exposure, np.tile(np.arange(kinds), places))


def planted(dice: np.random.Generator, rise: Rise) -> tuple[Cells, list[int], int]:
    """A world with a rise: the world, the cells it is in, the week it begins."""
    cells = world(dice, rise.level)
    kind = int(dice.integers(len(SHARES)))
    centre = int(dice.integers(len(neighbours())))
    rows = [int(place) * len(SHARES) + kind for place in neighbours()[centre, : rise.desa]]
    start = int(dice.integers(FIRST, WEEKS - rise.weeks))
    span = slice(start, start + rise.weeks)
    cells.counts[rows, span] += dice.poisson(rise.extra, (rise.desa, rise.weeks))
    cells.exposure[rows, span] = np.maximum(cells.exposure[rows, span], 1)
    return cells, rows, start


# How unusual a method finds each cell and week (cells × weeks); a signal is above its threshold.
Score = Callable[[Cells], Floats]


def _moments(cells: Cells, guard: int = 0, span: int = 52) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the weeks before each week."""
    mean = np.full(cells.counts.shape, np.nan)
    spread = mean.copy()
    for week in range(FIRST, WEEKS):
        past = cells.counts[:, week - guard - span : week - guard]
        mean[:, week], spread[:, week] = past.mean(axis=1), past.std(axis=1, ddof=1)
    return mean, spread


def _counted(cells: Cells) -> Floats:
    return cells.counts


def _two_sd(cells: Cells) -> Floats:
    mean, spread = _moments(cells)
    return (cells.counts - mean) / np.maximum(spread, _ONE_IN_A_YEAR)


def _ears(rule: str) -> Score:
    return lambda cells: ears(cells.counts, rule, least_sd=_LEAST_SD)


def _cusum(cells: Cells) -> Floats:
    mean, _spread = _moments(cells)
    known = np.maximum(mean[:, FIRST:], 1 / 52)
    sums = np.full(cells.counts.shape, np.nan)
    sums[:, FIRST:] = upper_cusum(standardised(cells.counts[:, FIRST:], known), 1.04, 2.26)
    return sums


def _rated(cells: Cells) -> tuple[Floats, Floats]:
    """Mean from the own past rate, and dispersion of the weeks (at least 1), as quasi-Poisson."""
    mean = np.full(cells.counts.shape, np.nan)
    spread = mean.copy()
    for week in range(FIRST, WEEKS):
        past = slice(week - 56, week - 4)
        y, e = cells.counts[:, past], cells.exposure[:, past]
        rate = (y.sum(axis=1) + 0.5) / e.sum(axis=1)
        fitted = rate[:, None] * e
        chi = ((y - fitted) ** 2 / np.maximum(fitted, 1e-9)).sum(axis=1) / (y.shape[1] - 1)
        mean[:, week] = rate * cells.exposure[:, week]
        spread[:, week] = np.maximum(chi, 1.0)
    return mean, spread


def _poisson(cells: Cells) -> Floats:
    """Minus the common logarithm of the Poisson tail."""
    from scipy.stats import poisson

    mean, _spread = _rated(cells)
    return np.asarray(-np.log10(np.maximum(poisson.sf(cells.counts - 1, mean), 1e-300)))


def _farrington(cells: Cells) -> Floats:
    """The 2/3-power residual of Farrington et al. (1996), fewer than 5 in 4 weeks never."""
    mean, spread = _rated(cells)
    tau = spread + mean / 52
    power = 2 / 3
    mean = np.maximum(mean, 1e-9)
    score = (cells.counts**power - mean**power) / (power * mean ** (1 / 6) * np.sqrt(tau))
    recent = sum(np.roll(cells.counts, back, axis=1) for back in range(4))
    return np.where(recent >= 5, score, -np.inf)


OTHERS: Mapping[str, tuple[Score, float]] = {
    "count of 5 or more": (_counted, 4.5),
    "mean + 2 sd of 52 weeks": (_two_sd, 2.0),
    "EARS C1": (_ears("C1"), 3.0),
    "EARS C2": (_ears("C2"), 3.0),
    "EARS C3": (_ears("C3"), 2.0),
    "CUSUM (k 1.04, h 2.26)": (_cusum, 2.26),
    "Poisson, own past (p < 0.001)": (_poisson, 3.0),
    "Farrington": (_farrington, 2.58),
}
"""Name → score and usual threshold."""


def own(
    cells: Cells, weeks: range, rules: SignalRules, scanned: bool
) -> Iterator[tuple[int, set[int]]]:
    """The dashboard's signals: week and the cells named by it."""
    kinds = len(SHARES)
    for week in weeks:
        for cell in np.flatnonzero(judge(cells, week, rules).signal):
            yield week, {int(cell)}
        if scanned:
            for each in clusters(cells, week, neighbours(), rules):
                yield week, {place * kinds + each.group for place in each.found.places}


OWN = {"the dashboard: cells": False, "the dashboard: cells and clusters": True}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: false alarms a month, and per rise (share found, weeks lost)."""

    method: str
    false_alarms: float
    found: tuple[tuple[float, float], ...]


def compare(
    *, quiet: int, each: int, rises: tuple[Rise, ...] = RISES, level: float = 1.0, seed: int = 1
) -> list[Row]:
    """The table.

    Args:
        quiet: worlds without a rise; each: worlds per rise.
        level: of the worlds without a rise.

    Returns:
        Every method with its usual threshold, then those that need it with one that gives no
        more false alarms than the dashboard's cells and clusters together. The delay is in weeks
        after the first (0 = within the first week), of those found before the rise ends.
    """
    rules = load_rules().signals
    dice = np.random.default_rng(seed)
    still = [world(dice, level) for _ in range(quiet)]
    risen = [[planted(dice, rise) for _ in range(each)] for rise in rises]
    months = quiet * (WEEKS - FIRST) / MONTH
    rows = []
    for name, scanned in OWN.items():
        weeks = range(FIRST, WEEKS)
        alarms = sum(1 for cells in still for _ in own(cells, weeks, rules, scanned)) / months
        found = [
            _summed(
                [_own_delay(*each_world, rise, rules, scanned) for each_world in worlds],
                rise.weeks,
            )
            for rise, worlds in zip(rises, risen, strict=True)
        ]
        rows.append(Row(name, alarms, tuple(found)))
    most = rows[-1].false_alarms
    fair: list[Row] = []
    for name, (score, threshold) in OTHERS.items():
        scores = [score(cells)[:, FIRST:] for cells in still]
        delays = [[(score(c), r, s) for c, r, s in worlds] for worlds in risen]
        raised = f"{name}, as few alarms"
        for said, limit, table in (
            (name, threshold, rows),
            (raised, _at_most(scores, most * months), fair),
        ):
            alarms = sum(int((each > limit).sum()) for each in scores) / months
            found = [
                _summed(
                    [_delay(values, r, s, rise.weeks, limit) for values, r, s in worlds],
                    rise.weeks,
                )
                for rise, worlds in zip(rises, delays, strict=True)
            ]
            table.append(Row(said, alarms, tuple(found)))
    return rows + fair


def _at_most(scores: list[Floats], alarms: float) -> float:
    """The lowest threshold with at most so many alarms in all."""
    values = np.concatenate([each[np.isfinite(each)] for each in scores])
    if not len(values):
        return -np.inf
    place = min(int(alarms), len(values) - 1)
    return float(np.sort(values)[::-1][place])


def _delay(values: Floats, rows: list[int], start: int, weeks: int, limit: float) -> int | None:
    hit = (values[rows, start : start + weeks] > limit).any(axis=0)
    return int(hit.argmax()) if hit.any() else None


def _own_delay(
    cells: Cells, rows: list[int], start: int, rise: Rise, rules: SignalRules, scanned: bool
) -> int | None:
    for week, named in own(cells, range(start, start + rise.weeks), rules, scanned):
        if named & set(rows):
            return week - start
    return None


def _summed(delays: list[int | None], weeks: int) -> tuple[float, float]:
    found = [delay for delay in delays if delay is not None]
    lost = sum(found) + weeks * (len(delays) - len(found))
    return len(found) / len(delays), lost / len(delays)


def measure(say: Callable[[str], None], quiet: int = 20, each: int = 60) -> None:
    """Print the tables of docs/methods.md: ordinary counts as in the demo, and four times as many.

    A threshold that suits one does not suit the other, which is why each has its own.
    """
    for level in sorted({rise.level for rise in RISES}):
        rises = tuple(rise for rise in RISES if rise.level == level)
        rows = compare(quiet=quiet, each=each, rises=rises, level=level)
        say(
            f"ordinary counts x {level:.0f}: "
            f"{quiet} worlds of {WEEKS - FIRST} weeks without a rise, {each} with each rise"
        )
        for place, rise in enumerate(rises, start=1):
            say(f"  {place}: {rise}")
        say(f"{'method':50}{'alarms':>7}" + "".join(f"{k:>12}" for k in range(1, len(rises) + 1)))
        for row in rows:
            cells = "".join(f"{f'{share:.0%} / {lost:.1f}':>12}" for share, lost in row.found)
            say(f"{row.method:50}{row.false_alarms:7.2f}{cells}")
    say("alarms: false ones a month in the kecamatan; per rise: share found / weeks lost")
