"""Where are there more barriers this week than chance explains?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.config import SignalRules, load_rules
from analytics.questions.filters import Filters
from analytics.questions.memory import remembered
from analytics.questions.places import assistant_list
from analytics.questions.signals_weeks import Weeks, weeks_of
from analytics.stats.scan import nearest
from analytics.stats.surveillance import (
    Cells,
    Judged,
    PiledUp,
    clusters,
    judge,
    range_of_sum,
)
from analytics.store import Snapshot

KINDS = ("desa_category", "assistant", "cluster")
NEW, DISMISSED = "new", "dismissed"
COLUMNS = (
    *("key", "kind", "desa_codes", "desa_names", "category", "assistant_id", "week_start"),
    *("week_end", "weeks_long", "running", "count", "expected", "usual_low", "usual_high"),
    *("exposure", "p_value", "q_value", "state", "weeks", "weeks_low", "weeks_high"),
)
_SHOWN_WEEKS = 26
Row = dict[str, Any]


@remembered
def signals(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What stands out in the newest week that is over, and in the running one so far?

    Weeks go from Monday to Sunday. The window and the choice of programs do not matter; all
    cells of the snapshot are watched whatever desa are chosen, so that the choice does not change
    what is a signal. A part of the version (a field worker's desa) has no signals of assistants.

    Returns:
        One row per signal, the most certain first, clusters before cells: ``key`` (names the cell
        and its week for ever), ``kind`` (of `KINDS`), ``desa_codes, desa_names`` (lists; of an
        assistant none), ``category`` (missing for an assistant), ``assistant_id``, ``week_start,
        week_end`` (dates; of a cluster its first and last week), ``weeks_long``, ``running``
        (whether the week is not over), ``count`` (barriers), ``expected``, ``usual_low,
        usual_high`` (four usual weeks in five lie between), ``exposure`` (household-days met),
        ``p_value``, ``q_value`` (the share of false ones among all that are as certain),
        ``state`` (``new``), ``weeks, weeks_low, weeks_high`` (lists: the last 26 weeks, the
        newest last, and the usual range in each; missing = no data). See docs/methods.md.
    """
    weeks, rules = weeks_of(snapshot, filters), load_rules().signals
    rows = [*_clusters(weeks, rules), *_cells(weeks, rules)]
    if not snapshot.seen_as:
        rows += _assistants(weeks, rules)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    if filters.desa:
        table = table[_chosen(table, snapshot, set(filters.desa))]
    order = table["kind"].map({"cluster": 0, "desa_category": 1, "assistant": 2})
    table = table.assign(order=order).sort_values(["order", "q_value", "key"], ignore_index=True)
    return table.drop(columns="order")


