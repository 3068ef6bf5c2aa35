"""Data quality: to be written."""

from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    """Nothing yet."""


run_page("Data quality", body)
