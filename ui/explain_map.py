"""How the figures of the map are calculated."""

from __future__ import annotations

from dataclasses import replace

from analytics import numbers
from analytics.charts.map_metric import MapMetric
from analytics.i18n import _
from ui import explain
from ui.explain import Explanation
from ui.view import View


def metric(view: View, chosen: MapMetric) -> Explanation:
    """The measure that the map shows."""
    classes = _(
        "The five classes are fixed, so that two days and two desa can be compared: {classes}.",
        classes="; ".join(chosen.class_label(k) for k in range(5)),
    )
    made = {
        "coverage": lambda: explain.coverage(view, "desa_metrics"),
        "past_due": lambda: replace(explain.followup(view), question="desa_metrics"),
        "never": lambda: _never(view),
        "reach": lambda: explain.reach(view, "reach_desa"),
        "days": lambda: explain.freshness(view),
    }[chosen.code]()
    return replace(made, definition=f"{made.definition}\n\n{classes}", query=_QUERY[chosen.code])


_QUERY = {
    "coverage": "coverage",
    "past_due": "followup",
    "never": "followup",
    "reach": "reach_desa",
    "days": "freshness",
}


def _never(view: View) -> Explanation:
    return Explanation(
        "desa_metrics",
        _(
            "Active households that no assistant has ever met, and whose first contact is past "
            "due (status {status} of the follow-up list). A household registered only lately is "
            "not counted until its first visit is due.",
            status=f"“{_('Never met')}”",
        ),
        _("active households never met and past due"),
        _("all active households (registered, and not yet ended, on the day)"),
    )


def rt(view: View) -> Explanation:
    """Coverage and follow-up of the RT of one desa."""
    return Explanation(
        "rt",
        _(
            "The same coverage and statuses as everywhere, counted per RT of the desa. An RT with "
            "fewer than {few} active households is drawn hollow; none is ranked. Households "
            "without a recorded RT stand apart.",
            few=numbers.number(view.rules.coverage.small_desa_households),
        ),
        _("active households met in the last {days} days", days=view.filters.window_days),
        _("active households of the RT"),
    )
