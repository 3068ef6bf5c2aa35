"""What changed since the last import: the same questions, asked of the version before it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _
from analytics.questions import import_list
from analytics.store import Snapshot, StoreError
from ui import answers, components, explain, links, words
from ui.view import View


def since_import(view: View) -> None:
    """The newest import in sentences, for the day and the desa that are looked at."""
    st.subheader(_("Since the last import"), anchor=False)
    newest = import_list(view.snapshot).iloc[0]
    st.markdown(
        _(
            "**{moment}**: {accepted} rows accepted, {unchanged} already there, {rejected} "
            "rejected.",
            moment=numbers.clock(newest["imported_at"].tz_localize("UTC")),
            accepted=numbers.number(newest["accepted"]),
            unchanged=numbers.number(newest["unchanged"]),
            rejected=numbers.number(newest["rejected"]),
        )
    )
    before = _version_before(view)
    if before is None:
        st.caption(_("The version before it was cleared away, so nothing can be compared."))
    elif before.imports == 0:
        st.markdown(_("It was the first import: everything on this page is new."))
    else:
        table = answers.since(before, view.snapshot, view.folder, view.filters)
        changed = sentences(table)
        if changed:
            st.markdown("\n".join(f"- {sentence}" for sentence in changed))
        else:
            st.markdown(
                _(
                    "It changed nothing about {day} in the chosen desa.",
                    day=numbers.day(view.filters.as_of),
                )
            )
        components.how(explain.since_import(view, before.version_id), view, key="since")
    if view.reader.administers:
        links.page_link("data", _("All imports and versions"), view, icon=":material/database:")


def _version_before(view: View) -> Snapshot | None:
    parent = view.snapshot.info.parent
    if parent is None:
        return None
    try:
        whole = answers.version(view.folder, parent, view.kept_in)
        return view.door.other(whole).seen
    except StoreError:  # pruned or damaged: the page says that it cannot compare
        return None


def sentences(table: pd.DataFrame) -> list[str]:
    """What differs between two versions, in sentences; *table* as the question `changes` gives."""
    rows = table.set_index("measure").to_dict("index")
    said = []
    visits = rows["visits"]["change"]
    if visits:
        said.append(_("visits: {change}", change=_signed(visits)))
    if pd.notna(rows["coverage"]["change"]) and round(rows["coverage"]["change"], 4):
        said.append(
            _(
                "coverage {before} → {now} ({points} points)",
                before=numbers.percent(rows["coverage"]["before"]),
                now=numbers.percent(rows["coverage"]["now"]),
                points=words.signed_points(rows["coverage"]["change"]),
            )
        )
    for measure, label in _labels().items():
        row = rows[measure]
        if row["change"]:
            said.append(
                _(
                    "{what} {before} → {now}",
                    what=label,
                    before=numbers.number(row["before"]),
                    now=numbers.number(row["now"]),
                )
            )
    return said


def _labels() -> dict[str, str]:
    return {
        "active": _("active households"),
        "past_due": _("households past due"),
        "due_soon": _("households due soon"),
        "barriers_open": _("open barriers"),
        "desa_waiting": _("desa waiting for data"),
    }


def _signed(count: float) -> str:
    return f"{'+' if count > 0 else '−'}{numbers.number(abs(count))}"
