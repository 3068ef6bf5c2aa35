"""Fast in the hand? From the click to the last change on the screen, in a real browser.

The dashboard runs as `make run` starts it, on a simulated kecamatan; Chromium runs on the same
machine. Nothing waits a fixed time inside a measured interval: a script in the page writes down,
with the browser's own clock, when a click happened, when the web socket sent and received, and
when the document last changed. A repaint is complete at the last change after which the page was
quiet for `QUIET_MS`; the quiet itself is not counted.

Parts of a click: *browser before* (click → request sent), *server* (request sent → last message
received: the script's run, and the loopback network, whose round trip and kilobytes are given
beside it), *browser after* (last message → last change: React, plotly, layout).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.chromium import HELP, find

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = ("", "peta", "tindak_lanjut", "jangkauan", "tren", "kualitas")
PERIODS = ("Triwulan", "Semester", "Tahun", "Bulan ini")
ROUNDS, FIRST_LOADS, QUIET_MS = 2, 7, 600
CLICK_GOAL_MS, READY_GOAL_MS = 500, 2500

WATCH = """
window.bench = {click: 0, sent: 0, got: 0, last: 0, bytes: 0};
addEventListener('click', () => {
  Object.assign(bench, {click: performance.now(), sent: 0, got: 0, bytes: 0});
}, true);
const Real = WebSocket;
window.WebSocket = class extends Real {
  constructor(...a) {
    super(...a);
    this.addEventListener('message', (e) => {
      bench.got = performance.now();
      bench.bytes += e.data.size ?? e.data.byteLength ?? e.data.length;
    });
  }
  send(data) { bench.sent ||= performance.now(); super.send(data); }
};
const watch = () => new MutationObserver(() => { bench.last = performance.now(); })
  .observe(document.documentElement, {subtree: true, childList: true, characterData: true,
    attributes: true});
document.documentElement ? watch() : addEventListener('DOMContentLoaded', watch);
"""
STILL = """quiet => performance.now() - bench.last > quiet && document.querySelector('h1')
  && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
  && ![...document.querySelectorAll('.js-plotly-plot')].some((e) => !e.querySelector('svg'))"""


@contextmanager
def dashboard(store: Path) -> Iterator[tuple[str, float]]:
    """Address of a running dashboard, and the seconds until it answered for the first time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1"]
    options = [f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "PERUT_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                with urlopen(f"{url}/_stcore/health", timeout=1):
                    break
            except OSError:
                if process.poll() is not None or time.perf_counter() - began > 60:
                    raise RuntimeError("the dashboard did not start") from None
                time.sleep(0.05)
        yield url, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)


def _page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768},
        locale="id-ID",
        timezone_id="Asia/Makassar",
        bypass_csp=True,  # waiting for a quiet page in the page itself needs `eval`
    )
    context.add_init_script(WATCH)
    return context.new_page()


def _still(page: Page) -> dict[str, Any]:
    page.wait_for_function(STILL, arg=QUIET_MS, timeout=60_000, polling=50)
    return dict(page.evaluate("bench"))


def first_load(browser: Browser, url: str) -> float:
    """Milliseconds from navigation to the last change of the first page, in a new session."""
    page = _page(browser)
    page.goto(url)
    ready = float(_still(page)["last"])
    page.context.close()
    return ready


def clicks(page: Page, url: str, name: str) -> list[dict[str, float]]:
    """One entry per filter click on a page: its parts in ms, and kilobytes received."""
    page.goto(f"{url}/{name}")
    _still(page)
    found = []
    for period in PERIODS * ROUNDS:
        page.locator(".st-key-filter_periode button", has_text=period).click()
        seen = _still(page)
        found.append(
            {
                "total": seen["last"] - seen["click"],
                "before": seen["sent"] - seen["click"],
                "server": seen["got"] - seen["sent"],
                "after": max(0.0, seen["last"] - seen["got"]),
                "kb": seen["bytes"] / 1000,
            }
        )
    return found


def round_trip(page: Page) -> float:
    """Median milliseconds of an empty request over the loopback network."""
    return float(
        page.evaluate(
            """async () => { const t = [];
            for (let i = 0; i < 15; i++) { const a = performance.now();
              await fetch('/_stcore/health', {cache: 'no-store'}); t.push(performance.now() - a); }
            return t.sort((a, b) => a - b)[7]; }"""
        )
    )


def measure_hand(folder: Path, day: date, say: Callable[[str], None]) -> bool:
    """Prints the figures; returns whether both goals were met."""
    from analytics.demo import make_demo
    from analytics.store import Store

    store = Store(folder / "store")
    make_demo(store, seed=42, scale="kecamatan", today=day, progress=lambda _share, _what: None)
    chromium = find()
    if chromium is None:
        raise RuntimeError(HELP)
    with dashboard(store.folder) as (url, start_s), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS, headless=True)
        say(f"server answers after {start_s:.1f} s")
        cold = first_load(browser, url)
        warm = [first_load(browser, url) for _ in range(FIRST_LOADS)]
        ready = statistics.median(warm)
        say(
            f"first page ready: {ready:.0f} ms (median of {len(warm)} new sessions, empty browser "
            f"cache; goal {READY_GOAL_MS}); the very first visitor of a process: {cold:.0f} ms"
        )
        page = _page(browser)
        everything: list[float] = []
        say(f"{'filter click':16}{'total':>8}{'before':>8}{'server':>8}{'after':>8}{'kB':>8}  ms")
        for name in PAGES:
            rows = clicks(page, url, name)
            everything += [row["total"] for row in rows]
            medians = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
            say(
                f"{name or 'ringkasan':16}{medians['total']:8.0f}{medians['before']:8.0f}"
                f"{medians['server']:8.0f}{medians['after']:8.0f}{medians['kb']:8.0f}"
            )
        middle = statistics.median(everything)
        say(
            f"all {len(everything)} clicks: median {middle:.0f} ms (goal {CLICK_GOAL_MS}); "
            f"loopback round trip {round_trip(page):.1f} ms"
        )
        browser.close()
    return ready < READY_GOAL_MS and middle < CLICK_GOAL_MS
