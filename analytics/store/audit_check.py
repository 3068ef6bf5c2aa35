"""Does the chain of the audit log hold? Reads every line once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from analytics.i18n import _
from analytics.numbers import number
from analytics.store.audit_line import KEYED, PLAIN, START, Entry

PREFIX = 11
"""So many characters of a hash stand in the line that says where a log begins."""
_REMEMBERED = 5_000
"""The hashes of so many lines are kept to compare the heads with: most heads lag by a few."""
_MOST_LOGS = 16


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of a line that has been the newest; number 0 = unreadable."""

    n: int
    hash: str


@dataclass(slots=True)
class State:
    """What was found in the log.

    Attributes:
        lines: how many there are.
        plain: how many were written while the key was not on the machine.
        problems: each in a sentence; empty when the chain holds.
        unchecked: keyed lines that could not be checked, for want of the key here.
        accepted: problems before a line that says that somebody has looked into them.
        interrupted: bytes of a line that was never finished: a writer was killed or the power
            failed (or is writing at this moment). Nobody was told that it was logged, and the next
            line notes it, so it is no problem; a finished line that was cut short is one, because
            the head names it.
    """

    lines: int = 0
    plain: int = 0
    unchecked: int = 0
    problems: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    interrupted: int = 0


def lines(path: Path) -> list[bytes]:
    """Every line of a log, a half-written last one included; none when there is no log."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    found = content.split(b"\n")
    return found if found[-1] else found[:-1]


class Chain:
    """Follows the lines of a log, as many at a time as there are; `finish` says how it stands."""

    def __init__(self, key: bytes | None) -> None:
        """*key*: of the hashes; without it a keyed line's own hash stays unchecked."""
        self.key = key
        self.state = State()
        self.first: Entry | None = None
        self.before: Entry | None = None
        self._starts = {(1, START)}
        self._accepted = False
        self._hashes: dict[int, str] = {}

    def feed(self, found: Iterable[bytes]) -> None:
        """Further lines, oldest first."""
        for line in found:
            self.state.lines += 1
            try:
                entry = Entry.of(line)
            except (ValueError, TypeError):
                self._problem(
                    _("Line {line} of the log cannot be read.", line=number(self.state.lines))
                )
                continue
            self._check(entry)
            self.first = self.first or entry
            self.before = entry
            self._hashes[entry.n] = entry.hash
            if len(self._hashes) > 2 * _REMEMBERED:
                self._hashes = dict(list(self._hashes.items())[-_REMEMBERED:])
            self._note(entry)

    def _problem(self, sentence: str) -> None:
        self.state.problems.append(sentence)

    def _note(self, entry: Entry) -> None:
        """What the log says of itself."""
        if not _trusted(entry, self.key):
            return
        if entry.event == "log_shortened":
            first, _colon, prev = entry.what.partition(":")
            if first.isdigit() and len(prev) == PREFIX:
                self._starts.add((int(first), prev))
        elif entry.event == "log_accepted":
            self.state.accepted += self.state.problems
            self.state.problems.clear()
            self._accepted = True

    def _check(self, entry: Entry) -> None:
        state, before = self.state, self.before
        if before and (entry.n != before.n + 1 or entry.prev != before.hash):
            self._problem(
                _(
                    "Between line {last} and line {line} of the log something is missing or "
                    "changed.",
                    last=number(before.n),
                    line=number(entry.n),
                )
            )
        if entry.seal == PLAIN:
            state.plain += 1
        if entry.seal not in (KEYED, PLAIN) or (
            (entry.seal == PLAIN or self.key) and entry.hash != entry.digest(self.key)
        ):
            self._problem(_("Line {line} of the log was changed.", line=number(entry.n)))
        elif entry.seal == KEYED and not self.key:
            state.unchecked += 1
        if entry.event == "log_damaged":
            self._problem(
                _(
                    "Before line {line} of the log {count} lines went missing.",
                    line=number(entry.n),
                    count=number(entry.count or 0),
                )
            )

    def finish(self, heads: Sequence[Head], whole: bytes = b"", half: bytes = b"") -> State:
        """How the log stands.

        Args:
            heads: numbers and hashes of lines that were once the newest.
            whole: every line that was fed: what is not remembered of them is looked up here.
            half: what follows the last whole line.
        """
        state = replace(
            self.state,
            problems=list(self.state.problems),
            accepted=list(self.state.accepted),
            interrupted=len(half),
        )
        first = self.first
        if first and not any(
            first.n == at and first.prev.startswith(prev) for at, prev in self._starts
        ):
            (state.accepted if self._accepted else state.problems).insert(
                0, _("The log begins at line {line}; lines are missing.", line=number(first.n))
            )
        for head in dict.fromkeys(heads):
            self._compare(state, head, whole)
        return state

    def _compare(self, state: State, head: Head, whole: bytes) -> None:
        newest = self.before.n if self.before else 0
        if head.n == 0:
            state.problems.append(_("The note of the log's newest line is damaged."))
        elif head.n > newest:
            state.problems.append(
                _(
                    "The end of the log is missing: it had {told} lines and now ends at {line}.",
                    told=number(head.n),
                    line=number(newest),
                )
            )
        elif (self._hashes.get(head.n) or _hash_of(head.n, whole, head.hash)) != head.hash:
            state.problems.append(
                _(
                    "Line {line} of the log is not the one that was written.",
                    line=number(head.n),
                )
            )


def _hash_of(n: int, whole: bytes, without: str) -> str:
    """The hash of line *n*, or *without* when there is no such line.

    A head may lag by more lines than are remembered: one that cannot be written any more does,
    and so does that of a log to which somebody added thousands of lines of their own.
    """
    digits = str(n).encode()
    for line in whole.split(b"\n"):
        if digits in line:
            try:
                entry = Entry.of(line)
            except (ValueError, TypeError):
                continue  # named already: `feed`
            if entry.n == n:
                return entry.hash
    return without


def _trusted(entry: Entry, key: bytes | None) -> bool:
    """Whether the line can only have been written by somebody with the key (if it is here)."""
    if key is None:
        return entry.seal == KEYED or entry.hash == entry.digest(None)
    return entry.seal == KEYED and entry.hash == entry.digest(key)


_followed: dict[Path, tuple[int, bytes, Chain]] = {}
"""Per log: length and hash of the part that was followed already, and where it stands."""
_following = threading.Lock()


def follow(path: Path, key: bytes | None, heads: Sequence[Head]) -> State:
    """Check a log from its first line to its last.

    What this process followed before is not followed again while its bytes are the same: hashing
    them anew is a hundred times faster.

    Raises ``OSError`` when it cannot be read.
    """
    content = path.read_bytes() if path.exists() else b""
    whole, newline, half = content.rpartition(b"\n")
    whole += newline
    with _following:
        length, digest, chain = _followed.get(path, (0, b"", Chain(key)))
        same = length <= len(whole) and hashlib.sha256(whole[:length]).digest() == digest
        if not same or chain.key != key:
            length, chain = 0, Chain(key)
        chain.feed(whole[length:].split(b"\n")[:-1])
        if len(_followed) > _MOST_LOGS:
            _followed.clear()
        _followed[path] = (len(whole), hashlib.sha256(whole).digest(), chain)
        return chain.finish(heads, whole, half)
