"""The comparison of docs/methods.md, small: the dashboard's signals come at least as soon."""

from __future__ import annotations

import numpy as np

from bench.signals import OTHERS, Rise, compare, planted, world

RISE = Rise(3, 6, 0.5)


def test_weak_clusters_are_found_as_soon_as_by_anybody_with_as_few_false_alarms() -> None:
    """Six weeks of a barrier every other week in each of three desa: the point of the scan."""
    rows = {row.method: row for row in compare(quiet=1, each=6, rises=(RISE,), seed=5)}
    own = rows["the dashboard: cells and clusters"]
    ((found, lost),) = own.found
    assert own.false_alarms < 2
    assert found >= 0.8
    assert found > rows["the dashboard: cells"].found[0][0]
    for name in OTHERS:
        raised = rows[f"{name}, as few alarms"]
        assert raised.false_alarms <= own.false_alarms
        assert lost <= raised.found[0][1], name
    assert rows["count of 5 or more"].found[0][0] < found
    assert rows["mean + 2 sd of 52 weeks"].false_alarms > 10 * own.false_alarms


def test_a_rise_is_planted_where_it_says() -> None:
    dice, again = np.random.default_rng(1), np.random.default_rng(1)
    cells, rows, start = planted(dice, Rise(3, 4, 50))
    plain = world(again)
    changed = np.argwhere(cells.counts != plain.counts)
    assert {int(row) for row, _week in changed} == set(rows)
    assert {int(week) for _row, week in changed} == set(range(start, start + 4))
