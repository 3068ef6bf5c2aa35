"""Staggered starts against pyfixest, statsmodels and enumeration; the verdict against its rule."""

from __future__ import annotations

from importlib import import_module
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.special import fdtrc

from analytics.stats.did import (
    NEVER,
    Estimate,
    Panel,
    Staggered,
    earlier,
    effect_of,
    leads_of,
    random_starts_p,
    staggered,
)
from analytics.stats.its import interrupted
from analytics.stats.verdict import Verdict, judge_interrupted, judge_staggered, quiet
from bench import evidence


def world(seed: int = 4, desa: int = 14, months: int = 14) -> Panel:
    rng = np.random.default_rng(seed)
    starts = np.array([6] * 4 + [8] * 3 + [NEVER] * (desa - 7))
    weights = rng.integers(0, 7, (desa, months)).astype(float)
    values = rng.normal(size=(desa, 1)) + rng.normal(size=(1, months))
    values = values + rng.normal(size=(desa, months)) + 0.8 * (np.arange(months) >= starts[:, None])
    return Panel(values, weights, starts)


def long(panel: Panel) -> pd.DataFrame:
    rows = [
        (g, t, panel.values[g, t], panel.weights[g, t], panel.starts[g])
        for g in range(panel.values.shape[0])
        for t in range(panel.values.shape[1])
        if panel.weights[g, t] > 0
    ]
    table = pd.DataFrame(rows, columns=["g", "t", "y", "w", "start"])
    table["d"] = (table["t"] >= table["start"]).astype(float)
    for k in (1, 2, 3):
        table[f"lead{k}"] = (table["start"] - table["t"] == k).astype(float)
    return table


def by_hand(table: pd.DataFrame) -> float:
    """Two dummy regressions' worth, by statsmodels."""
    clean = table[table["d"] == 0]
    fit = smf.wls("y ~ C(g) + C(t)", clean, weights=clean["w"]).fit()
    treated = table[(table["d"] == 1) & table["t"].isin(clean["t"]) & table["g"].isin(clean["g"])]
    return float(np.average(treated["y"] - fit.predict(treated), weights=treated["w"]))


@pytest.mark.parametrize("seed", range(4))
def test_the_effect_is_that_of_dummy_regressions_and_its_interval_the_jackknife(seed: int) -> None:
    panel = world(seed)
    table = long(panel)
    found = effect_of(panel)
    assert found.estimate == pytest.approx(by_hand(table), abs=1e-6)
    without = np.array([by_hand(table[table["g"] != g]) for g in range(14)])
    se = np.sqrt(13 / 14 * np.sum((without - found.estimate) ** 2))
    assert found.se == pytest.approx(se, rel=1e-5)
    assert found.high - found.estimate == pytest.approx(2.1604 * se, rel=1e-3)  # t(13)


def test_the_effect_is_that_of_pyfixest_two_stage() -> None:
    pf = import_module("pyfixest")
    panel = world()
    fit = pf.did2s(
        long(panel),
        yname="y",
        first_stage="~ 0 | g + t",
        second_stage="~ d",
        treatment="d",
        cluster="g",
        weights="w",
    )
    assert effect_of(panel).estimate == pytest.approx(float(fit.coef()["d"]), abs=1e-4)


def test_leads_and_their_jackknife_errors_are_those_of_pyfixest() -> None:
    """CRV3 without a small-sample factor other than (G − 1)/G, which is in the jackknife."""
    pf = import_module("pyfixest")
    panel = world(2)
    table = long(panel)
    clean = table[table["d"] == 0]
    fit = pf.feols(
        "y ~ lead1 + lead2 + lead3 | g + t",
        clean,
        weights="w",
        vcov={"CRV3": "g"},
        ssc=pf.ssc(k_adj=False, G_adj=False),
    )
    events, p = leads_of(panel)
    for k in (1, 2, 3):
        assert events[-k].estimate == pytest.approx(float(fit.coef()[f"lead{k}"]), abs=1e-6)
    se = np.array([events[-k].se for k in (1, 2, 3)])
    printed = fit.se()[["lead1", "lead2", "lead3"]].to_numpy()
    ratio = se / printed
    assert ratio == pytest.approx(np.full(3, ratio[0]), rel=0.02)
    assert 0.9 < ratio[0] < 1.1
    assert 0 <= p <= 1


