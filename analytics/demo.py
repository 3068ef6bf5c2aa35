"""A store with simulated data, through the ordinary import; at large scale, straight in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from analytics.i18n import _
from analytics.ingest import import_files
from analytics.simulate import write_demo
from analytics.store import Store, StoreError


def make_demo(
    store: Store,
    *,
    seed: int = 42,
    scale: str = "kecamatan",
    today: date,
    progress: Callable[[float, str], None] | None = None,
) -> str:
    """Fill a store with simulated data; an earlier simulation is replaced, real data never.

    Returns:
        What was made, in one sentence.

    Raises:
        StoreError: the store holds real data.
    """
    current = store.current()
    if current.imports and not current.simulated:
        raise StoreError(
            _("This store holds real data; simulated data needs another folder (--store).")
        )
    if scale != "kecamatan":
        from analytics.bulk import make_bulk

        return make_bulk(store, seed=seed, scale=scale, today=today)
    files = write_demo(store.folder / "raw", seed=seed, today=today)
    report = import_files(
        store,
        files.paths,
        simulated=True,
        replace_simulated=True,
        today=today,
        progress=progress,
    )
    return report.message
