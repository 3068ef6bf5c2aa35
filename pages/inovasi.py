"""Bukti inovasi: the Indeks Inovasi Daerah, its evidence, frozen figures, and a KIPP outline."""

import streamlit as st

from analytics.access.roles import Role
from analytics.i18n import _
from ui import freeze, innovation, register
from ui.page import run_page
from ui.published_words import about, nothing_published
from ui.view import View


def body(view: View) -> None:
    card = innovation.card_of(view)
    innovation.headline(card)
    parts = {
        _("Self-assessment"): lambda: innovation.assessment(view, card),
        _("Evidence"): lambda: register.register(view),
        _("Frozen figures"): lambda: freeze.frozen_figures(view),
        _("KIPP outline"): lambda: innovation.kipp(view),
    }
    tabs = st.tabs(list(parts), key="lihat", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def outside(view: View) -> None:
    if not nothing_published(view):
        about(view)
        body(view)


run_page(
    "Evidence of innovation",
    body,
    uses=("per",),
    published=outside,
    roles=(Role.CAMAT, Role.PENINJAU),
)
