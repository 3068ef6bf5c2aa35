"""Which way each sheet of a file is read: by its own headers, by a mapping, or not at all."""

from __future__ import annotations

from analytics.i18n import _
from analytics.ingest.exports import apply_mapping, assign
from analytics.ingest.formats import FORMATS
from analytics.ingest.mapping import ExportMapping, is_export
from analytics.ingest.raw import RawSheet, known_columns
from analytics.ingest.recognise import (
    Sheet,
    canonical_sheet,
    guess_kind,
    problem_sheet,
    sheet_problem,
)


def choose_sheets(
    file: str,
    raw: list[RawSheet],
    kind: str | None,
    wanted: str | None,
    mappings: list[ExportMapping],
    known: frozenset[str],
) -> tuple[list[Sheet], list[str]]:
    """Sheets in the order of the file, and the names of those that mean nothing here.

    An export of a form is read by its mapping even when its headers look canonical: they are
    not all, and only the mapping knows what a reviewer refused. Any other sheet is read by its
    own headers first.
    """
    done: dict[int, Sheet] = {}

    def by_mapping(candidates: list[int]) -> None:
        mapped, mapping = _best_mapping([raw[i] for i in candidates], mappings)
        if mapping is None:
            return
        sheets, _used = apply_mapping(file, mapping, [raw[candidates[i]] for i in mapped])
        for i, sheet in zip(mapped, sheets, strict=True):
            place = candidates[i]
            seen.add(place)
            if kind in (None, sheet.kind) and (wanted or not sheet.problem or not own(place)):
                done[place] = sheet

    def own(place: int) -> Sheet | None:
        """The sheet by its own headers, if they are enough."""
        guess = guess_kind(raw[place], kind)
        if guess is None or sheet_problem(raw[place], guess, known):
            return None
        return canonical_sheet(file, raw[place], guess)

    seen: set[int] = set()
    everything = range(len(raw))
    if wanted is None:
        by_mapping([i for i in everything if is_export(raw[i].headers)])
        for i in everything:
            if i not in done and (found := own(i)):
                done[i] = found
    by_mapping([i for i in everything if i not in done and i not in seen])
    ignored = []
    for i in (i for i in everything if i not in done):
        guess = None if wanted else guess_kind(raw[i], kind)
        problem = sheet_problem(raw[i], guess, known) if guess else None
        if guess and problem and i not in seen:
            done[i] = problem_sheet(file, raw[i], guess, problem)
        else:
            ignored.append(raw[i].name)
    return [done[i] for i in sorted(done)], ignored


def _best_mapping(
    sheets: list[RawSheet], mappings: list[ExportMapping]
) -> tuple[list[int], ExportMapping | None]:
    """The mapping that recognises most of the sheets, and which ones."""
    best: tuple[list[int], ExportMapping | None] = ([], None)
    for mapping in mappings:
        found = sorted(assign(mapping, sheets))
        if len(found) > len(best[0]):
            best = (found, mapping)
    return best


def nothing_usable(
    sheets: list[Sheet], raw: list[RawSheet], wanted: str | None, known: frozenset[str]
) -> str:
    """Why no sheet of the file can be used, in one sentence; *sheets* are those with a problem."""
    problems = [sheet.problem for sheet in sheets if sheet.problem]
    if problems:
        return problems[0]
    found = next(filter(None, (known_columns(sheet.headers, known) for sheet in raw)), None)
    if wanted is not None:
        return _(
            "The mapping {name} does not fit the file. Columns found: {found}",
            name=wanted,
            found=found or _("none that it knows"),
        )
    if found is None:
        return _(
            "No row of column titles was found; expected a sheet or file named {kinds}, with the "
            "column titles of the template",
            kinds=", ".join(FORMATS),
        )
    return _(
        "The columns are not recognised; expected a sheet or file named {kinds}. "
        "Columns found: {found}",
        kinds=", ".join(FORMATS),
        found=found,
    )
