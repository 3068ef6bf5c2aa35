"""Data quality: every rule by hand and by brute force, and the planted habits found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import questions
from analytics.config import RulesError
from analytics.ingest import SourceFile, import_files
from analytics.quality_rules import RULES, load_quality, parse_quality
from analytics.questions import Filters
from analytics.simulate import DemoFiles
from analytics.store import Snapshot, Store
from tests.conftest import DEMO_TODAY
from tests.questions.test_against_oracle import close_stores, temporary_folder
from tests.store.worlds import as_an_earlier_release

DAY = date(2025, 6, 30)
HEAD = (
    "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,"
    "jadwal_berikutnya,jam,dikirim_pada,lintang,bujur\n"
)
Visit = dict[str, str]


def visit(number: int, **cells: str) -> Visit:
    base = {
        "id_kunjungan": f"V{number}",
        "id_keluarga": f"K{number % 7}",
        "tanggal": "2025-06-03",
        "pendamping": "P1",
        "hasil": "bertemu",
    }
    return base | cells


def imported(store: Store, visits: list[Visit], cards: dict[str, str] | None = None) -> Snapshot:
    columns = HEAD.strip().split(",")
    rows = [",".join(each.get(column, "") for column in columns) for each in visits]
    homes = "id_keluarga,desa,terdaftar_pada,no_kk,desil,rt\n" + "".join(
        f"K{n},{'Tundi' if n < 4 else 'Pudak'},2025-01-01,{(cards or {}).get(f'K{n}', '')},"
        f"{'' if n == 1 else 3},{'' if n in (2, 5) else '001'}\n"
        for n in range(7)
    )
    files = {
        "program": "kode,nama,opd\npkh,PKH,Dinas\n",
        "pendamping": "id_pendamping,nama\nP1,Satu\nP2,Dua\n",
        "keluarga": homes,
        "kunjungan": HEAD + "\n".join(rows) + "\n",
    }
    sources = [SourceFile(f"{name}.csv", data=text.encode()) for name, text in files.items()]
    report = import_files(store, sources, today=DAY)
    assert report.exit_code == 0, report.as_dict()
    return store.current()


def counts(snapshot: Snapshot, rule: str, kind: str = "assistant") -> dict[str, tuple[int, int]]:
    table = questions.quality(snapshot, Filters(DAY, 90))
    rows = table[(table["rule"] == rule) & (table["group_kind"] == kind)]
    return {
        row["group_code"]: (int(row["found"]), int(row["checked"]))
        for row in rows.to_dict("records")
    }


@pytest.mark.parametrize(
    ("rule", "visits", "expected"),
    [
        (
            "no_benefit",
            [
                visit(1, program_diterima="pkh", manfaat="4"),
                visit(2, program_diterima="pkh"),
                visit(3),
            ],
            (1, 2),
        ),
        (
            "no_next_visit",
            [
                visit(1, jadwal_berikutnya="2025-07-01"),
                visit(2),
                visit(3, hasil="tidak_di_tempat"),
            ],
            (1, 2),
        ),
        ("no_time", [visit(1, jam="08.00"), visit(2)], (1, 2)),
        ("no_position", [visit(1, lintang="-2.4", bujur="115.5"), visit(2)], (1, 2)),
        (
            "late_sent",
            [
                visit(1, dikirim_pada="2025-06-17"),  # 14 days: in time
                visit(2, dikirim_pada="2025-06-18"),
                visit(3),
            ],
            (1, 2),
        ),
        (
            "same_day_twice",
            [
                visit(1, id_keluarga="K1"),
                visit(2, id_keluarga="K1"),
                visit(3, id_keluarga="K1", hasil="menolak"),
                visit(4, id_keluarga="K1", tanggal="2025-06-04"),
            ],
            (1, 4),
        ),
        (
            "hurried",
            [
                visit(1, jam="08:00:00"),
                visit(2, jam="08:01:59"),
                visit(3, jam="08:03:59"),
                visit(3 + 7, jam="08:04:10"),  # the same door as V3
                visit(5),
            ],
            (1, 4),
        ),
        (
            "night",
            [
                visit(1, jam="19:59"),
                visit(2, jam="20:00"),
                visit(3, jam="04:59"),
                visit(4, jam="05:00"),
                visit(5),
            ],
            (2, 4),
        ),
        (
            "same_place",
            [visit(n, lintang="-2.4", bujur="115.5") for n in (1, 2, 3, 8)]  # V8: the door of V1
            + [visit(n, lintang="-2.5", bujur="115.5") for n in (4, 5)]
            + [visit(6)],
            (4, 6),
        ),
        ("all_met", [visit(1), visit(2, hasil="pindah")], (1, 2)),
        (
            "round_day",
            [
                visit(1, tanggal="2025-06-05"),
                visit(2, tanggal="2025-06-05"),  # the same day of work
                visit(3, tanggal="2025-06-06"),
                visit(4, tanggal="2025-06-10"),
            ],
            (2, 3),
        ),
    ],
)
def test_each_rule_by_hand(
    rule: str, visits: list[Visit], expected: tuple[int, int], fresh_store: Store
) -> None:
    assert counts(imported(fresh_store, visits), rule) == {"P1": expected}


def test_rules_about_households_by_hand(fresh_store: Store) -> None:
    cards = {"K0": "6311030000900001", "K1": "6311030000900001", "K4": "6311030000900001"}
    snapshot = imported(fresh_store, [], cards | {"K5": "6311030000900002"})
    tundi, pudak = "63.11.03.2013", "63.11.03.2008"
    assert counts(snapshot, "no_desil", "desa") == {tundi: (1, 4), pudak: (0, 3)}
    assert counts(snapshot, "no_rt", "desa") == {tundi: (1, 4), pudak: (1, 3)}
    assert counts(snapshot, "duplicate_card", "desa") == {tundi: (2, 2), pudak: (1, 2)}
    assert not counts(snapshot, "no_desil", "assistant")
    records = questions.quality_records(snapshot, Filters(DAY))
    cards_found = records[records["rule"] == "duplicate_card"]["household_id"]
    assert set(cards_found) == {"K0", "K1", "K4"}


CHOICE = st.fixed_dictionaries(
    {
        "pendamping": st.sampled_from(["P1", "P2"]),
        "id_keluarga": st.sampled_from([f"K{n}" for n in range(7)]),
        "tanggal": st.dates(DAY - timedelta(days=12), DAY).map(str),
        "hasil": st.sampled_from(["bertemu", "tidak_di_tempat"]),
        "jam": st.sampled_from(["", "04:59", "08:00", "08:01", "08:02", "20:00"]),
        "lintang": st.sampled_from(["", "-2.4", "-2.5"]),
        "bujur": st.just("115.5"),
    }
)


@settings(max_examples=12)
@given(st.lists(CHOICE, min_size=1, max_size=14), st.integers(3, 12))
def test_traces_against_brute_force(cells: list[Visit], window: int) -> None:
    visits = [visit(n, **each) for n, each in enumerate(cells)]
    visits = [v if v["lintang"] else v | {"bujur": ""} for v in visits]
    since = DAY - timedelta(days=window)
    inside = [v for v in visits if date.fromisoformat(v["tanggal"]) > since]
    limits = load_quality().limits
    expected: dict[str, dict[str, list[bool]]] = {"hurried": {}, "night": {}, "same_place": {}}
    for who in ("P1", "P2"):
        timed = sorted(
            (datetime.fromisoformat(f"{v['tanggal']}T{v['jam']}"), v["id_kunjungan"], v)
            for v in inside
            if v["pendamping"] == who and v["jam"]
        )
        soon = [
            (later[0] - before[0]).total_seconds() < limits.hurried_seconds
            and later[2]["id_keluarga"] != before[2]["id_keluarga"]
            for before, later in pairwise(timed)
        ]
        if timed:
            expected["hurried"][who] = [False, *soon]
            expected["night"][who] = [m.hour >= 20 or m.hour < 5 for m, _id, _v in timed]
        placed = [v for v in inside if v["pendamping"] == who and v["lintang"]]
        if placed:
            expected["same_place"][who] = [
                len({o["id_keluarga"] for o in inside if o["lintang"] == v["lintang"]}) >= 3
                for v in placed
            ]
    with temporary_folder() as folder:
        snapshot = imported(Store(folder / "store"), visits)
        table = questions.quality(snapshot, Filters(DAY, window))
        close_stores(folder)
    for rule, groups in expected.items():
        rows = table[(table["rule"] == rule) & (table["group_kind"] == "assistant")]
        found = {r["group_code"]: (r["found"], r["checked"]) for r in rows.to_dict("records")}
        assert found == {who: (sum(f), len(f)) for who, f in groups.items()}, rule


def test_the_planted_habits_are_named_and_nobody_else(
    demo_store: Store, demo_files: DemoFiles
) -> None:
    table = questions.quality(demo_store.current(), Filters(DEMO_TODAY, 90))
    named = table[table["attention"] & (table["group_kind"] == "assistant")]
    found = named.groupby("rule")["group_code"].agg(set)
    truth = demo_files.truth
    assert found["hurried"] == {truth.hurried}
    assert found["night"] == {truth.night}
    assert found["same_place"] == {truth.same_place}
    assert found["late_sent"] == {truth.slow}
    assert "all_met" not in found
    assert "round_day" not in found


def test_too_few_records_are_never_named(fresh_store: Store) -> None:
    visits = [visit(n, jam="22:00") for n in range(19)]
    visits += [visit(100 + n, pendamping="P2", jam="09:00") for n in range(40)]
    table = questions.quality(imported(fresh_store, visits), Filters(DAY))
    night = table[(table["rule"] == "night") & (table["group_kind"] == "assistant")]
    assert night["share"].max() == 1.0
    assert not night["attention"].any()


def test_always_met_is_named_only_near_all(fresh_store: Store) -> None:
    outcomes = ["bertemu"] * 30 + (["bertemu", "menolak"] * 30)
    visits = [
        visit(n, hasil=outcome, pendamping="P1" if n < 30 else "P2")
        for n, outcome in enumerate(outcomes)
    ]
    table = questions.quality(imported(fresh_store, visits), Filters(DAY))
    rows = table[(table["rule"] == "all_met") & (table["group_kind"] == "assistant")]
    assert rows.set_index("group_code")["attention"].to_dict() == {"P1": True, "P2": False}
    # Fisher's exact test by hand: all 30 of P1 among the 60 of 90 that met somebody; twice that,
    # because two groups are compared.
    p_value = rows.set_index("group_code")["p_adjusted"]["P1"]
    assert p_value == pytest.approx(2 * comb(60, 30) / comb(90, 30))
    assert rows["all_share"].tolist() == [60 / 90] * 2


def test_an_empty_window_has_no_rows(fresh_store: Store) -> None:
    table = questions.quality(imported(fresh_store, [visit(1)]), Filters(date(2024, 1, 1)))
    assert table.empty
    assert "attention" in table
    assert questions.quality_records(fresh_store.current(), Filters(date(2024, 1, 1))).empty


def test_an_older_store_answers_what_it_can(fresh_store: Store) -> None:
    imported(fresh_store, [visit(1, jam="08.00"), visit(2, jam="21.00")])
    older = as_an_earlier_release(fresh_store)
    missing = questions.unanswered(older)
    assert {"night", "hurried", "same_place", "late_sent", "duplicate_card"} <= set(missing)
    rules = set(questions.quality(older, Filters(DAY))["rule"])
    assert "no_next_visit" in rules
    assert not rules & set(missing)
    assert len(questions.quality_records(older, Filters(DAY)))


CHANGES: list[Callable[[str], str]] = [
    lambda text: text.replace("late_days = 14", "late_days = -1"),
    lambda text: text.replace("late_days = 14", "late_days = true"),
    lambda text: text.replace("late_days = 14 ", "later_days = 14 "),
    lambda text: text.replace("night = true", 'night = "ya"'),
    lambda text: text.replace("night = true", "nights = true"),
    lambda text: text.replace("[1, 5,", "[0, 5,"),
    lambda text: text + "\n[more]\n",
    lambda text: text + "\n[[",
]


@pytest.mark.parametrize("change", CHANGES)
def test_impossible_rules_are_refused(change: Callable[[str], str]) -> None:
    from analytics.config import DATA

    text = (DATA / "quality.toml").read_text(encoding="utf-8")
    assert set(parse_quality(text).used) == set(RULES)
    assert change(text) != text
    with pytest.raises(RulesError):
        parse_quality(change(text))


def test_no_personal_value_is_in_the_answers(demo_store: Store) -> None:
    snapshot = demo_store.current()
    filters = Filters(DEMO_TODAY)
    columns = set(questions.quality_records(snapshot, filters))
    assert columns == {
        "rule", "visit_id", "household_id", "desa_code", "desa_name", "assistant_id",
        "visited_on", "started_at",
    }  # fmt: skip
