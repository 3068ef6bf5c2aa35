"""Who may set an early signal aside: the camat, and a field worker for the assigned desa."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from analytics.access.roles import Reader, Role
from analytics.i18n import _
from analytics.store import NotForThisRole, Store
from analytics.store.dismissals import Dismissal, dismiss, take_back

Row = Mapping[Hashable, Any]


def may_dismiss(reader: Reader, desa_codes: Sequence[str]) -> bool:
    """Whether the reader may dismiss a signal about these desa (none = about an assistant)."""
    if reader.role is Role.CAMAT:
        return True
    own = set(reader.desa)
    return reader.role is Role.PETUGAS and bool(desa_codes) and set(desa_codes) <= own


def dismiss_as(reader: Reader, store: Store, row: Row, reason: str) -> Dismissal:
    """Set a signal aside with a reason.

    Args:
        row: of the signals question, as this reader was answered.

    Raises:
        NotForThisRole: the reader may not.
        ValueError: there is no reason.
        StoreError: it cannot be written down.
    """
    _must(reader, row)
    return dismiss(store, str(row["key"]), int(row["count"]), reason)


def take_back_as(reader: Reader, store: Store, row: Row) -> Dismissal:
    """Take a dismissal back. Raises as `dismiss_as`."""
    _must(reader, row)
    return take_back(store, str(row["key"]))


def _must(reader: Reader, row: Row) -> None:
    if not may_dismiss(reader, row["desa_codes"]):
        raise NotForThisRole(_("This role may not dismiss this signal."))
