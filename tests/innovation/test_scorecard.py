"""The self-assessment: every parameter of the letter at its edges, and what the store proves."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import openpyxl
import pandas as pd
import pytest
from docx import Document
from pypdf import PdfReader

from analytics.config import DATA
from analytics.export.kipp import kipp_outline, sections
from analytics.export.scorecard import scorecard_pdf, scorecard_workbook
from analytics.ingest import SourceFile, import_files
from analytics.innovation import words
from analytics.innovation.figures import figures
from analytics.innovation.indicators import indicators
from analytics.innovation.scorecard import Scorecard, scorecard
from analytics.questions import QUESTIONS, Filters
from analytics.store import Store
from analytics.store.evidence import Evidence

DAY = date(2026, 11, 24)
NOTHING = pd.DataFrame({"no": [], "value": []})


def proofs(**values: float | None) -> pd.DataFrame:
    return pd.DataFrame(
        {"no": [no.removeprefix("i") for no in values], "value": list(values.values())}
    )


def document(no: str, title: str = "SK", dated: str = "2026-01-05", **more: float) -> Evidence:
    return Evidence(no, title, dated, **more)  # type: ignore[arg-type]


def reached(card: Scorecard, no: str) -> int:
    return next(s.parameter for s in card.standings if s.indicator.no == no)


def test_twenty_indicators_of_111_points() -> None:
    edition = indicators()
    assert len(edition.groups) == 20
    assert list(edition.groups) == [str(no) for no in range(16, 36)]
    assert edition.highest_score == 111  # 3 × the weights of the letter, 37 in all
    assert {no for no, bases in edition.groups.items() if bases[0].required} == {
        "16", "17", "32", "33", "35",
    }  # fmt: skip


def test_the_steps_are_the_numbers_of_the_letter() -> None:
    """Every threshold typed into the rules stands in the letter's own words."""
    with (DATA / "iid_2026.csv").open(encoding="utf-8", newline="") as file:
        letter = {row["no"]: row for row in csv.DictReader(file)}
    for each in indicators().indicators:
        if not each.steps or each.kind == "ratio":
            continue
        said = [letter[each.no][f"parameter_{p}"].replace(",", ".") for p in (1, 2, 3)]
        numbers = [[float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)] for text in said]
        for place, step in enumerate(each.steps):
            if each.less_is_better and place == 0:
                continue  # ">=6": everything longer
            edge = max(numbers[place]) if each.less_is_better else min(numbers[place])
            above = ">" in said[place] and ">=" not in said[place]  # ">30": 31 people, 50,01 %
            allowed = [edge + 1, edge + 0.01] if above else [edge]
            assert any(step == pytest.approx(number) for number in allowed), (each.no, place)


@pytest.mark.parametrize(
    ("no", "value", "parameter"),
    [
        ("17", 0, 0), ("17", 10, 1), ("17", 11, 2), ("17", 30, 2), ("17", 31, 3),
        ("28", 43, 1), ("28", 6, 1), ("28", 5, 2), ("28", 2, 2), ("28", 1, 3),
        ("32", 9, 1), ("32", 8, 2), ("32", 5, 2), ("32", 4, 3),
        ("33a", 200, 1), ("33a", 201, 2), ("33a", 500, 2), ("33a", 501, 3),
        ("33b", 4.9, 0), ("33b", 5, 1), ("33b", 20, 1), ("33b", 20.01, 2), ("33b", 50.01, 3),
        ("33f", 0, 0), ("33f", 2, 2), ("33f", 7, 3),
        ("35", 2, 1), ("35", 3, 2), ("35", 5, 3),
    ],
)  # fmt: skip
def test_edges(no: str, value: float, parameter: int) -> None:
    assert indicators().by_no[no].parameter(value) == parameter


