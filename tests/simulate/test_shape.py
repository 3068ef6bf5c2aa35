"""The files are what staff could have made: formats, sizes, references, nobody's numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

from tests.simulate.conftest import TODAY, Demo
from tests.simulate.reading import DESA, as_day, as_desa, several

PROGRAMS = {
    "pkh", "sembako", "blt_dd", "pbi_jk", "rtlh", "pmt_stunting", "bantuan_lansia",
    "bantuan_disabilitas",
}  # fmt: skip


def test_sizes(demo: Demo) -> None:
    assert len(demo.households) == 4300
    assert 40_000 <= len(demo.visits) <= 50_000
    assert len(demo.rows["pendamping"]) == 12
    assert {row.cells["kode"] for row in demo.rows["program"]} == PROGRAMS
    per_desa = Counter(household.desa for household in demo.households.values())
    assert set(per_desa) == set(DESA.values())
    assert len(per_desa) == 23
    assert min(per_desa.values()) >= 50
    assert max(per_desa.values()) > 2 * min(per_desa.values())


def test_every_reference_resolves(demo: Demo) -> None:
    assistants = {row.cells["id_pendamping"] for row in demo.rows["pendamping"]}
    visits = {visit.id: visit for visit in demo.visits}
    assert len(visits) == len(demo.visits)
    assert {visit.household for visit in demo.visits} <= set(demo.households)
    assert {visit.assistant for visit in demo.visits} == assistants
    for row in demo.targets:
        start, end = as_day(row.cells["mulai"]), as_day(row.cells["selesai"])
        assert start
        assert end is None or start < end
        assert start >= demo.households[str(row.cells["id_keluarga"])].registered
        assert row.cells["program"] in PROGRAMS
    for row in demo.barriers:
        cells = row.cells
        if cells["id_kunjungan"]:
            visit = visits[str(cells["id_kunjungan"])]
            assert visit.household == cells["id_keluarga"]
            assert visit.day == as_day(cells["dibuka_pada"])
            assert cells["kategori"] in visit.barriers
            if cells["desa"]:
                assert as_desa(cells["desa"]) == demo.households[visit.household].desa
        else:
            assert as_desa(cells["desa"])
    for row in demo.rows["pendamping"]:
        assert all(as_desa(name) for name in str(row.cells["desa_tugas"]).split("; "))
    assert {"KK"} == {hid.split("-")[0] for hid in demo.households}


def test_visits_keep_the_rules_of_the_format(demo: Demo) -> None:
    for visit in demo.visits:
        home = demo.households[visit.household]
        assert demo.truth.first_day <= visit.day <= TODAY
        assert visit.day >= home.registered
        assert home.ended is None or visit.day < home.ended
        assert visit.met or not (visit.programs or visit.barriers or visit.next_day)
        assert visit.benefit is None or (visit.programs and 1 <= visit.benefit <= 5)
        assert visit.next_day is None or visit.next_day > visit.day
        assert visit.programs <= PROGRAMS


def test_all_outcomes_and_endings_occur(demo: Demo) -> None:
    outcomes = Counter(visit.outcome for visit in demo.visits)
    assert set(outcomes) == {"bertemu", "tidak_di_tempat", "menolak", "pindah"}
    assert 0.65 < outcomes["bertemu"] / len(demo.visits) < 0.85
    reasons = {row.cells["alasan_berakhir"] for row in demo.rows["keluarga"]}
    assert {"pindah", "meninggal"} <= reasons
    moved_in = [h for h in demo.households.values() if h.registered > demo.truth.first_day]
    assert len(moved_in) > 50
    statuses = Counter(row.cells["status"] for row in demo.barriers)
    assert set(statuses) == {"terbuka", "diproses", "selesai", "ditolak"}


def test_barriers_are_closed_exactly_when_they_say_so(demo: Demo) -> None:
    for row in demo.barriers:
        opened, closed = as_day(row.cells["dibuka_pada"]), as_day(row.cells["selesai_pada"])
        assert (closed is not None) == (row.cells["status"] in {"selesai", "ditolak"})
        assert opened
        assert closed is None or opened < closed <= TODAY


def test_no_number_can_belong_to_a_person(demo: Demo) -> None:
    """Digits 7 to 10 of a family-card number are day and month: here always 00/00."""
    numbers = [str(row.cells["no_kk"]) for row in demo.sound("keluarga")]
    assert all(re.fullmatch(r"6311030000\d{6}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_positions_lie_around_the_desa(demo: Demo) -> None:
    for row in demo.sound("keluarga"):
        assert -2.6 < float(str(row.cells["lintang"])) < -2.2
        assert 115.3 < float(str(row.cells["bujur"])) < 115.8


def test_text_stays_text_and_numbers_stay_numbers(demo: Demo) -> None:
    for row in demo.sound("keluarga"):
        assert isinstance(row.cells["rt"], str)
        assert str(row.cells["rt"]).startswith("0")
        assert isinstance(row.cells["no_kk"], str)
        assert isinstance(row.cells["jumlah_anggota"], int)


def test_the_files_exercise_the_readers(demo: Demo) -> None:
    raw = [path.read_bytes() for path in demo.files.paths if path.suffix == ".csv"]
    assert any(data.startswith(b"\xef\xbb\xbf") for data in raw)
    assert any(b";" in data.split(b"\n")[0] and b"\x96" in data for data in raw)  # cp1252 dash
    assert {data.split(b"\r\n")[0].count(b"\n") == 0 for data in raw} == {True, False}
    desa = {str(row.cells["desa"]) for row in demo.sound("keluarga")}
    assert {"Sei Pumpung", "Sungai Pumpung", "63.11.03.2022", "Desa Awayan", "AWAYAN"} <= desa
    written = [str(row.cells["program_diterima"]) for row in demo.sound("kunjungan")]
    joined = [text for text in written if len(several(text)) > 1]
    assert all(any(mark in text for text in joined) for mark in (";", ",", "|", " "))
    assert any(text.isupper() for text in joined)


def test_the_household_is_sometimes_visited_twice_on_a_day(demo: Demo) -> None:
    days = Counter((visit.household, visit.day) for visit in demo.visits)
    met = Counter((visit.household, visit.day) for visit in demo.visits if visit.met)
    assert sum(count > 1 for count in days.values()) > 100
    assert sum(count > 1 for count in met.values()) > 30


def test_period_is_eighteen_months(demo: Demo) -> None:
    first = min(visit.day for visit in demo.visits)
    assert demo.truth.first_day <= first <= demo.truth.first_day + timedelta(days=2)
    assert demo.truth.first_day.toordinal() == TODAY.replace(2025, 3).toordinal()
    assert max(visit.day for visit in demo.visits) == TODAY
