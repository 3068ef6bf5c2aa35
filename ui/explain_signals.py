"""How early signals came about."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from ui.explain import Explanation
from ui.view import View


def signals(view: View) -> Explanation:
    """What is a signal, and what is usual."""
    rules = view.rules.signals
    return Explanation(
        "signals",
        _(
            "Weeks go from Monday to Sunday. **Expected** is the rate of barriers per household "
            "met in the {weeks} weeks before (the last {guard} left out; a week {half} weeks older "
            "counts half; past peaks are cut), drawn towards the rate of that category in the "
            "kecamatan the less is known, times the households met this week. **Usual** are four "
            "weeks in five. A count is a **signal** when it is at least {least} and so far above "
            "that of all signals at most {share} are expected to be chance (Benjamini and "
            "Hochberg, over all desa and categories of the week; assistants apart). **Clusters** "
            "are neighbouring desa over the last 1 to {cluster} weeks (Kulldorff’s scan, 999 "
            "simulated worlds, always the same ones). The running week is compared with the "
            "households met so far. The window and the choice of programs do not matter.",
            weeks=numbers.number(rules.baseline_weeks),
            guard=numbers.number(rules.guard_weeks),
            half=numbers.number(rules.half_life_weeks),
            least=numbers.number(rules.least_count),
            share=numbers.percent(rules.false_alarm_share, 0),
            cluster=numbers.number(rules.cluster_weeks),
        ),
    )
