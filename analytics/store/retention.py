"""What has been kept long enough, and its erasure in every kept version.

Erased are personal fields (in the vault), rejected rows as they were typed, corrections that are
done, and old lines of the log. The tables stay as they are, so no figure changes. What is to go is
written down first (``retention/journal.json``); a run that was interrupted is completed by the
next one. What went is told in ``retention/r-*.json``: ids and counts, nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from analytics.config import load_rules
from analytics.i18n import _
from analytics.store import engine, vault
from analytics.store.audit import actor
from analytics.store.corrections import kept_corrections
from analytics.store.errors import StoreError, UnknownHousehold, write_problem
from analytics.store.files import get_json, put_json
from analytics.store.rewrite import drop, rewrite_sealed, rewrite_vault, segments_of
from analytics.store.store import Store

_log = logging.getLogger(__name__)
KINDS = ("keluarga", "kunjungan", "hambatan")
"""Kinds of rows that have fields in the vault."""
ERASED = "-"
"""Stands as the problem of a rejected row whose cells were erased."""


@dataclass(slots=True)
class Plan:
    """What would be erased now.

    Attributes:
        ended: households that ended long enough ago and still have personal fields.
        requested: households whose erasure was asked for and that (again) have some.
        rows: kind → ids of the vault's rows that belong to them.
        rejected: imports whose rejected rows are old enough.
        corrections: corrections that are done and old enough, or of one of these households.
        log_before: older lines of the log go; ``None`` = none is that old.
        log_lines: how many those are.
    """

    ended: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    rejected: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
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
    holding = ids_with_any_value(segments_of(store))
    if rules.ended_household_days:
        before = today - timedelta(days=rules.ended_household_days)
        plan.ended = _holding(store, _ended_before(store, before), holding)
    # A restored backup may be of before an erasure, and its register too; the log is not.
    logged = {e.what for e in store.audit.read(event="retention")} - {""}
    asked = sorted((set(erased(store)["requested"]) | logged) - set(plan.ended))
    plan.requested = _holding(store, asked, holding)
    plan.rows = _rows_of(store, plan.households, holding)
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
    if rules.log_years:
        _due_lines(store, plan, today - timedelta(days=round(365.25 * rules.log_years)))
    return plan


def _for_one(store: Store, household_id: str) -> Plan:
    known = any(
        not store.open(info.id).query(_sql(), {"households": [household_id]}).empty
        for info in store.versions()
    )
    if not known:
        raise UnknownHousehold(_("There is no household with this id"))
    rows = _rows_of(store, [household_id], ids_with_any_value(segments_of(store)))
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


def ids_with_any_value(segments: Iterable[Path]) -> dict[str, set[str]]:
    """Kind → the ids for which a value lies in any of the segments, newest or not."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for segment in segments:
        table = pq.read_table(segment, columns=["kind", "id", "sealed"])
        filled = table.filter(table["sealed"].is_valid())
        for kind, row_id in zip(filled["kind"].to_pylist(), filled["id"].to_pylist(), strict=True):
            found.setdefault(kind, set()).add(row_id)
    return found


def _rows_of(
    store: Store, households: Sequence[str], holding: Mapping[str, set[str]]
) -> dict[str, list[str]]:
    """The rows of these households, in any kept version, that have a value in the vault."""
    return {
        kind: sorted({row_id for row_id, _owner in rows} & holding[kind])
        for kind, rows in _owned(store, households).items()
    }


def _holding(store: Store, households: Sequence[str], holding: Mapping[str, set[str]]) -> list[str]:
    """Those of the households of which anything is left."""
    left = {
        owner
        for kind, rows in _owned(store, households).items()
        for row_id, owner in rows
        if row_id in holding[kind]
    }
    return sorted(left)


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
    gone = set(erased(store)["rejects"])
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


# -- erasing -------------------------------------------------------------------------------------


def erase(store: Store, plan: Plan) -> dict[str, Any]:
    """Erase what the plan names, everywhere; returns the deletion report that was kept.

    Raises:
        StoreError: a version is damaged, the key is not here though sealed rows have to be
            opened, or the disk is full. The next run completes what was begun.
    """
    now = actor()
    at = datetime.now(UTC)
    journal = {
        "id": f"r-{at.strftime('%Y%m%d-%H%M%S-%f')}",
        "at": at.isoformat(timespec="seconds"),
        "by": now.who,
        "plan": asdict(plan),
        "rules": plan.counts(),
    }
    with store.writing():
        finish(store)
        what = plan.requested[0] if len(plan.households) == 1 and plan.requested else journal["id"]
        store.audit.note("retention", what=str(what), count=len(plan.households))
        try:
            put_json(_journal(store), journal)
        except OSError as error:
            raise write_problem(error) from error
        return _carry_out(store, journal)


