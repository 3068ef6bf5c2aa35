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
        falling: significantly lower than a month before (rows of the change question), whether
            low or not, largest fall first.
    """

    low: pd.DataFrame
    maybe_low: pd.DataFrame
    waiting: pd.DataFrame
    no_data: pd.DataFrame
    falling: pd.DataFrame

    @property
    def calm(self) -> bool:
        return not self.count

    @property
    def count(self) -> int:
        """Desa that need somebody to do something; one that is low and falling counts once."""
        parts = (self.low, self.waiting, self.no_data, self.falling)
        return len(set().union(*(part["desa_code"] for part in parts)))

    @property
    def only_falling(self) -> pd.DataFrame:
        """The falling desa that are not among the low ones."""
        return self.falling[~self.falling["desa_code"].isin(self.low["desa_code"])]


def attention(coverage: pd.DataFrame, change: pd.DataFrame, target: float) -> Attention:
    """Sort the rows of the coverage question by what they ask for.

    Args:
        coverage: the coverage question's table.
        change: the coverage-change question's table.
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
        falling=change[change["direction"] == "falling"].sort_values("change"),
    )
