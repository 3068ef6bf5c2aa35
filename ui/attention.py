"""Which desa need the camat, and why: low is not the same as late data, and late is not none."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Attention:
    """The desa of a coverage table, sorted by what they need; each part is a table of its rows.

    Attributes:
        low: below the target beyond chance (the whole interval is below), lowest first.
        maybe_low: below the target, but the interval reaches it.
        waiting: the newest visit is too old to judge, longest first.
        no_data: no active household is known, or no visit ever came from there.
    """

    low: pd.DataFrame
    maybe_low: pd.DataFrame
    waiting: pd.DataFrame
    no_data: pd.DataFrame

    @property
    def calm(self) -> bool:
        return self.low.empty and self.waiting.empty and self.no_data.empty

    @property
    def count(self) -> int:
        """Desa that need somebody to do something."""
        return len(self.low) + len(self.waiting) + len(self.no_data)


def attention(coverage: pd.DataFrame, target: float) -> Attention:
    """Sort the rows of the coverage question by what they ask for.

    Args:
        coverage: the coverage question's table.
        target: the share that should be covered, 0–1.
    """
    known = coverage[(coverage["state"] == "ok") & coverage["coverage"].notna()]
    below = known[known["coverage"] < target].sort_values(["coverage", "desa_name"])
    clear = below["ci_high"] < target
    waiting = coverage[coverage["state"] == "waiting"]
    return Attention(
        low=below[clear],
        maybe_low=below[~clear],
        waiting=waiting.sort_values("days_since_data", ascending=False, na_position="first"),
        no_data=coverage[coverage["state"] == "no_data"],
    )
