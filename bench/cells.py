"""What do hidden and rounded counts cost? Published against exact figures of a demo store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from analytics.access.published import PUBLISHED
from analytics.access.release import published_months, release
from analytics.demo import make_demo
from analytics.questions import QUESTIONS, Filters
from analytics.store import Snapshot, Store

TODAY = date(2026, 11, 24)
"""The day of the figures in docs/small-cells.md; a seed and a day always give the same demo."""


def measure() -> None:
    """Print the numbers of cells, and how far shares are from the exact ones, in points."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store")
        make_demo(store, seed=42, today=TODAY)
        whole = store.current()
        months = published_months(whole, TODAY)
        releases = [release(whole, month) for month in months]
        cells = sum(len(each.cells) for each in releases)
        hidden = sum(int(each.cells["shown"].isna().sum()) for each in releases)
        withheld = sum(len(each.withheld) for each in releases)
        print(f"{len(months)} months, {cells} cells, {hidden} hidden, {withheld} tables withheld")
        for name, key, share in (
            ("summary", None, "coverage"),
            ("coverage", "desa_code", "coverage"),
            ("reach", "program_code", "reached"),
        ):
            off = pd.concat([_off(_both(whole, name, month), key, share) for month in months])
            print(f"{name}: off by {off.mean():.2f} points on average, {off.max():.2f} at most")


def _both(whole: Snapshot, name: str, month: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    return PUBLISHED[name](whole, month), QUESTIONS[name].function(whole, Filters(month))


def _off(pair: tuple[pd.DataFrame, pd.DataFrame], key: str | None, share: str) -> pd.Series:
    said, exact = (
        (table.set_index(key) if key else table)[share].astype("float64") for table in pair
    )
    return ((said - exact).abs() * 100).dropna()
