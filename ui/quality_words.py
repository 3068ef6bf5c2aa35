"""The rules of data quality in words: what they look at, and why a finding can be innocent."""

from __future__ import annotations

from analytics import numbers
from analytics.i18n import _
from analytics.quality_rules import load_quality


def title(rule: str) -> str:
    """A rule in a few words."""
    return {
        "no_benefit": _("Benefit not rated"),
        "no_next_visit": _("No next visit agreed"),
        "no_time": _("Time not recorded"),
        "no_position": _("Position not recorded"),
        "late_sent": _("Sent late"),
        "same_day_twice": _("Recorded twice"),
        "hurried": _("Within minutes"),
        "night": _("At night"),
        "same_place": _("Same position"),
        "all_met": _("Always met"),
        "round_day": _("Round dates"),
        "no_desil": _("Desil missing"),
        "no_rt": _("RT missing"),
        "duplicate_card": _("Same card number"),
    }.get(rule, rule)


def meaning(rule: str) -> str:
    """What the rule counts, out of what."""
    limits = load_quality().limits
    return {
        "no_benefit": _(
            "Visits at which a program was received and the benefit was not rated, of all visits "
            "at which one was received."
        ),
        "no_next_visit": _(
            "Visits at which somebody was met and no next visit was agreed, of all such visits."
        ),
        "no_time": _("Visits without a time of day, of all visits."),
        "no_position": _("Visits without a position, of all visits."),
        "late_sent": _(
            "Records sent more than {days} days after the visit, of those whose sending is known.",
            days=numbers.number(limits.late_days),
        ),
        "same_day_twice": _(
            "Visits that repeat another one: same household, day, assistant and outcome."
        ),
        "hurried": _(
            "Visits that begin less than {seconds} seconds after the same assistant began at "
            "another door, of all visits with a time.",
            seconds=numbers.number(limits.hurried_seconds),
        ),
        "night": _(
            "Visits that begin at {start}.00 or later, or before {end}.00 WITA, of all visits with "
            "a time.",
            start=f"{limits.night_from_hour:02d}",
            end=f"{limits.night_until_hour:02d}",
        ),
        "same_place": _(
            "Visits recorded at a position where {count} households or more were recorded, of all "
            "visits with a position. Positions are compared as keyed fingerprints; nobody sees "
            "where they are.",
            count=numbers.number(limits.same_place_households),
        ),
        "all_met": _(
            "Visits that met somebody, of all visits; named only from {share} on, and when it is "
            "more than elsewhere.",
            share=numbers.percent(limits.all_met_share, 0),
        ),
        "round_day": _(
            "Days of work that fall on a round day of the month ({days}), of all days of work.",
            days=", ".join(str(day) for day in limits.round_days),
        ),
        "no_desil": _("Active households without desil, of all active households."),
        "no_rt": _("Active households without RT, of all active households."),
        "duplicate_card": _(
            "Active households whose family-card number another active household has, too, of "
            "those with a number. Numbers are compared as keyed fingerprints and never shown."
        ),
    }[rule]


def innocent(rule: str) -> str:
    """Why a finding may be quite all right, and what helps."""
    return {
        "no_benefit": _(
            "The household may not have wanted to say. Ask again at the next visit; nothing needs "
            "to be invented."
        ),
        "no_next_visit": _(
            "Not every visit needs an appointment: without one the cadence decides. Agreeing on a "
            "day helps people to be at home."
        ),
        "no_time": _("Records on paper have no time. The form fills it in by itself."),
        "no_position": _(
            "The position is optional, and a valley has no signal. Leave it out rather than wait "
            "for long."
        ),
        "late_sent": _(
            "Without signal, records wait in the telephone. A fixed day for sending, in a place "
            "with a network, helps."
        ),
        "same_day_twice": _(
            "Two matters at one door are sometimes recorded apart, and a form is sometimes sent "
            "twice. Check with the assistant which one counts."
        ),
        "hurried": _(
            "Often visits are noted on paper and typed in one after the other, or several "
            "households were met at one place. Recording at the door keeps times right."
        ),
        "night": _(
            "People who tap rubber or work in the fields are at home in the evening; and some type "
            "their notes at night. Ask which of the two it is."
        ),
        "same_place": _(
            "At a posyandu or a distribution many households are met at one spot. When records are "
            "typed at home, leave the position out."
        ),
        "all_met": _(
            "Visits by appointment nearly always meet somebody. Visits in vain count, too: they "
            "show where another hour would help."
        ),
        "round_day": _(
            "A fixed day of the month can be the agreed one. When dates were written down later, "
            "the nearest real day is better than a round one."
        ),
        "no_desil": _("Ask the desa for the newest list; the sheet keluarga takes it in."),
        "no_rt": _("Without RT the household is hard to find for somebody new."),
        "duplicate_card": _(
            "Families that live apart may still share a card, or one household was registered "
            "twice. Compare the two on the page Keluarga."
        ),
    }[rule]
