"""The forms convert, and what Kobo and ODK Central export of them imports without any mapping."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from analytics.config import load_rules
from analytics.ingest import forms
from analytics.ingest.sources import Sheet, SourceContent, SourceFile, UnreadableFile, read_source
from tests.ingest.books import xlsx, zipped

RULES = load_rules()
UUID = "11111111-2222-4333-8444-{:012d}"


@pytest.mark.parametrize("name", ["kunjungan", "keluarga"])
def test_a_form_converts_without_a_warning(name: str) -> None:
    result = convert(forms.FORMS / f"{name}.xlsx")
    assert not result.warnings
    assert f"perut_{name}" in result.xform


def test_the_files_are_what_the_rules_say(tmp_path: Path) -> None:
    """Fails when the rules changed and the forms were not written again."""
    for path in forms.write_forms(tmp_path):
        assert path.read_bytes() == (forms.FORMS / path.name).read_bytes()


def survey(name: str) -> dict[str, dict[str, Any]]:
    book = openpyxl.load_workbook(forms.FORMS / f"{name}.xlsx")
    rows = list(book["survey"].values)
    named = (dict(zip(rows[0], row, strict=True)) for row in rows[1:])
    return {row["name"]: row for row in named if not str(row["type"]).startswith("end_")}


def choices(name: str, which: str) -> list[str]:
    rows = openpyxl.load_workbook(forms.FORMS / f"{name}.xlsx")["choices"].values
    return [code for listed, code, _label in rows if listed == which]


def test_the_form_offers_what_the_rules_know() -> None:
    assert choices("kunjungan", "hambatan") == list(RULES.barriers)
    assert choices("keluarga", "kerentanan") == list(RULES.vulnerabilities)
    assert choices("kunjungan", "program") == [code for code, _name in forms.PROGRAMS]
    assert len(choices("keluarga", "desa")) == 23


def test_the_programs_are_those_of_the_simulated_data() -> None:
    from analytics.simulate.programs import PROGRAMS

    assert tuple((p.code, p.name) for p in PROGRAMS) == forms.PROGRAMS


def test_what_the_form_asks_and_when() -> None:
    rows = survey("kunjungan")
    assert rows["layanan"]["relevant"] == "${hasil} = 'bertemu'"
    assert rows["tanggal"]["constraint"] == ". <= today()"
    assert rows["jadwal_berikutnya"]["constraint"] == ". > ${tanggal}"
    assert rows["rincian_hambatan"]["repeat_count"] == "${jumlah_hambatan}"
    assert all(row["label"] for row in rows.values() if row["type"].split()[0] in ("text", "date"))


def test_assistants_to_choose_from() -> None:
    data = forms.visit_form(RULES, assistants=[("P-01", "Contoh")])
    result = convert(io.BytesIO(data), file_type=".xlsx")
    assert "P-01" in result.xform


# --- what the servers export --------------------------------------------------------------------

VISITS: list[Any] = [
    # id_keluarga, tanggal, pendamping, hasil, programs, manfaat, barriers, jadwal, catatan
    (
        *("AWY-0001", "2025-12-01", "P-01", "bertemu", ["pkh", "sembako"], "4"),
        *(["ekonomi", "rumah"], "2025-12-31", "baik"),
    ),
    ("0002", "2025-12-02", "P-01", "tidak_di_tempat", [], None, [], None, None),
    (
        *("AWY-0003", "2025-12-03", "P-02", "bertemu", ["rtlh"], "2"),
        *(["akses_jalan"], None, "perlu; ulang"),
    ),
]
PROGRAMS = [code for code, _name in forms.PROGRAMS]
BARRIERS = list(RULES.barriers)

EXPECTED_VISITS = [
    (
        *(UUID.format(i), hh, day, who, what, ";".join(got) or None),
        *(good, on, ";".join(bars) or None, note),
    )
    for i, (hh, day, who, what, got, good, bars, on, note) in enumerate(VISITS, 1)
]
_FIRST, _THIRD = UUID.format(1), UUID.format(3)
EXPECTED_BARRIERS = [
    (f"{id_}-{n}", household, id_, category, text, agency, day, "terbuka")
    for id_, n, household, category, text, agency, day in (
        (_FIRST, 1, "AWY-0001", "ekonomi", "atap bocor", "Perkim", "2025-12-01"),
        (_FIRST, 2, "AWY-0001", "rumah", "uraian 2", None, "2025-12-01"),
        (_THIRD, 1, "AWY-0003", "akses_jalan", "atap bocor", "Perkim", "2025-12-03"),
    )
]
VISIT_COLUMNS = [
    "id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil", "program_diterima",
    "manfaat", "jadwal_berikutnya", "hambatan", "catatan",
]  # fmt: skip
BARRIER_COLUMNS = [
    "id_hambatan", "id_keluarga", "id_kunjungan", "kategori", "uraian", "opd", "dibuka_pada",
    "status",
]  # fmt: skip


def submission(
    i: int, slash: str, *, joined: bool, split: bool, yes: str, no: str
) -> dict[str, Any]:
    """One submission's answers with group prefixes, as both servers name the columns."""
    hh, day, who, what, got, benefit, bars, nxt, note = VISITS[i - 1]
    row: dict[str, Any] = {"start": f"{day}T08:00:00.000+08:00", "end": f"{day}T08:20:00.000+08:00"}
    row |= {f"pintu{slash}id_keluarga": hh, f"pintu{slash}tanggal": day}
    row |= {f"pintu{slash}pendamping": who, f"pintu{slash}hasil": what}
    for group, name, chosen, known in (
        ("layanan", "program_diterima", got, PROGRAMS),
        ("kendala", "hambatan", bars, BARRIERS),
    ):
        if joined:
            row[f"{group}{slash}{name}"] = " ".join(chosen)
        if split:
            row |= {f"{group}{slash}{name}/{c}": yes if c in chosen else no for c in known}
        if name == "program_diterima":
            row[f"layanan{slash}manfaat"] = benefit
    row |= {"jumlah_hambatan": len(bars)}
    row |= {f"penutup{slash}jadwal_berikutnya": nxt, f"penutup{slash}catatan": note}
    return row


