"""How does the dashboard carry 1, 10 and 50 people at once, while somebody imports?

Everything is on this machine: the server, the people (scripted, over the real WebSocket) and the
import share its cores.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil

from analytics.config import ROOT
from analytics.demo import make_demo
from analytics.store import Store
from bench.crowd import Reader, Seen
from bench.hand import dashboard
from bench.imports import _visits

Say = Callable[[str], None]
CROWDS = (1, 10, 50)
SECONDS = 60.0
PAUSE = (5.0, 20.0)
"""Seconds between two clicks of one person: reading takes time."""
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figures:
    """One crowd: page seconds, errors, memory of the server in MB."""

    people: int
    seen: Seen
    before_mb: float
    peak_mb: float
    after_mb: float
    import_seconds: float | None

    def at(self, share: float) -> float:
        """The page time in seconds that *share* of all pages did not exceed."""
        times = sorted(seconds for _page, seconds in self.seen.seconds)
        return times[min(len(times) - 1, int(share * len(times)))]


class Watch(threading.Thread):
    """Looks at the memory of a process twice a second; *peak* in bytes."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process, self.peak, self._done = process, 0, threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.5):
            self.peak = max(self.peak, memory(self.process))

    def stop(self) -> int:
        self._done.set()
        self.join()
        return max(self.peak, memory(self.process))


def memory(process: psutil.Process) -> int:
    return int(process.memory_info().rss)


def server_of(url: str) -> psutil.Process:
    """The process that listens at *url*; a child of this one."""
    port = int(url.rsplit(":", 1)[1])
    for child in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port and c.status == "LISTEN" for c in child.net_connections()):
            return child
    raise RuntimeError("the dashboard is not a child of this process")


def crowd(
    url: str, people: int, seconds: float, pause: tuple[float, float], desa: list[str]
) -> Seen:
    """Let *people* read for so many seconds; what they met."""
    seen = Seen()

    async def together() -> None:
        until = time.monotonic() + seconds
        readers = [Reader(url, seed, desa) for seed in range(people)]
        await asyncio.gather(*(reader.read(seen, until, pause) for reader in readers))

    # A thread of its own: whoever calls may have a running loop already.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, together()).result()
    return seen


def start_import(folder: Path, store: Store, day: date, first: int) -> subprocess.Popen[bytes]:
    """500 new visits, imported by a process of its own."""
    ids = store.current().query("select household_id from household order by household_key")
    known = ids["household_id"].tolist()
    file = _visits(
        folder / f"kunjungan_{first}.csv", day, 500, first, lambda i: str(known[i * 7 % len(known)])
    )
    command = [sys.executable, "-m", "analytics", "import", str(file), "--store", str(store.folder)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def measure(
    url: str,
    store: Store,
    folder: Path,
    day: date,
    people: int,
    *,
    seconds: float = SECONDS,
    pause: tuple[float, float] = PAUSE,
) -> Figures:
    """One crowd, with one import in the middle of it."""
    from analytics.questions import desa_list

    process = server_of(url)
    desa = desa_list(store.current())["desa_code"].tolist()
    before = memory(process)
    watch = Watch(process)
    watch.start()
    took: list[float] = []

    def import_in_the_middle() -> None:
        time.sleep(seconds / 3)
        began = time.perf_counter()
        if start_import(folder, store, day, people * 1000).wait(300) in (0, 1):
            took.append(time.perf_counter() - began)

    importing = threading.Thread(target=import_in_the_middle)
    importing.start()
    seen = crowd(url, people, seconds, pause, desa)
    importing.join()
    peak = watch.stop()
    return Figures(
        people, seen, before / MB, peak / MB, memory(process) / MB, took[0] if took else None
    )


def measure_load(folder: Path, day: date, say: Say) -> None:
    """Prints one line per crowd, the slowest pages, and every kind of error."""
    store = Store(folder / "store")
    make_demo(store, seed=42, scale="kecamatan", today=day)
    files = folder / "files"
    files.mkdir()
    with dashboard(store.folder) as (url, _seconds):
        crowd(url, 1, 5, (0.2, 0.5), ["63.11.03.2008"])  # the very first visitor is another measure
        say(f"{'people':>7}{'pages':>7}{'errors':>8}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>8}"
            f"{'import s':>10}{'MB before':>11}{'peak':>7}{'after':>7}")  # fmt: skip
        for people in CROWDS:
            found = measure(url, store, files, day, people)
            import_s = "failed" if found.import_seconds is None else f"{found.import_seconds:.1f}"
            say(
                f"{people:7}{len(found.seen.seconds):7}{len(found.seen.errors):8}"
                f"{found.at(0.5) * 1e3:8.0f}{found.at(0.95) * 1e3:8.0f}{found.at(1) * 1e3:8.0f}"
                f"{import_s:>10}{found.before_mb:11.0f}{found.peak_mb:7.0f}{found.after_mb:7.0f}"
            )
            _detail(found, say)
    shutil.rmtree(files)


def _detail(found: Figures, say: Say) -> None:
    pages: dict[str, list[float]] = {}
    for page, seconds in found.seen.seconds:
        pages.setdefault(page, []).append(seconds)
    slow = sorted(pages.items(), key=lambda item: -statistics.median(item[1]))
    text = ", ".join(f"{page} {statistics.median(times) * 1e3:.0f}" for page, times in slow)
    say(f"        median ms by page: {text}; {found.seen.bytes / MB:.0f} MB sent")
    for sentence in sorted(set(found.seen.errors))[:10]:
        say(f"        error ({found.seen.errors.count(sentence)}): {sentence}")
