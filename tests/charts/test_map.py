"""The map says the same as the table, in fills, patterns, words and clicks."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import shapely

from analytics.charts import theme
from analytics.charts.label_layout import place, stacked
from analytics.charts.labels import Wish, text_width, wrapped
from analytics.charts.map import coverage_map, describe_map, selected_desa
from analytics.charts.map_metric import COVERAGE
from analytics.geo.schematic import schematic_map
from analytics.i18n import language

ROOT = Path(__file__).resolve().parents[2]


def areas(figure: go.Figure) -> go.Choropleth:
    return next(trace for trace in figure.data if trace.type == "choropleth")


def fill_of(figure: go.Figure, code: str) -> str:
    """The colour that plotly.js takes for a desa: its ``z`` looked up in the colour scale."""
    trace = areas(figure)
    z = trace.z[list(trace.locations).index(code)]
    place_in_scale = (z - trace.zmin) / (trace.zmax - trace.zmin)
    below = [colour for stop, colour in trace.colorscale if stop <= place_in_scale]
    return below[-1]


def lines_in(figure: go.Figure, shape: shapely.Geometry, colour: str) -> float:
    total = 0.0
    for trace in figure.data:
        if trace.type == "scattergeo" and trace.mode == "lines" and trace.line.color == colour:
            points = list(zip(trace.lon, trace.lat, strict=True))
            for gap, part in itertools.groupby(points, key=lambda p: p[0] is None):
                if not gap and len(line := list(part)) > 1:
                    total += shapely.length(shapely.LineString(line).intersection(shape))
    return total


def test_fills_follow_the_classes_and_states(coverage, geometry) -> None:
    figure = coverage_map(coverage, geometry)
    wanted = [
        theme.CLASS_COLOURS[4],  # 90 %
        theme.CLASS_COLOURS[1],  # 20 % is the second class
        theme.CLASS_COLOURS[3],  # 60 % is the fourth
        theme.ZERO_FILL,
        theme.CLASS_COLOURS[3],
        theme.CLASS_COLOURS[3],
        theme.WAITING_FILL,
        theme.NO_DATA_FILL,
    ]
    assert [fill_of(figure, code) for code in coverage["desa_code"]] == wanted


def test_every_state_can_be_told_without_colour(coverage, geometry) -> None:
    figure = coverage_map(coverage, geometry)
    shrunk = shapely.buffer(geometry.geometry.to_numpy(), -0.0015)
    core = dict(zip(geometry["desa_code"], shrunk, strict=True))
    zero, small, waiting, no_data, plain = (f"63.11.03.200{k}" for k in (4, 6, 7, 8, 1))
    assert lines_in(figure, core[waiting], theme.WAITING_LINE) > 0
    assert lines_in(figure, core[no_data], theme.NO_DATA_LINE) > 0
    dense = {
        code: lines_in(figure, core[code], colour) / core[code].area
        for code, colour in ((waiting, theme.WAITING_LINE), (no_data, theme.NO_DATA_LINE))
    }
    assert dense[no_data] > 1.4 * dense[waiting]
    assert lines_in(figure, core[plain], theme.WAITING_LINE) == 0
    assert lines_in(figure, core[plain], theme.NO_DATA_LINE) == 0
    outer = dict(zip(geometry["desa_code"], geometry.geometry, strict=True))
    assert lines_in(figure, outer[zero], theme.ZERO_LINE) > 0
    assert lines_in(figure, outer[plain], theme.ZERO_LINE) == 0
    dotted = [t for t in figure.data if t.type == "scattergeo" and t.marker.size == 2.8]
    inside = shapely.contains_xy(outer[small], dotted[0].lon, dotted[0].lat)
    assert len(inside) > 3
    assert inside.all()


def test_every_desa_can_be_clicked(coverage, geometry) -> None:
    trace = areas(coverage_map(coverage, geometry))
    assert list(trace.locations) == coverage["desa_code"].tolist()
    assert [row[0] for row in trace.customdata] == coverage["desa_code"].tolist()
    ids = [feature["id"] for feature in trace.geojson["features"]]
    assert ids == coverage["desa_code"].tolist()


def test_a_tiny_desa_has_a_dot_with_its_code(coverage) -> None:
    shapes = schematic_map(coverage)
    shapes.loc[1, "geometry"] = shapes.geometry[1].centroid.buffer(0.0003)
    figure = coverage_map(coverage, shapes)
    dots = [t for t in figure.data if t.type == "scattergeo" and t.marker.opacity == 1.0]
    assert [row[0] for row in dots[0].customdata] == ["63.11.03.2002"]
    assert dots[0].marker.size >= 12


def test_clicks_do_not_fade_the_rest(coverage, geometry) -> None:
    for trace in coverage_map(coverage, geometry).data:
        if trace.type == "choropleth":
            assert trace.unselected.marker.opacity == 1
        if trace.type == "scattergeo" and trace.mode == "markers":
            assert trace.unselected.marker.opacity == trace.marker.opacity
        if trace.type == "scattergeo" and trace.mode == "text":
            assert trace.unselected.textfont.color == trace.textfont.color


def test_the_selected_desa_has_an_outline(coverage, geometry) -> None:
    without = len(coverage_map(coverage, geometry).data)
    assert len(coverage_map(coverage, geometry, selected="63.11.03.2003").data) == without + 2
    assert len(coverage_map(coverage, geometry, selected="unknown").data) == without


def test_legend_counts_add_up(coverage, geometry) -> None:
    names = [t.name for t in coverage_map(coverage, geometry).data if t.showlegend]
    assert names == [
        "0–20% (0)",
        "20–40% (1)",
        "40–60% (0)",
        "60–80% (3)",
        "80–100% (1)",
        "nol: 0% (1)",
        "keluarga sedikit (1)",
        "menunggu data (1)",
        "tanpa data (1)",
    ]


def test_hover_is_indonesian_and_has_n_of_n(coverage, geometry) -> None:
    texts = dict(
        zip(coverage["desa_name"], areas(coverage_map(coverage, geometry)).text, strict=True)
    )
    assert texts["Alang"].split("<br>") == [
        "<b>Alang</b>",
        "90,0% · 90 dari 100 keluarga",
        "Rentang 95%: 82,6% sampai 94,5%",
        "Data sampai 20 Nov 2026",
    ]
    assert "bukan nol" in texts["Ilung"]
    assert "dari" not in texts["Ilung"]
    assert "31 hari menunggu data" in texts["Hanau"]
    assert "tidak diperingkat" in texts["Gaharu"]


def test_english_too(coverage, geometry) -> None:
    token = language.set("en")
    try:
        figure = coverage_map(coverage, geometry, schematic=True)
    finally:
        language.reset(token)
    assert "90.0% · 90 of 100 households" in areas(figure).text[0]
    assert figure.layout.separators == ".,"


def test_only_the_schematic_map_says_so(coverage, geometry) -> None:
    note = "Peta skematis, bukan batas resmi"
    figure = coverage_map(coverage, geometry, schematic=True)
    assert [a.text for a in figure.layout.annotations] == [note]
    assert not coverage_map(coverage, geometry).layout.annotations
    assert describe_map(coverage, schematic=True).endswith(note + ".")


def test_description_names_states_and_the_lowest(coverage) -> None:
    text = describe_map(coverage)
    assert "Peta 8 desa: cakupan" in text
    assert "menunggu data: 1 desa" in text
    assert "Terendah: Damar 0,0%, Baru 20,0%, Cempaka Hilir 60,0%." in text
    assert "Hanau" not in text


def test_nothing_to_draw(coverage, geometry) -> None:
    for table in (coverage.iloc[:0], coverage.assign(desa_code="x")):
        figure = coverage_map(table, geometry)
        assert "Tidak ada desa" in figure.layout.annotations[0].text
    assert "Tidak ada desa" in describe_map(coverage.iloc[:0])


def test_a_share_without_households_is_no_data_not_zero(coverage, geometry) -> None:
    coverage.loc[7, "state"] = "ok"
    assert fill_of(coverage_map(coverage, geometry), "63.11.03.2008") == theme.NO_DATA_FILL


def test_rings_run_clockwise_for_plotly(coverage, geometry) -> None:
    """The other way round plotly fills everything outside the desa."""
    for feature in areas(coverage_map(coverage, geometry)).geojson["features"]:
        assert not shapely.is_ccw(shapely.geometry.shape(feature["geometry"]).exterior)


@pytest.mark.parametrize("frame", [(680, 560), (420, 460), (1100, 700)])
def test_labels_do_not_collide(frame, coverage, geometry) -> None:
    shapes = geometry.geometry.to_numpy()
    anchors = shapely.get_coordinates(shapely.centroid(shapes))
    wishes = [Wish((f"{name}<br>50%", name), f"{name} 50%") for name in coverage["desa_name"]]
    layout = place(shapes, anchors, wishes, sizes=(13.0, 11.0), width=frame[0], height=frame[1])
    unit = 1 / layout.view.px_per_unit
    boxes = [label.box(unit * 0.97) for label in layout.labels]
    assert len(layout.labels) >= 6
    for a, b in itertools.combinations(boxes, 2):
        assert shapely.area(shapely.intersection(a, b)) < 1e-9
    whole = shapely.box(layout.view.x0, layout.view.y0, layout.view.x1, layout.view.y1)
    assert all(whole.buffer(4 * unit).contains(box) for box in boxes)


def test_a_label_that_does_not_fit_goes_beside_with_a_leader() -> None:
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 1.02, 1)], dtype=object)
    anchors = np.array([[0.5, 0.5], [1.01, 0.5]])
    wishes = [Wish(("A",), "A"), Wish(("Nama Panjang",), "Nama Panjang")]
    layout = place(shapes, anchors, wishes, sizes=(12.0,), width=500, height=300)
    by_index = {label.index: label for label in layout.labels}
    assert by_index[0].leader is None
    assert by_index[1].leader is not None
    assert shapely.Point(by_index[1].leader[1]).distance(shapes[1]) < 1e-9
    off = place(shapes, anchors, wishes, sizes=(12.0,), width=500, height=300, callouts=False)
    assert [label.index for label in off.labels] == [0]


def test_labels_in_a_column_keep_order_apart_and_inside() -> None:
    heights = np.array([2.0, 2.0, 2.0])

    def stack(*wished: float) -> list[float]:
        placed = stacked(np.array(wished), heights, 0, 10)
        assert placed is not None
        return placed.tolist()

    assert stack(9.0, 5.0, 1.0) == [9, 5, 1]
    assert stack(5.0, 5.0, 5.0) == [5, 3, 1]
    assert stack(1.0, 1.0, 1.0) == [5, 3, 1]
    assert stack(9.9, 9.9, 0.0) == [9, 7, 1]
    assert stacked(np.array([1.0, 1.0, 1.0]), heights, 0, 5.9) is None


def test_text_measure() -> None:
    assert text_width("mmmm", 10) > text_width("iiii", 10) > 0
    assert text_width("abc", 20) == 2 * text_width("abc", 10)
    assert wrapped("Badalungga Hilir") == "Badalungga<br>Hilir"
    assert wrapped("Awayan") == "Awayan"


def test_selected_desa_from_events() -> None:
    area = {"location": "63.11.03.2004", "customdata": ["63.11.03.2004"]}
    dot = {"location": None, "customdata": ["63.11.03.2005"]}
    assert selected_desa({"selection": {"points": [area]}}) == "63.11.03.2004"
    assert selected_desa({"selection": {"points": [area, dot]}}) == "63.11.03.2005"
    assert selected_desa({"selection": {"points": [{"customdata": "x"}]}}) == "x"
    empty: list[Any] = [None, {}, {"selection": {"points": []}}, {"selection": {"points": [{}]}}]
    for nothing in empty:
        assert selected_desa(nothing) is None


def test_nothing_is_asked_of_the_network() -> None:
    config = theme.plotly_config()
    assert config["topojsonURL"] == "app/static/topojson/"
    for resolution in ("110", "50"):
        stub = json.loads((ROOT / "static" / "topojson" / f"world_{resolution}m.json").read_text())
        assert stub["type"] == "Topology"
        wanted = {"coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"}
        assert set(stub["objects"]) == wanted


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK])
def test_text_has_contrast(palette: theme.Palette) -> None:
    for ink in ("ink", "muted_ink", "accent_ink", "alarm", "warn"):
        assert contrast(getattr(palette, ink), palette.ground) >= 4.5, ink
    assert contrast(palette.ink, palette.hover) >= 4.5


def test_labels_on_the_map_have_contrast_and_classes_get_darker() -> None:
    pairs = [*zip(theme.CLASS_COLOURS, theme.CLASS_LABEL_COLOURS, strict=True)]
    pairs += [(fill, theme.DARK_TEXT) for fill in (theme.WAITING_FILL, theme.NO_DATA_FILL)]
    assert all(contrast(fill, ink) >= 4.5 for fill, ink in pairs)
    light = [luminance(fill) for fill in theme.CLASS_COLOURS]
    assert all(a > 1.3 * b for a, b in itertools.pairwise(light))


def luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_classes_at_their_edges() -> None:
    shares = (0.0, 0.199, 0.2, 0.4, 0.6, 0.7999, 0.8, 1.0, 3 / 5)
    assert [COVERAGE.class_of(share) for share in shares] == [0, 0, 1, 2, 3, 3, 4, 4, 3]


def test_drawing_23_desa_is_quick(coverage) -> None:
    table = pd.concat([coverage.assign(desa_code=coverage["desa_code"] + str(k)) for k in range(3)])
    table = table.reset_index(drop=True).assign(
        lon=lambda t: t["lon"] + 0.08 * (t.index // 8), lat=lambda t: t["lat"]
    )
    shapes = schematic_map(table)
    coverage_map(table, shapes)
    times = []
    for _round in range(5):
        start = time.perf_counter()
        coverage_map(table, shapes)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.12  # about 0.03 s on a quiet machine
