"""Exports of the project's own forms, under every way in which a server writes the headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from analytics.config import load_rules
from analytics.ingest import forms
from analytics.ingest.sources import Sheet, SourceFile, read_source
from analytics.store import Store
from tests.ingest.books import xlsx, zipped
from tests.ingest.test_forms import as_csv, grid
from tests.store.worlds import TODAY, csv, load

RULES = load_rules()
Row = dict[str, Any]
UUID = "aaaaaaaa-2222-4333-8444-{:012d}"
NOT_APPROVED, REFUSED = 3, 4  # the submission, and the row of the sheet that it stands in

HOUSEHOLDS: list[Row] = [
    {
        "id_keluarga": "AWY-0001", "nama_kepala_keluarga": "Galuh Simulasi",
        "no_kk": "0011030101010001", "jumlah_anggota": "4", "desa": "63.11.03.2007",
        "rt": "003", "rw": "01", "dusun": "Hulu", "alamat": "Jl. Simulasi 5",
        "posisi": ("-2.41", "115.52"), "desil": "2", "desil_per": "2025-06-30",
        "prioritas": "tinggi", "kerentanan": ["lansia", "ibu_hamil"],
        "terdaftar_pada": "2025-12-01",
    },
    {"id_keluarga": "0002", "desa": "63.11.03.2007", "prioritas": "sedang",
     "terdaftar_pada": "2025-12-02"},
    {"id_keluarga": "AWY-0003", "no_kk": "0011030101010003", "desa": "63.11.03.2007",
     "posisi": ("-2.5", "115.6"), "prioritas": "rendah", "kerentanan": ["balita"],
     "terdaftar_pada": "2025-12-03"},
]  # fmt: skip
VISITS: list[Row] = [
    {"id_keluarga": "AWY-0001", "tanggal": "2025-12-01", "pendamping": "P-01",
     "hasil": "bertemu", "program_diterima": ["pkh", "pbi_jk"], "manfaat": "4",
     "hambatan": ["data_kependudukan", "rumah"], "jadwal_berikutnya": "2025-12-31",
     "posisi": ("-2.41001", "115.52002"), "catatan": "baik"},
    {"id_keluarga": "0002", "tanggal": "2025-12-02", "pendamping": "P-01",
     "hasil": "tidak_di_tempat"},
    {"id_keluarga": "AWY-0003", "tanggal": "2025-12-03", "pendamping": "P-02",
     "hasil": "bertemu", "program_diterima": ["sembako"], "manfaat": "1",
     "hambatan": ["akses_jalan"]},
]  # fmt: skip
REPEATS = [
    (i, code) for i, visit in enumerate(VISITS, 1) for code in visit.get("hambatan", [])
]  # submission, category
FORMS = {"keluarga": HOUSEHOLDS, "kunjungan": VISITS}
HEADERS = ["grup/", "grup-", "names", "Grup/", "labels"]
SERVERS = ["kobo_csv", "kobo_xlsx", "odk_zip"]


class Form:
    """What a form asks: fields in order with their groups and labels, and the choices' labels."""

    def __init__(self, name: str, headers: str) -> None:
        book = openpyxl.load_workbook(forms.FORMS / f"{name}.xlsx")
        rows = [[cell or "" for cell in row] for row in book["survey"].values]
        self.headers = headers
        self.fields: dict[str, tuple[str, str, str]] = {}  # name → type, group's header, own header
        self.repeat: dict[str, str] = {}
        group, where = "", self.fields
        by_label = headers in ("Grup/", "labels")
        repeated = False
        for row in (dict(zip(rows[0], row, strict=True)) for row in rows[1:]):
            kind = str(row["type"])
            title = str(row["label"] if by_label and row["label"] else row["name"])
            if kind.startswith("begin"):
                repeated = kind == "begin_repeat"
                group = title
            elif kind.startswith("end_"):
                group, repeated = "", False
            elif kind not in ("note", "start", "end"):
                prefix = f"{group}{headers[-1]}" if group and headers[-1] in "/-" else ""
                if repeated:
                    self.repeat[str(row["name"])] = prefix + title
                else:
                    where[str(row["name"])] = (kind, prefix, title)
        self.labels: dict[str, dict[str, str]] = {}
        for listed, code, label in list(book["choices"].values)[1:]:
            self.labels.setdefault(str(listed), {})[str(code)] = str(label)
        self.by_label = by_label

    def text(self, listed: str, code: str) -> str:
        return self.labels[listed][code] if self.by_label else code

    def answers(self, row: Mapping[str, Any], *, odk: bool) -> Row:
        """One submission's cells."""
        cells: Row = {"start": "2025-12-01T08:00:00.000+08:00", "end": "x"}
        for name, (kind, prefix, title) in self.fields.items():
            header, value = prefix + title, row.get(name)
            listed = kind.split()[-1]
            if kind == "geopoint":
                parts = (*(value or ("", "")), "0", "4")
                if odk:
                    names = ("Latitude", "Longitude", "Altitude", "Accuracy")
                    cells |= {f"{header}-{n}": p for n, p in zip(names, parts, strict=True)}
                else:
                    names = ("latitude", "longitude", "altitude", "precision")
                    cells[header] = " ".join(parts) if value else ""
                    cells |= {f"_{header}_{n}": p for n, p in zip(names, parts, strict=True)}
            elif kind.startswith("select_multiple"):
                chosen = value or []
                cells[header] = " ".join(self.text(listed, code) for code in chosen)
                if not odk or self.by_label:
                    for code in self.labels[listed]:
                        cells[f"{header}/{self.text(listed, code)}"] = str(int(code in chosen))
            elif kind.startswith("select_one") and value:
                cells[header] = self.text(listed, value)
            else:
                cells[header] = value or ""
        return cells


