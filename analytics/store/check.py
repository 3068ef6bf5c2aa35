"""The result of one check of the store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: its name, whether it held, and what was found."""

    name: str
    ok: bool
    detail: str
