"""How the figures of the follow-up page came about."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from ui.explain import Explanation
from ui.view import View


def workload(view: View) -> Explanation:
    """What each assistant looks after and gets done."""
    return Explanation(
        "workload",
        _(
            "A household is an assistant’s when that assistant was the last to meet it; one that "
            "nobody met yet is that of the assistant who works in its desa (the first by id, if "
            "several). **On time** is a household that is not past due, as everywhere. **Visits "
            "per week**: every attempt at a door in the chosen desa in the last {days} days, "
            "divided by the weeks in them; the choice of programs narrows the households and not "
            "the visits. "
            "**Met per week**: households met, each once a day. **To visit now**: past due, or due "
            "within {soon} days. **Weeks of work**: to visit now, divided by visits per week; new "
            "due dates meanwhile come on top. The interval is Wilson’s, 95 percent.",
            days=numbers.number(view.filters.window_days),
            soon=numbers.number(view.rules.followup.due_soon_days),
        ),
        _("households that are not past due"),
        _("active households of the assistant"),
    )
