"""One way to make a PDF: a Typst template and JSON data, offline, with its origin on it.

What people typed travels as data and is shown as text, so nothing in it is obeyed; the only fonts
are those that Typst carries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typst

from analytics import numbers
from analytics.export.xlsx import simulated_mark
from analytics.i18n import _, language


def pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    area: str,
    as_of: date,
    version_id: str,
    simulated: bool,
) -> bytes:
    """The bytes of a PDF; the same input gives the same bytes.

    Args:
        template: reads ``sys.inputs.data``.
        data: what the template shows, besides ``language, area, origin`` (area, day and version
            in words) and the marks of simulated data, which are added here.
        as_of, version_id: the state of the data.
        simulated: marks every page as simulated data.
    """
    told = {
        "language": language.get(),
        "area": area,
        "origin": _(
            "{area} · as of {day} · version {version}",
            area=area,
            day=numbers.day(as_of),
            version=version_id,
        ),
        "simulated": simulated,
        "simulated_mark": simulated_mark(),
        "simulated_short": _("SIMULATED DATA"),
        **data,
    }
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("one PDF was expected")
    return made
