"""Map labels that do not collide.

Every box is measured in the pixels of the smallest frame the map will be shown in; a larger frame
only spreads the labels. A label goes inside its shape if it fits there; otherwise beside the
territory with a leader line; otherwise it is left to the hover text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LINE_PX = 1.22  # line height per font size
_NARROW, _WIDE = frozenset("iljtfrI.,' -"), frozenset("mwMW%")


@dataclass(frozen=True, slots=True)
class View:
    """What part of the plane (degrees) a frame shows, and how large one degree is."""

    x0: float
    y0: float
    x1: float
    y1: float
    px_per_unit: float


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label: where its middle is, its lines, and the leader to its shape, if any."""

    index: int
    x: float
    y: float
    text: str
    size: float
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None

    def box(self, unit_per_px: float) -> shapely.Geometry:
        """The ground the label covers, with a little air."""
        w, h = (side / 2 * unit_per_px for side in box_px(self.text, self.size + 1))
        return shapely.box(self.x - w, self.y - h, self.x + w, self.y + h)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a label would like to say: texts for inside the shape, best first, one for beside it."""

    inside: tuple[str, ...]
    beside: str


@dataclass(frozen=True, slots=True)
class Layout:
    """What a frame shows and the labels in it."""

    view: View
    labels: tuple[Label, ...]


def text_width(text: str, size: float) -> float:
    """About how many pixels a text takes in the dashboard's font (rather too many than few)."""
    ems = (
        0.29 if c in _NARROW else 0.82 if c in _WIDE else 0.62 if c.isupper() else 0.52
        for c in text
    )
    return 1.04 * size * sum(ems)


def wrapped(name: str) -> str:
    """A name of several words on two lines, broken where the longer line is shortest."""
    words = name.split()
    if len(words) < 2:
        return name
    breaks = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
    return "<br>".join(min(breaks, key=lambda lines: max(map(len, lines))))


def box_px(text: str, size: float) -> tuple[float, float]:
    """Width and height of a label with ``<br>`` lines."""
    lines = text.replace("<b>", "").replace("</b>", "").split("<br>")
    return max(text_width(line, size) for line in lines), LINE_PX * size * len(lines)


def fit_view(
    bounds: Sequence[float], width: float, height: float, left: float = 0, right: float = 0
) -> View:
    """The view of a territory in a frame (pixels) with columns left free on the sides."""
    x0, y0, x1, y1 = bounds
    inner_w, inner_h = max(width - left - right - 8, 60), max(height - 8, 60)
    scale = min(inner_w / max(x1 - x0, 1e-6), inner_h / max(y1 - y0, 1e-6))
    middle_x = (x0 + x1) / 2 + (right - left) / 2 / scale
    middle_y = (y0 + y1) / 2
    half_w, half_h = width / 2 / scale, height / 2 / scale
    return View(middle_x - half_w, middle_y - half_h, middle_x + half_w, middle_y + half_h, scale)


def shown_in(view: View, width: float, height: float) -> View:
    """The same part of the plane in a frame of another size."""
    scale = min(width / (view.x1 - view.x0), height / (view.y1 - view.y0))
    return replace(view, px_per_unit=scale)
