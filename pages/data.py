"""Data: bring files in, take templates away, see how fresh the data is, go back to a version."""

from analytics.access.roles import Role
from analytics.i18n import _
from ui import corrections, datapanels, imports
from ui.page import run_page
from ui.parts import open_tab
from ui.view import View


def body(view: View) -> None:
    open_tab(
        view,
        lambda: {
            _("Import"): imports.panel,
            _("Corrections"): corrections.panel,
            _("Templates and forms"): datapanels.templates,
            _("Freshness"): datapanels.freshness,
            _("Versions"): datapanels.versions,
            _("Earlier imports"): imports.earlier,
            _("Boundary file"): datapanels.boundaries,
        },
        key="bagian",
    )


run_page("Data", body, uses=("per", "desa"), needs_data=False, roles=(Role.CAMAT,))
