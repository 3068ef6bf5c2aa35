"""Keluarga: what happened to one household, and when is somebody due there?"""

from analytics.access.roles import Role
from ui import find, household, published_sample
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    find.search(view)
    if household_id := find.asked_household():
        household.show(view, household_id)


run_page(
    "Household",
    body,
    uses=("per", "desa", "program"),
    published=published_sample.sample_page,
    published_title="Sample of households",
    by_month=False,
    roles=(Role.CAMAT, Role.PETUGAS, Role.PENINJAU),
)
