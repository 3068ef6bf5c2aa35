"""The self-assessment in words: the same on the page, in the workbook and in the PDF."""

from __future__ import annotations

import pandas as pd

from analytics import numbers
from analytics.config import load_rules
from analytics.i18n import _
from analytics.innovation.indicators import PARAMETERS
from analytics.innovation.scorecard import Scorecard, Standing


def source(code: str) -> str:
    """Who proves it."""
    return {
        "store": _("the data of this dashboard"),
        "attached": _("attached documents"),
        "none": _("no evidence yet"),
        "unpublished": _("not published"),
    }[code]


def group_title(code: str) -> str:
    """One of `GROUPS` as a heading."""
    return {
        "missing": _("Still without evidence"),
        "attached": _("Proved by attached documents"),
        "store": _("Proved by the data of this dashboard"),
        "free": _("Counted without evidence"),
        "unpublished": _("Not published"),
    }[code]


def group_hint(code: str) -> str:
    """What to do about the indicators of a group."""
    return {
        "missing": _(
            "Begin at the top: required ones first, then those that add most. Attach the document "
            "in the tab Evidence."
        ),
        "attached": _("Keep the originals at hand; a better document reaches the next parameter."),
        "store": _(
            "Nothing to attach for the parameter reached: the figure comes from the visits and is "
            "made again for every day. A document may reach a higher one."
        ),
        "free": _("The lowest parameter holds for everybody; a document reaches a higher one."),
        "unpublished": _("The kecamatan sees these figures; they count for nothing here."),
    }[code]


def to_do(standing: Standing) -> str:
    """The next step for an indicator."""
    return gap(standing) or _("nothing: the highest parameter is reached")


def unit(code: str) -> str:
    """The unit of an indicator's number."""
    return {
        "people": _("people"),
        "trainings": _("trainings"),
        "actors": _("actors"),
        "agencies": _("agencies"),
        "ways": _("ways"),
        "days": _("days"),
        "percent": "%",
        "regions": _("regions"),
        "months": _("months"),
        "products": _("products"),
        "periods": _("periods"),
        "years": _("years"),
        "substances": _("topics of the video"),
    }.get(code, code)


def steps(parameter: int) -> str:
    """A parameter as three squares and its number: ``■■□ 2``."""
    return f"{'■' * parameter}{'□' * (PARAMETERS[-1] - parameter)} {parameter}"


def value(standing: Standing) -> str:
    """The number behind a parameter, with its unit; empty where documents decide."""
    if not standing.value:
        return ""
    whole = float(standing.value).is_integer()
    return f"{numbers.number(standing.value, 0 if whole else 1)} {unit(standing.indicator.unit)}"


def gap(standing: Standing) -> str:
    """What is missing to the next parameter; empty at the top."""
    if not standing.next_level:
        return ""
    wanted = _("parameter {next}: {level}", next=standing.parameter + 1, level=standing.next_level)
    missing = standing.missing
    if missing is None or missing <= 0 or standing.value is None:
        return wanted
    digits = 0 if float(missing).is_integer() else 1
    # Two shares lie points apart, not percent.
    percent = standing.indicator.unit == "percent"
    what = _("points") if percent else unit(standing.indicator.unit)
    amount = f"{numbers.number(missing, digits)} {what}"
    if standing.indicator.less_is_better:
        return _("{amount} too many for {wanted}", amount=amount, wanted=wanted)
    return _("{amount} short of {wanted}", amount=amount, wanted=wanted)


def meaning(no: str, *, at_least: bool = False) -> str:
    """What the store counts for an indicator that it proves, and what it does not.

    Args:
        at_least: the number is the lower bound that outside readers get.
    """
    if no == "33a" and at_least:
        return _(
            "At least so many: households met at the door in the window, the fewest that the "
            "rounded figures admit, one person each. Who received a program is not published."
        )
    return {
        "28": _(
            "Median days from noting a barrier to resolving it; open ones count, too. Fewer than "
            "{few} resolved prove nothing. Attach the SOP with its durations.",
            few=numbers.number(load_rules().barrier.few_resolved),
        ),
        "33a": _(
            "Members of the households that received a program at the door in the last year; each "
            "household counts once."
        ),
        "33b": _(
            "Share of the desa whose coverage rose beyond chance since the day of comparison. A "
            "rise is a change, not yet an effect."
        ),
        "33f": _(
            "Finished quarters in a row in which coverage rose; quarters in which visiting had "
            "only begun are left out. The letter does not say how long a period is."
        ),
        "34": _(
            "This dashboard is the internal monitoring; take its report (PDF) from below. A "
            "satisfaction survey or an outside study has to be attached."
        ),
        "29": _("Complaints only: barriers noted at the door are no complaints and do not count."),
    }.get(no, "")


def caution() -> str:
    """What the score is not."""
    return _(
        "An estimate by ourselves: the ministry's validators decide. It says what is documented, "
        "not how good the innovation is; a high score without true evidence is worth nothing."
    )


def summary(card: Scorecard) -> str:
    """The score in a sentence."""
    return _(
        "Estimated score {score} of {highest}: {store} proved by the data, {attached} by attached "
        "documents, {free} for parameters that need no evidence.",
        free=numbers.number(card.score_by("none") + card.score_by("unpublished")),
        score=numbers.number(card.score),
        highest=numbers.number(card.highest),
        store=numbers.number(card.score_by("store")),
        attached=numbers.number(card.score_by("attached")),
    )


def table(card: Scorecard) -> pd.DataFrame:
    """One row per indicator or basis, in words: ``no, name, required, parameter, level, value,
    source, gap, to_do, proof, gain, weight, score, evidence`` (titles of the documents), ``note``.
    """
    return pd.DataFrame(
        [
            {
                "no": each.indicator.no,
                "name": each.indicator.name,
                "required": _("required") if each.indicator.required else "",
                "parameter": each.parameter,
                "level": each.indicator.levels[each.parameter - 1] if each.parameter else "",
                "value": value(each),
                "source": source(each.source),
                "gap": gap(each),
                "to_do": to_do(each),
                "proof": each.indicator.proof if each.next_level else "",
                "gain": each.gain if each.counts else None,
                "weight": each.indicator.weight,
                "score": each.score if each.counts else None,
                "evidence": "; ".join(document.title for document in each.evidence),
                "note": meaning(each.indicator.no, at_least=each.at_least),
            }
            for each in card.standings
        ]
    )
