"""The erasure of what `analytics.store.retention` found due, in every kept version.

Erased are personal fields (in the vault), rejected rows as they were typed, corrections that are
done, old documents of the register of evidence, and old lines of the log. The tables stay as they
are, so no figure changes. What is to go is written down first (``retention/journal.json``); a run
that was interrupted is completed by the next one. What went is told in ``retention/r-*.json``:
ids and counts, nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from analytics.i18n import _
from analytics.store import vault
from analytics.store.audit import actor
from analytics.store.erased import erased, journal_of
from analytics.store.errors import StoreError, write_problem
from analytics.store.evidence import drop_evidence
from analytics.store.files import get_json, put_json
from analytics.store.retention import Plan, held
from analytics.store.rewrite import drop, rewrite_sealed, rewrite_vault
from analytics.store.store import Store

_log = logging.getLogger(__name__)
ERASED = "-"
"""Stands as the problem of a rejected row whose cells were erased."""


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
            put_json(journal_of(store.layout), journal)
        except OSError as error:
            raise write_problem(error) from error
        return _carry_out(store, journal)


def finish(store: Store) -> dict[str, Any] | None:
    """Complete an erasure that was interrupted; its report, or ``None`` when there was none."""
    with store.writing():
        try:
            journal = dict(get_json(journal_of(store.layout)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StoreError(
                _("The plan of an interrupted erasure cannot be read; run retention again.")
            ) from error
        _log.warning("an erasure was interrupted; it is completed now")
        return _carry_out(store, journal)


def _carry_out(store: Store, journal: dict[str, Any]) -> dict[str, Any]:
    """Every step may be done twice; the journal goes last."""
    plan = Plan(**journal["plan"])
    wanted = {kind: set(ids) for kind, ids in plan.rows.items()}
    values = 0
    if any(wanted.values()):
        values = rewrite_vault(
            store,
            lambda kind, row_id, _name, sealed: None if row_id in wanted.get(kind, ()) else sealed,
            lambda segment: any(held([segment], wanted).values()),
        )
    _blank_rejects(store, plan)
    for correction in plan.corrections:
        drop(store.layout.rejects / f"{correction}.sealed")
    drop_evidence(store, plan.evidence)
    if plan.log_before:
        store.audit.shorten(datetime.fromisoformat(plan.log_before))
    report = {
        **{name: journal[name] for name in ("id", "at", "by", "rules")},
        "values": values,
        "households": plan.households,
        "imports": plan.rejected,
        "evidence": plan.evidence,
    }
    try:
        _remember(store, plan, journal["at"])
        put_json(store.layout.retention / f"{journal['id']}.json", report)
    except OSError as error:
        raise write_problem(error) from error
    drop(journal_of(store.layout))
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


def _remember(store: Store, plan: Plan, at: str) -> None:
    known = erased(store.layout)
    for kind, ids in plan.rows.items():
        known[kind] = sorted({*known[kind], *ids})
    known["rejects"] = sorted({*known["rejects"], *plan.rejected})
    known["requested"] = {**dict.fromkeys(plan.requested, at), **known["requested"]}
    put_json(store.layout.retention / "erased.json", known)
