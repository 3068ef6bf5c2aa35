"""Where do target lists and visits not meet? And which programs reach the same households?"""

from __future__ import annotations

import pandas as pd

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.questions.reach import reach_desa
from analytics.questions.sql import sql_of
from analytics.store import Snapshot

GAPS = ("never_attempted", "never_met", "outside_target")
"""Kinds of gaps, the one that needs somebody first."""


def target_gaps(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which targets were never attempted or never met, and who received without being one?

    Returns:
        One row per household × program with a gap: ``gap`` (of `GAPS`), ``program_code,
        program_name, desa_code, desa_name, household_id, rt, since_on`` (start as a target; for
        ``outside_target`` the first receipt), ``days`` (since then), ``last_received_on`` (only
        ``outside_target``). Oldest first within each kind.
    """
    return snapshot.query(sql_of("target_gaps"), filters.parameters())


def target_gap_counts(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The gaps of `target_gaps` counted per program and desa, from the cascade itself.

    Returns:
        One row per program × desa: ``program_code, program_name, desa_code, desa_name,
        targeted, never_attempted, never_met, outside_target`` (households).
    """
    table = reach_desa(snapshot, filters)
    counts = table[["program_code", "program_name", "desa_code", "desa_name", "targeted"]].copy()
    counts["never_attempted"] = table["targeted"] - table["attempted"]
    counts["never_met"] = table["attempted"] - table["met"]
    counts["outside_target"] = table["received_outside_target"]
    return counts


def target_gap_programs(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The gaps of `target_gap_counts` per program, and the desa where each is most.

    Returns:
        One row per program: ``program_code, program_name, targeted``, the `GAPS` (households),
        and for each gap ``…_desa, …_most``: the desa with most of them, and how many there
        (the first by name, if several).
    """
    cells = target_gap_counts(snapshot, filters).sort_values("desa_name", kind="stable")
    programs = cells.groupby(["program_code", "program_name"], as_index=False)[
        ["targeted", *GAPS]
    ].sum()
    for gap in GAPS:
        most = cells.sort_values(gap, ascending=False, kind="stable")
        most = most.drop_duplicates("program_code").set_index("program_code")
        programs[f"{gap}_desa"] = programs["program_code"].map(most["desa_name"])
        programs[f"{gap}_most"] = programs["program_code"].map(most[gap])
    return programs


def double_aid(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which pairs of programs did the same households receive, in the window?

    Returns:
        One row per pair: ``first_code, first_name, second_code, second_name, households`` (active
        ones that received both), ``received_first, received_second`` (that received the one, the
        other), ``share_first, share_second`` (0–1, of those), ``not_meant_together`` (the rules
        name the pair under ``[overlap]``). Most households first.
    """
    table = snapshot.query(sql_of("double_aid"), filters.parameters())
    table["share_first"] = table["households"] / table["received_first"]
    table["share_second"] = table["households"] / table["received_second"]
    named = overlapping()
    table["not_meant_together"] = [
        frozenset(pair) in named
        for pair in zip(table["first_code"], table["second_code"], strict=True)
    ]
    return table


def double_aid_household(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which households received two programs or more, in the window?

    Returns:
        One row per household: ``household_id, desa_code, desa_name, rt, programs`` (list of
        codes), ``program_count, last_received_on``; most programs first.
    """
    return snapshot.query(sql_of("double_aid_household"), filters.parameters())


def overlapping() -> frozenset[frozenset[str]]:
    """The pairs of programs that are not meant for the same household, as the rules say."""
    return frozenset(
        frozenset((code, other.strip()))
        for code, others in load_rules().overlap.items()
        for other in others.split(",")
        if other.strip() and other.strip() != code
    )
