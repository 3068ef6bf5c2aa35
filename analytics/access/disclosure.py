"""What can be worked out from a set of published cells?

Cells are whole numbers known to lie in a published range. What everybody knows of them are
sums: the cells of a table add up to as many households as those of another table. From such
*links* somebody who subtracts may narrow a cell's range; `narrowed` does the same, so that a
table which would give a hidden cell away is not published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Range = tuple[int, int]
Link = Mapping[str, int]
"""Variables and their factors; the sum of factor × variable is zero."""

_ROUNDS = 60
ENDLESS = 10**9
"""The upper end of a variable that nothing was published about."""


def narrowed(ranges: Mapping[str, Range], links: Sequence[Link]) -> dict[str, Range]:
    """The range of every variable that its own range and the links leave possible.

    Each link is used to bound each of its variables by the others, again and again until
    nothing moves. Where the links hang together as a tree (every table of the release splits
    one of a few totals), the result is exact: every value in a range is that of a possible
    world. With cycles it can only be too wide; the attack test solves the whole system.
    """
    found = dict(ranges)
    for _round in range(_ROUNDS):
        moved = False
        for link in links:
            moved |= _tighten(found, link)
        if not moved:
            break
    return found


def _tighten(found: dict[str, Range], link: Link) -> bool:
    """Bound each variable of one link by all the others of it; whether anything moved."""
    low = sum(factor * found[name][0 if factor > 0 else 1] for name, factor in link.items())
    high = sum(factor * found[name][1 if factor > 0 else 0] for name, factor in link.items())
    moved = False
    for name, factor in link.items():
        mine = found[name]
        # factor × variable = −(sum of the others); all factors are 1 or −1.
        ends = (mine[0] * factor, mine[1] * factor)
        others_low, others_high = low - min(ends), high - max(ends)
        bounds = sorted((-others_low * factor, -others_high * factor))
        new = (max(mine[0], bounds[0]), min(mine[1], bounds[1]))
        if new != mine:
            found[name] = new
            low += min(new[0] * factor, new[1] * factor) - min(ends)
            high += max(new[0] * factor, new[1] * factor) - max(ends)
            moved = True
    return moved