def finish(store: Store) -> dict[str, Any] | None:
    """Complete an erasure that was interrupted; its report, or ``None`` when there was none."""
    with store.writing():
        try:
            journal = dict(get_json(_journal(store)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreError(
                _("The plan of an interrupted erasure cannot be read; run retention again.")
            ) from error
        _log.warning("an erasure was interrupted; it is completed now")
        return _carry_out(store, journal)


def is_unfinished(store: Store) -> bool:
    """An erasure was interrupted and waits to be completed."""
    return _journal(store).is_file()


def _journal(store: Store) -> Path:
    return store.layout.retention / "journal.json"


def _carry_out(store: Store, journal: dict[str, Any]) -> dict[str, Any]:
    """Every step may be done twice; the journal goes last."""
    plan = Plan(**journal["plan"])
    wanted = {kind: set(ids) for kind, ids in plan.rows.items()}
    values = 0
    if any(wanted.values()):
        values = rewrite_vault(
            store,
            lambda kind, row_id, _name, sealed: None if row_id in wanted.get(kind, ()) else sealed,
            lambda segment: any(
                ids & wanted.get(kind, set()) for kind, ids in ids_with_any_value([segment]).items()
            ),
        )
    _blank_rejects(store, plan)
    for correction in plan.corrections:
        drop(store.layout.rejects / f"{correction}.sealed")
    if plan.log_before:
        store.audit.shorten(datetime.fromisoformat(plan.log_before))
    report = {
        **{name: journal[name] for name in ("id", "at", "by", "rules")},
        "values": values,
        "households": plan.households,
        "imports": plan.rejected,
    }
    try:
        _remember(store, plan, journal["at"])
        put_json(store.layout.retention / f"{journal['id']}.json", report)
    except OSError as error:
        raise write_problem(error) from error
    drop(_journal(store))
    return report


def _blank_rejects(store: Store, plan: Plan) -> None:
    """Empty the cells of rejected rows; the rows stay, so that every import still adds up."""
    whole = set(plan.rejected)
    if not whole and not plan.households:
        return
    keys = store.keys()
    wanted = set(plan.households)
    for path in sorted(store.layout.rejects.glob("b-*.sealed")):
        if path.stem not in whole and (not wanted or keys is None):
            continue
        sheets = store.rejects(path.stem) or []
        changed = [
            {
                **sheet,
                "rows": [_blank(row, path.stem in whole, wanted, keys) for row in sheet["rows"]],
            }
            for sheet in sheets
        ]
        if changed != sheets:
            rewrite_sealed(store, path, changed)


def _blank(
    row: Mapping[str, Any], whole: bool, households: set[str], keys: vault.Keys | None
) -> dict[str, Any]:
    if not whole and not is_of(row, households, keys):
        return dict(row)
    return {"row_no": row.get("row_no"), "problems": ERASED, "flagged": ""}


def is_of(row: Mapping[str, Any], households: set[str], keys: vault.Keys | None) -> bool:
    """Whether a rejected row names one of these households, by its id or by a number under it."""
    for name, cell in row.items():
        if name in ("row_no", "problems", "flagged") or not isinstance(cell, str):
            continue
        text = cell.strip()
        if text in households:
            return True
        if keys and sum(c.isdigit() for c in text) >= 16 and keys.pseudonym_of(text) in households:
            return True
    return False


# -- what was erased -----------------------------------------------------------------------------


def erased(store: Store) -> dict[str, Any]:
    """Kind → ids whose personal fields were erased; ``rejects``: imports; ``requested``: id → day.

    Raises:
        StoreError: the register cannot be read.
    """
    empty: dict[str, Any] = {**{kind: [] for kind in KINDS}, "rejects": [], "requested": {}}
    try:
        return {**empty, **get_json(store.layout.retention / "erased.json")}
    except FileNotFoundError:
        return empty
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(_("The register of what was erased cannot be read.")) from error


def _remember(store: Store, plan: Plan, at: str) -> None:
    known = erased(store)
    for kind, ids in plan.rows.items():
        known[kind] = sorted({*known[kind], *ids})
    known["rejects"] = sorted({*known["rejects"], *plan.rejected})
    known["requested"] = {**dict.fromkeys(plan.requested, at), **known["requested"]}
    put_json(store.layout.retention / "erased.json", known)


def reports(store: Store) -> list[dict[str, Any]]:
    """Every deletion report, newest first."""
    found = []
    for path in sorted(store.layout.retention.glob("r-*.json"), reverse=True):
        try:
            found.append(dict(get_json(path)))
        except (OSError, ValueError, TypeError):
            _log.warning("deletion report %s is damaged", path.name)
    return found
