"""A sample of households for a reviewer: under pseudonyms, and giving no hidden count away.

A reviewer may look at single cases without seeing who or where they are: no desa, RT, desil,
vulnerability, assistant, program or day; months instead of days. The sample tells nothing about
the published cells that these do not tell themselves:

- no household of it was ever part of a hidden cell whose description the sample shows (follow-up
  status; priority, covered or not), in any published month;
- of no published cell it holds more households than the published number admits at least.

It exists for the newest month only and is drawn by a hash, so that nobody chooses it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd

from analytics.access.release import COVERED, UNCOVERED, Release, release
from analytics.config import PAST_DUE
from analytics.questions import Filters, followup, visits_of
from analytics.store import Snapshot

SIZE = 40
MONTHS = 12
"""So far back the sample shows visits, and so many months are checked."""
_SHOWN_TABLES = ("status", "priority")
Cell = tuple[date, str, str, str]


def sample(whole: Snapshot, months: Iterable[date]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Which households may a reviewer look at, and what happened at their doors?

    Args:
        months: every published month, oldest first; the sample is of the last.

    Returns:
        Households (at most `SIZE`): ``pseudonym, priority, status`` (``past_due, due_soon,
        on_time``), ``registered_year, visits, met, programs_received`` (counts of the months
        shown), and visits: ``pseudonym, month`` (first day), ``outcome, programs_received,
        benefit``.
    """
    days = list(months)[-MONTHS:]
    if not days:
        return _nobody()
    chosen = _chosen(whole, days)
    newest = Filters(days[-1])
    everybody = followup(whole, newest).set_index("household_id")
    facts = everybody.loc[chosen, ["priority", "status", "registered_on"]]
    visits = visits_of(whole, newest, chosen)
    # The months that are checked, and no visit before them, by which these could be told apart.
    visits = visits[visits["visited_on"] > pd.Timestamp(days[0])].reset_index(drop=True)
    # Named anew with each version, so that two samples cannot be laid over each other.
    key = whole.info.sha256.encode()
    names = {each: _pseudonym(key, each) for each in chosen}
    visits["pseudonym"] = visits["household_id"].map(names)
    visits["month"] = visits["visited_on"].dt.to_period("M").dt.to_timestamp()
    counted = visits.groupby("household_id").agg(
        visits=("outcome", "size"),
        met=("outcome", lambda outcomes: int((outcomes == "bertemu").sum())),
        programs_received=("programs_received", "sum"),
    )
    households = pd.DataFrame(
        {
            "pseudonym": [names[each] for each in chosen],
            "priority": facts["priority"].to_numpy(),
            "status": facts["status"].map(_status).to_numpy(),
            "registered_year": facts["registered_on"].dt.year.to_numpy(),
            **{
                column: counted[column].reindex(chosen, fill_value=0).to_numpy()
                for column in ("visits", "met", "programs_received")
            },
        }
    ).sort_values("pseudonym", ignore_index=True)
    columns = ["pseudonym", "month", "outcome", "programs_received", "benefit"]
    ordered = visits.sort_values(["pseudonym", "month", "outcome"], ignore_index=True)
    return households, ordered[columns]


def _nobody() -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        pd.DataFrame(
            columns="pseudonym priority status registered_year visits met programs_received".split()
        ),
        pd.DataFrame(columns="pseudonym month outcome programs_received benefit".split()),
    )


def _pseudonym(key: bytes, household_id: str) -> str:
    return "K-" + hmac.digest(key, household_id.encode(), "sha256").hex()[:8].upper()


def _status(code: str) -> str:
    return "past_due" if code in PAST_DUE else code


def _chosen(whole: Snapshot, days: list[date]) -> list[str]:
    """The households of the sample, in the order of their hashes."""
    cells_of: dict[str, list[Cell]] = {}
    most: dict[Cell, int] = {}
    for day in days:
        _learn(whole, day, cells_of, most)
    newest = followup(whole, Filters(days[-1]))["household_id"]
    drawn = sorted(
        newest, key=lambda each: hashlib.sha256(f"{whole.store_id}/{each}".encode()).digest()
    )
    chosen: list[str] = []
    taken: Counter[Cell] = Counter()
    for each in drawn:
        if len(chosen) == SIZE:
            break
        cells = cells_of[each]
        if all(taken[cell] < most[cell] for cell in cells):
            chosen.append(each)
            taken.update(cells)
    return chosen


def _learn(
    whole: Snapshot, day: date, cells_of: dict[str, list[Cell]], most: dict[Cell, int]
) -> None:
    """To which cells of a month each household belongs, and how many of each may be shown."""
    filters = Filters(day)
    opens = pd.Timestamp(day - timedelta(days=filters.window_days))
    rows = followup(whole, filters)
    covered = rows["last_contact_on"] > opens
    for household_id, status, priority, met in zip(
        rows["household_id"], rows["status"], rows["priority"], covered, strict=True
    ):
        state = COVERED if met else UNCOVERED
        cells_of.setdefault(household_id, []).extend(
            [(day, "status", "", _status(status)), (day, "priority", priority, state)]
        )
    admitted = _admitted(release(whole, day))
    for cells in cells_of.values():
        most.update({cell: admitted.get(cell, 0) for cell in cells[-2:] if cell[0] == day})


def _admitted(made: Release) -> dict[Cell, int]:
    """How many households of each cell everybody knows of; none where it is hidden.

    A table that was withheld for the month admits nobody.
    """
    found: dict[Cell, int] = {}
    for table in _SHOWN_TABLES:
        for row in made.table(table).to_dict("records"):
            cell = (made.month_end, table, str(row["group"]), str(row["state"]))
            found[cell] = 0 if pd.isna(row["shown"]) else int(row["low"])
    return found
