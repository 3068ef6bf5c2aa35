"""Which records are worth looking at together, and with whom?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from weakref import WeakKeyDictionary

import pandas as pd
from scipy.stats import hypergeom

from analytics.quality_rules import (
    CARD_RULES,
    HOUSEHOLD_RULES,
    RULES,
    TRACE_RULES,
    VISIT_RULES,
    load_quality,
)
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.stats.intervals import wilson_interval
from analytics.stats.paired import adjusted
from analytics.store import Snapshot

_VISITS = (*VISIT_RULES, *TRACE_RULES)
_COUNTED = (
    "found",
    "checked",
    "share",
    "share_low",
    "share_high",
    "rest_found",
    "rest_checked",
    "rest_share",
    "all_share",
)
_COLUMNS = ["visit_id", "household_id", "desa_code", "desa_name", "assistant_id", "visited_on"]


def quality(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How often does each rule find something, per assistant and per desa, and is it unusual?

    Visits are those of the window, households those active on the day; programs do not matter.
    A group is compared with all others together by Fisher's exact test (one-sided: more than
    the others), the share of false alarms per rule held down (Benjamini and Hochberg).

    Returns:
        One row per rule in use × group: ``rule``, ``group_kind`` (``assistant`` or ``desa``;
        rules about households only per desa), ``group_code, group_name, found, checked``
        (records; days of work for ``round_day``), ``share, share_low, share_high`` (0–1,
        Wilson's 95 % interval),
        ``rest_found, rest_checked, rest_share`` (all other groups), ``all_share``, ``p_adjusted``,
        ``attention`` (enough records, enough findings, and more than chance). A rule that
        this data cannot answer has no rows.
    """
    records = _records(snapshot, filters)
    people, places = _names(snapshot)
    parts = []
    for rule in load_quality().used:
        if rule not in records:
            continue
        table = records[rule]
        parts.append(_grouped(rule, "desa", table, "desa_code", places))
        if rule in _VISITS:
            parts.append(_grouped(rule, "assistant", table, "assistant_id", people))
    empty = pd.DataFrame(columns=["rule", "group_kind", "group_code", "group_name"])
    result = pd.concat([part for part in parts if len(part)] or [empty], ignore_index=True)
    return _judged(result)


