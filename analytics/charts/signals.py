"""A signal in its own past: the counts of half a year, the usual range, and what stands out."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Mapping
from datetime import timedelta
from html import escape
from typing import Any

import pandas as pd

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import day, number

_FONT = "'Source Sans 3', 'Noto Sans', 'Segoe UI', 'Helvetica Neue', sans-serif"
_WIDE, _NARROW = (1100, 140), (340, 150)
_LEFT, _RIGHT, _TOP, _BOTTOM = 26, 132, 22, 24
_RIGHT_NARROW = 8
Row = Mapping[Hashable, Any]


def signal_weeks(row: Row) -> str:
    """The weekly counts behind a signal, as columns on the range that is usual.

    Args:
        row: of the signals question (``weeks, weeks_low, weeks_high, week_end, weeks_long``).

    Returns:
        HTML: an SVG picture, once for a wide and once for a narrow window (`ui/style.css` shows
        the one that fits), as `analytics.charts.trend.coverage_line`. The weeks of the signal are
        in the alarm colour with their number, a week without data is a cross on the ground line,
        the usual range is a band. `describe_weeks` is its text.
    """
    text = escape(describe_weeks(row), quote=True)
    pictures = ""
    for name, size in (("wide", _WIDE), ("narrow", _NARROW)):
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" '
            f'width="{size[0]}" height="{size[1]}" font-family="{_FONT}">{_drawn(row, size)}</svg>'
        )
        data = base64.b64encode(svg.encode()).decode()
        pictures += (
            f'<img class="perut-line-{name}" width="{size[0]}" height="{size[1]}" alt="{text}" '
            f'src="data:image/svg+xml;base64,{data}">'
        )
    return f'<div class="perut-line">{pictures}</div>'


def _drawn(row: Row, size: tuple[int, int]) -> str:
    colours = theme.palette()
    counts, low, high = (_listed(row[name]) for name in ("weeks", "weeks_low", "weeks_high"))
    width, height = size
    right = _RIGHT if width == _WIDE[0] else _RIGHT_NARROW
    ground, inner = height - _BOTTOM, width - _LEFT - right
    step = inner / max(len(counts), 1)
    most = max([4, *(n for n in (*counts, *high) if n is not None)])

    def y(count: float) -> float:
        return round(ground - (ground - _TOP) * count / most, 1)

    parts = []
    for k, (below, above) in enumerate(zip(low, high, strict=True)):
        if below is not None and above is not None:
            top, bottom = y(above + 0.5), min(y(below - 0.5), float(ground))
            parts.append(
                f'<rect x="{_LEFT + k * step:.1f}" y="{top}" width="{step + 0.4:.1f}" '
                f'height="{max(bottom - top, 1):.1f}" fill="{colours.accent_soft}"/>'
            )
    first_named = len(counts) - int(row["weeks_long"])
    for k, count in enumerate(counts):
        middle = _LEFT + (k + 0.5) * step
        if count is None:
            parts.append(_text(middle, ground - 2, "×", colours.muted_ink, "middle", 12))
            continue
        colour = colours.alarm if k >= first_named else colours.accent
        if count:
            parts.append(
                f'<rect x="{middle - 0.34 * step:.1f}" y="{y(count)}" width="{0.68 * step:.1f}" '
                f'height="{ground - y(count):.1f}" fill="{colour}"/>'
            )
        last = k == len(counts) - 1
        if last or (k >= first_named and width == _WIDE[0]):  # narrow columns have no room
            parts.append(_text(middle, y(count) - 5, number(count), colour, "middle", 15))
    parts.append(
        f'<line x1="{_LEFT}" x2="{width - right}" y1="{ground}" y2="{ground}" '
        f'stroke="{colours.grid}" stroke-width="1.4"/>'
    )
    parts.append(_text(_LEFT - 6, y(most) + 4, number(most), colours.muted_ink, "end", 12))
    parts.append(_text(_LEFT - 6, ground + 4, "0", colours.muted_ink, "end", 12))
    parts += _dates(row, len(counts), step, height)
    known = [(a, b) for a, b in zip(low, high, strict=True) if a is not None and b is not None]
    if known and right == _RIGHT:  # where it is narrow the sentence above has said it
        beside = _("usually {range}", range=range_text(*known[-1]))
        place = min(max(y((known[-1][0] + known[-1][1]) / 2) + 4, _TOP), ground - 4)
        parts.append(_text(width - right + 6, place, beside, colours.accent_ink, "start", 12))
    return "".join(parts)


def _dates(row: Row, weeks: int, step: float, height: int) -> list[str]:
    """The Sunday of the last week, of the first one and of one between."""
    end = pd.Timestamp(row["week_end"])
    written = []
    for k, anchor in ((0, "start"), (weeks // 2, "middle"), (weeks - 1, "end")):
        when = day(end - timedelta(weeks=weeks - 1 - k), "medium")
        x = _LEFT + (k + {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]) * step
        written.append(_text(x, height - 7, when, theme.palette().muted_ink, anchor, 12))
    return written


def _listed(values: Any) -> list[int | None]:
    return [None if value is None or pd.isna(value) else int(value) for value in values]


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int) -> str:
    weight = ' font-weight="700"' if size > 13 else ""
    place = f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}"'
    return f'{place} font-size="{size}"{weight}>{escape(text)}</text>'


def range_text(low: float, high: float) -> str:
    """A usual range: ``1–2``, or ``none`` where nothing is usual."""
    if high <= 0:
        return _("none")
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def describe_weeks(row: Row) -> str:
    """`signal_weeks` in words."""
    counts = _listed(row["weeks"])
    said = ", ".join(_("no data") if count is None else number(count) for count in counts)
    return _(
        "Barriers per week up to {day}, the newest last: {counts}. Usually {range} in the last.",
        day=day(pd.Timestamp(row["week_end"])),
        counts=said,
        range=range_text(_last(row["weeks_low"]), _last(row["weeks_high"])),
    )


def _last(values: Any) -> float:
    known = [value for value in _listed(values) if value is not None]
    return known[-1] if known else 0
