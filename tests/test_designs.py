"""Declared designs and indicators: what is read, and what is refused with which sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics.config import DATA, RulesError
from analytics.designs import load_designs, parse_designs, simulated_designs
from analytics.indicators import TypedBaseline, load_indicators, parse_indicators

ITS = """
[[its]]
id = "posko"
label_id = "Posko"
label_en = "Desk"
outcome = "resolved_30"
start = 2026-02-01
direction = "up"
declared_on = 2026-01-10
"""
STAGGERED = """
[[staggered]]
id = "rapat"
label_id = "Rapat"
label_en = "Meeting"
outcome = "coverage"
direction = "down"
declared_on = 2026-01-10
placebo_outcomes = ["met_share"]
placebo_months = [3]
threats_id = "Banjir"

[[staggered.wave]]
start = 2026-06-01
desa = ["b"]

[[staggered.wave]]
start = 2026-03-01
desa = ["a"]
"""
INDICATOR = """
[[indicator]]
id = "x"
measure = "coverage"
label_id = "Cakupan"
label_en = "Coverage"
direction = "up"
declared_on = 2026-01-10
"""


def test_the_file_of_the_project_declares_nothing_and_its_examples_are_sound() -> None:
    assert load_designs() == ()
    text = (DATA / "designs.toml").read_text(encoding="utf-8")
    example = text[text.index("# [[its]]") :]
    made = "\n".join(
        line[2:]
        for line in example.splitlines()
        if line.startswith("# ") and ("[[" in line or " = " in line)
    )
    assert [design.kind for design in parse_designs(made)] == ["its", "staggered"]


def test_a_declared_design() -> None:
    its, staggered = parse_designs(ITS + STAGGERED)
    assert (its.label, its.direction, its.waves[0].start) == ("Posko", 1, date(2026, 2, 1))
    assert its.start_of("anywhere") == date(2026, 2, 1)
    assert [wave.start.month for wave in staggered.waves] == [3, 6]
    assert (staggered.start_of("a"), staggered.start_of("c")) == (date(2026, 3, 1), None)
    assert (staggered.direction, staggered.threat) == (-1, "Banjir")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[[its]]", "[its]"), r"diawali dengan \[\[its\]\]"),
        (("[[its]]", "[[trial]]"), "tidak dikenal: trial"),
        (('"posko"', '"po sko"'), "posko|satu kata"),
        (('"resolved_30"', '"happiness"'), "outcome harus salah satu dari"),
        (('"up"', '"better"'), "direction harus salah satu dari up, down"),
        (("2026-02-01", '"soon"'), "start harus berupa tanggal"),
        (("start = 2026-02-01", "month = 3"), "Awal harus berupa tanggal"),
        (("2026-01-10", "2026"), "declared_on harus berupa tanggal"),
        (('label_en = "Desk"', ""), "belum ada: label_en"),
        (('"Desk"', '" "'), "label_en harus berupa teks"),
        (("direction", 'placebo_outcomes = ["resolved_30"]\ndirection'), "plasebo bagi dirinya"),
        (("direction", "placebo_months = [0]\ndirection"), "bilangan bulat, 1 sampai 24"),
        (("[[its]]", "[[its"), "bukan TOML yang sah"),
    ],
)
def test_a_design_that_cannot_be_is_refused(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_designs(ITS.replace(*change, 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('["b"]', '["a"]'), "lebih dari sekali: a"),
        (('["b"]', "[]"), "daftar kode desa"),
        (('desa = ["b"]', 'desa = ["b"]\nextra = 1'), "tidak dikenal: extra"),
    ],
)
def test_waves_that_cannot_be_are_refused(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_designs(STAGGERED.replace(*change, 1))


def test_two_designs_have_two_names() -> None:
    with pytest.raises(RulesError, match="lebih dari sekali: posko"):
        parse_designs(ITS + ITS)


def test_designs_of_simulated_data_count_from_its_first_month() -> None:
    designs = {each.id: each for each in simulated_designs(date(2024, 6, 15))}
    assert [w.start for w in designs["rapat_hambatan"].waves] == [
        date(2025, 1, 1),
        date(2025, 3, 1),
        date(2025, 5, 1),
    ]
    assert all(each.threat for each in designs.values())


def test_another_file_of_designs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(ITS, encoding="utf-8")
    monkeypatch.setenv("PERUT_DESIGNS", str(file))
    assert [each.id for each in load_designs()] == ["posko"]
    monkeypatch.setenv("PERUT_DESIGNS", str(tmp_path / "none.toml"))
    with pytest.raises(RulesError, match="tidak dapat dibaca"):
        load_designs()


def test_the_indicators_of_the_project() -> None:
    found = load_indicators()
    assert [each.id for each in found][:2] == ["coverage", "past_due"]
    assert {each.direction for each in found} == {1, -1}


def test_a_typed_baseline() -> None:
    given = 'baseline = { counted = 3, out_of = 4, on = 2025-12-31, source = "Laporan" }\n'
    (found,), origin = parse_indicators(INDICATOR + given)
    assert found.baseline == TypedBaseline(0.75, 3, 4, date(2025, 12, 31), "Laporan")
    assert origin is None
    assert parse_indicators(INDICATOR)[0][0].baseline is None


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ('baseline = "later"\n', "baseline harus berupa tanggal"),
        ('baseline = { value = 0.2, on = 2025-01-01, source = "" }\n', "source harus berupa teks"),
        ('baseline = { value = 2, on = 2025-01-01, source = "x" }\n', "antara 0 dan 1"),
        ('baseline = { value = 0.2, source = "x" }\n', "memerlukan value"),
        (
            'baseline = { counted = 5, out_of = 4, on = 2025-01-01, source = "x" }\n',
            "out_of yang lebih besar",
        ),
        (INDICATOR, "lebih dari sekali: x"),
        ('[distance]\nfrom_id = "a"\nfrom_en = "b"\nlon = 999\nlat = 0\n', "derajat"),
        ('[distance]\nfrom_id = "a"\n', "belum ada: from_en"),
        ("[other]\n", "tidak dikenal: other"),
    ],
)
def test_indicators_that_cannot_be_are_refused(more: str, sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_indicators(INDICATOR + more)
