"""“How is this calculated?”: one `Explanation` per figure, in words that a reviewer can check."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

import pandas as pd

from analytics import numbers
from analytics.access.roles import Role
from analytics.freeze_words import column_name, question_name
from analytics.i18n import _
from analytics.questions import QUESTIONS, Filters
from ui.view import View
from ui.words import status, status_meaning


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure's definition.

    Attributes:
        question: the key in `QUESTIONS` that answers it.
        definition: in words.
        numerator, denominator: what is counted, out of what; empty when it is no share.
        figure, counted, out_of: the figure itself and its two numbers, as the page shows them.
        columns: the columns of the question that hold the figure; empty = the whole table.
        query: the question whose SQL to show, when the figure is made from its rows.
        since: the version that the answer is compared with.
    """

    question: str
    definition: str
    numerator: str = ""
    denominator: str = ""
    figure: str = ""
    counted: str = ""
    out_of: str = ""
    columns: tuple[str, ...] = ()
    query: str = ""
    since: str = ""

    @property
    def label(self) -> str:
        """What it is, in a few words: its name, and the figure where it is one number."""
        name = question_name(self.query or self.question)
        if name == question_name("summary") and self.columns:
            name = column_name(self.columns[0])
        return " · ".join(part for part in (name, self.figure) if part)

    def sql(self, view: View) -> str:
        """The statements that answer it, with the parameters that the view gives them."""
        return QUESTIONS[self.query or self.question].sql_for(view.filters)


def command(
    question: str,
    filters: Filters,
    version_id: str,
    columns: tuple[str, ...] = (),
    since: str = "",
) -> str:
    """The command line that prints the same figures again."""
    words = ["python", "-m", "analytics", "ask", question]
    words += ["--as-of", filters.as_of.isoformat(), "--window", str(filters.window_days)]
    for code in filters.desa:
        words += ["--desa", code]
    for code in filters.programs:
        words += ["--program", code]
    if since:
        words += ["--since", since]
    if columns:
        words += ["--column", ",".join(columns)]
    return shlex.join([*words, "--version", version_id])


def command_of(view: View, explanation: Explanation) -> str:
    """`command` for a figure as this reader sees it: a field worker's is of the assigned desa."""
    words = command(
        explanation.question,
        view.filters,
        view.snapshot.version_id,
        explanation.columns,
        explanation.since,
    )
    if view.reader.role is not Role.PETUGAS:
        return words
    assigned = "".join(f" --assigned {shlex.quote(code)}" for code in view.reader.desa)
    return f"{words} --role {view.reader.role.value}{assigned}"


def _window(view: View) -> str:
    return numbers.number(view.filters.window_days)


def _everybody(view: View) -> str:
    if view.filters.programs:
        return _("active households that any of the chosen programs targets on the day")
    return _("all active households (registered, and not yet ended, on the day)")


def coverage(view: View, question: str = "coverage") -> Explanation:
    """Coverage now."""
    return Explanation(
        question,
        _(
            "Coverage is the share of active households that an assistant met at least once in "
            "the last {days} days. Several visits to one household count once; a visit where "
            "nobody was met does not count. The interval is Wilson’s, 95 percent: with few "
            "households a share says less.",
            days=_window(view),
        ),
        _("active households met in the last {days} days", days=_window(view)),
        _everybody(view),
    )


def coverage_total(view: View, row: pd.Series) -> Explanation:
    """The coverage of all chosen desa together; *row* is that of the summary question."""
    return replace(
        coverage(view, "summary"),
        figure=numbers.percent(row["coverage"]),
        counted=numbers.number(row["covered"]),
        out_of=numbers.number(row["active"]),
        columns=("coverage", "covered", "active", "ci_low", "ci_high"),
        query="coverage",
    )


