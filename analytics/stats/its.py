"""Did a series change when something began? Segmented regression with robust errors.

Sources: J. Lopez Bernal, S. Cummins, A. Gasparrini (2017), "Interrupted time series regression
for the evaluation of public health interventions: a tutorial", International Journal of
Epidemiology 46, 348–355; W. K. Newey and K. D. West (1987), Econometrica 55, 703–708;
N. M. Kiefer and T. J. Vogelsang (2005), "A new asymptotic theory for heteroskedasticity-
autocorrelation robust tests", Econometric Theory 21, 1130–1164 (critical values); D. W. K.
Andrews (1993), Econometrica 61, 139–165 (median-unbiased autocorrelation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]
LEAST_EACH_SIDE = 3
LEVEL, SLOPE = 2, 3
_SEED, _DRAWS = 20260102, 1000
_GRID = np.linspace(-0.4, 0.9, 14)


@dataclass(frozen=True, slots=True)
class Effect:
    """A coefficient with its Newey–West error.

    Attributes:
        estimate: in the unit of the series (slope: per step).
        se: autocorrelation-robust.
        low, high: 95 % interval.
        p_simulated: of at least such a change in a series with the same autocorrelation and
            nothing else.
    """

    estimate: float
    se: float
    low: float
    high: float
    p_simulated: float

    @property
    def off_zero(self) -> bool:
        """The interval leaves out 0."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The fitted lines and what changed between them.

    Attributes:
        level, slope: change at the start; change of the slope per step.
        fitted, expected: the fitted values; the line from before, carried on.
        lag: of the Newey–West errors.
        durbin_watson: about 2 without autocorrelation.
        acf: autocorrelation of the residuals at steps 1, 2, …
        rho: autocorrelation at step 1, corrected for the bias of short series.
        before, after: known values on either side.
    """

    level: Effect
    slope: Effect
    fitted: Floats
    expected: Floats
    lag: int
    durbin_watson: float
    acf: tuple[float, ...]
    rho: float
    before: int
    after: int


def design(steps: Floats, start: float) -> Floats:
    """Columns 1, time, after, time since the start: one row per step."""
    since = steps - start
    after = (since >= 0).astype(float)
    return np.column_stack([np.ones_like(steps), steps, after, after * since])


def newey_west(x: Floats, residuals: Floats, lag: int) -> Floats:
    """Covariance of the coefficients under autocorrelation (Bartlett weights, n/(n − k))."""
    inverse = np.linalg.inv(x.T @ x)
    u = residuals[:, None] * x
    middle = u.T @ u
    for k in range(1, lag + 1):
        cross = u[k:].T @ u[:-k]
        middle += (1 - k / (lag + 1)) * (cross + cross.T)
    return np.asarray(inverse @ middle @ inverse * len(x) / (len(x) - x.shape[1]))


def bandwidth(points: int) -> int:
    """The lag: ⌊0.75·n^⅓⌋, at least 1 (Stock and Watson)."""
    return max(1, int(0.75 * points ** (1 / 3)))


def fixed_b_critical(points: int, lag: int, parameters: int = 4) -> float:
    """97.5 % point of the t ratio when the lag is a share b of the series (Bartlett weights).

    1.9600 + 2.9694 b + 0.4160 b² − 0.5324 b³, or the t distribution's if that is larger.

    Source: Kiefer and Vogelsang (2005), table 1.
    """
    b = (lag + 1) / points
    fixed = 1.96 + 2.9694 * b + 0.4160 * b**2 - 0.5324 * b**3
    return max(fixed, float(student.ppf(0.975, points - parameters)))


def interrupted(values: ArrayLike, start: int) -> Interrupted | None:
    """By how much did level and slope change at position *start*?

    Residuals are divided by 1 − leverage before they enter the Newey–West sum (as HC3 does),
    because four coefficients of a short series swallow much of the noise. Newey–West intervals
    of short series are still too narrow; `Effect.p_simulated` is the check on that.

    Args:
        values: in order of time; missing ones are left out.
        start: position of the first value after the start.

    Returns:
        `None` with fewer than `LEAST_EACH_SIDE` known values on a side.
    """
    y = np.asarray(values, dtype=float)
    steps = np.arange(len(y), dtype=float)
    known = ~np.isnan(y)
    before, after = int(known[:start].sum()), int(known[start:].sum())
    if min(before, after) < LEAST_EACH_SIDE or before + after < 8:
        return None
    whole = design(steps, float(start))
    x, seen = whole[known], y[known]
    n = len(seen)
    hat = np.linalg.solve(x.T @ x, x.T)
    b = hat @ seen
    residuals = seen - x @ b
    leverage = np.clip(np.einsum("ij,ji->i", x, hat), 0, 0.95)
    lag = bandwidth(n)
    covariance = newey_west(x, residuals / (1 - leverage), lag) * (n - 4) / n
    reach = fixed_b_critical(n, lag)
    p, rho = simulated(x, residuals, b)
    power = float(residuals @ residuals) or 1.0

    def effect(k: int) -> Effect:
        se = float(np.sqrt(covariance[k, k]))
        estimate = float(b[k])
        return Effect(estimate, se, estimate - reach * se, estimate + reach * se, p[k])

    return Interrupted(
        effect(LEVEL),
        effect(SLOPE),
        np.where(known, whole @ b, np.nan),
        whole[:, :2] @ b[:2],
        lag,
        float(np.sum(np.diff(residuals) ** 2) / power),
        tuple(float(residuals[k:] @ residuals[:-k]) / power for k in range(1, min(6, n - 1))),
        rho,
        before,
        after,
    )


def simulated(x: Floats, residuals: Floats, b: Floats) -> tuple[Floats, float]:
    """p values per coefficient from series with the residuals' autocorrelation and no change.

    The ordinary t ratio is held against those of simulated AR(1) series; their ρ is the one whose
    typical estimate is the one found (least squares finds too little in a short series).

    Returns:
        One p value per column of *x*, and ρ.
    """
    n, k = x.shape
    if float(residuals @ residuals) < 1e-20:  # a perfect line
        return np.where(np.abs(b) > 1e-12, 0.0, 1.0), 0.0
    inverse = np.linalg.inv(x.T @ x)
    noise = np.random.default_rng(_SEED).normal(size=(_DRAWS, n))
    found = _autocorrelation(residuals[None])[0]

    def drawn(rho: float) -> tuple[Floats, Floats]:
        series = np.empty_like(noise)
        series[:, 0] = noise[:, 0] / np.sqrt(1 - rho**2)
        for i in range(1, n):
            series[:, i] = rho * series[:, i - 1] + noise[:, i]
        coefficients = series @ x @ inverse
        return coefficients, series - coefficients @ x.T

    typical = np.array([np.median(_autocorrelation(drawn(float(rho))[1])) for rho in _GRID])
    rho = float(np.interp(found, np.maximum.accumulate(typical), _GRID))

    def ratios(coefficients: Floats, rest: Floats) -> Floats:
        variance = (rest**2).sum(axis=1)[:, None] / (n - k) * np.diag(inverse)
        return np.asarray(np.abs(coefficients) / np.sqrt(variance))

    chance = ratios(*drawn(rho))
    seen = ratios(b[None], residuals[None])[0]
    return (1 + (chance >= seen).sum(axis=0)) / (_DRAWS + 1), rho


def _autocorrelation(residuals: Floats) -> Floats:
    return np.asarray(
        (residuals[:, 1:] * residuals[:, :-1]).sum(axis=1) / (residuals**2).sum(axis=1)
    )
