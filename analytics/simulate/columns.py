"""The canonical input formats, as the simulation writes them, and a sheet of raw rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from analytics.simulate.planted import Outcome

Cell = str | int | float | date | None
Row = list[Cell]

COLUMNS: dict[str, tuple[str, ...]] = {
    "program": ("kode", "nama", "opd"),
    "pendamping": ("id_pendamping", "nama", "desa_tugas"),
    "keluarga": (
        "id_keluarga", "desa", "rt", "rw", "dusun", "nama_kepala_keluarga", "no_kk", "alamat",
        "lintang", "bujur", "jumlah_anggota", "desil", "desil_per", "prioritas", "kerentanan",
        "terdaftar_pada", "berakhir_pada", "alasan_berakhir",
    ),
    "kunjungan": (
        "id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil", "program_diterima",
        "manfaat", "jadwal_berikutnya", "hambatan", "catatan", "jam", "dikirim_pada", "lintang",
        "bujur",
    ),
    "sasaran": ("id_keluarga", "program", "mulai", "selesai"),
    "hambatan": (
        "id_hambatan", "desa", "id_keluarga", "id_kunjungan", "kategori", "uraian", "opd",
        "dibuka_pada", "status", "selesai_pada", "solusi", "menunggu",
    ),
}  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """One sheet or CSV file; a spoilt row is recognised by identity, wherever it ends up."""

    kind: str
    rows: list[Row]
    file: str = ""
    name: str | None = None  # of the sheet; None in a CSV file
    spoilt: list[tuple[Row, str, str, Outcome]] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS[self.kind]

    def at(self, column: str) -> int:
        return self.columns.index(column)

    def spoil(self, position: int, row: Row, column: str, kind: str, outcome: Outcome) -> None:
        """Insert *row* before *position* and remember what is wrong with it."""
        self.rows.insert(position, row)
        self.spoilt.append((row, column, kind, outcome))
