"""Follow-up statuses as one strip: how much of the work is late, and how late."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from analytics.config import FOLLOWUP_STATUSES
from analytics.i18n import _
from analytics.numbers import number, percent

# From what hurts to what is well: colour, ink of the pattern, its angle (None: plain).
_STYLE: dict[str, tuple[str, str, int | None]] = {
    "never": ("#7a1f12", "#ffffff", None),
    "lost": ("#a8442f", "#ffffff", 135),
    "overdue": ("#e0a06a", "#16302e", 45),
    "due_soon": ("#f0dfb4", "#16302e", 90),
    "on_time": ("#8fc7bf", "#16302e", None),
}


def status_labels() -> dict[str, str]:
    """The statuses in words, in order."""
    words = (_("Never met"), _("Lost contact"), _("Overdue"), _("Due soon"), _("On time"))
    return dict(zip(FOLLOWUP_STATUSES, words, strict=True))


def status_counts(source: Mapping[str, int] | pd.DataFrame) -> dict[str, int]:
    """Households per status, in order; from counts or from the follow-up question's rows."""
    if isinstance(source, pd.DataFrame):
        found = source["status"].value_counts()
        return {status: int(found.get(status, 0)) for status in FOLLOWUP_STATUSES}
    return {status: int(source.get(status, 0)) for status in FOLLOWUP_STATUSES}


def status_strip(source: Mapping[str, int] | pd.DataFrame) -> str:
    """How many households are late, soon due or on time?

    Args:
        source: ``{status: households}``, the summary question's row as a mapping, or the
            follow-up question (column ``status``).

    Returns:
        HTML (classes of `ui/style.css`): one strip of all active households, and a key that names
        every part with its count. It takes the width it is given, and is there at once (no script
        draws it). The strip is a picture to a screen reader (`describe_status`); the key is text.
    """
    counts = status_counts(source)
    total = sum(counts.values())
    if not total:
        return f"<p>{escape(_('No active household.'))}</p>"
    words = status_labels()
    parts = "".join(
        f'<span style="flex:{count} 0 0;{_ground(status)}"></span>'
        for status, count in counts.items()
        if count
    )
    key = "".join(
        f'<li><i style="{_ground(status)}"></i>{escape(words[status])} '
        f"<b>{number(count)}</b> ({percent(count / total, 0)})</li>"
        for status, count in counts.items()
    )
    return (
        f'<div class="perut-strip" role="img" aria-label="{escape(describe_status(counts))}">'
        f'{parts}</div><ul class="perut-key">{key}</ul>'
    )


def _ground(status: str) -> str:
    """A part's ground: colour, and a pattern that says the same without it."""
    fill, ink, angle = _STYLE[status]
    if angle is None:
        return f"background:{fill}"
    stripe = f"repeating-linear-gradient({angle}deg,{ink}55 0 1.5px,transparent 1.5px 6px)"
    return f"background:{stripe},{fill}"


def describe_status(source: Mapping[str, int] | pd.DataFrame) -> str:
    """The bar in words: every status with its households."""
    counts = status_counts(source)
    total = sum(counts.values())
    if not total:
        return _("No active household.")
    words = status_labels()
    parts = ", ".join(
        f"{words[status].lower()} {number(count)} ({percent(count / total, 0)})"
        for status, count in counts.items()
    )
    return _("Follow-up of {total} households: {parts}.", total=number(total), parts=parts)
