"""``python -m analytics user``: the accounts of the people who may sign in."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from analytics.access.accounts import Accounts
from analytics.access.passwords import WeakPassword
from analytics.access.roles import Role
from analytics.cli_ask import UsageError
from analytics.config import TIME_ZONE
from analytics.i18n import _, ngettext
from analytics.numbers import clock
from analytics.store import Store


def add_user_options(user: argparse.ArgumentParser) -> None:
    """What can be done with accounts. A password is never an argument: others could read it."""
    actions = user.add_subparsers(dest="action", required=True)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=summary, description=summary)
        sub.add_argument("--store", metavar="DIR", default=argparse.SUPPRESS)
        sub.add_argument("--json", action="store_true", help="print one JSON value")
        return sub

    add = action("add", "make an account; prints a one-time password when none is given")
    add.add_argument("name")
    add.add_argument("--role", choices=[role.value for role in Role], required=True)
    add.add_argument("--desa", action="append", default=[], metavar="CODE", help="of a petugas")
    add.add_argument("--email", help="as the identity provider (OIDC) knows this person")
    _password_options(add)
    action("disable", "lock an account out, at once").add_argument("name")
    action("enable", "let an account in again, and forget its failures").add_argument("name")
    reset = action("reset", "give an account a new one-time password")
    reset.add_argument("name")
    _password_options(reset)
    action("list", "every account")
    action("sessions", "who is signed in").add_argument("name", nargs="?")
    revoke = action("revoke", "sign an account out everywhere, or one session of `sessions`")
    revoke.add_argument("name", nargs="?")
    revoke.add_argument("--session", metavar="ID")


def _password_options(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    how.add_argument("--password-prompt", action="store_true", help="ask for it on the terminal")


def user(store: Store, options: argparse.Namespace) -> int:
    """Run one ``user`` command and return its exit code."""
    try:
        return _ACTIONS[options.action](Accounts(store), options)
    except WeakPassword as error:
        raise UsageError(str(error)) from error


def _password(options: argparse.Namespace) -> str | None:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not options.password_prompt:
        return None
    first = getpass.getpass(_("Password: "))
    if first != getpass.getpass(_("The same again: ")):
        raise UsageError(_("The two passwords are not the same."))
    return first


def _done(options: argparse.Namespace, value: dict[str, Any], *sentences: str) -> int:
    print(json.dumps(value, ensure_ascii=False) if options.json else "\n".join(sentences))
    return 0


def _with_one_time(
    options: argparse.Namespace, value: dict[str, Any], sentence: str, made: str | None
) -> int:
    if made is None:
        return _done(options, value, sentence)
    hint = _(
        "One-time password: {password}\nIt has to be changed at the first login and is shown "
        "only now.",
        password=made,
    )
    return _done(options, {**value, "one_time_password": made}, sentence, hint)


def _add(accounts: Accounts, options: argparse.Namespace) -> int:
    made = accounts.add(
        options.name,
        Role(options.role),
        options.desa,
        password=_password(options),
        email=options.email,
    )
    value = {"name": options.name, "role": options.role}
    sentence = _("Account {name} ({role}) was made.", name=options.name, role=options.role)
    return _with_one_time(options, value, sentence, made)


def _reset(accounts: Accounts, options: argparse.Namespace) -> int:
    made = accounts.reset(options.name, _password(options))
    sentence = _(
        "Account {name} has a new password; it was signed out everywhere.", name=options.name
    )
    return _with_one_time(options, {"name": options.name}, sentence, made)


def _disable(accounts: Accounts, options: argparse.Namespace) -> int:
    accounts.set_disabled(options.name, True)
    sentence = _("Account {name} can no longer sign in.", name=options.name)
    return _done(options, {"name": options.name, "disabled": True}, sentence)


def _enable(accounts: Accounts, options: argparse.Namespace) -> int:
    accounts.set_disabled(options.name, False)
    sentence = _("Account {name} can sign in.", name=options.name)
    return _done(options, {"name": options.name, "disabled": False}, sentence)


def _list(accounts: Accounts, options: argparse.Namespace) -> int:
    found = accounts.all()
    if options.json:
        rows = [
            {
                "name": one.name,
                "role": one.role.value,
                "desa": list(one.desa),
                "email": one.email,
                "disabled": one.disabled,
                "must_change": one.must_change,
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for one in found:
        notes = [
            *one.desa,
            *([one.email] if one.email else []),
            *([_("disabled")] if one.disabled else []),
            *([_("has to change the password")] if one.must_change else []),
        ]
        print(f"{one.name:<20} {one.role.value:<10} {', '.join(notes)}".rstrip())
    return 0


def _sessions(accounts: Accounts, options: argparse.Namespace) -> int:
    found = accounts.active_sessions(options.name)
    if options.json:
        rows = [
            {
                "id": one.id,
                "name": one.name,
                "via": one.via,
                "created_at": _when(one.created).isoformat(),
                "seen_at": _when(one.seen).isoformat(),
                "expires_at": _when(one.expires).isoformat(),
            }
            for one in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for one in found:
        begun, seen = clock(_when(one.created)), clock(_when(one.seen))
        print(
            _(
                "{id}  {name}  since {begun}, last used {seen}",
                id=one.id,
                name=one.name,
                begun=begun,
                seen=seen,
            )
        )
    return 0


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, TIME_ZONE).replace(microsecond=0)


def _revoke(accounts: Accounts, options: argparse.Namespace) -> int:
    if (options.name is None) == (options.session is None):
        raise UsageError(_("Name an account, or one session with --session."))
    count = accounts.revoke(name=options.name, session_id=options.session)
    if options.session and not count:
        raise UsageError(_("There is no such session."))
    sentence = ngettext("{count} session ended.", "{count} sessions ended.", count)
    return _done(options, {"ended": count}, sentence)


_ACTIONS: dict[str, Callable[[Accounts, argparse.Namespace], int]] = {
    "add": _add,
    "disable": _disable,
    "enable": _enable,
    "reset": _reset,
    "list": _list,
    "sessions": _sessions,
    "revoke": _revoke,
}
