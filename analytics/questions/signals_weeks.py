"""Weekly counts of barriers, and how many households were met: what the signals are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.questions.places import desa_list
from analytics.questions.sql import sql_of
from analytics.stats.surveillance import Cells
from analytics.store import Snapshot

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks up to the day, the running one last.

    Attributes:
        desa: one row per desa: ``desa_code, desa_name, lon, lat``.
        categories: of the barriers, in order.
        cells: desa × category (all categories of the first desa, then of the second …).
        assistants: ids; their cells are in `of_assistants`, all categories together.
        heard: desa × weeks, whether a visit of that week has come in.
        as_of: the day; the running week is whole when it is a Sunday.
    """

    desa: pd.DataFrame
    categories: tuple[str, ...]
    cells: Cells
    assistants: tuple[str, ...]
    of_assistants: Cells
    heard: NDArray[np.bool_]
    as_of: date

    @property
    def count(self) -> int:
        return int(self.heard.shape[1])

    @property
    def whole(self) -> int:
        """Index of the newest week that is over."""
        return self.count - (1 if self.as_of.isoweekday() == 7 else 2)

    def begins(self, week: int) -> date:
        """The Monday of a week."""
        monday = self.as_of - timedelta(days=self.as_of.isoweekday() - 1)
        return monday - timedelta(weeks=self.count - 1 - week)


def weeks_of(snapshot: Snapshot, filters: Filters) -> Weeks:
    """Count barriers and contacts per week, for every desa of the snapshot."""
    parameters = filters.parameters()
    opened = snapshot.query(sql_of("signals"), parameters)
    met = snapshot.query(sql_of("signals_exposure"), parameters)
    desa = desa_list(snapshot)
    rules = load_rules().signals
    span = rules.baseline_weeks + rules.guard_weeks + rules.cluster_weeks
    categories = tuple(sorted({*load_rules().barriers, *opened["category"]}))
    codes = list(desa["desa_code"])
    of_desa = met[met["kind"] == "desa"]
    heard = _matrix(of_desa, ["unit"], [codes], "visits", span) > 0
    contacts = _matrix(of_desa, ["unit"], [codes], "contacts", span)
    counts = _matrix(opened, ["desa_code", "category"], [codes, categories], "barriers", span)
    exposure = np.repeat(contacts, len(categories), axis=0)
    of_people = met[met["kind"] == "assistant"]
    people = tuple(sorted(set(of_people["unit"])))
    noted = _matrix(opened, ["assistant_id"], [people], "barriers", span)
    seen = _matrix(of_people, ["unit"], [people], "contacts", span)
    return Weeks(
        desa=desa,
        categories=categories,
        cells=Cells(counts, _met(counts, exposure), _groups(desa["kecamatan"], len(categories))),
        assistants=people,
        of_assistants=Cells(noted, _met(noted, seen), np.zeros(len(people), dtype=np.int64)),
        heard=heard | (_by_desa(counts, len(categories)) > 0),
        as_of=filters.as_of,
    )


def _groups(kecamatan: pd.Series, categories: int) -> NDArray[np.int64]:
    """Per cell: the category in its kecamatan, towards whose rate it is drawn."""
    areas = pd.factorize(kecamatan)[0].astype(np.int64)
    return (areas[:, None] * categories + np.arange(categories)[None]).ravel()


def _matrix(
    rows: pd.DataFrame, keys: list[str], known: list[Sequence[str]], value: str, span: int
) -> Floats:
    """Cells × weeks, the running week last; nothing where there is no row."""
    index = (
        pd.MultiIndex.from_product(known, names=keys)
        if len(keys) > 1
        else pd.Index(known[0], name=keys[0])
    )
    table = rows.pivot_table(index=keys, columns="weeks_ago", values=value, aggfunc="sum")
    if len(keys) == 1:
        table.index = pd.Index(table.index, name=keys[0])
    whole = table.reindex(index=index, columns=range(span - 1, -1, -1)).fillna(0.0)
    return np.asarray(whole.to_numpy(dtype="float64"))


def _met(counts: Floats, contacts: Floats) -> Floats:
    """Contacts; a usual week's where a barrier is noted though nobody was met in the week."""
    known = np.where(contacts > 0, contacts, np.nan)
    usual = np.ones(len(contacts))
    some = (contacts > 0).any(axis=1)
    usual[some] = np.nanmedian(known[some], axis=1)
    return np.where((contacts == 0) & (counts > 0), usual[:, None], contacts)


def _by_desa(counts: Floats, categories: int) -> Floats:
    return np.asarray(counts.reshape(-1, categories, counts.shape[1]).sum(axis=1))
