"""Where map labels go: inside their shape, beside the territory, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from analytics.charts.labels import (
    Floats,
    Label,
    Layout,
    View,
    Wish,
    box_px,
    fit_view,
    shown_in,
)

Split = Callable[[Sequence[int], Floats], tuple[list[int], list[int]]]
_MOST_CALLOUTS_DESA = 40
_GAP_PX = 12


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
    return _placed(
        tuple(shapely.to_wkb(shapes)),
        tuple(map(tuple, anchors.tolist())),
        tuple(wishes),
        sizes,
        (width, height),
        callouts,
        first,
        within,
    )


@lru_cache(maxsize=32)
def _placed(
    shapes_wkb: tuple[bytes, ...],
    middles: tuple[tuple[float, ...], ...],
    wishes: tuple[Wish, ...],
    sizes: tuple[float, ...],
    frame: tuple[float, float],
    callouts: bool,
    first: int | None,
    within: View | None,
) -> Layout:
    """`place`, remembered: a click draws the same map with another outline."""
    shapes, anchors = shapely.from_wkb(list(shapes_wkb)), np.array(middles)
    bounds = shapely.total_bounds(shapes)
    view = fit_view(bounds, *frame) if within is None else shown_in(within, *frame)
    inside = _inside(shapes, anchors, wishes, sizes, view)
    plain = Layout(view, tuple(inside.values()))
    missing = [i for i in range(len(shapes)) if i not in inside]
    if len(shapes) > _MOST_CALLOUTS_DESA:
        missing = [i for i in missing if i == first]
    if not callouts or not missing:
        return plain
    tried = [
        _with_callouts(missing, split, shapes, anchors, wishes, sizes, frame)
        for split in (_by_half, _all_left, _all_right)
    ]
    best = max(tried, key=lambda layout: _score(layout, view.px_per_unit))
    return best if len(best.labels) > len(plain.labels) else plain


def _with_callouts(
    missing: Sequence[int],
    split: Split,
    shapes: NDArray[np.object_],
    anchors: Floats,
    wishes: Sequence[Wish],
    sizes: tuple[float, ...],
    frame: tuple[float, float],
) -> Layout:
    """The layout with the missing labels beside the territory, divided between its two sides.

    The room that they take makes the territory smaller, so that more labels may have to move out.
    """
    bounds = shapely.total_bounds(shapes)
    few = len(shapes) <= _MOST_CALLOUTS_DESA
    beside = list(missing)
    for _attempt in range(3):
        sides = split(beside, anchors)
        room = [max((_beside_px(wishes[i], sizes) for i in side), default=0.0) for side in sides]
        view = fit_view(bounds, *frame, *room)
        inside = _inside(shapes, anchors, wishes, sizes, view)
        pushed = [i for i in range(len(shapes)) if i not in inside and i not in beside]
        if not pushed or not few:
            break
        beside += pushed
    labels: list[Label] = []
    for side, indices in zip((-1, 1), sides, strict=True):
        labels += _column(indices, side, shapes, anchors, wishes, sizes[0], view)
    leaders = shapely.multilinestrings([label.leader for label in labels if label.leader])
    inside = _inside(shapes, anchors, wishes, sizes, view, avoid=leaders)
    labels += [label for label in inside.values() if label.index not in beside]
    return Layout(view, tuple(labels))


def _score(layout: Layout, full_scale: float) -> float:
    """How good a layout is: labels count, leaders through other labels and a small map cost."""
    leaders = [shapely.LineString(label.leader) for label in layout.labels if label.leader]
    boxes = [label.box(1 / layout.view.px_per_unit) for label in layout.labels if not label.leader]
    crossed = shapely.STRtree(boxes).query(leaders, predicate="intersects").shape[1]
    size = layout.view.px_per_unit / full_scale
    return len(layout.labels) - 0.1 * len(leaders) - 0.4 * crossed + 8 * size


def _by_half(indices: Sequence[int], anchors: Floats) -> tuple[list[int], list[int]]:
    middle = (anchors[:, 0].min() + anchors[:, 0].max()) / 2
    left = [i for i in indices if anchors[i, 0] < middle]
    return left, [i for i in indices if i not in left]


def _all_left(indices: Sequence[int], anchors: Floats) -> tuple[list[int], list[int]]:
    return list(indices), []


def _all_right(indices: Sequence[int], anchors: Floats) -> tuple[list[int], list[int]]:
    return [], list(indices)


def _beside_px(wish: Wish, sizes: tuple[float, ...]) -> float:
    return box_px(wish.beside, sizes[0])[0] + 2 * _GAP_PX


def _inside(
    shapes: NDArray[np.object_],
    anchors: Floats,
    wishes: Sequence[Wish],
    sizes: tuple[float, ...],
    view: View,
    avoid: shapely.Geometry | None = None,
) -> dict[int, Label]:
    """The labels that fit in their own shape, the first variant and best spot that does.

    A spot on a line to *avoid* is taken only when no variant has a better one.
    """
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
            clear = fits if avoid is None else fits[~shapely.intersects(boxes[fits], avoid)]
            if len(fits) and (len(clear) or index not in found):
                x, y = spots[clear[0] if len(clear) else fits[0]]
                found[index] = Label(index, float(x), float(y), text, size)
            if len(clear):
                break
    return found


def _spots(anchor: Floats, middle: Floats, view: View) -> Floats:
    """Places to try: the middles first, then around them."""
    near = np.array([(dx, dy) for dy in (0, 7, -7, 14, -14) for dx in (0, 10, -10, 20, -20)])
    return np.vstack([middle[None, :], anchor[None, :], anchor + near / view.px_per_unit])


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
    spaced = stacked(anchors[order, 1], boxes[:, 1] + gap, view.y0, view.y1)
    if spaced is None:
        return []
    edge = shapely.total_bounds(shapes)[0 if side < 0 else 2]
    rim = edge + side * _GAP_PX / view.px_per_unit
    labels = []
    for index, text, (w, _h), y in zip(order, texts, boxes, spaced, strict=True):
        start = (rim, float(y))
        end = _leader_end(shapes[index], anchors[index], start, 4 / view.px_per_unit)
        labels.append(Label(index, rim + side * (w / 2 + gap), float(y), text, size, (start, end)))
    return labels


def _leader_end(
    shape: shapely.Geometry, anchor: Floats, start: tuple[float, float], depth: float
) -> tuple[float, float]:
    """Where a leader stops: once it is safely in its shape, or in the middle of a tiny one."""
    core = shapely.buffer(shape, -depth)
    if core.is_empty:
        return float(anchor[0]), float(anchor[1])
    nearest = shapely.get_coordinates(shapely.shortest_line(shapely.Point(start), core))[1]
    return float(nearest[0]), float(nearest[1])


def stacked(wanted: Floats, heights: Floats, low: float, high: float) -> Floats | None:
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
