"""Program reach: how far each program comes, where it loses households, and in which desa."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.cascade import cascade, describe_cascade
from analytics.charts.dots import describe_dots, share_dots
from analytics.charts.reach_steps import Loss, biggest_loss, loss_sentence, step_labels
from analytics.i18n import _
from analytics.questions import STEPS
from ui import components, explain, words
from ui.page import part
from ui.tables import Column, download_table, show_table
from ui.view import View

_PROGRAM = "reach_program"


def headline(table: pd.DataFrame, desa: pd.DataFrame) -> str:
    """The program whose targets are reached least, where they are lost, and the best one.

    Args:
        table, desa: the questions reach and reach_desa.
    """
    known = table[table["targeted"] > 0]
    if known.empty:
        return _("No household is a target of a program.")
    share = known["reached"].reset_index(drop=True)
    worst, best = known.iloc[int(share.argmin())], known.iloc[int(share.argmax())]
    sentence = _(
        "**{program}** is recorded as received least: {part} of {whole} target households "
        "({share}).",
        program=words.literal(str(worst["program_name"])),
        part=numbers.number(worst["received"]),
        whole=numbers.number(worst["targeted"]),
        share=numbers.percent(share.min(), 0),
    )
    if loss := biggest_loss(worst.to_dict()):
        sentence += " " + _where_lost(worst, desa, loss)
    if worst["program_code"] == best["program_code"]:
        return sentence
    return f"{sentence} " + _(
        "Most: {program}, {share}.",
        program=words.literal(str(best["program_name"])),
        share=numbers.percent(share.max(), 0),
    )


def _where_lost(worst: pd.Series, desa: pd.DataFrame, loss: Loss) -> str:
    rows = desa[desa["program_code"] == worst["program_code"]].reset_index(drop=True)
    lost = rows[STEPS[loss.step - 1]] - rows[STEPS[loss.step]]
    place = rows.iloc[int(lost.argmax())]
    before, after = step_labels()[loss.step - 1], step_labels()[loss.step]
    return _(
        "Most are lost between *{before}* and *{after}*: {count} households, {there} of them in "
        "{desa}.",
        before=before.lower(),
        after=after.lower(),
        count=numbers.number(loss.households),
        there=numbers.number(lost.max()),
        desa=words.literal(str(place["desa_name"])),
    )


def cascades(table: pd.DataFrame) -> None:
    """One small cascade per program, two side by side."""
    rows = [row for row in table.to_dict("records") if row["targeted"]]
    for start in range(0, len(rows), 2):
        for column, row in zip(st.columns(2, gap="large"), rows[start : start + 2], strict=False):
            with column:
                components.chart(
                    cascade(row, compact=True),
                    describe_cascade(row),
                    key=f"cascade_{row['program_code']}",
                )


def program_table(view: View, table: pd.DataFrame) -> None:
    """Every step of every program, and what arrived outside the target."""
    shown = table.assign(
        loss=[loss_sentence(row) for row in table.to_dict("records")],
    )
    columns = [
        Column("program_name", _("Program"), pinned=True),
        Column("agency", _("Agency")),
        *_step_columns(),
        Column("received_outside_target", _("Received outside the target"), "count"),
        Column("loss", _("Where most are lost"), width="large"),
    ]
    name = _("Program reach")
    show_table(shown, columns, key="reach_table", name=name)
    how = (explain.reach(view),)
    download_table(view, shown, columns, key="jangkauan", name=name, explanations=how)


def _step_columns() -> list[Column]:
    steps = zip(STEPS, step_labels(), strict=True)
    return [
        Column("reached", _("Received, of targets"), "share"),
        *(Column(step, label, "count") for step, label in steps),
    ]


def outside_note(table: pd.DataFrame) -> None:
    """Receipts outside the target list: information, not an accusation."""
    count = int(table["received_outside_target"].sum())
    if count:
        st.info(
            _(
                "{count} times a program was recorded as received by a household that is not on "
                "its target list today. That is often right: the list may be newer than the "
                "visit, or still incomplete. It is worth comparing the lists with the agency.",
                count=numbers.number(count),
            ),
            icon=":material/info:",
        )


@part
def per_desa(view: View, table: pd.DataFrame) -> None:
    """One program, desa by desa."""
    code, name = choose_program(table, key=_PROGRAM)
    rows = view.ask("reach_desa")
    rows = rows[rows["program_code"] == code]
    if rows.empty:
        st.info(_("This program has no target household here."))
        return
    shown = rows.assign(
        lost=[_loss(row) for row in rows.to_dict("records")],
        loss=[loss_sentence(row) for row in rows.to_dict("records")],
    ).sort_values(["reached", "desa_name"], na_position="last")
    whole = table[table["program_code"] == code].iloc[0]
    dots = desa_dots(shown, view.rules.coverage.small_desa_households)
    share = whole["reached"]
    label = _("All desa")
    components.chart(
        share_dots(dots, reference=share, reference_label=label),
        describe_dots(dots, reference=share, reference_label=label),
        key="reach_desa_dots",
    )
    st.caption(
        _(
            "Recorded as received, of the households the program is meant for; lowest first. "
            "Desa with fewer than {few} of them are hollow and stand last, unranked.",
            few=numbers.number(view.rules.coverage.small_desa_households),
        )
    )
    columns = [
        Column("desa_name", _("Desa"), pinned=True),
        *_step_columns(),
        Column("lost", _("Largest loss (households)"), "count"),
        Column("loss", _("Where most are lost"), width="large"),
        Column("received_outside_target", _("Received outside the target"), "count"),
    ]
    show_table(shown, columns, key="reach_desa_table", name=name)
    how = (explain.reach(view, "reach_desa"),)
    with st.container(horizontal=True, gap="medium"):
        download_table(view, shown, columns, key=f"jangkauan_{code}", name=name, explanations=how)
        components.how(explain.reach(view, "reach_desa"), view, key="reach_desa")


def choose_program(table: pd.DataFrame, *, key: str) -> tuple[str, str]:
    """Pills for one program, at first the weakest; its code and name."""
    names = dict(zip(table["program_code"], table["program_name"], strict=True))
    code = st.pills(
        _("Program"),
        list(names),
        default=_weakest(table),
        format_func=lambda each: names.get(each, each),
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return str(code), str(names[code])


def desa_dots(rows: pd.DataFrame, few: int) -> pd.DataFrame:
    """Rows of reach_desa as `share_dots` wants them: desa with few targets stand last, unranked;
    those without any are left out."""
    known = rows[rows["targeted"] > 0]
    known = pd.concat([known[known["targeted"] >= few], known[known["targeted"] < few]])
    return pd.DataFrame(
        {
            "code": known["desa_code"],
            "label": known["desa_name"],
            "share": known["reached"],
            "low": known["reached_low"],
            "high": known["reached_high"],
            "part": known["received"],
            "whole": known["targeted"],
            "few": known["targeted"] < few,
        }
    )


def _loss(row: Mapping[Hashable, Any]) -> int:
    loss = biggest_loss(row)
    return loss.households if loss else 0


def _weakest(table: pd.DataFrame) -> str:
    known = table[table["targeted"] > 0]
    if known.empty:
        return str(table["program_code"].iloc[0])
    share = known["reached"].reset_index(drop=True)
    return str(known["program_code"].iloc[int(share.argmin())])
