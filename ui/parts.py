"""Parts of a page that run again alone, and a calm way to fail for them and for whole pages."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from analytics.config import RulesError
from analytics.i18n import LANGUAGES, _, in_language
from analytics.store import KeyMissing, NotForThisRole, StoreBusy, StoreError
from analytics.store.audit import acting
from ui import address, identity
from ui.session import use_language
from ui.view import View

_log = logging.getLogger(__name__)


def part(draw: Callable[..., None]) -> Callable[..., None]:
    """A fragment that speaks the session's language and fails as calmly as its page."""

    @st.fragment
    @functools.wraps(draw)
    def calm(*arguments: Any, **named: Any) -> None:
        use_language()
        view = next((each for each in arguments if isinstance(each, View)), None)
        try:
            if view is None:
                draw(*arguments, **named)
                return
            if identity.current_reader(view.kept_in, view.kept_in.current()) != view.reader:
                st.rerun()  # signed out, or another role: the whole page asks again
            with acting(view.reader.name, view.reader.role.value):
                draw(*arguments, **named)
        except (StoreError, RulesError) as error:
            _log.error("a part of a page could not be shown: %s", error)
            explain_failure(error)
        except Exception:
            _log.exception("a part of a page failed")
            explain_failure(None)

    return calm


def open_tab(
    view: View, parts: Callable[[], Mapping[str, Callable[[View], None]]], *, key: str = "lihat"
) -> None:
    """Tabs by their names, of which the open one stands in the link; only that one is drawn.

    The link says its name in the first language, whoever reads it, so it opens the same tab for
    everybody and outlives a change of the language; names in the others are understood.

    Args:
        parts: name in the language of the moment → what draws it.
        key: of the widget, and the parameter of the link.
    """
    names = {code: in_language(code, lambda: list(parts())) for code in LANGUAGES}
    asked = st.query_params.get(key)
    place = next((each.index(asked) for each in names.values() if asked in each), 0)
    now = parts()
    shown = list(now)
    st.session_state[key] = shown[place]

    def changed() -> None:
        place = shown.index(st.session_state[key])
        show_tab(key, names[LANGUAGES[0]][place] if place else None)

    tabs = st.tabs(shown, key=key, on_change=changed)
    for tab, draw in zip(tabs, now.values(), strict=True):
        if tab.open:
            with tab:
                draw(view)


def linked(
    key: str, options: Sequence[str], name: Callable[[str], str], first: str
) -> dict[str, Any]:
    """For a widget that chooses among *options*: its choice stands in the link, as of `open_tab`.

    Args:
        key: of the widget, and the parameter of the link.
        name: an option in the language of the moment, without anything that changes with the data.
        first: what is chosen when the link does not say.

    Returns:
        The arguments ``key`` and ``on_change`` of the widget; it must have no default of its own.
    """
    known = {in_language(code, partial(name, each)): each for code in LANGUAGES for each in options}
    st.session_state[key] = known.get(st.query_params.get(key, ""), first)

    def changed() -> None:
        chosen = st.session_state[key]
        word = in_language(LANGUAGES[0], partial(name, chosen))
        show_tab(key, word if chosen != first else None)

    return {"key": key, "on_change": changed}


def show_tab(key: str, name: str | None) -> None:
    """Open a tab of `open_tab` (for callbacks): by its name in the first language, or the first."""
    address.put({key: name or None})


def explain_failure(error: StoreError | RulesError | None, title: str | None = None) -> None:
    """What happened, what was kept, what to do.

    Args:
        error: ``None`` when nobody foresaw it.
        title: of the page, when it is not there yet.
    """
    if title:
        st.title(title, anchor=False)
    with st.container(border=True, key="failure"):
        st.subheader(_("This page cannot be shown right now"), anchor=False)
        st.error(
            str(error) if error else _("An error that nobody foresaw; the log has the details."),
            icon=":material/report:",
        )
        if error is None:
            kept = _(
                "No data was touched. Load the page again; when it stays like this, send the log "
                "to whoever looks after this dashboard."
            )
        elif isinstance(error, NotForThisRole):
            kept = _("No data was touched. Sign in with an account that may do this.")
        elif isinstance(error, RulesError):
            kept = _("No data was touched. Correct the file named above and load the page again.")
        elif isinstance(error, StoreBusy):
            kept = _(
                "No data was touched. Wait until the import is done, then load the page again."
            )
        elif isinstance(error, KeyMissing):
            kept = _("No data was touched. Put the key file back, then load the page again.")
        else:
            kept = _(
                "Nothing was deleted: the files of the store are as they were. Restore the newest "
                "backup (python -m analytics restore FILE), or ask whoever looks after this "
                "computer to run the check (python -m analytics verify)."
            )
        st.markdown(kept)
        st.button(_("Try again"), icon=":material/refresh:", key="failure_again")
