"""The statistics against R: what packages that others wrote say of the same data.

`r/reference.json` was written by `r/reference.R` (the versions are in it); R is not needed here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analytics.stats.counts import central_range, upper_mid_p
from analytics.stats.cusum import standardised, upper_cusum
from analytics.stats.ears import ears
from analytics.stats.empirical_bayes import fit_prior
from analytics.stats.intervals import wilson_interval
from analytics.stats.its import design, newey_west
from analytics.stats.paired import adjusted, mcnemar_exact
from analytics.stats.survival import kaplan_meier, log_rank

R: dict[str, Any] = json.loads(
    (Path(__file__).parent / "r" / "reference.json").read_text(encoding="utf-8")
)


def numbers(values: list[float | None]) -> np.ndarray:
    return np.array(values, dtype=float)


@pytest.mark.parametrize("name", R["curves"])
def test_curves_and_quantiles_are_those_of_survfit(name: str) -> None:
    told = R["curves"][name]
    curve = kaplan_meier(told["time"], told["event"])
    assert curve.time.tolist() == told["at"]
    assert curve.surviving == pytest.approx(numbers(told["surviving"]), abs=1e-10)
    for mine, theirs in ((curve.low, "low"), (curve.high, "high")):
        bounds = numbers(told[theirs])
        assert mine == pytest.approx(bounds, abs=1e-9, nan_ok=True)
    for place, share in enumerate((0.25, 0.5, 0.75)):
        told_here = [numbers(told[part])[place] for part in ("quantiles", "lower", "upper")]
        assert curve.quantile(share) == pytest.approx(told_here, nan_ok=True)


@pytest.mark.parametrize("name", R["log_rank"])
def test_log_rank_is_survdiff(name: str) -> None:
    told = R["log_rank"][name]
    data = R["curves"][told["curve"]]
    found = log_rank(data["time"], data["event"], told["group"])
    assert (found.chi_square, found.freedom) == pytest.approx(
        (told["chi_square"], told["freedom"]), rel=1e-9
    )
    assert found.p_value == pytest.approx(told["p_value"], rel=1e-7)


@pytest.mark.parametrize(("rule", "first"), [("C1", 7), ("C2", 9)])
def test_ears_is_earsc(rule: str, first: int) -> None:
    """Mean and deviation of the baseline follow from R's bounds at two levels."""
    counts = numbers(R["ears"]["counts"])
    strict, loose = (numbers(R["ears"][rule][part]) for part in ("strict", "loose"))
    far, near = norm.isf(R["ears"]["alpha"])
    deviation = (strict - loose) / (far - near)
    theirs = (counts[first:] - (strict - far * deviation)) / deviation
    mine = ears(counts, rule)
    assert np.isnan(mine[:first]).all()
    assert mine[first:] == pytest.approx(theirs, abs=1e-8)
    assert ((mine[first:] > far) == (counts[first:] > strict)).all()
    assert (mine[first:] > far).sum() > 3


def test_what_ears_c3_adds_of_the_weeks_before_is_what_earsc_takes_off() -> None:
    """R's bound is the count itself + deviation · (1.96 − what C2 was above 1 before)."""
    counts, bound = numbers(R["ears"]["counts"]), numbers(R["ears"]["C3"])
    strict, loose = (numbers(R["ears"]["C2"][part])[2:] for part in ("strict", "loose"))
    far, near = norm.isf(R["ears"]["alpha"])
    deviation = (strict - loose) / (far - near)
    theirs = norm.isf(0.025) - (bound - counts[11:]) / deviation
    second, third = ears(counts, "C2"), ears(counts, "C3")
    mine = (third - np.maximum(0, second - 1))[11:]
    told = bound > 0  # R cuts its bound off at 0
    assert told.sum() > 250
    assert mine[told] == pytest.approx(theirs[told], abs=1e-8)
    assert (mine[~told] >= theirs[~told] - 1e-8).all()


def test_cusum_of_counts_is_algo_cusum() -> None:
    told = R["cusum"]
    counts = numbers(R["ears"]["counts"])[: told["weeks"]]
    values = standardised(counts, np.full(len(counts), float(told["mean"])))
    sums = upper_cusum(values, told["reference"])
    assert sums == pytest.approx(numbers(told["sums"]), abs=1e-9)
    assert (sums >= told["limit"]).astype(int).tolist() == told["alarm"]


@pytest.mark.parametrize("told", R["its"]["lags"], ids=lambda told: f"lag {told['lag']}")
def test_errors_of_the_segmented_regression_are_those_of_sandwich(told: dict[str, Any]) -> None:
    values = numbers(R["its"]["values"])
    n = len(values)
    x = design(np.arange(n, dtype=float), float(R["its"]["start"]))
    b = np.linalg.lstsq(x, values, rcond=None)[0]
    assert b == pytest.approx(numbers(R["its"]["coefficients"]), rel=1e-9)
    found = newey_west(x, values - x @ b, told["lag"])
    assert found == pytest.approx(numbers(told["adjusted"]), rel=1e-8)
    assert found * (n - 4) / n == pytest.approx(numbers(told["plain"]), rel=1e-8)


def test_shares_and_pairs() -> None:
    for each in R["wilson"]:
        low, high = wilson_interval(np.array([each["x"]]), np.array([each["n"]]))
        assert (low[0], high[0]) == pytest.approx(tuple(each["interval"]), abs=1e-9)
    for each in R["mcnemar"]:
        found = mcnemar_exact([each["gained"]], [each["lost"]]).iloc[0]
        assert found == pytest.approx(each["p_value"], rel=1e-9)
    told = R["adjusted"]
    assert adjusted(pd.Series(told["p_values"])).tolist() == pytest.approx(told["adjusted"])


def test_tails_and_ranges_of_the_negative_binomial() -> None:
    told = pd.DataFrame(R["counts"]).astype(float)
    counts, mean, size = (told[name].to_numpy() for name in ("count", "mean", "size"))
    assert upper_mid_p(counts, mean, size) == pytest.approx(told["mid_p"].to_numpy(), rel=1e-8)
    low, high = central_range(mean, size)
    assert low.tolist() == told["low"].tolist()
    assert high.tolist() == told["high"].tolist()


def test_the_prior_is_the_maximum_that_vglm_finds() -> None:
    told = R["beta_binomial"]
    prior = fit_prior(told["y"], told["n"])
    assert prior.mean == pytest.approx(told["mean"], rel=1e-4)
    assert 1 / (1 + prior.strength) == pytest.approx(told["rho"], rel=1e-3)
