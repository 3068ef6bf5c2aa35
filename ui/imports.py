"""Bringing files in: check, import, and a report that says what to correct."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from analytics.ingest import ImportReport, SourceFile, import_files, rejected_sheets
from analytics.ingest.template import rejects_workbook
from analytics.store import Store, StoreError
from ui import components
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View

_log = logging.getLogger(__name__)
ENDINGS = ["xlsx", "xls", "ods", "csv", "zip"]
_WORK = "import_work"
_LOOK_EVERY_SECONDS = 0.05
_MOST_PROBLEMS = 1000


def panel(view: View) -> None:
    """Choose files, check or import them, read the report."""
    st.markdown(
        _(
            "Bring in the PERUT workbook, CSV files, or exports from Kobo or ODK, several at once "
            "and in any order. Importing the same file twice changes nothing; a corrected row "
            "with the same ID replaces the older one."
        )
    )
    uploads = st.file_uploader(
        _(
            "Files to import: XLSX, XLS, ODS, CSV or ZIP, up to {size} MB each",
            size=numbers.number(view.rules.imports.max_file_mb),
        ),
        type=ENDINGS,
        accept_multiple_files=True,
        max_upload_size=view.rules.imports.max_file_mb,
        key="import_files",
    )
    fresh = _what_about_simulated(view)
    columns = st.container(horizontal=True)
    with columns:
        check = st.button(
            _("Check only"),
            icon=":material/fact_check:",
            disabled=not uploads or fresh is None,
            key="import_check",
        )
        go = st.button(
            _("Import"),
            icon=":material/upload:",
            type="primary",
            disabled=not uploads or fresh is None,
            key="import_go",
        )
    if (check or go) and not _at_work():
        files = [SourceFile(upload.name, data=upload.getvalue()) for upload in uploads]
        remember(_WORK, Work.start(view.store, files, dry_run=not go, fresh=bool(fresh)))
    work: Work | None = remembered(_WORK)
    if work is None:
        return
    watch(work)
    if work.report is not None and not work.seen:
        work.seen = True
        if not work.report.dry_run:
            st.rerun()  # the whole page now speaks of the new version
    if work.problem is not None:
        st.error(work.problem, icon=":material/report:")
    if work.report is not None:
        show_report(work.report)


def _at_work() -> bool:
    """Whether an import of this session still runs: a second click does not start another."""
    work: Work | None = remembered(_WORK)
    return work is not None and work.running


def _what_about_simulated(view: View) -> bool | None:
    """Whether to start without the simulated data; ``None`` until that is decided."""
    if not view.snapshot.simulated:
        return False
    answer = st.radio(
        _("The store holds simulated data. What should become of it?"),
        [True, False],
        format_func=lambda fresh: (
            _("Start from empty data (the simulated data is left behind)")
            if fresh
            else _("Add to the simulated data (everything stays marked as simulated)")
        ),
        index=None,
        key="import_simulated",
        help=_("Older versions stay: you can go back on the tab Versions."),
    )
    return None if answer is None else bool(answer)


@dataclass
class Work:
    """An import (or a check) in a thread of its own.

    It calls nothing of Streamlit: a click on another page stops the script that watches it, not
    the import. Whoever comes back to the page sees how far it is, or what became of it.
    """

    share: float = 0.0
    what: str = ""
    report: ImportReport | None = None
    problem: str | None = None
    seen: bool = False
    thread: threading.Thread | None = None

    @classmethod
    def start(
        cls, store: Store, files: Sequence[SourceFile], *, dry_run: bool, fresh: bool
    ) -> Work:
        """Begin at once; the language of the session goes along."""
        work = cls(what=_("Reading files"))
        run = contextvars.copy_context().run
        work.thread = threading.Thread(
            target=run, args=(work._run, store, files, dry_run, fresh), name="import"
        )
        work.thread.start()
        return work

    def _run(self, store: Store, files: Sequence[SourceFile], dry_run: bool, fresh: bool) -> None:
        try:
            self.report = import_files(
                store, files, dry_run=dry_run, replace_simulated=fresh, progress=self._progress
            )
        except StoreError as error:
            self.problem = str(error)
        except Exception:
            # A thread has nobody above it to tell: log it, and say that it went wrong.
            _log.exception("import failed")
            self.problem = _(
                "The import failed for an unforeseen reason; the tab Earlier imports says whether "
                "anything came in. The reason is in the dashboard’s log."
            )

    def _progress(self, share: float, what: str) -> None:
        self.share, self.what = min(max(share, 0.0), 1.0), what

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


def watch(work: Work) -> None:
    """Show how far the work is until it is done."""
    place = st.empty()
    while work.running:
        place.progress(work.share, work.what)
        time.sleep(_LOOK_EVERY_SECONDS)
    place.empty()


def show_report(report: ImportReport) -> None:
    """The outcome in a sentence, then per sheet, then row by row."""
    tell = {0: st.success, 1: st.warning, 2: st.error}[report.exit_code]
    icons = {0: ":material/check_circle:", 1: ":material/rule:", 2: ":material/report:"}
    tell(report.message, icon=icons[report.exit_code])
    files = [each.as_dict() for each in report.files]
    counts_table(files, key="import_counts")
    problems_table(files, key="import_problems")
    if report.rejected_sheets:
        sheets = list(report.rejected_sheets)
        components.download(
            _("Rejected rows as a workbook"),
            lambda: rejects_workbook(sheets),
            f"ditolak_{report.batch or 'pemeriksaan'}.xlsx",
            key="import_rejects",
        )
        st.caption(_("Correct the cells named in the column _masalah, then import that workbook."))


def counts_table(files: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Rows read, accepted, unchanged and rejected per sheet."""
    columns = [
        Column("file", _("File")),
        Column("sheet", _("Sheet")),
        Column("kind", _("Recognised as")),
        Column("rows_read", _("Rows read"), "count"),
        Column("accepted", _("Accepted"), "count"),
        Column("unchanged", _("Unchanged"), "count"),
        Column("rejected", _("Rejected"), "count"),
    ]
    shown = pd.DataFrame(files, columns=[column.key for column in columns])
    show_table(shown, columns, key=key, name=_("Rows per sheet"))


