"""``python -m analytics user``: what it prints, what it refuses, and what it never shows."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from analytics.access.accounts import Accounts
from analytics.cli import main
from tests.access.people import BETTER, GOOD, HERE, quick_hashes
from tests.test_readme import ROOT

if TYPE_CHECKING:
    from analytics.store import Store


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


def run(store: Store, *arguments: str) -> int:
    return main(["user", *arguments, "--store", str(store.folder)])


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_new_account_gets_a_one_time_password_that_is_shown_once(
    fresh_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fresh_store, "add", "ani", "--role", "petugas", "--desa", "63.11.03.2008") == 0
    shown = re.search(r"pakai: (\S+)", capsys.readouterr().out)
    assert shown
    accounts = Accounts(fresh_store)
    assert accounts.sign_in("ani", shown[1], HERE)[1].must_change
    assert run(fresh_store, "list") == 0
    out = capsys.readouterr().out
    assert "ani" in out
    assert "petugas" in out
    assert shown[1] not in out


def test_a_password_comes_from_standard_input(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, GOOD + "\n")
    assert run(fresh_store, "add", "camat", "--role", "camat", "--password-stdin", "--json") == 0
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "camat", "role": "camat"}
    assert not Accounts(fresh_store).sign_in("camat", GOOD, HERE)[1].must_change
    typed(monkeypatch, BETTER + "\n")
    assert run(fresh_store, "reset", "camat", "--password-stdin") == 0
    assert GOOD not in out
    assert Accounts(fresh_store).sign_in("camat", BETTER, HERE)


def test_sessions_are_listed_and_ended(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, GOOD + "\n")
    run(fresh_store, "add", "camat", "--role", "camat", "--password-stdin")
    accounts = Accounts(fresh_store)
    tokens = [accounts.sign_in("camat", GOOD, HERE)[0] for _i in range(2)]
    capsys.readouterr()
    assert run(fresh_store, "sessions", "--json") == 0
    out = capsys.readouterr().out
    listed = json.loads(out)
    assert {one["name"] for one in listed} == {"camat"}
    assert not [token for token in tokens if token in out]
    assert run(fresh_store, "revoke", "--session", listed[0]["id"]) == 0
    assert sum(accounts.signed_in(token) is not None for token in tokens) == 1
    assert run(fresh_store, "disable", "camat") == 0
    assert not any(accounts.signed_in(token) for token in tokens)
    assert run(fresh_store, "enable", "camat") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "ani", "--role", "petugas"),
        ("add", "ani", "--role", "petugas", "--desa", "63.11.03.9999"),
        ("add", "Ani Besar", "--role", "camat"),
        ("disable", "nobody"),
        ("reset", "nobody"),
        ("revoke", "nobody"),
        ("revoke",),
        ("revoke", "camat", "--session", "x"),
        ("revoke", "--session", "x"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    fresh_store: Store, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(fresh_store, *arguments) == 2
    assert capsys.readouterr().err.strip()
    assert not Accounts(fresh_store).exist()


def test_a_weak_password_is_refused_and_not_repeated(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "password1234\n")
    assert run(fresh_store, "add", "camat", "--role", "camat", "--password-stdin") == 2
    told = capsys.readouterr()
    assert "password1234" not in told.out + told.err
    assert not Accounts(fresh_store).exist()


def test_a_password_cannot_be_an_argument(fresh_store: Store) -> None:
    with pytest.raises(SystemExit):
        run(fresh_store, "add", "camat", "--role", "camat", "--password", GOOD)


def test_the_command_itself_works_in_a_process_of_its_own(fresh_store: Store) -> None:
    command = [sys.executable, "-m", "analytics", "user"]
    environment = {**os.environ, "PERUT_STORE": str(fresh_store.folder)}
    for arguments in (["add", "camat", "--role", "camat"], ["list"], ["sessions"]):
        done = subprocess.run(
            [*command, *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert Accounts(fresh_store).exist()
