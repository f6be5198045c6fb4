"""How high the floors of a house lie, of which some or none are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from .home import DEFAULT_STOREY_HEIGHT_M, Floor

# A floor that lies no higher than this above one of a lower level is a typing error; half a storey is about 1.3 m (m).
LEAST_RISE_M = 0.5

# Between these a storey is an ordinary one: room to stand, and no taller than a hall (m).
ORDINARY_STOREY_M = (1.8, 6.0)


def elevations(levels: Mapping[str, int], told: Mapping[str, float]) -> dict[str, float]:
    """Return how high each floor of `levels` lies, in metres above level 0.

    Where `told` says nothing, floors lie evenly between those below and above that are told, and beyond these an
    ordinary storey apart. A floor of level 0 lies at 0 unless it is told otherwise.
    """
    known: dict[int, float] = {}
    for floor, level in levels.items():
        if floor in told:
            known[level] = min(told[floor], known.get(level, told[floor]))
    if 0 in levels.values():
        known.setdefault(0, 0.0)
    return {floor: told.get(floor, _between(level, known)) for floor, level in levels.items()}


def _between(level: int, known: Mapping[int, float]) -> float:
    below = max((one for one in known if one <= level), default=None)
    above = min((one for one in known if one >= level), default=None)
    if below is not None and above is not None:
        share = 0.0 if above == below else (level - below) / (above - below)
        return known[below] + share * (known[above] - known[below])
    nearest = below if below is not None else above
    if nearest is None:
        return level * DEFAULT_STOREY_HEIGHT_M
    return known[nearest] + (level - nearest) * DEFAULT_STOREY_HEIGHT_M


def storey_heights(heights: Mapping[str, float], levels: Mapping[str, int]) -> dict[str, float]:
    """Return for each floor how far above it the next level lies (m); of the uppermost an ordinary storey's height."""
    found = {}
    for floor, level in levels.items():
        higher = [heights[one] - heights[floor] for one, other in levels.items() if other > level]
        rises = [rise for rise in higher if rise > 0.0]
        found[floor] = min(rises, default=DEFAULT_STOREY_HEIGHT_M)
    return found


def rises(floors: Iterable[Floor]) -> list[tuple[Floor, float]]:
    """Return each floor but the lowest with how far it lies above the highest one of the level below it (m)."""
    by_level: dict[int, list[Floor]] = {}
    for floor in floors:
        by_level.setdefault(floor.level, []).append(floor)
    return [
        (floor, floor.elevation - max(one.elevation for one in by_level[below]))
        for below, level in pairwise(sorted(by_level))
        for floor in by_level[level]
    ]


def misplaced(floors: Iterable[Floor]) -> Floor | None:
    """Return a floor that does not lie above those of lower levels."""
    return next((floor for floor, rise in rises(floors) if rise < LEAST_RISE_M), None)


def odd_storeys(floors: Iterable[Floor]) -> frozenset[str]:
    """Return the ids of floors whose height above the one below is none of a storey."""
    low, high = ORDINARY_STOREY_M
    # Levels left out in between count for a storey each.
    ordered = sorted({floor.level for floor in floors})
    steps = {level: level - below for below, level in pairwise(ordered)}
    return frozenset(floor.id for floor, rise in rises(floors) if not low <= rise <= high * max(1, steps[floor.level]))
