"""How the findings of Kualitas data are made."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from analytics.quality_rules import load_quality
from ui.explain import Explanation
from ui.quality_words import innocent, meaning, title
from ui.view import View


def rule(view: View, code: str, question: str = "quality") -> Explanation:
    """One rule: what it counts, when a group is named."""
    common = load_quality().common
    return Explanation(
        question,
        "\n\n".join(
            [
                f"**{title(code)}**: {meaning(code)}",
                _(
                    "A group is named when it has at least {checked} records and {found} findings, "
                    "and significantly more findings than all others together (Fisher’s exact "
                    "test; of the groups named, at most {share} are expected to be chance). That "
                    "is a reason to look together, and no judgement.",
                    checked=numbers.number(common.min_checked),
                    found=numbers.number(common.min_found),
                    share=numbers.percent(common.false_alarm_share, 0),
                ),
                innocent(code),
            ]
        ),
        _("records that the rule found"),
        _("records that the rule looked at"),
        columns=(
            ("rule", "group_kind", "group_name", "found", "checked", "share", "rest_share")
            if question == "quality"
            else ()
        ),
    )
