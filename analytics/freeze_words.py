"""A frozen figure in sentences: what it was, and why it would be another one today."""

from __future__ import annotations

from typing import Any

from analytics import numbers
from analytics.freeze import Shown
from analytics.freeze_cells import ONLY_ROW, PROGRAM, REST, Cell, Move
from analytics.i18n import _, ngettext
from analytics.store.frozen import Frozen

MOST_CELLS = 8
_SHARES = frozenset(
    "coverage ci_low ci_high previous_coverage target reached reached_low reached_high share "
    "in_limit in_limit_low in_limit_high met_share on_time_share past_due_share never_share".split()
)


def heading(figure: Frozen) -> list[str]:
    """What was frozen, by whom, when, and of which data: one fact per line."""
    kept = figure.filters
    lines = [
        f"{figure.id} · {figure.label or question_name(figure.question)}",
        _(
            "Question {question} as of {day}, window of {days} days",
            question=figure.question,
            day=kept["as_of"],
            days=numbers.number(kept["window_days"]),
        ),
    ]
    if kept["desa"]:
        lines.append(_("Desa: {codes}", codes=", ".join(kept["desa"])))
    if kept["programs"]:
        lines.append(_("Programs: {codes}", codes=", ".join(kept["programs"])))
    lines.append(
        _(
            "Frozen {when} by {who} ({role}), version {version}",
            when=numbers.clock(figure.when),
            who=figure.by,
            role=figure.role,
            version=figure.version_id,
        )
    )
    lines.append(f"SHA-256 {figure.hash}")
    if figure.simulated:
        lines.append(_("SIMULATED DATA"))
    return lines


def verdict(shown: Shown) -> str:
    """In one sentence: does it still hold?"""
    if shown.again == "gone":
        return _(
            "The frozen figure is whole (its hash fits), but its version of the data is no longer "
            "in this store, so it cannot be asked of the same data again."
        )
    if shown.again == "other":
        return _(
            "The same version gives another answer today: the reason is below. The frozen figure "
            "itself is whole."
        )
    if not shown.different:
        return _("Asked again, the same version and the newest one both give the same figure.")
    return _("Asked again, the same version gives the same figure; the newest one differs.")


def reasons(shown: Shown) -> list[str]:
    """Why the newest data, or the same version, answers otherwise; empty when it does not."""
    said = []
    if shown.older:
        said.append(_("The current version is an earlier one: somebody went back since."))
    if shown.arrived is not None:
        said += _arrivals(shown)
    elif shown.different:
        said.append(_("Visits, households or barriers came in late or were corrected since."))
    said += [
        _(
            "The rule {name} changed from {before} to {now}.",
            name=name,
            before=value(before),
            now=value(now),
        )
        for name, (before, now) in shown.rules.items()
        if shown.again == "other" or shown.different
    ]
    if shown.redefined:
        said.append(_("The definition (the query) of this question changed since."))
    if shown.rewritten:
        said.append(_("Personal data was erased from the frozen version since."))
    known = shown.rules or shown.redefined or shown.rewritten
    if shown.again == "other" and not known:
        said.append(
            _("The program works it out in another way since; data, rules and query are the same.")
        )
    return said


def _arrivals(shown: Shown) -> list[str]:
    if shown.arrived is None:
        return []
    said = []
    for row in shown.arrived.to_dict("records"):
        named = _kind(row["kind"])
        if row["late"]:
            said.append(
                ngettext(
                    "Late data: {count} row about the time before came in later ({kind}).",
                    "Late data: {count} rows about the time before came in later ({kind}).",
                    row["late"],
                    kind=named,
                )
            )
        if row["corrected"]:
            said.append(
                ngettext(
                    "Corrections: {count} row was changed since ({kind}).",
                    "Corrections: {count} rows were changed since ({kind}).",
                    row["corrected"],
                    kind=named,
                )
            )
        if row["gone"]:
            said.append(
                ngettext(
                    "Gone: {count} row is no longer there or of another time ({kind}).",
                    "Gone: {count} rows are no longer there or of another time ({kind}).",
                    row["gone"],
                    kind=named,
                )
            )
    return said


def _kind(kind: str) -> str:
    return {
        "visit": _("visits"),
        "household": _("households"),
        "target": _("targets of programs"),
        "barrier": _("barriers"),
    }[kind]


def differences(shown: Shown) -> list[str]:
    """The numbers that differ and what moved each; then those that changes moved and evened out.

    Of both together the first `MOST_CELLS`.
    """
    cells = [*shown.different, *shown.evened]
    lines = [_cell(cell) for cell in cells[:MOST_CELLS]]
    rest = len(cells) - len(lines)
    if rest > 0:
        lines.append(_("… and {count} more", count=numbers.number(rest)))
    if any(len(cell.moves) > 1 for cell in cells[:MOST_CELLS]):
        lines.append(
            _(
                "Counted one after the other, in this order: what two kinds of change do together "
                "counts with the later one."
            )
        )
    if shown.different and not shown.split and shown.arrived is not None:
        lines.append(_("How much each kind of change moved the figure cannot be told here."))
    return lines


def _cell(cell: Cell) -> str:
    where = "" if cell.place == ONLY_ROW else f"{cell.place}, "
    shown = _share if cell.column in _SHARES else value
    if cell.before == cell.now:
        said = _(
            "{column}: {before} then and now, although changes moved it",
            column=column_name(cell.column),
            before=shown(cell.before),
        )
    else:
        said = _(
            "{column}: frozen {before}, now {now}",
            column=column_name(cell.column),
            before=shown(cell.before),
            now=shown(cell.now),
        )
    moves = "; ".join(f"{_moved_by(move)} {_moved(cell.column, move)}" for move in cell.moves)
    return where + said + (f" ({moves})" if moves else "")


