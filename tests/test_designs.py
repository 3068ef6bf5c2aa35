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
        (("[[its]]", "[its]"), r"begins with \[\[its\]\]"),
        (("[[its]]", "[[trial]]"), "unknown sections: trial"),
        (('"posko"', '"po sko"'), "posko|one word"),
        (('"resolved_30"', '"happiness"'), "an outcome must be one of"),
        (('"up"', '"better"'), 'direction must be "up" or "down"'),
        (("2026-02-01", '"soon"'), "start must be a day"),
        (("start = 2026-02-01", "month = 3"), "a start must be a day"),
        (("2026-01-10", "2026"), "declared_on must be a day"),
        (('label_en = "Desk"', ""), "missing keys: label_en"),
        (('"Desk"', '" "'), "label_en must be a text"),
        (("direction", 'placebo_outcomes = ["resolved_30"]\ndirection'), "its own placebo"),
        (("direction", "placebo_months = [0]\ndirection"), "whole numbers, 1 to 24"),
        (("[[its]]", "[[its"), "not valid TOML"),
    ],
)
def test_a_design_that_cannot_be_is_refused(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_designs(ITS.replace(*change, 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('["b"]', '["a"]'), "in two waves: a"),
        (('["b"]', "[]"), "a list of desa codes"),
        (('desa = ["b"]', 'desa = ["b"]\nextra = 1'), "unknown keys: extra"),
    ],
)
def test_waves_that_cannot_be_are_refused(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_designs(STAGGERED.replace(*change, 1))


def test_two_designs_have_two_names() -> None:
    with pytest.raises(RulesError, match="two designs are called posko"):
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
    with pytest.raises(RulesError, match="cannot be read"):
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
        ('baseline = "later"\n', "baseline must be a day"),
        ('baseline = { value = 0.2, on = 2025-01-01, source = "" }\n', "source in words"),
        ('baseline = { value = 2, on = 2025-01-01, source = "x" }\n', "between 0 and 1"),
        ('baseline = { value = 0.2, source = "x" }\n', "needs value"),
        (
            'baseline = { counted = 5, out_of = 4, on = 2025-01-01, source = "x" }\n',
            "out_of the larger",
        ),
        (INDICATOR, "two indicators are called x"),
        ('[distance]\nfrom_id = "a"\nfrom_en = "b"\nlon = 999\nlat = 0\n', "degrees"),
        ('[distance]\nfrom_id = "a"\n', "needs from_id"),
        ("[other]\n", "unknown sections: other"),
    ],
)
def test_indicators_that_cannot_be_are_refused(more: str, sentence: str) -> None:
    with pytest.raises(RulesError, match=sentence):
        parse_indicators(INDICATOR + more)
