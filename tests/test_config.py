"""The rules file: what is wrong with it is said in a sentence that names the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.config import DATA, RulesError, load_rules, parse_rules
from analytics.designs import load_designs
from analytics.events import load_events
from analytics.i18n import language
from analytics.indicators import load_indicators
from analytics.quality_rules import load_quality

RULES = (DATA / "rules.toml").read_text(encoding="utf-8")


def with_value(key: str, value: str) -> str:
    """The rules with another value under the first *key*."""
    changed, count = re.subn(rf"(?m)^{key} *=.*$", f"{key} = {value}", RULES, count=1)
    assert count == 1
    return changed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[coverage\n", "rules.toml bukan TOML yang sah: periksa baris 1, kolom 10."),
        ("a = '", "rules.toml bukan TOML yang sah: periksa bagian akhirnya."),
        ("", "Bagian [area] belum ada."),
        (RULES + "\n[baru]\nx = 1\n", "rules.toml: tidak dikenal: baru."),
        (with_value("window_days", '"90"'), "[coverage]: window_days harus bilangan bulat"),
        (with_value("window_days", "90.5"), "[coverage]: window_days harus bilangan bulat"),
        (with_value("window_days", "true"), "[coverage]: window_days harus bilangan bulat"),
        (with_value("window_days", "0"), "[coverage]: window_days: paling sedikit 1."),
        (with_value("target", "nan"), "[coverage]: target harus bilangan, 0 atau lebih."),
        (with_value("target", "1.2"), "[coverage]: target harus antara 0 dan 1."),
        (with_value("small_cell", "2"), "[data]: small_cell: paling sedikit 3."),
        (with_value("password_length", "8"), "[access]: password_length: paling sedikit 12."),
        (with_value("overdue_max", "90"), "[score]: Jumlah poin terbesar"),
        (with_value("least_count", "1"), "[signals]: least_count: paling sedikit 2."),
        (RULES.replace("window_days", "window_day", 1), "[coverage]: tidak dikenal: window_day."),
        (re.sub(r"(?m)^window_days.*\n", "", RULES, count=1), "[coverage]: belum ada: window_days"),
        (with_value("lansia", "1"), "[vulnerabilities]: Setiap kode memerlukan label"),
    ],
)
def test_rules_that_cannot_be_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(RulesError) as refused:
        parse_rules(text)
    assert said in str(refused.value)


def test_the_sentence_is_in_the_language_in_force() -> None:
    token = language.set("en")
    try:
        with pytest.raises(RulesError, match=r"^The section \[area\] is missing\.$"):
            parse_rules("")
    finally:
        language.reset(token)


def test_a_file_in_another_encoding_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "aturan.toml"
    own.write_bytes(RULES.encode("utf-16"))
    monkeypatch.setenv("PERUT_RULES", str(own))
    with pytest.raises(RulesError, match=r"aturan\.toml harus disimpan sebagai teks UTF-8"):
        load_rules()
    monkeypatch.setenv("PERUT_RULES", str(tmp_path))
    with pytest.raises(RulesError, match="tidak dapat dibaca"):
        load_rules()
    own.unlink()
    monkeypatch.setenv("PERUT_RULES", str(own))
    with pytest.raises(RulesError, match=r"aturan\.toml tidak dapat dibaca"):
        load_rules()


@pytest.mark.parametrize(
    ("variable", "load", "text", "said"),
    [
        ("PERUT_RULES", load_rules, "[lain]", "sendiri.toml: tidak dikenal: lain."),
        ("PERUT_RULES", load_rules, "", "sendiri.toml: Bagian [area] belum ada."),
        ("PERUT_QUALITY", load_quality, "a = ", "sendiri.toml bukan TOML yang sah: periksa"),
        ("PERUT_EVENTS", load_events, "[[event]]", "sendiri.toml: [[event]]: belum ada: first"),
        ("PERUT_DESIGNS", load_designs, "[[its]]", "sendiri.toml: [[its]] ?: belum ada:"),
        ("PERUT_DESIGNS", load_designs, "its = 1", "sendiri.toml: setiap entri ini diawali"),
        ("PERUT_INDICATORS", load_indicators, "[x]", "sendiri.toml: tidak dikenal: x."),
    ],
)
def test_a_mistake_is_said_with_the_name_of_the_own_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    load: Callable[[], object],
    text: str,
    said: str,
) -> None:
    own = tmp_path / "sendiri.toml"
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv(variable, str(own))
    with pytest.raises(RulesError) as refused:
        load()
    assert str(refused.value).startswith(said)
    assert str(tmp_path) not in str(refused.value)
