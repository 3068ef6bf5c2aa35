"""One measurement in a process of its own, so that its peak memory is its own.

``python -m bench.worker STORE mart|raw|scan NAME`` prints one JSON object.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.questions import QUESTIONS, Filters
from analytics.questions.trend import month_ends
from analytics.store import Snapshot, Store

RAW = Path(__file__).resolve().parent / "raw"
SCAN = (
    "select sum(desa_key), sum(date_diff('day', active_from, active_until)), "
    "sum(date_diff('day', visited_on, active_from)) from contact"
)
"""Reads each column of the contact mart that coverage needs, once, and nothing else."""

COMPARED = {
    "coverage": ["desa_code", "active", "covered", "data_through"],
    "trend": ["month_end", "active", "covered"],
    "reach": [
        "program_code", "targeted", "attempted", "met", "received", "benefited",
        "received_outside_target",
    ],
    "followup": ["household_id", "last_contact_on", "due_on", "status", "score"],
    "followup_tuned": ["household_id", "last_contact_on", "due_on"],
}  # fmt: skip


def filters_for(name: str, snapshot: Snapshot, today: date) -> Filters:
    """All desa, but one desa of middling size for a follow-up list."""
    if not name.startswith("followup"):
        return Filters(today)
    sizes = snapshot.query(
        "select desa_code, count(*) as n from household join desa using (desa_key) "
        "group by desa_code order by n, desa_code"
    )
    return Filters(today, desa=(sizes["desa_code"].iloc[len(sizes) // 2],))


def timed(call: Callable[[], pd.DataFrame], times: int) -> tuple[list[float], pd.DataFrame]:
    """Seconds of each of *times* calls after a first one that warms up, and the answer."""
    answer = call()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        answer = call()
        seconds.append(time.perf_counter() - start)
    return seconds, answer


def peak_mb() -> float:
    """The most memory this process ever held; ``ru_maxrss`` would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if "VmHWM" in line)


def measure(store: Store, way: str, name: str, today: date) -> dict[str, Any]:
    snapshot = store.current()
    filters = filters_for(name, snapshot, today)
    if way == "scan":
        seconds, answer = timed(lambda: snapshot.query(SCAN), 9)
        columns: list[str] = []
    elif way == "mart":
        question = QUESTIONS[name.removesuffix("_tuned")].function
        question = getattr(question, "__wrapped__", question)  # asked anew each time
        seconds, answer = timed(lambda: question(snapshot, filters), 9)
        columns = COMPARED[name]
    else:
        started = snapshot.query("select min(visited_on) as first from visit")["first"].iloc[0]
        ends = month_ends(started.date(), filters.as_of)
        parameters = {**filters.parameters(), "month_ends": ends}
        sql = (RAW / f"{name}.sql").read_text(encoding="utf-8")
        seconds, answer = timed(lambda: snapshot.query(sql, parameters), 2)
        columns = COMPARED[name]
    digest = ""
    if columns:
        plain = answer[columns].sort_values(columns[0]).reset_index(drop=True)
        digest = str(pd.util.hash_pandas_object(plain.astype(str), index=False).sum())
    return {
        "median_s": statistics.median(seconds),
        "rows": len(answer),
        "digest": digest,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    folder, way, name, day = sys.argv[1:5]
    print(json.dumps(measure(Store(folder), way, name, date.fromisoformat(day))))
