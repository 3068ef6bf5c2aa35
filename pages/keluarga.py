"""Keluarga: what happened to one household, and when is somebody due there?"""

from ui import household
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    household.search(view)
    if household_id := household.asked_household():
        household.show(view, household_id)


run_page("Household", body, uses=("per", "desa", "program"))
