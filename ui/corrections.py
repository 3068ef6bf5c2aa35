"""Corrections that wait for the next import: on the page of a household, and all on page Data."""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from analytics.ingest import SourceFile
from analytics.ingest.corrections import (
    Standing,
    corrections_workbook,
    import_corrections,
    standing,
)
from analytics.ingest.formats import FORMATS
from analytics.ingest.stored import KEYS
from analytics.store import KeyMissing, Store, StoreError
from analytics.store.corrections import Correction, Kept, kept_corrections, settle_corrections
from ui import components, links, words
from ui.correct_words import column_name
from ui.imports import Work, show_report, watch
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View

_log = logging.getLogger(__name__)
_WORK, _CHOSEN, _DONE = "correction_work", "corrections_chosen", "corrections_done"
TAB = "bagian"


def waiting_note(view: View, household_id: str) -> None:
    """“Corrections waiting: …” on the page of the household they are of."""
    try:
        kept = kept_corrections(view.store_to_correct(household_id))
        waiting = kept.of_household(household_id)
    except KeyMissing as problem:
        st.caption(str(problem))
        return
    if not waiting:
        return
    said = "; ".join(_what(correction) for correction in waiting)
    with st.container(key="correction_note", horizontal=True, vertical_alignment="center"):
        st.info(
            _("Corrections waiting for the next import: {what}.", what=words.literal(said)),
            icon=":material/pending_actions:",
            width="stretch",
        )
        if view.reader.administers:
            links.page_link(
                "data",
                _("To the corrections"),
                view,
                icon=":material/edit_note:",
                more={TAB: _("Corrections")},
            )


def _what(correction: Correction) -> str:
    columns = ", ".join(column_name(name) for name in correction.changes)
    return f"{_kind(correction)} ({columns})"


def _kind(correction: Correction) -> str:
    names = {
        "keluarga": _("household"),
        "kunjungan": _("visit"),
        "sasaran": _("target"),
        "hambatan": _("barrier"),
    }
    name = names[correction.kind]
    rest = [correction.key[column] for column in KEYS[correction.kind] if column != "id_keluarga"]
    return " ".join([name, *rest])


def changes_in_words(correction: Correction) -> str:
    """``Rt: 001 → 009``; of a personal cell only that it changes."""
    parts = []
    for name, text in correction.changes.items():
        label = column_name(name)
        if FORMATS[correction.kind].column(name).private:
            parts.append(_("{column}: not shown (personal data)", column=label))
        else:
            parts.append(f"{label}: {correction.before.get(name) or '–'} → {text or '–'}")
    return "; ".join(parts)


@dataclass
class CorrectionWork(Work):
    """The import of corrections, in the thread that imports files."""

    ids: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def begin(cls, store: Store, ids: Sequence[str]) -> CorrectionWork:
        """Begin at once; the language of the session goes along."""
        work = cls(what=_("Reading files"), ids=tuple(ids))
        run = contextvars.copy_context().run
        work.thread = threading.Thread(
            target=run, args=(work._run, store, (), False, False), name="corrections"
        )
        work.thread.start()
        return work

    def _run(self, store: Store, files: Sequence[SourceFile], dry_run: bool, fresh: bool) -> None:
        try:
            self.report = import_corrections(store, self.ids, progress=self._progress)
        except StoreError as error:
            self.problem = str(error)
        except Exception:
            # A thread has nobody above it to tell: log it, and say that it went wrong.
            _log.exception("import of corrections failed")
            self.problem = _(
                "The import failed for an unforeseen reason; the tab Earlier imports says whether "
                "anything came in. The reason is in the dashboard’s log."
            )


def _outcome() -> None:
    """How far the import is, then what became of it."""
    work: CorrectionWork | None = remembered(_WORK)
    if work is None:
        return
    watch(work)
    if not work.seen:
        work.seen = True
        st.rerun()  # the whole page now speaks of the new version
    if work.problem is not None:
        st.error(work.problem, icon=":material/report:")
    if work.report is not None:
        show_report(work.report)


def panel(view: View) -> None:
    """Every correction: import the waiting ones, take them away as a workbook, or cancel them."""
    st.markdown(
        _(
            "What was marked as wrong on the page of a household waits here until it is imported. "
            "It is kept encrypted; the import checks it like any other row."
        )
    )
    _outcome()
    if done := remembered(_DONE):
        remember(_DONE, None)
        st.success(done, icon=":material/check_circle:")
    kept = kept_corrections(view.store)
    if kept.damaged:
        st.warning(
            ngettext(
                "{count} correction cannot be opened: its file is damaged. Restore a backup.",
                "{count} corrections cannot be opened: their files are damaged. Restore a backup.",
                len(kept.damaged),
            ),
            icon=":material/report:",
        )
    if kept.waiting:
        _waiting(view, kept.waiting)
    else:
        st.info(
            _(
                "No correction waits. To write one, open a household and press “This data is "
                "wrong”."
            ),
            icon=":material/edit_note:",
        )
    _settled(kept)