def meta(headers: str) -> str:
    return "" if headers in ("names", "labels") else "meta/"


def export(name: str, headers: str, server: str) -> SourceFile:
    """The form's three submissions; the third was refused by the reviewer."""
    form = Form(name, headers)
    odk = server == "odk_zip"
    main: list[Row] = []
    for i, row in enumerate(FORMS[name], 1):
        cells = form.answers(row, odk=odk)
        uuid = UUID.format(i)
        if odk:
            cells = {"SubmissionDate": "2025-12-05T01:02:03.000Z"} | cells
            cells[meta(headers).replace("/", "-") + "instanceID"] = f"uuid:{uuid}"
            state: Row = {
                "KEY": f"uuid:{uuid}", "SubmitterID": "7", "SubmitterName": "petugas",
                "AttachmentsPresent": 0, "AttachmentsExpected": 0, "Status": "",
                "ReviewState": "rejected" if i == NOT_APPROVED else "approved",
                "DeviceID": "d", "Edits": 0, "FormVersion": "1",
            }  # fmt: skip
            cells |= state
        else:
            cells |= {
                "__version__": "v", "_id": 5000 + i, "_uuid": f"edited-{i}",
                "_submission_time": "2025-12-05T01:02:03",
                "_validation_status": "Not Approved" if i == NOT_APPROVED else "Approved",
                "_notes": "", "_status": "submitted_via_web", "_submitted_by": "", "_tags": "",
                f"{meta(headers)}rootUuid": f"uuid:{uuid}", "_index": i,
            }  # fmt: skip
        main.append(cells)
    children = repeats(form, odk=odk) if name == "kunjungan" else []
    if server == "kobo_csv":
        return SourceFile("PERUT_-_all_versions.csv", data=as_csv(main, ";").encode("utf-8-sig"))
    if odk:
        members = {f"perut_{name}.csv": as_csv(main, ",")}
        if children:
            members[f"perut_{name}-rincian_hambatan.csv"] = as_csv(children, ",")
        return SourceFile(f"perut_{name}.zip", data=zipped(members))
    sheets = {f"PERUT - {name.capitalize()}": grid(main)}
    if children:
        sheets["rincian_hambatan"] = grid(children)
    return SourceFile("export.xlsx", data=xlsx(sheets))


