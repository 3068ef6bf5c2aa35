"""The lanes of a household's timeline: what happened, sorted by what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analytics.config import OUTCOMES, load_rules
from analytics.i18n import _
from analytics.numbers import day, number


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the picture: its name, its spans (from, to) and its points."""

    name: str
    spans: list[tuple[pd.Timestamp, pd.Timestamp, str]]
    points: pd.DataFrame
    kind: str


def visits(rows: pd.DataFrame) -> Lane:
    """The lane of all visits."""
    return Lane(_("Visits"), [], rows[rows["event"].isin(OUTCOMES)], "visit")


def programs(rows: pd.DataFrame, end: pd.Timestamp, names: Mapping[str, str]) -> list[Lane]:
    """A lane per program: when the household is a target, and when it received."""
    received = rows[rows["event"] == "bertemu"].explode("programs").dropna(subset=["programs"])
    targets = rows[rows["event"].isin(["target_started", "target_ended"])].explode("programs")
    known = dict(names) | {
        code: detail
        for code, detail in zip(targets["programs"], targets["detail"], strict=True)
        if isinstance(detail, str) and code not in names
    }
    codes = sorted({*received["programs"], *targets["programs"].dropna()})
    lanes = []
    for code in codes:
        own = targets[targets["programs"] == code]
        spans = _spans(own, "target_started", "target_ended", end, str(known.get(code, code)))
        points = received[received["programs"] == code]
        lanes.append(Lane(str(known.get(code, code)), spans, points, "program"))
    return lanes


def barriers(rows: pd.DataFrame, end: pd.Timestamp) -> list[Lane]:
    """A lane per barrier category, from its opening to its closing."""
    labels = load_rules().barriers
    found = rows[rows["event"].isin(["barrier_opened", "barrier_closed"])].explode("barriers")
    lanes = []
    for category in sorted(found["barriers"].dropna().unique()):
        own = found[found["barriers"] == category]
        name = labels.get(str(category), str(category))
        spans = []
        for more, part in _each_barrier(own):
            spans += _spans(part, "barrier_opened", "barrier_closed", end, name, more)
        lanes.append(Lane(name, spans, own.iloc[0:0], "barrier"))
    return lanes


def _each_barrier(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The events of each barrier, and who owns it; all together where they have no id."""
    if "barrier_id" not in rows or rows["barrier_id"].isna().all():
        return [("", rows)]
    parts = []
    for _id, part in rows.groupby("barrier_id", sort=False):
        owners = part["agency"].dropna().unique()
        parts.append((", ".join(str(owner) for owner in owners), part))
    return parts


def _spans(
    rows: pd.DataFrame, start: str, stop: str, end: pd.Timestamp, name: str, more: str = ""
) -> list[tuple[pd.Timestamp, pd.Timestamp, str]]:
    """Each start with the first later stop not yet used, or with the end of the picture."""
    stops = sorted(rows.loc[rows["event"] == stop, "on"])
    spans = []
    for begin in sorted(rows.loc[rows["event"] == start, "on"]):
        later = next((moment for moment in stops if moment >= begin), None)
        if later is not None:
            stops.remove(later)
            words = _("from {start} to {end}", start=day(begin), end=day(later))
        else:
            words = _("since {start}", start=day(begin))
        until = later if later is not None else end
        days = number((until - begin).days)
        lines = [f"<b>{name}</b>", words, _("{days} days", days=days), more]
        spans.append((begin, until, "<br>".join(line for line in lines if line)))
    return spans
