"""What can be wrong with a stored row, in words; and how rows and columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analytics import numbers
from analytics.i18n import _
from analytics.ingest.stored import StoredRow
from ui import words
from ui.view import View

_SHORT = frozenset({"id", "rt", "rw", "kk", "opd"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What can be wrong with a row: in words, which cells say so, and what they should say.

    ``columns`` empty = every one that may be edited; ``cells`` are suggestions to begin with.
    """

    label: str
    advice: str = ""
    columns: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


def what_can_be_wrong(row: StoredRow) -> dict[str, Wrong]:
    """The choices for a row. The input format deletes nothing, so some say what is possible."""
    values = {"values": Wrong(_("A value is wrong"))}
    if row.kind == "keluarga":
        end = ("berakhir_pada", "alasan_berakhir")
        return values | {
            "gone": Wrong(
                _("The household is no longer here"),
                _(
                    "It leaves the list on the day it moved, died out or was joined to another; "
                    "what happened before that day stays counted."
                ),
                end,
            ),
            "never": Wrong(
                _("There never was such a household"),
                _(
                    "A row cannot be deleted. Ending the household on the day of its registration "
                    "has the same effect: it is active on no day and counts nowhere."
                ),
                end,
                {"berakhir_pada": row.cells["terdaftar_pada"]},
            ),
        }
    if row.kind == "kunjungan":
        return values | {
            "other": Wrong(
                _("The visit was to another household"),
                _("Write the ID of the right household: the visit moves there with all it says."),
                ("id_keluarga",),
            ),
            "never": Wrong(
                _("This visit never took place"),
                _(
                    "A visit cannot be deleted by an import. As “not at home” it is no contact any "
                    "more, nothing was received at it and coverage does not count it; it stays in "
                    "the list as an attempt. To be rid of it altogether, go back to the version "
                    "before its import (page Data, Versions) and import that file without the row."
                ),
                ("hasil", "jadwal_berikutnya"),
                {"hasil": "tidak_di_tempat", "jadwal_berikutnya": ""},
            ),
        }
    if row.kind == "sasaran":
        return values | {
            "never": Wrong(
                _("Never a target of this program, or from another day"),
                _(
                    "A target cannot be deleted. With its end on the day it began it counts on no "
                    "day. If the household is a target from another day, bring in that row with "
                    "the next import (sheet sasaran)."
                ),
                ("selesai",),
                {"selesai": row.cells["mulai"]},
            )
        }
    return values | {
        "never": Wrong(
            _("There never was such a barrier"),
            _("A barrier cannot be deleted. Turned down on the day it was noted, it is not open."),
            ("status", "selesai_pada", "solusi"),
            {"status": "ditolak", "selesai_pada": row.cells["dibuka_pada"]},
        )
    }


def row_name(view: View, row: StoredRow) -> str:
    """A stored row in words, as one chooses it from a list."""
    cells = row.cells
    if row.kind == "keluarga":
        return _("The household itself")
    if row.kind == "kunjungan":
        outcome = words.event(cells["hasil"]).lower()
        return _("Visit of {day}, {what}", day=_day(cells["tanggal"]), what=outcome)
    if row.kind == "sasaran":
        name = view.programs.get(cells["program"], cells["program"])
        return _("Target of {program} since {day}", program=name, day=_day(cells["mulai"]))
    name = words.barrier(cells["kategori"])
    return _("Barrier {name}, noted on {day}", name=name, day=_day(cells["dibuka_pada"]))


def _day(text: str) -> str:
    return numbers.day(date.fromisoformat(text), "medium")


def barrier_status(code: str) -> str:
    """The state of a barrier in words."""
    return {
        "terbuka": _("Still open"),
        "diproses": _("In progress"),
        "selesai": _("Solved"),
        "ditolak": _("Turned down"),
    }.get(code, code)


def column_name(name: str) -> str:
    """A column of the input format as a label: ``jumlah_anggota`` → ``Jumlah anggota``."""
    first, *rest = [word.upper() if word in _SHORT else word for word in name.split("_")]
    return " ".join([first if first.isupper() else first.capitalize(), *rest])
