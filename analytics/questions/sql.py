"""The SQL text that stands beside each question."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=64)
def sql_of(name: str) -> str:
    """The statement of ``<name>.sql``; reviewers read the same file."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
