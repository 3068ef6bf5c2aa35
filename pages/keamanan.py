"""Keamanan: who did what, who is signed in, what was erased, how the key and backups stand."""

from analytics.access.roles import Role
from analytics.i18n import _
from ui import caretaking, logbook
from ui.page import run_page
from ui.parts import open_tab
from ui.view import View


def body(view: View) -> None:
    logbook.state(view)
    open_tab(
        view,
        lambda: {
            _("Log"): logbook.log,
            _("Accounts and sessions"): caretaking.accounts,
            _("Retention"): caretaking.retention,
            _("Key and backup"): caretaking.key_and_backup,
        },
        key="bagian",
    )


run_page("Security and log", body, uses=(), needs_data=False, roles=(Role.CAMAT,))
