"""The other parts of the page Keamanan: accounts, erasure, the key and the last backup."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.access.accounts import Account, Accounts
from analytics.access.sessions import Session
from analytics.i18n import _, ngettext
from analytics.store import StoreError
from analytics.store.erased import is_unfinished, reports
from analytics.store.keystate import key_status
from analytics.store.retention import due
from ui import identity
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View

_DONE = "care_done"


def accounts(view: View) -> None:
    """Who may sign in, who is signed in, and a way to end a session."""
    if done := remembered(_DONE):
        st.success(done, icon=":material/check_circle:")
        remember(_DONE, None)
    kept = Accounts(view.store)
    known = kept.all()
    if not known:
        st.info(
            _(
                "No accounts yet: the data is served to this computer only. "
                "`python -m analytics user add NAME --role camat` makes the first account."
            ),
            icon=":material/person_off:",
        )
        return
    open_now = kept.active_sessions()
    table = pd.DataFrame(
        {
            "name": [each.name for each in known],
            "role": [identity.role_name(each.role) for each in known],
            "desa": [", ".join(view.desa.get(code, code) for code in each.desa) for each in known],
            "state": [_state(each) for each in known],
            "open": [sum(one.name == each.name for one in open_now) for each in known],
        }
    )
    columns = [
        Column("name", _("Account"), pinned=True),
        Column("role", _("Role")),
        Column("desa", _("Desa"), width="large"),
        Column("state", _("State")),
        Column("open", _("Open sessions"), "count"),
    ]
    show_table(table, columns, key="accounts_table", name=_("Accounts"))
    st.subheader(_("Open sessions"), anchor=False)
    if not open_now:
        st.caption(_("Nobody is signed in."))
        return
    _end_one(kept, open_now)


def _end_one(kept: Accounts, open_now: list[Session]) -> None:
    told = {one.id: _told(one) for one in open_now}
    chosen = st.selectbox(
        _("Session"), list(told), format_func=lambda i: told.get(i, i), key="session_chosen"
    )
    with st.popover(_("End this session …"), icon=":material/logout:", key="session_end"):
        st.markdown(_("Whoever works in it has to sign in again. Nothing is deleted."))
        if st.button(_("Yes, end it"), type="primary", key="session_end_yes"):
            kept.revoke(session_id=str(chosen))
            remember(_DONE, _("The session was ended."))
            st.rerun()


def _state(account: Account) -> str:
    if account.disabled:
        return _("locked")
    return _("has to choose a password") if account.must_change else _("active")


def _told(one: Session) -> str:
    begun, seen = (datetime.fromtimestamp(at, UTC) for at in (one.created, one.seen))
    return _(
        "{name}: since {begun}, last used {seen}",
        name=one.name,
        begun=numbers.clock(begun),
        seen=numbers.clock(seen),
    )


def retention(view: View) -> None:
    """The rules, what they would erase today, and what was erased."""
    rules = view.rules.retention
    lines = [
        (_("Names, addresses and notes of households that ended"), rules.ended_household_days),
        (_("Rejected rows as they were typed"), rules.rejected_row_days),
        (_("Corrections that are done"), rules.correction_days),
    ]
    said = [f"- {what}: **{_kept(days)}**" for what, days in lines]
    for what, years in (
        (_("Documents of the register of evidence"), rules.evidence_years),
        (_("Lines of the log"), rules.log_years),
    ):
        kept = ngettext("{count} year", "{count} years", years) if years else _("for ever")
        said.append(f"- {what}: **{kept}**")
    st.subheader(_("How long personal data is kept"), anchor=False)
    st.markdown("\n".join(said))
    if is_unfinished(view.store.layout):
        st.error(
            _("An erasure was interrupted; `retention --apply` completes it"),
            icon=":material/report:",
        )
    try:
        plan = due(view.store, view.today)
    except StoreError as problem:
        st.warning(str(problem), icon=":material/key_off:")
        return
    if plan:
        st.warning(
            _(
                "Due today: {households} households, {imports} imports with rejected rows, "
                "{corrections} corrections, {documents} documents of the register of evidence, "
                "{lines} lines of the log. "
                "`python -m analytics retention --apply` erases them.",
                households=numbers.number(len(plan.households)),
                imports=numbers.number(len(plan.rejected)),
                corrections=numbers.number(len(plan.corrections)),
                documents=numbers.number(len(plan.evidence)),
                lines=numbers.number(plan.log_lines),
            ),
            icon=":material/auto_delete:",
        )
    else:
        st.success(_("Nothing is due to be erased today."), icon=":material/check_circle:")
    _erased(view)


def _kept(days: int) -> str:
    if not days:
        return _("for ever")
    return ngettext("{count} day", "{count} days", days)


def _erased(view: View) -> None:
    st.subheader(_("Deletion reports"), anchor=False)
    told = reports(view.store.layout)
    if not told:
        st.caption(_("Nothing has been erased so far."))
        return
    table = pd.DataFrame(
        {
            "when": [numbers.clock(datetime.fromisoformat(each["at"])) for each in told],
            "by": [each["by"] for each in told],
            "households": [len(each["households"]) for each in told],
            "values": [each["values"] for each in told],
            "imports": [len(each["imports"]) for each in told],
            "documents": [len(each.get("evidence", ())) for each in told],
            "id": [each["id"] for each in told],
        }
    )
    columns = [
        Column("when", _("When"), pinned=True),
        Column("by", _("Account")),
        Column("households", _("Households"), "count"),
        Column("values", _("Values erased"), "count"),
        Column("imports", _("Imports with rejected rows"), "count"),
        Column("documents", _("Documents"), "count"),
        Column("id", _("Report")),
    ]
    show_table(table, columns, key="retention_table", name=_("Deletion reports"))


def key_and_backup(view: View) -> None:
    """Is the key here, when was it saved, when was the data saved."""
    status = key_status(view.store)
    st.subheader(_("Vault key"), anchor=False)
    if status.problem:
        st.warning(status.problem, icon=":material/key_off:")
    else:
        st.success(_("This store's key is here."), icon=":material/key:")
    if status.unfinished:
        st.error(
            _("A change of the key was interrupted; `key rotate` completes it."),
            icon=":material/report:",
        )
    st.markdown(
        f"- {_('Last saved')}: **{_moment(status.backed_up_at)}**\n"
        f"- {_('Last changed')}: **{_moment(status.rotated_at)}**"
    )
    if not status.backed_up_at:
        st.markdown(
            _(
                "When this key is lost, all names are lost; the figures stay. Save it now, apart "
                "from the data: `python -m analytics key backup FILE`."
            )
        )
    st.subheader(_("Backup"), anchor=False)
    made = view.store.audit.read(event="backup", limit=1)
    st.markdown(f"- {_('Last backup')}: **{_moment(made[0].at if made else None)}**")
    if not made:
        st.markdown(_("Save the data to one file: `python -m analytics backup FILE --encrypt`."))


def _moment(text: str | None) -> str:
    return numbers.clock(datetime.fromisoformat(text)) if text else _("never")
