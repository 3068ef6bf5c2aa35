"""The audit log: who did what to the store, in lines that cannot be changed unnoticed.

::

    audit/log.jsonl    one line per event, each with the hash of the line before
    audit/head         number and hash of the newest line
    audit/.lock        held for the few milliseconds of one append

With the vault's key on the machine the hashes are keyed: whoever only has the folder can neither
change a line nor make a new chain. The head is written a second time beside the key file, out of
reach of the folder, so that a tail that was cut off (head and all) shows too. What remains
possible is written down in docs/security.md.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import filelock

from analytics.i18n import _
from analytics.store import audit_check
from analytics.store.audit_line import EVENTS, Entry, new_entry
from analytics.store.audit_read import AuditReading
from analytics.store.errors import AuditUnwritable
from analytics.store.files import fsync_folder, put
from analytics.store.layout import Layout

__all__ = ["EVENTS", "Actor", "Audit", "Entry", "acting", "actor"]

_log = logging.getLogger(__name__)
_TAIL_BYTES = 4096
_HEAD_BYTES = 128
"""The head is always this long: written over in one go, within one block of the disk."""
_LOCK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who the store's own actions are logged as."""

    who: str
    role: str


_actor: ContextVar[Actor | None] = ContextVar("perut_actor", default=None)
SHELL = Actor("shell", "camat")
"""Whoever runs a command on this machine."""


def actor() -> Actor:
    """Who acts now: as `acting` says, else the shell."""
    return _actor.get() or SHELL


@contextmanager
def acting(who: str, role: str) -> Iterator[None]:
    """Whatever is done to a store inside is logged under this name (threads start without)."""
    token = _actor.set(Actor(who, role))
    try:
        yield
    finally:
        _actor.reset(token)


