"""The store: schema, marts, versions and the vault. The only place that knows DuckDB."""

from analytics.store.errors import (
    KeyMissing,
    StoreBroken,
    StoreBusy,
    StoreError,
    UnknownVersion,
)
from analytics.store.layout import VersionInfo
from analytics.store.snapshot import Snapshot
from analytics.store.store import Store

__all__ = [
    "KeyMissing",
    "Snapshot",
    "Store",
    "StoreBroken",
    "StoreBusy",
    "StoreError",
    "UnknownVersion",
    "VersionInfo",
]
