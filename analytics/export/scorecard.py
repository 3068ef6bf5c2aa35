"""The self-assessment of the Indeks Inovasi Daerah as a workbook and as a PDF."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.export.pdf import pdf
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook
from analytics.i18n import _
from analytics.innovation import words
from analytics.innovation.scorecard import Scorecard
from analytics.store.evidence import Evidence

_TEMPLATE = Path(__file__).with_suffix(".typ")


def scorecard_workbook(
    card: Scorecard,
    proofs: pd.DataFrame,
    register: Sequence[Evidence],
    *,
    area: str,
    version_id: str,
    simulated: bool,
) -> bytes:
    """Three sheets: the indicators, the register of evidence, and what the data proves."""
    note = [words.summary(card), words.caution()]
    indicators = SheetSpec(
        _("Indicators"),
        words.table(card),
        [
            ColumnSpec("no", _("No.")),
            ColumnSpec("name", _("Indicator"), width=34),
            ColumnSpec("required", _("Required")),
            ColumnSpec("parameter", _("Parameter"), "integer"),
            ColumnSpec("level", _("Level reached"), width=28),
            ColumnSpec("value", _("Number")),
            ColumnSpec("source", _("Proved by"), width=24),
            ColumnSpec("gap", _("To the next parameter"), width=44),
            ColumnSpec("weight", _("Weight"), "integer"),
            ColumnSpec("score", _("Score (estimate)"), "integer"),
            ColumnSpec("evidence", _("Evidence"), width=44),
            ColumnSpec("note", _("How it is counted"), width=60),
        ],
        note,
    )
    documents = SheetSpec(
        _("Register of evidence"),
        pd.DataFrame(
            [
                {
                    "no": each.no,
                    "title": each.title,
                    "reference": each.reference,
                    "dated": pd.Timestamp(each.dated),
                    "level": each.level or None,
                    "number": each.number,
                    "out_of": each.out_of,
                    "file": each.file_name,
                    "sha256": each.file_sha256,
                }
                for each in register
            ],
            columns="no title reference dated level number out_of file sha256".split(),
        ),
        [
            ColumnSpec("no", _("Indicator")),
            ColumnSpec("title", _("Title"), width=44),
            ColumnSpec("reference", _("Number or address"), width=28),
            ColumnSpec("dated", _("Dated"), "date"),
            ColumnSpec("level", _("Parameter"), "integer"),
            ColumnSpec("number", _("Number"), "decimal"),
            ColumnSpec("out_of", _("Out of"), "decimal"),
            ColumnSpec("file", _("File"), width=28),
            ColumnSpec("sha256", "SHA-256", width=20),
        ],
    )
    proved = SheetSpec(
        _("Proved by the data"),
        proofs.assign(note=proofs["no"].map(words.meaning)),
        [
            ColumnSpec("no", _("Indicator")),
            ColumnSpec("value", _("Number"), "decimal"),
            ColumnSpec("counted", _("Counted"), "integer"),
            ColumnSpec("out_of", _("Out of"), "integer"),
            ColumnSpec("from_on", _("First day"), "date"),
            ColumnSpec("to_on", _("Last day"), "date"),
            ColumnSpec("left_out", _("Left out"), "integer"),
            ColumnSpec("note", _("How it is counted"), width=70),
        ],
    )
    return workbook(
        [indicators, documents, proved], simulated=simulated, about=about(card, area, version_id)
    )


def about(card: Scorecard, area: str, version_id: str) -> list[tuple[str, str]]:
    """Where the assessment comes from."""
    return [
        (_("Area"), area),
        (_("As of"), numbers.day(card.as_of)),
        (_("Version of the data"), version_id),
        (_("Indicators and thresholds"), card.edition.source),
        (_("Estimated score"), words.summary(card)),
        (_("Careful"), words.caution()),
    ]


def scorecard_pdf(card: Scorecard, *, area: str, version_id: str, simulated: bool) -> bytes:
    """The assessment on A4 pages; the same input gives the same bytes."""
    data = {
        "title": _("Self-assessment: Indeks Inovasi Daerah"),
        "source": card.edition.source,
        "score": numbers.number(card.score),
        "highest": numbers.number(card.highest),
        "estimate": _("estimate"),
        "summary": words.summary(card),
        "caution": words.caution(),
        "page": _("page {page} of {pages}"),
        "columns": [
            _("No."),
            _("Indicator"),
            _("Parameter"),
            _("Proof"),
            _("To the next parameter"),
            _("Score"),
        ],
        "rows": [_row(row) for row in words.table(card).to_dict("records")],
    }
    return pdf(
        _TEMPLATE, data, area=area, as_of=card.as_of, version_id=version_id, simulated=simulated
    )


def _row(row: Mapping[Hashable, Any]) -> dict[str, object]:
    counts = bool(pd.notna(row["score"]))
    return {
        "no": row["no"],
        "name": row["name"],
        "required": row["required"],
        "parameter": row["parameter"],
        "level": row["level"],
        "proof": " · ".join(str(part) for part in (row["value"], row["source"]) if part),
        "evidence": row["evidence"],
        "gap": row["gap"],
        "score": numbers.number(row["score"]) if counts else "",
        "counts": counts,
    }
