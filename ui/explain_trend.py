"""“How is this calculated?” for the run charts."""

from __future__ import annotations

from analytics import numbers
from analytics.charts.multiples import newest_text
from analytics.charts.runchart_text import value_text
from analytics.i18n import _
from analytics.questions.monthly import Measure, Run
from analytics.questions.panels import Panel
from analytics.stats.runchart import MINIMUM_POINTS, RUN_LENGTH, chance_signals
from ui.explain import Explanation
from ui.view import View


def name(measure: Measure) -> str:
    """A measure as its button says it."""
    return {
        "cakupan": _("Coverage"),
        "kunjungan": _("Visits"),
        "ditemui": _("Households met"),
        "bertemu": _("Visits that met somebody"),
        "terlambat": _("Past due"),
    }[measure.key]


def long_name(measure: Measure) -> str:
    """A measure in a heading."""
    return {
        "cakupan": _("Coverage at the end of each month"),
        "kunjungan": _("Visits per month"),
        "ditemui": _("Households met per month"),
        "bertemu": _("Share of visits that met somebody"),
        "terlambat": _("Share of households past due at the end of each month"),
    }[measure.key]


def panel_name(measure: Measure) -> str:
    """A measure on the scale that lets desa of different size be compared."""
    return {
        "kunjungan": _("Visits per month per 100 active households"),
        "ditemui": _("Households met per month per 100 active households"),
    }.get(measure.key, long_name(measure))


def _definition(view: View, measure: Measure) -> str:
    cadence = view.rules.cadence_days
    return {
        "cakupan": _(
            "Coverage at the end of each month: of the households active on it, the share that an "
            "assistant met at least once in the {days} days up to it.",
            days=numbers.number(view.filters.window_days),
        ),
        "kunjungan": _(
            "Every visit made in the month, whether somebody was met or not. Months have 28 to 31 "
            "days; that alone makes them differ by a tenth."
        ),
        "ditemui": _("Different households that were met at least once in the month."),
        "bertemu": _("Of all visits made in the month, the share whose outcome is “met”."),
        "terlambat": _(
            "At the end of each month: of the households active on it, the share whose next "
            "contact was due before it (priority high after {high} days, medium {medium}, low "
            "{low}, or on the day the last visit set), as on the follow-up page.",
            high=cadence.tinggi,
            medium=cadence.sedang,
            low=cadence.rendah,
        ),
    }[measure.key]


def _counted(measure: Measure) -> tuple[str, str]:
    return {
        "cakupan": (_("active households met in the window"), _("active households")),
        "bertemu": (_("visits that met somebody"), _("visits in the month")),
        "terlambat": (_("active households past due"), _("active households")),
    }.get(measure.key, ("", ""))


def _left_out() -> str:
    return _(
        "Left out of mean and limits, and drawn hollow: months that look back on days before the "
        "first visit (coverage climbs there because the window fills, not because of the work); "
        "the month that is still running; months whose data has not all come yet. Nothing else "
        "is left out, Ramadan neither."
    )


def _limits(view: View, run: Run) -> str:
    lag = run.measure.lag(view.filters)
    said = _(
        "**Limits** (XmR chart, Shewhart and Wheeler): mean ± 2.66 × mean moving range. At least "
        "{needed} comparable months are needed. Within the limits, up and down is what these "
        "numbers do by themselves: asking “why” of a single month leads nowhere there.",
        needed=MINIMUM_POINTS,
    )
    if lag > 1:
        return f"{said} " + _(
            "Here each value looks back over {days} days, so neighbouring months share most of "
            "their visits and differ too little; limits from them would be far too narrow. The "
            "moving range is therefore taken between months {lag} apart, which share no day. "
            "Named is only a month beyond a limit: rules about months in a row would raise false "
            "alarms, because a value that looks back stays on one side for long by nature. One "
            "bad month also shows in the {after} months after it.",
            days=numbers.number(run.measure.looks_back_days(view.filters)),
            lag=lag,
            after=lag - 1,
        )
    return f"{said} " + _(
        "Named are: a month beyond a limit; a moving range above 3.267 × the mean one; {run} or "
        "more months in a row on one side of the mean; 3 of 4 months in a row nearer to a limit "
        "than to the mean.",
        run=RUN_LENGTH,
    )


def _base(run: Run) -> str:
    found = run.limits
    if found is None:
        return ""
    ends = run.rows["month_end"]
    return _(
        "**Calculated on** {points} months ({first} to {last}), {ranges} moving ranges: mean "
        "{mean}, mean moving range {range}, limits {low} and {high}. A limit is never beyond what "
        "the value can be (a share 0 to 100 percent, a count 0).",
        points=found.points,
        first=numbers.month(ends.iloc[found.first]),
        last=numbers.month(ends.iloc[found.last]),
        ranges=found.ranges,
        mean=value_text(run.measure, found.centre, 2),
        range=value_text(run.measure, found.mean_range, 2),
        low=value_text(run.measure, found.lower, 2),
        high=value_text(run.measure, found.upper, 2),
    )


def large(view: View, run: Run, desa: str | None) -> Explanation:
    """The large chart, of all chosen desa together or of one."""
    measure = run.measure
    parts = [_definition(view, measure), _left_out(), _limits(view, run), _base(run)]
    counted, out_of = _counted(measure)
    columns = ("month_end", measure.column, measure.counted, measure.out_of)
    held = tuple(dict.fromkeys(column for column in columns if column))
    return Explanation(
        "trend_desa" if desa else "activity",
        "\n\n".join(part for part in parts if part),
        counted,
        out_of,
        columns=("desa_name", *held) if desa else held,
    )


def side_by_side(view: View, measure: Measure, panels: list[Panel]) -> Explanation:
    """The small charts of all desa."""
    expected = chance_signals([panel.run.usable for panel in panels if panel.run.limits])
    worst = f"{panels[0].desa_name} {newest_text(panels[0])}" if panels else ""
    parts = [
        _definition(view, measure),
        _(
            "All desa are drawn on the same scale, each with all of them together as a dashed "
            "line. Counts are per 100 active households, so that large and small desa can be "
            "compared."
        ),
        _(
            "Order: first desa with a recent signal to the worse side, then those waiting for "
            "data, then the others by how far they are on the worse side of the kecamatan, at last "
            "those without data. The first one here: {first}.",
            first=worst,
        ),
        _(
            "Each desa has its own limits, made as in the large chart. With {count} desa about "
            "{expected} months beyond a limit are expected by chance alone: a single mark is a "
            "reason to ask, not a finding.",
            count=len(panels),
            expected=numbers.number(expected, 1),
        ),
        _left_out(),
    ]
    column = measure.per_desa
    return Explanation(
        "trend_desa", "\n\n".join(parts), columns=("desa_name", "month_end", column, "state")
    )