@remembered
def signals_watched(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How much was watched in the newest week that is over, and what could not be?

    Returns:
        One row: ``week_start, week_end``, ``cells`` (desa × category), ``assistants`` (0 in a
        part of the version), ``no_data`` (list: names of desa without any visit or barrier in the
        week), ``too_short`` (desa whose past has too few weeks to compare with), ``barriers``
        (opened in the week, all desa).
    """
    weeks, rules = weeks_of(snapshot, filters), load_rules().signals
    week = weeks.whole
    judged = judge(weeks.cells, week, rules)
    before = weeks.cells.usual_before(week, rules.guard_weeks, rules).weeks
    first = slice(None, None, len(weeks.categories))
    people = judge(weeks.of_assistants, week, rules).watched.sum() if not snapshot.seen_as else 0
    return pd.DataFrame(
        [
            {
                "week_start": pd.Timestamp(weeks.begins(week)),
                "week_end": pd.Timestamp(weeks.begins(week) + timedelta(days=6)),
                "cells": int(judged.watched.sum()),
                "assistants": int(people),
                "no_data": list(weeks.desa["desa_name"][~weeks.heard[:, week]]),
                "too_short": int((before[first] < rules.least_weeks).sum()),
                "barriers": int(weeks.cells.counts[:, week].sum()),
            }
        ]
    )


def _chosen(table: pd.DataFrame, snapshot: Snapshot, desa: set[str]) -> pd.Series:
    """Rows about one of the desa, and those of assistants who work there."""
    people = assistant_list(snapshot)
    there = {
        str(assistant)
        for assistant, codes in zip(people["assistant_id"], people["desa_codes"], strict=True)
        if desa & set(codes)
    }
    rows = zip(table["desa_codes"], table["assistant_id"], strict=True)
    kept = [bool(desa & set(codes)) or who in there for codes, who in rows]
    return pd.Series(kept, index=table.index, dtype=bool)


def _row(of: Weeks, week: int, **more: Any) -> Row:
    start = of.begins(week)
    return {
        "week_start": pd.Timestamp(start),
        "week_end": pd.Timestamp(start + timedelta(days=6)),
        "weeks_long": 1,
        "running": week > of.whole,
        "category": None,
        "assistant_id": None,
        "desa_codes": [],
        "desa_names": [],
        "state": NEW,
        **more,
    }


def week_name(start: date) -> str:
    """``2026-W47``: the ISO week that begins on a Monday."""
    year, number, _day = start.isocalendar()
    return f"{year}-W{number:02d}"


def _judged(weeks: Weeks, cells: Cells, rules: SignalRules) -> Iterator[tuple[int, Judged, int]]:
    """(week, judged, cell) of every signal, in the newest whole week and the running one."""
    for week in range(weeks.whole, weeks.count):
        judged = judge(cells, week, rules)
        for cell in np.flatnonzero(judged.signal):
            yield week, judged, int(cell)


def _cells(weeks: Weeks, rules: SignalRules) -> Iterator[Row]:
    kinds = len(weeks.categories)
    for week, judged, cell in _judged(weeks, weeks.cells, rules):
        desa, category = weeks.desa.iloc[cell // kinds], weeks.categories[cell % kinds]
        yield _row(
            weeks,
            week,
            key=f"d.{desa['desa_code']}.{category}.{week_name(weeks.begins(week))}",
            kind="desa_category",
            desa_codes=[str(desa["desa_code"])],
            desa_names=[str(desa["desa_name"])],
            category=category,
            **_figures(weeks.cells, judged, cell, week, rules),
        )


def _assistants(weeks: Weeks, rules: SignalRules) -> Iterator[Row]:
    for week, judged, cell in _judged(weeks, weeks.of_assistants, rules):
        who = weeks.assistants[cell]
        yield _row(
            weeks,
            week,
            key=f"a.{who}.{week_name(weeks.begins(week))}",
            kind="assistant",
            assistant_id=who,
            **_figures(weeks.of_assistants, judged, cell, week, rules),
        )


def _figures(cells: Cells, judged: Judged, cell: int, week: int, rules: SignalRules) -> Row:
    before = cells.usual_before(week, rules.guard_weeks, rules)
    return {
        "count": int(cells.counts[cell, week]),
        "expected": float(judged.mean[cell]),
        "usual_low": int(judged.low[cell]),
        "usual_high": int(judged.high[cell]),
        "exposure": int(cells.exposure[cell, week]),
        "p_value": float(judged.p_value[cell]),
        "q_value": float(judged.q_value[cell]),
        **_history(cells, before.mean(cells.exposure), before.size(cells.exposure), [cell], week),
    }


def _history(cells: Cells, mean: np.ndarray, size: np.ndarray, rows: list[int], week: int) -> Row:
    """The weeks up to *week*, some cells together, and the usual range of each."""
    counts: list[int | None] = []
    low: list[int | None] = []
    high: list[int | None] = []
    for each in range(max(0, week + 1 - _SHOWN_WEEKS), week + 1):
        there = [row for row in rows if cells.exposure[row, each] > 0]
        around = range_of_sum(mean[there, each], size[there, each]) if there else (None, None)
        counts.append(int(cells.counts[there, each].sum()) if there else None)
        low.append(None if around[0] is None else int(around[0]))
        high.append(None if around[1] is None else int(around[1]))
    return {"weeks": counts, "weeks_low": low, "weeks_high": high}


def _clusters(weeks: Weeks, rules: SignalRules) -> Iterator[Row]:
    placed = weeks.desa[["lon", "lat"]].notna().all(axis=1).to_numpy()
    if not placed.any():
        return
    kinds = len(weeks.categories)
    desa = weeks.desa[placed].reset_index(drop=True)
    rows = np.repeat(placed, kinds)
    cells = Cells(weeks.cells.counts[rows], weeks.cells.exposure[rows], weeks.cells.group[rows])
    lat = desa["lat"].to_numpy(dtype="float64")
    lon = desa["lon"].to_numpy(dtype="float64") * np.cos(np.radians(lat.mean()))
    week = weeks.whole
    for each in clusters(cells, week, nearest(lon, lat), rules):
        yield _cluster(weeks, week, cells, desa, each)


def _cluster(weeks: Weeks, week: int, cells: Cells, desa: pd.DataFrame, each: PiledUp) -> Row:
    kinds, found = len(weeks.categories), each.found
    rows = [place * kinds + each.group for place in found.places]
    span = slice(week + 1 - found.weeks, week + 1)
    some = [p for p, row in zip(found.places, rows, strict=True) if cells.counts[row, span].any()]
    category, mean = weeks.categories[each.group], each.usual.mean(cells.exposure)
    centre = desa["desa_code"].iloc[found.places[0]]
    started = weeks.begins(week + 1 - found.weeks)
    return _row(
        weeks,
        week,
        key=f"c.{centre}.{category}.{week_name(weeks.begins(week))}",
        kind="cluster",
        desa_codes=[str(desa["desa_code"].iloc[place]) for place in some],
        desa_names=[str(desa["desa_name"].iloc[place]) for place in some],
        category=category,
        **{
            "week_start": pd.Timestamp(started),
            "weeks_long": found.weeks,
            "count": found.count,
            "expected": found.expected,
            "usual_low": int(each.low),
            "usual_high": int(each.high),
            "exposure": int(cells.exposure[rows, span].sum()),
            "p_value": found.p_value,
            "q_value": each.q_value,
        },
        **_history(cells, mean, each.usual.size(cells.exposure), rows, week),
    )
