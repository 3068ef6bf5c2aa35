"""How long does the server work for one page? The whole script, as a browser would have it run."""

from __future__ import annotations

import logging
import os
import time
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.config import ROOT
from analytics.demo import make_demo
from analytics.questions import Filters, followup
from analytics.store import Store

RUNS = 7


def measure_pages(folder: Path, day: date) -> list[tuple[str, list[float]]]:
    """Seconds of each page's script at kecamatan scale, with no answer cached.

    The store is open and the modules are imported (as in a running dashboard); every query and
    figure is done anew.
    """
    # Without a server around it Streamlit warns at every run.
    for name in (
        "streamlit",
        *(n for n in logging.root.manager.loggerDict if n.startswith("streamlit")),
    ):
        logging.getLogger(name).setLevel(logging.ERROR)
    os.environ["PERUT_STORE"] = str(folder / "store")
    store = Store(folder / "store")
    make_demo(store, today=day)
    household = str(followup(store.current(), Filters(day))["household_id"].iloc[0])
    measured = []
    for page in sorted((ROOT / "pages").glob("*.py")):
        test = AppTest.from_file(str(page), default_timeout=60)
        test.query_params["keluarga"] = household
        test.run()
        if test.exception:
            raise RuntimeError(f"{page.name}: {test.exception[0].message}")
        seconds = []
        for _ in range(RUNS):
            st.cache_data.clear()
            start = time.perf_counter()
            test.run()
            seconds.append(time.perf_counter() - start)
        measured.append((page.stem, seconds))
    return measured
