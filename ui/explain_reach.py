"""How the figures of Jangkauan program are calculated (the cascade itself: `ui.explain.reach`)."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from ui.explain import Explanation
from ui.view import View


def gaps(view: View, question: str = "target_gaps") -> Explanation:
    """Target lists and visits that do not meet."""
    return Explanation(
        question,
        _(
            "**Never attempted**: a target of the program on the day, and no visit of any kind "
            "since it became one. **Never met**: visited since then, but nobody was met. "
            "**Received outside the target**: an assistant recorded some time up to the day that "
            "the program arrived, and the household is no target of it on the day (it may have "
            "been one before, or the list may be older than the visit). The window does not "
            "matter here."
        ),
        _("households with the gap"),
        _("households the program is meant for"),
    )


def double_aid(view: View, question: str = "double_aid") -> Explanation:
    """Several programs at one door."""
    return Explanation(
        question,
        _(
            "Households active on the day that an assistant recorded as having received both "
            "programs at the door in the last {days} days. Programs are made to complement each "
            "other, so this is information and no fault; which pairs are not meant for the same "
            "household can be written into the rules (section overlap).",
            days=numbers.number(view.filters.window_days),
        ),
        _("households that received both programs"),
        _("households that received the one program"),
    )


def equity(view: View) -> Explanation:
    """Groups of households against each other."""
    return Explanation(
        "equity",
        _(
            "Coverage: the share of the group’s active households met in the last {days} days. "
            "Reached: of the group’s households that any of the programs looked at is meant for, "
            "the share where at least one of them was recorded as received. A household with "
            "several vulnerabilities counts in each of them. The interval is Wilson’s, 95 "
            "percent; groups with fewer than {small} active households are drawn hollow and never "
            "named. Where many groups are compared, one in twenty differs by chance alone.",
            days=numbers.number(view.filters.window_days),
            small=numbers.number(view.rules.coverage.small_desa_households),
        ),
        _("households of the group that were met, or reached"),
        _("active households of the group, or those a program is meant for"),
    )
