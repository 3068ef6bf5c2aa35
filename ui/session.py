"""What one visitor's session has: a language, the store, and its current version."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.i18n import LANGUAGES, language
from analytics.store import Store
from analytics.store.audit import acting, actor
from ui import address
from ui.taken import made_for

LANGUAGE_PARAMETER, ROLE_PARAMETER = "bahasa", "peran"
SWITCH = "switch"
"""How a reader came in who chose the role by hand (simulated data only)."""
_LANGUAGE = "perut_language"


def use_language() -> str:
    """Speak the language of the link (``?bahasa=en``), else that of the session, else Indonesian.

    Called at the start of every run: each run is a new thread, and the language belongs to it.
    """
    address.catch_up()
    asked = st.query_params.get(LANGUAGE_PARAMETER)
    code = asked if asked in LANGUAGES else st.session_state.get(_LANGUAGE, LANGUAGES[0])
    st.session_state[_LANGUAGE] = code
    if code != LANGUAGES[0] and asked is None:
        address.put({LANGUAGE_PARAMETER: code})
    language.set(code)
    return str(code)


def taken_away(make: Callable[[], bytes], name: str, *, logged: bool) -> Callable[[], bytes]:
    """*make*, to be called later in a thread of its own, in the language and name of now.

    Args:
        name: of the file, for the audit log.
        logged: the file holds something of the data: it is logged before it is made, and not
            made when it cannot be logged.
    """
    code, now, store = language.get(), actor(), current_store()

    def made() -> bytes:
        language.set(code)
        with acting(now.who, now.role):
            if logged:
                store.audit.note("export", what=name)
            content = make()
        made_for(now.who, now.role, content)
        return content

    return made


def set_language(code: str) -> None:
    """Change the session's language; the default one is not written into the link."""
    st.session_state[_LANGUAGE] = code
    address.put({LANGUAGE_PARAMETER: None if code == LANGUAGES[0] else code})
    language.set(code)


@st.cache_resource(max_entries=8, show_spinner=False)
def _store(folder: str | None) -> Store:
    return Store(folder)


def current_store() -> Store:
    """The store that ``PERUT_STORE`` names; the same handle for every session."""
    return _store(os.environ.get("PERUT_STORE") or None)


def remembered(name: str, default: Any = None) -> Any:
    """A value that outlives a page change (Streamlit forgets widgets of other pages)."""
    return st.session_state.get(f"perut_{name}", default)


def remember(name: str, value: Any) -> None:
    """Keep a value for `remembered`."""
    st.session_state[f"perut_{name}"] = value
