"""The table of Ramadan and of the kecamatan's own events."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from analytics.config import RulesError
from analytics.events import LEBARAN_DAYS, events_between, load_events, parse_events
from analytics.i18n import language
from analytics.simulate.season import RAMADAN

OWN = """
[[event]]
first = 2026-01-12
last = 2026-01-25
label_id = "Banjir"
label_en = "Flood"
desa = ["63.11.03.2008"]
"""


def test_the_months_of_fasting_are_a_lunar_year_apart() -> None:
    months = load_events().ramadan
    assert [first.year for first, _last in months] == list(range(2023, 2031))
    for first, last in months:
        assert (last - first).days + 1 in (29, 30)
    for (one, _), (other, _) in pairwise(months):
        assert (other - one).days in (353, 354, 355, 356)


def test_what_is_decided_is_no_forecast() -> None:
    known = load_events()
    for first, _last in known.ramadan:
        assert (first in known.forecasts) == (first.year > 2026)


def test_the_simulation_uses_the_same_table() -> None:
    assert load_events().ramadan == RAMADAN


def test_events_of_a_time_with_the_days_after_the_fast() -> None:
    (event,) = events_between(date(2026, 3, 25), date(2026, 6, 1))
    assert (event.first, event.last) == (
        date(2026, 2, 19),
        date(2026, 3, 20) + timedelta(LEBARAN_DAYS),
    )
    assert events_between(date(2026, 3, 28), date(2026, 6, 1)) == []


def test_a_kecamatan_adds_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("PERUT_EVENTS", str(file))
    january = date(2026, 1, 1), date(2026, 1, 31)
    (event,) = events_between(*january)
    assert event.label == "Banjir"
    token = language.set("en")
    assert event.label == "Flood"
    language.reset(token)
    assert events_between(*january, ["63.11.03.2004"]) == []
    assert events_between(*january, ["63.11.03.2004", "63.11.03.2008"]) == [event]
    assert len(load_events().ramadan) == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[event", "bukan TOML yang sah"),
        ("[[holiday]]", "tidak dikenal: holiday"),
        ("[event]\nfirst = 2026-01-01", r"diawali dengan \[\[event\]\]"),
        (OWN.replace("first = 2026-01-12\n", ""), "belum ada: first"),
        (OWN + 'colour = "red"', "tidak dikenal: colour"),
        (OWN.replace("2026-01-25", "2026-01-02"), "sebelum first"),
        (OWN.replace("2026-01-25", '"25 Januari"'), "harus berupa tanggal"),
        (OWN.replace('"Banjir"', '" "'), "harus berupa teks"),
        (OWN.replace('["63.11.03.2008"]', '"63.11.03.2008"'), "daftar kode"),
        (
            '[[ramadan]]\nfirst=2026-02-19\nlast=2026-03-20\nsource="rumour"',
            "source harus salah satu",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(RulesError, match=said):
        parse_events(text)


def test_a_missing_file_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERUT_EVENTS", "/nowhere/own.toml")
    with pytest.raises(RulesError, match=r"own\.toml tidak dapat dibaca"):
        load_events()
