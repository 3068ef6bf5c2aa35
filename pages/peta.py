"""Peta cakupan: which desa fall behind? From a desa to its RT, to its households, and back."""

from ui import components, map, published
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    if not view.ask("coverage")["active"].sum():
        components.empty_state(components.why_empty(view), view)
        return
    map.map_and_households(view)


run_page("Coverage map", body, published=published.coverage_page)
