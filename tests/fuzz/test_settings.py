"""Settings that people edit: rules, quality, events and mappings are read or refused, no more."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analytics.config import RulesError, parse_rules
from analytics.events import parse_events
from analytics.ingest.mapping import MappingError, parse_mapping
from analytics.quality_rules import parse_quality
from tests.fuzz.guard import guarded, tries
from tests.fuzz.mutants import changed_text

DATA = Path(__file__).resolve().parents[2] / "data"
RULES, QUALITY, EVENTS, MAPPING = (
    (DATA / name).read_text(encoding="utf-8")
    for name in ("rules.toml", "quality.toml", "events.toml", "mappings/perut.toml")
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
