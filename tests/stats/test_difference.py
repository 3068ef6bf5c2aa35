"""Newcombe's interval against the table it was published with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.difference import newcombe

# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10 (score, without
# continuity correction); printed with four decimals.
PRINTED = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("now", "before", "low", "high"), PRINTED)
def test_the_printed_table(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    difference, found_low, found_high = newcombe(now, before)
    assert difference == pytest.approx(now[0] / now[1] - before[0] / before[1])
    assert found_low == pytest.approx(low, abs=5e-5)
    assert found_high == pytest.approx(high, abs=5e-5)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(shares(), shares())
def test_it_holds_the_difference_and_turns_with_the_order(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    difference, low, high = newcombe(now, before)
    back, back_low, back_high = newcombe(before, now)
    assert -1 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1
    assert (back, back_low, back_high) == pytest.approx((-difference, -high, -low), abs=1e-9)


def test_nobody_has_no_share() -> None:
    with pytest.raises(ValueError, match="somebody"):
        newcombe((0, 0), (1, 2))
