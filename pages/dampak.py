"""Dampak: what changed, what may be called an effect, desa compared fairly, and for whom."""

import streamlit as st

from analytics.i18n import _
from ui import answers, components, impact_change, impact_desa, impact_designs, impact_equity
from ui.page import run_page
from ui.parts import open_tab
from ui.published_words import about, nothing_published
from ui.view import View


def body(view: View) -> None:
    if view.ask("summary")["active"].fillna(0).sum() == 0:
        components.empty_state(components.why_empty(view), view)
        return
    if answers.data_from(view.snapshot, view.folder, view.filters) is None:
        st.info(_("No visit of the chosen desa has come in yet."), icon=":material/hourglass:")
        return
    parts(view)


def published(view: View) -> None:
    if nothing_published(view):
        return
    about(view)
    parts(view)


def parts(view: View) -> None:
    open_tab(
        view,
        lambda: {
            _("Change"): impact_change.change,
            _("Designs"): impact_designs.designs,
            _("Between desa"): impact_desa.between_desa,
            _("Equity"): impact_equity.equity,
        },
        key="lihat",
    )


run_page("Effect", body, published=published)