def quality_records(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The records that the rules found.

    Returns:
        One row per rule in use × record: ``rule, visit_id`` (missing for a household),
        ``household_id, desa_code, desa_name, assistant_id, visited_on, started_at`` (missing
        where nothing was recorded); newest first. No personal data.
    """
    records = _records(snapshot, filters)
    found = []
    for rule in load_quality().used:
        # That somebody was met, or on which day, is no finding about the single visit.
        if rule in records and rule not in ("all_met", "round_day"):
            table = records[rule]
            rows = table[table[rule].fillna(False).astype(bool)]
            found.append(rows.assign(rule=rule).reindex(columns=["rule", *_COLUMNS, "started_at"]))
    empty = pd.DataFrame(columns=["rule", *_COLUMNS, "started_at"])
    result = pd.concat([each for each in found if len(each)] or [empty], ignore_index=True)
    return result.sort_values(["visited_on", "household_id"], ascending=[False, True])


def unanswered(snapshot: Snapshot) -> tuple[str, ...]:
    """Rules in use that this version cannot answer: it was made before their columns."""
    missing: tuple[str, ...] = ()
    if not _has(snapshot, "visit", "started_at"):
        missing += TRACE_RULES
    if not _has(snapshot, "household", "card_fp"):
        missing += CARD_RULES
    return tuple(rule for rule in load_quality().used if rule in missing)


def _has(snapshot: Snapshot, table: str, column: str) -> bool:
    columns = snapshot.query(sql_of("columns_of"), {"table_name": table})["column_name"]
    return column in set(columns)


_last: WeakKeyDictionary[Snapshot, tuple[object, Mapping[str, pd.DataFrame]]] = WeakKeyDictionary()
"""The newest records per version: both questions of the page look at the same ones."""


def _records(snapshot: Snapshot, filters: Filters) -> Mapping[str, pd.DataFrame]:
    """Rule → the table with its flag; not to be changed by who gets it."""
    key = (filters.as_of, filters.window_days, filters.desa, repr(load_quality()))
    held = _last.get(snapshot)
    if held is None or held[0] != key:
        held = (key, _read(snapshot, filters))
        _last[snapshot] = held
    return held[1]


def _read(snapshot: Snapshot, filters: Filters) -> Mapping[str, pd.DataFrame]:
    limits = asdict(load_quality().limits)
    parameters = {**filters.parameters(), **limits, "round_days": list(limits["round_days"])}
    visits = snapshot.query(sql_of("quality_visit"), parameters)
    # Grouped a score of times: as categories that costs a fraction.
    visits = visits.astype({"desa_code": "category", "assistant_id": "category"})
    homes = snapshot.query(sql_of("quality_household"), parameters)
    homes = homes.assign(visit_id=None, assistant_id=None, visited_on=homes["registered_on"])
    known = dict.fromkeys(VISIT_RULES, visits) | dict.fromkeys(HOUSEHOLD_RULES, homes)
    if _has(snapshot, "visit", "started_at"):
        traces = snapshot.query(sql_of("quality_trace"), parameters)
        visits = visits.merge(traces, on="visit_id")
        known |= dict.fromkeys(_VISITS, visits)
    if _has(snapshot, "household", "card_fp"):
        cards = snapshot.query(sql_of("quality_card"), parameters)
        known |= {rule: homes.merge(cards, on="household_id") for rule in CARD_RULES}
    return known


def _names(snapshot: Snapshot) -> tuple[dict[str, str], dict[str, str]]:
    """Names of assistants and of desa by their code."""
    people, places = snapshot.query(sql_of("assistant_list")), snapshot.query(sql_of("desa_list"))
    return (
        dict(zip(people["assistant_id"], people["assistant_name"], strict=True)),
        dict(zip(places["desa_code"], places["desa_name"], strict=True)),
    )


def _grouped(
    rule: str, kind: str, records: pd.DataFrame, code: str, names: Mapping[str, str]
) -> pd.DataFrame:
    rows = records[[code, rule, "visited_on"]][records[rule].notna()]
    if rule == "round_day":
        # A day is chosen once for all its doors: counted are days of work, not visits.
        rows = rows.drop_duplicates([code, "visited_on"])
    counts = rows[rule].astype(bool).groupby(rows[code], observed=True)
    table = pd.DataFrame({"found": counts.sum(), "checked": counts.size()}).reset_index()
    table = table.set_axis(["group_code", "found", "checked"], axis=1)
    table["group_code"] = table["group_code"].astype(str)
    table.insert(1, "group_name", [names.get(each, each) for each in table["group_code"]])
    table.insert(0, "rule", rule)
    table.insert(1, "group_kind", kind)
    return table


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    common, limits = load_quality().common, load_quality().limits
    if table.empty:
        return table.reindex(columns=[*table.columns, *_COUNTED, "p_adjusted", "attention"]).astype(
            {"attention": bool}
        )
    table["share"] = table["found"] / table["checked"]
    table["share_low"], table["share_high"] = wilson_interval(table["found"], table["checked"])
    groups = table.groupby(["rule", "group_kind"])
    all_found, all_checked = (groups[n].transform("sum") for n in ("found", "checked"))
    table["rest_found"] = all_found - table["found"]
    table["rest_checked"] = all_checked - table["checked"]
    table["rest_share"] = table["rest_found"] / table["rest_checked"].where(
        table["rest_checked"] > 0
    )
    table["all_share"] = all_found / all_checked
    # Fisher: as many findings or more in this group, given how many there are altogether.
    p_values = pd.Series(
        hypergeom.sf(table["found"] - 1, all_checked, all_found, table["checked"]),
        index=table.index,
    )
    enough = (table["checked"] >= common.min_checked) & (table["rest_checked"] > 0)
    table["p_adjusted"] = (
        p_values.where(enough).groupby([table["rule"], table["group_kind"]]).transform(adjusted)
    )
    table["attention"] = (
        enough
        & (table["found"] >= common.min_found)
        & (table["p_adjusted"] < common.false_alarm_share)
        & ((table["rule"] != "all_met") | (table["share"] >= limits.all_met_share))
    )
    place = table["rule"].map({rule: number for number, rule in enumerate(RULES)})
    order = ["place", "group_kind", "share", "group_name"]
    table = table.assign(place=place).sort_values(order, ascending=[True, True, False, True])
    return pd.DataFrame(table.drop(columns="place").reset_index(drop=True))
