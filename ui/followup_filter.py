"""What the follow-up page narrows its list by: in the link, with live counts, and explained.

Desa and programs are not asked for here: the filters beside the page choose them for every page,
so that no two places can disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import FOLLOWUP_STATUSES, PRIORITIES
from analytics.i18n import _
from ui import address, links, words
from ui.session import use_language

NEED_A_VISIT = ("never", "lost", "overdue", "due_soon")
OVERDUE = (0, 7, 30, 90)
"""Least days overdue, exclusive, that can be asked for; 0 = everybody."""
PRIORITY, VULNERABILITY, DAYS = "prioritas", "rentan", "lewat"
_KEYS = {
    "statuses": "followup_status",
    "priorities": "followup_priority",
    "vulnerabilities": "followup_vulnerability",
    "overdue": "followup_overdue",
    "assistant": "followup_assistant",
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the list is asked for; an empty choice asks for everything, except of statuses."""

    statuses: tuple[str, ...] = NEED_A_VISIT
    priorities: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    overdue: int = 0
    assistant: str | None = None


WIDEST = Narrowed(statuses=FOLLOWUP_STATUSES)


def from_link(table: pd.DataFrame) -> Narrowed:
    """What the link asks for; values that mean nothing here are passed over."""
    asked = st.query_params
    statuses: tuple[str, ...] = NEED_A_VISIT
    if links.STATUS in asked:
        statuses = _among(asked[links.STATUS], FOLLOWUP_STATUSES)
    days = asked.get(DAYS, "")
    assistant = asked.get(links.ASSISTANT)
    return Narrowed(
        statuses,
        _among(asked.get(PRIORITY, ""), PRIORITIES),
        _among(asked.get(VULNERABILITY, ""), known_vulnerabilities(table)),
        int(days) if days in map(str, OVERDUE) else 0,
        assistant if assistant in set(table["assistant_id"].dropna()) else None,
    )


def into_link(choice: Narrowed) -> None:
    """Write a choice into the link (for callbacks); what is as usual is left out."""
    use_language()
    usual = set(choice.statuses) == set(NEED_A_VISIT)
    address.put(
        {
            links.STATUS: None if usual else ",".join(choice.statuses),
            PRIORITY: ",".join(choice.priorities) or None,
            VULNERABILITY: ",".join(choice.vulnerabilities) or None,
            DAYS: str(choice.overdue) if choice.overdue else None,
            links.ASSISTANT: choice.assistant,
        }
    )


def _among(text: str, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in known if code in text.split(","))


def known_vulnerabilities(table: pd.DataFrame) -> tuple[str, ...]:
    """Every vulnerability of the list, in the order of its words."""
    found = {code for codes in table["vulnerabilities"] for code in codes}
    return tuple(sorted(found, key=words.vulnerability))


def matching(table: pd.DataFrame, choice: Narrowed) -> pd.DataFrame:
    """The rows that a choice leaves, in their order."""
    keep = table["status"].isin(choice.statuses)
    if choice.priorities:
        keep &= table["priority"].isin(choice.priorities)
    if choice.vulnerabilities:
        wanted = set(choice.vulnerabilities)
        keep &= table["vulnerabilities"].map(lambda codes: not wanted.isdisjoint(codes))
    if choice.overdue:
        keep &= table["days_overdue"] > choice.overdue
    if choice.assistant is not None:
        keep &= table["assistant_id"] == choice.assistant
    return table[keep]


def without(choice: Narrowed, name: str) -> Narrowed:
    """The choice with one of its filters opened (a field of `Narrowed`)."""
    return replace(choice, **{name: getattr(WIDEST, name)})


def draw(table: pd.DataFrame, names: dict[str, str]) -> Narrowed:
    """The chips and boxes, each option with the households it would list; the choice.

    Args:
        table: every household of the view.
        names: assistant id → name.
    """
    choice = from_link(table)
    for field, key in _KEYS.items():
        value = getattr(choice, field)
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    st.pills(
        _("Status"),
        FOLLOWUP_STATUSES,
        selection_mode="multi",
        format_func=_counted(_rest(table, choice, "statuses")["status"], words.status),
        help="\n".join(
            f"- **{words.status(s)}**: {words.status_meaning(s)}" for s in FOLLOWUP_STATUSES
        ),
        **_used("statuses"),
    )
    priority, vulnerability, days, assistant = st.columns(4)
    with priority:
        st.multiselect(
            _("Priority"),
            PRIORITIES,
            format_func=_counted(_rest(table, choice, "priorities")["priority"], words.priority),
            placeholder=_("All priorities"),
            select_all=False,
            **_used("priorities"),
        )
    with vulnerability:
        each = _rest(table, choice, "vulnerabilities")["vulnerabilities"].explode()
        st.multiselect(
            _("Vulnerability"),
            known_vulnerabilities(table),
            format_func=_counted(each, words.vulnerability),
            placeholder=_("All households"),
            select_all=False,
            help=_("A household with any of the chosen ones is listed."),
            **_used("vulnerabilities"),
        )
    with days:
        late = _rest(table, choice, "overdue")["days_overdue"]
        st.selectbox(
            _("Days overdue"),
            OVERDUE,
            format_func=lambda least: _least_days(least, late),
            **_used("overdue"),
        )
    with assistant:
        mine = _rest(table, choice, "assistant")["assistant_id"]
        st.selectbox(
            _("Assistant"),
            sorted(table["assistant_id"].dropna().unique()),
            index=None,
            placeholder=_("All assistants"),
            format_func=_counted(mine, lambda code: assistant_label(code, names)),
            **_used("assistant"),
        )
    return choice


