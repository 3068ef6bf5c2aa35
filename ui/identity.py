"""Who is looking at the page, and which role that gives them.

Simulated data is nobody's: a switch in the sidebar lets everyone try each role. Real data asks
who is there (`ui.login`); as long as there are no accounts, only this computer is served.
"""

from __future__ import annotations

from ipaddress import ip_address

import streamlit as st

from analytics.access.roles import Reader, Role
from analytics.i18n import _
from analytics.questions import desa_list
from analytics.store import Snapshot, Store
from ui import address, login
from ui.session import ROLE_PARAMETER, SWITCH, remember, remembered, use_language

_ROLE, _DESA = "role", "role_desa"
_SWITCH, _DESA_BOX = "role_switch", "role_desa_box"
_FIRST_DESA = 2
"""So many desa the field worker of the simulated data has, unless somebody chooses others."""


def current_reader(store: Store, whole: Snapshot) -> Reader | None:
    """Who looks at the page now; ``None`` = somebody who has to sign in first."""
    if whole.simulated and not whole.holds_real:
        return _chosen(whole)
    if found := login.signed_in(store):
        return found
    if login.accounts_exist(store) or not on_this_computer():
        return None
    return Reader("lokal", Role.CAMAT, via="local")


def on_this_computer() -> bool:
    """The server's door refuses everybody else already; a page that runs alone has no door."""
    address = st.context.ip_address
    if address is None:  # Streamlit's word for the loopback addresses
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _chosen(whole: Snapshot) -> Reader:
    asked = st.query_params.get(ROLE_PARAMETER, remembered(_ROLE, Role.CAMAT.value))
    role = Role(asked) if asked in list(Role) else Role.CAMAT
    remember(_ROLE, role.value)
    _write(role)
    if role is not Role.PETUGAS:
        return Reader("simulasi", role, via=SWITCH)
    known = desa_list(whole)["desa_code"].tolist()
    assigned = [code for code in remembered(_DESA, ()) if code in known]
    return Reader("simulasi", role, tuple(assigned or known[:_FIRST_DESA]), via=SWITCH)


def _write(role: Role) -> None:
    """The role stands in the link, so that it can be sent and opened on stage."""
    address.put({ROLE_PARAMETER: None if role is Role.CAMAT else role.value})


def role_name(role: Role) -> str:
    """A role as the switch and the notices call it."""
    return {
        Role.CAMAT: _("Camat and admin"),
        Role.PETUGAS: _("Field worker"),
        Role.PENINJAU: _("Reviewer (Baperida)"),
        Role.PUBLIK: _("Public and stage"),
    }[role]


def role_meaning(role: Role) -> str:
    """What a role sees, in a sentence."""
    return {
        Role.CAMAT: _("Sees everything in the kecamatan, names included."),
        Role.PETUGAS: _("Sees the assigned desa only, names included."),
        Role.PENINJAU: _(
            "Sees rounded figures at the end of each month, and a sample of households under "
            "pseudonyms."
        ),
        Role.PUBLIK: _("Sees rounded figures at the end of each month."),
    }[role]


def draw(reader: Reader, whole: Snapshot) -> None:
    """In the sidebar: the switch of the simulated data, or who is signed in."""
    with st.sidebar:
        if reader.via == "local":
            if whole.imports:
                _local_notice()
            return
        if reader.via != SWITCH:
            login.draw_account(reader)
            return
        roles = {role.value: role_name(role) for role in Role}
        st.session_state[_SWITCH] = reader.role.value
        st.selectbox(
            _("Try a role"),
            list(roles),
            format_func=lambda code: roles.get(code, code),
            key=_SWITCH,
            on_change=_switched,
            help=_(
                "The data is simulated, so everybody may try what each role sees. With real data "
                "the account decides."
            ),
        )
        st.caption(role_meaning(reader.role))
        if reader.role is Role.PETUGAS:
            desa = desa_list(whole)
            names = dict(zip(desa["desa_code"], desa["desa_name"], strict=True))
            st.session_state[_DESA_BOX] = list(reader.desa)
            st.multiselect(
                _("Assigned desa"),
                sorted(names, key=names.__getitem__),
                format_func=lambda code: names.get(code, code),
                key=_DESA_BOX,
                on_change=_assigned,
                select_all=False,
            )


def _switched() -> None:
    use_language()
    role = Role(st.session_state[_SWITCH])
    remember(_ROLE, role.value)
    _write(role)


def _assigned() -> None:
    remember(_DESA, tuple(st.session_state[_DESA_BOX]))


def _local_notice() -> None:
    """Real data without accounts: who can see it, and what to do about it."""
    st.caption(
        _(
            ":material/shield_person: **No accounts yet.** Served to this computer only; whoever "
            "sits at it sees everything. `python -m analytics user add NAME --role camat` makes "
            "the first account."
        )
    )


def ask_to_sign_in() -> None:
    """The page of somebody who is not signed in: nothing of the data, and the way in."""
    st.title("PERUT", anchor=False)
    with st.container(border=True, key="sign_in"):
        st.subheader(_("Sign in to see this page"), anchor=False)
        login.draw_invitation()
