"""May a change be called an effect? One documented rule, in three grades.

- *strong* (“bukti cukup kuat untuk menyebut dampak”): every check holds.
- *hint* (“ada petunjuk”): there is enough to look at, the change points the declared way and is
  more than chance by at least one of the two tests (of a single series: by the simulated one), and
  nothing speaks against the comparison.
- *none* (“tidak cukup bukti”): all else.

The rule is strict on purpose: the word *dampak* is earned. `python -m bench evidence` measures how
often it is given where there is no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analytics.stats.did import Estimate, Staggered
from analytics.stats.its import Interrupted

LEAST_PLACES, LEAST_STARTED, LEAST_OTHERS = 12, 5, 3
LEAST_MONTHS_BEFORE, LEAST_MONTHS_AFTER = 6, 3
LEAST_SERIES_SIDE = 12
CHANCE, QUIET = 0.05, 0.10


class Verdict(StrEnum):
    """How much may be said."""

    NONE = "none"
    HINT = "hint"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and what it rests on: check → whether it holds (`None` = could not be made)."""

    verdict: Verdict
    checks: Mapping[str, bool | None]


def _graded(checks: dict[str, bool | None], more_than_chance: bool) -> Judged:
    if all(checks.values()):
        return Judged(Verdict.STRONG, dict(checks))
    sound = all(
        checks.get(name) is not False
        for name in ("enough", "direction", "trend_before", "placebo_dates", "placebo_outcomes")
    )
    verdict = Verdict.HINT if sound and more_than_chance else Verdict.NONE
    return Judged(verdict, dict(checks))


def quiet(placebos: list[Estimate | None]) -> bool | None:
    """Whether no placebo stands out; `None` when there is none that could be worked out.

    With several, one in twenty stands out by chance: the intervals are widened to 1 − 0.05/m
    (Bonferroni) by the ratio of normal quantiles.
    """
    known = [each for each in placebos if each is not None and each.se == each.se]
    if not known:
        return None
    from scipy.stats import norm

    wider = float(norm.ppf(1 - CHANCE / (2 * len(known))) / norm.ppf(1 - CHANCE / 2))
    return all(abs(each.estimate) <= wider * (each.high - each.estimate) for each in known)


def judge_staggered(
    found: Staggered | None,
    direction: int,
    *,
    months_before: int,
    months_after: int,
    placebo_dates: list[Estimate | None],
    placebo_outcomes: list[Estimate | None],
    declared_before: bool = True,
) -> Judged:
    """The verdict on a staggered start.

    Args:
        direction: +1 or −1, as declared.
        months_before: of the first wave; months_after: of the last one.
        declared_before: whether the design was declared before the first start.
    """
    if found is None:
        return Judged(Verdict.NONE, {"enough": False})
    checks: dict[str, bool | None] = {
        "declared_before": declared_before,
        "enough": found.places >= LEAST_PLACES
        and found.started >= LEAST_STARTED
        and found.places - found.started >= LEAST_OTHERS
        and months_before >= LEAST_MONTHS_BEFORE
        and months_after >= LEAST_MONTHS_AFTER,
        "direction": found.effect.estimate * direction > 0,
        "interval": found.effect.off_zero,
        "randomisation": found.p_random < CHANCE,
        "trend_before": found.p_trend > QUIET if found.p_trend == found.p_trend else None,
        "placebo_dates": quiet(placebo_dates),
        "placebo_outcomes": quiet(placebo_outcomes),
    }
    return _graded(checks, found.effect.off_zero or found.p_random < CHANCE)


def judge_interrupted(
    found: Interrupted | None,
    direction: int,
    *,
    placebo_dates: list[Interrupted | None],
    placebo_outcomes: list[Interrupted | None],
    declared_before: bool = True,
) -> Judged:
    """The verdict on a single series: never more than a hint.

    Whatever else happened in the same month looks the same in one series, so no check can earn
    the word *dampak*; only other places that did not begin can.
    """
    if found is None:
        return Judged(Verdict.NONE, {"enough": False})

    def still(placebos: list[Interrupted | None]) -> bool | None:
        known = [each.level for each in placebos if each is not None]
        if not known:
            return None
        return all(each.p_simulated > CHANCE / len(known) for each in known)

    checks: dict[str, bool | None] = {
        "declared_before": declared_before,
        "enough": min(found.before, found.after) >= LEAST_SERIES_SIDE,
        "direction": found.level.estimate * direction > 0,
        "interval": found.level.off_zero,
        "randomisation": found.level.p_simulated < CHANCE,
        "placebo_dates": still(placebo_dates),
        "placebo_outcomes": still(placebo_outcomes),
        "comparison": False,
    }
    # Newey–West intervals of short series are too narrow: the simulated test decides.
    return _graded(checks, found.level.p_simulated < CHANCE)
