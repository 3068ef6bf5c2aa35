"""The frame around every page: language, look, notices, filters, and a calm way to fail."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from analytics.access.gate import Door
from analytics.access.roles import Role
from analytics.config import RulesError
from analytics.i18n import LANGUAGES, _
from analytics.store import Snapshot, StoreError
from analytics.store.audit import acting
from ui import cautions, components, filters, identity, links
from ui.choice import PARAMETERS
from ui.chrome import dress
from ui.parts import explain_failure, part
from ui.session import current_store, set_language, use_language
from ui.view import View

_log = logging.getLogger(__name__)


def run_page(
    title: str,
    body: Callable[[View], None],
    *,
    uses: tuple[str, ...] = PARAMETERS,
    needs_data: bool = True,
    published: Callable[[View], None] | None = None,
    published_title: str | None = None,
    by_month: bool = True,
    roles: tuple[Role, ...] = tuple(Role),
) -> None:
    """Show one page.

    Args:
        title: English msgid of its title.
        body: draws the page for a `View`.
        uses: which of the shared filters matter on it (`ui.choice.PARAMETERS`).
        needs_data: an empty store shows an invitation instead of the page.
        published: draws the page for an outside reader, from published figures.
        published_title: its title for an outside reader, when it is another one.
        by_month: whether an outside reader chooses a month on it.
        roles: who may see the page.
    """
    _join_the_app()
    use_language()
    dress()
    headed = False
    try:
        store = current_store()
        whole = store.current()
        st.set_page_config(page_title=f"{_(title)} · PERUT")
        reader = identity.current_reader(store, whole)
        if reader is None:
            _language_switch()
            identity.ask_to_sign_in()
            return
        with acting(reader.name, reader.role.value):
            if reader.protected and published_title:
                title = published_title
                st.set_page_config(page_title=f"{_(title)} · PERUT")
            view, problems = filters.read_view(store, Door(reader, whole))
            draw = published if reader.protected else body
            allowed = reader.role in roles
            _sidebar(view, whole, uses if draw and allowed else (), by_month=by_month)
            components.heading(_(title), view, _said(view, uses, by_month=by_month))
            headed = True
            if draw is None or not allowed:
                _not_for_this_role(view)
                return
            if problems:
                st.warning("  \n".join(problems), icon=":material/link_off:")
            if whole.notice:
                st.warning(whole.notice, icon=":material/history:")
            if needs_data and view.empty:
                invitation(view)
                return
            if needs_data and not reader.protected:
                components.freshness_note(view)
                cautions.draw(view, uses)
            draw(view)
    except (StoreError, RulesError) as error:
        _log.error("the page %s could not be shown: %s", title, error)
        explain_failure(error, None if headed else _(title))
    except Exception:
        _log.exception("the page %s failed", title)
        explain_failure(None, None if headed else _(title))


def _sidebar(view: View, whole: Snapshot, uses: tuple[str, ...], *, by_month: bool) -> None:
    if view.reader.protected:
        if by_month:
            filters.draw_months(view)
    else:
        filters.draw_filters(view, uses)
    identity.draw(view.reader, whole)
    _language_switch()


def _said(view: View, uses: tuple[str, ...], *, by_month: bool) -> tuple[str, ...]:
    """The parts of the view that the line below the title names."""
    if not view.reader.protected:
        return uses
    return ("per", "jendela", "desa") if by_month else ()


def _not_for_this_role(view: View) -> None:
    with st.container(border=True, key="not_for_role"):
        st.subheader(_("This page is not for your role"), anchor=False)
        st.markdown(
            f"**{identity.role_name(view.reader.role)}**: "
            + identity.role_meaning(view.reader.role)
        )
        links.page_link("ringkasan", _("To the overview"), view, icon=":material/home:")


def _join_the_app() -> None:
    """Run inside `dashboard.py`, even when the first visitor comes by a page's address.

    Until `st.navigation` was called once, Streamlit takes a folder named ``pages`` for its old
    kind of multipage app and runs the page without `dashboard.py`.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


def invitation(view: View) -> None:
    """The first day: an empty store."""
    with st.container(border=True, key="invitation"):
        st.subheader(_("There is no data yet"), anchor=False)
        st.markdown(
            _(
                "Import the workbook of {area} on the page Data: a template is there to download. "
                "To look around first, fill the store with simulated data: "
                "`python -m analytics demo`.",
                area=view.snapshot.area_name,
            )
        )
        links.page_link("data", _("Import data"), view, icon=":material/upload_file:")


def _language_switch() -> None:
    names = {"id": "Indonesia", "en": "English"}
    key = "language_switch"
    current = use_language()
    st.session_state[key] = current

    def switch() -> None:
        set_language(st.session_state[key] or LANGUAGES[0])

    with st.sidebar:
        st.segmented_control(
            _("Language"),
            LANGUAGES,
            format_func=lambda code: names.get(code, code),
            key=key,
            required=True,
            on_change=switch,
            label_visibility="collapsed",
        )


__all__ = ["explain_failure", "part", "run_page"]
