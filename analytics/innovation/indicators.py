"""The indicators of the Indeks Inovasi Daerah: facts of the letter, and how evidence is judged.

Sources: `data/iid_2026.csv` (indicators, weights, thresholds, see `data/README.md`) and
`data/iid.toml` (how a document or a number becomes a parameter).
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from analytics.config import DATA

Kind = Literal["choice", "count", "years", "number", "ratio"]
PARAMETERS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator, or one basis of it.

    Attributes:
        no: its number in the letter; ``33a`` … ``33f`` are bases of 33.
        name, levels, proof: as the letter words them (Indonesian); the three parameters.
        required: an innovation without it is not valued.
        weight: its score is weight × parameter.
        kind, unit, steps, less_is_better, years, past_years, without, from_store: see
            `data/iid.toml`.
        group: the number it counts under.
    """

    no: str
    name: str
    required: bool
    weight: int
    levels: tuple[str, str, str]
    proof: str
    kind: Kind
    unit: str = ""
    steps: tuple[float, ...] = ()
    less_is_better: bool = False
    years: int = 0
    past_years: bool = False
    without: int = 0
    from_store: bool = False
    group: str = field(default="")

    def parameter(self, value: float | None) -> int:
        """Which parameter a number reaches; 0 = none.

        >>> indicators().by_no["17"].parameter(12)
        2
        """
        if value is None or not self.steps:
            return self.without
        if self.less_is_better:
            reached = [p for p, step in zip(PARAMETERS, self.steps, strict=True) if value <= step]
        else:
            reached = [p for p, step in zip(PARAMETERS, self.steps, strict=True) if value >= step]
        return max(reached, default=self.without)

    def missing(self, value: float | None) -> float | None:
        """How much the number lacks to the next parameter; ``None`` at the top or without steps."""
        reached = self.parameter(value)
        if not self.steps or reached >= PARAMETERS[-1]:
            return None
        step = self.steps[reached]
        if value is None:
            return step if not self.less_is_better else None
        return value - step if self.less_is_better else step - value


@dataclass(frozen=True, slots=True)
class Edition:
    """The indicators of one year's letter."""

    year: int
    source: str
    valid_from: date
    indicators: tuple[Indicator, ...]

    @property
    def by_no(self) -> dict[str, Indicator]:
        return {each.no: each for each in self.indicators}

    @property
    def groups(self) -> dict[str, list[Indicator]]:
        """Number → its indicator, or the bases of which the best counts; 20 in all."""
        found: dict[str, list[Indicator]] = {}
        for each in self.indicators:
            found.setdefault(each.group, []).append(each)
        return found

    @property
    def highest_score(self) -> int:
        """Of all indicators at parameter 3."""
        return sum(PARAMETERS[-1] * bases[0].weight for bases in self.groups.values())


@lru_cache(maxsize=1)
def indicators() -> Edition:
    """The edition in `data/iid.toml`.

    Raises:
        ValueError: a rule and the letter's indicators do not fit together.
    """
    raw = tomllib.loads((DATA / "iid.toml").read_text(encoding="utf-8"))
    edition = raw["edition"]
    with (DATA / edition["file"]).open(encoding="utf-8", newline="") as file:
        facts = {row["no"]: row for row in csv.DictReader(file)}
    rules = {rule["no"]: rule for rule in raw["rule"]}
    if list(facts) != list(rules):
        raise ValueError(f"iid.toml and {edition['file']} name other indicators")
    return Edition(
        year=edition["year"],
        source=edition["source"],
        valid_from=edition["valid_from"],
        indicators=tuple(_indicator(facts[no], rule) for no, rule in rules.items()),
    )


def _indicator(fact: dict[str, str], rule: dict[str, Any]) -> Indicator:
    return Indicator(
        no=fact["no"],
        name=fact["indikator"],
        required=fact["wajib"].startswith("ya"),
        weight=int(fact["bobot"]),
        levels=(fact["parameter_1"], fact["parameter_2"], fact["parameter_3"]),
        proof=fact["bukti"],
        kind=rule["kind"],
        unit=rule.get("unit", ""),
        steps=tuple(float(step) for step in rule.get("steps", ())),
        less_is_better=rule.get("better") == "less",
        years=rule.get("years", 0),
        past_years=rule.get("past_years", False),
        without=rule.get("without", 0),
        from_store=rule.get("source") == "store",
        group=rule.get("basis_of", fact["no"]),
    )
