"""Words of the page Dampak: outcomes, orders, checks, verdicts, and how each figure is made."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from analytics.indicators import distance_from
from analytics.questions.panel import RESOLVE_DAYS
from analytics.stats import verdict as rule
from analytics.stats.verdict import Verdict
from ui import components, published_words
from ui.explain import Explanation
from ui.view import View


def outcome(code: str) -> str:
    """What a design is about."""
    return {
        "resolved_30": _("Barriers solved within {days} days", days=RESOLVE_DAYS),
        "coverage": _("Coverage"),
        "past_due_share": _("Households past due"),
        "met_share": _("Visits that met somebody"),
    }.get(code, code)


def burden(code: str) -> str:
    """An outcome of the part on equity."""
    return {
        "coverage": _("Met within the window"),
        "past_due": _("Past due for a visit"),
        "reached": _("Reached by a program meant for them"),
    }.get(code, code)


def order(code: str) -> str:
    """What puts households in order."""
    return {
        "desil": _("Desil"),
        "vulnerability": _("Number of vulnerabilities"),
        "distance": _("Distance"),
    }.get(code, code)


def first_in(code: str) -> str:
    """Who stands first in an order."""
    return {
        "desil": _("the poorest"),
        "vulnerability": _("the most vulnerable"),
        "distance": _("the nearest"),
    }[code]


def verdict(found: Verdict) -> str:
    """The verdict in words."""
    return {
        Verdict.NONE: _("Not enough evidence"),
        Verdict.HINT: _("There are hints"),
        Verdict.STRONG: _("Evidence strong enough to call it an effect"),
    }[found]


def verdict_meaning(found: Verdict) -> str:
    """What follows from it."""
    return {
        Verdict.NONE: _(
            "What is seen may well be chance, or something else of the same time. That is not "
            "proof that nothing happened."
        ),
        Verdict.HINT: _(
            "The change is more than chance, but not everything that an effect needs is there. "
            "Call it a change (perubahan)."
        ),
        Verdict.STRONG: _(
            "Desa changed when they began, more than chance would have it, quiet before, and what "
            "should not move did not. Other causes remain possible."
        ),
    }[found]


def check(name: str, *, series: bool) -> str:
    """What a check asks."""
    if name == "enough" and series:
        return _("at least {months} months on either side", months=rule.LEAST_SERIES_SIDE)
    if name == "enough":
        return _(
            "at least {places} desa, {started} that began and {others} that did not, {before} "
            "months before and {after} after",
            places=rule.LEAST_PLACES,
            started=rule.LEAST_STARTED,
            others=rule.LEAST_OTHERS,
            before=rule.LEAST_MONTHS_BEFORE,
            after=rule.LEAST_MONTHS_AFTER,
        )
    return {
        "declared_before": _("declared before the start"),
        "direction": _("it points the declared way"),
        "interval": _("the interval leaves out zero"),
        "randomisation": _("rarer than 1 in 20 when only chance is at work (simulated)")
        if series
        else _("rarer than 1 in 20 when the starts are dealt anew among the desa"),
        "trend_before": _("the months before the start were quiet"),
        "placebo_dates": _("a start put too early shows nothing"),
        "placebo_outcomes": _("what it should leave alone stayed alone"),
        "comparison": _("desa that did not begin to compare with (a single series has none)"),
    }[name]


def definition(question: str, view: View) -> str:
    """How a part of the page is calculated."""
    days = numbers.number(view.rules.coverage.window_days)
    origin = distance_from()
    return {
        "change": _(
            "Each indicator was declared in `data/indicators.toml` before it was looked at. "
            "Difference: the share now minus the share at the baseline, with Newcombe’s 95% "
            "interval for two independent shares. Most households stand in both, which makes the "
            "interval a little wider than it need be; that neighbours share an assistant makes it "
            "narrower than it should be."
        ),
        "its": _(
            "All desa together, month by month: level and slope before and after the start "
            "(segmented regression), with Newey–West errors for months that resemble each other. "
            "Because such errors are too small in short series, the change is also held against "
            "simulated series with the same resemblance and no start."
        ),
        "did": _(
            "Months of a desa before its start, and all months of desa without one, say what "
            "would have been (place + month, weighted by what each month counts). The effect is "
            "what lies above it after the start. The interval leaves out one desa at a time "
            "(jackknife, t distribution); the starts are dealt anew among the desa 999 times."
        ),
        "funnel": _(
            "Coverage in the last {days} days. Limits for a desa of its size around the share of "
            "all together: exact binomial, 95% and 99.8%; where desa differ by more than chance, "
            "the limits are stretched (Spiegelhalter 2005). Estimates are pulled towards the "
            "usual share the more the fewer households a desa has (beta-binomial). Ranks are "
            "drawn 4,000 times from these estimates.",
            days=days,
        ),
        "concentration": _(
            "Households in order, {origin} as the point that distance is counted from (straight "
            "line to the point of the desa). The index is 2·cov(outcome, rank)/mean: below 0 the "
            "first ones have more. For a share the Erreygers index (4·mean·index) can be compared "
            "between outcomes. The interval by distance leaves out one desa at a time (jackknife); "
            "the others take households as independent of their neighbours.",
            origin=origin.label if origin else _("nothing"),
        ),
    }[question]


def how(view: View, question: str, *, key: str) -> None:
    """“How is this calculated?” for a part of the page, for every role."""
    if view.reader.protected:
        published_words.how(view, question, key=key, definition=definition(question, view))
    else:
        components.how(Explanation(question, definition(question, view)), view, key=key)