def test_what_is_proved_by_whom_and_what_is_missing() -> None:
    register = [document("16", level=1), document("20"), document("35", number=0)]
    card = scorecard(proofs(i28=1.0, i33a=201.0, i33b=3.0), register, DAY)
    groups = {
        group: [each.indicator.no for each in standings]
        for group, standings in card.grouped().items()
    }
    # Required ones first, then those that add most; of 33 the basis that counts.
    assert groups["missing"][:3] == ["35", "17", "32"]
    assert groups["missing"][3] == "31"
    assert groups["attached"] == ["16", "20"]
    assert groups["store"] == ["33a", "28"]  # at the top nothing is added
    assert groups["free"] == ["23", "29"]
    assert list(groups) == ["missing", "attached", "store", "free"]
    assert sum(len(found) for found in groups.values()) == 20
    table = words.table(card).set_index("no").to_dict("index")
    assert table["16"]["to_do"] == "parameter 2: Peraturan kepala daerah"
    assert (table["16"]["proof"], table["16"]["gain"]) == ("PDF yang menyebut inovasi", 3)
    assert (table["28"]["proof"], table["28"]["gain"]) == ("", 0)
    assert pd.isna(table["33b"]["gain"])


def test_nothing_at_all_scores_what_needs_no_evidence() -> None:
    card = scorecard(NOTHING, [], DAY)
    assert card.score == 1 + 1  # 23 "belum ada" and 29 "atau belum ada", weight 1 each
    assert [s.indicator.no for s in card.required_missing] == ["16", "17", "32", "33a", "35"]


def test_documents_years_and_counts() -> None:
    register = [
        document("16", level=1),
        document("16", "Perda", level=3),
        document("17", number=24),
        *[document("18", f"DPA {y}", number=y) for y in (2026, 2025, 2024)],
        *[document("21", f"RKPD {y}", number=y) for y in (2025, 2024)],
        document("20", "Bimtek A"),
        document("20", "bimtek  a"),  # the same again, in other letters
        document("20", "Bimtek B", dated="2024-03-01"),
        document("20", "Bimtek lama", dated="2023-11-23"),  # more than three years ago
        *[document("22", f"Aktor {n}") for n in range(4)],
        document("24", "Dinas Sosial"),
        document("29", "Rekap", number=18, out_of=20),
        document("31", "Kecamatan lain", dated="2026-12-01"),  # dated after the day
    ]
    card = scorecard(NOTHING, register, DAY)
    got = {no: reached(card, no) for no in ("16", "17", "18", "20", "21", "22", "24", "29", "31")}
    assert got == {
        "16": 3, "17": 2, "18": 3, "20": 2, "21": 2, "22": 2, "24": 0, "29": 2, "31": 0,
    }  # fmt: skip
    # 3·3 + 2·2 + 2·3 + 1·2 + 2·2 + 1·2 + 1·2 + (23: 1)
    assert card.score == 9 + 4 + 6 + 2 + 4 + 2 + 2 + 1
    assert card.score_by("attached") == card.score - 1
    gaps = {s.indicator.no: s.missing for s in card.standings}
    assert gaps["17"] == 7
    assert gaps["22"] == 1
    assert gaps["29"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("no", "years", "parameter"),
    [
        # 18: "1 tahun", "2 tahun berturut-turut", "T-0, T-1 dan T-2"
        ("18", (2026,), 1), ("18", (2024,), 1), ("18", (2026, 2025), 2), ("18", (2025, 2024), 2),
        ("18", (2026, 2024), 1), ("18", (2026, 2025, 2024), 3), ("18", (2023,), 0),
        # 21: "T-1 atau T-2", "T-1 dan T-2", "T-0, T-1 dan T-2"
        ("21", (2026,), 0), ("21", (2025,), 1), ("21", (2024,), 1), ("21", (2026, 2025), 1),
        ("21", (2026, 2024), 1), ("21", (2025, 2024), 2), ("21", (2026, 2025, 2024), 3),
    ],
)  # fmt: skip
def test_the_budget_years_are_those_of_the_letter(
    no: str, years: tuple[int, ...], parameter: int
) -> None:
    register = [document(no, f"Dokumen {year}", number=year) for year in years]
    assert reached(scorecard(NOTHING, register, DAY), no) == parameter


