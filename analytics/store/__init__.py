"""The store: schema, marts, versions and the vault. The only place that knows DuckDB."""

from analytics.store.errors import (
    KeyMissing,
    NotForThisRole,
    StoreBroken,
    StoreBusy,
    StoreError,
    UnknownVersion,
)
from analytics.store.layout import VersionInfo
from analytics.store.scope import Sealed, scoped
from analytics.store.snapshot import Snapshot
from analytics.store.store import Store

__all__ = [
    "KeyMissing",
    "NotForThisRole",
    "Sealed",
    "Snapshot",
    "Store",
    "StoreBroken",
    "StoreBusy",
    "StoreError",
    "UnknownVersion",
    "VersionInfo",
    "scoped",
]
