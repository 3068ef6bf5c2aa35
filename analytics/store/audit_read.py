"""Reading the audit log: the lines that fit, and whether all of them are whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import audit_check, vault
from analytics.store.audit_line import Entry, as_moment, clean_what
from analytics.store.errors import StoreError
from analytics.store.files import get_json
from analytics.store.layout import Layout


class AuditReading:
    """The part of `analytics.store.audit.Audit` that changes nothing."""

    def __init__(self, layout: Layout, *, beside_key: bool = True) -> None:
        """*beside_key*: write the head beside the key too; not for a folder that is to move."""
        self.folder = layout.folder / "audit"
        self.path = self.folder / "log.jsonl"
        self.head = self.folder / "head"
        self._layout = layout
        self._beside_key = beside_key

    def read(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        who: str | None = None,
        event: str | None = None,
        what: str | None = None,
        limit: int | None = None,
    ) -> list[Entry]:
        """The lines that fit, newest first; a line that cannot be read is left to `check`.

        Args:
            since, until: points in time, with a time zone; *until* is exclusive.
        """
        found: list[Entry] = []
        after = as_moment(since).encode() if since else b""
        before = as_moment(until).encode() if until else b""
        wanted_bytes = [
            f'"{name}":{json.dumps(value)}'.encode()
            for name, value in (("who", who), ("event", event), ("what", what))
            if value is not None
        ]
        for line in reversed(audit_check.lines(self.path)):
            # Most lines are passed over without being read: a log may have a million.
            if after and _written_at(line) < after:
                continue
            if before and _written_at(line) >= before:
                continue
            if not all(part in line for part in wanted_bytes):
                continue
            try:
                entry = Entry.of(line)
            except (ValueError, TypeError):
                continue
            wanted = (
                (since is None or entry.when >= since)
                and (until is None or entry.when < until)
                and who in (None, entry.who)
                and event in (None, entry.event)
                and what in (None, entry.what)
            )
            if wanted:
                found.append(entry)
                if limit is not None and len(found) >= limit:
                    break
        return found

    def written(self, names: Iterable[str]) -> dict[str, str]:
        """How the log names objects: an id that is a long number stands there by a mark.

        Those that it cannot tell apart (no key here to make their marks) are left out.
        """
        key = self._key()
        found = {name: clean_what(name, key) for name in names}
        return found if key else {name: text for name, text in found.items() if text == name}

    def distinct(self, part: str) -> list[str]:
        """Every value of ``who``, ``role`` or ``event`` in the log, in order."""
        found = set(re.findall(rf'"{part}":"([^"]*)"'.encode(), _content(self.path)))
        return sorted(value.decode("ascii", "replace") for value in found)

    def state(self) -> audit_check.State:
        """The whole chain, checked: how many lines, how many of them without key, problems."""
        return audit_check.follow(self.path, self._key(), self._heads())

    def check(self) -> list[str]:
        """What is wrong with the log, each in a sentence; empty when it is whole."""
        return list(self.state().problems)

    def describe(self) -> str:
        """The state of the chain in one sentence."""
        state = self.state()
        if state.problems:
            return state.problems[0]
        whole = _("{count} lines, unbroken", count=number(state.lines))
        return f"{whole}. {interrupted()}" if state.interrupted else whole

    def _heads(self) -> list[audit_check.Head]:
        told = [read_head(path) for path in (self.head, self.witness()) if path]
        return [head for head in told if head]

    def witness(self) -> Path | None:
        """Where the head is written a second time: beside the key file, one per store folder."""
        store_id = self._store_id() if self._beside_key else None
        beside = vault.key_file(store_id) if store_id else None
        if beside is None or not beside.is_file():
            return None
        place = hashlib.sha256(str(self._layout.folder).encode()).hexdigest()[:8]
        return beside.with_name(f"{store_id}.{place}.audit")

    def _store_id(self) -> str | None:
        try:
            return str(get_json(self._layout.identity)["store_id"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _key(self) -> bytes | None:
        """The key of the hashes, or ``None`` when this store's key is not on the machine."""
        try:
            identity = get_json(self._layout.identity)
            keys = vault.find_keys(str(identity["store_id"]))
        except (OSError, ValueError, KeyError, TypeError, StoreError):
            return None  # the store itself says what is wrong with it
        return keys.audit if keys and keys.check() == identity["key_check"] else None


def interrupted() -> str:
    """What an unfinished last line means."""
    return _("A line after them was never finished (power cut); the next entry notes it.")


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _written_at(line: bytes) -> bytes:
    """The moment in a line, without reading all of it; a line without one is of any time."""
    start = line.find(b'"at":"', 0, 64)
    return line[start + 6 : start + 30] if start > 0 else b"~"


def read_head(path: Path) -> audit_check.Head | None:
    """Number and hash of the newest line as a head file tells them; ``None`` without one."""
    try:
        raw = get_json(path)
        return audit_check.Head(int(raw["n"]), str(raw["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return audit_check.Head(0, "")  # damaged: `check` says so
