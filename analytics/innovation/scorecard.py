"""Which parameter does each indicator reach, by what proof, and what is missing to the next?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from analytics import numbers
from analytics.innovation.indicators import PARAMETERS, Edition, Indicator, indicators
from analytics.questions.evaluation import NOT_PUBLISHED
from analytics.store.evidence import Evidence

Source = Literal["store", "attached", "none", "unpublished"]
Group = Literal["missing", "attached", "store", "free", "unpublished"]
GROUPS: tuple[Group, ...] = ("missing", "attached", "store", "free", "unpublished")
"""What is to be done first, then what is proved, then what nobody has to prove."""
AT_LEAST = "at_least"
"""State of a proof that is a lower bound."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one indicator, or one basis of 33, stands.

    Attributes:
        indicator: which one.
        parameter: reached, 0 to 3 (0 = no evidence that counts).
        value: the number behind it; ``None`` where documents decide.
        source: who proves it: the store, an attached document, nobody, or the store by a figure
            that this reader does not get.
        evidence: the documents that count, newest first.
        missing: how much the number lacks to the next parameter; ``None`` = nothing to say.
        counts: whether this basis is the one that counts for its number.
        at_least: the number is a lower bound from published figures (`published.innovation`).
    """

    indicator: Indicator
    parameter: int
    value: float | None
    source: Source
    evidence: tuple[Evidence, ...] = ()
    missing: float | None = None
    counts: bool = True
    at_least: bool = False

    @property
    def score(self) -> int:
        """Weight × parameter, for the basis that counts."""
        return self.indicator.weight * self.parameter if self.counts else 0

    @property
    def group(self) -> Group:
        """Which of `GROUPS` it belongs to; what reaches no parameter is missing."""
        if self.source in ("unpublished", "attached"):
            return "unpublished" if self.source == "unpublished" else "attached"
        if not self.parameter:
            return "missing"
        return "store" if self.source == "store" else "free"

    @property
    def gain(self) -> int:
        """What the next parameter would add to the score; 0 at the top."""
        return self.indicator.weight if self.next_level else 0

    @property
    def next_level(self) -> str:
        """What the letter asks for the next parameter; empty at the top."""
        done = self.parameter >= PARAMETERS[-1]
        return "" if done else self.indicator.levels[self.parameter]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The self-assessment: an estimate, the ministry's own may differ."""

    as_of: date
    edition: Edition
    standings: tuple[Standing, ...]

    @property
    def score(self) -> int:
        return sum(each.score for each in self.standings)

    @property
    def highest(self) -> int:
        return self.edition.highest_score

    def score_by(self, source: Source) -> int:
        """The part of the score that one kind of proof makes."""
        return sum(each.score for each in self.standings if each.source == source)

    @property
    def required_missing(self) -> list[Standing]:
        """Required indicators without any evidence."""
        return [s for s in self.standings if s.counts and s.indicator.required and not s.parameter]

    def grouped(self) -> dict[Group, list[Standing]]:
        """The 20 indicators by `GROUPS` (of 33 the basis that counts), none of them empty.

        In each the required ones first, then those whose next parameter is worth most.
        """
        found: dict[Group, list[Standing]] = {}
        for group in GROUPS:
            mine = [each for each in self.standings if each.counts and each.group == group]
            mine.sort(key=lambda s: (not s.indicator.required, -s.gain))
            if mine:
                found[group] = mine
        return found

    def table(self) -> pd.DataFrame:
        """One row per indicator or basis: ``no, name, required, weight, parameter, level,
        value, unit, source, evidence`` (documents), ``missing, next_level, score, counts``.
        """
        return pd.DataFrame(
            [
                {
                    "no": each.indicator.no,
                    "name": each.indicator.name,
                    "required": each.indicator.required,
                    "weight": each.indicator.weight,
                    "parameter": each.parameter,
                    "level": each.indicator.levels[each.parameter - 1] if each.parameter else "",
                    "value": each.value,
                    "unit": each.indicator.unit,
                    "source": each.source,
                    "evidence": len(each.evidence),
                    "missing": each.missing,
                    "next_level": each.next_level,
                    "score": each.score,
                    "counts": each.counts,
                }
                for each in self.standings
            ]
        )


