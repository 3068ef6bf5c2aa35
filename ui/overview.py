"""The first screen: how is coverage, which desa, whom to visit, what is stuck."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.status import describe_status, status_bar
from analytics.charts.trend import coverage_trend, describe_trend
from analytics.config import PAST_DUE
from analytics.i18n import _, ngettext
from ui import components, explain, links, words
from ui.attention import Attention, attention
from ui.tables import Column, show_table
from ui.view import View

_SHOWN, _NAMED = 6, 12


def figures(view: View, row: pd.Series, needs: Attention) -> None:
    """Four answers in one row; *row* is that of the summary question."""
    first, second, third, fourth = st.columns(4)
    with first:
        _coverage(view, row)
    with second:
        late = int(sum(row[status] for status in PAST_DUE))
        components.figure_card(
            _("Must be visited"),
            numbers.number(late),
            _(
                "{n_of} are past due; {soon} more within {days} days",
                n_of=words.n_of(late, row["active"]),
                soon=numbers.number(row["due_soon"]),
                days=view.rules.followup.due_soon_days,
            ),
            explain.followup(view),
            view,
            key="late",
        )
    with third:
        components.figure_card(
            _("Desa that need attention"),
            numbers.number(needs.count),
            _(
                "of {all} desa: {low} clearly below the target, {waiting} waiting for data, "
                "{none} without data",
                all=numbers.number(len(view.choice.desa) or len(view.desa)),
                low=len(needs.low),
                waiting=len(needs.waiting),
                none=len(needs.no_data),
            ),
            explain.coverage(view),
            view,
            key="desa",
        )
    with fourth:
        opened = int(row["barriers_open"])
        oldest = row["barriers_oldest_days"]
        components.figure_card(
            _("Open barriers"),
            numbers.number(opened),
            _("the oldest for {days} days", days=numbers.number(oldest))
            if opened
            else _("nothing is stuck"),
            explain.barriers(view),
            view,
            key="barriers",
        )


def _coverage(view: View, row: pd.Series) -> None:
    change = None
    better = None
    if pd.notna(row["coverage"]) and pd.notna(row["previous_coverage"]):
        points = float(row["coverage"] - row["previous_coverage"]) * 100
        sign = "+" if points >= 0 else "-"
        change = _(
            "{points} points since {day}",
            points=f"{sign}{numbers.number(abs(points), 1)}",
            day=numbers.day(row["previous_as_of"], "medium"),
        )
        better = True if round(points, 1) else None
    components.figure_card(
        _("Coverage"),
        numbers.percent(row["coverage"]),
        _(
            "{n_of}; target {target}",
            n_of=words.n_of(row["covered"], row["active"]),
            target=numbers.percent(row["target"], 0),
        ),
        explain.coverage(view),
        view,
        key="coverage",
        delta=change,
        better=better,
    )


def desa_in_need(view: View, needs: Attention) -> None:
    """Names the desa and says why; each name leads to the households of that desa."""
    st.subheader(_("Desa that need attention"), anchor=False)
    if needs.calm:
        st.success(
            _("No desa is clearly below the target, and all have sent data."),
            icon=":material/check_circle:",
        )
    if len(needs.low):
        with st.container(key="list_low"):
            target = numbers.percent(view.rules.coverage.target, 0)
            st.markdown(_("**Clearly below the target of {target}**", target=target))
            for row in needs.low.head(_SHOWN).to_dict("records"):
                share, met = (
                    numbers.percent(row["coverage"]),
                    words.n_of(row["covered"], row["active"]),
                )
                label = f"**{row['desa_name']}** · {share} ({met})"
                links.page_link("tindak_lanjut", label, view, desa=(row["desa_code"],))
            _and_more(view, len(needs.low) - _SHOWN)
    if len(needs.waiting):
        with st.container(key="list_waiting"):
            st.markdown(_("**Waiting for data**: says nothing yet about the work there"))
            for row in needs.waiting.head(_SHOWN).to_dict("records"):
                label = f"**{row['desa_name']}** · {_heard(row)}"
                links.page_link("peta", label, view, desa=(row["desa_code"],))
            _and_more(view, len(needs.waiting) - _SHOWN)
    without = needs.no_data[needs.no_data["active"] == 0]
    if len(without):
        st.markdown(_("**No active household is known**: {names}", names=_named(without)))
        _and_more(view, len(without) - _NAMED)
    unheard = needs.no_data[needs.no_data["active"] > 0]
    if len(unheard):
        st.markdown(
            _(
                "**Households are registered, but no visit ever came**: {names}",
                names=_named(unheard),
            )
        )
        _and_more(view, len(unheard) - _NAMED)
    if len(needs.maybe_low):
        st.caption(
            ngettext(
                "{count} more desa is below the target by no more than chance allows.",
                "{count} more desa are below the target by no more than chance allows.",
                len(needs.maybe_low),
            )
        )


def _named(desa: pd.DataFrame) -> str:
    return ", ".join(desa["desa_name"].head(_NAMED))


def _heard(row: Mapping[Hashable, Any]) -> str:
    return _(
        "newest visit {day}, {days} days ago",
        day=numbers.day(row["data_through"], "medium"),
        days=numbers.number(row["days_since_data"]),
    )


def _and_more(view: View, count: int) -> None:
    if count > 0:
        label = ngettext("… and {count} more desa", "… and {count} more desa", count)
        links.page_link("peta", label, view)


def trend(view: View) -> None:
    """Coverage over the months."""
    st.subheader(_("Coverage from month to month"), anchor=False)
    table = view.ask("trend")
    text = describe_trend(table)
    figure = coverage_trend(table, as_of=view.filters.as_of, height=290)
    components.chart(figure, text, key="trend")
    components.how(explain.trend(view), view, key="trend")


def visits(view: View, row: pd.Series) -> None:
    """Who must be visited: all active households by status, each a way into the list."""
    st.subheader(_("Who must be visited"), anchor=False)
    counts = {status: int(row[status]) for status in words.STATUS_COLOURS}
    components.chart(status_bar(counts), describe_status(counts), key="statuses")
    with st.container(key="list_statuses"):
        for status in (*PAST_DUE, "due_soon"):
            if counts[status]:
                links.page_link(
                    "tindak_lanjut",
                    f"**{words.status(status)}** · {words.households(counts[status])}",
                    view,
                    more={links.STATUS: status},
                )


def stuck(view: View) -> None:
    """What is stuck: open barriers by category, with whom, and since when."""
    st.subheader(_("What is stuck"), anchor=False)
    table = view.ask("barriers")
    if table.empty:
        st.success(_("No barrier is open."), icon=":material/check_circle:")
        return
    oldest = table.iloc[0]
    st.markdown(
        _(
            "{count} barriers are open. The oldest, {category} in {desa}, was noted on {day}, "
            "{days} days ago.",
            count=numbers.number(len(table)),
            category=words.barrier(oldest["category"]).lower(),
            desa=oldest["desa_name"],
            day=numbers.day(oldest["opened_on"]),
            days=numbers.number(oldest["age_days"]),
        )
    )
    columns = [
        Column("what", _("Barrier"), width=172),
        Column("agency", _("With"), width=116),
        Column("open", _("Still open"), "bar", width=100),
        Column("oldest_days", _("Oldest (days)"), "count", width=84),
    ]
    groups = barrier_groups(table)
    show_table(groups, columns, key="barrier_groups", name=_("Open barriers"))


def barrier_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Open barriers per category and agency, most first: ``what, agency, open,
    oldest_days``."""
    named = table.assign(agency=table["agency"].fillna(_("no agency named")))
    groups = named.groupby(["category", "agency"], as_index=False)["age_days"].agg(
        open="size", oldest_days="max"
    )
    groups["what"] = groups["category"].map(words.barrier)
    order = pd.DataFrame(groups).sort_values(["open", "oldest_days"], ascending=False)
    return order[["what", "agency", "open", "oldest_days"]].reset_index(drop=True)


def needs_of(view: View) -> Attention:
    """The desa of the view, sorted by what they need."""
    return attention(view.ask("coverage"), view.rules.coverage.target)
