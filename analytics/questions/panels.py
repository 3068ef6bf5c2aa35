"""All desa side by side: one small run chart each, in the order of what needs attention."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.questions.filters import Filters
from analytics.questions.monthly import Measure, Run, judged, monthly

RECENT_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Panel:
    """One desa beside the others.

    Attributes:
        run: its months, on the scale that lets desa of different size be compared.
        state: of its data on the as-of date (as `coverage` says it).
        newest: position of the month whose value stands beside the name: the newest one that may
            be shown as whole; `None` when there is none.
        alarming: a signal to the worse side touches one of its last `RECENT_MONTHS` months.
        gap: how much worse than all desa together the newest value is; missing when unknown.
    """

    desa_code: str
    desa_name: str
    run: Run
    state: str
    newest: int | None
    alarming: bool
    gap: float


def panels(
    table: pd.DataFrame, together: pd.DataFrame, measure: Measure, filters: Filters
) -> list[Panel]:
    """Every desa as a panel, those that need attention first.

    First desa with a recent signal to the worse side, then those waiting for data, then the rest
    from the worst to the best compared with all together, at last those without data.

    Args:
        table: of `trend_desa`.
        together: of `activity`, for the same filters.
    """
    rows = monthly(table, measure, per_desa=True)
    reference = monthly(together, measure, per_desa=True)["value"].to_numpy(dtype=float)
    found = [
        _panel(str(code), group, reference, measure, filters)
        for code, group in rows.groupby("desa_code", sort=True)
    ]
    return sorted(found, key=_order)


def _panel(
    code: str,
    rows: pd.DataFrame,
    reference: NDArray[np.float64],
    measure: Measure,
    filters: Filters,
) -> Panel:
    run = judged(rows, measure, filters)
    values, left_out = run.rows["value"].to_numpy(dtype=float), run.rows["left_out"].tolist()
    # How things stand today is a value, unless the desa waits for data: then it only looks as if
    # it fell. What was done in a month that is not over is none yet.
    hidden = () if measure.at_month_end else ("running", "late")
    waiting = (run.rows["state"] == "waiting").tolist()
    places = [
        k
        for k, why in enumerate(left_out)
        if why not in hidden
        and not (measure.at_month_end and waiting[k] and why)
        and values[k] == values[k]
    ]
    newest = places[-1] if places else None
    gap = float("nan")
    if newest is not None:
        gap = float(reference[newest] - values[newest]) * (1 if measure.good else -1)
    compared = [k for k, why in enumerate(left_out) if not why]
    recent = compared[-RECENT_MONTHS] if len(compared) >= RECENT_MONTHS else 0
    alarming = any(run.is_bad(signal) and signal.last >= recent for signal in run.named)
    name, state = str(rows["desa_name"].iloc[0]), str(rows["state"].iloc[-1])
    return Panel(code, name, run, state, newest, alarming, gap)


def _order(panel: Panel) -> tuple[int, float, str]:
    unknown = panel.newest is None or pd.isna(panel.gap)
    if panel.state == "no_data" or unknown:
        group = 3
    elif panel.alarming and panel.state != "waiting":
        group = 0
    else:
        group = 1 if panel.state == "waiting" else 2
    return group, 0.0 if unknown else -panel.gap, panel.desa_name
