"""Sentences for people: gettext, English msgids in the code, Indonesian first on the screen.

Catalogues are plain ``.po`` files, one per area of the code, in ``locale/<language>/*.po``;
they are read directly, so there is no compiled file to forget. This module knows nothing of
Streamlit: the language is a context variable that `ui/` sets per session and that the
command line leaves at Indonesian.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("id", "en")
_T = TypeVar("_T")
language: ContextVar[str] = ContextVar("language", default="id")


@lru_cache(maxsize=4)
def _catalogue(code: str) -> gettext.NullTranslations:
    merged: gettext.NullTranslations = gettext.NullTranslations()
    for path in sorted((_CATALOGUES / code).glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=code)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations = gettext.GNUTranslations(compiled)
        translations.add_fallback(merged)
        merged = translations
    return merged


def _(msgid: str, /, **values: object) -> str:
    """The sentence in the current language, with ``{name}`` places filled from *values*."""
    text = _catalogue(language.get()).gettext(msgid)
    return text.format(**values) if values else text


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """As `_`, choosing the plural form for *count* (given to the text as ``{count}``)."""
    text = _catalogue(language.get()).ngettext(singular, plural, count)
    return text.format(count=count, **values)


def in_language(code: str, make: Callable[[], _T]) -> _T:
    """What *make* gives in one of `LANGUAGES`, whichever is the current one."""
    token = language.set(code)
    try:
        return make()
    finally:
        language.reset(token)
