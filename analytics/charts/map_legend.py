"""The map's legend: real plotly legend entries, so that it wraps with the width.

An entry is drawn from a bar without any value; a bar's legend swatch knows pattern fills, which
the map itself does not.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from analytics.charts import map_text, theme
from analytics.charts.map_metric import COVERAGE, MapMetric


def legend_traces(rows: list[dict[str, Any]], metric: MapMetric = COVERAGE) -> list[dict[str, Any]]:
    """One entry per class (also the empty ones) and per state that occurs, with its count."""
    counts = Counter(metric.class_of(row["coverage"]) for row in rows if row["look"] == "class")
    traces = [
        _entry(
            map_text.legend_label(metric.class_label(k), counts[k]),
            {"color": colour, "line": {"color": theme.palette().neutral, "width": 0.8}},
        )
        for k, colour in enumerate(theme.CLASS_COLOURS)
    ]
    words = map_text.state_labels(metric)
    for name, marker in _MARKERS.items():
        key = "state" if name == "small" else "look"
        if count := sum(row[key] == name for row in rows):
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
    "zero": {"color": theme.ZERO_FILL, "line": {"color": theme.ZERO_LINE, "width": 2.4}},
    "small": _pattern(theme.CLASS_COLOURS[1], theme.DARK_TEXT, ".", 0.3),
    "waiting": _pattern(theme.WAITING_FILL, theme.WAITING_LINE, "/", 0.3),
    "no_data": _pattern(theme.NO_DATA_FILL, theme.NO_DATA_LINE, "x", 0.3),
    "hidden": _pattern(theme.HIDDEN_FILL, theme.HIDDEN_LINE, "-", 0.3),
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
