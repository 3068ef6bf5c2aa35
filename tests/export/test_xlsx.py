"""Tables leave as a workbook with real dates and numbers, and nothing that runs."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from analytics.export import xlsx
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook

TABLE = pd.DataFrame(
    {
        "name": ["Pudak", "=1+1", "+62", "-x", "@a", "\tb", "\rc", "http://x.id"],
        "coverage": [0.456, None, 1.0, 0, 0.5, 0.5, 0.5, 0.5],
        "active": pd.array([1234, None, 3, 4, 5, 6, 7, 8], dtype="Int64"),
        "through": pd.to_datetime(pd.Series(["2025-12-15", None, *["2025-01-01"] * 6])),
        "which": [["lansia", "balita"], [], None, *[["x"]] * 5],
    }
)
COLUMNS = [
    ColumnSpec("name", "Desa"),
    ColumnSpec("coverage", "Cakupan", "percent"),
    ColumnSpec("active", "Keluarga aktif", "integer"),
    ColumnSpec("through", "Data sampai", "date"),
    ColumnSpec("which", "Kerentanan", width=30),
]


def book(*, simulated: bool) -> openpyxl.Workbook:
    spec = SheetSpec("Cakupan", TABLE, COLUMNS, notes=["Per 15 Desember 2025"])
    data = workbook([spec], simulated=simulated, about=[("Definisi", "=cakupan"), ("Versi", "v1")])
    return openpyxl.load_workbook(io.BytesIO(data))


def test_values_keep_their_type() -> None:
    sheet = book(simulated=False)["Cakupan"]
    assert sheet["A1"].value == "Per 15 Desember 2025"
    assert [cell.value for cell in sheet[2]] == [col.header for col in COLUMNS]
    first = [cell.value for cell in sheet[3]]
    assert first == ["Pudak", 0.456, 1234, dt.datetime(2025, 12, 15), "lansia; balita"]
    assert [cell.value for cell in sheet[4]] == ["=1+1", None, None, None, None]
    assert sheet["B3"].number_format == "0.0%"
    assert sheet["D3"].is_date
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:E10"
    assert sheet.column_dimensions["E"].width == pytest.approx(30, abs=1)


def test_no_text_is_a_formula_or_a_link() -> None:
    sheet = book(simulated=False)["Cakupan"]
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in sheet for cell in row)
    names = [sheet.cell(row, 1).value for row in range(4, 11)]
    assert names == ["=1+1", "+62", "-x", "@a", "\tb", "\nc", "http://x.id"]


def test_every_sheet_says_that_the_data_are_simulated() -> None:
    marked = book(simulated=True)
    assert all(sheet["A1"].value.startswith("DATA SIMULASI") for sheet in marked)
    assert [cell.value for cell in marked["Cakupan"][3]] == [col.header for col in COLUMNS]
    plain = book(simulated=False)
    text = [cell.value for sheet in plain for row in sheet for cell in row]
    assert not any("SIMULASI" in str(value) for value in text)


def test_the_last_sheet_says_what_it_is_about() -> None:
    made = book(simulated=False)
    assert made.sheetnames == ["Cakupan", "Tentang"]
    assert list(made["Tentang"].values) == [("Definisi", "=cakupan"), ("Versi", "v1")]
    assert made["Tentang"]["B1"].data_type == "s"


def test_an_empty_table_still_has_its_headers() -> None:
    data = workbook([SheetSpec("Kosong", TABLE.iloc[:0], COLUMNS)], simulated=False)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Kosong"]
    assert [cell.value for cell in sheet[1]] == [col.header for col in COLUMNS]


def test_a_table_too_long_for_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    made = book(simulated=False)
    assert made.sheetnames == ["Cakupan", "Cakupan 2", "Cakupan 3", "Tentang"]
    assert [made[name].max_row - 2 for name in made.sheetnames[:3]] == [3, 3, 2]


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        workbook([SheetSpec("x", TABLE, [ColumnSpec("nothing", "x")])], simulated=False)


def test_the_same_content_is_the_same_bytes() -> None:
    spec = SheetSpec("Cakupan", TABLE, COLUMNS)
    assert workbook([spec], simulated=True) == workbook([spec], simulated=True)
