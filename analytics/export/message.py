"""A week's visits as a short text to paste into WhatsApp: ids and desa, never a person's data."""

from __future__ import annotations

from datetime import date

from analytics import numbers
from analytics.export.visits import Round, households, week_words
from analytics.i18n import _, ngettext

LONGEST = 1_500
"""Characters: about what a phone shows of a message before it folds it."""


def visit_message(each: Round, *, monday: date, simulated: bool, longest: int = LONGEST) -> str:
    """The message to one assistant: how many households, and their ids per desa.

    Only ids and desa are in it, and the id of the assistant. Where not all fit, the first of the
    list are named and the rest is counted.

    Args:
        monday: first day of the week.
        longest: characters at most, when the heading alone leaves room.

    Raises:
        ValueError: no household at all.
    """
    if not each.visits:
        raise ValueError("a message needs at least one household")
    count = len(each.visits)
    head = [
        f"*{_('Visits of this week')}* · {week_words(monday)}",
        _(
            "Assistant {assistant}: {households}",
            assistant=_one_line(each.label),
            households=households(count),
        ),
    ]
    if simulated:
        head.insert(0, _("SIMULATED DATA"))
    text = _message(each, head, count)
    while len(text) > longest and count > 1:
        # Each id left out makes room; what is left out is counted, which may take a digit more.
        count = min(count - 1, max(1, count * longest // len(text)))
        text = _message(each, head, count)
    return text


def _message(each: Round, head: list[str], count: int) -> str:
    """The text that names the first *count* households, in the order of the list."""
    by_desa: dict[str, list[str]] = {}
    for visit in each.visits[:count]:
        by_desa.setdefault(_one_line(visit.desa), []).append(_one_line(visit.household_id))
    lines = list(head)
    for desa, ids in by_desa.items():
        lines += [
            "",
            f"*{desa}* ({numbers.number(len(ids))})",
            *(f"• {each_id}" for each_id in ids),
        ]
    rest = len(each.visits) - count
    if rest:
        lines += ["", _more(rest)]
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _more(rest: int) -> str:
    return ngettext(
        "… and {count} more household on the printed list.",
        "… and {count} more households on the printed list.",
        rest,
    )