def problems(files: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Every error of a report, then every note: ``weight, file, sheet, row, column, problem``."""
    rows = [
        {"weight": weight, "file": each["file"], "sheet": each["sheet"], **problem}
        for weight, name in ((_("Rejected"), "errors"), (_("Note"), "warnings"))
        for each in files
        for problem in each.get(name, [])
    ]
    columns = ["weight", "file", "sheet", "row", "column", "problem"]
    return pd.DataFrame(rows, columns=columns).astype({"row": "Int64"})


def problems_table(files: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Every remark with its row and column; nothing when there is none."""
    found = problems(files)
    if found.empty:
        return
    if len(found) > _MOST_PROBLEMS:
        st.caption(
            _(
                "The first {shown} of {all} remarks; the workbook of rejected rows has them all.",
                shown=numbers.number(_MOST_PROBLEMS),
                all=numbers.number(len(found)),
            )
        )
    columns = [
        Column("weight", _("Outcome")),
        Column("file", _("File")),
        Column("sheet", _("Sheet")),
        Column("row", _("Row"), "plain"),
        Column("column", _("Column")),
        Column("problem", _("Problem"), width="large"),
    ]
    show_table(found.head(_MOST_PROBLEMS), columns, key=key, name=_("Problem"))


def earlier(view: View) -> None:
    """Reports of earlier imports, with their rejected rows."""
    reports = view.store.reports()
    if not reports:
        st.info(_("Nothing was imported yet."))
        return
    labels = {str(report["batch"]): _label(report) for report in reports if report.get("batch")}
    batch = st.selectbox(
        _("Import"),
        list(labels),
        format_func=lambda code: labels.get(code, code),
        key="earlier_import",
    )
    report = next(each for each in reports if each.get("batch") == batch)
    st.markdown(str(report.get("message", "")))
    counts_table(report["files"], key="earlier_counts")
    problems_table(report["files"], key="earlier_problems")
    if any(each["rejected"] for each in report["files"]):
        components.download(
            _("Rejected rows as a workbook"),
            lambda: rejects_workbook(rejected_sheets(view.store, str(batch))),
            f"ditolak_{batch}.xlsx",
            key="earlier_rejects",
        )


def _label(report: Mapping[str, Any]) -> str:
    when = numbers.clock(datetime.fromisoformat(str(report["imported_at"])))
    rejected = sum(each["rejected"] for each in report["files"])
    parts = [when, ", ".join(dict.fromkeys(each["file"] for each in report["files"]))]
    if rejected:
        parts.append(
            ngettext(
                "{shown} row rejected",
                "{shown} rows rejected",
                rejected,
                shown=numbers.number(rejected),
            )
        )
    return " · ".join(parts)
