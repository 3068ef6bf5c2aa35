"""Bukti inovasi: the Indeks Inovasi Daerah, its evidence, frozen figures, and a KIPP outline."""

from analytics.access.roles import Role
from analytics.i18n import _
from ui import freeze, innovation, register
from ui.page import run_page
from ui.parts import open_tab
from ui.published_words import about, nothing_published
from ui.view import View


def body(view: View) -> None:
    card = innovation.card_of(view)
    innovation.headline(card)
    open_tab(
        view,
        lambda: {
            _("Self-assessment"): lambda view: innovation.assessment(view, card),
            _("Evidence"): register.register,
            _("Frozen figures"): freeze.frozen_figures,
            _("KIPP outline"): innovation.kipp,
        },
        key="lihat",
    )


def outside(view: View) -> None:
    if not nothing_published(view):
        about(view)
        innovation.not_published()
        body(view)


run_page(
    "Evidence of innovation",
    body,
    uses=("per",),
    published=outside,
    roles=(Role.CAMAT, Role.PENINJAU),
)
