"""How figures for outside readers are protected, in one sentence for pages and files."""

from __future__ import annotations

from analytics import numbers
from analytics.access.cells import BASE
from analytics.config import load_rules
from analytics.i18n import _


def hidden_mark() -> str:
    """How a hidden count is written: never as zero, never as nothing."""
    return f"<{numbers.number(load_rules().data.small_cell)}"


def protection() -> str:
    """What was done to the counts, and what that means for totals."""
    return _(
        "Protected figures: counts are rounded to {base}, and {mark} stands for a count of 1 to "
        "{most}. Totals are made of the rounded counts, so they are about right, not exact.",
        base=numbers.number(BASE),
        mark=hidden_mark(),
        most=numbers.number(load_rules().data.small_cell - 1),
    )
