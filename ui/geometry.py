"""The shapes of the map: schematic, hexagons, or the imported boundaries."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import streamlit as st

from analytics.access.gate import Door
from analytics.geo.boundaries import load_boundaries
from analytics.geo.hextiles import hex_tiles
from analytics.geo.schematic import schematic_map
from ui.view import View

SCHEMATIC, HEXAGONS, OFFICIAL = "skematis", "heksagon", "batas"


def shapes(view: View, kind: str) -> gpd.GeoDataFrame:
    """``desa_code, geometry`` of every desa of the store (the filters do not change the map).

    Raises:
        BoundaryError: the imported boundaries (*kind* `OFFICIAL`) are damaged.
    """
    if kind == OFFICIAL and (kept := view.kept_in.boundaries()):
        return _official(kept)
    return _drawn(view.folder, view.snapshot.version_id, kind, view.door)


@st.cache_data(max_entries=16, max_size="64MB", show_spinner=False)
def _drawn(store_folder: str, version_id: str, kind: str, _door: Door) -> gpd.GeoDataFrame:
    desa: pd.DataFrame = _door.places()
    return hex_tiles(desa) if kind == HEXAGONS else schematic_map(desa)


@st.cache_data(max_entries=4, max_size="64MB", show_spinner=False)
def _official(geojson: bytes) -> gpd.GeoDataFrame:
    return load_boundaries(geojson)
