"""The address of the page, its link: the one place that writes it.

What is written reaches the browser while the page is being drawn, on a slow computer seconds
later. Whoever clicks a second time before that sends the address of before the first click along;
Streamlit takes it at its word, and the first click would be undone: an empty tab, a filter that
jumps back. So the session remembers which addresses it has left behind on a page. One of them
that comes in again, without the browser's Back button, is late, and the last one written holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_KEY = "perut_address"
_MOST = 16

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Written:
    page: str
    last: Parameters
    left: tuple[Parameters, ...]


def put(values: Mapping[str, str | None]) -> None:
    """Write parameters into the link, all at once; ``None`` takes one out."""
    catch_up()
    before = st.query_params.to_dict()
    _write(values)
    after = st.query_params.to_dict()
    if after == before:
        return
    known: _Written | None = st.session_state.get(_KEY)
    earlier = known.left if known and known.page == _page() else ()
    st.session_state[_KEY] = _Written(_page(), after, (*earlier, before)[-_MOST:])


def catch_up() -> None:
    """Read a late address as the one it is late for (before anything reads the link)."""
    known: _Written | None = st.session_state.get(_KEY)
    if known is None:
        return
    now = st.query_params.to_dict()
    if now == known.last:
        return
    if _page() == known.page and now in known.left and not _went_back():
        _write({**dict.fromkeys(now), **known.last})
    else:
        del st.session_state[_KEY]  # somebody followed a link: what was written is history


def _write(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def _page() -> str:
    context = get_script_run_ctx()
    return context.page_script_hash if context else ""


def _went_back() -> bool:
    """Whether the browser's own Back or Forward brought this address."""
    context = get_script_run_ctx()
    return bool(context and context.is_history_navigation)
