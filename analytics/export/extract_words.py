"""The words of an extract: what each column means to the family it is about."""

from __future__ import annotations

from analytics.config import load_rules
from analytics.i18n import _


def heading(kind: str, column: str) -> str:
    """A column of the input format, for somebody who never saw the input format."""
    own = {
        ("kunjungan", "hambatan"): _("What stood in the way"),
        ("hambatan", "opd"): _("Office that has to solve it"),
        ("hambatan", "status"): _("State"),
        ("hambatan", "uraian"): _("Description"),
        ("sasaran", "mulai"): _("On the list from"),
        ("sasaran", "selesai"): _("On the list until (not including)"),
        ("kunjungan", "lintang"): _("Latitude of the visit"),
        ("kunjungan", "bujur"): _("Longitude of the visit"),
    }
    words = {
        "id_keluarga": _("Household number"),
        "desa": _("Desa"),
        "rt": "RT",
        "rw": "RW",
        "dusun": _("Hamlet"),
        "nama_kepala_keluarga": _("Head of the household"),
        "no_kk": _("Family-card number"),
        "alamat": _("Address"),
        "lintang": _("Latitude"),
        "bujur": _("Longitude"),
        "jumlah_anggota": _("Members of the household"),
        "desil": _("Welfare decile (1 = poorest)"),
        "desil_per": _("Decile of"),
        "prioritas": _("Visit priority"),
        "kerentanan": _("Vulnerabilities on record"),
        "terdaftar_pada": _("Followed since"),
        "berakhir_pada": _("Followed until"),
        "alasan_berakhir": _("Why it ended"),
        "id_kunjungan": _("Visit number"),
        "tanggal": _("Day"),
        "jam": _("Time"),
        "pendamping": _("Assistant"),
        "hasil": _("Outcome of the visit"),
        "program_diterima": _("Aid received"),
        "manfaat": _("Benefit felt (1 none to 5 great)"),
        "jadwal_berikutnya": _("Next visit planned"),
        "catatan": _("Note of the assistant"),
        "dikirim_pada": _("Sent on"),
        "program": _("Program"),
        "id_hambatan": _("Barrier number"),
        "kategori": _("Kind of barrier"),
        "dibuka_pada": _("Found on"),
        "selesai_pada": _("Closed on"),
        "solusi": _("How it was solved"),
        "menunggu": _("Waiting for"),
    }
    return own.get((kind, column), words.get(column, column))


def sheet_name(kind: str) -> str:
    """The name of the sheet with the rows of a kind."""
    return {
        "keluarga": _("Household"),
        "kunjungan": _("Visits"),
        "sasaran": _("Target lists"),
        "hambatan": _("Barriers"),
    }[kind]


def cell(column: str, text: str, programs: dict[str, str]) -> str:
    """Codes as the words they stand for; everything else as it is stored."""
    if not text:
        return ""
    rules = load_rules()
    known = {
        "kerentanan": dict(rules.vulnerabilities),
        "hambatan": dict(rules.barriers),
        "kategori": dict(rules.barriers),
        "program_diterima": programs,
        "program": programs,
        "hasil": {
            "bertemu": _("met"),
            "tidak_di_tempat": _("nobody at home"),
            "menolak": _("declined"),
            "pindah": _("moved away"),
        },
    }.get(column)
    if known is None:
        return text
    return "; ".join(known.get(code.strip(), code.strip()) for code in text.split(";"))


def event(name: str) -> str:
    """An event of the audit log, in words."""
    return {
        "login": _("signed in"),
        "login_failed": _("failed to sign in"),
        "logout": _("signed out"),
        "password_changed": _("changed a password"),
        "account_changed": _("changed an account"),
        "session_revoked": _("ended a session"),
        "personal_viewed": _("opened personal data"),
        "export": _("saved a file"),
        "import": _("imported files"),
        "correction": _("wrote or settled a correction"),
        "signal": _("set an early signal aside, or took that back"),
        "rollback": _("went back to a version"),
        "restore": _("restored a backup"),
        "backup": _("made a backup"),
        "prune": _("deleted old versions"),
        "retention": _("erased personal data"),
        "extract": _("made an extract for a family"),
        "key_rotated": _("changed the vault key"),
        "key_backup": _("saved the vault key"),
        "boundaries": _("changed the map"),
        "figure_frozen": _("froze a figure"),
        "evidence": _("changed the register of evidence"),
        "log_repaired": _("a half-written line was set right"),
        "log_damaged": _("lines were found missing"),
        "log_shortened": _("old lines were deleted"),
        "log_accepted": _("looked into a damaged log"),
    }.get(name, name)


def about(what: str) -> str:
    """What an event of the audit log was about, for the eye: the log itself keeps its own words."""
    phrases = {
        "visit lists": _("visit lists"),
        "search by name": _("search by name"),
        "barriers noted at visits": _("barriers noted at visits"),
    }
    if what in phrases:
        return phrases[what]
    words = {
        "used": _("boundary file used"),
        "removed": _("boundary file removed"),
        "begun": _("begun"),
        "add": _("added"),
        "remove": _("taken out"),
        "waiting": _("waits for import"),
        "imported": _("brought in"),
        "cancelled": _("withdrawn"),
        "dismissed": _("set aside"),
        "undone": _("taken back"),
    }
    return " ".join(words.get(part, part) for part in what.split(" "))
