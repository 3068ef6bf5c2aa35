"""The XLSForms for Kobo and ODK: one visit, and the registration of one household.

Field names are the canonical column names, so that the built-in mapping
(`data/mappings/perut.toml`) reads the exports without any further work. Run
``python -m analytics.ingest.forms`` to write `data/forms/*.xlsx` again after a change of
`data/rules.toml`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter

from analytics.config import DATA, OUTCOMES, PRIORITIES, Rules, load_rules
from analytics.ingest.cells import CREATED, OPTIONS, write_text
from analytics.ingest.formquestions import (
    BENEFIT_LABELS,
    OUTCOME_LABELS,
    Question,
    household_survey,
    visit_survey,
)

FORMS = DATA / "forms"

PROGRAMS: tuple[tuple[str, str], ...] = (
    ("pkh", "Program Keluarga Harapan (PKH)"),
    ("sembako", "Program Sembako (BPNT)"),
    ("blt_dd", "BLT Dana Desa"),
    ("pbi_jk", "PBI Jaminan Kesehatan (PBI-JK)"),
    ("rtlh", "Rehabilitasi Rumah Tidak Layak Huni"),
    ("pmt_stunting", "PMT Pencegahan Stunting"),
    ("bantuan_lansia", "Bantuan Lansia"),
    ("bantuan_disabilitas", "Bantuan Disabilitas"),
)
"""Programs of the form when none are given: the eight of Kecamatan Awayan."""

_COLUMNS = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "required_message",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "repeat_count",
    "default",
    "appearance",
)


def _form(
    survey: Iterable[Question],
    choices: Mapping[str, Iterable[tuple[str, str]]],
    settings: Mapping[str, str],
) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        head = book.add_format({"bold": True, "bg_color": "#D7E8E6", "num_format": "@"})
        text = book.add_format({"num_format": "@"})

        def sheet(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
            page = book.add_worksheet(name)
            page.set_column(0, len(columns) - 1, 22, text)
            page.freeze_panes(1, 0)
            for column, title in enumerate(columns):
                write_text(page, 0, column, title, head)
            for number, row in enumerate(rows, 1):
                for column, title in enumerate(columns):
                    if value := row.get(title):
                        write_text(page, number, column, value, text)

        lists = [
            {"list_name": name, "name": code, "label": label}
            for name, pairs in choices.items()
            for code, label in pairs
        ]
        sheet("survey", _COLUMNS, survey)
        sheet("choices", ("list_name", "name", "label"), lists)
        sheet("settings", tuple(settings), [settings])
    return out.getvalue()


def visit_form(
    rules: Rules,
    programs: Sequence[tuple[str, str]] = PROGRAMS,
    assistants: Sequence[tuple[str, str]] = (),
) -> bytes:
    """The XLSForm of a visit.

    Args:
        programs: (code, name) offered as received; codes must have no spaces.
        assistants: (id, name) to choose from; without them the id is typed.
    """
    choices: dict[str, Iterable[tuple[str, str]]] = {
        "hasil": [(code, OUTCOME_LABELS[code]) for code in OUTCOMES],
        "program": programs,
        "manfaat": BENEFIT_LABELS.items(),
        "hambatan": rules.barriers.items(),
    }
    if assistants:
        choices["pendamping"] = assistants
    settings = {
        "form_title": "PERUT – Kunjungan",
        "form_id": "perut_kunjungan",
        "version": "2026112401",
        "default_language": "Bahasa Indonesia (id)",
        "instance_name": "concat(${id_keluarga}, ' ', ${tanggal})",
    }
    return _form(visit_survey(bool(assistants)), choices, settings)


def household_form(rules: Rules, desa: Sequence[tuple[str, str]]) -> bytes:
    """The XLSForm that registers a household; *desa* are (code, name) to choose from."""
    choices = {
        "desa": desa,
        "prioritas": [(code, code.capitalize()) for code in PRIORITIES],
        "kerentanan": rules.vulnerabilities.items(),
    }
    settings = {
        "form_title": "PERUT – Keluarga",
        "form_id": "perut_keluarga",
        "version": "2025010101",
        "default_language": "Bahasa Indonesia (id)",
        "instance_name": "${id_keluarga}",
    }
    return _form(household_survey(), choices, settings)


def area_desa(rules: Rules, table: Path = DATA / "desa.csv") -> list[tuple[str, str]]:
    """(code, name) of the desa of the area in `data/rules.toml`, by name."""
    with table.open(encoding="utf-8", newline="") as source:
        rows = [
            (row["kode_kemendagri"], row["nama"])
            for row in csv.DictReader(source)
            if row["kode_kemendagri"].startswith(rules.area.code)
        ]
    return sorted(rows, key=lambda pair: pair[1])


def write_forms(folder: Path = FORMS) -> list[Path]:
    """Writes `kunjungan.xlsx` and `keluarga.xlsx` for the area in force; returns their paths."""
    rules = load_rules()
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "kunjungan.xlsx": visit_form(rules),
        "keluarga.xlsx": household_form(rules, area_desa(rules)),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


if __name__ == "__main__":
    write_forms()
