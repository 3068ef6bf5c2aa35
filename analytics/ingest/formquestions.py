"""The questions of the XLSForms, row by row as the survey sheet has them.

Names are the canonical column names; labels are Indonesian because the forms are.
"""

from __future__ import annotations

from collections.abc import Mapping

OUTCOME_LABELS = {
    "bertemu": "Bertemu",
    "tidak_di_tempat": "Tidak di tempat",
    "menolak": "Menolak",
    "pindah": "Pindah",
}
BENEFIT_LABELS = {
    "1": "1 – tidak terasa",
    "2": "2 – sedikit",
    "3": "3 – cukup",
    "4": "4 – terasa",
    "5": "5 – sangat terasa",
}
_NEEDED = "Wajib diisi"
_METADATA = ({"type": "start", "name": "start"}, {"type": "end", "name": "end"})
_ID_RULE = {
    "constraint": "regex(., '^[A-Za-z0-9._/-]{1,40}$')",
    "constraint_message": "Hanya huruf, angka, titik, garis; tanpa spasi",
}
_NOT_FUTURE = {
    "constraint": ". <= today()",
    "constraint_message": "Tanggal tidak boleh di masa depan",
}

Question = Mapping[str, str]


def _question(kind: str, name: str, label: str, **more: str) -> dict[str, str]:
    required = {"required_message": _NEEDED} if more.get("required") == "yes" else {}
    return {"type": kind, "name": name, "label": label, **required, **more}


def visit_survey(assistants: bool) -> list[Question]:
    """The questions of one visit; with *assistants* the assistant is chosen from a list."""
    met = "${hasil} = 'bertemu'"
    who = _question(
        "select_one pendamping" if assistants else "text",
        "pendamping",
        "Pendamping",
        hint="Kode pendamping, misalnya P-01",
        required="yes",
        **({} if assistants else _ID_RULE),
    )
    return [
        *_METADATA,
        _question("begin_group", "pintu", "Di pintu", appearance="field-list"),
        _question(
            "text",
            "id_keluarga",
            "ID keluarga",
            hint="Kode keluarga dari daftar kecamatan, bukan nomor KK",
            required="yes",
            **_ID_RULE,
        ),
        _question(
            "date", "tanggal", "Tanggal kunjungan", required="yes", default="today()", **_NOT_FUTURE
        ),
        who,
        _question("select_one hasil", "hasil", "Hasil kunjungan", required="yes"),
        {"type": "end_group", "name": "pintu"},
        _question("begin_group", "layanan", "Program", relevant=met),
        _question(
            "select_multiple program",
            "program_diterima",
            "Program yang diterima",
            hint="Pilih semua yang sudah diterima keluarga sejak kunjungan terakhir",
        ),
        _question(
            "select_one manfaat",
            "manfaat",
            "Manfaat yang dirasakan",
            hint="Menurut keluarga, dari program yang diterima",
            relevant="count-selected(${program_diterima}) > 0",
        ),
        {"type": "end_group", "name": "layanan"},
        _question("begin_group", "kendala", "Hambatan", relevant="${hasil} != 'pindah'"),
        _question(
            "select_multiple hambatan",
            "hambatan",
            "Hambatan yang ditemukan",
            hint="Kosongkan bila tidak ada",
        ),
        {"type": "end_group", "name": "kendala"},
        # One entry per barrier that was chosen: nothing has to be typed twice.
        {
            "type": "calculate",
            "name": "jumlah_hambatan",
            "calculation": "count-selected(${hambatan})",
        },
        _question(
            "begin_repeat",
            "rincian_hambatan",
            "Rincian hambatan",
            repeat_count="${jumlah_hambatan}",
        ),
        {"type": "calculate", "name": "urutan", "calculation": "position(..)"},
        {
            "type": "calculate",
            "name": "kategori",
            "calculation": "selected-at(${hambatan}, ${urutan} - 1)",
        },
        {
            "type": "calculate",
            "name": "nama_kategori",
            "calculation": "jr:choice-name(${kategori}, '${hambatan}')",
        },
        _question("note", "tentang", "Hambatan: **${nama_kategori}**"),
        _question("text", "uraian", "Uraian hambatan", hint="Apa yang terjadi, singkat"),
        _question(
            "text",
            "opd",
            "Perangkat daerah yang menangani",
            hint="Misalnya Dinas Sosial; boleh kosong",
        ),
        {"type": "end_repeat", "name": "rincian_hambatan"},
        _question("begin_group", "penutup", "Penutup"),
        _question(
            "date",
            "jadwal_berikutnya",
            "Jadwal kunjungan berikutnya",
            constraint=". > ${tanggal}",
            constraint_message="Harus sesudah tanggal kunjungan",
            relevant="${hasil} != 'pindah'",
        ),
        _question("geopoint", "posisi", "Posisi kunjungan", hint="Boleh dilewati; di depan pintu"),
        _question("text", "catatan", "Catatan", appearance="multiline"),
        {"type": "end_group", "name": "penutup"},
    ]


def household_survey() -> list[Question]:
    """The questions that register one household."""
    return [
        *_METADATA,
        _question("begin_group", "keluarga", "Keluarga"),
        _question(
            "text",
            "id_keluarga",
            "ID keluarga",
            hint="Kode tetap dari kecamatan, bukan nomor KK",
            required="yes",
            **_ID_RULE,
        ),
        _question("text", "nama_kepala_keluarga", "Nama kepala keluarga"),
        _question(
            "text",
            "no_kk",
            "Nomor kartu keluarga",
            constraint="regex(., '^[0-9]{16}$')",
            constraint_message="Harus 16 angka",
            appearance="numbers",
        ),
        _question(
            "integer",
            "jumlah_anggota",
            "Jumlah anggota",
            constraint=". >= 1 and . <= 40",
            constraint_message="Dari 1 sampai 40",
        ),
        {"type": "end_group", "name": "keluarga"},
        _question("begin_group", "tempat", "Tempat tinggal"),
        _question(
            "select_one desa", "desa", "Desa", required="yes", appearance="minimal autocomplete"
        ),
        _question("text", "rt", "RT", appearance="numbers"),
        _question("text", "rw", "RW", appearance="numbers"),
        _question("text", "dusun", "Dusun"),
        _question("text", "alamat", "Alamat"),
        _question(
            "geopoint", "posisi", "Posisi rumah", hint="Di depan pintu, tunggu sampai teliti"
        ),
        {"type": "end_group", "name": "tempat"},
        _question("begin_group", "keadaan", "Keadaan"),
        _question(
            "integer",
            "desil",
            "Desil",
            constraint=". >= 1 and . <= 10",
            constraint_message="Dari 1 sampai 10",
        ),
        _question(
            "date", "desil_per", "Desil per tanggal", relevant="${desil} != ''", **_NOT_FUTURE
        ),
        _question(
            "select_one prioritas", "prioritas", "Prioritas", required="yes", default="sedang"
        ),
        _question("select_multiple kerentanan", "kerentanan", "Kerentanan"),
        _question(
            "date",
            "terdaftar_pada",
            "Terdaftar pada",
            required="yes",
            default="today()",
            **_NOT_FUTURE,
        ),
        {"type": "end_group", "name": "keadaan"},
    ]
