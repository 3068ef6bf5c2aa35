"""`data/README.md` names every input column and every column of the store."""

from __future__ import annotations

import re

import pytest

from analytics.config import DATA
from analytics.ingest import FORMATS
from analytics.store import Store

TEXT = (DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_input_column_is_described(kind: str) -> None:
    first = TEXT.index("## The store")
    section = re.search(rf"^### {kind}$(.*?)(?=^##)", TEXT[:first], re.S | re.M)
    assert section
    assert set(re.findall(r"^\| `(\w+)`", section.group(1), re.M)) == set(FORMATS[kind].names)


def test_every_table_and_column_of_the_store_is_described(fresh_store: Store) -> None:
    columns = fresh_store.current().query(
        "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    )
    store_part = TEXT[TEXT.index("## The store") :]
    for table, group in columns.groupby("table_name"):
        section = re.search(rf"^### {table}$(.*?)(?=^##|\Z|^The last)", store_part, re.S | re.M)
        assert section, table
        described = set(re.findall(r"^\| `(\w+)`", section.group(1), re.M))
        assert described == set(group["column_name"]), table
