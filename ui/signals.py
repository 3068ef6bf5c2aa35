"""Early signals: where barriers pile up, each as a sentence with its weeks; set aside with why."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.access.signals import dismiss_as, may_dismiss, take_back_as
from analytics.charts.signals import signal_weeks
from analytics.i18n import _, ngettext
from analytics.store import KeyMissing
from analytics.store.dismissals import DISMISSED, Dismissals, kept_dismissals, with_dismissals
from ui import components, signals_words, staff, words
from ui.explain_signals import signals as explanation
from ui.parts import part
from ui.tables import Column, download_table, show_table
from ui.view import View

Row = Mapping[Hashable, Any]
_CARDS = 12
_NO_KEY = "key"


@part
def signals(view: View) -> None:
    """The signals of the newest weeks, what was watched, and how to read it."""
    table, kept = _marked(view)
    watched = view.ask("signals_watched").iloc[0]
    st.markdown(_summary(table, watched))
    st.caption(
        _(
            "A signal means that more barriers were noted than chance explains for so many "
            "households met; it says where to look first, not why. It misleads when somebody "
            "notes more carefully than before or catches up on old notes, and it is silent where "
            "nobody visited."
        )
    )
    _unreadable(kept)
    for row, inside in _in_order(table)[:_CARDS]:
        _card(view, row, kept, inside)
    _watched(watched)
    if len(table):
        _table(view, table)
    components.how(explanation(view), view, key="signals")


def headline(view: View) -> str | None:
    """The newest signals in one sentence for the overview; ``None`` when there is none to see."""
    table, _kept = _marked(view)
    fresh = table[table["state"] != DISMISSED]
    if fresh.empty:
        return None
    first = signals_words.sentence(
        fresh.to_dict("records")[0], view.filters.as_of, staff.names(view)
    )
    more = len(fresh) - 1
    if not more:
        return first
    rest = ngettext("{count} more signal", "{count} more signals", more)
    return f"{first} ({rest})"


def _marked(view: View) -> tuple[pd.DataFrame, Dismissals]:
    """The signals, and what was set aside: unknown without the vault's key, which is said."""
    table = view.ask("signals")
    try:
        kept = kept_dismissals(view.kept_in)
    except KeyMissing:
        return table, Dismissals({}, (_NO_KEY,))
    return with_dismissals(table, kept), kept


def _unreadable(kept: Dismissals) -> None:
    if _NO_KEY in kept.damaged:
        st.caption(
            _("The reasons of dismissals cannot be read: the vault key is not on this computer.")
        )
    elif kept.damaged:
        st.warning(
            _(
                "{count} dismissals cannot be opened: their files are damaged. Restore a backup.",
                count=numbers.number(len(kept.damaged)),
            ),
            icon=":material/report:",
        )


def _summary(table: pd.DataFrame, watched: pd.Series) -> str:
    aside = int((table["state"] == DISMISSED).sum())
    count = len(table)
    if not count:
        return _(
            "**No signal**: in the week up to {day} and since, no count is beyond chance.",
            day=numbers.day(watched["week_end"]),
        )
    said = ngettext("**{count} signal**", "**{count} signals**", count)
    if aside:
        said += ", " + _("{count} of them dismissed", count=numbers.number(aside))
    return said + "."


def _in_order(table: pd.DataFrame) -> list[tuple[Row, list[Row]]]:
    """Signals to show, each with those that belong to it; what was set aside comes last.

    The desa of a cluster go with the cluster; the two weeks of one desa or assistant together.
    """
    rows: list[Row] = [
        *table[table["state"] != DISMISSED].to_dict("records"),
        *table[table["state"] == DISMISSED].to_dict("records"),
    ]
    led: list[tuple[Row, list[Row]]] = []
    for row in sorted(rows, key=lambda each: each["kind"] != "cluster"):
        home = next((inside for lead, inside in led if _belongs(row, lead)), None)
        if home is None:
            led.append((row, []))
        else:
            home.append(row)
    return sorted(led, key=lambda each: each[0]["state"] == DISMISSED)


def _belongs(row: Row, lead: Row) -> bool:
    if row["kind"] == "cluster":
        return False
    if row["kind"] == "assistant":
        return bool(row["assistant_id"] == lead["assistant_id"])
    return row["category"] == lead["category"] and set(row["desa_codes"]) <= set(lead["desa_codes"])


