"""Care for personal data: ``audit``, ``retention``, ``key`` and ``extract``."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.cli_ask import UsageError
from analytics.config import TIME_ZONE
from analytics.export.extract import extract
from analytics.export.text import to_csv, to_json, to_text
from analytics.i18n import _
from analytics.ingest.values import ValueProblem, parse_date
from analytics.numbers import clock, number, today
from analytics.store import Store, StoreError
from analytics.store.audit import actor
from analytics.store.audit_line import EVENTS
from analytics.store.erase import erase, finish
from analytics.store.erased import is_unfinished
from analytics.store.files import put_new
from analytics.store.keycopy import backup_key, restore_key
from analytics.store.keystate import key_status
from analytics.store.rekey import rotate
from analytics.store.retention import Plan, due

_FORMATS = {"table": to_text, "csv": to_csv, "json": to_json}
SHORTEST_HASH = 12
PASSPHRASE = "PERUT_KEY_PASSPHRASE"
Command = Callable[..., argparse.ArgumentParser]


def add_care_commands(command: Command) -> None:
    """The commands and their options."""
    log = command("audit", "the log of who did what, newest first")
    log.add_argument("--since", metavar="YYYY-MM-DD")
    log.add_argument("--until", metavar="YYYY-MM-DD", help="up to and with this day")
    log.add_argument("--who", metavar="NAME")
    log.add_argument("--event", choices=sorted(EVENTS))
    log.add_argument("--format", choices=tuple(_FORMATS), default="table")
    log.add_argument("--check", action="store_true", help="only say whether the log is whole")
    log.add_argument(
        "--expect", metavar="HASH", help="is this line of a copy (its hash) still in the log?"
    )
    log.add_argument(
        "--accept", action="store_true", help="note that somebody looked into what is wrong"
    )

    keep = command("retention", "what has been kept long enough; erases it with --apply")
    keep.add_argument("--apply", action="store_true", help="erase it now, in every kept version")
    keep.add_argument("--household", metavar="ID", help="all of one household, on request")
    keep.add_argument("--format", choices=tuple(_FORMATS), default="table")

    key = command("key", "the key of the vault with the names").add_subparsers(
        dest="action", required=True
    )
    for name, summary in (
        ("status", "is it here, is it the right one, when was it saved"),
        ("backup", "save it to a file that a passphrase opens"),
        ("restore", "put it back from such a file"),
        ("rotate", "seal everything with a new key"),
    ):
        sub = key.add_parser(name, help=summary, description=summary)
        sub.add_argument("--store", metavar="DIR", default=argparse.SUPPRESS)
        sub.add_argument("--json", action="store_true", help="print one JSON value")
        if name in ("backup", "restore"):
            sub.add_argument("file", type=Path)
            sub.add_argument(
                "--passphrase-file",
                type=Path,
                metavar="FILE",
                help=f"else {PASSPHRASE}, else asked for",
            )

    own = command("extract", "everything about one household, for its family (XLSX)")
    own.add_argument("--household", required=True, metavar="ID")
    own.add_argument("file", type=Path)


# -- audit ---------------------------------------------------------------------------------------


def audit(store: Store, options: argparse.Namespace) -> int:
    """Print the log, or whether it is whole."""
    if options.accept:
        count = store.audit.accept(who=actor().who, role=actor().role)
        print(_("{count} problems noted as looked into.", count=number(count)))
        return 0
    if options.expect:
        return _expected(store, options.expect)
    state = store.audit.state()
    if options.check:
        for problem in state.problems:
            print(problem)
        if not state.problems:
            print(store.audit.describe())
        if state.plain:
            print(_("{count} lines were written without the key.", count=number(state.plain)))
        if state.accepted:
            print(_("{count} problems were looked into.", count=number(len(state.accepted))))
        return 1 if state.problems else 0
    for problem in state.problems:
        print(problem, file=sys.stderr)
    until = _day(options.until)
    entries = store.audit.read(
        since=_day(options.since),
        until=until + timedelta(days=1) if until else None,
        who=options.who,
        event=options.event,
    )
    columns = ["n", "at", "who", "role", "event", "what", "count"]
    columns += ["hash"] if options.format != "table" else []
    rows = [[getattr(entry, name) for name in columns] for entry in entries]
    table = pd.DataFrame(rows, columns=columns)
    table["count"] = table["count"].astype("Int64")
    print(_FORMATS[options.format](table))
    return 1 if state.problems else 0


def _expected(store: Store, wanted: str) -> int:
    if len(wanted) < SHORTEST_HASH:
        raise UsageError(_("A hash has at least {count} characters here.", count=SHORTEST_HASH))
    found = next((e for e in store.audit.read() if e.hash.startswith(wanted.lower())), None)
    if found is None:
        print(_("No line of the log has this hash: it is not the log the copy was taken from."))
        return 1
    print(
        _("It is line {line} of the log, of {when}.",
          line=number(found.n), when=clock(found.when))
    )  # fmt: skip
    return 0


def _day(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueProblem as problem:
        raise UsageError(str(problem)) from problem
    return datetime(day.year, day.month, day.day, tzinfo=TIME_ZONE)


# -- retention -----------------------------------------------------------------------------------


def retention(store: Store, options: argparse.Namespace) -> int:
    """The deletion report: what would go, or with ``--apply`` what went."""
    if is_unfinished(store.layout):
        if not options.apply:
            print(_("An erasure was interrupted; `retention --apply` completes it"))
            return 1
        finish(store)
    plan = due(store, today(), options.household)
    if options.apply and plan:
        erase(store, plan)
    print(_FORMATS[options.format](deletion_table(plan)))
    if options.format == "table":
        print(
            _("Erased in every kept version. Old backups still hold it: delete them, too.")
            if options.apply
            else _("Nothing was erased; --apply does it.")
        )
    return 0


def deletion_table(plan: Plan) -> pd.DataFrame:
    """``rule, count, ids`` per rule."""
    ids = {
        "ended_household": plan.ended,
        "requested": plan.requested,
        "rejected_rows_of_import": plan.rejected,
        "correction": plan.corrections,
        "evidence_document": plan.evidence,
    }
    counts = plan.counts()
    return pd.DataFrame(
        {
            "rule": list(counts),
            "count": list(counts.values()),
            "ids": [ids.get(r, []) for r in counts],
        }
    )


# -- key -----------------------------------------------------------------------------------------


def key(store: Store, options: argparse.Namespace) -> int:
    """Run one ``key`` command and return its exit code."""
    return _KEY_ACTIONS[options.action](store, options)


def _status(store: Store, options: argparse.Namespace) -> int:
    status = key_status(store)
    lines = [
        _("Key: {place}", place=status.place),
        status.problem or _("This store's key is here."),
        _("Fingerprint: {text}", text=status.fingerprint or "-"),
        _("Last saved: {when}", when=status.backed_up_at or _("never")),
        _("Last changed: {when}", when=status.rotated_at or _("never")),
    ]
    if status.unfinished:
        lines.append(_("A change of the key was interrupted; `key rotate` completes it."))
    _say(options, asdict(status), "\n".join(lines))
    return 1 if status.problem or status.unfinished else 0


def _backup(store: Store, options: argparse.Namespace) -> int:
    fingerprint = backup_key(store, options.file, _passphrase(options, twice=True))
    sentence = _(
        "The key was saved. Write this down and keep it apart from the passphrase: {text}",
        text=fingerprint,
    )
    _say(options, {"file": str(options.file), "fingerprint": fingerprint}, sentence)
    return 0


def _restore(store: Store, options: argparse.Namespace) -> int:
    fingerprint, aside = restore_key(store, options.file, _passphrase(options, twice=False))
    sentence = _("The key is back. Compare its fingerprint: {text}", text=fingerprint)
    if aside:
        sentence += " " + _("The key file that was there is now {file}.", file=aside.name)
    _say(options, {"fingerprint": fingerprint, "aside": str(aside) if aside else None}, sentence)
    return 0


def _rotate(store: Store, options: argparse.Namespace) -> int:
    count = rotate(store)
    sentence = _(
        "{count} values are sealed with the new key, each was opened with it. Save the key now: "
        "`key backup`; copies of before no longer open them.",
        count=number(count),
    )
    _say(options, {"values": count, "fingerprint": key_status(store).fingerprint}, sentence)
    return 0


_KEY_ACTIONS = {"status": _status, "backup": _backup, "restore": _restore, "rotate": _rotate}


def _passphrase(options: argparse.Namespace, *, twice: bool) -> str:
    if file := options.passphrase_file:
        try:
            return str(file.read_text(encoding="utf-8")).rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                _("The file with the passphrase cannot be read: {file}", file=file.name)
            ) from error
    if text := os.environ.get(PASSPHRASE):
        return text
    if not sys.stdin.isatty():
        raise UsageError(_("A passphrase is needed: --passphrase-file, or {name}", name=PASSPHRASE))
    text = getpass.getpass(_("Passphrase: "))
    if twice and getpass.getpass(_("The same again: ")) != text:
        raise UsageError(_("The two passphrases are not the same."))
    return text


# -- extract -------------------------------------------------------------------------------------


def write_extract(store: Store, options: argparse.Namespace) -> int:
    """Write the workbook of one household; nobody else may read the file."""
    if options.file.exists():
        raise StoreError(_("{file} is there already; choose another name.", file=options.file.name))
    content = extract(store, store.current(), options.household)
    try:
        put_new(options.file.resolve(), content)
    except OSError as error:
        raise UsageError(
            _("{file} cannot be written ({reason}).", file=options.file.name, reason=error.strerror)
        ) from error
    print(_("{file} was written. It holds personal data: for the family only.",
            file=options.file.name))  # fmt: skip
    return 0


def _say(options: argparse.Namespace, value: Any, sentence: str) -> None:
    print(json.dumps(value, ensure_ascii=False) if options.json else sentence)


CARE = {"audit": audit, "retention": retention, "key": key, "extract": write_extract}
