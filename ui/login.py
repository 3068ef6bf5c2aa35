"""Who is signed in, as the pages ask it. Signing in itself is in `ui.login_routes`."""

from __future__ import annotations

import os
from enum import Enum
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit as st

from analytics.access.accounts import Accounts
from analytics.access.roles import Reader
from analytics.i18n import _
from analytics.store import Store
from analytics.store.layout import VersionInfo
from ui.plain import in_language

COOKIE = "perut_session"
LOGIN, LOGOUT, PASSWORD = "/login", "/logout", "/sandi"


class Serving(Enum):
    """To whom the dashboard shows its data."""

    EVERYBODY = "simulated data only"
    THIS_COMPUTER = "real data, and no accounts yet"
    ACCOUNTS = "real data, and accounts"


def served_store() -> Store:
    """The store of this server, for requests that are outside of any page."""
    return _store(os.environ.get("PERUT_STORE") or None)


@lru_cache(maxsize=4)
def _store(folder: str | None) -> Store:
    return Store(folder)


def serving(store: Store) -> Serving:
    """To whom *store* may be shown. One version with real data is enough to ask who is there.

    Older versions can be opened from the pages, so a store counts as simulated only when every
    version that holds data is; an empty one is about to get real data.
    """
    layout = store.layout
    found = [_kind(layout.manifest(version)) for version in layout.version_ids()]
    if _SIMULATED in found and _REAL not in found:
        return Serving.EVERYBODY
    return Serving.ACCOUNTS if accounts_exist(store) else Serving.THIS_COMPUTER


_REAL, _SIMULATED, _EMPTY = "real", "simulated", "empty"


@lru_cache(maxsize=512)
def _known_kind(path: Path, _modified_ns: int) -> str:
    version = VersionInfo.read(path, None)
    if version.simulated and not version.holds_real:
        return _SIMULATED
    first = version.parent is None and version.id.startswith("v00001-") and not version.vault
    return _EMPTY if first else _REAL


def _kind(manifest: Path) -> str:
    """A manifest that cannot be read may be of anything: real, then."""
    try:
        return _known_kind(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return _REAL


def accounts_exist(store: Store) -> bool:
    """Whether any account was ever made for *store*."""
    return Accounts(store).exist()


def signed_in(store: Store) -> Reader | None:
    """Who is signed in, in the browser of the running page; asked anew each time."""
    found = Accounts(store).signed_in(st.context.cookies.get(COOKIE))
    return found.reader if found and found.ready else None


def draw_account(reader: Reader) -> None:
    """In the sidebar: who is signed in, and the links of an account."""
    role = escape(reader.role.value)
    if reader.via == "local":
        return
    st.markdown(f"**{escape(reader.name)}** · {role}")
    links = [(LOGOUT, _("Sign out"))]
    if reader.via == "account":
        links.insert(0, (PASSWORD, _("Change password")))
    _links(links)


def draw_invitation() -> None:
    """For somebody who is not signed in (any longer): the way in."""
    st.write(_("This dashboard shows real data of households. It asks who is there."))
    _links([(LOGIN, _("Sign in"))])


def _links(links: list[tuple[str, str]]) -> None:
    """Links that stay in the same tab; Streamlit's own would open another one."""
    made = (
        f'<a href="{escape(in_language(address))}" target="_self">{escape(text)}</a>'
        for address, text in links
    )
    st.markdown(" · ".join(made), unsafe_allow_html=True)
