"""Freeze a figure, and print it again years later.

A frozen figure names the version, the filters, the rules and the statements that answered, holds
the answer, and carries a hash over all of it (`analytics.store.frozen`). Shown again, it is asked
anew: of the same version, which must give the same, and of the newest one, which may differ.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import pandas as pd

from analytics.access.gate import answered_for, ask_as, seen_by
from analytics.access.roles import Reader, Role
from analytics.config import load_rules
from analytics.export.text import plain, records
from analytics.freeze_cells import PROGRAM, Answer, Cell, compared
from analytics.i18n import _
from analytics.questions import QUESTIONS, Filters
from analytics.questions.since import arrived_since, last_import, states_since
from analytics.store import NotForThisRole, Snapshot, Store, StoreError
from analytics.store.frozen import (
    FigureDamaged,
    Frozen,
    figure_ids,
    keep_figure,
    kept_figure,
)

MOST_ROWS = 2_000
_DIGITS = 10
"""Significant digits in which two answers must agree: beyond, machines may add up otherwise."""
_ABOUT_HOUSEHOLDS = ("household_id",)
LISTS = frozenset(
    {
        "followup", "target_gaps", "double_aid_household", "quality_records", "barriers",
        "meeting", "unlisted",
    }
)  # fmt: skip
"""Questions that answer with households one by one: there is no figure in them to freeze."""

Again = Literal["same", "other", "gone"]

_MOST_KEPT = 16
_kept: OrderedDict[tuple[str, str, str], list[Answer] | None] = OrderedDict()
_keeping = threading.Lock()


@dataclass(frozen=True, slots=True)
class Shown:
    """A frozen figure, asked again.

    Attributes:
        again: the same version asked anew: ``same``; ``other`` (the rules or the definition
            changed, or data was erased from it); ``gone`` (there is no such version any more).
        newest: the version that was asked besides; the newest one.
        different: cells that the newest version answers otherwise, row by row, with what moved
            them (`Cell.moves`).
        evened: cells that it answers the same, although changes moved them on the way.
        split: whether the moves are known (not to outside readers; not of very large stores, nor
            when one of the two versions cannot be asked).
        arrived: `arrived_since` between the two (``None`` for outside readers, who get no
            counts, and when one of the two cannot be asked).
        rules: those that have another value today: ``section.name`` → (then, now).
        redefined: the statements themselves changed.
        rewritten: the version's file is another one: personal data was erased from it.
        older: the current version is an earlier one than the frozen one.
    """

    figure: Frozen
    again: Again
    newest: str
    different: Sequence[Cell]
    evened: Sequence[Cell]
    split: bool
    arrived: pd.DataFrame | None
    rules: Mapping[str, tuple[Any, Any]]
    redefined: bool
    rewritten: bool
    older: bool


def may_freeze(reader: Reader) -> bool:
    """The public looks; everybody else may pin a figure they see."""
    return reader.role is not Role.PUBLIK


def freeze(
    store: Store,
    reader: Reader,
    question: str,
    filters: Filters,
    columns: Sequence[str] = (),
    label: str = "",
) -> Frozen:
    """Pin the answer to a question as this reader sees it now.

    Args:
        columns: of the answer that hold the figure; empty = the whole answer.
        label: what it is, in words.

    Raises:
        NotForThisRole: the role may not freeze, or not ask this.
        StoreError: the answer is a list of households or too long, has no such column, or cannot
            be written.
    """
    if not may_freeze(reader):
        raise NotForThisRole(_("This role may not freeze figures."))
    whole = store.current()
    filters = answered_for(reader, whole, filters)
    table = ask_as(reader, whole, question, filters)
    if set(table.columns).intersection(_ABOUT_HOUSEHOLDS) or len(table) > MOST_ROWS:
        raise StoreError(_("Only figures can be frozen, not lists of households."))
    if odd := [name for name in columns if name not in table.columns]:
        raise StoreError(
            _(
                "The answer has no column {names}; it has {known}.",
                names=", ".join(odd),
                known=", ".join(table.columns),
            )
        )
    return keep_figure(
        store,
        Frozen(
            frozen_at=datetime.now(UTC).isoformat(timespec="seconds"),
            by=reader.name,
            role=reader.role.value,
            assigned=list(reader.desa),
            label=label,
            question=question,
            filters=_as_json(filters),
            columns=list(columns),
            version_id=whole.version_id,
            version_sha256=whole.info.sha256,
            batch_no=last_import(whole),
            store_id=str(store.identity()["store_id"]),
            simulated=whole.simulated,
            definition=_definition(question),
            parameters=_parameters(filters),
            rules=_rules(),
            rows=_rows(_chosen(table, columns)),
        ),
    )


def _chosen(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Those of the columns that there are, in the order of the answer; none chosen = all."""
    return table[[name for name in table.columns if name in columns]] if columns else table


