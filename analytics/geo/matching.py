"""Which feature of a foreign file is which desa: by code, else by name, in whatever column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from analytics.i18n import _

_ABBREVIATIONS = {"sei": "sungai", "sg": "sungai", "s": "sungai", "ma": "muara", "mr": "muara"}
_TITLES = {"desa", "kelurahan", "kel", "ds"}
_FAR_DEGREES, _PART_DEGREES = 0.2, 0.02  # about 22 km and 2 km
_LABEL_HINTS = ("nama", "name", "desa", "namobj", "wadmkd", "kelurahan")


@dataclass(frozen=True, slots=True)
class Matches:
    """``index`` and ``codes``: the matched features and their desa; ``matched``: one row a desa."""

    index: list[int]
    codes: list[str]
    matched: pd.DataFrame
    unmatched: list[str]


def plain_code(value: object) -> str:
    """Digits only, of a code as text, number or float: ``63.11.03.2004`` → ``6311032004``."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = re.sub(r"\.0+$", "", str(value).strip())
    return re.sub(r"\D", "", text) if re.fullmatch(r"[\d.\s-]+", text) else ""


def plain_name(value: object) -> str:
    """A name without case, accents, marks and titles, abbreviations written out."""
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9 ]+", " ", text.replace("'", "")).split()
    if len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    if len(words) > 1:
        words[0] = _ABBREVIATIONS.get(words[0], words[0])
    return "".join(words)


def match_features(features: gpd.GeoDataFrame, desa: pd.DataFrame) -> Matches:
    """Find for each feature its desa.

    The column (of any name) that finds most desa is used; codes are tried before names, and names
    only fill in what codes did not find. A name that two desa share finds neither. Several features
    with one code are parts of that desa; several with one name may be namesakes, so that only the
    ones near the desa's point (or, without a point, near each other) are taken.

    Args:
        features: properties and geometry (EPSG:4326), any columns.
        desa: ``desa_code, desa_name`` and, where known, ``bps_code, bps_name, lon, lat``.
    """
    columns = [c for c in features.columns if c != features.geometry.name]
    by_code = _best(features, columns, plain_code, _codes(desa))
    left = features.index.difference(list(by_code))
    open_desa = desa[~desa["desa_code"].isin(set(by_code.values()))]
    named = _best(features.loc[left], columns, plain_name, _names(open_desa))
    by_name = _no_namesakes(features, named, desa)
    found = by_code | by_name
    names = dict(zip(desa["desa_code"].astype(str), desa["desa_name"], strict=True))
    how = dict.fromkeys(by_name.values(), "nama") | dict.fromkeys(by_code.values(), "kode")
    matched = pd.DataFrame(
        [(code, names[code], how[code]) for code in desa["desa_code"].astype(str) if code in how],
        columns=["desa_code", "desa_name", "how"],
    )
    others = features.index.difference(list(found))
    unmatched = [_label(features.loc[i], columns, i) for i in others]
    return Matches(list(found), list(found.values()), matched, unmatched)


def _codes(desa: pd.DataFrame) -> dict[str, str]:
    known: dict[str, str] = {}
    for column in ("bps_code", "desa_code"):
        if column in desa.columns:
            for value, code in zip(desa[column], desa["desa_code"].astype(str), strict=True):
                if plain := plain_code(value):
                    known[plain] = code
    return known


def _names(desa: pd.DataFrame) -> dict[str, str]:
    known: dict[str, set[str]] = {}
    for column in ("desa_name", "bps_name"):
        if column in desa.columns:
            for value, code in zip(desa[column], desa["desa_code"].astype(str), strict=True):
                if plain := plain_name(value):
                    known.setdefault(plain, set()).add(code)
    return {name: next(iter(codes)) for name, codes in known.items() if len(codes) == 1}


def _best(
    features: gpd.GeoDataFrame,
    columns: list[str],
    plain: Callable[[object], str],
    known: Mapping[str, str],
) -> dict[int, str]:
    """Feature → desa by the column that finds most different desa (the first of equal ones)."""
    best: dict[int, str] = {}
    for column in columns:
        values = features[column].map(plain)
        found = {i: known[value] for i, value in values.items() if value in known}
        if len(set(found.values())) > len(set(best.values())):
            best = found
    return best


def _no_namesakes(
    features: gpd.GeoDataFrame, named: Mapping[int, str], desa: pd.DataFrame
) -> dict[int, str]:
    """Of the features that share a desa's name, those that can be that desa by where they are."""
    points = _points(desa)
    kept: dict[int, str] = {}
    for code in dict.fromkeys(named.values()):
        own = features.geometry.loc[[i for i, found in named.items() if found == code]]
        shapes = own.to_numpy()
        if (point := points.get(code)) is not None:
            away = shapely.distance(shapes, point)
            if away.min() > _FAR_DEGREES:
                continue
            main = shapes[int(away.argmin())]
        else:
            main = shapes[0]
        close = shapely.distance(shapes, main) <= _PART_DEGREES
        if point is None and not close.all():
            continue
        kept |= {int(i): code for i in own.index[close]}
    return kept


def _points(desa: pd.DataFrame) -> dict[str, shapely.Point]:
    if not {"lon", "lat"} <= set(desa.columns):
        return {}
    known = desa[desa["lon"].notna() & desa["lat"].notna()]
    return {
        str(code): shapely.Point(lon, lat)
        for code, lon, lat in zip(known["desa_code"], known["lon"], known["lat"], strict=True)
    }


def _label(feature: pd.Series, columns: list[str], number: int) -> str:
    """What to call a feature that is no desa: its name if it has one."""
    named = [c for c in columns if any(hint in str(c).lower() for hint in _LABEL_HINTS)]
    texts = [feature[c] for c in (*named, *columns) if isinstance(feature[c], str)]
    wordy = [text for text in texts if re.search(r"[A-Za-z]{3}", text)]
    return str((wordy or texts or [_("Shape {number}", number=number + 1)])[0])