def _waiting(view: View, waiting: Sequence[Correction]) -> None:
    stands = {c.id: standing(view.snapshot, c) for c in waiting}
    _table(waiting, [_standing_word(stands[c.id]) for c in waiting], "corrections_waiting")
    old = [c for c in waiting if stands[c.id] == "stale"]
    if old:
        st.warning(
            ngettext(
                "The data of {count} correction was changed since by another import. Look at the "
                "household again before you choose it: it would replace the newer value.",
                "The data of {count} corrections was changed since by another import. Look at the "
                "households again before you choose them: they would replace the newer values.",
                len(old),
            ),
            icon=":material/history:",
        )
    usable = {c.id: c for c in waiting}
    names = {c.id: f"{_kind(c)} · {c.household_id}" for c in waiting}
    chosen = st.multiselect(
        _("Corrections"),
        list(usable),
        [each for each in usable if stands[each] in ("ready", "there")],
        format_func=lambda each: names.get(each, each),
        key=f"{_CHOSEN}_{len(waiting)}",
    )
    mine = [usable[each] for each in chosen]
    with st.container(horizontal=True):
        go = st.button(
            _("Import corrections now"),
            icon=":material/upload:",
            type="primary",
            disabled=not [c for c in mine if stands[c.id] != "gone"] or busy(),
            key="corrections_go",
        )
        if mine:
            components.download(
                _("As a workbook"),
                lambda: corrections_workbook(view.snapshot, mine),
                _("corrections.xlsx"),
                key="corrections_xlsx",
            )
        drop = st.button(
            _("Cancel these corrections"),
            icon=":material/delete:",
            disabled=not mine or busy(),
            key="corrections_drop",
        )
    st.caption(
        _(
            "The workbook holds the corrected rows, personal data included where it was corrected: "
            "treat it like the register. Imported as a file it has the same effect."
        )
    )
    if drop:
        count = settle_corrections(view.store, chosen, "cancelled")
        remember(
            _DONE,
            ngettext("{count} correction cancelled.", "{count} corrections cancelled.", count),
        )
        st.rerun()
    if go and not busy():
        remember(_WORK, CorrectionWork.begin(view.store, chosen))
        st.rerun()


def busy() -> bool:
    """Whether this session imports just now, files or corrections."""
    works: list[Work | None] = [remembered(_WORK), remembered("import_work")]
    return any(work is not None and work.running for work in works)


def _standing_word(code: Standing) -> str:
    return {
        "ready": _("Ready"),
        "there": _("The data says so already"),
        "stale": _("Changed meanwhile"),
        "gone": _("Not in this version of the data"),
    }[code]


def _table(corrections: Sequence[Correction], states: Sequence[str], key: str) -> None:
    columns = [
        Column("what", _("Entry"), pinned=True),
        Column("household", _("Household")),
        Column("state", _("State")),
        Column("changes", _("Correction"), width="large"),
        Column("why", _("Why"), width="medium"),
        Column("when", _("Written")),
    ]
    frame = pd.DataFrame(
        {
            "what": [_kind(c) for c in corrections],
            "household": [c.household_id for c in corrections],
            "state": list(states),
            "changes": [changes_in_words(c) for c in corrections],
            "why": ["; ".join(why for _at, why in c.reasons) for c in corrections],
            "when": [numbers.clock(c.written_at) for c in corrections],
        }
    )
    show_table(frame, columns, key=key, name=_("Corrections"))


def _settled(kept: Kept) -> None:
    settled = [c for c in kept.corrections if c.state != "waiting"]
    if not settled:
        return
    settled.sort(key=lambda c: c.settled_at or "", reverse=True)
    st.subheader(_("Done"), anchor=False)
    _table(settled, [_settled_word(c) for c in settled], "corrections_settled")


def _settled_word(correction: Correction) -> str:
    when = numbers.clock(datetime.fromisoformat(correction.settled_at or ""))
    if correction.state == "cancelled":
        return _("Cancelled on {when}", when=when)
    return _("Imported on {when}, version {version}", when=when, version=correction.version)
