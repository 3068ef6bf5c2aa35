"""What has been kept long enough, by the rules or because a family asks: what would be erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import years_before
from analytics.store import engine
from analytics.store.corrections import kept_corrections
from analytics.store.dismissals import old_dismissals
from analytics.store.erased import KINDS, erased
from analytics.store.errors import UnknownHousehold
from analytics.store.evidence import old_evidence
from analytics.store.rewrite import segments_of
from analytics.store.store import Store


@dataclass(slots=True)
class Plan:
    """What would be erased now.

    Attributes:
        ended: households that ended long enough ago and still have personal fields.
        requested: households whose erasure was asked for and that (again) have some.
        rows: kind → ids of the vault's rows that belong to them.
        rejected: imports whose rejected rows are old enough.
        corrections: corrections that are done and old enough, or of one of these households;
            reasons for which early signals were set aside, when they are as old.
        evidence: entries of the register of evidence that are old enough.
        log_before: older lines of the log go; ``None`` = none is that old.
        log_lines: how many those are.
    """

    ended: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    log_before: str | None = None
    log_lines: int = 0

    @property
    def households(self) -> list[str]:
        return [*self.ended, *self.requested]

    def counts(self) -> dict[str, int]:
        """Rule → how many; every rule is there, with 0 if need be."""
        return {
            "ended_household": len(self.ended),
            "requested": len(self.requested),
            "personal_row": sum(map(len, self.rows.values())),
            "rejected_rows_of_import": len(self.rejected),
            "correction": len(self.corrections),
            "evidence_document": len(self.evidence),
            "log_line": self.log_lines,
        }

    def __bool__(self) -> bool:
        return any(self.counts().values())


def due(store: Store, today: date, household_id: str | None = None) -> Plan:
    """What would be erased on this day by the rules, or for one household that asks for it.

    Raises:
        UnknownHousehold: no kept version has a household with this id.
        StoreError: a version or the key cannot be read.
    """
    if household_id is not None:
        return _for_one(store, household_id)
    rules = load_rules().retention
    plan = Plan()
    ended: list[str] = []
    if rules.ended_household_days:
        ended = _ended_before(store, today - timedelta(days=rules.ended_household_days))
    # A restored backup may be of before an erasure, and its register too; the log is not.
    asked = set(erased(store.layout)["requested"]) | _logged(store)
    plan.rows, left = _still_held(store, sorted({*ended, *asked}))
    plan.ended = sorted(left & set(ended))
    plan.requested = sorted(left - set(ended))
    if rules.rejected_row_days:
        plan.rejected = _old_rejects(store, today - timedelta(days=rules.rejected_row_days))
    before = today - timedelta(days=rules.correction_days)
    plan.corrections = [
        correction.id
        for correction in kept_corrections(store).corrections
        if correction.household_id in set(plan.households)
        or (
            rules.correction_days
            and correction.settled_at
            and datetime.fromisoformat(correction.settled_at).date() <= before
        )
    ]
    if rules.correction_days:
        plan.corrections += old_dismissals(store, before)
    if rules.evidence_years:
        plan.evidence = old_evidence(store, years_before(today, rules.evidence_years))
    if rules.log_years:
        _due_lines(store, plan, years_before(today, rules.log_years))
    return plan


def _logged(store: Store) -> set[str]:
    """The households of erasures on request, as far as the log tells.

    An id that the log names by a mark (`clean_what`) is found among the households there are.
    """
    logged = {e.what for e in store.audit.read(event="retention")} - {""}
    if not any("#" in what or "_" in what for what in logged):
        return logged
    for info in store.versions():
        every = store.open(info.id).query("select household_id from household")["household_id"]
        logged.update(each for each, text in store.audit.written(every).items() if text in logged)
    return logged


def _for_one(store: Store, household_id: str) -> Plan:
    known = any(
        not store.open(info.id).query(_sql(), {"households": [household_id]}).empty
        for info in store.versions()
    )
    if not known:
        raise UnknownHousehold(_("There is no household with this id"))
    rows, _left = _still_held(store, [household_id])
    corrections = [
        c.id for c in kept_corrections(store).corrections if c.household_id == household_id
    ]
    return Plan(requested=[household_id], rows=rows, corrections=corrections)


def _sql() -> str:
    return engine.read_sql(engine.STORE_FOLDER / "rows_of.sql")


def _ended_before(store: Store, day: date) -> list[str]:
    found = store.current().query(
        "select household_id from household where ended_on <= $day order by household_id",
        {"day": day},
    )
    return [str(household_id) for household_id in found["household_id"]]


def held(segments: Iterable[Path], wanted: Mapping[str, AbstractSet[str]]) -> dict[str, set[str]]:
    """Which of the ids of each kind have a value in any of the segments, newest or not."""
    found: dict[str, set[str]] = {kind: set() for kind in wanted}
    for segment in segments:
        for kind in (kind for kind, ids in wanted.items() if ids):
            mine = [("kind", "==", kind), ("id", "in", list(wanted[kind]))]
            table = pq.read_table(segment, columns=["id", "sealed"], filters=mine)
            found[kind].update(table.filter(table["sealed"].is_valid())["id"].to_pylist())
    return found


def _still_held(store: Store, households: Sequence[str]) -> tuple[dict[str, list[str]], set[str]]:
    """The rows of these households that have a value in the vault, and whose they are."""
    owned = _owned(store, households)
    ids = {kind: {row_id for row_id, _owner in rows} for kind, rows in owned.items()}
    rows = held(segments_of(store), ids)
    left = {owner for kind in owned for row_id, owner in owned[kind] if row_id in rows[kind]}
    return {kind: sorted(found) for kind, found in rows.items()}, left


def _owned(store: Store, households: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {kind: set() for kind in KINDS}
    if not households:
        return found
    for info in store.versions():
        table = store.open(info.id).query(_sql(), {"households": list(households)})
        for kind, row_id, owner in zip(
            table["kind"], table["id"], table["household_id"], strict=True
        ):
            found[kind].add((row_id, owner))
    return found


def _old_rejects(store: Store, day: date) -> list[str]:
    gone = set(erased(store.layout)["rejects"])
    return [
        str(report["batch"])
        for report in reversed(store.reports())
        if datetime.fromisoformat(report["imported_at"]).date() <= day
        and report["batch"] not in gone
        and (store.layout.rejects / f"{report['batch']}.sealed").is_file()
    ]


def _due_lines(store: Store, plan: Plan, day: date) -> None:
    before = datetime(day.year, day.month, day.day, tzinfo=UTC)
    plan.log_lines = len(store.audit.read(until=before))
    plan.log_before = before.isoformat() if plan.log_lines else None
