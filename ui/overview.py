"""The first screen: how is coverage, which desa, whom to visit, what is stuck."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.status import status_strip
from analytics.charts.trend import coverage_line
from analytics.config import PAST_DUE
from analytics.i18n import _, ngettext
from ui import components, explain, links, signals, words
from ui.attention import Attention, attention
from ui.tables import Column, show_table
from ui.view import View

_SHOWN, _NAMED, _FIRST = 6, 12, 5


def figures(view: View, row: pd.Series, needs: Attention) -> None:
    """Four answers in one row; *row* is that of the summary question."""
    first, second, third, fourth = st.columns(4)
    with first:
        _coverage(view, row)
    with second:
        _late(view, row)
    with third:
        components.figure_card(
            _("Desa that need attention"),
            numbers.number(needs.count),
            _(
                "of {all} desa: {reasons}",
                all=numbers.number(len(view.choice.desa) or len(view.desa)),
                reasons=_reasons(needs),
            ),
            explain.desa_in_need(view),
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
            replace(
                explain.barriers(view),
                question="summary",
                query="barriers",
                figure=numbers.number(opened),
                columns=("barriers_open", "barriers_oldest_days"),
            ),
            view,
            key="barriers",
            more=lambda: _to_the_barriers(view),
        )


def _to_the_barriers(view: View) -> None:
    with st.container(key="list_to_barriers"):
        links.page_link("hambatan", _("To the barriers"), view, icon=":material/construction:")


def _reasons(needs: Attention) -> str:
    counted = [
        (len(needs.low), _("{count} clearly below the target")),
        (len(needs.falling), _("{count} falling")),
        (len(needs.waiting), _("{count} waiting for data")),
        (len(needs.no_data), _("{count} without data")),
    ]
    said = [text.format(count=numbers.number(count)) for count, text in counted if count]
    return ", ".join(said) if said else _("none")


def _coverage(view: View, row: pd.Series) -> None:
    change = None
    better = None
    if pd.notna(row["coverage"]) and pd.notna(row["previous_coverage"]):
        change = _(
            "{points} points since {day}",
            points=words.signed_points(row["coverage"] - row["previous_coverage"]),
            day=numbers.day(row["previous_as_of"], "medium"),
        )
        better = bool(round(float(row["coverage"] - row["previous_coverage"]), 3)) or None
    short = int(row["short_of_target"])
    goal = numbers.percent(row["target"], 0)
    components.figure_card(
        _("Coverage"),
        numbers.percent(row["coverage"]),
        _(
            "{n_of}; {more} short of the target of {target}",
            n_of=words.n_of(row["covered"], row["active"]),
            more=numbers.number(short),
            target=goal,
        )
        if short
        else _(
            "{n_of}; the target of {target} is reached",
            n_of=words.n_of(row["covered"], row["active"]),
            target=goal,
        ),
        explain.coverage_total(view, row),
        view,
        key="coverage",
        delta=change,
        better=better,
    )


def _late(view: View, row: pd.Series) -> None:
    late = int(sum(row[status] for status in PAST_DUE))
    components.figure_card(
        _("Past due"),
        numbers.number(late),
        _(
            "of {all}; {soon} more within {days} days",
            all=words.households(row["active"]),
            soon=numbers.number(row["due_soon"]),
            days=view.rules.followup.due_soon_days,
        ),
        replace(
            explain.followup(view),
            question="summary",
            query="followup",
            figure=numbers.number(late),
            counted=numbers.number(late),
            out_of=numbers.number(row["active"]),
            columns=(*PAST_DUE, "active"),
        ),
        view,
        key="late",
    )


def desa_in_need(view: View, needs: Attention) -> None:
    """Names the desa and says why, in sentences; each leads to the households of that desa."""
    st.subheader(_("Desa that need attention"), anchor=False)
    if needs.calm:
        st.success(
            _("No desa is clearly below the target or falling, and all have sent data."),
            icon=":material/check_circle:",
        )
    target = numbers.percent(view.rules.coverage.target, 0)
    falling = {row["desa_code"]: row for row in needs.falling.to_dict("records")}
    _reason(
        view,
        "low",
        _("**Clearly below the target of {target}**", target=target),
        [(row, _low(row, falling)) for row in needs.low.to_dict("records")],
        "tindak_lanjut",
    )
    _reason(
        view,
        "falling",
        _("**Falling**, more than chance explains"),
        [(row, _fallen(row)) for row in needs.only_falling.to_dict("records")],
        "tindak_lanjut",
    )
    _reason(
        view,
        "waiting",
        _("**Waiting for data**: says nothing yet about the work there"),
        [(row, _heard(row)) for row in needs.waiting.to_dict("records")],
        "peta",
    )
    _without_data(view, needs)
    if len(needs.maybe_low):
        st.caption(
            ngettext(
                "{count} more desa is below the target by no more than chance allows.",
                "{count} more desa are below the target by no more than chance allows.",
                len(needs.maybe_low),
            )
        )


def _reason(
    view: View,
    key: str,
    title: str,
    rows: list[tuple[dict[Hashable, Any], str]],
    page: str,
) -> None:
    if not rows:
        return
    with st.container(key=f"list_{key}"):
        st.markdown(title)
        for row, sentence in rows[:_SHOWN]:
            label = f"**{words.literal(str(row['desa_name']))}** {sentence}"
            links.page_link(page, label, view, desa=(str(row["desa_code"]),))
        _and_more(view, len(rows) - _SHOWN)


def _low(row: Mapping[Hashable, Any], falling: Mapping[str, Any]) -> str:
    met = words.n_of(row["covered"], row["active"])
    sentence = f"· {numbers.percent(row['coverage'])} ({met})"
    if fallen := falling.get(row["desa_code"]):
        sentence += ", " + _fallen(fallen)
    return sentence


def _fallen(row: Mapping[Hashable, Any]) -> str:
    return _(
        "fell by {points} points to {share} since {day}: {lost} households fell out of coverage, "
        "{gained} came under it",
        points=numbers.number(-row["change"] * 100, 1),
        share=numbers.percent(row["coverage"]),
        day=numbers.day(row["before_as_of"], "medium"),
        lost=numbers.number(row["lost"]),
        gained=numbers.number(row["gained"]),
    )


def _without_data(view: View, needs: Attention) -> None:
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
    st.html(coverage_line(table, as_of=view.filters.as_of))
    components.how(explain.trend(view), view, key="trend")


def visits(view: View, row: pd.Series) -> None:
    """Whom to visit this week: the first of the work list with the reason, and all by status."""
    st.subheader(_("Who must be visited this week"), anchor=False)
    first = view.ask("followup").head(_FIRST)
    with st.container(key="list_first"):
        for household, why in zip(
            first.to_dict("records"), words.why_first(first, points=False), strict=True
        ):
            links.page_link(
                "keluarga",
                f"**{words.literal(str(household['household_id']))}** "
                f"{words.literal(household['desa_name'])}: {why}",
                view,
                more={links.HOUSEHOLD: str(household["household_id"])},
            )
    counts = {status: int(row[status]) for status in words.STATUS_COLOURS}
    st.html(status_strip(counts))
    with st.container(key="list_lists", horizontal=True, gap="medium"):
        links.page_link(
            "tindak_lanjut",
            _("Make this week’s visit lists"),
            view,
            icon=":material/checklist:",
        )
        links.page_link(
            "tindak_lanjut",
            _("Those never met"),
            view,
            icon=":material/person_off:",
            more={links.STATUS: "never"},
        )


def stuck(view: View) -> None:
    """What is stuck: open barriers by category, with whom, and since when."""
    st.subheader(_("What is stuck"), anchor=False)
    if early := signals.headline(view):
        st.info(_("**Early signal.** {sentence}", sentence=early), icon=":material/notifications:")
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
    with st.container(key="list_ledger"):
        links.page_link(
            "hambatan",
            _("Each of them, how long it takes, and the coordination meeting"),
            view,
            icon=":material/construction:",
        )


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
    target = view.rules.coverage.target
    return attention(view.ask("coverage"), view.ask("coverage_change"), target)
