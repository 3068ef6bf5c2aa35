"""Kaplan–Meier and the log-rank test against printed tables and against the definitions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.survival import kaplan_meier, log_rank

# Weeks of remission of children with leukaemia: Freireich et al. (1963), Blood 21, 699-716; the
# data of Gehan (1965) and Cox (1972).
SIX_MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Acute myelogenous leukaemia, data set `aml` of R's package survival (Miller 1997, p. 49).
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT_MAINTAINED = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1] * 5 + [0] + [1] * 6)


def test_the_curve_of_six_mp_as_stata_and_sas_print_it() -> None:
    """``sts list`` (G. Rodríguez, data.princeton.edu/pop509/gehan.html): S(t), 95 % interval."""
    printed = {
        6: (0.8571, 0.6197, 0.9516),
        7: (0.8067, 0.5631, 0.9228),
        10: (0.7529, 0.5032, 0.8894),
        13: (0.6902, 0.4316, 0.8491),
        16: (0.6275, 0.3675, 0.8049),
        22: (0.5378, 0.2678, 0.7468),
        23: (0.4482, 0.1881, 0.6801),
    }
    curve = kaplan_meier(SIX_MP, RELAPSED)
    assert curve.time.tolist() == list(printed)
    for place, values in enumerate(printed.values()):
        found = (curve.surviving[place], curve.low[place], curve.high[place])
        assert found == pytest.approx(values, abs=6e-5)
    assert curve.at(12) == pytest.approx(printed[10], abs=6e-5)
    assert curve.at(5.9) == (1.0, 1.0, 1.0)
    assert curve.at(35)[0] == curve.surviving[-1]  # the longest time known: 35 weeks, in remission
    assert all(math.isnan(each) for each in curve.at(35.1))


def test_the_curve_of_the_placebo_group() -> None:
    curve = kaplan_meier(PLACEBO, [1] * 21)
    found = (curve.surviving[0], curve.low[0], curve.high[0])
    assert found == pytest.approx((0.9048, 0.6700, 0.9753), abs=6e-5)
    assert curve.surviving[-1] == 0
    assert math.isnan(curve.low[-1])
    assert curve.at(1000)[0] == 0  # all had it: nothing is left unknown


def test_the_medians_that_r_and_sas_print() -> None:
    """R ``survfit``: medians 23 and 8 (Gehan), 31 and 23 (aml). SAS PROC LIFETEST, whose intervals
    are log-log like ours: 23 (13, –) and 8 (4, 11)."""
    assert kaplan_meier(SIX_MP, RELAPSED).quantile()[:2] == (23, 13)
    assert math.isnan(kaplan_meier(SIX_MP, RELAPSED).quantile()[2])
    assert kaplan_meier(PLACEBO, [1] * 21).quantile() == (8, 4, 11)
    assert kaplan_meier(*MAINTAINED).quantile()[0] == 31
    assert kaplan_meier(*NOT_MAINTAINED).quantile()[0] == 23


def test_the_log_rank_tests_that_r_prints() -> None:
    """R ``survdiff``: chi square 16.8 on 1 degree (Gehan; 16.79 in Kleinbaum and Klein 2012,
    p. 71); aml 3.4 on 1 degree, p = 0.07 (R, ``?survdiff``)."""
    found = log_rank(SIX_MP + PLACEBO, RELAPSED + [1] * 21, [0] * 21 + [1] * 21)
    assert found.chi_square == pytest.approx(16.79, abs=0.005)
    assert found.freedom == 1
    times = MAINTAINED[0] + NOT_MAINTAINED[0]
    aml = log_rank(times, MAINTAINED[1] + NOT_MAINTAINED[1], ["m"] * 11 + ["n"] * 12)
    assert aml.chi_square == pytest.approx(3.4, abs=0.05)
    assert aml.p_value == pytest.approx(0.07, abs=0.005)


cases = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 2)), min_size=1)


@given(cases)
def test_the_curve_is_the_product_of_its_definition(rows: list[tuple[int, bool, int]]) -> None:
    curve = kaplan_meier([t for t, _e, _g in rows], [e for _t, e, _g in rows])
    left = Fraction(1)
    for day in range(13):
        at_risk = sum(t >= day for t, _e, _g in rows)
        events = sum(t == day and e for t, e, _g in rows)
        if events:
            left *= Fraction(at_risk - events, at_risk)
        share, low, high = curve.at(day)
        if day > max(t for t, _e, _g in rows) and left:
            assert math.isnan(share)  # nobody was followed for so long
            continue
        assert share == pytest.approx(float(left), abs=1e-12)
        assert math.isnan(low) or low <= share <= high
    median = curve.quantile()[0]
    reached = [day for day in range(13) if curve.at(day)[0] <= 0.5 + 1e-12]
    assert median == reached[0] if reached else math.isnan(median)


@given(cases)
def test_the_log_rank_test_is_that_of_its_definition(rows: list[tuple[int, bool, int]]) -> None:
    """Observed less expected, against the hypergeometric covariance (Mantel 1966)."""
    groups = sorted({g for _t, _e, g in rows})
    if len(groups) < 2 or not any(e for _t, e, _g in rows):
        with pytest.raises(ValueError, match="two groups"):
            log_rank([t for t, _e, _g in rows], [e for _t, e, _g in rows], [g for *_, g in rows])
        return
    excess, spread = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    for day in sorted({t for t, e, _g in rows if e}):
        risk = np.array([sum(t >= day and g == k for t, _e, g in rows) for k in groups], float)
        died = np.array([sum(t == day and e and g == k for t, e, g in rows) for k in groups])
        n, d = risk.sum(), died.sum()
        excess += died - d * risk / n
        if n > 1:
            share = risk / n
            spread += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    if np.linalg.matrix_rank(spread) < len(groups) - 1:
        return  # a group that is at risk at no event says nothing; the questions leave few ones out
    expected = excess[1:] @ np.linalg.solve(spread[1:, 1:], excess[1:])
    found = log_rank([t for t, _e, _g in rows], [e for _t, e, _g in rows], [g for *_, g in rows])
    assert found.chi_square == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_times_that_say_nothing_about_a_difference_have_no_test() -> None:
    found = log_rank([1] * 10, [1] * 10, [0] * 5 + [1] * 5)
    assert math.isnan(found.chi_square)
    assert math.isnan(found.p_value)


def test_nonsense_is_refused() -> None:
    for time, event in (([], []), ([1, 2], [1]), ([-1], [1])):
        with pytest.raises(ValueError, match="needed"):
            kaplan_meier(time, event)
