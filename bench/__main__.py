"""``make bench``: how fast are the questions, the import and the pages? Ratios within one run.

Keeps its province store in ``build/bench`` (about 0.5 GB) so that a second run is quick.
Nothing here fails a build: read the table.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from analytics.bulk import make_bulk
from analytics.config import DATA, ROOT
from analytics.numbers import today
from analytics.store import Store
from bench.cells import measure as cells
from bench.evidence import measure_evidence

BUILD = ROOT / "build" / "bench"
GIB = 1 << 30


def say(text: str = "") -> None:
    print(text, flush=True)


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return f"{cores} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def bulk_store(scale: str, day: date) -> Store:
    """The store of a scale, made once and kept."""
    store = Store(BUILD / f"{scale}-{day:%Y%m%d}")
    if store.current().data_through is None:
        start = time.perf_counter()
        said = make_bulk(store, seed=42, scale=scale, today=day)
        say(f"{said} ({time.perf_counter() - start:.0f} s, with all marts)")
    return store


def worker(
    store: Store, way: str, name: str, day: date, rules: Path | None = None
) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if rules:
        environment["PERUT_RULES"] = str(rules)
    command = [sys.executable, "-m", "bench.worker", str(store.folder), way, name, day.isoformat()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{way} {name}: {done.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(done.stdout))


def questions(store: Store, day: date) -> bool:
    """Prints the table; returns whether every mart gave the answer of the raw visits."""
    same = True
    say("\nQuestions at province scale: mart against the same answer from raw visits")
    say(f"{'question':16}{'mart ms':>10}{'raw ms':>10}{'ratio':>8}{'peak MB':>9}  same answer")
    roomy = BUILD / "raw-rules.toml"
    # Raw SQL does not fit into a question's memory limit, so it gets what the machine has.
    text = (DATA / "rules.toml").read_text(encoding="utf-8")
    roomy.write_text(text.replace("memory_limit_mb = 1800", "memory_limit_mb = 14000"), "utf-8")
    medians = {}
    for name in ("coverage", "trend", "reach", "followup", "followup_tuned"):
        mart = worker(store, "mart", name, day)
        raw = worker(store, "raw", name, day, roomy)
        medians[name] = mart["median_s"]
        same = same and mart["digest"] == raw["digest"]
        say(
            f"{name:16}{mart['median_s'] * 1e3:10.1f}{raw['median_s'] * 1e3:10.1f}"
            f"{raw['median_s'] / mart['median_s']:7.1f}×{mart['peak_mb']:9.0f}  "
            f"{'yes' if mart['digest'] == raw['digest'] else 'NO'} ({mart['rows']} rows)"
        )
    scan = worker(store, "scan", "coverage", day)
    say(
        f"coverage takes {medians['coverage'] / scan['median_s']:.1f} × one scan of the mart's "
        f"needed columns ({scan['median_s'] * 1e3:.1f} ms)"
    )
    say("followup_tuned: raw SQL with the desa filter pushed down by hand into every step")
    return same


def imports(province: Store, day: date) -> None:
    from bench.imports import bulk_import, small_import

    say("\nImport")
    with tempfile.TemporaryDirectory(prefix="perut-bench-") as folder:
        bulk_import(Path(folder), day, say)
    small_import(province, day, say)


def pages(day: date) -> None:
    from bench.pages import measure_pages

    say("\nPages at kecamatan scale: the work of one page (queries, figures, layout), no browser")
    with tempfile.TemporaryDirectory(prefix="perut-bench-") as folder:
        for name, seconds in measure_pages(Path(folder), day):
            say(f"{name:20}{statistics.median(seconds) * 1e3:8.0f} ms (median of {len(seconds)})")


def hand(day: date) -> None:
    from bench.hand import measure_hand

    say("\nIn the hand, at kecamatan scale: Chromium and the server on this machine")
    with tempfile.TemporaryDirectory(prefix="perut-bench-") as folder:
        measure_hand(Path(folder), day, say)


def load(day: date) -> None:
    from bench.load import measure_load

    say("\nMany people at once, at kecamatan scale, while somebody imports 500 visits")
    with tempfile.TemporaryDirectory(prefix="perut-bench-") as folder:
        measure_load(Path(folder), day, say)


def signals() -> None:
    from bench.signals import measure

    say("\nEarly signals on worlds with planted rises")
    start = time.perf_counter()
    measure(say)
    say(f"({time.perf_counter() - start:.0f} s)")


def main() -> None:
    day = today()
    BUILD.mkdir(parents=True, exist_ok=True)
    os.environ["PERUT_KEY_FILE"] = str(BUILD / "bench.key")
    say(machine())
    wanted = set(sys.argv[1:]) or {"questions", "imports", "pages", "hand", "load", "cells"}
    same = True
    if wanted & {"questions", "imports"}:
        store = bulk_store("provinsi", day)
        same = questions(store, day) if "questions" in wanted else True
        if "imports" in wanted:
            imports(store, day)
    if "pages" in wanted:
        pages(day)
    if "hand" in wanted:
        hand(day)
    if "load" in wanted:
        load(day)
    if "cells" in wanted:
        cells()
    if "evidence" in wanted:
        measure_evidence(say)
    if "signals" in wanted:
        signals()
    if not same:
        sys.exit("a mart and the raw visits gave different answers")


if __name__ == "__main__":
    main()
