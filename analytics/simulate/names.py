"""Simulated names: pieces that are common in South Kalimantan, put together by chance.

No list of real persons is behind them. A combination may by coincidence be somebody's name.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MEN = (
    "Ahmad", "Muhammad", "Abdul", "Hasan", "Husin", "Rahmadi", "Syahrani", "Jumberi", "Mahyuni",
    "Saprudin", "Bahrani", "Arbain", "Tarmiji", "Kastalani", "Suriansyah", "Rusdiansyah", "Hamdani",
    "Yamani", "Masrani", "Asmuni", "Basuni", "Darmawi", "Fahmi", "Hairudin", "Ideris", "Juhri",
    "Kursani", "Lamsi", "Murjani", "Nasrun", "Riduan", "Sabran", "Taberani", "Utuh", "Zainal",
)  # fmt: skip
_MEN_SECOND = (
    "Rifani", "Effendi", "Noor", "Anshari", "Hidayat", "Fauzi", "Rahman", "Syukur", "Gafuri",
    "Hakim", "Ilmi", "Kurniawan", "Maulana", "Nafarin", "Qadri", "Rizki", "Sani", "Wahyudi",
    "Yusran", "Zarkasi",
)  # fmt: skip
_WOMEN = (
    "Siti", "Norhayati", "Rusmini", "Masrufah", "Aluh", "Galuh", "Jamilah", "Mahrita", "Rahmah",
    "Hamsiah", "Noorlaila", "Arbayah", "Fatimah", "Halimah", "Isnawati", "Jumiati", "Kartini",
    "Lamsiah", "Mariatul", "Nurjanah", "Raudah", "Salasiah", "Tarwiyah",
)  # fmt: skip
_WOMEN_SECOND = (
    "Aminah", "Hasanah", "Fitriah", "Mawaddah", "Rusnani", "Wardah", "Yulianti", "Zakiah", "Hayati",
    "Laila", "Maimunah", "Noor", "Qamariah", "Sari", "Susanti", "Wahidah",
)  # fmt: skip


def person_names(women: NDArray[np.bool_], rng: np.random.Generator) -> list[str]:
    """One two-part name per entry of *women* (True = a woman's name)."""
    picks = rng.integers(0, 10_000, size=(len(women), 2))
    names = []
    for woman, (first, second) in zip(women.tolist(), picks.tolist(), strict=True):
        firsts, seconds = (_WOMEN, _WOMEN_SECOND) if woman else (_MEN, _MEN_SECOND)
        names.append(f"{firsts[first % len(firsts)]} {seconds[second % len(seconds)]}")
    return names


def distinct_names(count: int, rng: np.random.Generator) -> list[str]:
    """*count* different names, half of them women's (for assistants)."""
    seen: dict[str, None] = {}
    while len(seen) < count:
        woman = np.array([len(seen) % 2 == 0])
        seen.setdefault(person_names(woman, rng)[0])
    return list(seen)
