"""What changed since the baseline? The indicators that were declared beforehand."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from analytics.config import PAST_DUE, load_rules
from analytics.indicators import FIRST_COMPARABLE, Indicator, TypedBaseline, load_indicators
from analytics.questions.coverage import coverage
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.questions.panel import RESOLVE_DAYS, resolved
from analytics.questions.places import data_from
from analytics.questions.reach import reach
from analytics.stats.difference import newcombe
from analytics.store import Snapshot

OPENED_DAYS = 90
"""Barriers are taken together over so many days of opening."""
CUMULATIVE = ("never_met", "received")
"""Measures that count since the records began."""
COMPARED = ("ok", "cumulative")
COLUMNS = (
    "indicator label direction baseline baseline_on baseline_counted baseline_n current "
    "current_on current_counted current_n difference ci_low ci_high source declared_on state"
).split()


@dataclass(frozen=True, slots=True)
class Counted:
    """A share as its two numbers."""

    counted: int
    out_of: int


def _coverage(snapshot: Snapshot, filters: Filters) -> Counted:
    table = coverage(snapshot, filters)
    table = table[table["state"] != "no_data"]
    return Counted(int(table["covered"].sum()), int(table["active"].sum()))


def _past_due(snapshot: Snapshot, filters: Filters) -> Counted:
    status = followup(snapshot, filters)["status"]
    return Counted(int(status.isin(PAST_DUE).sum()), len(status))


def _never_met(snapshot: Snapshot, filters: Filters) -> Counted:
    status = followup(snapshot, filters)["status"]
    return Counted(int((status == "never").sum()), len(status))


def _received(snapshot: Snapshot, filters: Filters) -> Counted:
    table = _chosen(reach(snapshot, filters), filters)
    return Counted(int(table["received"].sum()), int(table["targeted"].sum()))


def _benefited(snapshot: Snapshot, filters: Filters) -> Counted:
    table = _chosen(reach(snapshot, filters), filters)
    return Counted(int(table["benefited"].sum()), int(table["received"].sum()))


def _chosen(table: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    return table[table["program_code"].isin(filters.programs)] if filters.programs else table


def _resolved(snapshot: Snapshot, filters: Filters) -> Counted:
    last = filters.as_of - timedelta(days=RESOLVE_DAYS)
    table = resolved(snapshot, filters, last - timedelta(days=OPENED_DAYS - 1), last)
    return Counted(int(table["resolved"].sum()), int(table["opened"].sum()))


_MEASURED: Mapping[str, Callable[[Snapshot, Filters], Counted]] = {
    "coverage": _coverage,
    "past_due": _past_due,
    "never_met": _never_met,
    "received": _received,
    "resolved_30": _resolved,
    "benefited": _benefited,
}


def looks_back_days(measure: str, filters: Filters) -> int:
    """So many days of data a measure needs before it can be compared."""
    cadence = load_rules().cadence_days
    longest = max(cadence.tinggi, cadence.sedang, cadence.rendah)
    if measure == "coverage":
        return filters.window_days
    return RESOLVE_DAYS + OPENED_DAYS if measure == "resolved_30" else longest


def first_comparable(first: date, days: int) -> date:
    """The end of the first month before which *days* of data lie, the month's end included."""
    day = first + timedelta(days=days - 1)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def comparable(measure: str) -> str:
    """The state of an indicator with two sound figures."""
    return "cumulative" if measure in CUMULATIVE else "ok"


def change(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What changed since the baseline, indicator by indicator? A change, never an effect.

    Returns:
        One row per declared indicator: ``indicator, label, direction`` (+1 more is better, −1);
        ``baseline, current`` (0–1, missing, never 0, where there is none), ``baseline_on,
        current_on`` (days), ``baseline_counted, baseline_n, current_counted, current_n`` (what
        the shares are made of), ``difference, ci_low, ci_high`` (current minus baseline, 0–1,
        Newcombe's interval for independent shares), ``source`` (``data``, or the document of a
        typed-in baseline), ``declared_on``, ``state``: ``ok``; ``cumulative`` (counts whatever
        happened since the records began, so it moves by itself); ``no_baseline``;
        ``not_comparable`` (the baseline looks back on days before the first visit);
        ``other_area`` (the baseline is of everybody, the current figure of some); ``no_data``.
    """
    first = data_from(snapshot, filters)
    whole = not (filters.desa or filters.programs or snapshot.seen_as)
    rows = [_row(snapshot, filters, each, first, whole) for each in load_indicators()]
    return finished(rows)


def _row(
    snapshot: Snapshot, filters: Filters, indicator: Indicator, first: date | None, whole: bool
) -> dict[str, object]:
    measured = _MEASURED[indicator.measure]
    row: dict[str, object] = {"indicator": indicator, "current_on": filters.as_of}
    now = measured(snapshot, filters) if first else Counted(0, 0)
    row |= {"current_counted": now.counted, "current_n": now.out_of}
    given, days = indicator.baseline, looks_back_days(indicator.measure, filters)
    if isinstance(given, TypedBaseline):
        state = "ok" if whole else "other_area"
        return row | {
            "baseline": given.value,
            "baseline_on": given.on,
            "baseline_counted": given.counted,
            "baseline_n": given.out_of,
            "source": given.source,
            "state": state,
        }
    if first is None or given is None:
        return row | {"state": "no_baseline"}
    on = first_comparable(first, days) if given == FIRST_COMPARABLE else given
    if isinstance(on, str) or on >= filters.as_of or on < first:
        return row | {"state": "no_baseline"}
    then = measured(snapshot, replace(filters, as_of=on))
    filled = (on - first).days + 1 >= days
    return row | {
        "baseline_on": on,
        "baseline_counted": then.counted,
        "baseline_n": then.out_of,
        "source": "data",
        "state": comparable(indicator.measure) if filled else "not_comparable",
    }


def finished(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The rows of `change` from their counts; nothing is compared that cannot be."""
    table = pd.DataFrame([_finished(row) for row in rows], columns=COLUMNS)
    for name in ("baseline_on", "current_on", "declared_on"):
        table[name] = pd.to_datetime(table[name])
    for name in ("baseline_counted", "baseline_n", "current_counted", "current_n"):
        table[name] = table[name].astype("Int64")
    for name in ("baseline", "current", "difference", "ci_low", "ci_high"):
        table[name] = table[name].astype("float64")
    return table


def _finished(row: dict[str, object]) -> dict[str, object]:
    indicator = row["indicator"]
    assert isinstance(indicator, Indicator)
    made = dict(row) | {
        "indicator": indicator.id,
        "label": indicator.label,
        "direction": indicator.direction,
        "declared_on": indicator.declared_on,
    }
    now = _pair(made, "current")
    before = _pair(made, "baseline")
    if now:
        made["current"] = now[0] / now[1]
    if before:
        made["baseline"] = before[0] / before[1]
    if made["state"] in COMPARED and not now:
        made["state"] = "no_data"
    if made["state"] in COMPARED and made.get("baseline") is None:
        made["state"] = "no_baseline"
    if made["state"] in COMPARED and now:
        if before:
            made["difference"], made["ci_low"], made["ci_high"] = newcombe(now, before)
        else:
            made["difference"] = now[0] / now[1] - float(str(made["baseline"]))
    return made


def _pair(made: dict[str, object], which: str) -> tuple[int, int] | None:
    counted, out_of = made.get(f"{which}_counted"), made.get(f"{which}_n")
    if isinstance(counted, int) and isinstance(out_of, int) and out_of > 0:
        return counted, out_of
    return None
