"""One morning at the kecamatan office, in a real browser, with no network."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, assert_only_localhost
from tests.browser.steps import (
    click_row,
    forgive_the_search_for_the_server,
    go,
    import_workbook,
    settle,
)

pytestmark = pytest.mark.browser

GOOD, BAD = 3, 2


def click_map_label(page: Page, desa: str) -> None:
    """Click the middle of a desa on the map, where its name stands."""
    label = page.locator(".js-plotly-plot .geolayer text", has_text=desa).first
    label.wait_for()
    box = label.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.wait_for_timeout(150)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def workbook_with_two_bad_rows() -> bytes:
    book = openpyxl.Workbook()
    people = book.active
    people.title = "keluarga"
    people.append(["id_keluarga", "desa", "nama_kepala_keluarga", "terdaftar_pada"])
    for number in range(GOOD):
        people.append([f"BARU-{number}", "Tundi", f"Nama Simulasi {number}", "2025-01-01"])
    people.append(["BARU-8", "Desa Entah", "Nama Simulasi 8", "2025-01-01"])
    people.append(["BARU-9", "Tundi", "Nama Simulasi 9", "31/02/2025"])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_the_camat_finds_a_household_and_staff_import_a_workbook(
    server: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1, name="Ringkasan")).to_be_visible()
    expect(page.get_by_text("DATA SIMULASI").first).to_be_visible()
    settle(page)

    # the map: it is drawn, and a desa can be clicked
    go(page, "Peta cakupan")
    shapes = page.locator(".js-plotly-plot .choroplethlayer path")
    shapes.nth(22).wait_for(state="attached")
    expect(page.get_by_text("Peta skematis, bukan batas resmi")).to_be_visible()
    click_map_label(page, "Tundi")
    expect(page.get_by_role("heading", name="Tundi")).to_be_visible()
    settle(page)
    assert "pilih=63.11.03.2013" in page.url

    # its list: the first household opens its own page
    click_row(page, page.get_by_role("region", name=re.compile("^Tindak lanjut, tabel dengan")))
    expect(page.get_by_role("heading", level=1, name="Keluarga")).to_be_visible()
    settle(page)
    assert "keluarga=KK-2013-" in page.url
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    # personal data only on demand, and never in the address
    assert page.get_by_text("No. KK").count() == 0
    page.get_by_role("button", name="Tampilkan data pribadi").click()
    expect(page.get_by_text("Kepala keluarga").first).to_be_visible()
    assert "Simulasi" not in page.url

    # the import: two bad rows come back as a workbook
    go(page, "Data")
    import_workbook(page, "desa.xlsx", workbook_with_two_bad_rows())
    expect(page.get_by_text(f"{GOOD} diterima").first).to_be_visible()
    expect(page.get_by_text(f"{BAD} ditolak").first).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="ditolak").first.click()
    path = tmp_path / "ditolak.xlsx"
    download.value.save_as(path)
    rejected = openpyxl.load_workbook(path)["keluarga"]
    heads = {str(cell.value).strip("* "): cell.column for cell in rejected[1]}
    ids = [str(rejected.cell(row, heads["id_keluarga"]).value) for row in (2, 3)]
    assert ids == ["BARU-8", "BARU-9"]
    assert rejected.max_row == 1 + BAD

    # and the new households are there
    go(page, "Ringkasan")
    assert_only_localhost(page)


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("", "Ringkasan"),
        ("ringkasan", "Ringkasan"),
        ("peta", "Peta cakupan"),
        ("tindak_lanjut", "Tindak lanjut"),
        ("jangkauan", "Jangkauan program"),
        ("keluarga", "Keluarga"),
        ("data", "Data"),
    ],
)
def test_every_page_opens_by_its_address_and_stays_on_this_machine(
    server: Server, page: Page, address: str, title: str
) -> None:
    page.goto(f"{server.url}/{address}?desa=63.11.03.2013&jendela=60")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    settle(page)
    assert "desa=63.11.03.2013" in page.url
    forgive_the_search_for_the_server(page)


def test_filters_survive_a_change_of_page_and_a_reload(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/?desa=63.11.03.2013&per=2026-01-31")
    settle(page)
    go(page, "Tindak lanjut")
    assert "desa=63.11.03.2013" in page.url
    assert "per=2026-01-31" in page.url
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Tindak lanjut")).to_be_visible()
    settle(page)
    expect(page.get_by_text("31 Januari 2026").first).to_be_visible()
    forgive_the_search_for_the_server(page)


def test_an_empty_store_invites_to_import(empty_server: Server, page: Page) -> None:
    page.goto(empty_server.url)
    expect(page.get_by_text("Belum ada data").first).to_be_visible()
    for name in ("Peta cakupan", "Tindak lanjut", "Jangkauan program", "Keluarga", "Data"):
        go(page, name)
        assert page.get_by_test_id("stException").count() == 0


def test_the_first_visitor_may_come_by_a_deep_link(empty_server: Server, page: Page) -> None:
    """In a fresh process Streamlit would run the page without `dashboard.py` and its navigation."""
    page.goto(f"{empty_server.url}/peta")
    expect(page.get_by_role("heading", level=1, name="Peta cakupan")).to_be_visible()
    settle(page)
    go(page, "Tindak lanjut")
    forgive_the_search_for_the_server(page)
