"""The monthly coordination meeting about barriers: a PDF, one page per agency, and its workbook.

No personal data: a barrier is named by its id, its category and its desa. What people typed (who
it waits for, the solution) travels as JSON data and is shown as text, so nothing in it is obeyed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from analytics import numbers
from analytics.export.pdf import pdf
from analytics.i18n import _, ngettext

_TEMPLATE = Path(__file__).with_suffix(".typ")
_MOST_ROWS, _MOST_RESOLVED, _LONGEST, _LONGEST_NAME = 40, 4, 80, 32
"""More rows than any page has room for; the template says how many have."""


@dataclass(frozen=True, slots=True)
class Item:
    """One barrier as the meeting talks about it; every text is in words already."""

    barrier_id: str
    what: str
    desa: str
    opened_on: date
    days: int
    limit_days: int
    status: str
    waits_for: str = ""
    solution: str = ""

    @property
    def over_days(self) -> int:
        """Days beyond the limit; up to 0 within it."""
        return self.days - self.limit_days


@dataclass(frozen=True, slots=True)
class AgencyPage:
    """What one agency has before it.

    Attributes:
        agency: its name.
        open: barriers open on the day, oldest first.
        resolved: barriers resolved in the month.
        opened_count, turned_down_count: barriers opened and turned down in the month.
    """

    agency: str
    open: Sequence[Item]
    resolved: Sequence[Item] = field(default_factory=tuple)
    opened_count: int = 0
    turned_down_count: int = 0

    @property
    def over(self) -> int:
        """Open ones beyond the limit of their category."""
        return sum(item.over_days > 0 for item in self.open)


def meeting_pdf(
    pages: Sequence[AgencyPage],
    *,
    month: str,
    area: str,
    as_of: date,
    version_id: str,
    simulated: bool,
) -> bytes:
    """The bytes of the PDF, one page per agency; the same input gives the same bytes.

    Barriers are listed with lines to write the decision on, those furthest beyond their limit
    first, as many as the page has room for; the others are counted below and stand in the
    workbook.

    Args:
        pages: one each, in order.
        month: the month of the meeting in words.
        as_of, version_id: the state of the data.
        simulated: marks every page as simulated data.

    Raises:
        ValueError: no agency at all.
    """
    if not pages:
        raise ValueError("a meeting needs at least one agency")
    data = {
        "month": month,
        "words": _words(),
        "sheets": [_sheet(page, k, len(pages)) for k, page in enumerate(pages, 1)],
    }
    return pdf(_TEMPLATE, data, area=area, as_of=as_of, version_id=version_id, simulated=simulated)


def _words() -> dict[str, Any]:
    return {
        "title": _("Coordination meeting: barriers"),
        "columns": [
            _("No."),
            _("Barrier, desa"),
            _("Open for"),
            _("State, waiting for"),
            _("Decision"),
            _("Who, until when"),
        ],
        "resolved": _("Resolved this month"),
        "agreed": _("Agreed besides"),
        "signed": [_("For the agency"), _("For the kecamatan"), _("Recorded by, date")],
    }


def _sheet(page: AgencyPage, number: int, count: int) -> dict[str, Any]:
    ranked = sorted(page.open, key=lambda item: (-item.over_days, -item.days, item.barrier_id))
    listed = ranked[:_MOST_ROWS]
    more_resolved = len(page.resolved) - _MOST_RESOLVED
    return {
        "agency": page.agency,
        "figures": _figures(page),
        "summary": _summary(page),
        "rows": [_row(k, item) for k, item in enumerate(listed, 1)],
        "over": page.over,
        "more": [_left_out(ranked[count:]) for count in range(len(listed) + 1)],
        "resolved": [_resolved(item) for item in page.resolved[:_MOST_RESOLVED]],
        "more_resolved": _("and {count} more", count=numbers.number(more_resolved))
        if more_resolved > 0
        else "",
        "page": _("page {page} of {pages}", page=number, pages=count),
    }


def _left_out(items: Sequence[Item]) -> str:
    """What the page has no room for, and how many of those are beyond the limit."""
    if not items:
        return ""
    over = sum(item.over_days > 0 for item in items)
    if not over:
        return ngettext(
            "and {shown} other barrier, not beyond the limit: see the workbook of this meeting",
            "and {shown} other barriers, none beyond the limit: see the workbook of this meeting",
            len(items),
            shown=numbers.number(len(items)),
        )
    return ngettext(
        "and {shown} other barrier, {over} beyond the limit: see the workbook of this meeting",
        "and {shown} other barriers, {over} of them beyond the limit: see the workbook of this "
        "meeting",
        len(items),
        shown=numbers.number(len(items)),
        over=numbers.number(over),
    )


def _figures(page: AgencyPage) -> list[Mapping[str, Any]]:
    counted = (
        (len(page.open), _("open"), False),
        (page.over, _("beyond the limit"), page.over > 0),
        (page.opened_count, _("new this month"), False),
        (len(page.resolved), _("resolved this month"), False),
    )
    return [
        {"value": numbers.number(value), "label": label, "strong": strong}
        for value, label, strong in counted
    ]


def _summary(page: AgencyPage) -> str:
    if not page.open:
        said = _("Nothing is open.")
    else:
        oldest = page.open[0]
        said = _(
            "The oldest, {what} in {desa}, was noted on {day}, {days} days ago.",
            what=oldest.what.lower(),
            desa=oldest.desa,
            day=numbers.day(oldest.opened_on),
            days=numbers.number(oldest.days),
        )
    if page.turned_down_count:
        said += " " + _("Turned down: {count}.", count=numbers.number(page.turned_down_count))
    return said


def _row(number: int, item: Item) -> dict[str, str]:
    return {
        "number": numbers.number(number),
        "id": item.barrier_id,
        "what": item.what,
        "desa": item.desa,
        "age": _("{days} days", days=numbers.number(item.days)),
        "limit": _("limit {days}", days=numbers.number(item.limit_days)),
        "over": _("{days} beyond", days=numbers.number(item.over_days))
        if item.over_days > 0
        else "",
        "status": item.status,
        "waits": _("waits for {who}", who=_short(item.waits_for, _LONGEST_NAME))
        if item.waits_for
        else _("nobody named"),
    }


def _resolved(item: Item) -> str:
    said = _(
        "{what}, {desa} ({id}): {days} days",
        what=item.what,
        desa=item.desa,
        id=item.barrier_id,
        days=numbers.number(item.days),
    )
    return f"{said}. {_short(item.solution)}" if item.solution else said


def _short(text: str, longest: int = _LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
