"""Simulated data for trying, showing and testing PERUT: ordinary input files, known truth.

`write_demo` invents eighteen months of household visits for the kecamatan of `data/rules.toml`
(the desa, their points and areas are real; households, people, visits and every number about
them are not) and writes them in the formats that staff use, so that they go through the ordinary
import. What it hides in the data on purpose is returned as `Planted` and told in
docs/simulation.md.

The rooms, in the order in which the data flow::

    season      weekdays, market day, Ramadan          facts and factors, no chance
    places      desa, sizes, who works where
    plan        where each planted trouble goes
    households  who lives there
    visits      day by day: who is visited, is anybody home
    programs    targets, receipts, benefit
    barriers    what stood in the way, and how it ended
    columns     the formats
    sheets      all of it as raw rows
    faults      rows spoilt on purpose
    variety     harmless differences of spelling
    files       workbook and CSV

Every room draws from its own stream of random numbers, so a change in one leaves the others'
draws as they were.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from analytics.simulate.planted import Absence, Cluster, DemoFiles, Expected, Fault, Planted
from analytics.simulate.world import World, make_world
from analytics.simulate.write import write_world

__all__ = [
    "Absence",
    "Cluster",
    "DemoFiles",
    "Expected",
    "Fault",
    "Planted",
    "World",
    "make_world",
    "write_demo",
]


def write_demo(
    folder: Path, *, seed: int = 42, today: date, area_code: str | None = None
) -> DemoFiles:
    """Write the simulated input files into *folder* (made if missing).

    Args:
        folder: gets `perut_simulasi.xlsx` (program, pendamping, keluarga, sasaran, hambatan)
            and one `kunjungan_YYYY_sN.csv` per half-year.
        seed: same seed, same `today`, same bytes.
        today: the last day of the simulated period (18 months).
        area_code: Kemendagri code of a kecamatan; None = the one of the rules in force.

    Returns:
        The paths, in an order that can be imported, and what was planted.

    Raises:
        ValueError: the area has too few desa to plant anything.
    """
    return write_world(make_world(seed=seed, today=today, area_code=area_code), folder)