def show(store: Store, reader: Reader, figure_id: str) -> Shown:
    """The figure as it was frozen, and whether the same question says the same today.

    Raises:
        UnknownFigure, FigureDamaged: see `kept_figure`.
        NotForThisRole: it was frozen by somebody who sees more than this reader.
    """
    figure = kept_figure(store, figure_id)
    _must_be_for(reader, figure)
    asker = Reader(figure.by, Role(figure.role), tuple(figure.assigned), via=reader.via)
    filters = _filters(figure)
    newest = store.current()
    then = _version(store, figure.version_id)
    known = figure.question in QUESTIONS
    again: Again = "gone"
    if then is not None and known:
        again = "same" if _asked(asker, then, figure, filters) == list(figure.rows) else "other"
    now = _asked(asker, newest, figure, filters) if known else []
    arrived, between = None, None
    if then is not None and not reader.protected:
        arrived = arrived_since(seen_by(reader, then), seen_by(reader, newest), filters)
        if known and not asker.protected:
            between = _between(asker, then, newest, figure, filters)
    different, evened = compared(figure.rows, between or (), now)
    return Shown(
        _told(reader, figure),
        again,
        newest.version_id,
        different,
        evened,
        between is not None,
        arrived,
        _changed(figure.rules, _rules()),
        known and figure.definition != _definition(figure.question),
        then is not None and then.info.sha256 != figure.version_sha256,
        last_import(newest) < figure.batch_no,
    )


def frozen_for(store: Store, reader: Reader) -> list[Frozen]:
    """The figures that this reader may see again, newest first; damaged files are left out."""
    found = []
    for figure_id in figure_ids(store):
        try:
            figure = kept_figure(store, figure_id)
            _must_be_for(reader, figure)
        except (FigureDamaged, NotForThisRole):
            continue  # `verify` names the damaged ones
        found.append(_told(reader, figure))
    return sorted(found, key=lambda figure: figure.frozen_at, reverse=True)


def _must_be_for(reader: Reader, figure: Frozen) -> None:
    """What an outside reader froze is published; the rest is for those who see as much."""
    if reader.role is Role.CAMAT or figure.role in (Role.PENINJAU, Role.PUBLIK):
        return
    mine = reader.role is Role.PETUGAS and figure.role == Role.PETUGAS
    if not (mine and set(figure.assigned) <= set(reader.desa)):
        raise NotForThisRole(_("This figure was frozen for a role that sees more than yours."))


def _told(reader: Reader, figure: Frozen) -> Frozen:
    """Without what names the store and the file of its version, for outside readers.

    The pseudonyms of the reviewers' sample are made with the one, and it is drawn with the other
    (`analytics.access.sample`): who has both and knows how household ids look undoes them.
    """
    return replace(figure, version_sha256="", store_id="") if reader.protected else figure


def _version(store: Store, version_id: str) -> Snapshot | None:
    if version_id not in store.layout.version_ids():
        return None
    return store.open(version_id)


def _asked(
    asker: Reader, whole: Snapshot, figure: Frozen, filters: Filters
) -> list[Mapping[str, Any]]:
    table = ask_as(asker, whole, figure.question, filters)
    return _rows(_chosen(table, figure.columns))


def _between(
    asker: Reader, then: Snapshot, newest: Snapshot, figure: Frozen, filters: Filters
) -> list[Answer] | None:
    """The answers on the way from one version to another; ``None`` = they cannot be told.

    They are worked out once per pair of versions: a page asks for them at every click.
    """
    if then.version_id == newest.version_id:
        return [Answer(PROGRAM, "", _asked(asker, newest, figure, filters))]
    key = (figure.id, newest.version_id, repr(load_rules()))
    with _keeping:
        if key in _kept:
            return _kept[key]
    answers = []
    before, now = seen_by(asker, then), seen_by(asker, newest)
    for step, state in states_since(before, now, filters):
        table = QUESTIONS[figure.question].function(state, filters)
        rows = _rows(_chosen(table, figure.columns))
        if step is None and rows != _asked(asker, then, figure, filters):
            break  # a state is not the version it was made of: better nothing than a wrong split
        part, kind = (step.part, step.kind) if step else (PROGRAM, "")
        answers.append(Answer(part, kind, rows))
    with _keeping:
        _kept[key] = answers or None
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return answers or None


def _rows(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{name: _rounded(cell) for name, cell in row.items()} for row in records(table)]


def _rounded(cell: Any) -> Any:
    if isinstance(cell, list):
        return [_rounded(each) for each in cell]
    if isinstance(cell, float):
        return float(f"{cell:.{_DIGITS}g}") if math.isfinite(cell) else None
    return cell


def _changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Rules of a later release are no change of those that were in force."""
    return {n: (before, now.get(n)) for n, before in then.items() if before != now.get(n)}


def _rules() -> dict[str, Any]:
    return {name: _rounded(plain(value)) for name, value in load_rules().flat().items()}


def _definition(question: str) -> str:
    return hashlib.sha256(QUESTIONS[question].sql.encode()).hexdigest()


def _parameters(filters: Filters) -> dict[str, Any]:
    return {name: _rounded(plain(value)) for name, value in filters.parameters().items()}


def _as_json(filters: Filters) -> dict[str, Any]:
    return {
        "as_of": filters.as_of.isoformat(),
        "window_days": filters.window_days,
        "desa": list(filters.desa),
        "programs": list(filters.programs),
    }


def _filters(figure: Frozen) -> Filters:
    kept = figure.filters
    return Filters(
        date.fromisoformat(kept["as_of"]),
        int(kept["window_days"]),
        tuple(kept["desa"]),
        tuple(kept["programs"]),
    )
