"""Codes in words. Codes stay as the input formats spell them; these are their labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from analytics import numbers
from analytics.charts.status import status_labels
from analytics.charts.timeline import outcome_labels
from analytics.config import load_rules
from analytics.i18n import _, language, ngettext


def status(code: str) -> str:
    """A follow-up status, as the charts say it."""
    return status_labels().get(code, code)


STATUS_COLOURS = {
    "never": "red",
    "lost": "red",
    "overdue": "orange",
    "due_soon": "blue",
    "on_time": "green",
}
"""Streamlit colour names; the word always stands beside the colour."""


def status_meaning(code: str) -> str:
    """What a follow-up status means."""
    rules = load_rules().followup
    return {
        "never": _("no contact yet, and the first one is past due"),
        "lost": _(
            "past due, and the last contact was more than {days} days ago",
            days=numbers.number(rules.lost_after_days),
        ),
        "overdue": _("past due"),
        "due_soon": _("due within {days} days", days=numbers.number(rules.due_soon_days)),
        "on_time": _("not due yet"),
    }[code]


def priority(code: str) -> str:
    """A priority."""
    return {"tinggi": _("High"), "sedang": _("Medium"), "rendah": _("Low")}.get(code, code)


def event(code: str) -> str:
    """The outcome of a visit, or another event in the life of a household."""
    return {
        **outcome_labels(),
        "registered": _("Registered"),
        "ended": _("Left the list"),
        "target_started": _("Became a target of a program"),
        "target_ended": _("No longer a target of a program"),
        "barrier_opened": _("Barrier noted"),
        "barrier_closed": _("Barrier closed"),
    }.get(code, code)


EVENT_ICONS = {
    "bertemu": ":material/handshake:",
    "tidak_di_tempat": ":material/door_front:",
    "menolak": ":material/block:",
    "pindah": ":material/local_shipping:",
    "registered": ":material/how_to_reg:",
    "ended": ":material/logout:",
    "target_started": ":material/flag:",
    "target_ended": ":material/flag_circle:",
    "barrier_opened": ":material/warning:",
    "barrier_closed": ":material/task_alt:",
}


def vulnerability(code: str) -> str:
    """A vulnerability: the label of the rules, or the code made readable."""
    rules = load_rules()
    return _label(code, rules.vulnerabilities, rules.vulnerabilities_en)


def barrier(code: str) -> str:
    """A category of barriers: the label of the rules, or the code made readable."""
    rules = load_rules()
    return _label(code, rules.barriers, rules.barriers_en)


def _label(code: str, indonesian: Mapping[str, str], english: Mapping[str, str]) -> str:
    own = english.get(code) if language.get() == "en" else None
    return own or indonesian.get(code) or code.replace("_", " ").capitalize()


def state(code: str) -> str:
    """How far the data of a desa can be trusted."""
    return {
        "ok": _("Up to date"),
        "small": _("Few households"),
        "waiting": _("Waiting for data"),
        "no_data": _("No data"),
        "hidden": _("Hidden: a small count"),
    }.get(code, code)


def private_field(name: str) -> str:
    """A personal field of a household."""
    return {
        "nama_kepala_keluarga": _("Head of the household"),
        "no_kk": _("Family-card number"),
        "alamat": _("Address"),
        "lintang": _("Latitude"),
        "bujur": _("Longitude"),
    }.get(name, name)


def listed(codes: Any, label: Any = str) -> str:
    """Codes as ``Lansia, Balita``; nothing becomes an empty text."""
    if codes is None or (not isinstance(codes, Iterable) and pd.isna(codes)):
        return ""
    return ", ".join(label(code) for code in codes)


def days_ago(days: Any) -> str:
    """``today``, ``1 day ago``, ``52 days ago``; a missing value becomes an empty text."""
    if days is None or pd.isna(days):
        return ""
    count = int(days)
    return _("today") if count == 0 else ngettext("{count} day ago", "{count} days ago", count)


def households(count: Any) -> str:
    """``1.234 keluarga``."""
    whole = int(count)
    return ngettext("{shown} household", "{shown} households", whole, shown=numbers.number(whole))


def n_of(part: Any, whole: Any) -> str:
    """``2.718 dari 4.302 keluarga``."""
    return _("{part} of {whole} households", part=numbers.number(part), whole=numbers.number(whole))


def signed_points(share: float) -> str:
    """A change of a share in percentage points: ``+1,9``, ``-4,3`` (plain minus: st.metric)."""
    points = round(float(share) * 100, 1)
    return f"{'-' if points < 0 else '+'}{numbers.number(abs(points), 1)}"


def why_first(table: pd.DataFrame, *, points: bool = True) -> list[str]:
    """For each follow-up row the parts of its score in words, largest first.

    Each part is worded once per distinct value: a list has thousands of rows.

    Args:
        points: also say how many points each part gives, ``(+20)``.
    """
    parts = [
        (
            "score_overdue",
            "days_overdue",
            lambda days: _("{days} days overdue", days=numbers.number(days)),
        ),
        (
            "score_priority",
            "priority",
            lambda code: _("priority {level}", level=priority(code).lower()),
        ),
        (
            "score_vulnerability",
            "vulnerabilities",
            lambda codes: listed(codes, vulnerability).lower(),
        ),
        ("score_status", "status", lambda code: status(code).lower()),
    ]
    worded = [_with_points(table, *part, said=points) for part in parts]
    return [
        ", ".join(text for weight, text in sorted(row, key=_most_points) if weight > 0)
        for row in zip(*worded, strict=True)
    ]


def _most_points(part: tuple[float, str]) -> float:
    return -part[0]


def _with_points(
    table: pd.DataFrame, score: str, value: str, word: Callable[[Any], str], *, said: bool
) -> list[tuple[float, str]]:
    known: dict[tuple[Any, Any], tuple[float, str]] = {}
    values = table[value]
    if value == "vulnerabilities":
        values = values.map(tuple)
    found = []
    for key in zip(table[score].tolist(), values.tolist(), strict=True):
        if key not in known:
            points = float(key[0])
            text = word(key[1]) if points > 0 else ""
            if said and points > 0:
                text += f" (+{numbers.number(points, 0 if points.is_integer() else 1)})"
            known[key] = (points, text)
        found.append(known[key])
    return found


def literal(text: str) -> str:
    """Somebody’s text on one line, shown as it was typed: Markdown in it is not obeyed."""
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]()#+-.!|<>$:~&=" else letter
        for letter in " ".join(text.split())
    )
