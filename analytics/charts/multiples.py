"""Small run charts of all desa, side by side on one scale: a grid of SVG cells.

SVG instead of one plotly figure per desa: the cells flow (two columns on a phone, seven on an
office screen), each is a button that the keyboard reaches, and a page of 24 is some 30 kB.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from analytics import numbers
from analytics.charts import theme
from analytics.charts.runchart_frame import positions
from analytics.events import Event
from analytics.i18n import _, ngettext
from analytics.questions.monthly import Measure
from analytics.questions.panels import Panel

WIDTH, HEIGHT, EDGE = 148, 46, 5
_RATE_STEPS = (1, 2, 5, 10, 20, 25, 50, 75, 100, 150, 200, 300, 500, 1000)


def multiples_html(
    panels: Sequence[Panel],
    together: pd.DataFrame,
    events: Sequence[Event] = (),
    *,
    top: float,
    selected: str | None = None,
) -> str:
    """The grid of cells.

    Args:
        panels: of `analytics.questions.panels`, in the order to show.
        together: rows of `monthly` of all desa together, on the same scale.
        top: the upper end of the scale that all cells share (`scale_top`).
        selected: code of the desa that is shown large.
    """
    colours = theme.palette()
    look = "".join(
        f"--{name}:{value};"
        for name, value in (
            ("ink", colours.ink),
            ("muted", colours.muted_ink),
            ("ground", colours.hover),
            ("grid", colours.grid),
            ("accent", colours.accent),
            ("alarm", colours.alarm),
            ("warn", colours.warn),
            ("neutral", colours.neutral),
        )
    )
    ground = _ground(together, events, top, panels[0].run.measure) if panels else None
    cells = "".join(_cell(panel, ground, selected) for panel in panels if ground)
    return f'<div class="cells" style="{look}">{cells}</div>'


def scale_top(panels: Iterable[Panel], together: pd.DataFrame, measure: Measure) -> float:
    """The upper end of one scale for all: 1 for shares, else a round number above every value."""
    if measure.is_share:
        return 1.0
    values = [float(panel.run.rows["value"].max()) for panel in panels]
    values.append(float(together["value"].max()))
    most = max([value for value in values if not math.isnan(value)], default=1.0)
    return float(next((step for step in _RATE_STEPS if step >= most), most))


def newest_text(panel: Panel) -> str:
    """The value beside the name: a share in percent, a rate per 100 households."""
    if panel.newest is None:
        return numbers.NOTHING
    value = float(panel.run.rows["value"].iloc[panel.newest])
    return numbers.percent(value, 0) if panel.run.measure.is_share else numbers.number(value)


def state_text(state: str) -> str:
    """What limits the trust in a desa's data; empty when nothing does."""
    return {
        "waiting": _("waiting for data"),
        "no_data": _("no data"),
        "small": _("few households"),
    }.get(state, "")


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every cell has in common: where the months stand, the bands, the dashed line."""

    xs: tuple[float, ...]
    top: float
    drawn: str

    def y(self, value: float) -> float:
        """The height of a value in a cell."""
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(value / self.top, 1.0), 1)

    def line(self, values: list[float], left_out: list[str], hidden: tuple[str, ...]) -> str:
        """The curve of the values; it breaks where one is missing or may not be joined."""
        steps, broken = [], True
        for x, value, why in zip(self.xs, values, left_out, strict=True):
            if math.isnan(value) or why in hidden:
                broken = True
                continue
            steps.append(f"{'M' if broken else 'L'}{x} {self.y(value)}")
            broken = False
        return "".join(steps)


def _hidden(measure: Measure) -> tuple[str, ...]:
    # A month that is not over would look like a fall.
    return () if measure.at_month_end else ("running", "late")


def _ground(
    together: pd.DataFrame, events: Sequence[Event], top: float, measure: Measure
) -> _Ground:
    when = positions(together, measure)
    first, length = when.iloc[0], max((when.iloc[-1] - when.iloc[0]).days, 1)

    def x(at: pd.Timestamp) -> float:
        inside = (WIDTH - 2 * EDGE) * (at - first).days / length
        return round(min(max(EDGE + inside, 0), WIDTH), 1)

    drawn = []
    for event in events:
        begin = x(pd.Timestamp(event.first))
        width = round(x(pd.Timestamp(event.last) + pd.Timedelta(days=1)) - begin, 1)
        if width > 0:
            drawn.append(
                f'<rect class="event" x="{begin}" y="0" width="{width}" height="{HEIGHT}"/>'
            )
    ground = _Ground(tuple(x(at) for at in when), top, "")
    drawn.append(f'<path class="base" d="M{EDGE} {ground.y(0)}H{WIDTH - EDGE}"/>')
    values, left_out = together["value"].tolist(), together["left_out"].tolist()
    drawn.append(f'<path class="all" d="{ground.line(values, left_out, _hidden(measure))}"/>')
    return replace(ground, drawn="".join(drawn))


def _cell(panel: Panel, ground: _Ground, selected: str | None) -> str:
    value, state = newest_text(panel), state_text(panel.state)
    marks = len(panel.run.named)
    said = [f"{panel.desa_name}: {value}"]
    if panel.newest is not None:
        said[0] += f" ({numbers.day(panel.run.rows['month_end'].iloc[panel.newest], 'medium')})"
    said += [state] if state else []
    if marks:
        said.append(ngettext("{count} signal", "{count} signals", marks))
    if panel.alarming:
        said.append(_("a recent one to the worse side"))
    classes = f"cell {panel.state}" + (" alarming" if panel.alarming else "")
    note = f'<span class="note">{escape(state)}</span>' if state else ""
    label = escape(", ".join(said))
    return (
        f'<button type="button" class="{classes}" data-code="{escape(panel.desa_code)}" '
        f'aria-pressed="{"true" if panel.desa_code == selected else "false"}" '
        f'aria-label="{label}" title="{label}">'
        f'<span class="head"><span class="name">{escape(panel.desa_name)}</span>'
        f'<span class="value">{escape(value)}</span></span>'
        f"{_svg(panel, ground)}{note}</button>"
    )


def _svg(panel: Panel, ground: _Ground) -> str:
    run, xs, y = panel.run, ground.xs, ground.y
    values: list[float] = run.rows["value"].tolist()
    line = ground.line(values, run.rows["left_out"].tolist(), _hidden(run.measure))
    parts = [ground.drawn, f'<path class="own" d="{line}"/>']
    if (at := panel.newest) is not None:
        parts.append(f'<circle class="last" cx="{xs[at]}" cy="{y(values[at])}" r="2.6"/>')
    for signal in run.named:
        x, bad = xs[signal.first], run.is_bad(signal)
        side = "bad" if bad else "good"
        if signal.kind in ("above", "below"):
            upper = round(y(values[signal.first]) - 4.5, 1)
            parts.append(
                f'<path class="beyond {side}" d="M{x} {upper}l4.5 4.5l-4.5 4.5l-4.5-4.5z"/>'
            )
        elif bad is None:
            height = y(values[signal.first])
            parts.append(f'<circle class="jump" cx="{x}" cy="{height}" r="4.5"/>')
        else:
            parts.append(f'<path class="spell {side}" d="M{x} {HEIGHT - 1.5}H{xs[signal.last]}"/>')
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{"".join(parts)}</svg>'


def describe_multiples(panels: Sequence[Panel], name: str) -> str:
    """The grid in words: which desa have a recent signal, wait for data, or have none."""

    def listed(chosen: list[Panel]) -> str:
        return ", ".join(f"{panel.desa_name} {newest_text(panel)}" for panel in chosen)

    parts = [
        ngettext(
            "{name}, {count} desa on the same scale.",
            "{name}, {count} desa on the same scale.",
            len(panels),
            name=name,
        )
    ]
    alarming = [panel for panel in panels if panel.alarming and panel.state != "waiting"]
    for sentence, chosen in (
        (_("With a recent signal to the worse side: {desa}."), alarming),
        (_("Waiting for data: {desa}."), [p for p in panels if p.state == "waiting"]),
        (_("Without data: {desa}."), [p for p in panels if p.state == "no_data"]),
    ):
        if chosen:
            parts.append(sentence.format(desa=listed(chosen)))
    known = [panel for panel in panels if not pd.isna(panel.gap)]
    if known:
        worst, best = max(known, key=lambda p: p.gap), min(known, key=lambda p: p.gap)
        parts.append(
            _(
                "Furthest on the worse side: {worst} ({low}); on the better side: {best} ({high}).",
                worst=worst.desa_name,
                low=newest_text(worst),
                best=best.desa_name,
                high=newest_text(best),
            )
        )
    return " ".join(parts)
