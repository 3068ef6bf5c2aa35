"""The command line behind ``python -m analytics``.

Exit codes: 0 done, 1 done with something to look at (rejected rows, a check that failed),
2 not done; the reason is one sentence on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analytics.cli_ask import UsageError, add_ask_options, ask
from analytics.cli_backup import add_backup_options, add_restore_options, run_backup, run_restore
from analytics.cli_care import CARE, add_care_commands
from analytics.cli_show import SHOW, add_show_commands
from analytics.cli_user import add_user_options, user
from analytics.config import RulesError
from analytics.i18n import _
from analytics.ingest import FORMATS, ImportReport, import_files
from analytics.numbers import clock, number, today
from analytics.store import Store, StoreError, VersionInfo

_SCALES = ("kecamatan", "kabupaten", "provinsi")
_SHOWN_PROBLEMS = 20


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analytics", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, summary: str, *, with_json: bool = False) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.add_argument("--store", metavar="DIR", help="default: PERUT_STORE, then data/store")
        if with_json:
            sub.add_argument("--json", action="store_true", help="print one JSON value")
        return sub

    demo = command("demo", "make a store with simulated data")
    demo.add_argument("--seed", type=int, default=42)
    demo.add_argument("--scale", choices=_SCALES, default="kecamatan")

    load = command("import", "bring files into the store", with_json=True)
    load.add_argument("files", nargs="+", type=Path, metavar="FILE")
    load.add_argument("--kind", choices=tuple(FORMATS), help="read the files as this sheet")
    load.add_argument("--mapping", metavar="NAME", help="mapping file for a form export")
    load.add_argument("--dry-run", action="store_true", help="check only, change nothing")
    load.add_argument(
        "--replace-simulated", action="store_true", help="start without the simulated data"
    )

    add_ask_options(command("ask", "ask a question"))
    add_user_options(command("user", "accounts of the people who may sign in"))

    command("versions", "list the versions, newest first", with_json=True)
    verify = command("verify", "check that everything is whole", with_json=True)
    verify.add_argument("--all", action="store_true", help="rebuild the marts of every version")
    command("rollback", "make an older version current", with_json=True).add_argument("id")
    add_backup_options(command("backup", "save the store to one file", with_json=True))
    add_restore_options(command("restore", "make the store from a backup", with_json=True))
    command("prune", "delete old versions", with_json=True)
    add_care_commands(command)
    add_show_commands(command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    options = _parser().parse_args(arguments)
    try:
        store = Store(options.store)
        code = _COMMANDS[options.command](store, options)
        for sentence in store.recovered:
            print(sentence, file=sys.stderr)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read the output has seen enough (`… | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (StoreError, UsageError, RulesError) as error:
        if getattr(options, "json", False):
            print(json.dumps({"error": str(error)}, ensure_ascii=False))
        print(str(error), file=sys.stderr)
        return 2


def _say(share: float, what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{share:4.0%} {what}", end="" if share < 1 else "\n", file=sys.stderr)


def _demo(store: Store, options: argparse.Namespace) -> int:
    from analytics.demo import make_demo

    report = make_demo(store, seed=options.seed, scale=options.scale, today=today(), progress=_say)
    print(report)
    return 0


def _import(store: Store, options: argparse.Namespace) -> int:
    report = import_files(
        store,
        options.files,
        kind=options.kind,
        mapping=options.mapping,
        dry_run=options.dry_run,
        replace_simulated=options.replace_simulated,
        progress=None if options.json else _say,
    )
    if options.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        _print_report(report)
    if report.exit_code == 2:
        print(report.message, file=sys.stderr)
    return report.exit_code


def _print_report(report: ImportReport) -> None:
    for file in report.files:
        name = f"{file.file} · {file.sheet}" if file.sheet else file.file
        counts = _(
            "{rows} rows: {accepted} accepted, {unchanged} unchanged, {rejected} rejected",
            rows=number(file.rows_read),
            accepted=number(file.accepted),
            unchanged=number(file.unchanged),
            rejected=number(file.rejected),
        )
        print(f"{name} [{file.kind or '?'}] {counts}")
        for problem in file.errors[:_SHOWN_PROBLEMS]:
            where = _("row {row}, {column}", row=problem.row, column=problem.column or "")
            print(f"  {where}: {problem.problem}" if problem.row else f"  {problem.problem}")
        if len(file.errors) > _SHOWN_PROBLEMS:
            print(_("  … and {count} more", count=number(len(file.errors) - _SHOWN_PROBLEMS)))
    print(report.message)


def _described(info: VersionInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "created_at": info.created_at.isoformat(),
        "message": info.message,
        "batch": info.batch_id,
        "simulated": info.simulated,
        "size_bytes": info.size_bytes,
        "current": info.is_current,
    }


def _versions(store: Store, options: argparse.Namespace) -> int:
    store.current()
    found = store.versions()
    if options.json:
        print(json.dumps([_described(info) for info in found], ensure_ascii=False, indent=1))
        return 0
    for info in found:
        mark = "*" if info.is_current else " "
        print(f"{mark} {info.id}  {clock(info.created_at)}  {info.message}")
    return 0


def _verify(store: Store, options: argparse.Namespace) -> int:
    checks = store.verify(every_version=options.all)
    if options.json:
        found = [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks]
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            print(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.detail}")
    return 0 if all(check.ok for check in checks) else 1


def _rollback(store: Store, options: argparse.Namespace) -> int:
    return _done(options, _described(store.rollback(options.id)), _("This version is current now."))


def _prune(store: Store, options: argparse.Namespace) -> int:
    gone = store.prune()
    return _done(
        options, {"deleted": gone}, _("{count} old versions deleted.", count=number(len(gone)))
    )


def _done(options: argparse.Namespace, value: Any, sentence: str) -> int:
    print(json.dumps(value, ensure_ascii=False) if options.json else sentence)
    return 0


_COMMANDS = {
    "demo": _demo,
    "import": _import,
    "ask": ask,
    "user": user,
    "versions": _versions,
    "verify": _verify,
    "rollback": _rollback,
    "backup": run_backup,
    "restore": run_restore,
    "prune": _prune,
    **CARE,
    **SHOW,
}
