"""Which desa differ by more than chance? Funnel, shrunken shares and ranks with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.questions.coverage import coverage
from analytics.questions.filters import Filters
from analytics.questions.memory import remembered
from analytics.stats.empirical_bayes import fit_prior, shrink
from analytics.stats.funnel import LEVELS, funnel_limits, spread, stretched_limits
from analytics.stats.ranking import rank_intervals
from analytics.store import Snapshot

JUDGED = ("ok", "small")
"""States of a desa whose share can be compared; the funnel allows for few households."""
COLUMNS = (
    "desa_code desa_name counted out_of share expected low_95 high_95 low_998 high_998 signal "
    "estimate est_low est_high own_weight rank_expected rank_low rank_high tied phi p_phi factor "
    "state"
).split()


@remembered
def funnel(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Is the coverage of a desa unlike that of the others, or is the desa just small?

    Returns:
        One row per desa: ``desa_code, desa_name``; ``counted, out_of`` (households met, active),
        ``share``; ``expected`` (of all judged desa together); ``low_95, high_95, low_998,
        high_998`` (funnel limits for its size, 0–1); ``signal`` (``inside``, ``above_95``,
        ``above_998``, ``below_95``, ``below_998``; empty where it is not judged);
        ``estimate, est_low, est_high`` (empirical Bayes, 95 %), ``own_weight`` (weight of its
        own households in it, 0–1); ``rank_expected, rank_low, rank_high`` (1 = highest, 95 %),
        ``tied`` (neither surely in the upper nor in the lower half); ``phi, p_phi, factor``
        (spread of all desa: see `analytics.stats.funnel.spread`; limits are *factor* times as
        wide); ``state`` as `coverage`. Desa that wait for data or have none are not judged.
    """
    table = coverage(snapshot, filters).rename(
        columns={"covered": "counted", "active": "out_of", "coverage": "share"}
    )
    return judged(table)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of `funnel` from ``desa_code, desa_name, counted, out_of, share, state``."""
    made = table.reindex(columns=COLUMNS).copy()
    for name in COLUMNS[5:-1]:
        made[name] = made[name].astype(object if name in ("signal", "tied") else float)
    made["signal"] = ""
    chosen = made["state"].isin(JUDGED) & (made["out_of"].astype("float64").fillna(0) > 0)
    if int(chosen.sum()) < 3:
        return made
    y = made.loc[chosen, "counted"].to_numpy(dtype=float)
    n = made.loc[chosen, "out_of"].to_numpy(dtype=float)
    expected = float(y.sum() / n.sum())
    around = spread(y, n, expected)
    made.loc[chosen, "expected"] = expected
    made["phi"], made["p_phi"], made["factor"] = around.phi, around.p_value, around.factor
    signal = np.full(len(y), "inside", dtype=object)
    for level, name in zip(LEVELS, ("95", "998"), strict=True):
        low, high = limits(n, expected, level, around.factor)
        made.loc[chosen, f"low_{name}"], made.loc[chosen, f"high_{name}"] = low, high
        signal[y / n > high] = f"above_{name}"
        signal[y / n < low] = f"below_{name}"
    made.loc[chosen, "signal"] = signal
    prior = fit_prior(y, n)
    pulled = shrink(y, n, prior)
    ranks = rank_intervals(y, n, prior)
    for name, values in (
        ("estimate", pulled.estimate),
        ("est_low", pulled.low),
        ("est_high", pulled.high),
        ("own_weight", pulled.own_weight),
        ("rank_expected", ranks.expected),
        ("rank_low", ranks.low),
        ("rank_high", ranks.high),
        ("tied", ranks.cannot_be_told_apart),
    ):
        made.loc[chosen, name] = values
    return made


def limits(
    out_of: np.ndarray, expected: float, level: float, factor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Exact binomial limits; wider ones where all desa differ by more than chance."""
    if factor > 1:
        return stretched_limits(out_of, expected, level, factor)
    return funnel_limits(out_of, expected, level)