def repeats(form: Form, *, odk: bool) -> list[Row]:
    rows: list[Row] = []
    for n, (i, code) in enumerate(REPEATS, 1):
        said = {"urutan": "1", "kategori": code, "nama_kategori": RULES.barriers[code]}
        said |= {"uraian": f"uraian {n}", "opd": "Perkim"}
        row: Row = {form.repeat[name]: value for name, value in said.items()}
        if odk:
            key = f"uuid:{UUID.format(i)}"
            row |= {"PARENT_KEY": key, "KEY": f"{key}/rincian_hambatan[{n}]"}
        else:
            row |= {
                "_index": n, "_parent_table_name": "PERUT - Kunjungan", "_parent_index": i,
                "_submission__id": 5000 + i, "_submission__uuid": f"edited-{i}",
                "_submission__submission_time": "2025-12-05T01:02:03",
            }  # fmt: skip
        rows.append(row)
    return rows


def codes(sheet: Sheet, form: Form) -> list[Row]:
    """The filled cells of a sheet, with codes instead of labels."""
    code_of = {label: code for pairs in form.labels.values() for code, label in pairs.items()}
    result = []
    for row in sheet.table.to_pylist():
        cells = {k: v for k, v in row.items() if v is not None and k != "row_no"}
        for name, value in cells.items():
            kind = form.fields.get(name, ("", "", ""))[0]
            if kind.startswith("select_multiple"):
                words = value.split(";") if ";" in value or form.by_label else value.split(" ")
                cells[name] = [code_of.get(word, word) for word in words]
            elif kind.startswith("select_one"):
                cells[name] = code_of.get(value, value)
        result.append(cells)
    return result


def expected(name: str, server: str) -> list[Row]:
    result = []
    for i, row in enumerate(FORMS[name], 1):
        cells = {k: v for k, v in row.items() if k != "posisi"}
        if "posisi" in row:
            cells |= {"lintang": row["posisi"][0], "bujur": row["posisi"][1]}
        if name == "kunjungan":
            sent = "2025-12-05T01:02:03"
            cells |= {
                "id_kunjungan": UUID.format(i),
                "jam": "2025-12-01T08:00:00.000+08:00",
                "dikirim_pada": f"{sent}.000Z" if server == "odk_zip" else sent,
            }
        result.append(cells)
    return result


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_lost_and_what_was_refused_is_flagged(
    name: str, headers: str, server: str
) -> None:
    content = read_source(export(name, headers, server), rules=RULES)
    sheets = {sheet.kind: sheet for sheet in content.sheets}
    main = sheets.pop(name)
    assert codes(main, Form(name, headers)) == expected(name, server)
    assert [(flag.row_no, flag.column) for flag in main.flags] == [(REFUSED, "")]
    assert (main.extras, content.ignored) == ((), [])
    if name == "kunjungan" and server != "kobo_csv":
        barriers = sheets.pop("hambatan")
        found = barriers.table.select(["id_kunjungan", "kategori", "dibuka_pada"]).to_pylist()
        assert [tuple(row.values()) for row in found] == [
            (UUID.format(i), code, VISITS[i - 1]["tanggal"]) for i, code in REPEATS
        ]
        assert [(flag.row_no, flag.column) for flag in barriers.flags] == [(4, "")]
        assert "ditolak oleh pemeriksa" in barriers.flags[0].problem
        assert barriers.extras == ()
    assert not sheets


@pytest.mark.parametrize("headers", HEADERS)
@pytest.mark.parametrize("server", SERVERS)
def test_both_forms_go_into_the_store(fresh_store: Store, headers: str, server: str) -> None:
    programs = "\n".join(f"{code},{label},Dinas" for code, label in forms.PROGRAMS)
    files = [csv("program", f"kode,nama,opd\n{programs}\n")]
    exports = [export(name, headers, server) for name in FORMS]
    named = [SourceFile(f"{i}-{file.name}", data=file.data) for i, file in enumerate(exports)]
    report = load(fresh_store, files + named)
    barriers = 0 if server == "kobo_csv" else 1
    assert report.total("rejected") == 2 + barriers, report.as_dict()
    assert report.total("accepted") == 8 + 2 + 2 + 2 * barriers
    assert not [w for file in report.files for w in file.warnings]
    current = fresh_store.current()
    private = current.private("keluarga", ["AWY-0001"])["AWY-0001"]
    assert (private["lintang"], private["bujur"]) == ("-2.41", "115.52")
    assert private["no_kk"] == "0011030101010001"
    visit = current.query("select * from visit order by visit_id")
    assert [str(moment) for moment in visit["started_at"]] == [
        "2025-12-01 08:00:00", "2025-12-02 08:00:00",
    ]  # fmt: skip
    assert {str(day.date()) for day in visit["sent_on"]} == {"2025-12-05"}
    assert visit["place_fp"].notna().tolist() == [True, False]
    assert current.private("kunjungan", [UUID.format(1)])[UUID.format(1)]["lintang"] == "-2.41001"
    assert visit["visit_id"].tolist() == [UUID.format(1), UUID.format(2)]
    assert sorted(visit["programs"][0]) == ["pbi_jk", "pkh"]
    assert visit["benefit"][0] == 4
    assert list(visit["barriers"][0]) == ["data_kependudukan", "rumah"]
    assert current.query("select count(*) as n from barrier")["n"][0] == 2 * barriers
    assert TODAY.year == 2025  # the submissions are not in the future


