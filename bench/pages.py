"""How long does the server work for one page? The whole script, as a browser would have it run."""

from __future__ import annotations

import logging
import os
import time
from datetime import date, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from analytics.config import ROOT
from analytics.demo import make_demo
from analytics.questions import Filters, followup
from analytics.store import Store

RUNS = 7


def measure_pages(folder: Path, day: date) -> list[tuple[str, list[float]]]:
    """Seconds of each page's script at kecamatan scale after its date was changed.

    The store is open, the modules are imported and the shapes of the map are known, as in a
    running dashboard; every query and figure is done anew.
    """
    logging.disable(logging.WARNING)  # without a server around it Streamlit warns at every run
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
        for back in range(1, RUNS + 1):
            # Another day: every query and figure is new, shapes and names are not.
            test.query_params["per"] = (day - timedelta(days=back)).isoformat()
            start = time.perf_counter()
            test.run()
            seconds.append(time.perf_counter() - start)
        measured.append((page.stem, seconds))
    return measured
