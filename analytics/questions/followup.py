"""Which households has nobody seen lately, and whom do we visit first?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.memory import remembered
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


@remembered
def followup(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """When is each active household due, and who comes first?

    Returns:
        One row per active household, highest score first: ``household_id, desa_code,
        desa_name, rt, priority, vulnerabilities`` (tuple), ``assistant_id`` (of the last
        contact, else of the desa), ``last_contact_on, due_on, days_overdue`` (0 when not),
        ``status`` (``never | lost | overdue | due_soon | on_time``), ``score`` (0–100) and
        its parts ``score_overdue, score_priority, score_vulnerability, score_status``,
        ``registered_on, cadence_days, desil`` (1–10) and ``targeted_programs`` (tuple: codes of
        the programs that are meant for it on the day).
    """
    table = snapshot.query(sql_of("followup"), filters.parameters())
    for name in ("vulnerabilities", "targeted_programs"):
        table[name] = _shared(table[name])
    return table


def _shared(lists: pd.Series) -> pd.Series:
    """Lists as tuples, equal ones the same object.

    A list of thousands of rows is kept and handed out by a cache again and again; an array per
    row makes that some fifty times slower.
    """
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = [known.setdefault(each, each) for each in (tuple(cell.tolist()) for cell in lists)]
    return pd.Series(found, index=lists.index, dtype=object)