def _card(view: View, row: Row, kept: Dismissals, inside: Sequence[Row] = ()) -> None:
    key, found = str(row["key"]), kept.standing(str(row["key"]), int(row["count"]))
    token = f"{crc32(key.encode()):08x}"
    with st.container(border=True, key=f"signal_{token}"):
        text = signals_words.sentence(row, view.filters.as_of, staff.names(view))
        if found:
            st.caption(f"{text}  \n{signals_words.dismissed(found)}")
        else:
            st.markdown(text)
        st.html(signal_weeks(row))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(signals_words.facts(row))
            if may_dismiss(view.reader, row["desa_codes"]) and _NO_KEY not in kept.damaged:
                _change(view, row, token, aside=found is not None)
        if inside:
            label = ngettext("{count} related signal", "{count} related signals", len(inside))
            with st.expander(label, icon=":material/unfold_more:", key=f"signal_in_{token}"):
                for each in inside:
                    _card(view, each, kept)


def _change(view: View, row: Row, token: str, *, aside: bool) -> None:
    if not aside:
        _dismissing(view, row, token)
    elif st.button(_("Count as new again"), key=f"signal_undo_{token}", type="tertiary"):
        take_back_as(view.reader, view.kept_in, row)
        st.rerun()


def _dismissing(view: View, row: Row, token: str) -> None:
    box = st.popover(
        _("Dismiss …"), icon=":material/visibility_off:", type="tertiary", key=f"signal_box_{token}"
    )
    with box, st.form(f"signal_form_{token}", border=False):
        reason = st.text_input(
            _("Why (what was found, who looked into it)"),
            key=f"signal_why_{token}",
            max_chars=300,
        )
        go = st.form_submit_button(_("Dismiss this signal"), key=f"signal_go_{token}")
    if go and not reason.strip():
        box.error(_("Write why: the next reader wants to know."), icon=":material/report:")
    elif go:
        dismiss_as(view.reader, view.kept_in, row, reason)
        st.rerun()


def _watched(watched: pd.Series) -> None:
    """What was looked at, and what could not be."""
    said = [
        _(
            "Watched: {cells} series of desa and category; week {first} – {last}, {count} "
            "barriers noted.",
            cells=numbers.number(watched["cells"]),
            first=numbers.day(watched["week_start"], "medium"),
            last=numbers.day(watched["week_end"], "medium"),
            count=numbers.number(watched["barriers"]),
        )
    ]
    if watched["assistants"]:
        said.append(
            _("Also watched: {people} assistants.", people=numbers.number(watched["assistants"]))
        )
    if len(watched["no_data"]):
        names = ", ".join(words.literal(name) for name in watched["no_data"])
        said.append(_("No data of that week, which is not zero: {names}.", names=names))
    if watched["too_short"]:
        said.append(
            _(
                "{count} desa have too short a past to compare with.",
                count=numbers.number(watched["too_short"]),
            )
        )
    st.caption("  \n".join(said))


def _table(view: View, table: pd.DataFrame) -> None:
    people = staff.names(view)
    shown = pd.DataFrame(
        {
            "kind": table["kind"].map(signals_words.kind),
            "what": [words.barrier(c) if isinstance(c, str) else "" for c in table["category"]],
            "where": [
                words.listed(names) or signals_words.person(who, people)
                for names, who in zip(table["desa_names"], table["assistant_id"], strict=True)
            ],
            **{name: table[name] for name in ("week_start", "week_end", "count", "q_value")},
            "expected": table["expected"].round(1),
            "usual_high": table["usual_high"],
            "exposure": table["exposure"],
            "state": table["state"].map(signals_words.state),
        }
    )
    columns = [
        Column("kind", _("About")),
        Column("what", _("Barrier")),
        Column("where", _("Where or who"), width="medium"),
        Column("week_start", _("From"), "date"),
        Column("week_end", _("Until"), "date"),
        Column("count", _("Barriers"), "count"),
        Column("expected", _("Expected"), "decimal"),
        Column("usual_high", _("Usually at most"), "count"),
        Column("exposure", _("Households met"), "count"),
        Column("state", _("State")),
    ]
    with st.expander(_("As a table"), icon=":material/table:", key="signals_as_table"):
        show_table(shown, columns, key="signals_table", name=_("Early signals"))
        download_table(
            view,
            shown,
            columns,
            key="sinyal",
            name=_("Early signals"),
            explanations=(explanation(view),),
        )
