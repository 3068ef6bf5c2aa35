"""Everybody can use every page: contrast, names, sizes, keyboard, language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Server, close_page, new_page
from tests.browser.steps import calm, forgive_the_search_for_the_server, go, opened, settle
from tests.browser.words import VISIBLE, left_over

pytestmark = pytest.mark.browser

PAGES = {
    "": "Ringkasan",
    "peta?pilih=63.11.03.2013": "Peta cakupan",
    "peta?ukuran=past_due&banding=2026-01-15": "Peta cakupan",
    "tindak_lanjut": "Tindak lanjut",
    "jangkauan": "Jangkauan program",
    "jangkauan?lihat=Pemerataan": "Jangkauan program",
    "hambatan": "Hambatan",
    "hambatan?lihat=Lama+penyelesaian": "Hambatan",
    "hambatan?lihat=Rapat+koordinasi": "Hambatan",
    "hambatan?peran=publik": "Hambatan",
    "tren": "Tren",
    "dampak": "Dampak",
    "dampak?lihat=Rancangan": "Dampak",
    "dampak?lihat=Antardesa": "Dampak",
    "dampak?lihat=Pemerataan": "Dampak",
    "dampak?peran=publik": "Dampak",
    "keluarga": "Keluarga",
    "kualitas": "Kualitas data",
    "data": "Data",
    "keamanan": "Keamanan dan catatan",
    "inovasi": "Bukti inovasi",
    "inovasi?lihat=Bukti": "Bukti inovasi",
    "inovasi?peran=peninjau&lihat=Kerangka KIPP": "Bukti inovasi",
    "?peran=publik": "Ringkasan",
    "peta?peran=publik": "Peta cakupan",
    "jangkauan?peran=peninjau": "Jangkauan program",
    "tren?peran=publik": "Tren",
    "keluarga?peran=peninjau": "Contoh keluarga",
    "data?peran=petugas": "Data",
}
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, one line per element.

    On a busy machine a page can start to compute while it is being looked at, and pale parts of
    the half-drawn page are no fault of the page: what is found has to be found on a second look.
    """
    if not _looked_at(page):
        return []
    calm(page)
    return _looked_at(page)


def _looked_at(page: Page) -> list[str]:
    page.evaluate(axe())
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AA
    )
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


FOCUS = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const around = element.closest('[data-testid], label, button, a');
  const seen = [element, element.parentElement, around, around?.parentElement].filter(Boolean)
    .some((e) => { const s = getComputedStyle(e);
      return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
        || s.borderColor !== 'rgba(0, 0, 0, 0)'; });
  return {name: element.localName + ' ' + (element.getAttribute('aria-label')
    || element.textContent || '').trim().slice(0, 60), seen, y: box.y, height: box.height};
}"""


def out_of_reach(page: Page) -> list[str]:
    """What the Tab key does not reach, gets caught in, or reaches without showing it."""
    wanted: int = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] button, '
        + '[data-testid=stMain] a[href], [data-testid=stMain] input')]
        .filter((e) => e.offsetParent && !e.disabled && e.tabIndex >= 0
          && !e.closest('[data-testid=stDataFrame], [role=radiogroup], [role=tablist]')).length"""
    )
    names: list[str] = []
    unseen: list[str] = []
    for _press in range(wanted * 3 + 120):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break  # out of the page again: no trap
        names.append(focus["name"])
        if not focus["seen"]:
            unseen.append(f"focus not seen on {focus['name']}")
    else:
        return [f"the focus never leaves the page; last at {names[-3:]}"]
    in_main = {name for name in names if name.startswith(("button", "a ", "input"))}
    if len(in_main) < min(wanted, 8):
        return [f"{wanted} things to reach, reached {names}"]
    return unseen


def english_on(page: Page) -> dict[str, str]:
    """English words that stay: Streamlit's own are replaced a moment after they are drawn."""
    for _attempt in range(20):
        if not (left := left_over(page.evaluate(VISIBLE))):
            break
        page.wait_for_timeout(250)
    return left


READERS = {
    "laptop": {
        "locale": "id-ID",
        "color_scheme": "light",
        "viewport": {"width": 1366, "height": 844},
    },
    "phone": {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
}
"""Whatever language the browser speaks, the screen is Indonesian."""


@pytest.fixture(scope="module", params=READERS)
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One browser window for all pages: what it has fetched stays in its cache, as a person's."""
    page = new_page(browser, **READERS[request.param])
    yield page
    forgive_the_search_for_the_server(page)
    close_page(page)


@pytest.mark.parametrize("address", PAGES)
def test_everybody_can_use_every_page(server: Server, reader: Page, address: str) -> None:
    """One visit per page, because opening it takes longest: language, contrast, width, keyboard."""
    opened(reader, server, address, PAGES[address])
    assert reader.evaluate("document.documentElement.lang") == "id"
    assert reader.title() == f"{PAGES[address]} · PERUT"
    wrong = [f"English {word}: {piece}" for word, piece in english_on(reader).items()]
    wrong += violations(reader)
    wide = reader.evaluate("document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        wrong.append(f"{wide} px wider than the window")
    if reader.evaluate("innerWidth > 1000"):
        wrong += out_of_reach(reader)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("locale", ["id-ID", "en-US"])
def test_no_english_word_in_what_opens(browser: Browser, server: Server, locale: str) -> None:
    page = new_page(browser, locale=locale)
    left: dict[str, str] = {}
    opened(page, server, "", "Ringkasan")
    for opener in (
        page.locator(".st-key-how_coverage button"),
        page.get_by_test_id("stMainMenu").get_by_role("button"),
        page.locator(".st-key-filter_desa input"),
        page.locator(".st-key-filter_per button").first,
    ):
        opener.click()
        page.wait_for_timeout(400)
        left |= english_on(page)
        page.keyboard.press("Escape")
    forgive_the_search_for_the_server(page)
    close_page(page)
    assert not left, "\n".join(f"{word}: {piece}" for word, piece in left.items())


def test_words_that_were_drawn_before_the_script_came(server: Server, page: Page) -> None:
    """A label that two rules fit is turned by the narrower one, at once."""
    opened(page, server, "", "Ringkasan")
    page.evaluate(
        """() => {
          window.perutWords.disconnect();
          const drawn = document.createElement('div');
          drawn.id = 'drawn';
          drawn.setAttribute('aria-label', 'day, Dari – sampai end date');
          document.body.append(drawn);
          const script = document.createElement('script');
          script.src = document.querySelector('.st-key-words script[src]').src;
          document.body.append(script);
        }"""
    )
    expect(page.locator("#drawn")).to_have_attribute("aria-label", "hari akhir, Dari – sampai")


def test_the_reader_of_words_sees_an_english_one() -> None:
    assert left_over(["Cakupan per desa", "Show everything again"]).keys() >= {"show", "again"}
    assert not left_over(["Desa yang perlu perhatian", "3.133 dari 4.138 keluarga"])


def test_the_language_switch_turns_the_whole_page(server: Server, page: Page) -> None:
    opened(page, server, "", "Ringkasan")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Overview", exact=True)).to_be_visible()
    settle(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Overview · PERUT"
    assert "bahasa=en" in page.url
    go(page, "Trend")
    assert page.evaluate("document.documentElement.lang") == "en"
    said = " ".join(page.evaluate(VISIBLE)).lower().split()
    assert not {"keluarga", "dari", "yang", "kunjungan", "cakupan", "hari"} & set(said)
