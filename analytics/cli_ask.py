"""``python -m analytics ask``: any question, with the filters of the pages, as a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pandas as pd

from analytics.access.gate import answered_for, ask_as, seen_by
from analytics.access.roles import SHELL, Reader, Role
from analytics.config import load_rules
from analytics.export.text import to_csv, to_json, to_text
from analytics.i18n import _
from analytics.ingest.values import ValueProblem, parse_date
from analytics.numbers import day, number, today
from analytics.questions import (
    QUESTIONS,
    Filters,
    changes,
    desa_list,
    household,
    program_list,
)
from analytics.questions.filters import LONGEST_WINDOW_DAYS
from analytics.store import KeyMissing, Snapshot, Store
from analytics.store.dismissals import kept_dismissals, with_dismissals

_FORMATS = {"table": to_text, "csv": to_csv, "json": to_json}
_OTHER = ("household", "changes")
"""Questions that need more than filters."""


class UsageError(Exception):
    """The call cannot be answered; ``str(error)`` says why."""


def add_ask_options(ask: argparse.ArgumentParser) -> None:
    """The question, its filters, and how to print the answer."""
    ask.add_argument("question", type=_question, choices=(*QUESTIONS, *_OTHER), metavar="QUESTION")
    add_filters(ask)
    ask.add_argument("--household", metavar="ID", help="for the question household")
    ask.add_argument("--version", metavar="ID", help="an older version of the data")
    ask.add_argument("--since", metavar="ID", help="for the question changes: an older version")
    ask.add_argument("--column", metavar="NAME,…", help="print only these columns")
    ask.add_argument("--format", choices=tuple(_FORMATS), default="table")


def add_filters(parser: argparse.ArgumentParser, *, only_reader: bool = False) -> None:
    """The filters of the pages, and who asks."""
    if not only_reader:
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="default: today")
        parser.add_argument("--window", type=int, metavar="DAYS")
        parser.add_argument("--desa", action="append", default=[], metavar="CODE")
        parser.add_argument("--program", action="append", default=[], metavar="CODE")
    parser.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=SHELL.role.value,
        help="answer as this role would be answered (default: camat)",
    )
    parser.add_argument(
        "--assigned", action="append", default=[], metavar="CODE", help="desa of --role petugas"
    )


def reader_of(options: argparse.Namespace) -> Reader:
    """Who asks, as the options say; raises `UsageError`."""
    if options.role == Role.PETUGAS and not options.assigned:
        raise UsageError(_("The role petugas needs --assigned CODE."))
    return Reader(SHELL.name, Role(options.role), tuple(options.assigned), via=SHELL.via)


def _question(name: str) -> str:
    return name.replace("-", "_")


def ask(store: Store, options: argparse.Namespace) -> int:
    """Print the answer; the exit code."""
    snapshot = store.open(options.version) if options.version else store.current()
    if snapshot.notice:
        print(snapshot.notice, file=sys.stderr)
    if snapshot.simulated:
        print(_("SIMULATED DATA"), file=sys.stderr)
    table = _answer(store, snapshot, options)
    print(_FORMATS[options.format](_chosen_columns(table, options.column)))
    return 0


def _answer(store: Store, whole: Snapshot, options: argparse.Namespace) -> pd.DataFrame:
    """What the role may be told; every answer comes through `analytics.access.gate`."""
    filters = asked_filters(whole, options)
    reader = reader_of(options)
    seen = seen_by(reader, whole)
    if options.question == "household":
        return _household(seen, filters, options.household)
    if options.question == "changes":
        return changes(seen_by(reader, _older(store, whole, options.since)), seen, filters)
    if reader.protected and options.version:
        raise UsageError(_("This role sees the newest version only."))
    table = ask_as(reader, whole, options.question, filters)
    if reader.protected:
        of = answered_for(reader, whole, filters).as_of
        print(_("Published figures as of {day}.", day=day(of)), file=sys.stderr)
    return _marked(store, table) if options.question == "signals" else table


def _marked(store: Store, table: pd.DataFrame) -> pd.DataFrame:
    """Signals that were set aside say so; without the vault's key nobody can know which."""
    try:
        return with_dismissals(table, kept_dismissals(store))
    except KeyMissing as error:
        print(str(error), file=sys.stderr)
        return table


def _household(snapshot: Snapshot, filters: Filters, household_id: str | None) -> pd.DataFrame:
    if not household_id:
        raise UsageError(_("The question household needs --household ID."))
    table = household(snapshot, filters, household_id)
    if table.empty:
        raise UsageError(_("There is no household with this id"))
    return table


def _older(store: Store, snapshot: Snapshot, version_id: str | None) -> Snapshot:
    older = version_id or snapshot.info.parent
    if older is None:
        raise UsageError(_("There is no version before this one to compare with."))
    return store.open(older)


def _chosen_columns(table: pd.DataFrame, names: str | None) -> pd.DataFrame:
    if not names:
        return table
    wanted = [name.strip() for name in names.split(",")]
    if odd := [name for name in wanted if name not in table.columns]:
        raise UsageError(
            _(
                "The answer has no column {names}; it has {known}.",
                names=", ".join(odd),
                known=", ".join(table.columns),
            )
        )
    return table[wanted]


def asked_filters(snapshot: Snapshot, options: argparse.Namespace) -> Filters:
    """The filters that the options name, checked against the whole version; `UsageError`."""
    try:
        as_of = parse_date(options.as_of) if options.as_of else today()
    except ValueProblem as problem:
        raise UsageError(str(problem)) from problem
    window = options.window if options.window is not None else load_rules().coverage.window_days
    if not 1 <= window <= LONGEST_WINDOW_DAYS:
        raise UsageError(
            _("The window must be 1 to {longest} days.", longest=number(LONGEST_WINDOW_DAYS))
        )
    known = set(desa_list(snapshot)["desa_code"])
    _must_exist([*options.desa, *options.assigned], known)
    _must_exist(options.program, set(program_list(snapshot)["program_code"]))
    try:
        return Filters(as_of, window, tuple(options.desa), tuple(options.program))
    except ValueError as error:
        raise UsageError(_("The date is out of range.")) from error


def _must_exist(codes: Sequence[str], known: set[str]) -> None:
    if odd := [code for code in codes if code not in known]:
        raise UsageError(_("Unknown code: {codes}", codes=", ".join(odd)))
