"""The printed lists: everybody is on exactly one, nothing typed is obeyed, no name by accident."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from analytics.export.visitlist import visit_lists
from analytics.export.visits import Round, monday_of, week_words
from tests.export.examples import NASTY, ORIGIN, round_of, visit


def read_back(pdf: bytes) -> list[str]:
    """The text of each page, as somebody who copies it would get it."""
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(BytesIO(pdf)).pages]


def pages(rounds: list[Round], *, simulated: bool = False) -> list[str]:
    return read_back(visit_lists(rounds, simulated=simulated, **ORIGIN))


def test_every_household_is_on_exactly_one_sheet_and_on_that_of_its_assistant() -> None:
    rounds = [
        round_of(f"P{n:02d}", [f"KK-{n:02d}-{i:04d}" for i in range(size)])
        for n, size in enumerate([1, 13, 60])
    ]
    found = Counter[str]()
    for text in pages(rounds):
        ids = re.findall(r"KK-\d\d-\d{4}", text)
        found.update(ids)
        (owner,) = {f"P{each[3:5]}" for each in ids}
        assert f"{owner} · halaman" in text
    expected = [visit.household_id for each in rounds for visit in each.visits]
    assert found == Counter(expected)


def test_pages_are_numbered_per_assistant_and_the_columns_named_on_each() -> None:
    made = pages([round_of("P1", [f"A{i}" for i in range(30)]), round_of("P2", ["B1"])])
    first = [text for text in made if "P1 · halaman" in text]
    assert len(first) > 1
    for number, text in enumerate(first, 1):
        assert f"P1 · halaman {number} dari {len(first)}" in text
        assert "Program diterima?" in text
        assert "Kecamatan Awayan · per 24 November 2026 · versi v00007-abcdef" in text
    assert "P2 · halaman 1 dari 1" in made[-1]
    assert "1 keluarga, 1 di antaranya lewat jatuh tempo · Pudak" in made[-1]
    assert "Minggu 23 Nov 2026 – 29 Nov 2026" in made[-1]


def test_names_and_addresses_only_where_they_were_asked_for() -> None:
    with_name = [Round("P1", "", [visit("A1", personal=("Siti Contoh", "Jalan Contoh 5"))])]
    (text,) = pages(with_name)
    assert "Siti Contoh" in text
    assert "Jalan Contoh 5" in text
    assert "hanya untuk pendamping yang bersangkutan" in text
    (without,) = pages([round_of("P1", ["A1"])])
    assert "Contoh" not in without
    assert "hanya untuk pendamping" not in without


def test_what_people_typed_is_shown_and_never_obeyed() -> None:
    nasty = visit(NASTY, desa=NASTY, rt=NASTY, why=NASTY, programs=(NASTY,), personal=(NASTY,))
    text = " ".join(pages([Round(NASTY, NASTY, [nasty])])[0].split())
    squeezed = text.replace(" ", "").replace("’", "'").replace("‘", "'")
    wanted = NASTY.replace(" ", "")
    # id, place (desa and RT), reason, program, personal data, heading (id and name), summary,
    # and the id again beside the page number
    assert squeezed.count(wanted) == 10


@pytest.mark.parametrize("length", [18, 19, 200])
def test_a_long_word_is_broken_and_not_cut(length: int) -> None:
    word = "".join(chr(ord("A") + i % 26) for i in range(length))
    (text,) = pages([Round("P1", "", [visit(word, why=word, programs=(word,))])])
    assert text.replace("\n", "").replace(" ", "").count(word) == 3


def test_simulated_data_are_marked_on_every_page() -> None:
    rounds = [round_of("P1", [f"A{i}" for i in range(30)])]
    assert all("DATA SIMULASI" in text for text in pages(rounds, simulated=True))
    assert not any("SIMULASI" in text for text in pages(rounds))


def test_a_thousand_households_all_come_out() -> None:
    ids = [f"KK-{i:05d}" for i in range(1_000)]
    text = "\n".join(pages([round_of("P1", ids)]))
    assert sorted(re.findall(r"KK-\d{5}", text)) == ids


def test_a_household_of_nobody_and_one_that_was_never_met() -> None:
    (text,) = pages([Round("", "", [visit("A1", last_met_on=None, rt="", programs=())])])
    assert "Belum ada pendamping" in text
    assert "belum pernah ditemui" in text
    assert "RT" not in text


def test_nobody_is_no_list() -> None:
    for rounds in ([], [Round("P1", "", [])]):
        with pytest.raises(ValueError, match="at least one household"):
            visit_lists(rounds, simulated=False, **ORIGIN)


def test_the_same_list_is_the_same_bytes() -> None:
    rounds = [round_of("P1", ["A1", "A2"])]
    first, second = (visit_lists(rounds, simulated=True, **ORIGIN) for _ in range(2))
    assert first == second


def test_every_font_is_in_the_file() -> None:
    reader = PdfReader(BytesIO(visit_lists([round_of("P1", ["A1"])], simulated=True, **ORIGIN)))
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for each in resources
        for font in each["/Font"].values()
    }
    assert fonts
    for name, font in fonts.items():
        descendants = font.get("/DescendantFonts", [font])
        descriptor = descendants[0].get_object()["/FontDescriptor"].get_object()
        assert any(key.startswith("/FontFile") for key in descriptor), name


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 27), date(2026, 11, 23)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
    ],
)
def test_on_a_weekend_the_next_week_is_planned(day: date, monday: date) -> None:
    assert monday_of(day) == monday


def test_a_week_in_words() -> None:
    assert week_words(date(2026, 12, 28)) == "28 Des 2026 – 3 Jan 2027"
