"""Reading the TOML files of `data/`: what is wrong with one is said in a sentence, never guessed.

They are edited by people in an office, so every sentence names the part, what may stand there,
and is in the language in force. Nothing here knows what a setting means.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from analytics.i18n import _

T = TypeVar("T")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")


class RulesError(ValueError):
    """A settings file has an unknown key, a missing one, or a value that cannot be."""


def changed_at(path: Path) -> float:
    """When a settings file was last changed, so that it is read again then.

    Raises:
        RulesError: it is not there.
    """
    try:
        return path.stat().st_mtime
    except OSError as error:
        raise RulesError(_unreadable(path)) from error


def text_of(path: Path) -> str:
    """What stands in a settings file.

    Raises:
        RulesError: it cannot be read, or is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise RulesError(_unreadable(path)) from error
    except UnicodeDecodeError as error:
        raise RulesError(_("{file} must be saved as UTF-8 text.", file=path.name)) from error


def parsed(path: Path, parse: Callable[[str, str], T]) -> T:
    """What a settings file says.

    Args:
        parse: from its text and the name that people know it by.

    Raises:
        RulesError: the sentence begins with the file's own name: there may be another one beside
            the project's.
    """
    text, name = text_of(path), path.name
    try:
        return parse(text, name)
    except RulesError as error:
        said = str(error)
        named = said.startswith((f"{name} ", f"{name}:"))
        raise RulesError(said if named else f"{name}: {said}") from error


def _unreadable(path: Path) -> str:
    return _("The settings file {file} cannot be read.", file=path.name)


def tables_of(file: str, text: str) -> dict[str, Any]:
    """The tables of TOML text; *file* is the name that people know it by.

    Raises:
        RulesError: it is no TOML; the sentence says where.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if place := _PLACE.search(str(error)):
            line, column = place.groups()
            said = _(
                "{file} is not valid TOML: look at line {line}, column {column}.",
                file=file,
                line=line,
                column=column,
            )
        else:
            said = _("{file} is not valid TOML: look at its end.", file=file)
        raise RulesError(said) from error


def only(where: str, given: Collection[str], known: Collection[str]) -> None:
    """Refuse keys that are not *known*."""
    if odd := sorted(set(given) - set(known)):
        raise RulesError(_("{where}: unknown: {names}.", where=where, names=", ".join(odd)))


def exactly(
    where: str, given: Iterable[str], needed: Iterable[str], optional: Iterable[str] = ()
) -> None:
    """Refuse keys that are not known, and a missing one that is *needed*."""
    here, wanted = set(given), set(needed)
    only(where, here, wanted | set(optional))
    if missing := sorted(wanted - here):
        raise RulesError(_("{where}: missing: {names}.", where=where, names=", ".join(missing)))


def entries_of(file: str, raw: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The tables ``[[name]]``; none when there are none."""
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise RulesError(
            _("{file}: each of these entries begins with [[{name}]].", file=file, name=name)
        )
    return found


def once(where: str, names: Iterable[str]) -> None:
    """Refuse a name that is given twice."""
    seen, twice = set[str](), set[str]()
    for name in names:
        (twice if name in seen else seen).add(name)
    if twice:
        raise RulesError(
            _(
                "{where}: given more than once: {names}.",
                where=where,
                names=", ".join(sorted(twice)),
            )
        )


def text_at(where: str, raw: Mapping[str, Any], *keys: str) -> None:
    """Refuse anything but a text that is not blank."""
    for key in keys:
        if not isinstance(raw[key], str) or not raw[key].strip():
            raise RulesError(_("{where}: {key} must be a text.", where=where, key=key))


def one_of(where: str, key: str, value: Any, allowed: Iterable[str]) -> None:
    """Refuse a value that is not among *allowed*."""
    known = tuple(allowed)
    if value not in known:
        raise RulesError(
            _(
                "{where}: {key} must be one of {names}.",
                where=where,
                key=key,
                names=", ".join(known),
            )
        )


def day_at(where: str, raw: Mapping[str, Any], key: str) -> date:
    """The day under a key; a moment or a text is none."""
    value = raw.get(key)
    if type(value) is not date:
        raise RulesError(
            _(
                "{where}: {key} must be a day without quotation marks, as in 2026-01-25.",
                where=where,
                key=key,
            )
        )
    return value


def wrong(where: str, reason: str) -> RulesError:
    """The error for what only the file's own module can judge; *reason* is a whole sentence."""
    return RulesError(f"{where}: {reason}")


def section_of(name: str, raw: Any) -> None:
    """Refuse anything but a table ``[name]``."""
    if not isinstance(raw, dict):
        raise RulesError(_("The section [{name}] is missing.", name=name))


def number_at(where: str, key: str, value: Any, *, whole: bool = False) -> None:
    """Refuse anything but a number that is finite and not negative."""
    kinds = (int,) if whole else (int, float)
    if type(value) in kinds and 0 <= value < math.inf:
        return
    said = (
        _("{where}: {key} must be a whole number, 0 or more.", where=where, key=key)
        if whole
        else _("{where}: {key} must be a number, 0 or more.", where=where, key=key)
    )
    raise RulesError(said)