def test_both_forms_in_one_file_find_their_own_parents() -> None:
    """Households have a KEY as well: the barriers must not take them for their visits."""
    members: dict[str, bytes | str] = {}
    for name in ("keluarga", "kunjungan"):
        form = Form(name, "grup-")
        rows = [form.answers(row, odk=True) for row in FORMS[name]]
        keyed = [r | {"KEY": f"uuid:{UUID.format(i)}"} for i, r in enumerate(rows, 1)]
        members[f"perut_{name}.csv"] = as_csv(keyed, ",")
    members["r.csv"] = as_csv(repeats(Form("kunjungan", "grup-"), odk=True), ",")
    content = read_source(SourceFile("semua.zip", data=zipped(members)), rules=RULES)
    barriers = next(sheet for sheet in content.sheets if sheet.kind == "hambatan")
    assert barriers.problem is None
    assert barriers.table.column("id_keluarga").to_pylist() == ["AWY-0001"] * 2 + ["AWY-0003"]


def test_columns_that_somebody_added_to_an_export_count() -> None:
    text = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,_uuid\n"
        "K-1,1,2025-12-01,P1,bertemu,u1\n,2,2025-12-01,P1,bertemu,u2\n"
    )
    (sheet,) = read_source(SourceFile("a.csv", data=text.encode()), rules=RULES).sheets
    assert sheet.table.column("id_kunjungan").to_pylist() == ["K-1", "u2"]
    text = (
        "id_keluarga,desa,terdaftar_pada,berakhir_pada,alasan_berakhir,lintang,bujur,_uuid\n"
        "1,Awayan,2025-01-01,2025-12-01,pindah,-2.4,115.5,u1\n"
    )
    (sheet,) = read_source(SourceFile("a.csv", data=text.encode()), rules=RULES).sheets
    row = sheet.table.to_pylist()[0]
    assert (row["berakhir_pada"], row["alasan_berakhir"]) == ("2025-12-01", "pindah")
    assert (row["lintang"], row["bujur"]) == ("-2.4", "115.5")


def test_a_canonical_sheet_with_a_stray_marker_is_still_read_by_its_own_headers() -> None:
    text = (
        "id_hambatan,desa,kategori,uraian,dibuka_pada,status,_parent_index\n"
        "H1,Awayan,rumah,x,2025-12-01,terbuka,3\n"
    )
    (sheet,) = read_source(SourceFile("hambatan.csv", data=text.encode()), rules=RULES).sheets
    assert sheet.problem is None
    assert sheet.table.column("dibuka_pada").to_pylist() == ["2025-12-01"]


def test_a_choice_whose_code_has_a_dash_or_a_slash() -> None:
    text = (
        "id_keluarga,tanggal,pendamping,hasil,program_diterima/PBI-JK,"
        "Hambatan/hambatan/akses/jalan,KEY\n"
        "1,2025-12-01,P1,bertemu,1,1,uuid:a\n"
    )
    (sheet,) = read_source(SourceFile("a.csv", data=text.encode()), rules=RULES).sheets
    row = sheet.table.to_pylist()[0]
    assert (row["program_diterima"], row["hambatan"]) == ("PBI-JK", "akses/jalan")
    assert sheet.extras == ()
