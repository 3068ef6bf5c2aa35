"""The reviewer's sample in a small place, where nearly every cell is small.

In the demo no cell that the sample shows is hidden, so drawing it carelessly would pass there.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest

from analytics.access.gate import Door
from analytics.access.release import published_months, release
from analytics.access.roles import Reader, Role
from analytics.access.sample import MONTHS, sample
from analytics.store import Snapshot, Store
from tests.store.worlds import TODAY, csv, load

MANY, SOME, FEW, NEVER = 22, 12, 3, 2
"""Households of priority *sedang*, *rendah* and *tinggi*, and of *sedang* never met."""
FIRST = pd.Timestamp("2024-06-10")
GROUPS = (
    ("A", MANY, "sedang"),
    ("B", FEW, "tinggi"),
    ("C", SOME, "rendah"),
    ("D", NEVER, "sedang"),
)


@pytest.fixture
def small(fresh_store: Store) -> Snapshot:
    """A, B and C are met every month for a year and a half; in the last month C are due soon."""
    homes = ["id_keluarga,desa,prioritas,terdaftar_pada"]
    visits = ["id_kunjungan,id_keluarga,tanggal,pendamping,hasil"]
    for letter, count, priority in GROUPS:
        for number in range(count):
            home = f"{letter}{number:02d}"
            homes.append(f"{home},Bihara,{priority},2024-06-01")
            for month in range(18 if letter in "AB" else 16 if letter == "C" else 0):
                day = FIRST + pd.DateOffset(months=month)
                day -= pd.DateOffset(days=5 if letter == "C" else 0)
                visits.append(f"V-{home}-{month},{home},{day.date()},P1,bertemu")
    files = {"keluarga": homes, "kunjungan": visits}
    report = load(
        fresh_store, [csv(name, "\n".join(lines) + "\n") for name, lines in files.items()]
    )
    assert report.exit_code == 0
    return fresh_store.current()


def test_nobody_of_a_hidden_cell_and_no_more_than_each_published_one_admits(
    small: Snapshot,
) -> None:
    months = published_months(small, TODAY)
    told = release(small, months[-1]).cells.to_dict("records")
    cells = {(row["table"], row["group"], row["state"]): row for row in told}
    for hidden in (
        ("priority", "tinggi", "covered"),
        ("priority", "sedang", "uncovered"),
        ("status", "", "past_due"),
    ):
        assert pd.isna(cells[hidden]["shown"]), hidden
    households, visits = sample(small, months)
    drawn = Counter(households["priority"])
    assert drawn == {
        priority: cells["priority", priority, "covered"]["low"] for priority in ("sedang", "rendah")
    }
    assert drawn["sedang"] < MANY
    assert drawn["rendah"] < SOME
    assert households["status"].value_counts().to_dict() == {
        "on_time": drawn["sedang"],
        "due_soon": drawn["rendah"],
    }
    assert set(visits["pseudonym"]) == set(households["pseudonym"])


def test_it_tells_years_and_months_and_nothing_finer(small: Snapshot) -> None:
    households, visits = sample(small, published_months(small, TODAY))
    assert list(households.columns) == [
        "pseudonym", "priority", "status", "registered_year", "visits", "met",
        "programs_received",
    ]  # fmt: skip
    assert set(households["registered_year"]) == {2024}
    assert list(visits.columns) == ["pseudonym", "month", "outcome", "programs_received", "benefit"]
    assert (visits["month"].dt.day == 1).all()


def test_no_visit_before_the_months_that_were_checked(small: Snapshot) -> None:
    months = published_months(small, TODAY)
    assert len(months) > MONTHS
    _households, visits = sample(small, months)
    first = months[-MONTHS]
    assert visits["month"].min() == pd.Timestamp(first) + pd.offsets.MonthBegin()
    assert visits["month"].max() == pd.Timestamp(date(2025, 11, 1))


def test_another_version_has_other_pseudonyms(small: Snapshot, fresh_store: Store) -> None:
    before, _visits = Door(Reader("tamu", Role.PENINJAU), small).sample()
    more = csv("kunjungan", "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"
               "V-X,B00,2025-12-01,P1,bertemu\n")  # fmt: skip
    load(fresh_store, [more])
    after, _visits = Door(Reader("tamu", Role.PENINJAU), fresh_store.current()).sample()
    assert len(before) == len(after)
    assert set(before["pseudonym"]).isdisjoint(after["pseudonym"])
