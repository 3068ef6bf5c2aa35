"""“How is this calculated?” for the page of barriers."""

from __future__ import annotations

from dataclasses import replace

from analytics import numbers
from analytics.i18n import _
from ui import explain, words
from ui.explain import Explanation
from ui.view import View


def open_barriers(view: View) -> Explanation:
    """Open barriers against their limit."""
    rules = view.rules
    limits = "; ".join(
        f"{words.barrier(code)} {numbers.number(rules.limit_of(code))}" for code in rules.barriers
    )
    base = explain.barriers(view)
    said = _(
        "**Limit**: days in which a barrier of its category should be resolved, set by the "
        "kecamatan in the rules: {limits}; any other {other}. The limit is a promise of service, "
        "not a judgement of the work: a road takes longer than a letter. **Waits for** is who has "
        "to act next, as somebody wrote it down last.",
        limits=limits,
        other=numbers.number(rules.barrier.limit_days),
    )
    return replace(base, definition=f"{base.definition}\n\n{said}")


def flow(view: View) -> Explanation:
    """Barriers per week."""
    return Explanation(
        "barrier_flow",
        _(
            "Weeks run from Monday to Sunday (ISO). Opened: noted in the week. Resolved and turned "
            "down: closed in it with that status, as it is known now; a reopened barrier counts as "
            "never closed. Open at the end: all opened so far less all closed so far. More "
            "barriers can mean more trouble or better eyes: a week with more visits finds more."
        ),
    )


def resolution(view: View) -> Explanation:
    """Kaplan–Meier, medians, the log-rank test."""
    return Explanation(
        "resolution",
        _(
            "**Kaplan–Meier**: the share still unresolved after each number of days, in which "
            "barriers that are open on the day count for as long as they have been open "
            "(censored), and those turned down until they were turned down: they were not "
            "resolved. The mean of resolved ones alone would be too short, because the slow ones "
            "are still open. **Median**: the first day on which at most half is unresolved. "
            "**Interval**: 95 percent, Greenwood’s variance on the log-log scale. **Within the "
            "limit**: the same curve read at the limit of each category."
        )
        + "\n\n"
        + _(
            "**Log-rank test**: whether the groups differ by more than chance. Only groups with at "
            "least {few} resolved barriers take part. Agencies have different kinds of barriers, "
            "so a difference between agencies is no ranking of their work. It misleads when "
            "barriers are closed on paper in batches, or turned down instead of solved.",
            few=numbers.number(view.rules.barrier.few_resolved),
        ),
        _("barriers resolved"),
        _("all barriers noted up to the day"),
    )


def lessons(view: View) -> Explanation:
    """Solved barriers and their solutions."""
    return Explanation(
        "lessons",
        _(
            "Resolved barriers of which the solution was written down. The days are those of this "
            "barrier, from the day it was noted. A solution that worked in one desa is an idea for "
            "another one, no proof: nobody wrote down what was tried in vain."
        ),
    )


def meeting(view: View) -> Explanation:
    """The coordination meeting."""
    return Explanation(
        "meeting",
        _(
            "Per agency: barriers open at the end of the month (for the running month: on the day "
            "asked about); those noted, resolved and turned down in the month. On paper those "
            "furthest beyond their limit come first, as many as the page has room for; all are in "
            "the workbook. Barriers that name no agency have a page of their own. Nothing "
            "personal is in it: a barrier is named by its id and desa."
        ),
    )
