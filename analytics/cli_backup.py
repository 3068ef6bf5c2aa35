"""``backup`` and ``restore``: one file, sealed if asked, checked, and older ones put away.

A passphrase is never an argument (other people on the computer see those): it comes from a file,
from the variable ``PERUT_BACKUP_PASSPHRASE``, or is asked for.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import Any

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import Store, StoreError
from analytics.store.age import is_encrypted, new_key, wants_passphrase
from analytics.store.backup import (
    Seal,
    backup,
    check_backup,
    dated_name,
    forget_older,
    restore,
)
from analytics.store.check import Check

PASSPHRASE = "PERUT_BACKUP_PASSPHRASE"


def add_backup_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``backup``."""
    parser.add_argument(
        "file", type=Path, help="the new file, or a folder: then the name has store and time"
    )
    parser.add_argument("--encrypt", action="store_true", help="with a passphrase (age format)")
    parser.add_argument(
        "--recipient", action="append", default=[], metavar="age1…", help="for this public key"
    )
    parser.add_argument(
        "--keep", type=int, metavar="N", help="delete older ones in the folder but the newest N"
    )
    parser.add_argument(
        "--check", action="store_true", help="check the backup FILE, save and restore nothing"
    )
    parser.add_argument(
        "--new-key", action="store_true", help="make a pair of keys, the secret one into FILE"
    )
    _add_opening(parser)


def add_restore_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``restore``."""
    parser.add_argument("file", type=Path)
    _add_opening(parser)


def _add_opening(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help=f"else {PASSPHRASE}, else asked for"
    )
    parser.add_argument(
        "--identity", action="append", type=Path, default=[], metavar="FILE", help="secret key"
    )


def run_backup(store: Store, options: argparse.Namespace) -> int:
    """Save, check what was saved, or make a pair of keys."""
    if options.check:
        return _check(store, options)
    if options.new_key:
        public = new_key(options.file)
        sentence = _(
            "The secret key is in {file}: keep it where no backup is. Public key: {public}",
            file=options.file.name,
            public=public,
        )
        return _done(options, {"file": str(options.file), "public": public}, sentence)
    if options.keep is not None and (options.keep < 1 or not options.file.is_dir()):
        raise StoreError(_("--keep needs a number from 1 on, and a folder to save into."))
    seal = Seal(
        passphrase=_passphrase(options, twice=True) if options.encrypt else None,
        recipients=options.recipient,
    )
    if seal.passphrase and seal.recipients:
        raise StoreError(_("Choose one: a passphrase (--encrypt) or a --recipient."))
    file: Path = options.file
    if file.is_dir():
        file = file / dated_name(store, seal)
    count = backup(store, file, seal)
    gone = forget_older(file, options.keep) if options.keep else []
    sentence = _(
        "{count} files saved. The vault key is not among them: keep a copy of it apart.",
        count=number(count),
    )
    if gone:
        sentence += " " + _("{count} older backups deleted.", count=number(len(gone)))
    value = {"file": str(file), "files": count, "encrypted": seal.encrypts, "deleted": gone}
    return _done(options, value, sentence if options.json else f"{file.name}: {sentence}")


def _check(store: Store, options: argparse.Namespace) -> int:
    checks = check_backup(store, options.file, _opening(options))
    if options.json:
        print(json.dumps([_described(check) for check in checks], ensure_ascii=False, indent=1))
    else:
        for check in checks:
            print(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.detail}")
    return 0 if all(check.ok for check in checks) else 1


def _described(check: Check) -> dict[str, Any]:
    return {"name": check.name, "ok": check.ok, "detail": check.detail}


def run_restore(store: Store, options: argparse.Namespace) -> int:
    """Make the store from a backup."""
    aside = restore(store, options.file, _opening(options))
    sentence = _("The store was restored.")
    if aside:
        sentence += " " + _("What was there before is in {folder}.", folder=aside.name)
    if store.has_right_key() is None:
        sentence += " " + _("Figures are there; for names, put the key file back.")
    return _done(options, {"moved_aside": str(aside) if aside else None}, sentence)


def _opening(options: argparse.Namespace) -> Seal:
    """What the file needs to be opened, asked for only when it needs it."""
    file: Path = options.file
    try:
        if not is_encrypted(file):
            return Seal()
        if wants_passphrase(file) and not options.identity:
            return Seal(passphrase=_passphrase(options, twice=False))
        return Seal(identities=[path.read_text(encoding="utf-8") for path in options.identity])
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(_("A file that was named cannot be read.")) from error


def _passphrase(options: argparse.Namespace, *, twice: bool) -> str:
    if options.passphrase_file:
        try:
            return str(options.passphrase_file.read_text(encoding="utf-8")).strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(_("The file of the passphrase cannot be read.")) from error
    if known := os.environ.get(PASSPHRASE):
        return known
    if not sys.stdin.isatty():
        raise StoreError(
            _("A passphrase is needed: --passphrase-file, or the variable {name}.", name=PASSPHRASE)
        )
    first = getpass.getpass(_("Passphrase: "))
    if twice and getpass.getpass(_("The same once more: ")) != first:
        raise StoreError(_("The two passphrases differ; nothing was saved."))
    return first


def _done(options: argparse.Namespace, value: Any, sentence: str) -> int:
    print(json.dumps(value, ensure_ascii=False) if options.json else sentence)
    return 0
