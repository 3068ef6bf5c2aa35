"""Desa as people write them: codes with or without dots, names with known spelling variants."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from analytics.i18n import _
from analytics.ingest.values import ValueProblem

_WORDS = re.compile(r"[a-z0-9]+")
_PREFIXES = frozenset({"desa", "ds", "kelurahan", "kel"})
_VARIANTS = {"sei": "sungai", "sungei": "sungai", "s": "sungai"}
_DOTTED = re.compile(r"(\d{2})\.(\d{2})\.(\d{2})\.(\d{4})")


def normalise_desa(text: str) -> str:
    """A desa's name as it is compared, without case, gaps, ``Desa`` and spelling variants.

    >>> normalise_desa("Desa Sei  Pumpung") == normalise_desa("SUNGAI PUMPUNG")
    True
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    words = _WORDS.findall("".join(c for c in plain if not unicodedata.combining(c)))
    if len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    if len(words) > 1:
        words[0] = _VARIANTS.get(words[0], words[0])
    return "".join(words)


def desa_aliases(
    code: str,
    name: str,
    bps_code: str | None = None,
    bps_name: str | None = None,
    kecamatan: str = "",
) -> set[str]:
    """Every normalised spelling of one desa: its codes, its names, its names with the kecamatan."""
    aliases = {normalise_desa(code), code.replace(".", "")}
    if bps_code:
        aliases.add(bps_code)
    for spelling in filter(None, (name, bps_name)):
        plain = normalise_desa(spelling)
        aliases.add(plain)
        if kecamatan:
            where = normalise_desa(kecamatan)
            aliases |= {plain + where, f"{plain}kec{where}", f"{plain}kecamatan{where}"}
    return aliases


class DesaIndex:
    """Finds the desa that a cell means.

    Args:
        rows: (alias as `desa_aliases` writes it, value to return) pairs, e.g. the store's
            alias table; the same alias for two values makes it ambiguous.
    """

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for alias, value in rows:
            found[alias].add(value)
        self._found = {alias: sorted(values) for alias, values in found.items()}

    @property
    def spellings(self) -> list[str]:
        """Every alias, normalised."""
        return list(self._found)

    def find(self, text: str) -> str:
        """The desa named by *text*.

        Raises:
            ValueProblem: unknown, or a name that several desa have.
        """
        values = self._found.get(normalise_desa(text), [])
        if len(values) > 1 and _DOTTED.fullmatch(text.strip()):
            # A dotted code is Kemendagri's, even if its digits are also another desa's BPS code.
            values = [value for value in values if value == text.strip()] or values
        if not values:
            raise ValueProblem(_("Unknown desa: “{value}”", value=text.strip()))
        if len(values) > 1:
            raise ValueProblem(
                _("Several desa are called “{value}”; write the desa code", value=text.strip())
            )
        return values[0]

    def find_all(self, text: str) -> list[str]:
        """Several desa, separated by ``;``, ``|`` or ``,``.

        Raises:
            ValueProblem: for the first one that is not found.
        """
        parts = [part.strip() for part in re.split(r"[;|,\n]+", text)]
        return list(dict.fromkeys(self.find(part) for part in parts if part))
