"""Run charts against printed examples, against chance, and against their own rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.runchart import (
    LIMIT_FACTOR,
    RANGE_FACTOR,
    Signal,
    chance_signals,
    limits,
    moving_ranges,
    signals,
    told,
)

# NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.2, "Individuals Control Charts":
# ten batches, flow rate and moving range as printed there.
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
NIST_RANGES = [2.0, 2.3, 1.4, 3.5, 3.4, 1.4, 0.2, 1.2, 1.5]
NIST_CENTRE, NIST_UPPER, NIST_LOWER, NIST_MEAN_RANGE = 50.81, 55.8041, 45.8159, 1.8778


def test_the_printed_example_of_nist() -> None:
    found = limits(NIST, minimum=10)
    assert found is not None
    assert moving_ranges(NIST)[1:] == pytest.approx(NIST_RANGES)
    assert found.mean_range == pytest.approx(NIST_MEAN_RANGE, abs=5e-5)
    assert found.centre == pytest.approx(NIST_CENTRE)
    # NIST divides by 1.128, Wheeler multiplies by the rounded 2.66.
    assert found.upper == pytest.approx(NIST_UPPER, abs=1e-3)
    assert found.lower == pytest.approx(NIST_LOWER, abs=1e-3)
    assert signals(NIST, found) == []


def test_the_factors_are_those_of_ranges_of_two() -> None:
    # d2 = 2/√π and d3 = √(2 − 4/π) of two normal values, worked out instead of looked up.
    d2, d3 = 2 / np.sqrt(np.pi), np.sqrt(2 - 4 / np.pi)
    assert pytest.approx(3 / d2, abs=2e-3) == LIMIT_FACTOR
    assert pytest.approx(1 + 3 * d3 / d2, abs=2e-3) == RANGE_FACTOR


def test_by_hand() -> None:
    values = [10.0, 12.0] * 6
    found = limits(values)
    assert found is not None
    assert (found.centre, found.mean_range) == (11.0, 2.0)
    assert (found.lower, found.upper) == pytest.approx((11 - 5.32, 11 + 5.32))
    assert found.upper_range == pytest.approx(6.534)
    assert (found.first, found.last, found.points, found.ranges) == (0, 11, 12, 11)


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_fewer_than_twelve_points_have_no_limits(count: int) -> None:
    assert limits(list(range(count))) is None
    assert signals(list(range(count)), None) == []


def test_missing_values_are_no_points_and_no_range_bridges_them() -> None:
    values = [1.0] * 6 + [np.nan] + [5.0] * 6
    found = limits(values)
    assert found is not None
    assert (found.points, found.ranges, found.mean_range) == (12, 10, 0.0)
    assert limits([*values[:-1], np.nan]) is None


def test_limits_from_the_first_points_judge_the_later_ones() -> None:
    values = [10.0, 12.0] * 6 + [30.0]
    assert limits(values, first_points=12) == limits(values[:12])
    found = limits(values, first_points=12)
    assert Signal("above", 12, 12) in signals(values, found)
    whole = limits(values)
    assert found is not None
    assert whole is not None
    assert whole.upper > found.upper


def test_limits_stay_within_what_a_value_can_be() -> None:
    found = limits([0.0, 1.0] * 6, bounds=(0.0, 1.0))
    assert found is not None
    assert (found.lower, found.upper) == (0.0, 1.0)
    assert not [s for s in signals([0.0, 1.0] * 6, found) if s.kind in ("above", "below")]


BASE = limits([10.0, 12.0] * 6)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([11, 17, 11], [Signal("above", 1, 1)]),
        ([11, 5, 11], [Signal("below", 1, 1)]),
        ([11 + 5.32, 11], []),  # on the limit is not beyond it
        ([11.5] * 7, []),
        ([11.5] * 8, [Signal("run_above", 0, 7)]),
        ([10.5] * 9, [Signal("run_below", 0, 8)]),
        ([11.5] * 4 + [11.0] + [11.5] * 4, []),  # a value on the centre ends a run
        ([11.5] * 4 + [np.nan] + [11.5] * 4, []),
        ([14, 14, 11, 14], [Signal("near_upper", 0, 3)]),
        ([8, 8, 11, 11, 8], []),
        ([8, 11, 8, 8, 11], [Signal("near_lower", 0, 3)]),
        ([8, 14.6], [Signal("jump", 1, 1)]),
    ],
)
def test_the_rules_one_by_one(values: list[float], expected: list[Signal]) -> None:
    assert told(signals(values, BASE)) == expected


def test_a_named_value_explains_the_range_beside_it() -> None:
    found = signals([11, 20, 11], BASE)
    assert [s.kind for s in found] == ["above", "jump", "jump"]
    assert [s.kind for s in told(found)] == ["above"]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=12, max_size=40),
    st.floats(-1e3, 1e3),
    st.floats(0.01, 100),
)
def test_limits_move_and_stretch_with_the_values(
    values: list[float], shift: float, scale: float
) -> None:
    found = limits(values)
    moved = limits([value * scale + shift for value in values])
    assert found is not None
    assert moved is not None
    for name in ("centre", "lower", "upper"):
        expected = getattr(found, name) * scale + shift
        assert getattr(moved, name) == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert found.lower <= found.centre <= found.upper


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1)), max_size=40), st.integers(1, 4))
def test_signals_are_at_known_values_and_in_order(values: list[float], lag: int) -> None:
    for signal in signals(values, limits(values, lag=lag, bounds=(0, 1))):
        assert 0 <= signal.first <= signal.last < len(values)
        assert not np.isnan(values[signal.first])
        assert not np.isnan(values[signal.last])


def _false_alarms(lag: int) -> float:
    """Share of steady rolling means (three months each) that limits with *lag* call unusual."""
    chance = np.random.default_rng(7)
    beyond = total = 0
    for _ in range(600):
        months = chance.normal(0, 1, 26)
        rolling = np.convolve(months, np.ones(3) / 3, mode="valid")
        found = limits(rolling, lag=lag)
        beyond += sum(s.kind in ("above", "below") for s in signals(rolling, found))
        total += len(rolling)
    return beyond / total


def test_overlapping_windows_need_ranges_between_months_that_share_no_day() -> None:
    overlapping, apart = _false_alarms(1), _false_alarms(3)
    assert overlapping > 0.05  # one month in twenty of a process in which nothing ever happens
    assert apart < overlapping / 4
    assert apart < 0.015


def test_overlapping_values_are_not_judged_by_their_neighbours() -> None:
    values = [0.5, 0.7] * 6 + [0.65] * 9
    assert {s.kind for s in signals(values, limits(values, lag=1))} >= {"run_above"}
    assert not {s.kind for s in signals(values, limits(values, lag=3))} - {"above", "below"}


def test_how_many_marks_chance_alone_makes() -> None:
    assert chance_signals([15] * 23) == pytest.approx(0.9315)


def test_a_lag_must_be_positive() -> None:
    with pytest.raises(ValueError, match="lag"):
        moving_ranges([1, 2], 0)
