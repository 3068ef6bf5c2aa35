"""Does the chain of the audit log hold? Reads every line once."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analytics.i18n import _
from analytics.numbers import number
from analytics.store.audit_line import KEYED, PLAIN, START, Entry

PREFIX = 11
"""So many characters of a hash stand in the line that says where a log begins."""


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
    """

    lines: int = 0
    plain: int = 0
    unchecked: int = 0
    problems: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)


def lines(path: Path) -> list[bytes]:
    """Every line of a log, a half-written last one included; none when there is no log."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    found = content.split(b"\n")
    return found if found[-1] else found[:-1]


def check_chain(found: Sequence[bytes], key: bytes | None, heads: Sequence[Head]) -> State:
    """Follow the chain from the first line to the last, then compare it with the heads.

    Args:
        found: the lines of the log, oldest first.
        key: the key of the hashes, or ``None``: then a keyed line's own hash stays unchecked.
        heads: numbers and hashes of lines that were once the newest.
    """
    state = State(lines=len(found))
    entries: list[Entry] = []
    starts = _allowed_starts(found, key)
    for position, line in enumerate(found, start=1):
        try:
            entry = Entry.of(line)
        except (ValueError, TypeError):
            state.problems.append(
                _("Line {line} of the log cannot be read.", line=number(position))
            )
            continue
        _check_line(state, entry, entries[-1] if entries else None, starts, key)
        entries.append(entry)
        if entry.event == "log_accepted" and _trusted(entry, key):
            state.accepted += state.problems
            state.problems.clear()
    _check_heads(state, entries, heads)
    return state


def _trusted(entry: Entry, key: bytes | None) -> bool:
    """Whether the line can only have been written by somebody with the key (if it is here)."""
    if key is None:
        return entry.seal == KEYED or entry.hash == entry.digest(None)
    return entry.seal == KEYED and entry.hash == entry.digest(key)


def _allowed_starts(found: Sequence[bytes], key: bytes | None) -> set[tuple[int, str]]:
    """Where a log may begin: at line 1, or where a line of the log says it was shortened."""
    starts = {(1, START)}
    for line in found:
        if b'"log_shortened"' not in line:
            continue
        with contextlib.suppress(ValueError, TypeError):  # reported as a line
            entry = Entry.of(line)
            first, _colon, prev = entry.what.partition(":")
            if entry.event == "log_shortened" and _trusted(entry, key) and len(prev) == PREFIX:
                starts.add((int(first), prev))
    return starts


def _check_line(
    state: State,
    entry: Entry,
    before: Entry | None,
    starts: set[tuple[int, str]],
    key: bytes | None,
) -> None:
    n = number(entry.n)
    if before is None:
        begins = any(entry.n == first and entry.prev.startswith(p) for first, p in starts)
        if not begins:
            state.problems.append(_("The log begins at line {line}; lines are missing.", line=n))
    elif entry.n != before.n + 1 or entry.prev != before.hash:
        last = number(before.n)
        state.problems.append(
            _(
                "Between line {last} and line {line} of the log something is missing or changed.",
                last=last,
                line=n,
            )
        )
    if entry.seal == PLAIN:
        state.plain += 1
    if entry.seal not in (KEYED, PLAIN) or (
        (entry.seal == PLAIN or key) and entry.hash != entry.digest(key)
    ):
        state.problems.append(_("Line {line} of the log was changed.", line=n))
    elif entry.seal == KEYED and not key:
        state.unchecked += 1
    if entry.event == "log_damaged":
        state.problems.append(
            _(
                "Before line {line} of the log {count} lines went missing.",
                line=n,
                count=number(entry.count or 0),
            )
        )


def _check_heads(state: State, entries: Sequence[Entry], heads: Sequence[Head]) -> None:
    by_number = {entry.n: entry for entry in entries}
    newest = entries[-1].n if entries else 0
    first = entries[0].n if entries else 0
    for head in dict.fromkeys(heads):
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
        elif head.n >= first and by_number.get(head.n, entries[-1]).hash != head.hash:
            state.problems.append(
                _("Line {line} of the log is not the one that was written.", line=number(head.n))
            )