def repeats(i: int) -> list[dict[str, Any]]:
    return [
        {
            "urutan": n,
            "kategori": code,
            "nama_kategori": RULES.barriers[code],
            "uraian": "atap bocor" if n == 1 else f"uraian {n}",
            "opd": "Perkim" if n == 1 else None,
        }
        for n, code in enumerate(VISITS[i - 1][6], 1)
    ]


def as_csv(rows: list[dict[str, Any]], delimiter: str) -> str:
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def grid(rows: list[dict[str, Any]]) -> list[list[Any]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [names, *([row.get(name) for name in names] for row in rows)]


def kobo(**how: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    main: list[dict[str, Any]] = []
    children: list[dict[str, Any]] = []
    for i in range(1, len(VISITS) + 1):
        uuid = UUID.format(i)
        meta = {
            "__version__": "vAbc", "_version_": "vAbc", "meta/instanceID": f"uuid:{uuid}",
            "meta/rootUuid": f"uuid:{uuid}", "_id": 5000 + i, "_uuid": uuid,
            "_submission_time": "2025-12-05T01:02:03", "_validation_status": None, "_notes": None,
            "_status": "submitted_via_web", "_submitted_by": None, "_tags": None, "_index": i,
        }  # fmt: skip
        main.append(submission(i, "/", yes="1", no="0", **how) | meta)
        for row in repeats(i):
            children.append(
                {f"rincian_hambatan/{k}": v for k, v in row.items()}
                | {
                    "_index": len(children) + 1,
                    "_parent_table_name": "PERUT – Kunjungan",
                    "_parent_index": i,
                    "_submission__id": 5000 + i,
                    "_submission__uuid": uuid,
                    "_submission__submission_time": "2025-12-05T01:02:03",
                    "_submission__validation_status": None,
                    "_submission__notes": None,
                    "_submission__status": "submitted_via_web",
                    "_submission__submitted_by": None,
                    "_submission___version__": "vAbc",
                    "_submission__tags": None,
                }
            )
    return main, children


def odk(**how: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    main: list[dict[str, Any]] = []
    children: list[dict[str, Any]] = []
    for i in range(1, len(VISITS) + 1):
        key = f"uuid:{UUID.format(i)}"
        meta = {
            "meta-instanceID": key, "meta-instanceName": "x", "KEY": key, "SubmitterID": "7",
            "SubmitterName": "petugas", "AttachmentsPresent": 0, "AttachmentsExpected": 0,
            "Status": "", "ReviewState": "", "DeviceID": "d", "Edits": 0, "FormVersion": "1",
        }  # fmt: skip
        row = {"SubmissionDate": "2025-12-05T01:02:03.000Z"}
        main.append(row | submission(i, "-", yes="1", no="0", **how) | meta)
        for n, child in enumerate(repeats(i), 1):
            children.append(child | {"PARENT_KEY": key, "KEY": f"{key}/rincian_hambatan[{n}]"})
    return main, children


def read(name: str, data: bytes) -> SourceContent:
    return read_source(SourceFile(name, data=data), rules=RULES)


def rows(sheet: Sheet, columns: list[str]) -> list[tuple[Any, ...]]:
    """Cells as text; several codes may be separated by a space or by ``;``."""
    many = ("program_diterima", "hambatan")
    return [
        tuple(row[c] and row[c].replace(" ", ";") if c in many else row[c] for c in columns)
        for row in sheet.table.to_pylist()
    ]


def check(content: SourceContent, *, with_barriers: bool = True) -> None:
    kinds = {sheet.kind: sheet for sheet in content.sheets}
    assert set(kinds) == ({"kunjungan", "hambatan"} if with_barriers else {"kunjungan"})
    assert rows(kinds["kunjungan"], VISIT_COLUMNS) == EXPECTED_VISITS
    assert kinds["kunjungan"].table.column("row_no").to_pylist() == [2, 3, 4]
    if with_barriers:
        assert rows(kinds["hambatan"], BARRIER_COLUMNS) == EXPECTED_BARRIERS
    assert not any(sheet.flags or sheet.problem for sheet in content.sheets)
    assert all(not sheet.extras for sheet in content.sheets)


HOW = [
    {"joined": True, "split": False},
    {"joined": True, "split": True},
    {"joined": False, "split": True},
]


@pytest.mark.parametrize("how", HOW)
def test_kobo_csv(how: dict[str, bool]) -> None:
    main, _children = kobo(**how)
    data = as_csv(main, ";").encode("utf-8-sig")
    check(read("PERUT_-_all_versions_-_2025.csv", data), with_barriers=False)


@pytest.mark.parametrize("how", HOW)
def test_kobo_xlsx_with_a_repeat_sheet(how: dict[str, bool]) -> None:
    main, children = kobo(**how)
    data = xlsx({"PERUT – Kunjungan": grid(main), "rincian_hambatan": grid(children)})
    check(read("export.xlsx", data))


def test_kobo_xlsx_without_groups_and_with_only_the_index_to_join_by() -> None:
    main, children = kobo(joined=True, split=False)
    flat = [{k.split("/")[-1] if "meta" not in k else k: v for k, v in r.items()} for r in main]
    drop = ("_submission__uuid", "_submission__id")
    short = [{k.split("/")[-1]: v for k, v in r.items() if k not in drop} for r in children]
    check(read("export.xlsx", xlsx({"kunjungan": grid(flat), "rincian_hambatan": grid(short)})))


@pytest.mark.parametrize("how", HOW)
def test_odk_central_zip(how: dict[str, bool]) -> None:
    main, children = odk(**how)
    members: dict[str, bytes | str] = {
        "perut_kunjungan.csv": as_csv(main, ","),
        "perut_kunjungan-rincian_hambatan.csv": as_csv(children, ","),
        "media/1733.jpg": b"\xff\xd8\xff",
    }
    content = read("perut_kunjungan.zip", zipped(members))
    check(content)
    assert content.ignored == ["1 berkas lain di dalam ZIP"]


def test_odk_central_csv_alone() -> None:
    main, _children = odk(joined=True, split=False)
    check(read("perut_kunjungan.csv", as_csv(main, ",").encode()), with_barriers=False)


def test_an_edited_submission_keeps_its_id() -> None:
    main, _children = odk(joined=True, split=False)
    main[0]["meta-instanceID"] = "uuid:99999999-0000-4000-8000-000000000000"
    check(read("perut_kunjungan.csv", as_csv(main, ",").encode()), with_barriers=False)


def test_a_submission_that_was_refused_on_the_server_is_flagged_not_lost() -> None:
    main, _children = odk(joined=True, split=False)
    main[1]["ReviewState"] = "rejected"
    (sheet,) = read("perut_kunjungan.csv", as_csv(main, ",").encode()).sheets
    assert sheet.table.num_rows == 3
    assert [(flag.row_no, flag.column) for flag in sheet.flags] == [(3, "")]


def test_a_repeat_row_whose_submission_is_missing_is_flagged() -> None:
    main, children = odk(joined=True, split=False)
    members: dict[str, bytes | str] = {
        "a.csv": as_csv(main[1:], ","),
        "a-r.csv": as_csv(children, ","),
    }
    barriers = read("a.zip", zipped(members)).sheets[1]
    assert [flag.row_no for flag in barriers.flags] == [2, 3]


def test_a_repeat_table_alone_cannot_be_used() -> None:
    _main, children = odk(joined=True, split=False)
    with pytest.raises(UnreadableFile, match="dibuka_pada"):
        read("a.csv", as_csv(children, ",").encode())


@pytest.mark.parametrize("server", ["kobo", "odk"])
def test_a_household_registered_by_form(server: str) -> None:
    answers = {
        "keluarga/id_keluarga": "AWY-0009",
        "keluarga/no_kk": "0011030101010001",
        "tempat/desa": "63.11.03.2007",
        "tempat/rt": "003",
        "keadaan/prioritas": "tinggi",
        "keadaan/kerentanan": "lansia ibu_hamil",
        "keadaan/terdaftar_pada": "2025-12-01",
    }
    if server == "kobo":
        answers |= {
            "tempat/posisi": "-2.41 115.52 0 4",
            "_tempat/posisi_latitude": "-2.41",
            "_posisi_latitude": "-2.41",
            "_posisi_longitude": "115.52",
            "_uuid": UUID.format(1),
        }
        answers.pop("_tempat/posisi_latitude")
    else:
        answers = {k.replace("/", "-"): v for k, v in answers.items()}
        answers |= {
            "tempat-posisi-Latitude": "-2.41",
            "tempat-posisi-Longitude": "115.52",
            "tempat-posisi-Altitude": "0",
            "tempat-posisi-Accuracy": "4",
            "KEY": f"uuid:{UUID.format(1)}",
        }
    (sheet,) = read("export.csv", as_csv([answers], ",").encode()).sheets
    row = sheet.table.to_pylist()[0]
    assert sheet.kind == "keluarga"
    assert (row["id_keluarga"], row["desa"], row["rt"]) == ("AWY-0009", "63.11.03.2007", "003")
    assert (row["no_kk"], row["kerentanan"]) == ("0011030101010001", "lansia ibu_hamil")
    assert (row["lintang"], row["bujur"]) == ("-2.41", "115.52")
    assert not sheet.extras
