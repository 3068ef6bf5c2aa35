"""Map labels that do not collide.

Every box is measured in the pixels of the smallest frame the map will be shown in; a larger frame
only spreads the labels. A label goes inside its shape if it fits there; otherwise beside the
territory with a leader line; otherwise it is left to the hover text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LINE_PX = 1.22  # line height per font size
_NARROW, _WIDE = frozenset("iljtfrI.,' -"), frozenset("mwMW%")
_MOST_CALLOUTS_DESA = 40
_GAP_PX = 12
_CROSSING_PX = 160  # so much longer may a leader be to spare a label


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


@dataclass(slots=True)
class Layout:
    view: View
    labels: list[Label] = field(default_factory=list)


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
    breaks = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    return "<br>".join(min(breaks, key=lambda pair: max(len(pair[0]), len(pair[1]))))


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


def place(
    shapes: NDArray[np.object_],
    anchors: Floats,
    wishes: Sequence[Wish],
    *,
    sizes: tuple[float, ...],
    width: float,
    height: float,
    callouts: bool = True,
    first: int | None = None,
    within: View | None = None,
) -> Layout:
    """Choose where each label goes.

    Args:
        shapes: n polygons (degrees, treated as flat).
        anchors: n × 2, a point inside each shape: where a leader ends.
        wishes: per shape its label texts, lines divided by ``<br>``.
        sizes: font sizes in pixels, the best first; every text is tried in the first size before
            the next one. Labels beside the territory have the first.
        width, height: the frame in pixels.
        callouts: whether labels may stand beside the territory.
        first: a shape whose label must be there.
        within: the part of the plane that the frame shows; just the shapes when not given.
    """
    bounds = shapely.total_bounds(shapes)
    view = fit_view(bounds, width, height) if within is None else shown_in(within, width, height)
    inside = _inside(shapes, anchors, wishes, sizes, view)
    plain = Layout(view, list(inside.values()))
    missing = [i for i in range(len(shapes)) if i not in inside]
    if len(shapes) > _MOST_CALLOUTS_DESA:
        missing = [i for i in missing if i == first]
    if not callouts or not missing:
        return plain
    # Room beside the territory makes it smaller, so that more labels may have to move out.
    for _attempt in range(3):
        sides = _sides(missing, anchors, bounds, [inside[i] for i in inside if i not in missing], view)
        room = [max((_beside_px(wishes[i], sizes) for i in side), default=0.0) for side in sides]
        view = fit_view(bounds, width, height, *room)
        inside = _inside(shapes, anchors, wishes, sizes, view)
        pushed = [i for i in range(len(shapes)) if i not in inside and i not in missing]
        if not pushed or len(shapes) > _MOST_CALLOUTS_DESA:
            break
        missing += pushed
    labels = [label for label in inside.values() if label.index not in missing]
    for side, indices in zip((-1, 1), sides, strict=True):
        labels += _column(indices, side, shapes, anchors, wishes, sizes[0], view)
    return Layout(view, labels) if len(labels) > len(plain.labels) else plain


def _beside_px(wish: Wish, sizes: tuple[float, ...]) -> float:
    return box_px(wish.beside, sizes[0])[0] + 2 * _GAP_PX


def _inside(
    shapes: NDArray[np.object_],
    anchors: Floats,
    wishes: Sequence[Wish],
    sizes: tuple[float, ...],
    view: View,
) -> dict[int, Label]:
    """The labels that fit in their own shape, the first variant and best spot that does."""
    roomy = shapely.buffer(shapes, 1.5 / view.px_per_unit)
    shapely.prepare(roomy)
    corners = shapely.bounds(roomy) * view.px_per_unit
    extent = corners[:, 2:] - corners[:, :2]
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    found: dict[int, Label] = {}
    for index, wish in enumerate(wishes):
        spots = _spots(anchors[index], middles[index], view)
        for size, text in ((size, text) for size in sizes for text in wish.inside):
            if (np.array(box_px(text, size)) > extent[index]).any():
                continue
            w, h = (side / 2 / view.px_per_unit for side in box_px(text, size))
            boxes = shapely.box(spots[:, 0] - w, spots[:, 1] - h, spots[:, 0] + w, spots[:, 1] + h)
            fits = np.flatnonzero(shapely.contains(roomy[index], boxes))
            if len(fits):
                x, y = spots[fits[0]]
                found[index] = Label(index, float(x), float(y), text, size)
                break
    return found


def _spots(anchor: Floats, middle: Floats, view: View) -> Floats:
    """Places to try: the middles first, then around them."""
    near = np.array([(dx, dy) for dy in (0, 7, -7, 14, -14) for dx in (0, 10, -10, 20, -20)])
    return np.vstack([middle[None, :], anchor[None, :], anchor + near / view.px_per_unit])


def _sides(
    indices: Sequence[int],
    anchors: Floats,
    bounds: Sequence[float],
    inside: Sequence[Label],
    view: View,
) -> tuple[list[int], list[int]]:
    """Which labels go left and which right: the shorter way that crosses fewer labels."""
    boxes = np.array([label.box(1 / view.px_per_unit) for label in inside], dtype=object)
    sides: tuple[list[int], list[int]] = ([], [])
    for i in indices:
        x, y = anchors[i]
        costs = []
        for edge in (bounds[0], bounds[2]):
            way = shapely.LineString([(edge, y), (x, y)])
            crossed = int(shapely.intersects(boxes, way).sum()) if len(boxes) else 0
            costs.append(way.length * view.px_per_unit + _CROSSING_PX * crossed)
        sides[0 if costs[0] <= costs[1] else 1].append(i)
    return sides


def _column(
    indices: Sequence[int],
    side: int,
    shapes: NDArray[np.object_],
    anchors: Floats,
    wishes: Sequence[Wish],
    size: float,
    view: View,
) -> list[Label]:
    """Labels one below the other beside the territory, each as near its own height as it can be."""
    if not indices:
        return []
    order = sorted(indices, key=lambda i: -anchors[i, 1])
    texts = [wishes[i].beside for i in order]
    boxes = np.array([box_px(text, size) for text in texts]) / view.px_per_unit
    gap = 3 / view.px_per_unit
    spaced = _stacked(anchors[order, 1], boxes[:, 1] + gap, view.y0, view.y1)
    if spaced is None:
        return []
    edge = shapely.total_bounds(shapes)[0 if side < 0 else 2]
    rim = edge + side * _GAP_PX / view.px_per_unit
    labels = []
    for index, text, (w, _h), y in zip(order, texts, boxes, spaced, strict=True):
        start = (rim, float(y))
        end = (float(anchors[index, 0]), float(anchors[index, 1]))
        labels.append(Label(index, rim + side * (w / 2 + gap), float(y), text, size, (start, end)))
    return labels


def _stacked(wanted: Floats, heights: Floats, low: float, high: float) -> Floats | None:
    """Middles from top to bottom that keep the order and do not overlap; None if too many."""
    if heights.sum() > high - low:
        return None
    middles = np.array(wanted, dtype=np.float64)
    top = high
    for k, h in enumerate(heights):  # push down what would overlap the one above
        middles[k] = min(middles[k], top - h / 2)
        top = middles[k] - h / 2
    bottom = low
    for k in range(len(heights) - 1, -1, -1):  # and up again what left the frame
        middles[k] = max(middles[k], bottom + heights[k] / 2)
        bottom = middles[k] + heights[k] / 2
    return middles
