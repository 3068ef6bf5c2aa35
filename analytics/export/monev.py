"""The internal monitoring report of a month as a PDF: what changed, per desa, per program."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.export.pdf import pdf
from analytics.i18n import _

_TEMPLATE = Path(__file__).with_suffix(".typ")
Row = Mapping[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which data the report is of; ``protected``: its counts are rounded, small ones hidden."""

    area: str
    as_of: date
    version_id: str
    window_days: int
    simulated: bool
    protected: bool


def monev_report(
    change: pd.DataFrame, coverage: pd.DataFrame, reach: pd.DataFrame, origin: Origin
) -> bytes:
    """The bytes of the PDF; the same input gives the same bytes.

    Args:
        change, coverage, reach: the answers of these questions, or their published counterparts.
    """
    data = {
        "title": _("Internal monitoring report (monev)"),
        "page": _("page {page} of {pages}"),
        "notes": _notes(origin),
        "parts": [
            {
                "heading": _("Before and after"),
                "columns": [
                    _("Indicator"),
                    _("Baseline"),
                    _("Now"),
                    _("Difference (95 % interval)"),
                ],
                "rows": [_changed(row) for row in change.to_dict("records")],
            },
            {
                "heading": _("Coverage per desa"),
                "columns": [_("Desa"), _("Met at the door"), _("Active households"), _("Coverage")],
                "rows": [
                    _desa(row) for row in coverage.sort_values("desa_name").to_dict("records")
                ],
            },
            {
                "heading": _("Reach per program"),
                "columns": [
                    _("Program"), _("Targeted"), _("Attempted"), _("Met at the door"),
                    _("Received"), _("Benefited"),
                ],
                "rows": [_program(row) for row in reach.to_dict("records")],
            },
        ],
    }  # fmt: skip
    return pdf(
        _TEMPLATE,
        data,
        area=origin.area,
        as_of=origin.as_of,
        version_id=origin.version_id,
        simulated=origin.simulated,
    )


def _notes(origin: Origin) -> list[str]:
    notes = [
        _(
            "A household counts as met when it was met at the door in the {days} days up to the "
            "day. A difference before–after is a change, not an effect: whatever else happened "
            "meanwhile is in it.",
            days=numbers.number(origin.window_days),
        )
    ]
    if origin.protected:
        notes.append(_("Counts are rounded to 5; 1 to 4 is hidden (<5)."))
    return notes


def _share(value: Any, day: Any, counted: Any, out_of: Any) -> str:
    if pd.isna(value):
        return _("no data yet")
    on = f" ({numbers.day(day, 'medium')})" if _known(day) else ""
    of = ""
    if _known(counted) and _known(out_of):
        of = " · " + _("{n} of {all}", n=numbers.number(counted), all=numbers.number(out_of))
    return f"{numbers.percent(value)}{of}{on}"


def _changed(row: Row) -> list[str]:
    if row["state"] == "not_published":
        return [str(row["label"]), *[_("not published")] * 3]
    difference = "–"
    if _known(row["difference"]):
        difference = f"{_points(row['difference'])}"
        if _known(row["ci_low"]):
            difference += f" ({_points(row['ci_low'])} … {_points(row['ci_high'])})"
        if row["state"] == "cumulative":
            difference += " · " + _("moves by itself while records fill up")
    return [
        str(row["label"]),
        _share(row["baseline"], row["baseline_on"], row["baseline_counted"], row["baseline_n"]),
        _share(row["current"], row["current_on"], row["current_counted"], row["current_n"]),
        difference,
    ]


def _known(value: Any) -> bool:
    return bool(pd.notna(value))


def _points(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return _("{points} points", points=sign + numbers.number(abs(100 * value), 1))


def _count(value: Any) -> str:
    return "<5" if pd.isna(value) else numbers.number(value)


def _desa(row: Row) -> list[str]:
    state = {"waiting": _("waiting for data"), "no_data": _("no data"), "hidden": "<5"}
    shown = numbers.percent(row["coverage"])
    if _known(row["ci_low"]):
        shown += f" ({numbers.percent(row['ci_low'], 0)}–{numbers.percent(row['ci_high'], 0)})"
    said = state.get(str(row["state"]), "")
    return [
        str(row["desa_name"]),
        _count(row["covered"]),
        _count(row["active"]),
        " · ".join(part for part in (shown, said) if part),
    ]


def _program(row: Row) -> list[str]:
    steps = ("targeted", "attempted", "met", "received", "benefited")
    return [str(row["program_name"]), *(_count(row[step]) for step in steps)]