def assistant_label(code: str, names: dict[str, str]) -> str:
    """``P03 · Rusmini``; an id without a name stays alone."""
    return f"{code} · {names[code]}" if names.get(code) else code


def _used(field: str) -> dict[str, Any]:
    return {"key": _KEYS[field], "on_change": _written}


def _written() -> None:
    """A chip or a box was used: into the link with all of them."""
    state = st.session_state
    chosen = set(state.get(_KEYS["statuses"]) or [])
    into_link(
        Narrowed(
            tuple(status for status in FOLLOWUP_STATUSES if status in chosen),
            tuple(state.get(_KEYS["priorities"]) or ()),
            tuple(state.get(_KEYS["vulnerabilities"]) or ()),
            state.get(_KEYS["overdue"]) or 0,
            state.get(_KEYS["assistant"]),
        )
    )


def _rest(table: pd.DataFrame, choice: Narrowed, name: str) -> pd.DataFrame:
    """The rows that all other filters leave: what an option of this one would list."""
    return matching(table, without(choice, name))


def _counted(values: pd.Series, word: Callable[[Any], str]) -> Callable[[Any], str]:
    counts = values.value_counts()
    return lambda code: f"{word(code)} {numbers.number(int(counts.get(code, 0)))}"


def _least_days(least: int, late: pd.Series) -> str:
    if not least:
        return _("All")
    count = numbers.number(int((late > least).sum()))
    return f"{_('more than {days} days', days=numbers.number(least))} {count}"


def in_words(choice: Narrowed, name: str) -> str:
    """One filter of a choice as a phrase."""
    return {
        "statuses": lambda: _("status {list}", list=words.listed(choice.statuses, words.status)),
        "priorities": lambda: _(
            "priority {level}", level=words.listed(choice.priorities, words.priority).lower()
        ),
        "vulnerabilities": lambda: words.listed(choice.vulnerabilities, words.vulnerability),
        "overdue": lambda: _("more than {days} days", days=numbers.number(choice.overdue)),
        "assistant": lambda: _("assistant {id}", id=words.literal(choice.assistant or "")),
    }[name]()


def narrowing(choice: Narrowed) -> list[str]:
    """The filters of a choice that leave something out."""
    return [name for name in _KEYS if getattr(choice, name) != getattr(WIDEST, name)]


def loosened(table: pd.DataFrame, choice: Narrowed) -> dict[str, int]:
    """Filter → households listed when it alone is opened, those that help, most first."""
    counts = {name: len(_rest(table, choice, name)) for name in narrowing(choice)}
    return dict(sorted(((n, c) for n, c in counts.items() if c), key=lambda each: -each[1]))


def explain_nobody(table: pd.DataFrame, choice: Narrowed) -> None:
    """No row is left: says which filters do that, and offers to open each that helps."""
    if not choice.statuses:
        st.info(_("No household has one of these statuses."))
        return
    asked = "; ".join(in_words(choice, name) for name in narrowing(choice))
    helps = loosened(table, choice)
    sentence = _("No household has all of this: **{filters}**.", filters=asked)
    if not helps:
        sentence += " " + _("Opening one of the filters alone is not enough.")
    with st.container(border=True, key="nobody"):
        st.markdown(f":material/filter_alt_off: {sentence}")
        for name, count in helps.items():
            st.button(
                _(
                    "Without “{filter}”: {households}",
                    filter=in_words(choice, name),
                    households=words.households(count),
                ),
                key=f"loosen_{name}",
                on_click=into_link,
                args=(without(choice, name),),
            )
        if not helps:
            st.button(
                _("Show all who need a visit"),
                key="loosen_all",
                on_click=into_link,
                args=(Narrowed(),),
            )
