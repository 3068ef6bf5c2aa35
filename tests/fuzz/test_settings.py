"""Settings that people edit: rules, quality, events and mappings are read or refused, no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.config import RulesError, parse_rules
from analytics.designs import parse_designs
from analytics.events import parse_events
from analytics.indicators import parse_indicators
from analytics.ingest.mapping import MappingError, parse_mapping
from analytics.quality_rules import parse_quality
from tests.fuzz.guard import guarded, tries
from tests.fuzz.mutants import changed_text

DATA = Path(__file__).resolve().parents[2] / "data"
RULES, QUALITY, EVENTS, MAPPING, DESIGNS, INDICATORS = (
    (DATA / name).read_text(encoding="utf-8")
    for name in (
        "rules.toml",
        "quality.toml",
        "events.toml",
        "mappings/perut.toml",
        "designs_simulated.toml",
        "indicators.toml",
    )
)


def changed(text: str) -> st.SearchStrategy[str]:
    return changed_text([text]) | changed_text([text]) | st.text(max_size=60)


def said(problem: Exception) -> None:
    assert 0 < len(str(problem)) < 20_000


@tries(60)
@given(changed(RULES))
@guarded
def test_any_rules(text: str) -> None:
    try:
        parse_rules(text)
    except RulesError as problem:
        said(problem)


@tries(60)
@given(changed(QUALITY))
@guarded
def test_any_quality_rules(text: str) -> None:
    try:
        parse_quality(text)
    except RulesError as problem:
        said(problem)


@tries(60)
@given(changed(DESIGNS))
@guarded
def test_any_designs(text: str) -> None:
    try:
        parse_designs(text, date(2025, 6, 1))
    except RulesError as problem:
        said(problem)


@tries(60)
@given(changed(INDICATORS))
@guarded
def test_any_indicators(text: str) -> None:
    try:
        parse_indicators(text)
    except RulesError as problem:
        said(problem)


@tries(60)
@given(changed(EVENTS))
@guarded
def test_any_events(text: str) -> None:
    try:
        parse_events(text)
    except RulesError as problem:
        said(problem)


@tries(60)
@given(changed(MAPPING))
@guarded
def test_any_mapping(text: str) -> None:
    try:
        parse_mapping("uji", text)
    except MappingError as problem:
        said(problem)


# -- every value of every key, one at a time -------------------------------------------------------

ODD = (
    "3", "-1", '"x"', '""', "[]", "{}", "true", "nan", "inf", "[1]", "[{}]", "{a=1}", "2025-01-01",
    "1e400", "9999999999999999999999", "[[1]]",
)  # fmt: skip


def with_odd_values(text: str) -> Iterator[str]:
    """The text with another value for each key, and with a value in place of each section."""
    for key in re.finditer(r"(?m)^\w+\s*=\s*(.+)$", text):
        for value in ODD:
            yield text[: key.start(1)] + value + text[key.end(1) :]
    for name in sorted(set(re.findall(r"(?m)^\[+(\w+)", text))):
        rest = re.sub(rf"(?ms)^\[+{name}[\w.]*\]+.*?(?=^\[|\Z)", "", text)
        for value in ODD:
            yield f"{name} = {value}\n{rest}"


@pytest.mark.parametrize(
    ("text", "parse"),
    [
        (RULES, parse_rules),
        (QUALITY, parse_quality),
        (EVENTS, parse_events),
        (MAPPING, lambda text: parse_mapping("uji", text)),
    ],
    ids=["rules", "quality", "events", "mapping"],
)
def test_every_key_with_every_odd_value(text: str, parse: Callable[[str], object]) -> None:
    parse(text)
    for changed_text_ in with_odd_values(text):
        try:
            parse(changed_text_)
        except (RulesError, MappingError) as problem:
            said(problem)
