"""Files to import: whatever they hold, they are read or refused in a sentence; no row gets lost."""

from __future__ import annotations

import csv as csvlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from analytics.config import load_rules
from analytics.ingest import SourceFile, import_files
from analytics.ingest.mapping import MappingError
from analytics.ingest.sources import SourceContent, UnreadableFile, read_source
from analytics.store import Store
from tests.fuzz import files
from tests.fuzz.guard import guarded, tries
from tests.fuzz.mutants import any_of
from tests.ingest.books import xlsx, zipped
from tests.store.worlds import TODAY, load

RULES = load_rules()
NAMES = ("keluarga.csv", "kunjungan.csv", "x.xlsx", "data.zip", "x")


def read(name: str, data: bytes) -> SourceContent | None:
    """What is in the file, or nothing because it was refused in a sentence."""
    try:
        return read_source(SourceFile(name, data=data), rules=RULES)
    except (UnreadableFile, MappingError) as problem:
        sentence = str(problem)
        assert 0 < len(sentence) < 2000
        assert not any(secret in sentence for secret in files.SECRETS)
        return None


def sound(content: SourceContent | None) -> None:
    """What was read hangs together: one number per row, rising, in every usable sheet."""
    for sheet in content.sheets if content else []:
        numbers = sheet.table.column("row_no").to_pylist()
        assert numbers == sorted(set(numbers))
        assert all(flag.row_no in set(numbers) for flag in sheet.flags)


@tries(60)
@given(st.sampled_from(NAMES), any_of(files.texts(), text=True))
@guarded
def test_any_text(name: str, data: bytes) -> None:
    sound(read(name, data))


@tries(40, 0.5)
@given(st.sampled_from(NAMES), any_of(files.workbooks(), packed=True))
@guarded
def test_any_workbook(name: str, data: bytes) -> None:
    sound(read(name, data))


@tries(40, 0.5)
@given(st.sampled_from(NAMES), any_of(files.packs(), packed=True))
@example("data.zip", zipped({"kunjungan.csv": files.ODK, "qabc": "x"}).replace(b"qabc", b"\0abc"))
@guarded
def test_any_zip(name: str, data: bytes) -> None:
    sound(read(name, data))


@tries(2, 0.04)
@given(any_of(files.old_workbooks()))
@guarded
def test_any_old_workbook(data: bytes) -> None:
    sound(read("x.xls", data))


# -- no row is lost -------------------------------------------------------------------------------

VISIT = ["id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil"]
CELL = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=12
) | st.sampled_from(["", '"', ",", ";", "a\nb", " x ", "=1", "'", "\t", "Ω", "٣"])


@st.composite
def well_formed(draw: st.DrawFn) -> tuple[bytes, list[str], bool]:
    """A CSV as a program writes it, and the ids in it (each row has one)."""
    ids = [f"V{i}" for i in range(draw(st.integers(1, 12)))]
    columns = draw(st.permutations([*VISIT, "catatan"]))
    out = io.StringIO()
    writer = csvlib.writer(
        out,
        delimiter=draw(st.sampled_from(",;\t")),
        quoting=draw(st.sampled_from([csvlib.QUOTE_MINIMAL, csvlib.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerow(columns)
    for one in ids:
        row = {"id_kunjungan": one} | {
            name: draw(CELL) for name in columns if name != "id_kunjungan"
        }
        writer.writerow([row[name] for name in columns])
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return out.getvalue().encode(encoding), ids, encoding.startswith("utf")


@tries(60)
@given(well_formed())
@guarded
def test_every_row_of_a_well_formed_csv_is_read(made: tuple[bytes, list[str], bool]) -> None:
    data, ids, _unicode = made
    content = read("kunjungan.csv", data)
    assert content is not None
    (sheet,) = content.sheets
    assert sheet.table.column("id_kunjungan").to_pylist() == ids


@tries(25, 0.2)
@given(st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=8))
@guarded
def test_every_row_of_a_workbook_is_read(cells: list[list[str]]) -> None:
    rows = [[f"V{i}", *row] for i, row in enumerate(cells)]
    try:
        data = xlsx({"kunjungan": [VISIT, *rows]})
    except Exception:  # openpyxl refuses control characters: such a workbook cannot exist
        assume(False)
    content = read("x.xlsx", data)
    assert content is not None
    (sheet,) = content.sheets
    assert sheet.table.column("id_kunjungan").to_pylist() == [row[0] for row in rows]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small store that dry runs are checked against; nothing is ever written."""
    patch = pytest.MonkeyPatch()
    folder: Path = tmp_path_factory.mktemp("fuzz")
    patch.setenv("PERUT_KEY_FILE", str(folder / "perut.key"))
    made = Store(folder / "store")
    load(made)
    yield made
    patch.undo()


@tries(25, 0.2)
@given(any_of(files.texts(), text=True) | any_of(files.packs(), packed=True))
@guarded
def test_every_row_is_accepted_unchanged_or_rejected(store: Store, data: bytes) -> None:
    before = store.current().version_id
    expected = read("x.csv", data)
    report = import_files(store, [SourceFile("x.csv", data=data)], dry_run=True, today=TODAY)
    assert store.current().version_id == before
    rows = sum(s.table.num_rows for s in expected.sheets if not s.problem) if expected else 0
    assert report.total("rows_read") == rows
    judged = [report.total(name) for name in ("accepted", "unchanged", "rejected")]
    assert rows == sum(judged)
    assert report.total("rejected") == sum(len(sheet.rows) for sheet in report.rejected_sheets)
    said = [problem.problem for file in report.files for problem in (*file.errors, *file.warnings)]
    assert not [one for one in said if any(secret in one for secret in files.SECRETS)]
    assert all(said)
