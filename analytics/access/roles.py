"""Who is reading, and what that role may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The four kinds of readers; the values stand in links, accounts and the audit log."""

    CAMAT = "camat"
    """The camat, or whoever keeps the dashboard for him: everything in the kecamatan."""
    PETUGAS = "petugas"
    """A field worker: the assigned desa, names included, and nothing of the others."""
    PENINJAU = "peninjau"
    """A reviewer: protected aggregates, and a sample of households under pseudonyms."""
    PUBLIK = "publik"
    """The public, or an audience: protected aggregates."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads.

    Attributes:
        name: the account, as the audit log names it; never a person's full name.
        role: what they may see.
        desa: Kemendagri codes of the assigned desa; only a field worker has any.
        via: how they came in: ``switch`` (simulated data), ``local`` (no accounts yet),
            ``account``, ``oidc``, ``shell`` (the command line).
    """

    name: str
    role: Role
    desa: tuple[str, ...] = ()
    via: str = "account"

    @property
    def protected(self) -> bool:
        """Sees published cells only, never a record of the store."""
        return self.role in (Role.PENINJAU, Role.PUBLIK)

    @property
    def sees_names(self) -> bool:
        """May open personal fields (of the households it may see)."""
        return self.role in (Role.CAMAT, Role.PETUGAS)

    @property
    def may_correct(self) -> bool:
        """May write a correction of a household or visit it may see."""
        return self.sees_names

    @property
    def administers(self) -> bool:
        """May import, go back to a version, change the map, read the log, keep the accounts."""
        return self.role is Role.CAMAT


SHELL = Reader("shell", Role.CAMAT, via="shell")
"""Whoever runs the command line on this machine can read the files of the store anyway."""