def test_the_best_basis_of_33_counts_once() -> None:
    card = scorecard(proofs(i33a=6888, i33b=12.0, i33f=0), [document("33e", number=150)], DAY)
    by_no = {s.indicator.no: s for s in card.standings if s.indicator.group == "33"}
    assert {no: s.parameter for no, s in by_no.items()} == {
        "33a": 3, "33b": 1, "33c": 0, "33d": 0, "33e": 2, "33f": 0,
    }  # fmt: skip
    assert [no for no, s in by_no.items() if s.counts] == ["33a"]
    assert sum(s.score for s in by_no.values()) == 9


def test_the_store_is_the_internal_report_and_a_survey_is_attached() -> None:
    assert reached(scorecard(proofs(i34=1), [], DAY), "34") == 1
    card = scorecard(proofs(i34=1), [document("34", "SKM", level=2)], DAY)
    assert reached(card, "34") == 2
    assert reached(scorecard(proofs(i34=None), [], DAY), "34") == 0


def test_a_missing_proof_is_never_zero() -> None:
    card = scorecard(proofs(i28=None, i33a=None), [], DAY)
    standing = next(s for s in card.standings if s.indicator.no == "28")
    assert (standing.parameter, standing.value, standing.source) == (0, None, "none")


def test_people_are_counted_once_and_by_brute_force(demo_store: Store) -> None:
    day = date(2025, 12, 15)
    whole = demo_store.current()
    table = QUESTIONS["innovation"].function(whole, Filters(day)).set_index("no")
    visits = whole.query("select household_key, visited_on, programs, outcome from visit")
    homes = whole.query("select household_key, members from household").set_index("household_key")
    lately = visits[
        (visits["visited_on"] > pd.Timestamp(day - timedelta(365)))
        & (visits["visited_on"] <= pd.Timestamp(day))
        & (visits["outcome"] == "bertemu")
        & (visits["programs"].map(len) > 0)
    ]
    reached_homes = set(lately["household_key"])
    members = homes.loc[sorted(reached_homes), "members"]
    assert table.loc["33a", "value"] == members.sum()
    assert table.loc["33a", "counted"] == len(reached_homes)
    assert table.loc["33a", "left_out"] == members.isna().sum()


def test_quarters_in_a_row() -> None:
    from analytics.questions.innovation import quarters_row

    ends = pd.to_datetime(
        ["2025-03-31", "2025-04-30", "2025-06-30", "2025-09-30", "2025-12-31", "2026-01-31"]
    )
    months = pd.DataFrame({"month_end": ends, "coverage": [0.6, 0.9, 0.5, 0.6, 0.7, 0.1]})
    row = quarters_row(months, date(2026, 1, 31))
    assert (row["value"], row["out_of"]) == (2.0, 3)
    level = quarters_row(months.assign(coverage=0.5), date(2026, 1, 31))
    assert level["value"] == 0  # as before is no rise
    assert quarters_row(months.head(1), date(2025, 3, 31))["value"] is None


def test_an_empty_store_proves_nothing(fresh_store: Store) -> None:
    table = QUESTIONS["innovation"].function(fresh_store.current(), Filters(DAY))
    assert table["value"].isna().all()
    assert set(table["state"]) == {"no_data"}


def test_the_files_say_the_same_as_the_page(demo_store: Store) -> None:
    whole, day = demo_store.current(), date(2025, 12, 15)
    proved = QUESTIONS["innovation"].function(whole, Filters(day))
    register = [document("16", "=SK(1)", dated="2025-01-05", level=1)]
    card = scorecard(proved, register, day)
    book = openpyxl.load_workbook(
        io.BytesIO(
            scorecard_workbook(
                card, proved, register, area="Awayan", version_id="v1", simulated=True
            )
        )
    )
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "DATA SIMULASI – bukan tentang orang sungguhan"
    head = next(r for r in range(1, 9) if sheet.cell(r, 1).value == "No.")
    scores = [sheet.cell(head + 1 + n, 10).value for n in range(len(card.standings))]
    assert sum(score or 0 for score in scores) == card.score
    cells = [cell for row in book.worksheets[1].iter_rows() for cell in row]
    titles = [cell for cell in cells if cell.value == "=SK(1)"]
    assert titles and titles[0].data_type == "s"  # a text, not a formula

    pages = PdfReader(
        io.BytesIO(scorecard_pdf(card, area="Awayan", version_id="v1", simulated=True))
    ).pages
    said = " ".join(page.extract_text() for page in pages)
    assert "estimasi" in said and "DATA SIMULASI" in said
    assert all(s.indicator.name.split()[0] in said for s in card.standings)


