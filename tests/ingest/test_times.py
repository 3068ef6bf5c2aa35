"""The time of a visit, however it is written."""

from __future__ import annotations

from datetime import time

import pytest

from analytics.ingest import SourceFile, import_files
from analytics.ingest.values import ValueProblem, parse_time
from analytics.store import Store
from tests.store.worlds import TODAY, as_an_earlier_release, basics, csv, load


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("14.30", time(14, 30)),
        ("14:30:05", time(14, 30, 5)),
        ("7:05 WITA", time(7, 5)),
        ("2025-12-01T08:00:00.000+08:00", time(8)),
        ("2025-12-01T00:30:00Z", time(8, 30)),
        ("2025-12-01 09:15:00", time(9, 15)),
        ("0.604166667", time(14, 30)),
    ],
)
def test_a_time_is_read(text: str, found: time) -> None:
    assert parse_time(text) == found


@pytest.mark.parametrize("text", ["25.00", "14.75", "siang", "14", "2025-12-01", "1.5", "-3:00"])
def test_what_is_no_time_is_a_problem(text: str) -> None:
    with pytest.raises(ValueProblem, match=r"14\.30"):
        parse_time(text)


HEAD = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil"


def test_a_visit_keeps_its_time_and_place_when_a_sheet_leaves_them_out(fresh_store: Store) -> None:
    load(fresh_store)
    more = f"{HEAD},jam,dikirim_pada,lintang,bujur\nV9,K1,2025-11-02,P1,bertemu,14.30,"
    first = csv("kunjungan", more + "2025-11-05,-2.4,115.5\n")
    assert load(fresh_store, [first]).total("accepted") == 1
    kept = fresh_store.current().query("select * from visit where visit_id = 'V9'").iloc[0]
    assert str(kept["started_at"]) == "2025-11-02 14:30:00"
    assert load(fresh_store, [first]).total("unchanged") == 1
    moved = csv("kunjungan", f"{HEAD}\nV9,K1,2025-11-03,P1,bertemu\n")
    assert load(fresh_store, [moved]).total("accepted") == 1
    now = fresh_store.current().query("select * from visit where visit_id = 'V9'").iloc[0]
    assert str(now["started_at"]) == "2025-11-03 14:30:00"
    assert now["sent_on"] == kept["sent_on"]
    assert now["place_fp"] == kept["place_fp"]
    assert [check.name for check in fresh_store.verify() if not check.ok] == []


def test_equal_positions_and_cards_have_equal_fingerprints_and_nothing_else(
    fresh_store: Store,
) -> None:
    rows = [
        "A,Tundi,2025-01-01,6311030000900001,-2.4,115.5",
        "B,Tundi,2025-01-01,6311-0300-0090-0001,-2.40000,115.50000",
        "C,Tundi,2025-01-01,6311030000900002,-2.41,115.5",
        "D,Tundi,2025-01-01,,,",
    ]
    text = "id_keluarga,desa,terdaftar_pada,no_kk,lintang,bujur\n" + "\n".join(rows) + "\n"
    import_files(fresh_store, [SourceFile("keluarga.csv", data=text.encode())], today=TODAY)
    table = fresh_store.current().query("select * from household order by household_id")
    card, place = table["card_fp"], table["place_fp"]
    assert card[0] == card[1] != card[2]
    assert place[0] == place[1] != place[2]
    assert card.isna().tolist() == place.isna().tolist() == [False, False, False, True]


def test_a_store_of_an_earlier_release_is_upgraded_when_it_is_written(fresh_store: Store) -> None:
    load(fresh_store)
    older = as_an_earlier_release(fresh_store)
    assert "started_at" not in older.query("select * from visit")
    # The change above came from no file, so that the accounts cannot add up.
    assert {check.name for check in fresh_store.verify() if not check.ok} <= {"accounts"}
    assert load(fresh_store, basics()).total("unchanged")
    assert load(fresh_store, [csv("kunjungan", f"{HEAD},jam\nV7,K1,2025-11-09,P1,bertemu,9.00\n")])
    newer = fresh_store.current().query("select started_at from visit where visit_id = 'V7'")
    assert str(newer["started_at"].iloc[0]) == "2025-11-09 09:00:00"
    # The change above came from no file, so that the accounts cannot add up.
    assert {check.name for check in fresh_store.verify() if not check.ok} <= {"accounts"}
