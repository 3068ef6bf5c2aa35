"""Frozen figures: what was shown, under which id, and a hash over all of it.

One JSON file per figure in ``frozen/``, written once and never again. A version that a frozen
figure names is not pruned, so that the question can be asked of the same data years later.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Self

from analytics.i18n import _
from analytics.store.errors import StoreError, write_problem
from analytics.store.files import get_json, put_new
from analytics.store.store import Store

_ID = re.compile(r"F-[A-Z2-7]{8}")
_BITS = 5  # bytes of the hash that an id shows: 8 characters of base32


class UnknownFigure(StoreError):
    """No figure was frozen under this id; the message says so."""


class FigureDamaged(StoreError):
    """The file of a figure is not as it was written; the message says so."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """One figure as it was shown.

    Attributes:
        frozen_at: UTC, ISO 8601.
        by, role, assigned: who froze it, as which role, and the desa of a field worker.
        label: what it is, in the words of the page.
        question, filters, columns: what was asked; no columns = the whole answer.
        version_id, version_sha256, batch_no: which data answered; the last import in it.
        store_id: which store.
        simulated: whether the data was simulated.
        definition: SHA-256 of the statements that answered.
        parameters: every value they were given.
        rules: every rule in force (`data/rules.toml`), ``section.name`` → value.
        rows: the answer, one mapping per row.
        hash: SHA-256 over all of the above.
    """

    frozen_at: str
    by: str
    role: str
    assigned: Sequence[str]
    label: str
    question: str
    filters: Mapping[str, Any]
    columns: Sequence[str]
    version_id: str
    version_sha256: str
    batch_no: int
    store_id: str
    simulated: bool
    definition: str
    parameters: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    rules: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""

    @property
    def id(self) -> str:
        """``F-`` and the first 40 bits of the hash, in letters that a person can type."""
        return f"F-{base64.b32encode(bytes.fromhex(self.hash)[:_BITS]).decode()}"

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.frozen_at)

    def sealed(self) -> Self:
        """The same with its hash."""
        return replace(self, hash=_digest(asdict(self)))

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """What a file says. A release adds fields now and then: one that an older file lacks has
        its default, and one that only a newer release knows is left alone. The hash is over all
        that stands in the file.

        Raises:
            ValueError, TypeError, KeyError: the file is not as it was written.
        """
        if raw["hash"] != _digest(raw):
            raise ValueError("the hash does not fit")
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in raw.items() if name in known})


def _digest(raw: Mapping[str, Any]) -> str:
    content = {name: value for name, value in raw.items() if name != "hash"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keep_figure(store: Store, figure: Frozen) -> Frozen:
    """Write a figure down for good; freezing the very same one again changes nothing.

    Raises:
        StoreError: the disk is full, or may not be written.
    """
    sealed = figure.sealed()
    path = store.layout.frozen / f"{sealed.id}.json"
    text = json.dumps(asdict(sealed), ensure_ascii=False, indent=1)
    with store.writing():
        store.open(sealed.version_id)  # it must still be there when the figure says so
        store.audit.note("figure_frozen", what=f"{sealed.id} {sealed.question}")
        try:
            put_new(path, text.encode())
        except FileExistsError:
            return kept_figure(store, sealed.id)
        except OSError as error:
            raise write_problem(error) from error
    return sealed


def kept_figure(store: Store, figure_id: str) -> Frozen:
    """The figure frozen under an id, its hash checked.

    Raises:
        UnknownFigure: nothing was frozen under it.
        FigureDamaged: the file is not what was written.
    """
    known = figure_id.strip().upper()
    if not _ID.fullmatch(known):
        raise UnknownFigure(_("{id} is no id of a frozen figure (F- and 8 letters).", id=figure_id))
    path = store.layout.frozen / f"{known}.json"
    if not path.is_file():
        raise UnknownFigure(_("No figure was frozen under {id} in this store.", id=known))
    damaged = FigureDamaged(
        _("The figure {id} was changed or damaged since it was frozen; do not use it.", id=known)
    )
    try:
        figure = Frozen.of(get_json(path))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged from error
    if figure.id != known:
        raise damaged
    return figure


def figure_ids(store: Store) -> list[str]:
    """The ids of all frozen figures, in no particular order; their files may be damaged."""
    folder = store.layout.frozen
    return sorted(path.stem for path in folder.glob("F-*.json")) if folder.is_dir() else []


def pinned_versions(store: Store) -> set[str]:
    """Versions that frozen figures name: they are not pruned."""
    pinned = set()
    for figure_id in figure_ids(store):
        try:
            pinned.add(str(get_json(store.layout.frozen / f"{figure_id}.json")["version_id"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged file pins nothing; `verify` names it
    return pinned
