"""``key.json``: what a store notes of its key. Nothing in it helps to find the key."""

from __future__ import annotations

from typing import Any

from analytics.i18n import _
from analytics.store.errors import StoreBroken
from analytics.store.files import get_json, put_json
from analytics.store.layout import Layout
from analytics.store.vault import Keys


def noted(layout: Layout) -> dict[str, Any]:
    """The notes; empty in a store whose key was never changed nor saved.

    Raises:
        StoreBroken: the file cannot be read.
    """
    try:
        return dict(get_json(layout.key_note))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        raise StoreBroken(_("The file key.json is damaged; restore it from a backup.")) from error


def note(layout: Layout, **values: Any) -> None:
    """Add to the notes; raises ``OSError``."""
    put_json(layout.key_note, {**noted(layout), **values})


def is_outdated(layout: Layout, keys: Keys) -> bool:
    """Whether these keys are of before the last rotation: they no longer open the names."""
    sealed_with = noted(layout).get("seal_check")
    return sealed_with is not None and sealed_with not in keys.seal_checks


def is_unfinished(layout: Layout, keys: Keys) -> bool:
    """Whether the newest key is not yet the one that everything is sealed with."""
    return keys.seal_check != noted(layout).get("seal_check", keys.seal_checks[-1])
