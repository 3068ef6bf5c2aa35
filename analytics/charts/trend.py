"""Coverage over time: is it getting better, and is the last month complete?"""

from __future__ import annotations

import base64
from datetime import date
from html import escape

import pandas as pd

from analytics.charts import theme
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import day, month, number, percent

# A picture cannot use the page's own font: the like of it, as far as the computer has one.
_FONT = "'Source Sans 3', 'Noto Sans', 'Segoe UI', 'Helvetica Neue', sans-serif"
_WIDE, _NARROW = (1180, 250), (360, 230)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 92, 14, 40


def coverage_line(
    table: pd.DataFrame, *, target: float | None = None, as_of: date | None = None
) -> str:
    """How did coverage develop from month to month?

    Args:
        table: the trend question: ``month_end, active, covered, coverage, ci_low, ci_high``, one
            row per month; a month without active households has no share.
        target: share to reach; the rules' target when not given.
        as_of: when it is not the last day of its month, the last point is marked as a month that
            is still running. The last ``month_end`` when not given.

    Returns:
        HTML: the line as an SVG picture, once for a wide and once for a narrow window
        (`ui/style.css` shows the one that fits). It is there with the page: no script draws it,
        so that the first page does not wait for one. `describe_trend` is its text.
    """
    rows = table[table["coverage"].notna()].sort_values("month_end")
    if rows.empty:
        return f"<p>{escape(_('No month with active households.'))}</p>"
    goal = load_rules().coverage.target if target is None else target
    partial = is_partial(as_of if as_of is not None else rows["month_end"].iloc[-1])
    text = escape(describe_trend(table, target=target, as_of=as_of), quote=True)
    pictures = ""
    for name, size in (("wide", _WIDE), ("narrow", _NARROW)):
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" '
            f'width="{size[0]}" height="{size[1]}" font-family="{_FONT}">'
            f"{_drawn(rows, goal, partial, size)}</svg>"
        )
        data = base64.b64encode(svg.encode()).decode()
        pictures += (
            f'<img class="perut-line-{name}" width="{size[0]}" height="{size[1]}" alt="{text}" '
            f'src="data:image/svg+xml;base64,{data}">'
        )
    return f'<div class="perut-line">{pictures}</div>'


def _drawn(rows: pd.DataFrame, goal: float, partial: bool, size: tuple[int, int]) -> str:
    colours = theme.palette()
    width, height = size
    days = pd.to_datetime(rows["month_end"])
    span = max((days.iloc[-1] - days.iloc[0]).days, 1)
    inner = width - _LEFT - _RIGHT

    def x(when: pd.Timestamp) -> float:
        return round(_LEFT + 8 + (inner - 16) * (when - days.iloc[0]).days / span, 1)

    def y(share: float) -> float:
        return round(_TOP + (height - _TOP - _BOTTOM) * (1 - share), 1)

    shares = rows["coverage"].astype("float64").tolist()
    points = [(x(when), y(share)) for when, share in zip(days, shares, strict=True)]
    whole = len(points) - 1 if partial else len(points)
    parts = []
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(_rule(_LEFT, width - _RIGHT, y(tick), colours.grid, 1, ""))
        parts.append(_text(_LEFT - 8, y(tick) + 4, percent(tick, 0), colours.muted_ink, "end"))
    parts.append(_rule(_LEFT, width - _RIGHT, y(goal), colours.alarm, 1.4, "4 3"))
    parts.append(_path(points[:whole], colours.accent, ""))
    if partial:
        parts.append(_path(points[-2:], colours.accent, "4 4"))
    for k, point in enumerate(points):
        last = k == len(points) - 1
        fill = colours.ground if last and partial else colours.accent
        parts.append(
            f'<circle cx="{point[0]}" cy="{point[1]}" r="{5.5 if last else 3.5}" fill="{fill}" '
            f'stroke="{colours.accent}" stroke-width="2"/>'
        )
    for k in _ticks(days):
        text, below = month(days.iloc[k]), height - _BOTTOM + 18
        parts.append(_text(points[k][0], below, text, colours.muted_ink, "middle"))
        if partial and k == len(points) - 1:
            until = _("(until the {day})", day=days.iloc[-1].day)
            parts.append(_text(points[k][0], below + 15, until, colours.muted_ink, "middle"))
    side = width - _RIGHT + 8
    parts.append(
        _text(side, points[-1][1] + 5, percent(shares[-1]), colours.accent_ink, "start", 16)
    )
    # Two labels at the right edge: the target's gives way to the value's.
    gap = shares[-1] - goal
    away = 0.0 if abs(gap) > 0.09 else (16.0 if gap >= 0 else -16.0)
    beside = _("Target {share}", share=percent(goal, 0))
    level = (points[-1][1] if away else y(goal)) + away + 4
    parts.append(_text(side, level, beside, colours.alarm, "start"))
    return "".join(parts)


def _rule(x0: float, x1: float, y: float, colour: str, width: float, dash: str) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<line x1="{x0}" x2="{x1}" y1="{y}" y2="{y}" stroke="{colour}"'
    return f'{line} stroke-width="{width}"{dashed}/>'


def _path(points: list[tuple[float, float]], colour: str, dash: str) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    line = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.6"{dashed}/>'


def _text(x: float, y: float, text: str, colour: str, anchor: str, size: int = 13) -> str:
    weight = ' font-weight="700"' if size > 13 else ""
    place = f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}"'
    return f'{place} font-size="{size}"{weight}>{escape(text)}</text>'


def _ticks(days: pd.Series) -> list[int]:
    """At most four months are written, counted back from the last one."""
    step = max(1, -(-len(days) // 4))
    return sorted(range(len(days) - 1, -1, -step))


def is_partial(when: date | pd.Timestamp) -> bool:
    """Whether a day is before the end of its month."""
    stamp = pd.Timestamp(when)
    return bool(stamp.day != stamp.days_in_month)


def describe_trend(
    table: pd.DataFrame, *, target: float | None = None, as_of: date | None = None
) -> str:
    """The trend in words: first and last share, the change, the months at the target."""
    rows = table[table["coverage"].notna()].sort_values("month_end")
    if rows.empty:
        return _("No month with active households.")
    goal = load_rules().coverage.target if target is None else target
    first, last = rows.iloc[0], rows.iloc[-1]
    change = (float(last["coverage"]) - float(first["coverage"])) * 100
    reached = int((rows["coverage"].astype("float64") >= goal).sum())
    parts = [
        _(
            "Coverage was {first} on {first_day} and {last} on {last_day}, a change of {change}"
            " percentage points.",
            first=percent(first["coverage"]),
            first_day=day(first["month_end"]),
            last=percent(last["coverage"]),
            last_day=day(last["month_end"]),
            change=f"{'+' if change > 0 else '−' if change < 0 else ''}{number(abs(change), 1)}",
        ),
        _(
            "The target of {target} was reached in {reached} of {months} months.",
            target=percent(goal, 0),
            reached=number(reached),
            months=number(len(rows)),
        ),
    ]
    if is_partial(as_of if as_of is not None else last["month_end"]):
        parts.append(_("The last month is still running."))
    return " ".join(parts)
