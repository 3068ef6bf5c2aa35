"""One line of the audit log: what may stand in it, and how it is chained to the line before."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

EVENTS = frozenset(
    {
        "login",
        "login_failed",
        "logout",
        "password_changed",
        "account_changed",
        "session_revoked",
        "personal_viewed",
        "export",
        "import",
        "correction",
        "signal",
        "rollback",
        "restore",
        "backup",
        "prune",
        "retention",
        "extract",
        "key_rotated",
        "key_backup",
        "boundaries",
        "figure_frozen",
        "evidence",
        # what the log says of itself
        "log_repaired",
        "log_damaged",
        "log_shortened",
        "log_accepted",
    }
)
START = "0" * 64
"""What the first line of a log names as the line before it."""
KEYED = "key"
"""The line's hash was made with the vault's key."""
PLAIN = "plain"
"""It was made without: the key was not on the machine that wrote it."""

_NAME = re.compile(r"[\w.@+-]{1,64}", re.ASCII)
_ROLE = re.compile(r"[a-z]{1,20}|-")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._:/@+,=()-]+")
_LONG_NUMBER = re.compile(r"\d{12,}")
_WHAT_CHARACTERS = 120
_MARK_CHARACTERS = 12
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""A mark has no digits, so that it is never taken for a long number itself."""
UNKNOWN = "?"
"""Stands for a name that no account can have: what was typed there may be anything."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done, by whom: no field ever holds a personal value.

    Attributes:
        n: running number, from 1 without gaps.
        at: UTC, ISO 8601 with milliseconds.
        who: an account's name, or ``shell``, ``lokal``.
        event: one of `EVENTS`.
        what: the id of a household, version or import, or the kind of a file.
        count: how many of them, where that says something.
        prev: the hash of the line before.
        seal: `KEYED` or `PLAIN`.
        hash: over everything above, keyed or not.
    """

    n: int
    at: str
    who: str
    role: str
    event: str
    what: str
    count: int | None
    prev: str
    seal: str
    hash: str = ""

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def sealed(self, key: bytes | None) -> Entry:
        """The same with its hash."""
        return replace(self, hash=self.digest(key))

    def digest(self, key: bytes | None) -> str:
        """The hash this line must have (with the key, if it is a keyed line)."""
        body = json.dumps([getattr(self, name) for name in _HASHED], ensure_ascii=True).encode()
        if self.seal == KEYED:
            return hmac.digest(key or b"", body, "sha256").hex()
        return hashlib.sha256(body).hexdigest()

    def as_line(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":")).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Entry:
        """Raises ``ValueError`` when the bytes are no line of a log."""
        raw: Any = json.loads(line)
        if not isinstance(raw, dict) or set(raw) != set(_FIELDS):
            raise ValueError("not a line of the log")
        entry = cls(**raw)
        counted = entry.count is None or type(entry.count) is int
        texts = all(isinstance(getattr(entry, name), str) for name in _TEXTS)
        if type(entry.n) is not int or not counted or not texts:
            raise ValueError("not a line of the log")
        datetime.fromisoformat(entry.at)
        return entry


_FIELDS = tuple(field.name for field in fields(Entry))
_HASHED = _FIELDS[:-1]
_TEXTS = tuple(name for name in _FIELDS if name not in ("n", "count"))


def as_moment(when: datetime) -> str:
    """A moment as the log writes it: in this form texts sort as moments do."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clean_name(who: str) -> str:
    """An account's name as it is; anything that cannot be one becomes `UNKNOWN`.

    What people type into the name field is now and then their password or a family-card number.
    """
    fits = _NAME.fullmatch(who) is not None and _LONG_NUMBER.search(who) is None
    return who if fits else UNKNOWN


def clean_what(what: str, key: bytes | None = None) -> str:
    """An id on one short line; long numbers (a NIK, a card, a telephone) are blotted out.

    What takes the place of a number or of odd characters tells two ids apart, as many ids are
    long numbers (the code of a desa and a number in it). It is made with the key: without the
    key, or for whoever does not have it, it says nothing.
    """

    def mark(found: re.Match[str]) -> str:
        if key is None:
            return ""
        body = b"what:" + found[0].encode("utf-8", "surrogatepass")
        return hmac.digest(key, body, "sha256").hex()[:_MARK_CHARACTERS].translate(_LETTERS)

    plain = _NOT_PLAIN.sub(lambda found: f"_{mark(found)}", what)
    return _LONG_NUMBER.sub(lambda found: f"#{mark(found)}", plain)[:_WHAT_CHARACTERS]


def new_entry(
    before: Entry | None,
    event: str,
    *,
    who: str,
    role: str,
    what: str,
    count: int | None,
    key: bytes | None,
) -> Entry:
    """The line that follows *before*.

    Raises:
        ValueError: for an unknown event or role, or a negative count: a bug of the caller.
    """
    if event not in EVENTS or not _ROLE.fullmatch(role) or (count is not None and count < 0):
        raise ValueError(f"no such event, role or count: {event!r}")
    return Entry(
        n=before.n + 1 if before else 1,
        at=as_moment(datetime.now(UTC)),
        who=clean_name(who),
        role=role,
        event=event,
        what=clean_what(what, key),
        count=count,
        prev=before.hash if before else START,
        seal=KEYED if key else PLAIN,
    ).sealed(key)
