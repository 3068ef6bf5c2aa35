"""The other parts of the page Data: templates, versions, freshness, boundaries."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import DATA
from analytics.geo.boundaries import BoundaryImport, read_boundaries
from analytics.geo.boundary_files import BoundaryError
from analytics.i18n import _
from analytics.ingest.template import Lists, template_workbook
from analytics.questions import assistant_list, desa_list, program_list
from ui import components, explain, words
from ui.session import remember, remembered
from ui.tables import Column, download_table, show_table
from ui.view import View

FORMS = DATA / "forms"
_BOUNDARY_REPORT = "boundary_report"
_DONE = "data_done"


def templates(view: View) -> None:
    """The workbook to fill, and the forms to load into Kobo or ODK."""
    st.subheader(_("Workbook"), anchor=False)
    st.markdown(
        _(
            "Six sheets with drop-downs for {area}, and an explanation of every column. Fill what "
            "you have; sheets may stay empty.",
            area=view.snapshot.area_name,
        )
    )
    components.download(
        _("Template workbook"),
        lambda: _template(view),
        "templat_perut.xlsx",
        key="template",
        logged=False,
    )
    st.subheader(_("Forms for Kobo and ODK"), anchor=False)
    st.markdown(
        _(
            "Load a form into Kobo or ODK Central as it is. What the assistants fill in there can "
            "be exported as CSV or XLSX and imported here without any more work."
        )
    )
    with st.container(horizontal=True):
        for path in sorted(FORMS.glob("*.xlsx")):
            components.download(
                _("Form {name}", name=path.stem),
                path.read_bytes,
                path.name,
                key=f"form_{path.stem}",
                logged=False,
            )


def _template(view: View) -> bytes:
    desa, programs = desa_list(view.snapshot), program_list(view.snapshot)
    assistants = assistant_list(view.snapshot)
    lists = Lists(
        desa=list(zip(desa["desa_code"], desa["desa_name"], strict=True)),
        programs=list(zip(programs["program_code"], programs["program_name"], strict=True)),
        assistants=list(zip(assistants["assistant_id"], assistants["assistant_name"], strict=True)),
    )
    return template_workbook(lists, view.rules)


def versions(view: View) -> None:
    """Every version of the data, and the way back to an older one."""
    if done := remembered(_DONE):
        st.success(done, icon=":material/check_circle:")
        remember(_DONE, None)
    known = view.store.versions()
    shown = pd.DataFrame(
        {
            "current": [_("in use") if each.is_current else "" for each in known],
            "when": [numbers.clock(each.created_at) for each in known],
            "message": [each.message for each in known],
            "simulated": [_("simulated") if each.simulated else "" for each in known],
            "size": [each.size_bytes / 2**20 for each in known],
            "id": [each.id for each in known],
        }
    )
    columns = [
        Column("current", _("State")),
        Column("when", _("Made on")),
        Column("message", _("What changed"), width="large"),
        Column("simulated", _("Kind of data")),
        Column("size", _("Size (MB)"), "decimal"),
        Column("id", _("Version")),
    ]
    show_table(shown, columns, key="versions_table", name=_("Versions"))
    older = {
        each.id: f"{numbers.clock(each.created_at)} · {each.message}"
        for each in known
        if not each.is_current
    }
    if not older:
        st.caption(_("There is no other version to go back to."))
        return
    st.subheader(_("Use another version"), anchor=False)
    version_id = st.selectbox(
        _("Version"),
        list(older),
        format_func=lambda code: older.get(code, code),
        key="rollback_version",
        label_visibility="collapsed",
    )
    with st.popover(_("Use this version …"), icon=":material/history:", key="rollback"):
        st.markdown(
            _(
                "All pages will show the data as it was in this version. Nothing is deleted: the "
                "version in use now stays in the list, and you can come back to it."
            )
        )
        if st.button(_("Yes, use this version"), type="primary", key="rollback_yes"):
            view.store.rollback(str(version_id))
            remember(_DONE, _("Version {version} is in use now.", version=version_id))
            st.rerun()


def freshness(view: View) -> None:
    """Up to which day each desa has sent its visits."""
    table = view.ask("freshness").sort_values(
        ["days_since_data", "desa_name"], ascending=[False, True], na_position="first"
    )
    late = int((table["state"] == "waiting").sum())
    none = int((table["state"] == "no_data").sum())
    st.markdown(
        _(
            "Of {all} desa {late} are waiting for data and {none} have sent none.",
            all=numbers.number(len(table)),
            late=numbers.number(late),
            none=numbers.number(none),
        )
    )
    shown = table.assign(
        state=table["state"].map(words.state), ago=table["days_since_data"].map(words.days_ago)
    )
    columns = [
        Column("desa_name", _("Desa"), pinned=True),
        Column("state", _("State of the data")),
        Column("data_through", _("Newest visit"), "date"),
        Column("ago", _("When")),
        Column("visits_last_30", _("Visits, 30 days"), "bar"),
        Column("visits_total", _("All visits"), "count"),
    ]
    name = _("Freshness")
    show_table(shown, columns, key="freshness_table", name=name)
    how = (explain.freshness(view),)
    download_table(view, shown, columns, key="kesegaran", name=name, explanations=how)
    components.how(explain.freshness(view), view, key="freshness")


def boundaries(view: View) -> None:
    """An official boundary file instead of the schematic map."""
    name = view.store.boundaries_name()
    if name:
        st.success(
            _("The map uses the boundary file {name}.", name=words.literal(name)),
            icon=":material/map:",
        )
        if st.button(
            _("Remove it and go back to the schematic map"),
            icon=":material/delete:",
            key="boundaries_remove",
        ):
            view.store.remove_boundaries()
            remember(_BOUNDARY_REPORT, None)
            st.rerun()
    else:
        st.markdown(
            _(
                "The map is schematic. When you have the official boundaries of the desa as "
                "GeoJSON, GeoPackage or zipped shapefile, bring them in here: they are matched by "
                "code or name, and damaged shapes are repaired."
            )
        )
    upload = st.file_uploader(
        _("Boundary file: GeoJSON, GPKG or zipped shapefile"),
        type=["geojson", "json", "gpkg", "zip"],
        key="boundaries_file",
    )
    if upload and st.button(
        _("Use this boundary file"), type="primary", icon=":material/map:", key="boundaries_go"
    ):
        _take_boundaries(view, upload.name, upload.getvalue())
    if report := remembered(_BOUNDARY_REPORT):
        _boundary_report(report)


def _take_boundaries(view: View, name: str, data: bytes) -> None:
    desa = desa_list(view.snapshot)
    try:
        found = read_boundaries(name, data, desa.assign(bps_name=desa["other_name"]))
    except BoundaryError as error:
        remember(_BOUNDARY_REPORT, None)
        st.error(_("{problem} Nothing was changed.", problem=str(error)), icon=":material/report:")
        return
    view.store.save_boundaries(found.geojson, name)
    remember(_BOUNDARY_REPORT, found)
    st.rerun()


def _boundary_report(report: BoundaryImport) -> None:
    st.markdown(report.sentence)
    missing, others = report.missing_desa, report.unmatched_features
    if missing:
        st.warning(_("Desa without a boundary: {names}.", names=", ".join(missing)))
    if others:
        names = ", ".join(words.literal(str(each)) for each in others[:30])
        st.info(_("Shapes that are no desa of this area: {names}.", names=names))
    with st.expander(_("How each desa was matched")):
        columns = [
            Column("desa_code", _("Code")),
            Column("desa_name", _("Desa")),
            Column("how", _("Matched by")),
        ]
        show_table(report.matched, columns, key="boundaries_matched", name=_("Boundary file"))
