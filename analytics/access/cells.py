"""Counts as outside readers may see them: small ones hidden, the others rounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

BASE = 5
"""Published counts are multiples of this."""


@dataclass(frozen=True, slots=True)
class Cells:
    """How counts are published.

    Attributes:
        limit: counts of 1 to ``limit − 1`` are hidden (``[data] small_cell`` of the rules).
    """

    limit: int

    @property
    def hidden_range(self) -> tuple[int, int]:
        """What a hidden count may be: everything in it stays possible."""
        return 1, self.limit - 1

    def publish(self, counts: pd.Series) -> pd.DataFrame:
        """What is said of each count, and nothing else: a function of that count alone.

        Returns:
            One row per count, on its index: ``shown`` (0, or a multiple of `BASE`; missing =
            hidden), ``low, high`` (the counts that would be published in the same way).
        """
        count = counts.to_numpy(dtype=np.int64)
        hidden = (count >= 1) & (count < self.limit)
        rounded = (count + BASE // 2) // BASE * BASE
        low = np.where(hidden, 1, np.maximum(rounded - BASE // 2, self.limit))
        high = np.where(hidden, self.limit - 1, rounded + BASE // 2)
        nothing = count == 0
        return pd.DataFrame(
            {
                "shown": np.where(hidden, np.nan, rounded.astype(float)),
                "low": np.where(nothing, 0, low),
                "high": np.where(nothing, 0, high),
            },
            index=counts.index,
        )

    def total(self, shown: pd.Series) -> int:
        """The sum of published counts, a hidden one taken as the middle of its range.

        Made of what is published only, so that it says nothing new; a multiple of `BASE`.
        """
        middle = sum(self.hidden_range) / 2
        return int(shown.fillna(middle).sum() / BASE + 0.5) * BASE
