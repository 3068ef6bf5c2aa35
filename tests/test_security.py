"""What docs/security.md says is tested is tested; and what belongs to no other file."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from analytics.config import ROOT
from analytics.questions import QUESTIONS, Filters, household
from analytics.store import Store
from tests.store.worlds import TODAY, csv, load

DOC = ROOT / "docs" / "security.md"
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", DOC.read_text(encoding="utf-8"))
INJECTIONS = (
    "' or '1'='1",
    "K1'; drop table household; --",
    '"; select * from household; --',
    "K1' union select desa_code from desa --",
    "$household_id",
    "%",
    "K_",
)


@cache
def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_threat_model_names_tests() -> None:
    assert len(NAMED) > 50


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_each_named_test_exists(file: str, name: str) -> None:
    assert name in names_in(ROOT / file)


def test_every_threat_has_a_test() -> None:
    table = DOC.read_text(encoding="utf-8").split("| threat |")[1].split("\n\n")[0]
    rows = [line for line in table.splitlines()[2:] if line.startswith("|")]
    assert len(rows) > 25
    assert not [row for row in rows if "::test_" not in row.rsplit("|", 2)[1]]


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_in_a_question_is_never_sql(fresh_store: Store, text: str) -> None:
    load(fresh_store)
    snapshot = fresh_store.current()
    assert household(snapshot, Filters(TODAY), text).empty
    assert snapshot.private("keluarga", [text]) == {}
    for question in QUESTIONS.values():
        question.function(snapshot, Filters(TODAY, 90, (text,), (text,)))
    assert not household(snapshot, Filters(TODAY), "K1").empty


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_in_a_file_is_never_sql(fresh_store: Store, text: str) -> None:
    load(fresh_store)
    quoted = text.replace('"', '""')
    header = "id_keluarga,desa,nama_kepala_keluarga,prioritas,terdaftar_pada,alasan_berakhir\n"
    line = f'"{quoted}",Bihara,"{quoted}",tinggi,2025-01-01,"{quoted}"\n'
    report = load(fresh_store, [csv("keluarga", header + line)])
    assert report.total("accepted") == 1
    snapshot = fresh_store.current()
    assert snapshot.private("keluarga", [text])[text]["nama_kepala_keluarga"] == text
    assert not household(snapshot, Filters(TODAY), text).empty
    assert snapshot.query("select count(*) as n from household")["n"][0] == 3


def test_every_package_is_pinned_exactly() -> None:
    pinned: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _equals, version = line.partition("==")
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[\w.+!-]+", line), line
            pinned[name.lower().replace("_", "-")] = version
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            wanted = line.partition("#")[0].strip()
            if wanted and not wanted.startswith("-"):
                name, _equals, version = wanted.partition("==")
                bare = re.sub(r"\[.*\]", "", name).lower().replace("_", "-")
                assert pinned.get(bare) == version, wanted