def desa_in_need(view: View) -> Explanation:
    """Which desa are named, and why."""
    attention = view.rules.attention
    return Explanation(
        "coverage_change",
        _(
            "A desa is named when one of three things holds. **Clearly below the target**: the "
            "whole 95% interval of its coverage is below {target}. **Falling**: its coverage is "
            "at least {points} points lower than a month before, and of the households active on "
            "both days significantly more fell out of coverage than came under it (McNemar’s "
            "exact test; of the desa named, at most {share} are expected to be chance, by "
            "Benjamini and Hochberg). **Waiting for data**: its newest visit is more than {days} "
            "days old; it is not called falling then. Desa with fewer than {small} active "
            "households are never named for a share.",
            target=numbers.percent(view.rules.coverage.target, 0),
            points=numbers.number(attention.change_points * 100),
            share=numbers.percent(attention.false_alarm_share, 0),
            days=numbers.number(view.rules.data.waiting_after_days),
            small=numbers.number(view.rules.coverage.small_desa_households),
        ),
    )


def since_import(view: View, before: str) -> Explanation:
    """What the newest import changed; *before* is the id of the version before it."""
    return Explanation(
        "changes",
        _(
            "The same questions about the same day, asked of the version before the newest import "
            "and of the current one. What differs comes from the imported rows, not from time "
            "passing."
        ),
        query="summary",
        since=before,
    )


def trend(view: View) -> Explanation:
    """Coverage at the end of each month."""
    return Explanation(
        "trend",
        _(
            "Coverage at the end of each month, each time for the {days} days before it and the "
            "households active on it; the last point is the day asked about.",
            days=_window(view),
        ),
        _("active households met in the last {days} days", days=_window(view)),
        _everybody(view),
    )


def followup(view: View) -> Explanation:
    """When a household is due, and its status."""
    cadence = view.rules.cadence_days
    return Explanation(
        "followup",
        "\n\n".join(
            [
                _(
                    "A household is due one cadence after its last contact: priority high every "
                    "{high} days, medium {medium}, low {low}. When the last visit set a date for "
                    "the next one, that date counts instead. A household never met is due one "
                    "cadence after its registration.",
                    high=cadence.tinggi,
                    medium=cadence.sedang,
                    low=cadence.rendah,
                ),
                "\n".join(
                    f"- **{status(code)}**: {status_meaning(code)}"
                    for code in ("never", "lost", "overdue", "due_soon", "on_time")
                ),
            ]
        ),
        _("households past due: never visited, lost contact or overdue"),
        _everybody(view),
    )


def score(view: View) -> Explanation:
    """The order of the follow-up list."""
    points = view.rules.score
    return Explanation(
        "followup",
        _(
            "The order of the list is a score of at most 100 points: up to {overdue} for days "
            "overdue (reached at {cadences} cadences), {high} or {medium} for high or medium "
            "priority, {each} per vulnerability up to {most}, and {lost} when the household was "
            "never met or contact was lost.",
            overdue=points.overdue_max,
            cadences=points.overdue_full_cadences,
            high=points.priority_tinggi,
            medium=points.priority_sedang,
            each=points.vulnerability_each,
            most=points.vulnerability_max,
            lost=points.never_or_lost,
        ),
    )


def barriers(view: View) -> Explanation:
    """Open barriers."""
    return Explanation(
        "barriers",
        _(
            "Open barriers are those noted on or before the day and not yet resolved or rejected "
            "on it. Their age is counted from the day they were noted. A reopened one counts as "
            "open. The window and the choice of programs do not matter here."
        ),
    )


def reach(view: View, question: str = "reach") -> Explanation:
    """The reach cascade."""
    return Explanation(
        question,
        _(
            "Each step counts distinct active households and is part of the step before. "
            "Target: the program is meant for them on the day. Attempted: any visit since they "
            "became a target. Met: somebody was met. Received: the assistant recorded at the "
            "door that the program arrived. Benefit felt: the newest rating where it was "
            "received is 4 or 5. Received outside target: received some time up to the day, and "
            "no target on the day (it may have been one before). The window does not matter here."
        ),
        _("households that got as far as the step"),
        _("households the program is meant for"),
    )


def freshness(view: View) -> Explanation:
    """Whether a desa is waiting for data."""
    return Explanation(
        "freshness",
        _(
            "A desa whose newest visit is more than {days} days old is waiting for data: that "
            "says nothing yet about its work. A desa without any visit has no data, which is "
            "not zero.",
            days=numbers.number(view.rules.data.waiting_after_days),
        ),
    )
