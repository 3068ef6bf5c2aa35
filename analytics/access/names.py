"""Finding a household by the name of its head: for who stands at the counter without a number.

Names are sealed one by one, so every name that the reader may see is opened, compared and
forgotten. The caller notes the search in the audit log before it shows what was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.questions.household import household_places
from analytics.store import Snapshot

SHORTEST = 3
"""Fewer letters would only leaf through all names."""
_NAME = "nama_kepala_keluarga"


@dataclass(frozen=True, slots=True)
class Named:
    """A household with the name of its head; `ended_on` when it has left the list."""

    household_id: str
    name: str
    desa_name: str
    rt: str | None
    ended_on: date | None


def found_by_name(snapshot: Snapshot, text: str) -> list[Named]:
    """Which households have a head whose name holds every word of *text*?

    Upper and lower case are alike, and words may come in any order.

    Args:
        snapshot: as the reader sees it: of a field worker the assigned desa only.
        text: at least `SHORTEST` letters, else nothing is found.

    Returns:
        Those found, by name. Empty without the key: names cannot be read then.

    Raises:
        NotForThisRole: the reader sees no names.
        StoreBroken: the vault is damaged.
    """
    words = text.casefold().split()
    if sum(map(len, words)) < SHORTEST:
        return []
    places = household_places(snapshot).set_index("household_id")
    kept = snapshot.private("keluarga", places.index.tolist())
    found = []
    for household_id, fields in kept.items():
        name = fields.get(_NAME) or ""
        if all(word in name.casefold() for word in words):
            place = places.loc[household_id]
            found.append(
                Named(
                    household_id,
                    name,
                    str(place["desa_name"]),
                    None if pd.isna(place["rt"]) else str(place["rt"]),
                    None if pd.isna(place["ended_on"]) else place["ended_on"].date(),
                )
            )
    return sorted(found, key=lambda each: (each.name.casefold(), each.household_id))
