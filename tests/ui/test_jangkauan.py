"""Jangkauan program: every part, with data and without."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analytics import numbers, questions
from analytics.config import DATA
from analytics.ingest import SourceFile, import_files
from analytics.questions import Filters
from analytics.simulate import DemoFiles
from analytics.store import Store
from tests.conftest import DEMO_TODAY
from tests.ui.conftest import Open, shown
from ui.equity import largest_gap

PARTS = ("Tangga jangkauan", "Per desa", "Daftar sasaran", "Beberapa program", "Pemerataan")


@pytest.mark.parametrize("part", PARTS)
def test_every_part_with_data(part: str, demo_store: Store, open_page: Open) -> None:
    page = open_page("jangkauan", demo_store, lihat=part)
    assert not page.exception
    assert "belum dapat ditampilkan" not in shown(page)
    assert page.dataframe


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_one_desa_and_program(part: str, demo_store: Store, open_page: Open) -> None:
    page = open_page(
        "jangkauan", demo_store, lihat=part, desa="63.11.03.2013", program="bantuan_lansia"
    )
    assert not page.exception
    assert "belum dapat ditampilkan" not in shown(page)


def test_the_gaps_are_those_of_the_cascade(demo_store: Store, open_page: Open) -> None:
    table = questions.reach(demo_store.current(), Filters(DEMO_TODAY))
    never = int((table["targeted"] - table["attempted"]).sum())
    page = open_page("jangkauan", demo_store, lihat="Daftar sasaran")
    labels = [str(option) for group in page.button_group for option in group.options]
    assert f"Belum pernah didatangi {numbers.number(never)}" in " ".join(labels)


def test_receipts_outside_the_lists_are_the_planted_ones(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    table = questions.target_gaps(demo_store.current(), Filters(DEMO_TODAY))
    outside = table[table["gap"] == "outside_target"]
    found = outside.groupby("program_code")["household_id"].nunique()
    for program, households in demo_files.truth.outside_target.items():
        assert found.get(program, 0) >= households, program


def little(store: Store, desil: str) -> None:
    households = "id_keluarga,desa,terdaftar_pada,desil\n" + "".join(
        f"K{n},Tundi,2025-01-01,{desil}\n" for n in range(12)
    )
    world = {
        "program": "kode,nama,opd\na,Satu,Dinas\nb,Dua,Dinas\n",
        "pendamping": "id_pendamping,nama\nP1,Simulasi Satu\n",
        "keluarga": households,
        "sasaran": "id_keluarga,program,mulai\nK0,a,2025-01-01\nK1,a,2025-01-01\n",
        "kunjungan": "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima\n"
        "V1,K0,2025-12-01,P1,bertemu,a b\n",
    }
    files = [SourceFile(f"{name}.csv", data=text.encode()) for name, text in world.items()]
    report = import_files(store, files, today=DEMO_TODAY)
    assert report.exit_code == 0, report.as_dict()


def test_without_desil_the_page_says_how_to_add_it(fresh_store: Store, open_page: Open) -> None:
    little(fresh_store, "")
    page = open_page("jangkauan", fresh_store, lihat="Pemerataan")
    assert "Desil belum dicatat untuk keluarga-keluarga ini." in shown(page)


def test_a_pair_that_is_not_meant_together_is_named(
    fresh_store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little(fresh_store, "2")
    page = open_page("jangkauan", fresh_store, lihat="Beberapa program")
    assert "tidak ditujukan bagi keluarga yang sama" not in shown(page)
    rules = (DATA / "rules.toml").read_text(encoding="utf-8")
    (tmp_path / "rules.toml").write_text(
        rules.replace("[overlap]", '[overlap]\nb = "x, a"\n#'), encoding="utf-8"
    )
    monkeypatch.setenv("PERUT_RULES", str(tmp_path / "rules.toml"))
    page = open_page("jangkauan", fresh_store, lihat="Beberapa program")
    assert "1 dari pasangan ini, menurut aturan, tidak ditujukan" in shown(page)


def test_the_largest_gap_says_how_sure_it_is() -> None:
    rows = pd.DataFrame(
        {
            "label": ["Desil 1", "Desil 2", "Desil 3"],
            "share": [0.9, 0.6, 0.1],
            "low": [0.85, 0.5, 0.0],
            "high": [0.93, 0.7, 0.4],
            "part": [90, 60, 1],
            "whole": [100, 100, 5],
            "few": [False, False, True],
        }
    )
    sentence = largest_gap(rows, 0.75)
    assert "**Desil 2**, 60,0% (60 dari 100 keluarga), -15,0 poin" in sentence
    assert "kebetulan" not in sentence
    assert "kebetulan" in largest_gap(rows, 0.65)
    assert "terlalu sedikit" in largest_gap(rows.iloc[1:], 0.75)
