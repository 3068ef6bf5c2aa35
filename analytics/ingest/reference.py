"""What cells may point at, read from the draft as it is when a sheet's turn comes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from analytics.config import Rules
from analytics.ingest.places import DesaIndex, desa_aliases
from analytics.ingest.typed import Reference
from analytics.ingest.values import KnownCodes
from analytics.store.draft import Draft

_DESA = "select desa_code, desa_name, bps_code, other_name, kecamatan from desa"
_PROGRAMS = "select program_code, program_name from program"
_ASSISTANTS = "select assistant_id, assistant_name from assistant"


def desa_index(draft: Draft) -> DesaIndex:
    """All spellings of the store's desa."""
    aliases: list[tuple[str, str]] = []
    for place in draft.arrow(_DESA).to_pylist():
        spellings = desa_aliases(
            place["desa_code"],
            place["desa_name"],
            place["bps_code"],
            place["other_name"],
            place["kecamatan"],
        )
        aliases += [(spelling, place["desa_code"]) for spelling in spellings]
    return DesaIndex(aliases)


def reference(draft: Draft, desa: DesaIndex, rules: Rules, today: date) -> Reference:
    """Programs and assistants are asked anew for each sheet: an earlier one may have added some."""
    programs = draft.arrow(_PROGRAMS).to_pylist()
    spellings = {row["program_name"]: row["program_code"] for row in programs}
    spellings |= {row["program_code"]: row["program_code"] for row in programs}
    assistants = draft.arrow(_ASSISTANTS).to_pylist()
    names: dict[str, set[str]] = defaultdict(set)
    for row in assistants:
        names[row["assistant_name"].casefold()].add(row["assistant_id"])
    known = {name: None if len(ids) > 1 else min(ids) for name, ids in names.items()}
    known |= {row["assistant_id"].casefold(): row["assistant_id"] for row in assistants}
    return Reference(
        desa=desa,
        programs=KnownCodes(spellings),
        assistants=known,
        rules=rules,
        keys=draft.keys,
        today=today,
    )
