"""The steps of the reach cascade in numbers and words: what is left, what is lost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.i18n import _
from analytics.numbers import number, percent

STEPS = ("targeted", "attempted", "met", "received", "benefited")


@dataclass(frozen=True, slots=True)
class Loss:
    """Households lost between two steps; `share` is of the step before (0 to 1)."""

    step: int
    households: int
    share: float


def step_labels() -> tuple[str, ...]:
    """The steps in words, in order."""
    return (_("Targeted"), _("Visited"), _("Met"), _("Received"), _("Benefit felt"))


def losses(row: Mapping[Hashable, Any]) -> list[Loss]:
    """What is lost at each step (four of them) of one row of the reach question."""
    counts = [int(row[step]) for step in STEPS]
    return [
        Loss(k, counts[k - 1] - counts[k], 1 - counts[k] / counts[k - 1] if counts[k - 1] else 0.0)
        for k in range(1, len(counts))
    ]


def biggest_loss(row: Mapping[Hashable, Any]) -> Loss | None:
    """The step that loses most households (the earlier one of two equal ones); None if none."""
    worst = max(losses(row), key=lambda loss: (loss.households, -loss.step))
    return worst if worst.households else None


def loss_sentence(row: Mapping[Hashable, Any]) -> str:
    """The biggest loss in a sentence, naming the two steps."""
    worst = biggest_loss(row)
    if not int(row["targeted"]):
        return _("No targeted household")
    if worst is None:
        return _("Nobody is lost on the way")
    words = step_labels()
    return _(
        "Biggest loss: {before} → {after}, {count} households ({share})",
        before=words[worst.step - 1].lower(),
        after=words[worst.step].lower(),
        count=number(worst.households),
        share=percent(worst.share, 0),
    )


def describe_cascade(row: Mapping[Hashable, Any]) -> str:
    """One program's cascade in words: every step with its share, and the biggest loss."""
    goal = int(row["targeted"])
    if not goal:
        return f"{row['program_name']}: {loss_sentence(row)}."
    words = step_labels()
    steps = ", ".join(
        f"{words[k].lower()} {number(row[step])} ({percent(int(row[step]) / goal, 0)})"
        for k, step in enumerate(STEPS)
    )
    return f"{row['program_name']}: {steps}. {loss_sentence(row)}."


def describe_cascade_grid(table: pd.DataFrame) -> str:
    """All programs' cascades in words."""
    rows = table.to_dict("records")
    return " ".join(describe_cascade(row) for row in rows) or _("No targeted household.")
