"""Three people and their errands, from the first screen to what they came for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from analytics import numbers
from analytics.questions import Filters, followup, summary
from analytics.store import Store
from tests.browser.driver import ROOT, Server, assert_only_localhost
from tests.browser.steps import (
    download,
    forgive_the_search_for_the_server,
    go,
    import_workbook,
    settle,
)

pytestmark = pytest.mark.browser

KOBO = (
    "start", "end", "id_keluarga", "tanggal", "pendamping", "hasil", "program_diterima",
    "manfaat", "hambatan", "catatan", "_id", "_uuid", "_submission_time",
)  # fmt: skip


def kobo_export(households: list[str], wrong: str, day: str) -> bytes:
    """A day's submissions as Kobo writes them; the last two have a mistake each."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "PERUT Kunjungan"
    sheet.append(KOBO)
    answers = [(household, day, "bertemu", "4") for household in households]
    answers += [(wrong, day, "bertemu", "4"), (households[0], "2026-02-31", "bertemu", "3")]
    for number, (household, on, outcome, benefit) in enumerate(answers):
        began = f"{day}T09:{number:02d}:00.000+08:00"
        uuid = f"cccccccc-2222-4333-8444-{number:012d}"
        answered = [household, on, "PD-01", outcome, "", benefit, "", ""]
        sheet.append([began, began, *answered, number, uuid, f"{day}T10:00:00"])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_camat_opens_the_dashboard_on_monday_and_prints_the_week(
    server: Server, page: Page, tmp_path: Path
) -> None:
    snapshot = Store(server.store).current()
    table = followup(snapshot, Filters(numbers.today()))
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)
    # How is coverage, which desa, whom to visit: on the first screen, without scrolling.
    row = summary(snapshot, Filters(numbers.today())).iloc[0]
    for said in (
        numbers.percent(row["coverage"]),
        "Desa yang perlu perhatian",
        "Siapa yang harus dikunjungi minggu ini",
        str(table["household_id"].iloc[0]),
    ):
        box = page.get_by_text(said).first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768, said

    # From there to the work list; the first ten of each assistant go into the week.
    page.get_by_text("Susun daftar kunjungan minggu ini").click()
    expect(page.get_by_role("heading", level=1, name="Tindak lanjut")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Pilih yang teratas per pendamping").click()
    page.get_by_role("button", name=re.compile("^.*Masukkan [0-9.]+ keluarga$")).click()
    settle(page)
    page.get_by_role("tab", name="Kunjungan minggu ini").click()
    settle(page)
    printed = download(page, page.get_by_role("button", name="PDF").first, tmp_path)
    assert printed.read_bytes().startswith(b"%PDF")
    texts = [each.extract_text() for each in PdfReader(printed).pages]
    ids = re.findall(r"KK-\d{4}-\d{4}", "\n".join(texts))
    people = table["assistant_id"].nunique()
    assert len(ids) == len(set(ids)) == 10 * people
    assert set(ids) <= set(table["household_id"])
    assert all("DATA SIMULASI" in text for text in texts)
    private = snapshot.private("keluarga", ids[:20])
    names = {fields["nama_kepala_keluarga"] for fields in private.values()}
    assert names
    assert not any(name in text for name in names for text in texts)
    assert_only_localhost(page)


def test_staff_import_kobo_data_and_correct_what_was_rejected(
    server: Server, page: Page, tmp_path: Path
) -> None:
    store = Store(server.store)
    today = numbers.today()
    late = followup(store.current(), Filters(today)).head(3)["household_id"].tolist()
    right = late[2]

    page.goto(server.url)
    settle(page)
    go(page, "Data")
    import_workbook(
        page, "kobo.xlsx", kobo_export(late[:2], wrong="KK-9999-9999", day=today.isoformat())
    )
    expect(page.get_by_text("2 diterima").first).to_be_visible()
    expect(page.get_by_text("2 ditolak").first).to_be_visible()
    settle(page)

    # The rejected rows come back as a workbook, each with its problem.
    path = download(page, page.get_by_role("button", name="ditolak").first, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["kunjungan"]
    heads = {str(cell.value).strip("* "): cell.column for cell in sheet[1]}
    problems = [str(sheet.cell(row, heads["_masalah"]).value) for row in (2, 3)]
    assert any("keluarga" in problem.lower() for problem in problems), problems
    assert sheet.max_row == 3

    # Corrected in the spreadsheet, imported again: nothing is left over.
    for row in (2, 3):
        sheet.cell(row, heads["id_keluarga"]).value = right
        sheet.cell(row, heads["tanggal"]).value = today.isoformat()
    book.save(path)
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    settle(page)
    import_workbook(page, "perbaikan.xlsx", path.read_bytes())
    expect(page.get_by_text("2 diterima").first).to_be_visible()
    expect(page.get_by_text("0 ditolak").first).to_be_visible()
    settle(page)

    # The first page tells what the import changed.
    go(page, "Ringkasan")
    expect(page.get_by_text("kunjungan: +2")).to_be_visible()
    visits = (
        Store(server.store)
        .current()
        .query("select count(*) as visits from visit where visited_on = $today", {"today": today})
    )
    assert visits["visits"].iloc[0] >= 4
    forgive_the_search_for_the_server(page)  # after the reload
    assert_only_localhost(page)


def test_a_reviewer_follows_one_number_down_to_its_sql(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/?jendela=60&desa=63.11.03.2013,63.11.03.2008")
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    settle(page)
    card = page.locator(".st-key-card_coverage")
    figure = card.get_by_test_id("stMetricValue").inner_text().strip()

    card.get_by_role("button", name="Bagaimana dihitung?").click()
    passport = page.get_by_test_id("stPopoverBody")
    expect(passport.get_by_text("Yang dihitung")).to_be_visible()
    expect(passport.get_by_text("Versi data")).to_be_visible()
    assert f"Angka: {figure}" in passport.inner_text()

    # The command prints the same figure.
    command = passport.locator("code", has_text="python -m analytics").inner_text().split()
    assert command[:3] == ["python", "-m", "analytics"]
    answer = subprocess.run(
        [sys.executable, *command[1:], "--format", "json"],
        cwd=ROOT,
        env={**os.environ, "PERUT_STORE": str(server.store)},
        capture_output=True,
        text=True,
        check=True,
    )
    (row,) = json.loads(answer.stdout)
    assert numbers.percent(row["coverage"]) == figure

    # So does the query, with the parameters that stand above it typed in.
    passport.get_by_text("Kueri (SQL)").click()
    block = passport.locator("code", has_text="-- coverage:")
    block.wait_for()
    sql = str(block.evaluate("element => element.textContent"))
    values = dict(re.findall(r"^--   \$(\w+) = (.*)$", sql, flags=re.MULTILINE))
    typed = re.sub(r"\$(\w+)", lambda found: values.get(found[1], found[0]), sql)
    version = command[command.index("--version") + 1]
    table = Store(server.store).open(version).query(typed)
    assert set(table["desa_name"]) == {"Tundi", "Pudak"}
    assert numbers.percent(table["covered"].sum() / table["active"].sum()) == figure
    assert_only_localhost(page)