def test_the_outline_has_its_figures_and_promises_no_effect(demo_store: Store) -> None:
    whole, filters = demo_store.current(), Filters(date(2025, 12, 15))
    asked = {
        name: QUESTIONS[name].function(whole, filters)
        for name in ("summary", "trend", "reach", "innovation")
    }
    filled = figures(**asked, window_days=90, desa=23, as_of=filters.as_of)
    data = kipp_outline(
        sections(filled, area="Kecamatan Awayan"), area="Awayan", origin="v1", simulated=True
    )
    text = "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)
    row = asked["summary"].iloc[0]
    assert f"{row['covered']:,}".replace(",", ".") in text
    assert "DATA SIMULASI" in text
    assert "Perubahan bukan dampak" in text
    assert len(filled.cascade) == len(asked["reach"])


def test_the_words_of_a_gap() -> None:
    card = scorecard(proofs(i28=43), [document("17", number=24)], DAY)
    said = {s.indicator.no: words.gap(s) for s in card.standings}
    assert said["17"] == "kurang 7 orang lagi ke parameter 3: >30 orang"
    assert said["28"] == "turun 38 hari lagi ke parameter 2: 2-5 hari"
    card = scorecard(proofs(i33b=9.5), [], DAY)
    (said_33b,) = [words.gap(s) for s in card.standings if s.indicator.no == "33b"]
    assert " poin lagi ke parameter " in said_33b


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 3, 31), date(2023, 3, 31)),
        (date(2024, 2, 29), date(2021, 2, 28)),
        (date(2027, 2, 28), date(2024, 2, 28)),
    ],
)
def test_three_years_before_the_end_of_a_month(day: date, first: date) -> None:
    same_day = document("20", dated=first.isoformat())
    a_day_later = document("20", dated=(first + timedelta(1)).isoformat())
    assert (
        next(
            s for s in scorecard(NOTHING, [same_day], day).standings if s.indicator.no == "20"
        ).value
        == 0
    )
    assert (
        next(
            s for s in scorecard(NOTHING, [a_day_later], day).standings if s.indicator.no == "20"
        ).value
        == 1
    )


def test_a_proof_that_is_not_published_is_not_said_to_be_missing() -> None:
    proofs = pd.DataFrame(
        [
            {"no": "28", "value": None, "state": "not_published"},
            {"no": "33b", "value": None, "state": "not_published"},
        ]
    )
    card = scorecard(proofs, [], DAY)
    source = {each.indicator.no: each.source for each in card.standings}
    assert (source["28"], source["33b"], source["29"]) == ("unpublished", "unpublished", "none")
    shown = words.table(card).set_index("no")["source"]
    assert shown["28"] == "tidak diterbitkan"
    assert card.score == scorecard(proofs.head(0), [], DAY).score


@pytest.mark.parametrize(("resolved", "state", "value"), [(4, "few", None), (5, "ok", 9.0)])
def test_a_handful_of_resolved_barriers_proves_no_speed(
    fresh_store: Store, resolved: int, state: str, value: float | None
) -> None:
    rows = "".join(
        f"H{n},63.11.03.2004,akses_jalan,2026-01-01,selesai,2026-01-10,\n" for n in range(resolved)
    )
    head = "id_hambatan,desa,kategori,dibuka_pada,status,selesai_pada,solusi\n"
    report = import_files(fresh_store, [SourceFile("hambatan.csv", data=(head + rows).encode())])
    assert report.exit_code == 0
    table = QUESTIONS["innovation"].function(fresh_store.current(), Filters(DAY)).set_index("no")
    assert table.loc["28", "state"] == state
    assert table["value"].astype(object).where(table["value"].notna(), None)["28"] == value
    assert scorecard(table.reset_index(), [], DAY).score_by("store") == (0 if value is None else 2)
