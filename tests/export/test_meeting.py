"""The coordination meeting on paper: one page per agency, furthest over first, nothing obeyed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from analytics.export.meeting import AgencyPage, Item, meeting_pdf
from tests.export.examples import NASTY
from tests.export.test_visitlist import read_back

DAY = date(2025, 11, 30)


def item(number: int, days: int, **more: str) -> Item:
    return Item(
        barrier_id=f"H-{number:04}",
        what=more.get("what", "Akses jalan"),
        desa=more.get("desa", "Tundi"),
        opened_on=DAY - timedelta(days=days),
        days=days,
        limit_days=30,
        status="Masih terbuka",
        waits_for=more.get("waits_for", "Dinas PUPR"),
        solution=more.get("solution", ""),
    )


def pages(given: list[AgencyPage], *, simulated: bool = False) -> list[str]:
    return read_back(
        meeting_pdf(
            given,
            month="Nov 2025",
            area="Kecamatan Awayan",
            as_of=DAY,
            version_id="v00007-abcdef",
            simulated=simulated,
        )
    )


def numbers_in(text: str) -> list[str]:
    return re.findall(r"H-\d{4}", text)


def test_one_page_per_agency_however_much_it_has() -> None:
    long = {"waits_for": "Dinas Pekerjaan Umum " * 5, "solution": "kata " * 60}
    much = [item(n, 400 - n, **long) for n in range(60)]
    given = [AgencyPage(f"Dinas {name}", much, much[:30], 7, 2) for name in "ABC"]
    given.append(AgencyPage("Dinas D", []))
    made = pages(given)
    assert len(made) == len(given)
    for number, text in enumerate(made, 1):
        assert f"Dinas {'ABCD'[number - 1]}" in text
        assert f"halaman {number} dari 4" in text
        assert "Untuk kecamatan" in text
        assert "Kecamatan Awayan · per 30 November 2025 · versi v00007-abcdef" in text
    listed = len(numbers_in(made[0])) - 4  # without those resolved
    assert f"dan {60 - listed} hambatan lain, {60 - listed} di antaranya lewat batas" in made[0]
    assert "Tidak ada yang terbuka." in made[3]


def test_the_furthest_beyond_the_limit_come_first_with_age_and_limit() -> None:
    old = Item("H-0009", "Rumah", "Tundi", DAY - timedelta(300), 300, 400, "Masih terbuka")
    (text,) = pages([AgencyPage("Dinas PUPR", [old, item(1, 40), item(2, 95), item(3, 4)])])
    assert numbers_in(text) == ["H-0002", "H-0001", "H-0003", "H-0009"]
    assert "lewat 65, batas 30" in text
    assert text.count("lewat ") == 3  # two barriers, and the figure “lewat batas”
    assert "menunggu Dinas PUPR" in " ".join(text.split())


def test_every_one_beyond_the_limit_is_listed_when_they_have_room() -> None:
    newer = [item(n, 20) for n in range(100, 120)]
    (text,) = pages([AgencyPage("Bank penyalur", [*newer, *(item(n, 90) for n in range(12))])])
    listed = numbers_in(text)
    assert set(listed[:12]) == {f"H-{n:04}" for n in range(12)}
    assert len(listed) > 12
    left = 32 - len(listed)
    assert f"dan {left} hambatan lain, tidak ada yang lewat batas: lihat workbook" in text


def test_more_beyond_the_limit_get_less_room_to_write_and_the_others_are_counted() -> None:
    def listed(over: int) -> tuple[int, str]:
        (text,) = pages([AgencyPage("A", [item(n, 100 - n) for n in range(over)])])
        return len(numbers_in(text)), text

    assert listed(19)[0] == 19
    many, text = listed(60)
    assert 19 < many < 30
    assert f"dan {60 - many} hambatan lain, {60 - many} di antaranya lewat batas" in text
    assert "dan " not in listed(12)[1]


def test_what_people_typed_is_text() -> None:
    given = [AgencyPage(f"Dinas {n}", [item(n, 5, waits_for=w)]) for n, w in enumerate(NASTY)]
    for words, text in zip(NASTY, pages(given), strict=True):
        assert "".join(words.split())[:10] in "".join(text.split())


def test_simulated_data_is_marked_on_every_page() -> None:
    given = [AgencyPage("A", [item(1, 5)]), AgencyPage("B", [])]
    assert all("DATA SIMULASI" in text for text in pages(given, simulated=True))
    assert not any("DATA SIMULASI" in text for text in pages(given))


def test_the_same_gives_the_same_bytes_and_nobody_is_an_error() -> None:
    given = [AgencyPage("A", [item(1, 5)])]
    shared = {"month": "m", "area": "a", "as_of": DAY, "version_id": "v", "simulated": False}
    assert meeting_pdf(given, **shared) == meeting_pdf(given, **shared)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one agency"):
        meeting_pdf([], **shared)  # type: ignore[arg-type]
