"""Large simulated stores for the benchmark, generated straight in SQL.

They have the shape of the real thing (unequal desa, late registrations, ended households,
one visit a month) but no personal data and none of the planted stories of `analytics.simulate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import Store, engine

_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Scale:
    """How many of what; ``candidates`` visits are drawn, those before registration dropped."""

    desa: int
    households: int
    candidates: int


SCALES = {
    "kabupaten": Scale(157, 38_000, 690_000),
    "provinsi": Scale(2_008, 1_100_000, 22_000_000),
}


def make_bulk(store: Store, *, seed: int, scale: str, today: date) -> str:
    """Replace a store's simulated content by a large simulation; returns what was made."""
    size = SCALES[scale]
    with store.writing():
        draft = store.draft(simulated=True, fresh=True)
        try:
            draft.begin()
            draft.run("delete from desa")
            parameters = {
                "desa_count": size.desa,
                "household_count": size.households,
                "candidates": size.candidates,
                "seed": seed,
                "today": today,
            }
            for step in ("desa", "program", "household", "visit", "target"):
                draft.run(engine.read_sql(_FOLDER / f"{step}.sql"), parameters)
            draft.touch_everything()
            visits = int(draft.arrow("select count(*) as n from visit")["n"][0].as_py())
            counts = {"rows_read": visits, "accepted": visits, "unchanged": 0, "rejected": 0}
            draft.commit(1, counts, simulated=True)
            made = _("Simulated data at the scale of a {scale}", scale=scale)
            report = {
                "version": draft.version_id,
                "batch": draft.batch_id,
                "files": [{"file": scale, "sheet": "", "kind": None, **counts, "errors": []}],
                "imported_at": datetime.now(UTC).isoformat(),
                "message": made,
                "simulated": True,
            }
            store.keep_report(draft.batch_id, report)
            draft.publish(made)
            store.settle_report()
        finally:
            draft.discard()
    return _(
        "{desa} desa, {households} households and {visits} visits were simulated.",
        desa=number(size.desa),
        households=number(size.households),
        visits=number(visits),
    )
