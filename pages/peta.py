"""Peta cakupan: which desa fall behind? A click leads to the households."""

from ui import components, map
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    if not view.ask("coverage")["active"].sum():
        components.empty_state(components.why_empty(view), view)
        return
    map.map_and_households(view)
    map.as_table(view)


run_page("Coverage map", body)