def scorecard(proofs: pd.DataFrame, register: Iterable[Evidence], as_of: date) -> Scorecard:
    """The standing of every indicator on a day.

    Args:
        proofs: what the store proves (the question ``innovation``).
        register: what staff attached; documents dated after *as_of* do not count yet.
        as_of: the day of the assessment.
    """
    edition = indicators()
    known = [each for each in register if date.fromisoformat(each.dated) <= as_of]
    by_store = {
        str(row["no"]): float(row["value"])
        for row in proofs.to_dict("records")
        if pd.notna(row["value"])
    }
    in_state = {str(row["no"]): row.get("state") for row in proofs.to_dict("records")}
    standings: list[Standing] = []
    for bases in edition.groups.values():
        found = [_standing(each, by_store.get(each.no), known, as_of) for each in bases]
        found = [_as_told(each, in_state.get(each.indicator.no)) for each in found]
        best = max(found, key=lambda each: each.parameter)
        standings += [each if each is best else replace(each, counts=False) for each in found]
    return Scorecard(as_of, edition, tuple(standings))


def _as_told(each: Standing, state: object) -> Standing:
    if state == NOT_PUBLISHED and each.source == "none":
        return replace(each, source="unpublished")
    return replace(each, at_least=each.source == "store" and state == AT_LEAST)


def _standing(
    indicator: Indicator, proved: float | None, register: Sequence[Evidence], as_of: date
) -> Standing:
    mine = sorted(
        (each for each in register if each.no == indicator.no),
        key=lambda each: (each.dated, each.id),
        reverse=True,
    )
    attached = _ATTACHED[indicator.kind](indicator, mine, as_of)
    if proved is None or not indicator.from_store:
        return attached
    if indicator.kind == "choice":  # 34: the store is the internal report, parameter 1
        parameter, value = int(proved), None
    else:
        parameter, value = indicator.parameter(proved), proved
    if attached.parameter > parameter:
        return attached
    return Standing(
        indicator, parameter, value, "store", attached.evidence, indicator.missing(value)
    )


def _by_choice(indicator: Indicator, mine: list[Evidence], _as_of: date) -> Standing:
    stated = [each for each in mine if each.level]
    reached = max((each.level for each in stated), default=indicator.without)
    counting = tuple(each for each in stated if each.level == reached)
    return Standing(indicator, reached, None, "attached" if counting else "none", counting)


def _by_count(indicator: Indicator, mine: list[Evidence], as_of: date) -> Standing:
    if indicator.years:
        first = numbers.years_before(as_of, indicator.years)
        mine = [each for each in mine if date.fromisoformat(each.dated) > first]
    different = {" ".join(each.title.casefold().split()): each for each in reversed(mine)}
    value = float(len(different))
    reached = indicator.parameter(value)
    counting = tuple(mine)
    source: Source = "attached" if counting and reached else "none"
    return Standing(indicator, reached, value, source, counting, indicator.missing(value))


def _by_years(indicator: Indicator, mine: list[Evidence], as_of: date) -> Standing:
    """18 and 21: budget years. The letter's words differ.

    18: any of T-0 to T-2, two of them in a row, all three. 21: T-1 or T-2, both, all three; T-0
    alone is none of these, and T-0 with one of them is still "T-1 or T-2".
    """
    years = {int(each.number) for each in mine if each.number is not None}
    now = as_of.year
    recent = {year for year in years if now - 2 <= year <= now}
    past = recent - {now}
    in_a_row = len(past) == 2 or {now, now - 1} <= recent
    if len(recent) == 3:
        reached = 3
    elif len(past) == 2 if indicator.past_years else in_a_row:
        reached = 2
    else:
        reached = 1 if (past if indicator.past_years else recent) else 0
    counting = tuple(e for e in mine if e.number is not None and int(e.number) in recent)
    return Standing(
        indicator, reached, float(len(recent)), "attached" if reached else "none", counting
    )


def _by_number(indicator: Indicator, mine: list[Evidence], _as_of: date) -> Standing:
    numbered = [each for each in mine if each.number is not None]
    if not numbered:
        return Standing(indicator, indicator.without, None, "none", missing=indicator.missing(None))
    best = max(numbered, key=lambda each: (indicator.parameter(each.number), each.dated))
    reached = indicator.parameter(best.number)
    return Standing(
        indicator,
        reached,
        best.number,
        "attached" if reached else "none",
        (best,),
        indicator.missing(best.number),
    )


def _by_ratio(indicator: Indicator, mine: list[Evidence], _as_of: date) -> Standing:
    """29: of the newest recap; barriers are not complaints and never count here."""
    given = [each for each in mine if each.number is not None and each.out_of]
    if not given:
        return Standing(indicator, indicator.without, None, "none")
    newest = given[0]
    share = 100 * float(newest.number or 0) / float(newest.out_of or 1)
    return Standing(
        indicator,
        indicator.parameter(share),
        share,
        "attached",
        (newest,),
        indicator.missing(share),
    )


_ATTACHED = {
    "choice": _by_choice,
    "count": _by_count,
    "years": _by_years,
    "number": _by_number,
    "ratio": _by_ratio,
}
