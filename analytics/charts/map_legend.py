"""The map's legend: real plotly legend entries, so that it wraps with the width.

An entry is drawn from a bar without any value; a bar's legend swatch knows pattern fills, which
the map itself does not.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.charts import map_text, theme


def legend_traces(look: pd.Series, coverage: pd.Series, state: pd.Series) -> list[dict[str, Any]]:
    """One entry per class (also the empty ones) and per state that occurs, with its count."""
    shares = coverage[look == "class"].astype("float64")
    counts = shares.map(theme.coverage_class).value_counts()
    traces = [
        _entry(
            map_text.legend_label(theme.class_label(k), int(counts.get(k, 0))),
            {"color": theme.CLASS_COLOURS[k], "line": {"width": 0}},
        )
        for k in range(len(theme.CLASS_COLOURS))
    ]
    words = map_text.state_labels()
    for name, marker in _MARKERS.items():
        count = int(((state if name == "small" else look) == name).sum())
        if count:
            traces.append(_entry(map_text.legend_label(words[name], count), marker))
    return traces


def _pattern(fill: str, line: str, shape: str, solidity: float) -> dict[str, Any]:
    return {
        "color": fill,
        "line": {"color": line, "width": 1},
        "pattern": {
            "shape": shape,
            "fgcolor": line,
            "bgcolor": fill,
            "size": 5,
            "solidity": solidity,
            "fillmode": "replace",
        },
    }


_MARKERS: dict[str, dict[str, Any]] = {
    "zero": {"color": "#ffffff", "line": {"color": "#a8321f", "width": 2.4}},
    "small": _pattern(theme.CLASS_COLOURS[1], "#16302e", ".", 0.3),
    "waiting": _pattern("#f3efe6", "#8a6a2f", "/", 0.3),
    "no_data": _pattern("#cfd4d3", "#6b7876", "x", 0.3),
}


def _entry(name: str, marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [None],
        "y": [None],
        "name": name,
        "marker": marker,
        "hoverinfo": "skip",
        "showlegend": True,
    }
