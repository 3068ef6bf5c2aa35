"""What was erased from a store, and whether an erasure is still under way."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from analytics.i18n import _
from analytics.store.errors import StoreError
from analytics.store.files import get_json
from analytics.store.layout import Layout

_log = logging.getLogger(__name__)
KINDS = ("keluarga", "kunjungan", "hambatan")
"""Kinds of rows that have fields in the vault."""


def journal_of(layout: Layout) -> Path:
    """Holds the plan while an erasure is under way."""
    return layout.retention / "journal.json"


def is_unfinished(layout: Layout) -> bool:
    """An erasure was interrupted and waits to be completed."""
    return journal_of(layout).is_file()


def erased(layout: Layout) -> dict[str, Any]:
    """Kind → ids whose personal fields were erased; ``rejects``: imports; ``requested``: id → day.

    Raises:
        StoreError: the register cannot be read.
    """
    empty: dict[str, Any] = {**{kind: [] for kind in KINDS}, "rejects": [], "requested": {}}
    try:
        return {**empty, **get_json(layout.retention / "erased.json")}
    except FileNotFoundError:
        return empty
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(_("The register of what was erased cannot be read.")) from error


def reports(layout: Layout) -> list[dict[str, Any]]:
    """Every deletion report, newest first."""
    found = []
    for path in sorted(layout.retention.glob("r-*.json"), reverse=True):
        try:
            found.append(dict(get_json(path)))
        except (OSError, ValueError, TypeError):
            _log.warning("deletion report %s is damaged", path.name)
    return found