def test_the_joint_test_of_the_leads_is_hotellings() -> None:
    """T² = d'S⁻¹d over the estimates without each place; (G − 3)/(3(G − 1)) T² ~ F(3, G − 3)."""
    panel = world(7)
    events, p = leads_of(panel)
    found = np.array([events[-k].estimate for k in (1, 2, 3)])
    left = []
    for g in range(len(panel.starts)):
        kept = np.arange(len(panel.starts)) != g
        without, _p = leads_of(Panel(panel.values[kept], panel.weights[kept], panel.starts[kept]))
        left.append([without[-k].estimate for k in (1, 2, 3)])
    apart, count = np.array(left) - found, len(left)
    square = found @ np.linalg.inv((count - 1) / count * apart.T @ apart) @ found
    assert p == pytest.approx(fdtrc(3, count - 3, square * (count - 3) / (3 * (count - 1))))


def test_saturated_event_study_agrees_where_the_effect_is_the_same_for_all() -> None:
    """Sun and Abraham (2021) by pyfixest, without noise: both find the planted effect."""
    pf = import_module("pyfixest")
    panel = world()
    months = np.arange(14)
    values = (
        np.arange(14.0)[:, None]
        + np.sin(months)[None]
        + 0.8 * (months[None] >= panel.starts[:, None])
    )
    exact = Panel(values, np.ones_like(values), panel.starts)
    assert effect_of(exact).estimate == pytest.approx(0.8, abs=1e-6)
    table = long(exact)
    table["start"] = table["start"].where(table["start"] < NEVER, 0)
    fit = pf.event_study(
        table, yname="y", idname="g", tname="t", gname="start", estimator="saturated"
    )
    after = fit.aggregate()
    assert np.allclose(after.loc[after.index.astype(float) >= 0, "Estimate"].astype(float), 0.8)


def test_randomisation_is_the_share_of_all_dealings() -> None:
    rng = np.random.default_rng(3)
    starts = np.array([3, 3, NEVER, NEVER, NEVER])
    values = rng.normal(size=(5, 7)) + 1.5 * (np.arange(7) >= starts[:, None])
    panel = Panel(values, np.ones((5, 7)), starts)
    found = abs(effect_of(panel).estimate)
    dealings = {tuple(int(s) for s in p) for p in permutations(starts.tolist())}
    exact = np.mean(
        [
            abs(effect_of(Panel(values, np.ones((5, 7)), np.array(each))).estimate) >= found - 1e-9
            for each in dealings
        ]
    )
    assert random_starts_p(panel, permutations=4000) == pytest.approx(exact, abs=0.02)


def test_months_that_do_not_count_are_dealt_with_their_start() -> None:
    """The month before each start is left out there, wherever the start is dealt to."""
    rng = np.random.default_rng(5)
    starts = np.array([3, 4, NEVER, NEVER, NEVER])
    values = rng.normal(size=(5, 8))

    def dealt(to: tuple[int, ...]) -> Panel:
        mine = starts[list(to)]
        partly = np.arange(8)[None] == mine[:, None] - 1
        return Panel(values, np.ones((5, 8)), mine, partly)

    def effect(panel: Panel) -> float:
        """As if those cells had no data."""
        return effect_of(Panel(values, panel.counting, panel.starts)).estimate

    real = dealt((0, 1, 2, 3, 4))
    found = abs(effect(real))
    assert found == pytest.approx(abs(effect_of(real).estimate), abs=1e-12)
    orders = list(permutations(range(5)))
    exact = np.mean([abs(effect(dealt(order))) >= found - 1e-9 for order in orders])
    assert random_starts_p(real, permutations=4000) == pytest.approx(exact, abs=0.02)
    fixed = Panel(values, real.counting, starts)  # the left-out months stay where they were
    assert abs(random_starts_p(fixed, permutations=4000) - exact) > 0.02


def test_an_effect_that_grows_and_differs_does_no_harm() -> None:
    """Where a two-way regression goes wrong: early starters grow by 1 a month for ever."""
    months = np.arange(12)
    starts = np.array([3] * 5 + [8] * 5 + [NEVER] * 2)
    effect = np.where(months >= starts[:, None], months - starts[:, None] + 1.0, 0.0)
    values = np.arange(12.0)[:, None] * 0.1 + months * 0.05 + effect
    panel = Panel(values, np.ones((12, 12)), starts)
    assert effect_of(panel).estimate == pytest.approx(effect[effect > 0].mean(), abs=1e-6)
    found = staggered(panel, permutations=50)
    assert found is not None
    assert [found.events[k].estimate for k in (0, 1, 5)] == pytest.approx([1, 2, 6], abs=1e-6)
    assert effect_of(earlier(panel, 2)).estimate == pytest.approx(0, abs=1e-6)


