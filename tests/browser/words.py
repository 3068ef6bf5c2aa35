"""Which words on an Indonesian screen can only be English?"""

from __future__ import annotations

import re
from functools import cache

from tests.ui.test_catalogues import messages, translations

STREAMLIT = frozenset(
    "upload browse drag drop limit search results select choose clear remove download fullscreen "
    "sort ascending descending autosize pin unpin hide show format statistics copy copied running "
    "stop rerun settings theme light dark system menu close cancel collapse expand sidebar pages "
    "skip main content loading deploy print record screencast clipboard previous next january "
    "february march may june july august october december monday tuesday wednesday thursday friday "
    "saturday sunday today column columns row rows table empty error failed yes".split()
)
"""What Streamlit says by itself, word by word."""
BOTH = frozenset(
    # Words of Indonesian too, or of every language: names of files and products, units, codes.
    "data desa dusun program kobo odk sql csv xlsx xls ods zip pdf mb wita rt rw kk id status per "
    "app perut log normal format menu total bar next_visit_on dan item balita via".split()
)
_WORD = re.compile(r"[A-Za-z][A-Za-z’']+")
_MARK = re.compile(r"\{\w*\}|`[^`]*`|:material/\w+:")


def words_in(text: str) -> set[str]:
    """The words of a text in small letters, without placeholders and code."""
    return {word.lower().strip("’'") for word in _WORD.findall(_MARK.sub(" ", text))}


@cache
def english_only() -> frozenset[str]:
    """Words of the English sentences that no Indonesian sentence uses."""
    english: set[str] = set()
    indonesian: set[str] = set()
    for _path, message in messages():
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        for text in ids:
            english |= words_in(str(text))
        for text in translations(message):
            indonesian |= words_in(text)
    return frozenset(word for word in (english | STREAMLIT) - indonesian - BOTH if len(word) > 2)


VISIBLE = """() => {
  const skipped = ['pre', 'code', 'script', 'noscript', 'style', 'canvas', 'table[role=grid]',
    '[data-testid=stCode]', '[data-testid=stIconMaterial]', '[translate=no]'].join(', ');
  const found = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.nodeValue.trim()) found.push(node.nodeValue);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(skipped)) return;
    const style = getComputedStyle(node);
    if (style.display === 'none' || style.visibility === 'hidden') return;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      if (node.getAttribute(name)) found.push(node.getAttribute(name));
    if (node.shadowRoot) node.shadowRoot.childNodes.forEach(walk);
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found;
}"""
"""Every text and label that a person can see or hear, piece by piece."""


def left_over(pieces: list[str]) -> dict[str, str]:
    """English word → a piece of text that says it."""
    found = {}
    for piece in pieces:
        for word in words_in(piece) & english_only():
            found[word] = piece.strip()[:120]
    return found
