"""One simulated set of files, read back once; nothing here asks the project how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from analytics.simulate import DemoFiles, Planted, write_demo
from tests.simulate.reading import Household, Row, Visit, household, read_all, visit

SEED = 42
TODAY = date(2026, 9, 15)


@dataclass(frozen=True)
class Demo:
    """`rows`: every raw row by kind. The rest is without the spoilt rows."""

    files: DemoFiles
    rows: dict[str, list[Row]]
    households: dict[str, Household]
    visits: list[Visit]
    targets: list[Row]
    barriers: list[Row]

    @property
    def truth(self) -> Planted:
        return self.files.truth

    def sound(self, kind: str) -> list[Row]:
        return sound(self.rows[kind], self.truth)


def sound(rows: list[Row], truth: Planted) -> list[Row]:
    spoilt = {(fault.file, fault.sheet, fault.row) for fault in truth.faults}
    return [row for row in rows if (row.file, row.sheet, row.number) not in spoilt]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    files = write_demo(tmp_path_factory.mktemp("simulated"), seed=SEED, today=TODAY)
    rows = read_all(files.paths)
    good = {kind: sound(part, files.truth) for kind, part in rows.items()}
    return Demo(
        files=files,
        rows=rows,
        households={h.id: h for h in map(household, good["keluarga"])},
        visits=[visit(row) for row in good["kunjungan"]],
        targets=good["sasaran"],
        barriers=good["hambatan"],
    )
