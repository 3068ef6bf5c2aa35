"""Did places change when each of them began? Staggered difference-in-differences by imputation.

The months of a place before its start, and all months of places that never start, say what would
have been: y = place + month. What is above or below that after the start is the effect. Places
that have begun are never compared with places that began earlier, so effects that differ or grow
do no harm.

Sources: K. Borusyak, X. Jaravel, J. Spiess (2024), Review of Economic Studies 91, 3253–3285;
J. Gardner (2022), "Two-stage differences in differences" (the same estimate); J. G. MacKinnon,
M. Ø. Nielsen, M. D. Webb (2023), Journal of Econometrics 232 (jackknife by cluster, t(G − 1)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import f as fisher
from scipy.stats import t as student

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEVER = 10**6
LEADS = 3
_SEED, _PERMUTATIONS = 20260103, 999


@dataclass(frozen=True, slots=True)
class Panel:
    """Places × months.

    Attributes:
        values: outcome. weights: how much a cell counts (households behind it); 0 = no data.
        starts: first month with it, per place; `NEVER` = never (or not yet).
        partly: months that were partly before a place's start and partly after it; they do not
            count for it. ``None`` = none are.
    """

    values: Floats
    weights: Floats
    starts: Ints
    partly: Bools | None = None

    @property
    def counting(self) -> Floats:
        """The weights of the cells that are wholly before or wholly after the start."""
        return self.weights if self.partly is None else self.weights * ~self.partly


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference with its jackknife interval, t(G − 1)."""

    estimate: float
    se: float
    low: float
    high: float

    @property
    def off_zero(self) -> bool:
        """The interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Staggered:
    """What the starts changed.

    Attributes:
        effect: mean over all months after the starts.
        p_random: share of dealings of the starts with at least so large an effect.
        events: months since the start → effect; negative = before it, against the months still
            earlier.
        p_trend: joint test that the `LEADS` months before the start were as those before.
        places, started, months: how many had data; how many of the places started.
    """

    effect: Estimate
    p_random: float
    events: dict[int, Estimate]
    p_trend: float
    places: int
    started: int
    months: int


def _rows(panel: Panel) -> Panel:
    """Only places with data before their start (others say nothing), and months with data."""
    months = np.arange(panel.values.shape[1])
    clean = (panel.counting > 0) & (months[None] < panel.starts[:, None])
    places = clean.any(axis=1)
    columns = (panel.weights[places] > 0).any(axis=0)
    starts = panel.starts[places].copy()
    kept = months[columns]
    starts = np.where(starts < NEVER, np.searchsorted(kept, starts), NEVER)
    starts[starts >= len(kept)] = NEVER
    values = np.where(panel.weights > 0, panel.values, 0.0)
    partly = None if panel.partly is None else panel.partly[places][:, columns]
    return Panel(values[places][:, columns], panel.weights[places][:, columns], starts, partly)


def _imputed(y: Floats, w: Floats, clean: Floats) -> tuple[Floats, Floats]:
    """Outcome less what places and months say without a start; batched over leading axes.

    Returns the differences, and the weights of the cells where they can be known.
    """
    v = w * clean
    a, b = v.sum(axis=-1), v.sum(axis=-2)
    known = w * (a[..., :, None] > 0) * (b[..., None, :] > 0)
    # Places are eliminated first (they are alone on their diagonal), the months solved for.
    scale = np.where(a > 0, a, 1.0)
    share = v / scale[..., :, None]
    months = v.shape[-1]
    system = np.eye(months) * np.where(b > 0, b, 1.0)[..., None, :]
    system = system - np.swapaxes(v, -1, -2) @ share
    mean = (v * y).sum(axis=-1) / scale
    right = (v * y).sum(axis=-2) - (v * mean[..., :, None]).sum(axis=-2)
    # One month is the reference: a constant is free between places and months.
    system = system + 1e-9 * np.eye(months) + 1.0 / months
    time = np.linalg.solve(system, right[..., None])[..., 0]
    place = mean - (share * time[..., None, :]).sum(axis=-1)
    return y - place[..., :, None] - time[..., None, :], known


def _effect(y: Floats, w: Floats, starts: Ints) -> Floats:
    """Weighted mean difference after the starts; batched over leading axes of *w*, *starts*."""
    treated = np.arange(y.shape[-1]) >= starts[..., :, None]
    rest, known = _imputed(y, w, np.where(treated, 0.0, 1.0))
    return _mean(rest, known * treated)


def _mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum(axis=(-1, -2))
    return np.asarray((weights * values).sum(axis=(-1, -2)) / np.where(total > 0, total, np.nan))


def _without_each(w: Floats) -> Floats:
    """The weights, once without each place."""
    return np.where(np.eye(len(w), dtype=bool)[:, :, None], 0.0, w[None])


def _jackknife(found: float, without: Floats) -> Estimate:
    """Interval of *found* from the estimates without each place (CV3)."""
    without = without[~np.isnan(without)]
    if (count := len(without)) < 3 or np.isnan(found):
        return Estimate(found, float("nan"), float("nan"), float("nan"))
    se = float(np.sqrt((count - 1) / count * np.sum((without - found) ** 2)))
    reach = float(student.ppf(0.975, count - 1)) * se
    return Estimate(found, se, found - reach, found + reach)


def effect_of(panel: Panel) -> Estimate:
    """The mean effect with its interval."""
    rows = _rows(panel)
    without = _effect(rows.values, _without_each(rows.counting), rows.starts)
    return _jackknife(float(_effect(rows.values, rows.counting, rows.starts)), without)


def random_starts_p(panel: Panel, *, permutations: int = _PERMUTATIONS, seed: int = _SEED) -> float:
    """How often does dealing the starts anew among the places give at least so large an effect?

    As many places per wave as there were; the real dealing counts as one. The months that do not
    count because of a start are dealt with it.
    """
    rows = _rows(panel)
    rng = np.random.default_rng(seed)
    places = np.arange(len(rows.starts))
    order = rng.permuted(np.tile(places, (permutations, 1)), axis=1)
    weights = rows.weights if rows.partly is None else rows.weights * ~rows.partly[order]
    chance = np.abs(_effect(rows.values, weights, rows.starts[order]))
    found = abs(float(_effect(rows.values, rows.counting, rows.starts)))
    chance = chance[~np.isnan(chance)]
    return float((1 + (chance >= found - 1e-12).sum()) / (len(chance) + 1))


def leads_of(panel: Panel) -> tuple[dict[int, Estimate], float]:
    """Were the last `LEADS` months with data before the start as the months before them?

    Of the months before the starts only (Borusyak, Jaravel, Spiess 2024, section 4.4). The joint
    test is the jackknife's Wald statistic, scaled to F(k, G − k) as Hotelling's T².

    Returns month before the start (−1 …) → difference; and the p value (missing if unknown).
    """
    rows = _rows(panel)
    since = np.arange(rows.values.shape[1])[None] - rows.starts[:, None]
    clean = (since < 0).astype(float)
    leads = [
        int(k) for k in np.unique(since[(since < 0) & (since > -NEVER // 2) & (rows.counting > 0)])
    ]
    leads = leads[: -LEADS - 1 : -1]

    def fitted(weights: Floats) -> Floats:
        w = weights * clean
        columns = [rows.values, *((since == k).astype(float) for k in leads)]
        freed = np.stack([_imputed(c, w, clean)[0] for c in columns], axis=-1)
        x, y = freed[..., 1:], freed[..., 0]
        left = np.einsum("...gt,...gti,...gtj->...ij", w, x, x)
        right = np.einsum("...gt,...gti,...gt->...i", w, x, y)
        empty = np.einsum("...ii->...i", left) < 1e-8
        left = left + np.eye(LEADS) * empty[..., None, :]
        out = np.linalg.solve(left, right[..., None])[..., 0]
        return np.where(empty, np.nan, out)

    if len(leads) < LEADS:
        return {}, float("nan")
    found, without = fitted(rows.counting), fitted(_without_each(rows.counting))
    events = {k: _jackknife(float(found[i]), without[:, i]) for i, k in enumerate(leads)}
    if np.isnan(found).any() or len(without) <= LEADS + 1:
        return events, float("nan")
    sound = without[~np.isnan(without).any(axis=1)]
    count = len(sound)
    apart = sound - found
    covariance = (count - 1) / count * apart.T @ apart
    wald = float(found @ np.linalg.pinv(covariance) @ found)
    scaled = wald * (count - LEADS) / (LEADS * (count - 1))
    return events, float(fisher.sf(scaled, LEADS, count - LEADS))


def _after(panel: Panel) -> dict[int, Estimate]:
    rows = _rows(panel)
    since = np.arange(rows.values.shape[1])[None] - rows.starts[:, None]
    clean = (since < 0).astype(float)

    def means(weights: Floats, k: int) -> Floats:
        rest, known = _imputed(rows.values, weights, clean)
        return _mean(rest, known * (since == k))

    return {
        int(k): _jackknife(
            float(means(rows.counting, int(k))), means(_without_each(rows.counting), int(k))
        )
        for k in np.unique(since[(since >= 0) & (rows.counting > 0)])
    }


def staggered(panel: Panel, *, permutations: int = _PERMUTATIONS) -> Staggered | None:
    """What did the starts change? `None` when nothing can be compared: no place that starts
    within the months and has months before, or no other place beside it.
    """
    rows = _rows(panel)
    started = int((rows.starts < NEVER).sum())
    effect = effect_of(rows) if started and len(rows.starts) >= 3 else None
    if effect is None or np.isnan(effect.estimate):
        return None
    leads, p_trend = leads_of(rows)
    return Staggered(
        effect,
        random_starts_p(rows, permutations=permutations),
        {**dict(sorted(leads.items())), **_after(rows)},
        p_trend,
        len(rows.starts),
        started,
        rows.values.shape[1],
    )


def earlier(panel: Panel, months: int) -> Panel:
    """A placebo: the starts put *months* earlier, what came after the real ones left out."""
    before = np.arange(panel.values.shape[1])[None] < panel.starts[:, None]
    starts = np.where(panel.starts < NEVER, np.maximum(panel.starts - months, 0), NEVER)
    return Panel(panel.values, panel.counting * before, starts)
