"""The visit lists of a week as a PDF to print: A4, a section per assistant, boxes to tick.

Typst compiles the template beside this module; it works offline and uses no font of the system.
What people typed travels as JSON data and is shown as text, so nothing in it is obeyed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from analytics import numbers
from analytics.export.pdf import pdf
from analytics.export.visits import Round, Visit, households, week_words
from analytics.i18n import _, ngettext

_TEMPLATE = Path(__file__).with_suffix(".typ")
_LONGEST_WORD = 18
_BREAK_HERE = "\u200b"
"""No width: a line may break there."""


def visit_lists(
    rounds: Sequence[Round],
    *,
    monday: date,
    area: str,
    as_of: date,
    version_id: str,
    simulated: bool,
) -> bytes:
    """The bytes of the PDF; the same input gives the same bytes.

    Args:
        rounds: one section each, in order.
        monday: first day of the week that the lists are for.
        as_of, version_id: the state of the data that the lists were made from.
        simulated: marks every page as simulated data.

    Raises:
        ValueError: no household at all.
    """
    sheets = [_sheet(each) for each in rounds if each.visits]
    if not sheets:
        raise ValueError("a visit list needs at least one household")
    personal = any(visit.personal for each in rounds for visit in each.visits)
    data = {
        "week": _("Week of {week}", week=week_words(monday)),
        "confidential": _confidential() if personal else "",
        "words": _words(),
        "sheets": sheets,
    }
    return pdf(_TEMPLATE, data, area=area, as_of=as_of, version_id=version_id, simulated=simulated)


def _confidential() -> str:
    return _(
        "With names and addresses: for the assistant only. Do not photograph or pass it on; hand "
        "it back to the office after the visits."
    )


def _words() -> dict[str, Any]:
    return {
        "title": _("Visit list of this week"),
        "columns": [
            _("No."),
            _("Household"),
            _("Status and due date"),
            _("Why this week"),
            _("Programs received?"),
            _("Result of the visit"),
            _("Notes"),
        ],
        "outcomes": [_("Met"), _("Not at home"), _("Refused"), _("Moved away")],
        "on_day": _("Date"),
        "benefit": _("Benefit"),
        "page": _("{assistant} · page {page} of {pages}"),
        "after": _(
            "Tick what happened, write the date, and tick each program that the household says it "
            "received. Benefit: 1 none, 5 great. The office enters it in the workbook of this list."
        ),
    }


def _sheet(each: Round) -> dict[str, Any]:
    late = sum(visit.days_overdue > 0 for visit in each.visits)
    name = f" · {each.assistant_name}" if each.assistant_name else ""
    return {
        "assistant": _breakable(each.label),
        "heading": _breakable(f"{each.label}{name}"),
        "summary": _(
            "{households}, {late} of them past due · {desa}",
            households=households(len(each.visits)),
            late=numbers.number(late),
            desa=", ".join(each.desa),
        ),
        "rows": [_row(number, visit) for number, visit in enumerate(each.visits, 1)],
    }


def _row(number: int, visit: Visit) -> dict[str, Any]:
    place = f"{visit.desa}, RT {visit.rt}" if visit.rt else visit.desa
    overdue = ""
    if visit.days_overdue:
        overdue = ngettext(
            "{shown} day overdue",
            "{shown} days overdue",
            visit.days_overdue,
            shown=numbers.number(visit.days_overdue),
        )
    if visit.last_met_on is None:
        last_met = _("never met")
    else:
        last_met = _("last met {day}", day=numbers.day(visit.last_met_on, "medium"))
    return {
        "number": numbers.number(number),
        "id": _breakable(visit.household_id),
        "place": _breakable(place),
        "status": visit.status,
        "due": _("due {day}", day=numbers.day(visit.due_on, "medium")),
        "overdue": overdue,
        "last_met": last_met,
        "why": _breakable(visit.why),
        "programs": [_breakable(name) for name in visit.programs],
        "personal": [_breakable(line) for line in visit.personal],
    }


def _breakable(text: str) -> str:
    """On one line of text, with places to break in words that no column is wide enough for."""
    return " ".join(
        word
        if len(word) <= _LONGEST_WORD
        else _BREAK_HERE.join(
            word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD)
        )
        for word in text.split()
    )
