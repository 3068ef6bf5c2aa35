"""All desa side by side, as cells that can be clicked: a component, its look, and its choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

_CSS = """
.cells {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(132px, 1fr)); gap: 6px;
}
.cell {
  display: block; padding: 4px 6px 2px; text-align: left; cursor: pointer; min-width: 0;
  position: relative; font: inherit; color: var(--ink); background: transparent;
  border: 1px solid var(--grid); border-radius: 6px;
}
.cell:hover { border-color: var(--accent); }
.cell:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.cell[aria-pressed="true"] {
  border-color: var(--accent); box-shadow: inset 0 0 0 2px var(--accent);
}
.cell.alarming { border-left: 4px solid var(--alarm); }
.cell.waiting { border: 1.5px dashed var(--warn); }
.cell.no_data {
  background: repeating-linear-gradient(45deg, transparent 0 6px, var(--grid) 6px 7px);
}
.head {
  display: flex; gap: 6px; justify-content: space-between; font-size: 13px; line-height: 18px;
}
.name { overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
.value { font-weight: 700; font-variant-numeric: tabular-nums; }
.alarming .value { color: var(--alarm); }
.note {
  position: absolute; left: 6px; bottom: 2px; font-size: 11px; line-height: 14px; padding: 0 3px;
  color: var(--warn); background: var(--ground); border-radius: 3px;
}
.no_data .note, .small .note { color: var(--muted); }
svg { display: block; width: 100%; height: auto; }
path { fill: none; }
.event { fill: var(--warn); opacity: 0.16; }
.base { stroke: var(--grid); stroke-width: 1; }
.all { stroke: var(--neutral); stroke-width: 1.2; stroke-dasharray: 3 2.4; }
.own { stroke: var(--accent); stroke-width: 1.9; stroke-linejoin: round; }
.waiting .own { stroke: var(--warn); }
.last { fill: var(--accent); }
.waiting .last { fill: var(--warn); }
.beyond.bad { fill: var(--alarm); stroke: var(--ground); }
.beyond.good { fill: var(--accent); stroke: var(--ground); }
.jump { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.spell { stroke-width: 3; }
.spell.bad { stroke: var(--alarm); }
.spell.good { stroke: var(--accent); }
@media (min-width: 1600px) {
  .cells { grid-template-columns: repeat(auto-fill, minmax(176px, 1fr)); }
}
@media (max-width: 640px) { .cells { grid-template-columns: 1fr 1fr; } }
"""

# A redraw puts the new cells in place of the old ones; the keyboard stays where it was.
_JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".multiples");
  if (root.drawn !== data.html) {
    const held = parentElement.activeElement?.dataset?.code;
    root.innerHTML = data.html;
    root.drawn = data.html;
    if (held) root.querySelector(`button[data-code="${held}"]`)?.focus({ preventScroll: true });
  }
  root.setAttribute("aria-label", data.name);
  root.onclick = (event) => {
    const cell = event.target.closest("button[data-code]");
    if (!cell) return;
    setTriggerValue("picked", cell.dataset.code);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const large = document.querySelector(".st-key-trend_large");
    if (!large) return;
    large.style.scrollMarginTop = "4rem"; // the page's own bar
    large.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  };
}
"""

_mount = st.components.v2.component(
    "perut_multiples",
    html='<div class="multiples" role="group"></div>',
    css=_CSS,
    js=_JS,
)


def cells(html: str, name: str, *, key: str, picked: Callable[[str], None]) -> None:
    """Show the cells of `analytics.charts.multiples`; *picked* is told the code of a click.

    Args:
        html: made by the project, every text in it escaped.
        name: what the group is, for a screen reader.
    """

    def told() -> None:
        state: Any = st.session_state.get(key)
        if state and state.get("picked"):
            picked(str(state["picked"]))

    _mount(key=key, data={"html": html, "name": name}, on_picked_change=told)