def _moved_by(move: Move) -> str:
    if move.part == PROGRAM:
        return _("other rules, definition or program")
    if move.part == REST:
        return _("everything else")
    kind = _kind(move.kind)
    return {
        "late": _("late {kind}", kind=kind),
        "corrected": _("corrected {kind}", kind=kind),
        "gone": _("{kind} that are gone", kind=kind),
    }[move.part]


def _moved(column: str, move: Move) -> str:
    """By how much: ``+3``, ``−1,5 poin``; what is no number, as from → to."""
    both = [cell for cell in (move.before, move.now) if not isinstance(cell, bool)]
    if len([cell for cell in both if isinstance(cell, (int, float))]) < 2:
        return f"{value(move.before)} → {value(move.now)}"
    by = move.now - move.before
    sign = "+" if by > 0 else "−"
    if column in _SHARES:
        return sign + _("{points} points", points=numbers.number(abs(100 * by), 2))
    return sign + numbers.number(abs(by), 0 if float(by).is_integer() else 4)


def question_name(code: str) -> str:
    """A question in a few words; one that is not named keeps the name of the command line."""
    return {
        "coverage": _("Coverage per desa"),
        "coverage_change": _("Change of coverage"),
        "coverage_program": _("Coverage per program"),
        "desa_metrics": _("Measures per desa"),
        "rt": _("Measures per RT"),
        "summary": _("Overview"),
        "changes": _("What changed"),
        "trend": _("Trend of coverage"),
        "trend_desa": _("Trend per desa"),
        "activity": _("Visits per month"),
        "followup": _("Follow-up list"),
        "workload": _("Workload of assistants"),
        "reach": _("Reach of programs"),
        "reach_desa": _("Reach per desa"),
        "target_gaps": _("Gaps of the target lists"),
        "target_gap_counts": _("Gaps per desa"),
        "target_gap_programs": _("Gaps per program"),
        "double_aid": _("Several programs at one door"),
        "equity": _("Equity"),
        "equity_groups": _("Equity by group"),
        "concentration": _("Concentration index"),
        "quality": _("Quality of the records"),
        "freshness": _("How recent the data is"),
        "barriers": _("Open barriers"),
        "change": _("Change since the baseline"),
        "funnel": _("Desa compared"),
        "its": _("Single starts"),
        "did": _("Staggered starts"),
        "innovation": _("Proofs for the innovation index"),
        "unlisted": _("Barriers noted at visits"),
        "signals": _("Early signals"),
        "signals_watched": _("What is watched"),
        "barrier_flow": _("Flow of barriers"),
        "resolution": _("Time to resolution"),
        "resolution_curve": _("Curve of resolution"),
        "lessons": _("Solved barriers"),
        "meeting": _("Coordination meeting"),
        "barrier_history": _("History of barriers"),
    }.get(code, code)


def column_name(code: str) -> str:
    """A column of a question as the pages call it; others keep the name of the command line."""
    return {
        "coverage": _("Coverage"),
        "covered": _("Households met"),
        "active": _("Active households"),
        "ci_low": _("Interval from"),
        "ci_high": _("Interval to"),
        "previous_coverage": _("Coverage before"),
        "previous_covered": _("Households met before"),
        "previous_active": _("Active households before"),
        "target": _("Target"),
        "short_of_target": _("Households short of the target"),
        "never": _("Never met"),
        "lost": _("Lost contact"),
        "overdue": _("Past due"),
        "past_due": _("Past due"),
        "due_soon": _("Due soon"),
        "on_time": _("On time"),
        "never_share": _("Share never met"),
        "past_due_share": _("Share past due"),
        "on_time_share": _("Share on time"),
        "barriers_open": _("Open barriers"),
        "barriers_oldest_days": _("Oldest open barrier (days)"),
        "desa_waiting": _("Desa that wait for data"),
        "desa_no_data": _("Desa without data"),
        "data_through": _("Newest visit"),
        "days_since_data": _("Days since the newest visit"),
        "rank": _("Rank"),
        "targeted": _("Targeted"),
        "attempted": _("Attempted"),
        "met": _("Met"),
        "received": _("Received"),
        "received_outside_target": _("Received outside the target list"),
        "benefited": _("Benefited"),
        "reached": _("Reached"),
        "reached_low": _("Reached, from"),
        "reached_high": _("Reached, to"),
        "visits": _("Visits"),
        "visits_met": _("Visits that met somebody"),
        "households_met": _("Households met"),
        "met_share": _("Share of visits that met somebody"),
        "barriers": _("Barriers"),
        "resolved": _("Resolved"),
        "still_open": _("Still open"),
        "turned_down": _("Turned down"),
        "median_days": _("Median (days)"),
        "median_low": _("Median, from (days)"),
        "median_high": _("Median, to (days)"),
        "in_limit": _("Resolved within the limit"),
        "in_limit_low": _("Resolved within the limit, from"),
        "in_limit_high": _("Resolved within the limit, to"),
        "opened": _("Opened"),
        "open_at_end": _("Open at the end of the week"),
        "counted": _("Counted"),
        "out_of": _("Out of"),
        "share": _("Share"),
        "index": _("Concentration index"),
    }.get(code, code)


def _share(cell: Any) -> str:
    return numbers.percent(cell, 2) if isinstance(cell, (int, float)) else value(cell)


def value(cell: Any) -> str:
    """A cell as people read it."""
    if cell is None:
        return _("no value")
    if isinstance(cell, (bool, str)):
        return str(cell)
    if isinstance(cell, int):
        return numbers.number(cell)
    if isinstance(cell, float):
        return numbers.number(cell, 4)
    return str(cell)
