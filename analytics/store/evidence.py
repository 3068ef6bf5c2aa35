"""The register of evidence: documents that staff attach to an indicator, sealed like corrections.

A decree names officials and an attendance list has signatures, so an entry and its file lie
sealed in ``evidence/``: ``e-….sealed`` is the entry, ``f-….sealed`` its file.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import StoreBroken, StoreError, write_problem
from analytics.store.files import put
from analytics.store.keystate import needed_keys
from analytics.store.rewrite import drop
from analytics.store.store import Store

LARGEST_FILE_MB = 20
SUFFIXES = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx", "mp4")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document, or one number with its document.

    Attributes:
        no: the indicator it is for.
        title, reference: what it is, and its number or address.
        dated: the day it is of, ISO.
        level: the parameter it reaches by itself (1 to 3); 0 where the number decides.
        number, out_of: people, a year, months, percent …; for a ratio, so many of so many.
        file_name, file_sha256: of the attached file; empty = none.
        added_at, added_by: when it was registered (UTC, ISO), and by which account.
    """

    no: str
    title: str
    dated: str
    reference: str = ""
    level: int = 0
    number: float | None = None
    out_of: float | None = None
    file_name: str = ""
    file_sha256: str = ""
    added_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    added_by: str = ""
    id: str = field(default_factory=lambda: f"e-{secrets.token_hex(6)}")


def register(store: Store, evidence: Evidence, content: bytes | None = None) -> Evidence:
    """Write an entry and its file; the file first, so that no entry names a file that is not there.

    Raises:
        StoreError: the file is too large or of another kind, the key is not here, the disk is full.
    """
    keys = _keys(store)
    evidence = replace(
        evidence,
        title=_printable(evidence.title),
        reference=_printable(evidence.reference),
        file_name=_printable(re.split(r"[/\\]", evidence.file_name)[-1]),
    )
    if content is not None:
        _check(evidence.file_name, content)
        evidence = replace(evidence, file_sha256=hashlib.sha256(content).hexdigest())
    with store.writing():
        store.audit.note("evidence", what=f"add {evidence.no} {evidence.id}")
        try:
            if content is not None:
                name = _file_id(evidence.id)
                sealed = vault.seal_bytes(keys, name, content)
                put(store.layout.evidence / f"{name}.sealed", sealed)
            entry = vault.seal_json(keys, evidence.id, asdict(evidence))
            put(store.layout.evidence / f"{evidence.id}.sealed", entry)
        except OSError as error:
            raise write_problem(error) from error
    return evidence


def registered(store: Store) -> list[Evidence]:
    """Every entry, by indicator and day; raises `KeyMissing`, `StoreBroken` for a damaged one."""
    paths = sorted(store.layout.evidence.glob("e-*.sealed"))
    if not paths:
        return []
    keys = _keys(store)
    found = []
    for path in paths:
        try:
            raw: Any = vault.open_json(keys, path.stem, path.read_bytes())
            found.append(Evidence(**raw))
        except FileNotFoundError:
            continue  # withdrawn meanwhile
        except (OSError, ValueError, TypeError) as error:
            raise StoreBroken(
                _("The entry {id} of the register of evidence is damaged.", id=path.stem)
            ) from error
    return sorted(found, key=lambda each: (each.no, each.dated, each.id))


def attached(store: Store, evidence: Evidence) -> bytes:
    """The file of an entry; raises `StoreBroken` when it is gone or is not what was attached."""
    name = _file_id(evidence.id)
    try:
        content = vault.open_bytes(
            _keys(store), name, (store.layout.evidence / f"{name}.sealed").read_bytes()
        )
    except OSError as error:
        raise StoreBroken(_("The file {name} cannot be read.", name=evidence.file_name)) from error
    if hashlib.sha256(content).hexdigest() != evidence.file_sha256:
        raise StoreBroken(_("The file {name} is not what was attached.", name=evidence.file_name))
    return content


def damaged_evidence(store: Store, entries: Iterable[Evidence]) -> list[str]:
    """Names of attached files that are gone or not what was attached."""
    damaged = []
    for each in entries:
        if each.file_sha256:
            try:
                attached(store, each)
            except StoreBroken:
                damaged.append(each.file_name)
    return damaged


def withdraw(store: Store, evidence: Evidence) -> None:
    """Take an entry and its file out of the register."""
    with store.writing():
        store.audit.note("evidence", what=f"remove {evidence.no} {evidence.id}")
        try:
            (store.layout.evidence / f"{evidence.id}.sealed").unlink(missing_ok=True)
            (store.layout.evidence / f"{_file_id(evidence.id)}.sealed").unlink(missing_ok=True)
        except OSError as error:
            raise write_problem(error) from error


def old_evidence(store: Store, before: date) -> list[str]:
    """Ids of entries that were registered on or before a day; raises as `registered`."""
    return sorted(
        each.id
        for each in registered(store)
        if datetime.fromisoformat(each.added_at).date() <= before
    )


def drop_evidence(store: Store, evidence_ids: Iterable[str]) -> None:
    """Delete entries and their files; those that are gone already are passed over."""
    for evidence_id in evidence_ids:
        drop(store.layout.evidence / f"{evidence_id}.sealed")  # first: nothing names its file then
        drop(store.layout.evidence / f"{_file_id(evidence_id)}.sealed")


def _file_id(evidence_id: str) -> str:
    return f"f-{evidence_id.removeprefix('e-')}"


def _printable(text: str) -> str:
    """The text without what no file format can hold: control characters, half a character."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))


def _check(name: str, content: bytes) -> None:
    if name.rpartition(".")[2].lower() not in SUFFIXES:
        raise StoreError(
            _("Files of this kind are not taken; these are: {kinds}.", kinds=", ".join(SUFFIXES))
        )
    if len(content) > LARGEST_FILE_MB << 20:
        raise StoreError(_("The file is larger than {most} MB.", most=LARGEST_FILE_MB))


def _keys(store: Store) -> vault.Keys:
    return needed_keys(
        store,
        _(
            "The vault key of this store is not on this computer: evidence can be neither "
            "registered nor read. Put the key file back first."
        ),
    )
