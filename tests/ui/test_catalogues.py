"""Every sentence in the code has its Indonesian, and says the same things."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.ui.conftest import ROOT

SOURCES = [
    ROOT / "dashboard.py",
    *(p for folder in ("analytics", "ui", "pages") for p in sorted((ROOT / folder).rglob("*.py"))),
]
CATALOGUES = sorted((ROOT / "locale" / "id").glob("*.po"))
PLACES = re.compile(r"\{(\w*)\}")
SAME_IN_BOTH = {"{n}"}


def sentences(source: str) -> list[tuple[int, tuple[str, ...]]]:
    """Line and msgid (singular and plural) of every ``_`` and ``ngettext``, f-strings included."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        count = {"_": 1, "ngettext": 2}.get(node.func.id, 0)
        texts = [a.value for a in node.args[:count] if isinstance(a, ast.Constant)]
        if count and len(texts) == count:
            found.append((node.lineno, tuple(str(text) for text in texts)))
    return found


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="id")


def messages() -> list[tuple[Path, Message]]:
    return [(path, message) for path in CATALOGUES for message in catalogue(path) if message.id]


def translations(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [str(message.string)]


def singular(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def test_the_reader_of_sentences_sees_them_all() -> None:
    source = "a = _('one')\nb = f'{_(\"two\")}'\nc = ngettext('x', 'y', n)\nd = _(name)"
    assert sorted(found for _line, found in sentences(source)) == [("one",), ("two",), ("x", "y")]


def test_every_sentence_has_its_indonesian() -> None:
    known = {singular(message) for _path, message in messages() if all(translations(message))}
    missing = [
        f"{path.relative_to(ROOT)}:{line}: {found[0]!r}"
        for path in SOURCES
        for line, found in sentences(path.read_text(encoding="utf-8"))
        if found[0] not in known
    ]
    assert not missing, "\n".join(missing)


def test_a_translation_names_the_same_values() -> None:
    wrong = [
        f"{path.name}: {singular(message)!r}"
        for path, message in messages()
        for text in translations(message)
        if text and set(PLACES.findall(text)) - set(PLACES.findall("".join(message.id)))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_value_is_lost_in_translation() -> None:
    wrong = [
        f"{path.name}: {singular(message)!r}"
        for path, message in messages()
        for text in translations(message)
        if text and set(PLACES.findall(singular(message))) - set(PLACES.findall(text))
    ]
    assert not wrong, "\n".join(wrong)


def test_two_catalogues_never_disagree() -> None:
    said: dict[str, set[str]] = {}
    for _path, message in messages():
        said.setdefault(singular(message), set()).add("|".join(translations(message)))
    assert not {msgid: texts for msgid, texts in said.items() if len(texts) > 1}


def test_the_pages_catalogue_has_nothing_that_nobody_says() -> None:
    used = {
        found[0] for path in SOURCES for _l, found in sentences(path.read_text(encoding="utf-8"))
    }
    own = [m for path, m in messages() if path.name == "ui.po"]
    assert not [singular(message) for message in own if singular(message) not in used]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_a_catalogue_is_whole(path: Path) -> None:
    assert not [
        singular(m) for m in catalogue(path) if m.id and (m.fuzzy or not all(translations(m)))
    ]
