"""The questions: a frozen `Filters` value and a store version in, a table out.

Pages, exports, slides and the command line all call these functions, so a figure is the same
everywhere. To add a question: write ``<name>.sql`` (question, grain and parameters first) and
``<name>.py`` beside it, list it in `QUESTIONS`, and add its brute-force twin to
``tests/oracle.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from analytics.questions.barrier_flow import barrier_flow
from analytics.questions.barriers import barrier_history, barriers
from analytics.questions.change import change
from analytics.questions.changes import changes
from analytics.questions.concentration import concentration, equity_groups
from analytics.questions.coverage import coverage, coverage_program
from analytics.questions.coverage_change import coverage_change
from analytics.questions.desa_metrics import desa_metrics, rt
from analytics.questions.equity import DIMENSIONS, equity
from analytics.questions.evaluation import designs, did, its
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.questions.freshness import freshness
from analytics.questions.funnel import funnel
from analytics.questions.household import household, household_facts, visits_of
from analytics.questions.innovation import innovation
from analytics.questions.lessons import lesson_groups, lessons, meeting
from analytics.questions.monthly import MEASURES, Measure, monthly
from analytics.questions.places import (
    assistant_list,
    data_from,
    desa_list,
    import_list,
    program_list,
)
from analytics.questions.quality import quality, quality_records, unanswered
from analytics.questions.reach import STEPS, reach, reach_desa
from analytics.questions.resolution import barrier_times, resolution, resolution_curve
from analytics.questions.signals import signals, signals_watched
from analytics.questions.sql import parameters_in, sql_of
from analytics.questions.summary import summary
from analytics.questions.target_gaps import (
    GAPS,
    double_aid,
    double_aid_household,
    target_gap_counts,
    target_gap_programs,
    target_gaps,
)
from analytics.questions.trend import trend
from analytics.questions.trend_desa import activity, trend_desa
from analytics.questions.unlisted import unlisted
from analytics.questions.workload import workload
from analytics.store import Snapshot

_TARGETED = {"trend": "trend_targeted", "trend_desa": "trend_desa_targeted"}
"""Statements that take the place of another when programs are chosen."""
_QUALITY = ("quality_visit", "quality_trace", "quality_household", "quality_card")
_MONTHLY = ("trend_start", "trend_heard", "trend_desa", "activity_desa")
_DESIGNS = (*_MONTHLY, "resolved")


@dataclass(frozen=True, slots=True)
class Question:
    """A question by name: the function that answers it and the SQL it answers with."""

    name: str
    function: Callable[[Snapshot, Filters], pd.DataFrame]
    sql_names: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The statements as they run without a program filter."""
        return "\n".join(sql_of(name) for name in self.sql_names)

    def sql_for(self, filters: Filters) -> str:
        """The statements that answer the question with these filters, and their parameters."""
        names = self.sql_names
        if filters.programs:
            names = tuple(_TARGETED.get(name, name) for name in names)
        statements = "\n".join(sql_of(name) for name in names)
        return parameters_in(statements, filters.parameters()) + statements


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        question.name: question
        for question in (
            Question("coverage", coverage, ("coverage",)),
            Question("coverage_program", coverage_program, ("coverage_program",)),
            Question("coverage_change", coverage_change, ("coverage", "coverage_change")),
            Question("followup", followup, ("followup",)),
            Question("workload", workload, ("followup", "workload")),
            Question("reach", reach, ("reach",)),
            Question("reach_desa", reach_desa, ("reach_desa",)),
            Question("target_gaps", target_gaps, ("target_gaps",)),
            Question("target_gap_counts", target_gap_counts, ("reach_desa",)),
            Question("target_gap_programs", target_gap_programs, ("reach_desa",)),
            Question("double_aid", double_aid, ("double_aid",)),
            Question("double_aid_household", double_aid_household, ("double_aid_household",)),
            Question("equity", equity, ("equity",)),
            Question("equity_groups", equity_groups, ("concentration",)),
            Question("concentration", concentration, ("concentration",)),
            Question("change", change, ("coverage", "followup", "reach", "resolved")),
            Question("funnel", funnel, ("coverage",)),
            Question("its", its, _DESIGNS),
            Question("did", did, _DESIGNS),
            Question("desa_metrics", desa_metrics, ("coverage", "followup")),
            Question("rt", rt, ("followup",)),
            Question("quality", quality, _QUALITY),
            Question("quality_records", quality_records, _QUALITY),
            Question("trend", trend, ("trend_start", "trend")),
            Question("activity", activity, _MONTHLY),
            Question("trend_desa", trend_desa, _MONTHLY),
            Question("summary", summary, ("coverage", "followup", "barriers")),
            Question("innovation", innovation, ("innovation_people", "coverage_change", "trend")),
            Question("unlisted", unlisted, ("unlisted",)),
            Question("freshness", freshness, ("freshness",)),
            Question("barriers", barriers, ("barrier_waits", "barrier_agencies", "barriers")),
            Question("signals", signals, ("signals", "signals_exposure")),
            Question("signals_watched", signals_watched, ("signals", "signals_exposure")),
            Question("barrier_history", barrier_history, ("barrier_history",)),
            Question("barrier_flow", barrier_flow, ("barrier_events",)),
            Question("resolution", resolution, ("barrier_agencies", "barrier_times")),
            Question("resolution_curve", resolution_curve, ("barrier_agencies", "barrier_times")),
            Question("lessons", lessons, ("barrier_agencies", "barrier_times")),
            Question("meeting", meeting, ("barrier_waits", "barrier_agencies", "barrier_times")),
        )
    }
)

__all__ = [
    "DIMENSIONS",
    "GAPS",
    "MEASURES",
    "QUESTIONS",
    "STEPS",
    "Filters",
    "Measure",
    "Question",
    "activity",
    "assistant_list",
    "barrier_flow",
    "barrier_history",
    "barrier_times",
    "barriers",
    "change",
    "changes",
    "concentration",
    "coverage",
    "coverage_change",
    "coverage_program",
    "data_from",
    "desa_list",
    "desa_metrics",
    "designs",
    "did",
    "double_aid",
    "double_aid_household",
    "equity",
    "equity_groups",
    "followup",
    "freshness",
    "funnel",
    "household",
    "household_facts",
    "import_list",
    "innovation",
    "its",
    "lesson_groups",
    "lessons",
    "meeting",
    "monthly",
    "program_list",
    "quality",
    "quality_records",
    "reach",
    "reach_desa",
    "resolution",
    "resolution_curve",
    "rt",
    "signals",
    "signals_watched",
    "summary",
    "target_gap_counts",
    "target_gap_programs",
    "target_gaps",
    "trend",
    "trend_desa",
    "unanswered",
    "unlisted",
    "visits_of",
    "workload",
]
