"""Who may see and change the register of evidence."""

from __future__ import annotations

from analytics.access.roles import Reader, Role
from analytics.i18n import _
from analytics.store import NotForThisRole, Store
from analytics.store import evidence as kept
from analytics.store.evidence import Evidence


def evidence_for(reader: Reader, store: Store) -> list[Evidence]:
    """The entries, for the camat and for reviewers: they are made for them.

    Raises:
        NotForThisRole: for other roles.
        StoreError: an entry is damaged, or the key is not here.
    """
    if reader.role not in (Role.CAMAT, Role.PENINJAU):
        raise NotForThisRole(_("The register of evidence is for the camat and for reviewers."))
    return kept.registered(store)


def add_evidence(
    reader: Reader, store: Store, evidence: Evidence, content: bytes | None
) -> Evidence:
    """Register a document; raises `NotForThisRole` for all but the camat."""
    _must_keep_it(reader)
    return kept.register(store, evidence, content)


def remove_evidence(reader: Reader, store: Store, evidence: Evidence) -> None:
    """Withdraw an entry; raises `NotForThisRole` for all but the camat."""
    _must_keep_it(reader)
    kept.withdraw(store, evidence)


def file_of(reader: Reader, store: Store, evidence: Evidence) -> bytes:
    """An attached file: it may name officials, so only the camat gets it."""
    _must_keep_it(reader)
    return kept.attached(store, evidence)


def _must_keep_it(reader: Reader) -> None:
    if not reader.administers:
        raise NotForThisRole(_("Only the camat keeps the register of evidence."))
