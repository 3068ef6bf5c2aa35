"""How the figures on the page of a household came about."""

from __future__ import annotations

import pandas as pd

from analytics import numbers
from analytics.i18n import _
from ui.explain import Explanation
from ui.view import View


def due(view: View, row: pd.Series) -> Explanation:
    """The due date of one household; *row* is that of the follow-up list."""
    cadence = view.rules.cadence_days
    return Explanation(
        "followup",
        _(
            "A contact is due {high}, {medium} or {low} days (high, medium, low priority) after "
            "the last time somebody of the household was met; when nobody ever was, after its "
            "registration. When the assistant set a later or earlier day at that last contact, "
            "that day counts. A visit where nobody was met moves nothing.",
            high=numbers.number(cadence.tinggi),
            medium=numbers.number(cadence.sedang),
            low=numbers.number(cadence.rendah),
        ),
        figure=numbers.day(row["due_on"]),
        columns=("household_id", "last_contact_on", "due_on", "days_overdue", "status"),
    )
