"""How often is the evidence right? Designs on simulated data with an effect that is known.

``python -m bench evidence`` prints the tables of docs/methods.md; the tests run a few of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.stats.did import NEVER, Panel, earlier, effect_of, staggered
from analytics.stats.its import interrupted
from analytics.stats.verdict import Verdict, judge_interrupted, judge_staggered

SEED = 20261124
REPETITIONS = 1000
PERMUTATIONS = 199


@dataclass(frozen=True, slots=True)
class Result:
    """Over all repetitions.

    Attributes:
        bias: mean estimate minus the true effect, in points of 100.
        coverage: share of 95 % intervals that hold the true effect.
        off_zero: share of intervals that leave out 0.
        rare: share with a randomisation (simulation) p below 0.05.
        hint, strong: share of verdicts.
    """

    bias: float
    coverage: float
    off_zero: float
    rare: float
    hint: float
    strong: float


def noise(rng: np.random.Generator, shape: tuple[int, ...], rho: float, sd: float) -> np.ndarray:
    """AR(1) along the last axis, stationary."""
    e = rng.normal(0, sd, shape)
    out = np.empty(shape)
    out[..., 0] = e[..., 0]
    for t in range(1, shape[-1]):
        out[..., t] = rho * out[..., t - 1] + np.sqrt(1 - rho**2) * e[..., t]
    return out


def panel(
    rng: np.random.Generator, desa: int, months: int, rho: float, effect: float, drift: float = 0
) -> Panel:
    """Shares of few barriers per desa and month; a third of the desa never start.

    Desa differ in level and size, months in level; cells hold Poisson many barriers (about 2, up
    to 6 in large desa), none in some. *drift* per month in desa that start, before and after: the
    parallel course is broken then.
    """
    starts = np.full(desa, NEVER, dtype=np.int64)
    begin = rng.permutation(desa)[: round(desa * 0.65)]
    for wave, members in enumerate(np.array_split(begin, 3)):
        starts[members] = months // 2 - 1 + 2 * wave
    at = np.arange(months)
    level = rng.normal(0.45, 0.1, (desa, 1)) + rng.normal(0, 0.05, (1, months))
    level = level + noise(rng, (desa, months), rho, 0.08)
    level = level + drift * at[None] * (starts[:, None] < NEVER)
    level = level + effect * (at[None] >= starts[:, None])
    size = rng.lognormal(0.7, 0.5, (desa, 1))
    out_of = rng.poisson(size, (desa, months))
    counted = rng.binomial(out_of, np.clip(level, 0.0, 1.0))
    return Panel(counted / np.maximum(out_of, 1), out_of.astype(float), starts)


def starts(
    desa: int, rho: float, effect: float, repetitions: int, *, drift: float = 0, months: int = 16
) -> Result:
    """A staggered start, again and again; one placebo outcome and one placebo date each."""
    rng = np.random.default_rng([SEED, desa, int(rho * 10), int(effect * 100), int(drift * 1000)])
    rows = []
    for _ in range(repetitions):
        cells = panel(rng, desa, months, rho, effect, drift)
        found = staggered(cells, permutations=PERMUTATIONS)
        if found is None:
            continue
        begun = cells.starts[cells.starts < NEVER]
        other = Panel(*_other(rng, cells, rho))
        judged = judge_staggered(
            found,
            1,
            months_before=int(begun.min()),
            months_after=months - int(begun.max()),
            placebo_dates=[effect_of(earlier(cells, 3))],
            placebo_outcomes=[effect_of(other)],
        )
        e = found.effect
        rows.append(
            (
                e.estimate - effect,
                e.low <= effect <= e.high,
                e.off_zero,
                found.p_random < 0.05,
                judged.verdict is Verdict.HINT,
                judged.verdict is Verdict.STRONG,
            )
        )
    return _result(rows)


def _other(
    rng: np.random.Generator, cells: Panel, rho: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    desa, months = cells.values.shape
    quiet = panel(rng, desa, months, rho, 0.0)
    return quiet.values, quiet.weights, cells.starts


def series(months: int, rho: float, effect: float, repetitions: int) -> Result:
    """A single start in the middle of a series of shares (noise of 3 points), level change only."""
    rng = np.random.default_rng([SEED, months, int(rho * 10), int(effect * 100)])
    half, rows = months // 2, []
    at = np.arange(months)
    for _ in range(repetitions):
        line = 0.6 + rng.normal(0, 0.003) * at
        y = line + noise(rng, (months,), rho, 0.03) + effect * (at >= half)
        other = 0.6 + noise(rng, (months,), rho, 0.03)
        found = interrupted(y, half)
        judged = judge_interrupted(
            found,
            1,
            placebo_dates=[interrupted(y[:half], half // 2)],
            placebo_outcomes=[interrupted(other, half)],
        )
        assert found is not None
        e = found.level
        rows.append(
            (
                e.estimate - effect,
                e.low <= effect <= e.high,
                e.off_zero,
                e.p_simulated < 0.05,
                judged.verdict is Verdict.HINT,
                judged.verdict is Verdict.STRONG,
            )
        )
    return _result(rows)


def _result(rows: list[tuple[float, bool, bool, bool, bool, bool]]) -> Result:
    bias, *shares = np.mean(np.array(rows, dtype=float), axis=0)
    return Result(100 * float(bias), *(float(each) for each in shares))


def _line(name: str, r: Result) -> str:
    shares = (r.coverage, r.off_zero, r.rare, r.hint, r.strong)
    return f"| {name} | {r.bias:+.1f} | " + " | ".join(f"{100 * s:.1f}" for s in shares) + " |"


def measure_evidence(say: Callable[[str], None], repetitions: int = REPETITIONS) -> None:
    """Print the tables."""
    begun = time.perf_counter()
    head = "bias (points) | coverage % | interval off zero % | p < 0.05 % | hint % | strong % |"
    say(f"\nStaggered start, 16 months, {repetitions} repetitions, seed {SEED}")
    say(f"| desa, ρ, effect | {head}")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    for desa in (8, 23):
        for rho in (0.0, 0.5):
            for effect in (0.0, 0.2):
                name = f"{desa}, {rho}, {100 * effect:.0f}"
                say(_line(name, starts(desa, rho, effect, repetitions)))
    drifting = starts(23, 0.5, 0.0, repetitions, drift=0.015)
    say(_line("23, 0.5, 0 and a drift of 1.5 a month in desa that start", drifting))
    say(f"\nInterrupted series, {repetitions} repetitions, seed {SEED}")
    say(f"| months, ρ, effect | {head}")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    for months in (18, 24, 48):
        for rho in (0.0, 0.5):
            for effect in (0.0, 0.08):
                name = f"{months}, {rho}, {100 * effect:.0f}"
                say(_line(name, series(months, rho, effect, repetitions)))
    say(f"{time.perf_counter() - begun:.0f} s")
