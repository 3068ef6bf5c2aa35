"""Pemerataan: who has more of it, the poorer, the more vulnerable, those who live near?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.concentration import concentration_curve, describe_curve
from analytics.charts.dots import describe_dots, share_dots
from analytics.i18n import _, ngettext
from analytics.indicators import distance_from
from analytics.questions.concentration import OUTCOMES
from analytics.stats.intervals import wilson_interval
from ui import components, impact_words
from ui.page import part
from ui.tables import Column, download_table, show_table
from ui.view import View


@part
def equity(view: View) -> None:
    """Choose order and outcome; the index in words, the groups, the curve, and the table."""
    table = view.ask("concentration")
    known = table[table["index"].notna()]
    if known.empty:
        st.info(_("There are too few groups to compare."), icon=":material/hourglass:")
        return
    left, right = st.columns([2, 3])
    orders = list(dict.fromkeys(known["ordered_by"]))
    with left:
        order = str(
            st.pills(
                _("Order households by"),
                orders,
                default=orders[0],
                format_func=impact_words.order,
                required=True,
                wrap=True,
                key="impact_order",
            )
        )
    outcomes = list(dict.fromkeys(known.loc[known["ordered_by"] == order, "outcome"]))
    with right:
        outcome = str(
            st.pills(
                _("Look at"),
                outcomes,
                default=outcomes[0],
                format_func=impact_words.burden,
                required=True,
                wrap=True,
                key="impact_outcome",
            )
        )
    rows = known[(known["ordered_by"] == order) & (known["outcome"] == outcome)]
    if rows.empty:  # the choice of a moment ago is not among them
        rows = known[known["ordered_by"] == order]
    row = rows.iloc[0]
    outcome = str(row["outcome"])
    st.markdown(_sentence(row, order, outcome))
    st.caption(
        _(
            "The index says who has more of it: below 0 the first, above 0 the last, 0 is alike; "
            "for a share of {share} it cannot leave −{most} to +{most}. It misleads where the "
            "order itself is poor (old desil), and alike is not enough where the poorest need "
            "more.",
            share=numbers.percent(row["share"], 0),
            most=numbers.number(1 - row["share"], 2),
        )
    )
    groups = view.ask("equity_groups")
    groups = groups[groups["ordered_by"] == order]
    counted, out_of = OUTCOMES[outcome]
    one, two = st.columns(2, gap="large")
    with one:
        st.subheader(impact_words.burden(outcome), anchor=False)
        dots = _dots(groups, order, counted, out_of)
        share = float(row["share"])
        components.chart(
            share_dots(dots, reference=share, reference_label=_("Everybody")),
            describe_dots(dots, reference=share, reference_label=_("Everybody")),
            key="impact_dots",
        )
    with two:
        st.subheader(_("Concentration curve"), anchor=False)
        first = impact_words.first_in(order)
        components.chart(
            concentration_curve(groups, counted, out_of, first=first),
            describe_curve(groups, counted, out_of),
            key="impact_curve",
        )
    _notes(view, row, order)
    _table(view, table)
    impact_words.how(view, "concentration", key="concentration")


def _sentence(row: pd.Series, order: str, outcome: str) -> str:
    first = impact_words.first_in(order)
    index, low, high = (_signed(row[name]) for name in ("index", "ci_low", "ci_high"))
    what = impact_words.burden(outcome).lower()
    facts = _("(index {index}, {low} to {high})", index=index, low=low, high=high)
    if row["ci_low"] > 0:
        said = _("**{what}: less among {first}** than among the others.", what=what, first=first)
    elif row["ci_high"] < 0:
        said = _("**{what}: more among {first}** than among the others.", what=what, first=first)
    else:
        said = _(
            "**{what}: no difference to be seen** between {first} and the others.",
            what=what,
            first=first,
        )
    said = said.replace(what, what.capitalize(), 1)
    return f"{said.removesuffix('.')} {facts}."


def _dots(groups: pd.DataFrame, order: str, counted: str, out_of: str) -> pd.DataFrame:
    """The groups as `share_dots` wants them; distances in bands."""
    table = groups[groups["value"].notna()].copy()
    if order == "distance":
        bands = pd.cut(table["value"], [-0.1, 1, 2, 3, 4, 6, 10, 20, 10**5], right=True)
        table = table.groupby(bands, observed=True)[[counted, out_of]].sum().reset_index()
        table["label"] = [
            _("up to {km} km", km=numbers.number(band.right))
            if band.right < 10**5
            else _("further")
            for band in table["value"]
        ]
    else:
        table["label"] = [_group(order, int(value)) for value in table["value"]]
    table = table[table[out_of] > 0].reset_index(drop=True)
    low, high = wilson_interval(table[counted], table[out_of])
    return pd.DataFrame(
        {
            "label": table["label"],
            "share": table[counted] / table[out_of],
            "low": low,
            "high": high,
            "part": table[counted],
            "whole": table[out_of],
            "few": table[out_of] < 10,
        }
    )


def _group(order: str, value: int) -> str:
    if order == "desil":
        return _("Desil {number}", number=value)
    return ngettext("{count} vulnerability", "{count} vulnerabilities", value)


def _notes(view: View, row: pd.Series, order: str) -> None:
    if row["unknown"]:
        st.caption(
            _(
                "Left out: {households} households whose place in the order is not known.",
                households=numbers.number(row["unknown"]),
            )
        )
    origin = distance_from()
    if order == "distance" and origin is not None:
        st.caption(
            _(
                "Distance: straight line from {origin} to the point of the desa. All households "
                "of a desa share it, so the interval counts desa and not households.",
                origin=origin.label,
            )
        )
    if view.reader.protected:
        st.caption(_("Desa and groups with a hidden part are left out; counts are rounded to 5."))


def _table(view: View, table: pd.DataFrame) -> None:
    shown = table.assign(
        order=table["ordered_by"].map(impact_words.order),
        what=table["outcome"].map(impact_words.burden),
        interval=[
            _range(low, high) for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
        ],
        erreygers_said=[
            "–" if pd.isna(e) else f"{_signed(e)} {_range(low, high)}"
            for e, low, high in zip(
                table["erreygers"], table["erreygers_low"], table["erreygers_high"], strict=True
            )
        ],
        index_said=[_signed(each) for each in table["index"]],
    )
    columns = [
        Column("order", _("Ordered by"), pinned=True),
        Column("what", _("Indicator"), width="medium"),
        Column("share", _("Share"), "share"),
        Column("out_of", _("Households"), "count"),
        Column("index_said", _("Concentration index")),
        Column("interval", _("95% interval")),
        Column("erreygers_said", _("Erreygers index")),
    ]
    name = _("Concentration indices")
    with st.expander(_("All orders and outcomes"), icon=":material/table_rows:"):
        show_table(shown, columns, key="concentration_table", name=name)
        download_table(view, shown, columns, key="pemerataan_indeks", name=name)


def _signed(value: float) -> str:
    return numbers.number(value, 3).replace("-", "−")


def _range(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"({_signed(low)} – {_signed(high)})"