def test_nothing_to_compare() -> None:
    values = np.ones((4, 6))
    assert staggered(Panel(values, values, np.full(4, NEVER))) is None
    assert staggered(Panel(values, values, np.zeros(4, dtype=np.int64))) is None
    assert staggered(Panel(values, values, np.full(4, 3))) is None


SURE = Estimate(0.2, 0.05, 0.1, 0.3)
STILL = Estimate(0.01, 0.05, -0.09, 0.11)


def found(**changed: object) -> Staggered:
    facts: dict[str, object] = {
        "effect": SURE, "p_random": 0.01, "events": {}, "p_trend": 0.5, "places": 20,
        "started": 12, "months": 16,
    }  # fmt: skip
    return Staggered(**(facts | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "rest", "verdict"),
    [
        ({}, {}, Verdict.STRONG),
        ({"p_random": 0.2}, {}, Verdict.HINT),
        ({"effect": Estimate(0.2, 0.1, -0.01, 0.41)}, {}, Verdict.HINT),
        ({"effect": Estimate(0.2, 0.1, -0.01, 0.41), "p_random": 0.2}, {}, Verdict.NONE),
        ({"effect": Estimate(-0.2, 0.05, -0.3, -0.1)}, {}, Verdict.NONE),
        ({"p_trend": 0.04}, {}, Verdict.NONE),
        ({"p_trend": float("nan")}, {}, Verdict.HINT),
        ({"places": 8}, {}, Verdict.NONE),
        ({"started": 19}, {}, Verdict.NONE),
        ({}, {"months_before": 4}, Verdict.NONE),
        ({}, {"declared_before": False}, Verdict.HINT),
        ({}, {"months_after": 2}, Verdict.NONE),
        ({}, {"placebo_dates": [SURE]}, Verdict.NONE),
        ({}, {"placebo_outcomes": [STILL, SURE]}, Verdict.NONE),
        ({}, {"placebo_outcomes": []}, Verdict.HINT),
    ],
)
def test_the_rule(changed: dict, rest: dict, verdict: Verdict) -> None:
    facts: dict[str, Any] = {"months_before": 8, "months_after": 5, "placebo_dates": [STILL]}
    facts |= {"placebo_outcomes": [STILL]} | rest
    assert judge_staggered(found(**changed), 1, **facts).verdict is verdict


def test_nothing_found_is_no_evidence_and_no_placebo_is_unknown() -> None:
    facts: dict[str, Any] = {"months_before": 8, "months_after": 5}
    facts |= {"placebo_dates": [], "placebo_outcomes": []}
    assert judge_staggered(None, 1, **facts).verdict is Verdict.NONE
    assert quiet([]) is None
    assert quiet([None]) is None


def test_a_single_series_never_earns_the_word() -> None:
    rng = np.random.default_rng(7)
    y = rng.normal(0, 0.01, 48)
    y[24:] += 0.5
    other = interrupted(rng.normal(0, 0.01, 48), 24)
    judged = judge_interrupted(
        interrupted(y, 24), 1, placebo_dates=[other], placebo_outcomes=[other]
    )
    assert judged.verdict is Verdict.HINT
    assert judged.checks["comparison"] is False


def test_known_effects_come_out_and_none_is_seldom_called_one() -> None:
    """Small; at full size in docs/methods.md (`python -m bench evidence`)."""
    nothing = evidence.starts(23, 0.5, 0.0, 80)
    assert abs(nothing.bias) < 2.5
    assert nothing.coverage >= 0.87
    assert nothing.rare <= 0.15
    assert nothing.strong <= 0.07
    effect = evidence.starts(23, 0.5, 0.3, 40)
    assert abs(effect.bias) < 4
    assert effect.coverage >= 0.85
    assert effect.strong >= 0.5
    few = evidence.starts(8, 0.5, 0.3, 25)
    assert few.strong == few.hint == 0
