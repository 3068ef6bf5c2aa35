"""EARS and CUSUM, to compare with: by hand and against a printed table."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.stats.cusum import standardised, upper_cusum
from analytics.stats.ears import ears

# D. C. Montgomery, Introduction to Statistical Quality Control, table 9.1 (the data; from the 21st
# on the mean has risen) and table 9.2 (the tabular CUSUM with target 10, K = 0.5).
DATA = (
    *(9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40),
    *(10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38),
    *(11.62, 11.31, 10.52),
)
PRINTED = (
    *(0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0, 0, 0.12, 0, 0, 0.34),
    *(0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30),
)


def test_cusum_as_printed_by_montgomery() -> None:
    found = upper_cusum(np.array(DATA) - 10, 0.5)
    assert found == pytest.approx(np.array(PRINTED), abs=0.006)
    assert int((found > 5).argmax()) + 1 == 29  # "an out-of-control signal at period 29"


def test_cusum_begins_again_after_a_signal() -> None:
    found = upper_cusum(np.array([3.0, 3.0, 1.0, 1.0]), 1.0, 3.5)
    assert found.tolist() == [2.0, 4.0, 0.0, 0.0]


def test_standardised_by_hand() -> None:
    """x = 9, m = 4: (9 - 12 + 2·6) / (2·2) = 9/4; at the mean it is 0."""
    assert standardised(np.array([9.0, 4.0]), np.array([4.0, 4.0])).tolist() == [2.25, 0.0]


def test_ears_by_hand() -> None:
    """Baseline 1 2 3 2 1 2 3: mean 2, variance 4/6; then 6 is (6 - 2) / 0.8165 = 4.899."""
    counts = np.array([1.0, 2, 3, 2, 1, 2, 3, 6, 7, 2])
    first = ears(counts, "C1")
    assert np.isnan(first[:7]).all()
    assert first[7] == pytest.approx(4.898979)
    second = ears(counts, "C2")
    assert np.isnan(second[:9]).all()
    assert second[9] == pytest.approx(0.0)  # (2 - 2) / 0.8165: two weeks are left out


def test_ears_c3_adds_what_c2_was_above_one() -> None:
    counts = np.array([1.0, 2, 3, 2, 1, 2, 3, 2, 2, 5, 4, 1])
    second = ears(counts, "C2")
    by_hand = sum(max(0.0, float(each) - 1) for each in second[9:12])
    assert ears(counts, "C3")[11] == pytest.approx(by_hand)
    assert by_hand > 2


def test_ears_where_nothing_ever_changed() -> None:
    counts = np.array([0.0] * 8 + [2.0])
    assert np.isnan(ears(counts, "C1")[8])
    assert ears(counts, "C1", least_sd=0.5)[8] == pytest.approx(4.0)
