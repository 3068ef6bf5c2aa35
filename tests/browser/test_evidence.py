"""Evidence of innovation in a real browser: attach, take away, freeze, and ask again."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from playwright.sync_api import FilePayload, Page, expect
from pypdf import PdfReader

from analytics.store import Store
from analytics.store.evidence import registered
from tests.browser.driver import Server, assert_only_localhost
from tests.browser.steps import (
    calm,
    download,
    forgive_the_search_for_the_server,
    go,
    opened,
    pick,
)

pytestmark = pytest.mark.browser


def test_a_figure_is_frozen_and_asked_again(server: Server, page: Page) -> None:
    opened(page, server, "", "Ringkasan")
    page.locator(".st-key-how_coverage button").click()
    page.get_by_role("button", name="Bekukan").first.click()
    code = page.get_by_text(re.compile(r"analytics show F-[A-Z2-7]{8}")).first
    code.wait_for()
    figure_id = re.search(r"F-[A-Z2-7]{8}", code.inner_text())
    assert figure_id
    page.keyboard.press("Escape")
    go(page, "Bukti inovasi")
    page.get_by_role("tab", name="Angka beku").click()
    calm(page)
    pick(page, page.locator(".st-key-frozen_again input"), figure_id[0])
    expect(
        page.get_by_text("versi yang sama dan versi terbaru memberi angka yang sama")
    ).to_be_visible()
    assert_only_localhost(page)
    forgive_the_search_for_the_server(page)


def test_evidence_is_attached_and_the_files_come(
    server: Server, page: Page, tmp_path: Path
) -> None:
    opened(page, server, "inovasi?lihat=Bukti", "Bukti inovasi")
    page.get_by_label("Judul").fill("SK Camat tentang PERUT")
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        FilePayload(name="sk.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7 simulasi")
    )
    expect(page.get_by_text("sk.pdf")).to_be_visible()
    page.get_by_role("button", name="Lampirkan", exact=True).click()
    expect(page.get_by_text("Terlampir: SK Camat tentang PERUT")).to_be_visible()
    kept = registered(Store(server.store))
    assert [(e.no, e.level, e.file_name) for e in kept] == [("16", 1, "sk.pdf")]

    page.get_by_role("tab", name="Penilaian mandiri").click()
    calm(page)
    book = download(page, page.get_by_role("button", name="Unduh sebagai XLSX"), tmp_path)
    sheets = openpyxl.load_workbook(book)
    assert any("SK Camat tentang PERUT" in str(c.value) for c in sheets.worksheets[1]["B"])
    paper = download(page, page.get_by_role("button", name="Unduh sebagai PDF"), tmp_path)
    assert "estimasi" in PdfReader(paper).pages[0].extract_text()

    page.get_by_role("tab", name="Kerangka KIPP").click()
    calm(page)
    outline = download(page, page.get_by_role("button", name=re.compile("Word")), tmp_path)
    text = "\n".join(p.text for p in Document(io.BytesIO(outline.read_bytes())).paragraphs)
    assert "DATA SIMULASI" in text and "Perubahan bukan dampak" in text
    assert_only_localhost(page)
    forgive_the_search_for_the_server(page)
