"""The monitoring report says what the pages say, and hides what an outside reader may not see."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd
import pytest
from pypdf import PdfReader

from analytics import numbers
from analytics.access.gate import ask_as
from analytics.access.roles import SHELL, Reader, Role
from analytics.export.monev import Origin, monev_report
from analytics.questions import Filters
from analytics.store import Store

DAY = Filters(date(2025, 12, 15))


def report(store: Store, reader: Reader) -> tuple[bytes, dict[str, pd.DataFrame]]:
    whole = store.current()
    asked = {n: ask_as(reader, whole, n, DAY) for n in ("change", "coverage", "reach")}
    origin = Origin("Awayan", DAY.as_of, whole.version_id, 90, True, reader.protected)
    return monev_report(**asked, origin=origin), asked


def text_of(data: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages).split())


@pytest.mark.parametrize("reader", [SHELL, Reader("b", Role.PENINJAU)], ids=["camat", "peninjau"])
def test_every_desa_program_and_indicator_stands_in_it(demo_store: Store, reader: Reader) -> None:
    data, asked = report(demo_store, reader)
    said = text_of(data)
    assert "DATA SIMULASI" in said and "bukan dampak" in said
    assert data == report(demo_store, reader)[0]
    for row in asked["coverage"].to_dict("records"):
        assert row["desa_name"] in said
        if pd.notna(row["coverage"]):
            assert numbers.percent(row["coverage"]) in said
    for row in asked["reach"].to_dict("records"):
        assert numbers.number(row["targeted"]) in said
    assert ("<5" in said or "ditutup" in said) == reader.protected


def test_a_missing_baseline_is_no_data_and_never_zero(demo_store: Store) -> None:
    _data, asked = report(demo_store, SHELL)
    blank = (
        asked["change"]
        .head(1)
        .assign(
            baseline=float("nan"),
            difference=float("nan"),
            ci_low=float("nan"),
            ci_high=float("nan"),
            state="no_baseline",
        )
    )
    origin = Origin("Awayan", DAY.as_of, "v1", 90, True, False)
    said = text_of(monev_report(blank, asked["coverage"].head(0), asked["reach"].head(0), origin))
    assert "belum ada data" in said
    assert "0,0%" not in said
