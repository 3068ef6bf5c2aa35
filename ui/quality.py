"""Kualitas data: what is worth looking at together, with whom, and which records it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.dots import describe_dots, share_dots
from analytics.i18n import _, ngettext
from analytics.quality_rules import load_quality
from analytics.questions import unanswered
from ui import address, components, explain_quality, links, words
from ui.followup import selected_row
from ui.page import part
from ui.parts import linked
from ui.quality_words import innocent, meaning, title
from ui.session import use_language
from ui.tables import Column, download_table, show_table
from ui.view import View

_RULES, _GROUPS, _RULE = "aturan", "kelompok", "lihat_aturan"
_KINDS = ("assistant", "desa")
_MOST_NAMED, _MOST_ROWS = 8, 500


def kind_label(kind: str) -> str:
    """What the groups are."""
    return _("Per assistant") if kind == "assistant" else _("Per desa")


@part
def overview(view: View) -> None:
    """Switches, what to look at first, and one rule in detail."""
    used = load_quality().used
    if not used:
        st.info(_("Every rule is switched off in the settings of this kecamatan."))
        return
    chosen = _switches(used)
    missing = [rule for rule in unanswered(view.snapshot) if rule in chosen]
    if missing:
        st.info(
            _(
                "No data for these rules yet: {rules}. The data was imported by an earlier "
                "release; they answer from the next import on.",
                rules=", ".join(title(rule) for rule in missing),
            ),
            icon=":material/hourglass_empty:",
        )
    table = view.ask("quality")
    table = table[table["rule"].isin(chosen)]
    if table.empty:
        st.info(_("Nothing to check in this window."))
        return
    kind = str(
        st.segmented_control(
            _("Groups"),
            _KINDS,
            format_func=kind_label,
            required=True,
            **linked(_GROUPS, _KINDS, kind_label, _KINDS[0]),
            label_visibility="collapsed",
        )
    )
    groups = table[table["group_kind"] == kind]
    _first(groups)
    _one_rule(view, groups, kind)


def _switches(used: tuple[str, ...]) -> tuple[str, ...]:
    """Which rules are looked at, as the link says; at first all in use."""
    asked = st.query_params.get(_RULES)
    chosen = tuple(rule for rule in used if asked is None or rule in asked.split(","))
    key = f"quality_{_RULES}"
    st.session_state[key] = list(chosen)

    def written() -> None:
        use_language()
        now = st.session_state[key]
        chosen = ",".join(rule for rule in used if rule in now)
        address.put({_RULES: None if set(now) == set(used) else chosen})

    with st.expander(_("Rules: {on} of {all} in use", on=len(chosen), all=len(used))):
        st.pills(
            _("Rules"),
            used,
            selection_mode="multi",
            format_func=title,
            key=key,
            on_change=written,
            label_visibility="collapsed",
        )
        st.markdown("\n".join(f"- **{title(rule)}**: {meaning(rule)}" for rule in used))
    return chosen


def _first(groups: pd.DataFrame) -> None:
    """What to look at first, in sentences; calm when there is nothing."""
    st.subheader(_("Worth looking at together"), anchor=False)
    named = groups[groups["attention"]].sort_values("p_adjusted")
    if named.empty:
        st.success(
            _("No group stands out from the others under these rules."),
            icon=":material/check_circle:",
        )
        return
    st.markdown(
        "\n".join(f"- {sentence(row)}" for row in named.head(_MOST_NAMED).to_dict("records"))
    )
    if (more := len(named) - _MOST_NAMED) > 0:
        st.caption(ngettext("… and {count} more", "… and {count} more", more))
    st.caption(
        _(
            "These are invitations to talk, not findings of fault: each rule says below why it can "
            "be quite all right."
        )
    )


def sentence(row: Mapping[Any, Any]) -> str:
    """One group that stands out, with its numbers and those of the others."""
    return _(
        "**{group}** · {rule}: {found} of {checked} ({share}); elsewhere {rest}.",
        group=words.literal(str(row["group_name"])),
        rule=title(str(row["rule"])).lower(),
        found=numbers.number(row["found"]),
        checked=numbers.number(row["checked"]),
        share=numbers.percent(row["share"]),
        rest=numbers.percent(row["rest_share"]),
    )


def _one_rule(view: View, groups: pd.DataFrame, kind: str) -> None:
    rules = list(dict.fromkeys(groups["rule"]))
    if not rules:
        st.info(_("These rules look at households; choose “Per desa”."))
        return
    named = groups.loc[groups["attention"], "rule"].tolist()
    rule = st.selectbox(
        _("One rule in detail"),
        rules,
        format_func=title,
        **linked(_RULE, rules, title, named[0] if named else rules[0]),
    )
    rows = groups[groups["rule"] == rule]
    st.markdown(f"{meaning(rule)} {innocent(rule)}")
    common = load_quality().common
    shown = pd.DataFrame(
        {
            "code": rows["group_code"],
            "label": rows["group_name"],
            "share": rows["share"],
            "low": rows["share_low"],
            "high": rows["share_high"],
            "part": rows["found"],
            "whole": rows["checked"],
            "few": rows["checked"] < common.min_checked,
        }
    )
    whole, what = float(rows["all_share"].iloc[0]), _records_word(rule)
    components.chart(
        share_dots(shown, reference=whole, reference_label=_("Everybody"), what=what),
        describe_dots(shown, reference=whole, reference_label=_("Everybody"), what=what),
        key="quality_dots",
    )
    _table(view, rows, rule, kind)
    if rule not in ("all_met", "round_day"):
        _records(view, rows, rule, kind)
    components.how(explain_quality.rule(view, rule), view, key="quality")


def _records_word(rule: str) -> str:
    return {
        "round_day": _("days of work"),
        "no_desil": _("households"),
        "no_rt": _("households"),
        "duplicate_card": _("households"),
    }.get(rule, _("visits"))


def _table(view: View, rows: pd.DataFrame, rule: str, kind: str) -> None:
    columns = [
        Column("group_name", _("Assistant") if kind == "assistant" else _("Desa"), pinned=True),
        Column("found", _("Found"), "count"),
        Column("checked", _("Of"), "count"),
        Column("share", _("Share"), "share"),
        Column("rest_share", _("Elsewhere"), "share"),
        Column("remark", _("Remark")),
    ]
    box = st.expander(
        _("The same as a table"),
        icon=":material/table_rows:",
        key=f"quality_as_table_{rule}_{kind}",
        on_change="rerun",
    )
    if not box.open:
        return
    few = rows["checked"] < load_quality().common.min_checked
    remark = [
        _("worth looking at together") if attention else _("few records") if small else ""
        for attention, small in zip(rows["attention"], few, strict=True)
    ]
    shown = rows.assign(remark=remark)
    with box:
        show_table(shown, columns, key=f"quality_table_{rule}_{kind}", name=title(rule))
        download_table(
            view,
            shown,
            columns,
            key=f"kualitas_{rule}_{kind}",
            name=title(rule),
            explanations=(explain_quality.rule(view, rule),),
        )


def _records(view: View, rows: pd.DataFrame, rule: str, kind: str) -> None:
    """The records themselves, of one group or all: ids, days and places, nothing personal."""
    names = dict(zip(rows["group_code"], rows["group_name"], strict=True))
    found = rows[rows["found"] > 0]["group_code"].tolist()
    if not found:
        return
    group = st.selectbox(
        _("Records of"),
        found,
        index=None,
        format_func=lambda code: str(names.get(code, code)),
        placeholder=_("Everybody"),
        key=f"quality_group_{rule}_{kind}",
    )
    records = view.ask("quality_records")
    records = records[records["rule"] == rule]
    if group is not None:
        column = "assistant_id" if kind == "assistant" else "desa_code"
        records = records[records[column] == group]
    records = records.reset_index(drop=True)
    columns = [
        Column("household_id", _("Household"), pinned=True),
        Column("desa_name", _("Desa")),
        Column("visited_on", _("Day"), "date"),
    ]
    if records["visit_id"].notna().any():
        columns += [
            Column("time", _("Time")),
            Column("assistant_id", _("Assistant")),
            Column("visit_id", _("Visit")),
        ]
    records["time"] = [
        "" if pd.isna(moment) else f"{moment:%H.%M.%S}"
        for moment in pd.to_datetime(records["started_at"])
    ]
    st.caption(
        _("{count} records. Click a row to open the household.", count=numbers.number(len(records)))
    )
    event = show_table(
        records.head(_MOST_ROWS),
        columns,
        key=f"quality_records_{rule}_{group}",
        name=title(rule),
        height=300,
        on_select="rerun",
        selection_mode="single-cell",
    )
    if (position := selected_row(event)) is not None and position < len(records):
        links.open_household(view, str(records["household_id"].iloc[position]))
    download_table(
        view,
        records,
        columns,
        key=f"catatan_{rule}",
        name=title(rule),
        explanations=(explain_quality.rule(view, rule, "quality_records"),),
    )
