"""Keluarga: what happened to one household, and when is somebody due there?"""

from ui import find, household
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    find.search(view)
    if household_id := find.asked_household():
        household.show(view, household_id)


run_page("Household", body, uses=("per", "desa", "program"))
