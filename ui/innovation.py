"""The self-assessment and the KIPP outline, as the page Bukti inovasi shows them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.access.evidence import evidence_for
from analytics.export.kipp import kipp_outline, sections
from analytics.export.monev import Origin, monev_report
from analytics.export.scorecard import scorecard_pdf, scorecard_workbook
from analytics.i18n import _
from analytics.innovation import words as said
from analytics.innovation.figures import figures
from analytics.innovation.scorecard import Scorecard, scorecard
from analytics.store import KeyMissing
from analytics.store.evidence import Evidence
from ui import components, words
from ui.explain import Explanation
from ui.parts import linked
from ui.published_words import how as how_published
from ui.tables import Column, show_table
from ui.view import View

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
_ARRANGED = ("state", "number")


def card_of(view: View) -> Scorecard:
    """The standing of every indicator on the day of the view."""
    return scorecard(view.ask("innovation"), documents(view), view.filters.as_of)


def documents(view: View) -> list[Evidence]:
    """The register; without the vault key there is none, and the page says so."""
    try:
        return evidence_for(view.reader, view.kept_in)
    except KeyMissing as error:
        st.warning(str(error), icon=":material/key_off:")
        return []


def not_published() -> None:
    """For reviewers: which proofs of the store they do not get."""
    st.caption(
        _(
            "28 (days until a result) and 33b (desa whose coverage rose) are not published and "
            "count for nothing here, so the kecamatan's own score may be higher."
        )
    )


def headline(card: Scorecard) -> None:
    """The score with its label, and what is required and missing."""
    with st.container(border=True, key="score"):
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.metric(
            _("Score (estimate)"),
            f"{numbers.number(card.score)} / {numbers.number(card.highest)}",
        )
        right.markdown(said.summary(card))
        right.caption(said.caution())
    missing = card.required_missing
    if missing:
        named = "; ".join(f"{s.indicator.no} {s.indicator.name}" for s in missing)
        st.warning(
            _("Required and without evidence: {names}.", names=words.literal(named)),
            icon=":material/priority_high:",
        )


def assessment(view: View, card: Scorecard) -> None:
    """The 20 indicators, what each lacks, and the files to take away."""
    by = str(
        st.segmented_control(
            _("Arrange"),
            _ARRANGED,
            format_func=_arranged,
            required=True,
            **linked("susun", _ARRANGED, _arranged, _ARRANGED[0]),
            label_visibility="collapsed",
        )
    )
    (_by_number if by == "number" else _by_state)(card)
    st.caption(
        _(
            "Thresholds of {year}: {source}. 33 has six bases; the best one counts. Check against "
            "the letter before handing anything in.",
            year=str(card.edition.year),
            source=card.edition.source,
        )
    )
    _files(view, card)


def _arranged(code: str) -> str:
    return {"state": _("By what is proved"), "number": _("By number")}[code]


def _by_state(card: Scorecard) -> None:
    """What is missing and what to do, then what is proved and by what."""
    table = said.table(card).set_index("no", drop=False)
    for group, standings in card.grouped().items():
        rows = table.loc[[each.indicator.no for each in standings]]
        st.subheader(
            f"{said.group_title(group)} ({numbers.number(len(rows))})",
            anchor=False,
        )
        st.caption(said.group_hint(group))
        proved = [
            Column("parameter", _("Parameter")),
            Column("score", _("Score")),
            Column("value", _("Number")),
        ]
        if group == "attached":
            proved.append(Column("evidence", _("Documents"), width="medium"))
        columns = [
            Column("no", _("No."), pinned=True),
            Column("name", _("Indicator")),
            *([Column("required", _("Required"))] if rows["required"].any() else []),
            *(proved if group in ("attached", "store") else []),
            Column("to_do", _("What to do next"), width=390),
            Column("proof", _("Evidence that the letter asks for")),
            *([Column("gain", _("Adds"), width=112)] if group != "unpublished" else []),
            *([Column("note", _("How it is counted"))] if group == "store" else []),
        ]
        show_table(
            rows.assign(parameter=rows["parameter"].map(said.steps)),
            columns,
            key=f"iid_{group}",
            name=said.group_title(group),
            height="content",
        )


def _by_number(card: Scorecard) -> None:
    show_table(
        said.table(card).assign(parameter=lambda t: t["parameter"].map(said.steps)),
        [
            Column("no", _("No."), pinned=True),
            Column("name", _("Indicator"), pinned=True),
            Column("parameter", _("Parameter")),
            Column("value", _("Number")),
            Column("source", _("Proved by")),
            Column("gap", _("To the next parameter")),
            Column("score", _("Score")),
            Column("required", _("Required")),
            Column("note", _("How it is counted")),
        ],
        key="iid_table",
        name=_("Self-assessment"),
    )


def _files(view: View, card: Scorecard) -> None:
    area, version = view.snapshot.area_name, view.snapshot.version_id
    day, simulated = view.filters.as_of, view.snapshot.simulated
    proofs, register = view.ask("innovation"), documents(view)
    with st.container(horizontal=True):
        components.download(
            _("Download as XLSX"),
            lambda: scorecard_workbook(
                card, proofs, register, area=area, version_id=version, simulated=simulated
            ),
            f"indeks_inovasi_{day}.xlsx",
            key="iid_xlsx",
        )
        components.download(
            _("Download as PDF"),
            lambda: scorecard_pdf(card, area=area, version_id=version, simulated=simulated),
            f"indeks_inovasi_{day}.pdf",
            PDF,
            key="iid_pdf",
        )
        _monev(view)
    if view.reader.protected:
        how_published(view, "innovation", key="innovation")
    else:
        components.how(
            Explanation("innovation", _proved(view), figure=said.summary(card)),
            view,
            key="innovation",
        )


def _monev(view: View) -> None:
    """The internal report that indicator 34 asks for."""
    change, coverage, reach = view.ask("change"), view.ask("coverage"), view.ask("reach")
    origin = Origin(
        view.snapshot.area_name,
        view.filters.as_of,
        view.snapshot.version_id,
        view.filters.window_days,
        view.snapshot.simulated,
        view.reader.protected,
    )
    components.download(
        _("Monitoring report (PDF)"),
        lambda: monev_report(change, coverage, reach, origin),
        f"laporan_monev_{origin.as_of}.pdf",
        PDF,
        key="monev_pdf",
    )


def _proved(view: View) -> str:
    lines = []
    for row in view.ask("innovation").to_dict("records"):
        value = "–" if pd.isna(row["value"]) else numbers.number(row["value"], 1)
        lines.append(f"- **{row['no']}** ({value}): {said.meaning(str(row['no']))}")
    return "\n".join(lines)


def kipp(view: View) -> None:
    """The outline with the figures filled in, to read here and to go on with in Word."""
    filled = figures(
        view.ask("summary"),
        view.ask("trend"),
        view.ask("reach"),
        view.ask("innovation"),
        window_days=view.filters.window_days,
        desa=int(view.ask("coverage")["state"].ne("no_data").sum()),
        as_of=view.filters.as_of,
    )
    parts = sections(filled, area=view.snapshot.area_name)
    origin = _(
        "Figures as of {day}, version {version}",
        day=numbers.day(view.filters.as_of),
        version=view.snapshot.version_id,
    )
    area, simulated = view.snapshot.area_name, view.snapshot.simulated
    components.download(
        _("Download for Word (DOCX)"),
        lambda: kipp_outline(parts, area=area, origin=origin, simulated=simulated),
        f"kerangka_kipp_{view.filters.as_of}.docx",
        DOCX,
        key="kipp_docx",
    )
    for part in parts:
        st.subheader(part.heading, anchor=False)
        st.caption(_("To write: {what}", what=part.to_write))
        for sentence in part.filled:
            if sentence:
                st.markdown(words.literal(sentence))
