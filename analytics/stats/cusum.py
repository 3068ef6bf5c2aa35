"""CUSUM: small excesses added up until they are too many, to compare with.

Sources: E. S. Page (1954), "Continuous inspection schemes", Biometrika 41, 100-115; the
standardisation of counts is that of G. Rossi, L. Lampugnani and M. Marchi (1999), "An approximate
CUSUM procedure for surveillance of health events", Statistics in Medicine 18, 2111-2122.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def upper_cusum(values: Floats, reference: float, limit: float | None = None) -> Floats:
    """The one-sided sum ``max(0, before + value - reference)`` along the last axis.

    Args:
        values: … × weeks, standardised (mean 0, standard deviation 1 when all is usual).
        reference: what a value may be above 0 without adding to the sum (k).
        limit: a sum above it is a signal, and the next week begins again at 0 (h); without it
            the sum goes on.
    """
    sums = np.zeros(values.shape)
    before = np.zeros(values.shape[:-1])
    for week in range(values.shape[-1]):
        before = np.maximum(0.0, before + values[..., week] - reference)
        sums[..., week] = before
        if limit is not None:
            before = np.where(before > limit, 0.0, before)
    return sums


def standardised(counts: Floats, mean: Floats) -> Floats:
    """Counts about a Poisson mean, made nearly normal: ``(x - 3m + 2 sqrt(x m)) / (2 sqrt(m))``."""
    value: Floats = (counts - 3 * mean + 2 * np.sqrt(counts * mean)) / (2 * np.sqrt(mean))
    return value
