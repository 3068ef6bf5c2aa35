"""What happened to one household?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def household(snapshot: Snapshot, filters: Filters, household_id: str) -> pd.DataFrame:
    """The timeline of one household up to the as-of date, newest first.

    Returns:
        One row per event: ``on_date, event`` (``registered, ended, bertemu,
        tidak_di_tempat, menolak, pindah, target_started, target_ended, barrier_opened,
        barrier_closed``), ``detail, assistant_id, programs`` (list), ``benefit`` (1–5),
        ``next_visit_on, barriers`` (list), ``visit_id``; of a barrier also ``barrier_id,
        agency, days_open`` (until its closing or the day). Empty when there is no such household.
    """
    parameters = {**filters.parameters(), "household_id": household_id}
    return snapshot.query(sql_of("household"), parameters)


def household_places(snapshot: Snapshot) -> pd.DataFrame:
    """Where is each household, those that have left the list included?

    Returns:
        One row per household: ``household_id, desa_name, rt, ended_on``.
    """
    return snapshot.query(sql_of("household_places"), {})


def visits_of(snapshot: Snapshot, filters: Filters, household_ids: Sequence[str]) -> pd.DataFrame:
    """What happened at the doors of some households up to the as-of date?

    Returns:
        One row per visit, oldest first per household: ``household_id, visited_on, outcome,
        programs_received`` (how many), ``benefit`` (1–5, or missing).
    """
    parameters = {**filters.parameters(), "household_ids": list(household_ids)}
    return snapshot.query(sql_of("visits_of"), parameters)


def household_facts(snapshot: Snapshot, filters: Filters, household_id: str) -> pd.DataFrame:
    """Who is this household, and when is it due?

    Returns:
        One row (none when unknown): place, ``members, desil, priority, vulnerabilities,
        registered_on, ended_on, targeted_programs`` and, while it is active, the columns of
        `followup` (``last_contact_on, due_on, days_overdue, status, score …``).
    """
    parameters = {**filters.parameters(), "household_id": household_id}
    facts = snapshot.query(sql_of("household_facts"), parameters)
    if facts.empty:
        return facts
    within = Filters(filters.as_of, filters.window_days, (str(facts["desa_code"].iloc[0]),))
    listed = followup(snapshot, within)
    fresh = ["household_id", *listed.columns.difference(facts.columns)]
    return facts.merge(listed[fresh], on="household_id", how="left")
