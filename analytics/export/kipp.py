"""The outline of a KIPP proposal as a Word document: figures filled in, the rest to be written.

KIPP (Kompetisi Inovasi Pelayanan Publik, Kementerian PANRB) judges novelty, effectiveness,
significance, transferability and sustainability; the form of a year may order them otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.shared import Pt, RGBColor

from analytics.export.xlsx import simulated_mark
from analytics.i18n import _
from analytics.innovation.figures import Figures

_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_MUTED = RGBColor(0x51, 0x66, 0x64)


@dataclass(frozen=True, slots=True)
class Section:
    """One part: its heading, what to write there, and the sentences that the data fills in."""

    heading: str
    to_write: str
    filled: tuple[str, ...] = ()


def sections(figures: Figures, *, area: str) -> list[Section]:
    """The parts of the outline, in order."""
    return [
        Section(
            _("1. Summary"),
            _("What PERUT is, for whom, since when, and the main result: at most 200 words."),
            (
                _(
                    "PERUT (Pendampingan Rutin) is the routine household assistance of {area}: "
                    "field assistants visit households, see what reached them, note what stands in "
                    "the way, and the kecamatan solves it with the agencies.",
                    area=area,
                ),
                figures.desa,
                figures.coverage,
            ),
        ),
        Section(
            _("2. Background and problem"),
            _("The problem before PERUT, with a source and its figures; who suffered from it."),
        ),
        Section(
            _("3. Novelty"),
            _("What is new: compared with the earlier way of working, and with other places."),
            (
                _(
                    "The reach of every program is followed to the door: targeted, attempted, met, "
                    "received, benefit felt, on distinct households."
                ),
            ),
        ),
        Section(
            _("4. Effectiveness: results"),
            _("What changed, since when, out of how many; what else may have caused it."),
            (figures.change, *figures.cascade),
        ),
        Section(
            _("5. Significance: benefit"),
            _("Who benefits, also among the poorest and the vulnerable; a story with consent."),
            (figures.people, figures.barriers),
        ),
        Section(
            _("6. Transferability"),
            _("What another kecamatan needs; who has taken it over already, with documents."),
            (
                _(
                    "Another kecamatan needs one area code and one workbook; the dashboard runs on "
                    "an office laptop without a network."
                ),
            ),
        ),
        Section(
            _("7. Sustainability"),
            _("Regulation, budget, people, training, who carries it on: see the self-assessment."),
        ),
        Section(
            _("8. Stakeholders"),
            _("Who does what: desa, agencies, assistants, citizens."),
        ),
        Section(
            _("9. Contribution to the SDGs and to national priorities"),
            _("Name the goals and targets, with the figure above that belongs to each."),
        ),
    ]


def kipp_outline(parts: Sequence[Section], *, area: str, origin: str, simulated: bool) -> bytes:
    """The bytes of the document.

    Args:
        parts: from `sections`.
        origin: as-of day and version of the figures, in words.
    """
    document = Document()
    document.core_properties.title = _("KIPP outline")
    document.core_properties.author = area
    document.core_properties.created = document.core_properties.modified = _CREATED
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    document.add_heading(_("KIPP outline: PERUT (Pendampingan Rutin)"), level=0)
    if simulated:
        _paragraph(document, simulated_mark(), bold=True)
    _paragraph(document, origin, muted=True)
    for part in parts:
        document.add_heading(part.heading, level=1)
        _paragraph(document, _("To write: {what}", what=part.to_write), muted=True)
        for sentence in part.filled:
            if sentence:
                document.add_paragraph(sentence)
        document.add_paragraph("")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(
    document: DocumentType, text: str, *, muted: bool = False, bold: bool = False
) -> None:
    run = document.add_paragraph().add_run(text)
    run.bold, run.italic = bold, muted
    if muted:
        run.font.color.rgb = _MUTED
