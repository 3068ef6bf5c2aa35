"""Segmented regression against statsmodels, and simulated p values against their meaning."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.stattools import durbin_watson

from analytics.stats.its import (
    bandwidth,
    design,
    fixed_b_critical,
    interrupted,
    newey_west,
)
from bench.evidence import noise


def series(seed: int, months: int = 30, rho: float = 0.4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    line = 0.5 + 0.004 * np.arange(months)
    return np.asarray(line + noise(rng, (months,), rho, 0.03))


def test_coefficients_and_newey_west_errors_are_those_of_statsmodels() -> None:
    y = series(3)
    y[15:] += 0.1
    found = interrupted(y, 15)
    assert found is not None
    x = design(np.arange(30.0), 15.0)
    fit = sm.OLS(y, x).fit()
    robust = fit.get_robustcov_results("HAC", maxlags=found.lag, use_correction=True)
    assert newey_west(x, fit.resid, found.lag) == pytest.approx(robust.cov_params(), rel=1e-9)
    # The same with residuals over 1 − leverage: a regression whose residuals those are.
    grown = fit.resid / (1 - fit.get_influence().hat_matrix_diag)
    wide = newey_west(x, grown, found.lag) * 26 / 30
    assert found.level.se == pytest.approx(np.sqrt(wide[2, 2]))
    assert found.level.se > fit.get_robustcov_results("HAC", maxlags=found.lag).bse[2]
    reach = fixed_b_critical(30, found.lag) * found.level.se
    assert found.level.high == pytest.approx(found.level.estimate + reach)
    assert found.level.estimate == pytest.approx(fit.params[2])
    assert found.slope.estimate == pytest.approx(fit.params[3])
    assert found.durbin_watson == pytest.approx(durbin_watson(fit.resid))
    assert found.fitted == pytest.approx(fit.fittedvalues)
    assert found.expected[20] == pytest.approx(fit.params[0] + 20 * fit.params[1])
    assert found.acf[0] == pytest.approx(sm.tsa.acf(fit.resid, nlags=1)[1], abs=1e-9)


def test_the_critical_value_of_a_lag_that_is_a_fifth_of_the_series() -> None:
    """Kiefer and Vogelsang (2005), table 1, Bartlett: 2.566 at b = 0.2 by their polynomial."""
    assert fixed_b_critical(1000, 199) == pytest.approx(
        1.96 + 2.9694 * 0.2 + 0.416 * 0.04 - 0.5324 * 0.008
    )
    assert fixed_b_critical(10**6, 1) == pytest.approx(1.96, abs=1e-3)
    assert bandwidth(100) == 3
    assert bandwidth(8) == 1


def test_a_planted_level_and_slope_are_found() -> None:
    y = 0.4 + 0.01 * np.arange(24.0)
    y[12:] += 0.2 + 0.02 * np.arange(12)
    found = interrupted(y, 12)
    assert found is not None
    assert found.level.estimate == pytest.approx(0.2)
    assert found.slope.estimate == pytest.approx(0.02)
    assert found.level.p_simulated < 0.01


def test_missing_months_are_left_out_and_too_few_give_nothing() -> None:
    y = series(1, 20)
    y[[4, 13]] = np.nan
    found = interrupted(y, 10)
    assert found is not None
    assert (found.before, found.after) == (9, 9)
    assert np.isnan(found.fitted[4])
    assert interrupted(y[:12], 10) is None
    assert interrupted([0.5] * 7, 3) is None


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_false_alarms_are_about_as_rare_as_they_say(rho: float) -> None:
    """Without any effect; at full size in docs/methods.md."""
    rng = np.random.default_rng(11)
    found = [interrupted(noise(rng, (24,), rho, 1.0), 12) for _ in range(120)]
    rare = np.mean([each is not None and each.level.p_simulated < 0.05 for each in found])
    assert rare <= 0.15
    high = np.mean([each is not None and each.level.p_simulated > 0.5 for each in found])
    assert 0.3 < high < 0.7
