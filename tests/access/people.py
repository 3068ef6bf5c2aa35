"""A store with accounts, a clock that can be set, and hashes that take no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from analytics.access import passwords
from analytics.access.accounts import Accounts

if TYPE_CHECKING:
    from analytics.store import Store

GOOD = "kuda hijau terbang malam"
BETTER = "sungai tua memeluk batu"
HERE = "192.0.2.7"
START = 1_800_000_000.0


@dataclass
class Clock:
    """Seconds since 1970; tests move it by hand."""

    now: float = START

    def __call__(self) -> float:
        return self.now


def quick_hashes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.nobodys_hash.cache_clear()


def accounts_of(store: Store, clock: Clock | None = None) -> Accounts:
    return Accounts(store, clock) if clock else Accounts(store)
