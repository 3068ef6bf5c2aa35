"""Applies a mapping: the tables of a form's export → canonical sheets.

Columns are looked up whatever groups prefix them, the first filled of several sources counts,
a split multiple choice (``program/pkh`` = 1) becomes one cell of codes, and a repeat row takes
what it lacks from its parent's row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from analytics.i18n import _
from analytics.ingest.formats import FORMATS
from analytics.ingest.mapping import (
    ExportMapping,
    TableMapping,
    detects,
    find_source,
    find_sources,
    normalise_source,
)
from analytics.ingest.raw import ROW_NO, RawSheet
from analytics.ingest.recognise import Flag, Sheet, build_sheet, problem_sheet

_YES = frozenset({"1", "1.0", "true", "yes", "ya"})


@dataclass(slots=True)
class _Mapped:
    raw: RawSheet
    table: TableMapping
    columns: dict[str, pa.ChunkedArray]
    positions: dict[str, int]
    drop: set[int]


def assign(mapping: ExportMapping, sheets: Sequence[RawSheet]) -> dict[int, TableMapping]:
    """Which sheet is which table of the mapping; {} when the main table is not there."""
    assigned: dict[int, TableMapping] = {}
    for i, raw in enumerate(sheets):
        # Repeat tables first: their detection columns are the more particular ones.
        for table in sorted(mapping.tables, key=lambda t: not t.links):
            if detects(table, raw.headers):
                assigned[i] = table
                break
    return assigned


def apply_mapping(
    file: str, mapping: ExportMapping, sheets: Sequence[RawSheet]
) -> tuple[list[Sheet], set[int]]:
    """Canonical sheets of the tables that the mapping recognises, and which sheets those were."""
    assigned = assign(mapping, sheets)
    mapped = {i: _map(sheets[i], table) for i, table in assigned.items()}
    parents = [part for part in mapped.values() if not part.table.links]
    done = []
    for part in mapped.values():
        flags = _refused(part)
        if part.table.links:
            flags |= _take_from_parent(part, parents)
        _number(part)
        missing = FORMATS[part.table.kind].missing(part.columns)
        if missing:
            problem = _(
                "The mapping {name} finds no column for: {columns}",
                name=mapping.name,
                columns=", ".join(missing),
            )
            done.append(problem_sheet(file, part.raw, part.table.kind, problem))
            continue
        sheet = build_sheet(
            file, part.raw, part.table.kind, part.columns, part.positions, part.drop
        )
        sheet.flags += [Flag(row, "", problem) for row, problem in flags.items()]
        done.append(sheet)
    return done, set(assigned)


def _map(raw: RawSheet, table: TableMapping) -> _Mapped:
    part = _Mapped(raw, table, {}, {}, set())
    form = FORMATS[table.kind]
    for name, sources in table.columns.items():
        column = form.column(name)
        found = [p for p in (find_source(raw.headers, s) for s in sources) if p is not None]
        parts = [raw.column(position) for position in found]
        if column.type in ("codes", "desas"):
            codes = _choice_columns(raw.headers, sources, found)
            part.drop |= set(codes)
            if codes:
                split = _joined_choices(raw, codes)
                # Labels hold spaces, so that several in one cell cannot be told apart.
                labels = any(" " in code for code in codes.values())
                parts = [split, *parts] if labels else [*parts, split]
        if not parts:
            continue
        value = parts[0] if len(parts) == 1 else pc.coalesce(*parts)
        if column.type == "id":
            value = pc.replace_substring_regex(value, pattern="^uuid:", replacement="")
        if name in table.values:
            value = _translated(value, table.values[name])
        part.columns[name] = value
        if found:
            part.positions[name] = found[0]
            part.drop |= set(found[1:])
    rows = raw.table.num_rows
    for name, text in table.constants.items():
        constant = pa.chunked_array([pa.repeat(pa.scalar(text, pa.string()), rows)])
        own = part.columns.get(name)
        part.columns[name] = constant if own is None else pc.coalesce(own, constant)
    dropped = {p for name in _housekeeping(table) for p in find_sources(raw.headers, name)}
    part.drop |= dropped - set(part.positions.values())
    return part


def _housekeeping(table: TableMapping) -> list[str]:
    return [*table.ignore, *(own for own, _parent in table.links), *table.refuse]


def _translated(values: pa.ChunkedArray, words: Mapping[str, str]) -> pa.ChunkedArray:
    """Each text replaced by its translation, if it has one (case does not count)."""
    known = {key.casefold(): word for key, word in words.items()}
    encoded = values.combine_chunks().dictionary_encode()
    texts = [known.get(text.casefold(), text) for text in encoded.dictionary.to_pylist()]
    chunk = pc.take(pa.array(texts, pa.string()), encoded.indices)
    return pa.chunked_array([chunk])


def _choice_columns(
    headers: Sequence[str], sources: Sequence[str], joined: Sequence[int]
) -> dict[int, str]:
    """Positions of ``grup/source/code`` → ``code``, which may have ``-`` and ``/`` in itself."""
    wanted = [normalise_source(source) for source in sources]
    found: dict[int, str] = {}
    for position, header in enumerate(headers):
        if position in joined:
            continue
        for place, sign in enumerate(header):
            group = normalise_source(header[:place]) if sign in "/-" else ""
            if any(group == name or group.endswith("/" + name) for name in wanted):
                found[position] = header[place + 1 :].strip()  # of several the last, longest group
    return {position: code for position, code in found.items() if code}


def _joined_choices(raw: RawSheet, codes: Mapping[int, str]) -> pa.ChunkedArray:
    """Columns that say yes or no, one per code → one column ``code;code``."""
    chosen: list[list[str]] = [[] for _row in range(raw.table.num_rows)]
    for position, code in codes.items():
        for row, text in enumerate(raw.column(position).to_pylist()):
            if text is not None and text.casefold() in _YES:
                chosen[row].append(code)
    return pa.chunked_array([pa.array([";".join(c) or None for c in chosen], pa.string())])


def _links(part: _Mapped, parents: Sequence[_Mapped]) -> tuple[_Mapped, int, int] | None:
    wanted = part.table.parent.values()
    fitting = sorted(parents, key=lambda p: -sum(source in p.columns for source in wanted))
    for own_name, parent_name in part.table.links:
        own = find_source(part.raw.headers, own_name)
        for parent in fitting:
            other = find_source(parent.raw.headers, parent_name)
            if own is not None and other is not None:
                return parent, own, other
    return None


def _key(text: str | None) -> str | None:
    return None if text is None else text.removeprefix("uuid:")


def _take_from_parent(part: _Mapped, parents: Sequence[_Mapped]) -> dict[int, str]:
    """Fills the columns of ``[parent]``; rows whose parent is missing or refused → why."""
    link = _links(part, parents)
    if link is None:
        return {}
    parent, own, other = link
    place = {_key(k): i for i, k in enumerate(parent.raw.column(other).to_pylist()) if k}
    indices = [place.get(_key(k)) if k else None for k in part.raw.column(own).to_pylist()]
    take = pa.array(indices, pa.int64())
    for name, source in part.table.parent.items():
        if source not in parent.columns:
            continue
        value = pc.take(parent.columns[source].combine_chunks(), take)
        mine = part.columns.get(name)
        part.columns[name] = pa.chunked_array([value]) if mine is None else pc.coalesce(mine, value)
    refused = _refused(parent)
    parent_rows = parent.raw.table.column(ROW_NO).to_pylist()
    flags = {}
    for row, i in zip(part.raw.table.column(ROW_NO).to_pylist(), indices, strict=True):
        if i is None:
            flags[row] = _("The submission that this row belongs to is not in the file")
        elif parent_rows[i] in refused:
            flags[row] = _("The submission that this row belongs to was refused by its reviewer")
    return flags


def _number(part: _Mapped) -> None:
    """``[numbered]``: an id made of another column and the row's place among its siblings."""
    for name, source in part.table.numbered.items():
        if source not in part.columns:
            continue
        count: dict[str, int] = defaultdict(int)
        ids: list[str | None] = []
        for text in part.columns[source].to_pylist():
            if text is None:
                ids.append(None)
                continue
            count[text] += 1
            ids.append(f"{text}-{count[text]}")
        made = pa.chunked_array([pa.array(ids, pa.string())])
        mine = part.columns.get(name)
        part.columns[name] = made if mine is None else pc.coalesce(mine, made)


def _refused(part: _Mapped) -> dict[int, str]:
    """Rows of submissions that a reviewer has refused on the server → what to say of it."""
    flags = {}
    for name, states in part.table.refuse.items():
        position = find_source(part.raw.headers, name)
        if position is None:
            continue
        refused = {state.casefold() for state in states}
        rows = part.raw.table.column(ROW_NO).to_pylist()
        for row, state in zip(rows, part.raw.column(position).to_pylist(), strict=True):
            if state is not None and state.casefold() in refused:
                flags[row] = _("The submission was refused by its reviewer")
    return flags
