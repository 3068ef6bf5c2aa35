"""`docs/metadata.md` has the five fields of Satu Data Indonesia for every declared indicator."""

from __future__ import annotations

import re
import tomllib

import pytest

from analytics.config import DATA, ROOT
from analytics.questions import QUESTIONS

TEXT = (ROOT / "docs" / "metadata.md").read_text(encoding="utf-8")
FIELDS = ("Nama", "Konsep", "Definisi", "Klasifikasi", "Ukuran", "Satuan", "Perintah")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^###|\Z)", TEXT, re.S | re.M))


def test_every_declared_indicator_is_there() -> None:
    declared = tomllib.loads((DATA / "indicators.toml").read_text(encoding="utf-8"))["indicator"]
    assert {each["measure"] for each in declared} <= set(SECTIONS)


def test_every_figure_of_evidence_is_there() -> None:
    evidence = {"barriers", "resolution", "signals", "funnel", "equity", "concentration"}
    assert evidence | {"its", "did", "innovation"} <= set(SECTIONS)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_field_is_filled_and_the_command_exists(name: str) -> None:
    cells = dict(re.findall(r"^\| (\w+) \| (.+) \|$", SECTIONS[name], re.M))
    assert tuple(cells) == FIELDS
    assert all(len(text) >= 4 for text in cells.values())
    command = re.fullmatch(r"`python -m analytics ask (\w+)`", cells["Perintah"])
    assert command and command[1] in QUESTIONS
