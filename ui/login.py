"""Signing in (placeholder until accounts are there)."""

from __future__ import annotations

from analytics.access.roles import Reader
from analytics.store import Store


def signed_in(store: Store) -> Reader | None:
    """Who is signed in."""
    return None


def accounts_exist(store: Store) -> bool:
    """Whether there is any account."""
    return False


def draw_account(reader: Reader) -> None:
    """Who is signed in, and the way out."""


def draw_invitation() -> None:
    """The way to sign in."""
