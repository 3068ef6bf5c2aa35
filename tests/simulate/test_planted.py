"""Everything planted can be seen in the raw rows, by plain counting."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from tests.simulate.conftest import TODAY, Demo
from tests.simulate.reading import as_day, as_desa


def coverage(demo: Demo, day: date, window_days: int = 90) -> dict[str, float]:
    """Share of active households with a contact in the window, per desa."""
    active = {
        h.id: h.desa
        for h in demo.households.values()
        if h.registered <= day and (h.ended is None or h.ended > day)
    }
    met = {
        v.household
        for v in demo.visits
        if v.met and day - timedelta(days=window_days) < v.day <= day
    }
    total = Counter(active.values())
    covered = Counter(desa for hid, desa in active.items() if hid in met)
    return {desa: covered[desa] / total[desa] for desa in total}


def targets_today(demo: Demo, program: str) -> dict[str, date]:
    """Household → start of the target that runs on the last day."""
    found = {}
    for row in demo.targets:
        start, end = as_day(row.cells["mulai"]), as_day(row.cells["selesai"])
        home = demo.households[str(row.cells["id_keluarga"])]
        assert start
        running = start <= TODAY and (end is None or end > TODAY)
        there = home.ended is None or home.ended > TODAY
        if row.cells["program"] == program and running and there:
            found[home.id] = start
    return found


def cascade(demo: Demo, program: str) -> tuple[int, int, int, int]:
    """targeted, met, received, benefited on the last day."""
    targets = targets_today(demo, program)
    met, received, rating = set(), set(), {}
    for v in sorted(demo.visits, key=lambda v: v.day):
        if v.met and v.household in targets and v.day >= targets[v.household]:
            met.add(v.household)
            if program in v.programs:
                received.add(v.household)
                if v.benefit:
                    rating[v.household] = v.benefit
    return len(targets), len(met), len(received), sum(value >= 4 for value in rating.values())


def test_neglected_desa_are_far_below_the_others(demo: Demo) -> None:
    shares = coverage(demo, TODAY)
    neglected = set(demo.truth.neglected)
    assert len(neglected) == 2
    others = [s for desa, s in shares.items() if desa not in neglected | {demo.truth.late_desa}]
    assert all(0.18 <= shares[desa] <= 0.45 for desa in neglected)
    assert min(others) > max(shares[desa] for desa in neglected) + 0.15
    assert 0.70 <= sum(others) / len(others) <= 0.84


def test_late_desa_is_the_only_one_without_recent_visits(demo: Demo) -> None:
    newest: dict[str, date] = defaultdict(lambda: date.min)
    for visit in demo.visits:
        desa = demo.households[visit.household].desa
        newest[desa] = max(newest[desa], visit.day)
    waiting = {desa for desa, day in newest.items() if (TODAY - day).days > 14}
    assert waiting == {demo.truth.late_desa}
    late = newest[demo.truth.late_desa]
    assert late <= demo.truth.late_through
    assert (demo.truth.late_through - late).days < 7


@pytest.mark.parametrize("program", ["pkh", "sembako", "blt_dd", "pbi_jk", "bantuan_disabilitas"])
def test_ordinary_programs_arrive_and_are_felt(demo: Demo, program: str) -> None:
    targeted, met, received, benefited = cascade(demo, program)
    assert targeted > 80
    assert met > 0.9 * targeted
    assert received > 0.6 * met
    assert benefited > 0.65 * received


def test_stalled_program_is_met_but_not_received(demo: Demo) -> None:
    targeted, met, received, _ = cascade(demo, demo.truth.stalled_program)
    assert targeted > 300
    assert met > 0.9 * targeted
    assert received < 0.25 * met


def test_low_benefit_program_arrives_but_helps_little(demo: Demo) -> None:
    targeted, _, received, benefited = cascade(demo, demo.truth.low_benefit_program)
    assert received > 0.75 * targeted
    assert benefited < 0.2 * received


def test_cluster_of_barriers(demo: Demo) -> None:
    cluster = demo.truth.cluster
    assert len(cluster.desa_codes) == 3
    inside, all_of_category = 0, 0
    for row in demo.barriers:
        if row.cells["kategori"] == cluster.category:
            all_of_category += 1
            hid, day = row.cells["id_keluarga"], as_day(row.cells["dibuka_pada"])
            desa = demo.households[str(hid)].desa if hid else as_desa(row.cells["desa"])
            assert day
            inside += desa in cluster.desa_codes and cluster.first_day <= day <= cluster.last_day
    assert inside > 40
    assert inside > 0.5 * all_of_category


def test_ramadan_is_a_dip(demo: Demo) -> None:
    per_day = Counter(visit.day for visit in demo.visits)
    assert demo.truth.ramadan == (
        (date(2025, 3, 1), date(2025, 3, 30)),
        (date(2026, 2, 19), date(2026, 3, 20)),
    )
    first, last = demo.truth.ramadan[1]
    length = (last - first).days + 1
    during = sum(per_day[first + timedelta(days=n)] for n in range(length))
    before = sum(per_day[first - timedelta(days=n)] for n in range(1, length + 1))
    feast = sum(per_day[last + timedelta(days=n)] for n in range(1, 8))
    assert during < 0.6 * before
    assert feast < 0.2 * before / 4


def test_weekends_are_quiet_and_so_is_the_market_day(demo: Demo) -> None:
    weekday = Counter(visit.day.weekday() for visit in demo.visits)
    assert weekday[6] < weekday[5] < weekday[4] < weekday[2] < weekday[0]
    met = Counter(visit.day.weekday() for visit in demo.visits if visit.met)
    assert met[2] / weekday[2] < met[1] / weekday[1] - 0.05


def test_absent_assistant_visits_nobody_and_nobody_else_does(demo: Demo) -> None:
    absence = demo.truth.absence
    assert (absence.last_day - absence.first_day).days == 41
    during = [v for v in demo.visits if absence.first_day <= v.day <= absence.last_day]
    assert during
    assert absence.assistant_id not in {v.assistant for v in during}
    visited = {demo.households[v.household].desa for v in during}
    assert visited.isdisjoint(absence.desa_codes)
    after = {v.assistant for v in demo.visits if v.day > absence.last_day}
    assert absence.assistant_id in after
    low = coverage(demo, absence.last_day)
    high = coverage(demo, TODAY)
    assert all(low[desa] < high[desa] - 0.05 for desa in absence.desa_codes)


def test_assistants_differ_in_diligence(demo: Demo) -> None:
    visits = Counter(v.assistant for v in demo.visits)
    assert max(visits.values()) > 1.5 * min(visits.values())


def test_unreached_households(demo: Demo) -> None:
    last: dict[str, date] = {}
    for visit in demo.visits:
        if visit.met:
            last[visit.household] = max(last.get(visit.household, visit.day), visit.day)
    assert len(demo.truth.never_contacted) >= 20
    for hid in demo.truth.never_contacted:
        assert hid not in last
        assert demo.households[hid].registered < TODAY - timedelta(days=90)
    attempts = Counter(v.household for v in demo.visits)
    assert {attempts[hid] > 0 for hid in demo.truth.never_contacted} == {True, False}
    assert len(demo.truth.lost) >= 15
    for hid in demo.truth.lost:
        assert (TODAY - last[hid]).days > 365
        assert demo.households[hid].ended is None


def test_receipts_outside_the_target_list(demo: Demo) -> None:
    meant = {(r.cells["id_keluarga"], r.cells["program"]) for r in demo.targets}
    got = {(v.household, program) for v in demo.visits for program in v.programs}
    outside = Counter(
        program
        for hid, program in got - meant
        if demo.households[hid].ended is None or (demo.households[hid].ended or TODAY) > TODAY
    )
    assert {code: n for code, n in demo.truth.outside_target.items() if n} == outside
    assert sum(outside.values()) > 50


def test_barriers_are_solved_sooner_where_their_coordination_has_begun(demo: Demo) -> None:
    begun = demo.truth.coordination
    assert len(begun) == 15
    assert len(set(begun.values())) == 3
    took: dict[bool, list[int]] = {True: [], False: []}
    for row in demo.barriers:
        hid, opened = row.cells["id_keluarga"], as_day(row.cells["dibuka_pada"])
        desa = demo.households[str(hid)].desa if hid else as_desa(row.cells["desa"])
        closed = as_day(row.cells["selesai_pada"])
        assert opened
        if (TODAY - opened).days >= 60:
            since = begun.get(str(desa), date.max) <= opened
            took[since].append((closed - opened).days if closed else 999)
    share = {since: sum(days <= 30 for days in took[since]) / len(took[since]) for since in took}
    assert min(len(days) for days in took.values()) > 100
    assert share[True] > share[False] + 0.1
