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

from analytics.questions.barriers import barriers
from analytics.questions.coverage import coverage, coverage_program
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.questions.freshness import freshness
from analytics.questions.household import household, household_facts
from analytics.questions.places import assistant_list, desa_list, program_list
from analytics.questions.reach import STEPS, reach, reach_desa
from analytics.questions.sql import sql_of
from analytics.questions.summary import summary
from analytics.questions.trend import trend
from analytics.store import Snapshot

_TARGETED = {"trend": "trend_targeted"}
"""Statements that take the place of another when programs are chosen."""


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
        """The statements that answer the question with these filters."""
        names = self.sql_names
        if filters.programs:
            names = tuple(_TARGETED.get(name, name) for name in names)
        return "\n".join(sql_of(name) for name in names)


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        question.name: question
        for question in (
            Question("coverage", coverage, ("coverage",)),
            Question("coverage_program", coverage_program, ("coverage_program",)),
            Question("followup", followup, ("followup",)),
            Question("reach", reach, ("reach",)),
            Question("reach_desa", reach_desa, ("reach_desa",)),
            Question("trend", trend, ("trend_start", "trend")),
            Question("summary", summary, ("coverage", "followup", "barriers")),
            Question("freshness", freshness, ("freshness",)),
            Question("barriers", barriers, ("barriers",)),
        )
    }
)

__all__ = [
    "QUESTIONS",
    "STEPS",
    "Filters",
    "Question",
    "assistant_list",
    "barriers",
    "coverage",
    "coverage_program",
    "desa_list",
    "followup",
    "freshness",
    "household",
    "household_facts",
    "program_list",
    "reach",
    "reach_desa",
    "summary",
    "trend",
]
