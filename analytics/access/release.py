"""The figures of one month that outside readers may see: fixed tables of protected cells.

What holds, and why:

- **Fixed tables.** One set of tables per month's end, with the window of the rules. There is no
  free filter, so that two views never differ by a household.
- **Only cells.** A table splits its households into cells that do not overlap. Each published
  number is a function of one cell alone (`Cells.publish`); totals, shares and intervals are
  worked out from published numbers. Nothing else about the households leaves this module.
- **Links.** Tables of the same month split the same households, so their sums are linked. A
  table is left out for a month when its links would narrow any hidden cell (`disclosure`).
- **No link across months.** The tables are such that no count of one month bounds a count of
  another (that is why *lost* and *never met* are not told apart, and ages of barriers are not
  published).
- **No days.** Of how old the data of a desa is, two yes-or-no facts leave this module, and
  `published.coverage` tells them only where no part of the desa's coverage is hidden.
- **Only the newest version.** Outside readers cannot choose a version.

`docs/small-cells.md` has the argument, the attack test, and what remains possible in principle.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from weakref import WeakKeyDictionary

import pandas as pd

from analytics.access.cells import Cells
from analytics.access.disclosure import ENDLESS, Link, Range, narrowed
from analytics.config import load_rules
from analytics.questions import Filters, barriers, coverage, data_from, equity, followup, reach
from analytics.questions.equity import NONE
from analytics.questions.trend import month_ends
from analytics.store import Snapshot

COVERED, UNCOVERED, ACTIVE = "covered", "uncovered", "active"
STATUSES = ("past_due", "due_soon", "on_time")
LEVELS = ("targeted_only", "attempted_only", "met_only", "received_only", "benefited")
"""The last step of the cascade that a targeted household has reached."""
OUTSIDE = "outside"
TABLES = ("coverage", "reach", "status", "desil", "priority", "vulnerability", "barriers")
"""In the order in which they are let in; the first is always published."""
_MOST_RELEASES = 40


@dataclass(frozen=True, slots=True)
class Release:
    """What was published for a month.

    Attributes:
        month_end: the day the figures are of.
        cells: one row per published cell: ``table`` (of `TABLES`), ``place`` (desa code, or
            empty), ``group`` (program, desil …, or empty), ``state`` (which part of it),
            ``shown`` (a multiple of 5, 0, or missing = hidden), ``low, high``.
        withheld: tables that would have given a hidden cell away, in the order of `TABLES`.
        desa: one row per desa: ``desa_code, desa_name, heard`` (whether a visit ever came),
            ``waiting`` (whether its newest visit is too old), ``lon, lat, area_km2``.
        programs: ``program_code, program_name, agency`` per program.
    """

    month_end: date
    cells: pd.DataFrame
    withheld: tuple[str, ...]
    desa: pd.DataFrame
    programs: pd.DataFrame
    limit: int

    def table(self, name: str) -> pd.DataFrame:
        """The cells of one table."""
        return self.cells[self.cells["table"] == name]


def published_months(whole: Snapshot, today: date) -> list[date]:
    """The ends of all months that are over and have data, oldest first.

    The running month is left out: its figures change by the day, and two days beside each
    other would differ by single households.
    """
    last = today.replace(day=1) - timedelta(days=1)
    first = data_from(whole, Filters(last))
    if first is None or whole.data_through is None:
        return []
    # Months after the newest visit would only show how time passes.
    month_of_newest = (whole.data_through.year, whole.data_through.month)
    return [day for day in month_ends(first, last) if (day.year, day.month) <= month_of_newest]


_kept: WeakKeyDictionary[Snapshot, OrderedDict[object, Release]] = WeakKeyDictionary()
_keeping = threading.Lock()


def release(whole: Snapshot, month_end: date) -> Release:
    """The published tables of the month that ends on *month_end* (`published_months`).

    Args:
        whole: the whole version; the result holds nothing of it but published cells.
    """
    key = (month_end, repr(load_rules()))
    with _keeping:
        kept = _kept.setdefault(whole, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return kept[key]
    made = _release(whole, month_end)
    with _keeping:
        kept[key] = made
        while len(kept) > _MOST_RELEASES:
            kept.popitem(last=False)
    return made


def coverage_cells(whole: Snapshot, month_end: date) -> pd.DataFrame:
    """The cells of the table ``coverage`` alone, as in ``release(…).cells``.

    It is the first table, so it is let in whatever the others are: a series of months need not
    make all the others.
    """
    counted = _coverage(coverage(whole, Filters(month_end))).reset_index(drop=True)
    return protect(counted, Cells(load_rules().data.small_cell))[0]


def _release(whole: Snapshot, month_end: date) -> Release:
    filters = Filters(month_end)
    cells = Cells(load_rules().data.small_cell)
    per_desa = coverage(whole, filters)
    programs = reach(whole, filters)
    counted = pd.concat(
        [
            _coverage(per_desa),
            _reach(programs),
            _status(whole, filters),
            _equity(whole, filters),
            _barriers(whole, filters, per_desa["desa_code"]),
        ],
        ignore_index=True,
    )
    kept, withheld = protect(counted, cells)
    return Release(
        month_end=month_end,
        cells=kept,
        withheld=withheld,
        desa=per_desa[["desa_code", "desa_name", "lon", "lat", "area_km2"]].assign(
            heard=per_desa["data_through"].notna(),
            waiting=per_desa["days_since_data"] > load_rules().data.waiting_after_days,
        ),
        programs=programs[["program_code", "program_name", "agency"]],
        limit=cells.limit,
    )


def protect(counted: pd.DataFrame, cells: Cells) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """What may be published of true counts.

    Args:
        counted: ``table, place, group, state, count``, one row per cell.

    Returns:
        The rows of ``Release.cells``, and the tables that are withheld.
    """
    said = cells.publish(counted["count"])
    published = pd.concat([counted.drop(columns="count"), said], axis="columns")
    kept, withheld = _let_in(published, cells.hidden_range)
    return kept.reset_index(drop=True), withheld


def _rows(table: str, place: object, group: object, state: object, count: object) -> pd.DataFrame:
    made = pd.DataFrame({"place": place, "group": group, "state": state, "count": count})
    made.insert(0, "table", table)
    return made


def _split(table: str, counts: pd.DataFrame, place: object, group: object) -> pd.DataFrame:
    """``active`` and ``covered`` as two cells that do not overlap."""
    uncovered = counts["active"] - counts["covered"]
    return pd.concat(
        [
            _rows(table, place, group, COVERED, counts["covered"]),
            _rows(table, place, group, UNCOVERED, uncovered),
        ]
    )


def _coverage(per_desa: pd.DataFrame) -> pd.DataFrame:
    return _split("coverage", per_desa, per_desa["desa_code"], "")


def _reach(programs: pd.DataFrame) -> pd.DataFrame:
    steps = ["targeted", "attempted", "met", "received", "benefited"]
    parts = []
    for level, step, after in zip(LEVELS, steps, [*steps[1:], None], strict=True):
        count = programs[step] - (programs[after] if after else 0)
        parts.append(_rows("reach", "", programs["program_code"], level, count))
    outside = programs["received_outside_target"]
    parts.append(_rows("reach", "", programs["program_code"], OUTSIDE, outside))
    return pd.concat(parts)


def _status(whole: Snapshot, filters: Filters) -> pd.DataFrame:
    found = followup(whole, filters)["status"]
    past_due = found.isin(["never", "lost", "overdue"]).sum()
    counts = [past_due, (found == "due_soon").sum(), (found == "on_time").sum()]
    return _rows("status", "", "", list(STATUSES), counts)


def _equity(whole: Snapshot, filters: Filters) -> pd.DataFrame:
    groups = equity(whole, filters)
    parts = []
    for dimension in ("desil", "priority", "vulnerability"):
        # A household may have several vulnerabilities. Those without any are left out: beside
        # the others they would say how many have more than one.
        of = groups[(groups["dimension"] == dimension) & (groups["group_code"] != NONE)]
        parts.append(_split(dimension, of, "", of["group_code"]))
    return pd.concat(parts)


def _barriers(whole: Snapshot, filters: Filters, desa: pd.Series) -> pd.DataFrame:
    found = barriers(whole, filters)
    known = list(dict.fromkeys([*load_rules().barriers, *sorted(set(found["category"]))]))
    by_category = found.groupby("category").size().reindex(known, fill_value=0)
    by_desa = found.groupby("desa_code").size().reindex(desa, fill_value=0)
    return pd.concat(
        [
            _rows("barriers", "", by_category.index, "open", by_category.to_numpy()),
            _rows("barriers", by_desa.index, "", "open", by_desa.to_numpy()),
        ]
    )


def links_of(published: pd.DataFrame) -> tuple[dict[str, Range], list[Link]]:
    """The ranges of published cells, and every sum that is known to hold between them.

    Households active on the day are covered or not: their two totals are split by desa, by
    desil and by priority, and together by follow-up status; targets of a program, and those
    who received it without being one, are some of them; so are those with a vulnerability.
    Open barriers are split by category and by desa.

    Returns:
        Range per variable (cells by their place in *published*, totals and left-overs by
        name), and the links.
    """
    ranges: dict[str, Range] = {
        str(i): (int(low), int(high))
        for i, low, high in zip(published.index, published["low"], published["high"], strict=True)
    }
    links: list[Link] = []

    named = published[["table", "place", "group", "state"]].to_dict("index")

    def of(**which: str) -> dict[str, int]:
        return {
            str(i): 1
            for i, cell in named.items()
            if all(cell[column] == value for column, value in which.items())
        }

    def groups_of(table: str) -> list[str]:
        found = (str(cell["group"]) for cell in named.values() if cell["table"] == table)
        return list(dict.fromkeys(found))

    def known(*names: str) -> None:
        for name in names:
            ranges.setdefault(name, (0, ENDLESS))

    # Each table hangs on one total, and the totals on each other: a tree, so that the ranges
    # found are exact.
    known(COVERED, UNCOVERED, ACTIVE)
    links.append({COVERED: 1, UNCOVERED: 1, ACTIVE: -1})
    tables = set(published["table"])
    for table in ("coverage", "desil", "priority"):
        if table in tables:
            for state in (COVERED, UNCOVERED):
                links.append({**of(table=table, state=state), state: -1})
    if "status" in tables:
        links.append({**of(table="status"), ACTIVE: -1})
    if "vulnerability" in tables:
        for group in groups_of("vulnerability"):
            for state in (COVERED, UNCOVERED):
                rest = f"without {group} {state}"
                known(rest)
                cells = of(table="vulnerability", state=state, group=group)
                links.append({**cells, rest: 1, state: -1})
    if "reach" in tables:
        for group in groups_of("reach"):
            rest = f"no part in {group}"
            known(rest)
            cells = of(table="reach", group=group)
            links.append({**cells, rest: 1, ACTIVE: -1})
    if "barriers" in tables:
        known("open")
        links.append({**of(table="barriers", place=""), "open": -1})
        links.append({**of(table="barriers", group=""), "open": -1})
    return ranges, links


def safe(published: pd.DataFrame, hidden: Range) -> bool:
    """Whether every value of every hidden cell stays possible."""
    ranges, links = links_of(published)
    found = narrowed(ranges, links)
    return all(found[str(i)] == hidden for i in published.index[published["shown"].isna()])


def _let_in(published: pd.DataFrame, hidden: Range) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The tables that can stand beside each other without giving a hidden cell away."""
    chosen: list[str] = []
    withheld: list[str] = []
    for table in TABLES:
        beside = published[published["table"].isin([*chosen, table])]
        (chosen if safe(beside, hidden) else withheld).append(table)
    return published[published["table"].isin(chosen)], tuple(withheld)
