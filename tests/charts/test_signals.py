"""The weekly columns of a signal: what is drawn, and the same in words."""

from __future__ import annotations

import base64
import re
from typing import Any

import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.signals import describe_weeks, range_text, signal_weeks

ROW: dict[Any, Any] = {
    "weeks": [0, 1, None, 2, 0, 7],
    "weeks_low": [0, 0, None, 0, 0, 1],
    "weeks_high": [1, 1, None, 1, 1, 2],
    "week_end": pd.Timestamp(2025, 12, 14),
    "weeks_long": 1,
}


def drawn(row: dict[Any, Any]) -> list[str]:
    """The two pictures, the wide one first."""
    found = re.findall(r"base64,([^\"]+)", signal_weeks(row))
    return [base64.b64decode(each).decode() for each in found]


def test_the_week_of_the_signal_stands_out_with_its_number() -> None:
    for picture in drawn(ROW):
        assert picture.count(f'fill="{theme.LIGHT.alarm}"') == 2  # column and number
        assert ">7</text>" in picture
        assert picture.count(f'fill="{theme.LIGHT.accent}"/>') == 2  # weeks with 1 and 2
        assert picture.count("×") == 1  # the week without data
        assert picture.count(f'fill="{theme.LIGHT.accent_soft}"') == 5
    assert "biasanya 1–2" in drawn(ROW)[0]
    assert "14 Des 2025" in drawn(ROW)[0]


def test_columns_are_as_high_as_their_counts() -> None:
    columns = re.findall(
        rf'height="([\d.]+)" fill="(?:{theme.LIGHT.accent}|{theme.LIGHT.alarm})"', drawn(ROW)[0]
    )
    one, two, seven = (float(each) for each in columns)
    assert two == pytest.approx(2 * one, abs=0.2)
    assert seven == pytest.approx(7 * one, abs=0.4)


def test_all_weeks_of_a_cluster_are_marked() -> None:
    wide, narrow = drawn({**ROW, "weeks_long": 3})
    assert wide.count(f'fill="{theme.LIGHT.alarm}"') == 5  # 2 columns, 3 numbers
    assert narrow.count(f'fill="{theme.LIGHT.alarm}"') == 3


def test_in_words() -> None:
    text = describe_weeks(ROW)
    assert text == (
        "Hambatan per minggu sampai 14 Desember 2025, yang terbaru terakhir: "
        "0, 1, tanpa data, 2, 0, 7. Biasanya 1–2 pada minggu terakhir."
    )
    assert signal_weeks(ROW).count(f'alt="{text}"') == 2


@pytest.mark.parametrize(("low", "high", "text"), [(0, 0, "tidak ada"), (2, 2, "2"), (0, 1, "0–1")])
def test_a_range(low: float, high: float, text: str) -> None:
    assert range_text(low, high) == text


def test_no_week_with_data() -> None:
    empty = {**ROW, "weeks": [None], "weeks_low": [None], "weeks_high": [None]}
    assert "tanpa data" in describe_weeks(empty)
    assert len(drawn(empty)) == 2


def test_dark_has_its_own_colours() -> None:
    token = theme.dark.set(True)
    try:
        assert theme.DARK.alarm in drawn(ROW)[0]
    finally:
        theme.dark.reset(token)
