"""No text that anybody typed becomes a formula in a file that leaves the project."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.config import load_rules
from analytics.export.text import harmless, to_csv
from analytics.export.visits import Round, Visit
from analytics.export.visitsheet import visit_workbook
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook
from analytics.ingest import FORMATS, RejectedSheet
from analytics.ingest.template import Lists, rejects_workbook, template_workbook

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
STARTS = (*SIGNS, "\t", "\r", "\n")
BEFORE = ("", " ", '"', "'", ' "', "\t", "\r", "\n", "\u00a0", "\ufeff", ";", ",")
BLANKS = ' "\u00a0\ufeff\u200b\u3000\t\r\n\x0b\x0c'
evil = st.builds(
    "{}{}{}".format,
    st.sampled_from(BEFORE),
    st.sampled_from(STARTS),
    st.sampled_from(("1+1", 'HYPERLINK("http://x","y")', "cmd|' /C calc'!A0", "SUM(A1)", "")),
)
anything = st.one_of(evil, st.text(max_size=20), st.builds("a;{}".format, evil))


def cells_as(text: str, delimiter: str) -> list[str]:
    """The cells that a spreadsheet with this separator finds."""
    lines = io.StringIO(text.replace("\r", "\n"), newline="")
    return [cell for row in csv.reader(lines, delimiter=delimiter) for cell in row]


def is_formula(cell: str) -> bool:
    """Begins like one, as it is or after what a spreadsheet skips."""
    return cell.lstrip(BLANKS).startswith(SIGNS)


@given(st.lists(anything, min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]))
@example(["Desa;=1+1"], ";")
@example([' "=1+1'], ",")
@example(["a\t=1+1"], "\t")
@example(["a", "=1+1"], ",")
def test_csv_has_no_formula_whatever_parts_its_columns(texts: list[str], delimiter: str) -> None:
    table = pd.DataFrame({"first": texts, "codes": [[text, "b"] for text in texts]})
    found = cells_as(to_csv(table), delimiter)
    assert not [cell for cell in found if is_formula(cell)]
    whole = list(csv.reader(io.StringIO(to_csv(table), newline="")))
    assert not [cell for row in whole for cell in row if cell.startswith(STARTS)]


@given(st.lists(anything, min_size=1, max_size=5))
def test_csv_loses_no_text(texts: list[str]) -> None:
    shown = [text for text in texts if "\r" not in text and "\x00" not in text]
    read = list(csv.reader(io.StringIO(to_csv(pd.DataFrame({"n": range(len(shown)), "t": shown})))))
    assert [row[1] for row in read[1:]] == [harmless(text) for text in shown]
    assert all(harmless(text).replace("'", "") == text.replace("'", "") for text in shown)


def test_csv_numbers_stay_numbers() -> None:
    table = pd.DataFrame({"a": [-1, 2], "b": [-0.5, None], "c": [True, False], "d": ["-1", "x"]})
    read = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert [row["a"] for row in read] == ["-1", "2"]
    assert [row["b"] for row in read] == ["-0.5", ""]
    assert [row["d"] for row in read] == ["'-1", "x"]


@given(st.lists(st.tuples(st.integers(), st.floats(allow_nan=False)), min_size=1, max_size=6))
def test_csv_of_numbers_is_what_pandas_writes(rows: list[tuple[int, float]]) -> None:
    table = pd.DataFrame(rows, columns=["a", "b"]).astype({"b": float})
    assert to_csv(table) == table.to_csv(index=False, lineterminator="\n")


def formulas(book: bytes) -> list[str]:
    """Every formula in a workbook, those of its drop-downs included."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        sheets = [packed.read(n).decode() for n in packed.namelist() if "worksheets/" in n]
    return [found for sheet in sheets for found in re.findall(r"<f[ >].*?</f>", sheet)] + [
        found for sheet in sheets for found in re.findall(r"<formula1>(.*?)</formula1>", sheet)
    ]


PLAIN = re.compile(r'(_lists|_daftar|\w+)!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+|[\d.-]+|"[\w,]+"')


def only_its_own(book: bytes) -> None:
    """No formula but the ranges, bounds and fixed choices of drop-downs."""
    assert not [f for f in formulas(book) if not PLAIN.fullmatch(f)]


@given(anything)
def test_tables_as_workbooks(text: str) -> None:
    kinds = ("text", "integer", "decimal", "percent", "date", "moment")
    table = pd.DataFrame({kind: [text] for kind in kinds})
    columns = [ColumnSpec(kind, text, kind) for kind in kinds]
    sheet = SheetSpec(text, table, columns, notes=[text])
    only_its_own(workbook([sheet], simulated=False, about=[(text, text)]))


@given(anything)
def test_visit_lists(text: str) -> None:
    visit = Visit(text, text, text, text, date(2025, 1, 2), 0, None, text, (text,), (text,))
    book = visit_workbook(
        [Round(text, text, [visit])],
        monday=date(2025, 1, 6),
        area=text,
        as_of=date(2025, 1, 2),
        version_id="v",
        simulated=True,
    )
    only_its_own(book)


@pytest.mark.parametrize("kind", FORMATS)
@given(text=anything)
def test_rejected_rows_and_corrections(kind: str, text: str) -> None:
    columns = [*FORMATS[kind].names, text.strip() or "x"]
    row = {**dict.fromkeys(columns, text), "row_no": text, "problems": text, "flagged": columns[1]}
    only_its_own(rejects_workbook([RejectedSheet(kind, columns, [row])]))


@given(anything)
def test_templates(text: str) -> None:
    pairs = [(text, text), ("a", "b")]
    only_its_own(template_workbook(Lists(pairs, pairs, pairs), load_rules()))
