"""A simulated world → files on disk, and the list of what is hidden in them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np

from analytics.simulate import sheets as raw
from analytics.simulate.barriers import COORDINATED
from analytics.simulate.columns import COLUMNS, Row, Sheet
from analytics.simulate.faults import Known, copy_rows, spoil_visits, spoil_workbook
from analytics.simulate.files import STYLES, write_csv, write_workbook
from analytics.simulate.households import NEVER, Flags
from analytics.simulate.plan import CLUSTER_CATEGORY, LOW_BENEFIT_PROGRAM, STALLED_PROGRAM
from analytics.simulate.planted import Absence, Cluster, DemoFiles, Expected, Fault, Planted
from analytics.simulate.programs import CODES
from analytics.simulate.season import ramadan_windows
from analytics.simulate.traces import add_traces, choose_habits
from analytics.simulate.variety import vary_visits, vary_workbook
from analytics.simulate.visits import MET
from analytics.simulate.world import World

WORKBOOK = "perut_simulasi.xlsx"
_LOST_DAYS = 365


def write_world(world: World, folder: Path) -> DemoFiles:
    """Write the workbook and the visit files of *world* into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    people, notes, spoiling, traces = (np.random.default_rng(s) for s in world.writing)
    workbook = _workbook(world, people)
    visit_files = _visit_files(world, workbook["keluarga"].rows, notes, traces)
    known = _known(world)
    spoil_visits(visit_files, known, spoiling)
    spoil_workbook(workbook, known, spoiling)
    vary_workbook(workbook, world.places.desa)
    for number, sheet in enumerate(visit_files):
        vary_visits(sheet, number % len(STYLES))

    large = [sheet for sheet in visit_files if len(sheet.rows) > 500]
    copy_rows([workbook["keluarga"], workbook["sasaran"], *large[:2]], spoiling)

    write_workbook(folder / WORKBOOK, list(workbook.values()))
    for number, sheet in enumerate(visit_files):
        write_csv(folder / sheet.file, sheet, number % len(STYLES))
    everything = [*workbook.values(), *visit_files]
    paths = [folder / name for name in dict.fromkeys(sheet.file for sheet in everything)]
    return DemoFiles(paths, _truth(world, everything))


def _workbook(world: World, people: np.random.Generator) -> dict[str, Sheet]:
    rows = {
        "program": raw.program_rows(),
        "pendamping": raw.assistant_rows(world.places, people),
        "keluarga": raw.household_rows(world.places, world.households, world.area_code, people),
        "sasaran": raw.target_rows(world.households, world.targets),
        "hambatan": raw.barrier_rows(world.places, world.households, world.visits, world.barriers),
    }
    return {kind: Sheet(kind, part, WORKBOOK, kind) for kind, part in rows.items()}


def _visit_files(
    world: World,
    homes: list[Row],
    notes: np.random.Generator,
    traces: np.random.Generator,
) -> list[Sheet]:
    rows = raw.visit_rows(
        world.places, world.households, world.visits, world.received, world.noted, notes
    )
    habits = choose_habits(world.places, world.plan)
    add_traces(rows, world.visits, homes, habits, world.plan, traces)
    parts = raw.halves(rows, COLUMNS["kunjungan"].index("tanggal"))
    return [
        Sheet("kunjungan", part, f"kunjungan_{half}.csv") for half, part in sorted(parts.items())
    ]


def _known(world: World) -> Known:
    households, plan = world.households, world.plan
    first, last = plan.first_day.toordinal(), plan.last_day.toordinal()
    registered, ended = households.registered.tolist(), households.ended.tolist()
    everyone = list(zip(households.ids, registered, ended, strict=True))
    young = next((hid, since) for hid, since, until in everyone if since > first and until == NEVER)
    return Known(
        today=plan.last_day,
        households=frozenset(
            hid for hid, since, until in everyone if until == NEVER and since < first
        ),
        ended={hid: date.fromordinal(until) for hid, _, until in everyone if until < last - 30},
        young=(young[0], date.fromordinal(young[1])),
    )


def _truth(world: World, everything: list[Sheet]) -> Planted:
    places, plan = world.places, world.plan
    absent_desa = np.flatnonzero(places.assistant_of == plan.absent).tolist()
    never, lost = _out_of_reach(world)
    habits = choose_habits(places, plan)
    return Planted(
        first_day=plan.first_day,
        last_day=plan.last_day,
        neglected=tuple(places.code(desa) for desa in plan.neglected),
        late_desa=places.code(plan.late),
        late_through=plan.late_through,
        stalled_program=STALLED_PROGRAM,
        low_benefit_program=LOW_BENEFIT_PROGRAM,
        cluster=Cluster(
            CLUSTER_CATEGORY, tuple(places.code(d) for d in plan.cluster), *plan.cluster_days
        ),
        ramadan=ramadan_windows(plan.first_day, plan.last_day),
        absence=Absence(
            raw.assistant_id(plan.absent, places.assistants),
            tuple(places.code(desa) for desa in absent_desa),
            *plan.absent_days,
        ),
        never_contacted=_ids(world, never),
        lost=_ids(world, lost),
        hurried=raw.assistant_id(habits.hurried, places.assistants),
        night=raw.assistant_id(habits.night, places.assistants),
        same_place=raw.assistant_id(habits.same_place, places.assistants),
        slow=raw.assistant_id(habits.slow, places.assistants),
        coordination=MappingProxyType(
            {
                places.code(position): day
                for position, day in enumerate(plan.coordination)
                if day is not None
            }
        ),
        coordinated=COORDINATED,
        outside_target=MappingProxyType(_outside(world)),
        faults=tuple(fault for sheet in everything for fault in _faults(sheet)),
        expected=MappingProxyType(
            {(sheet.file, sheet.name): _expected(sheet) for sheet in everything}
        ),
    )


def _ids(world: World, chosen: Flags) -> tuple[str, ...]:
    return tuple(world.households.ids[i] for i in np.flatnonzero(chosen).tolist())


def _out_of_reach(world: World) -> tuple[Flags, Flags]:
    """The planted households that nobody ever met, and those not met for over a year."""
    households, visits = world.households, world.visits
    last_met = np.zeros(len(households.ids), dtype=np.int64)
    met = visits.outcome == MET
    np.maximum.at(last_met, visits.household[met], visits.day[met])
    long_ago = (world.plan.last_day - timedelta(days=_LOST_DAYS)).toordinal()
    lost = households.lost & (last_met > 0) & (last_met < long_ago)
    return households.hidden, lost


def _outside(world: World) -> dict[str, int]:
    """Program → households, still there on the last day, that got it and were never a target."""
    households, visits, targets = world.households, world.visits, world.targets
    there = households.ended > world.plan.last_day.toordinal()
    counts = {}
    for number, code in enumerate(CODES):
        got = np.zeros(len(households.ids), dtype=bool)
        got[visits.household[world.received.programs[:, number]]] = True
        got[targets.household[targets.program == number]] = False
        counts[code] = int((got & there).sum())
    return counts


def _faults(sheet: Sheet) -> list[Fault]:
    number = {id(row): position for position, row in enumerate(sheet.rows, 2)}
    faults = [
        Fault(sheet.file, sheet.name, number[id(row)], column, kind, outcome)
        for row, column, kind, outcome in sheet.spoilt
    ]
    return sorted(faults, key=lambda fault: fault.row)


def _expected(sheet: Sheet) -> Expected:
    outcomes = [outcome for *_, outcome in sheet.spoilt]
    read, same, bad = len(sheet.rows), outcomes.count("unchanged"), outcomes.count("rejected")
    return Expected(read, read - same - bad, same, bad)