class Audit(AuditReading):
    """The log of the store in a folder. Safe from many threads and processes at once."""

    def record(
        self, event: str, *, who: str, role: str, what: str = "", count: int | None = None
    ) -> None:
        """Add one line and make it durable. Note first, then do: so nothing is done unnoticed.

        Args:
            event: one of `EVENTS`.
            who: an account's name; anything that cannot be one is logged as ``?``.
            role: the value of a role, or ``-`` when it is not known.
            what: an id or the kind of a file, never a personal value.
            count: how many rows, households or files.

        Raises:
            AuditUnwritable: the line could not be written (full disk, read-only folder …); what
                was to be logged must then not be done.
            ValueError: the event is unknown, or the role or count is none.
        """
        new_entry(None, event, who=who, role=role, what=what, count=count, key=None)
        try:
            with self._locked():
                key, before = self._key(), self._settle()
                entry = new_entry(
                    before, event, who=who, role=role, what=what, count=count, key=key
                )
                self._append(entry)
        except filelock.Timeout as error:
            raise AuditUnwritable(_("another process holds the log")) from error
        except OSError as error:
            raise AuditUnwritable.of(error) from error

    def note(self, event: str, *, what: str = "", count: int | None = None) -> None:
        """`record` as whoever acts now (see `acting`)."""
        now = actor()
        self.record(event, who=now.who, role=now.role, what=what, count=count)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fsync_folder(self._layout.folder)
        with filelock.FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS, poll_interval=0.003):
            yield

    def _settle(self) -> Entry | None:
        """The newest line; a half-written one and a missing tail are noted first."""
        heads = self._heads()
        newest, rest = _tail(self.path)
        if rest:  # a process was killed while it wrote this, which nobody was told was logged
            with self.path.open("r+b") as handle:
                handle.seek(-len(rest), os.SEEK_END)
                handle.truncate()
        last = newest.n if newest else 0
        told = max((head.n for head in heads), default=0)
        other = newest and any(h.n == last and h.hash != newest.hash for h in heads)
        if told > last or other:
            newest = self._own("log_damaged", newest, what=str(told), count=max(0, told - last))
        if rest:
            mark = hashlib.sha256(rest).hexdigest()[:16]
            newest = self._own("log_repaired", newest, what=mark, count=len(rest))
        return newest

    def _own(self, event: str, before: Entry | None, *, what: str, count: int) -> Entry:
        _log.error("audit log: %s (%s)", event, what)
        entry = new_entry(
            before, event, who="log", role="-", what=what, count=count, key=self._key()
        )
        self._append(entry)
        return entry

    def _append(self, entry: Entry) -> None:
        made = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab", buffering=0) as handle:
            length = os.fstat(handle.fileno()).st_size
            line = entry.as_line()
            try:
                if handle.write(line) != len(line):
                    raise OSError(
                        errno.ENOSPC, os.strerror(errno.ENOSPC)
                    )  # a disk that filled up in mid-line
                os.fsync(handle.fileno())
            except OSError:
                os.ftruncate(handle.fileno(), length)
                raise
        if made:
            fsync_folder(self.folder)
        self._write_head(entry)

    def _write_head(self, entry: Entry) -> None:
        """Number and hash of the newest line, here and beside the key. Behind is never wrong."""
        text = json.dumps({"n": entry.n, "hash": entry.hash}).ljust(_HEAD_BYTES).encode()
        for path in filter(None, (self.head, self.witness())):
            try:
                is_new = not path.exists()
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
                with os.fdopen(descriptor, "wb", buffering=0) as handle:
                    handle.write(text)
                    if is_new:  # later ones are written over it, within one block
                        os.fsync(handle.fileno())
            except OSError as problem:
                _log.warning("the head of the audit log: %s", type(problem).__name__)

    def accept(self, *, who: str, role: str) -> int:
        """Somebody has looked into what is wrong so far; that they did so stays in the log.

        Returns:
            How many problems were accepted.
        """
        found = len(self.check())
        if found:
            self.record("log_accepted", who=who, role=role, count=found)
        return found

    def shorten(self, before: datetime) -> int:
        """Delete the lines of before a moment; that it was done is the log's newest line.

        Returns:
            How many lines are gone.
        """
        try:
            with self._locked():
                newest = self._settle()
                found = [Entry.of(line) for line in audit_check.lines(self.path)]
                gone = next((i for i, e in enumerate(found) if e.when >= before), len(found) - 1)
                if newest is None or gone < 1:
                    return 0
                # Said first: a log that was not shortened after all is still whole.
                first = found[gone]
                what = f"{first.n}:{first.prev[: audit_check.PREFIX]}"
                self._own("log_shortened", newest, what=what, count=gone)
                put(self.path, b"\n".join(audit_check.lines(self.path)[gone:]) + b"\n")
        except filelock.Timeout as error:
            raise AuditUnwritable(_("another process holds the log")) from error
        except OSError as error:
            raise AuditUnwritable.of(error) from error
        except (ValueError, TypeError) as error:
            raise AuditUnwritable(_("a line of the log cannot be read")) from error
        return gone

    def carry_into(self, restored: Layout) -> None:
        """Take this log along into the folder of a restored backup, which then takes its place.

        Of two logs of one store of which one continues the other, the longer is kept; if they
        have parted, the backup's is put aside in the same folder.
        """
        theirs = Audit(restored)
        if not self.path.is_file() or self._store_id() != theirs._store_id():
            return
        mine = self.path.read_bytes()
        other = theirs.path.read_bytes() if theirs.path.is_file() else b""
        if other.startswith(mine):
            return
        if not mine.startswith(other):
            mark = hashlib.sha256(other).hexdigest()[:12]
            put(theirs.folder / f"log-{mark}.jsonl", other)
        put(theirs.path, mine)
        if self.head.is_file():
            put(theirs.head, self.head.read_bytes())


def _tail(path: Path) -> tuple[Entry | None, bytes]:
    """The newest whole line, and the bytes of a half-written one after it."""
    try:
        with path.open("rb") as handle:
            size = handle.seek(0, os.SEEK_END)
            handle.seek(max(0, size - _TAIL_BYTES))
            end = handle.read()
    except FileNotFoundError:
        return None, b""
    *whole, rest = end.split(b"\n")
    for line in reversed(whole):
        try:
            return Entry.of(line), rest
        except (ValueError, TypeError):
            continue
    return None, rest
