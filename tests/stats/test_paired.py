"""Paired comparison, against printed values and plain counting."""

from __future__ import annotations

from math import comb

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.paired import adjusted, mcnemar_exact


def test_a_printed_example_of_mcnemars_exact_test() -> None:
    """M. P. Fay, "Exact McNemar’s test and matching confidence intervals" (vignette of the R
    package exact2x2): 9 and 2 discordant pairs, p = 0.06543."""
    assert mcnemar_exact([9], [2]).iloc[0] == pytest.approx(0.06543, abs=5e-6)


def test_nothing_moved_is_no_evidence() -> None:
    assert mcnemar_exact([0, 5], [0, 5]).tolist() == [1.0, 1.0]


@given(st.integers(0, 60), st.integers(0, 60))
def test_it_counts_the_outcomes_at_least_as_uneven(up: int, down: int) -> None:
    moved = up + down
    tail = sum(comb(moved, k) for k in range(min(up, down) + 1)) / 2**moved
    assert mcnemar_exact([up], [down]).iloc[0] == pytest.approx(min(1, 2 * tail))


def test_the_table_of_benjamini_and_hochberg() -> None:
    """Their own example of 15 p values (1995, section 3.2): at 0.05 the first four are signals."""
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p_values = pd.Series([*small, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])
    assert (adjusted(p_values) <= 0.05).sum() == 4


def test_missing_ones_stay_missing_and_do_not_count() -> None:
    found = adjusted(pd.Series([0.01, None, 0.04], index=["a", "b", "c"]))
    assert found["a"] == pytest.approx(0.02)
    assert pd.isna(found["b"])
    assert found["c"] == pytest.approx(0.04)
    assert adjusted(pd.Series([None, None], dtype="float64")).isna().all()
