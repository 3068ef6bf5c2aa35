"""The SQL text that stands beside each question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

_NAME = re.compile(r"\$([a-z_]+)")
_FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=64)
def sql_of(name: str) -> str:
    """The statement of ``<name>.sql``; reviewers read the same file."""
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def parameters_in(sql: str, parameters: Mapping[str, object]) -> str:
    """The values that the ``$names`` of a statement have, as comment lines to stand above it.

    They are for reading (and for typing into a database tool): what runs is always bound.
    """
    named = dict.fromkeys(_NAME.findall(sql))
    lines = [f"--   ${name} = {_literal(parameters[name])}" for name in named if name in parameters]
    return "\n".join(["-- With these parameters:", *lines, ""]) if lines else ""


def _literal(value: object) -> str:
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_literal(each) for each in value)}]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
