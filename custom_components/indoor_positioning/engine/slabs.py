"""How many slabs lie between an anchor and a place: those of the storeys between, but for where they have an opening.

A room that is raised far enough to stand beneath is a deck: a slab of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray, Outline, contains
from .home import Anchor, Floor, Home

# A room raised by this much has somebody or something beneath it, so its ground is a slab; lower ones stand on earth
# or on steps (m).
DECK_M = 1.8


def slabs_between(
    home: Home, anchor: Anchor, floor: Floor, points: FloatArray, hangs: float, heights: FloatArray
) -> FloatArray:
    """Return the slabs between an anchor and `points` (n, 2) of one floor, (n,).

    `hangs` is how high the anchor is above the house's ground, `heights` (n,) how high the beacon is at each point (m).
    """
    anchor_floor = home.floor(anchor.floor) or floor
    low, high = sorted((anchor_floor.level, floor.level))
    slabs = np.full(len(points), float(high - low))
    if anchor.position is None:
        return slabs
    start = np.array(anchor.position[:2])
    for level in range(low + 1, high + 1):
        if outlines := _openings(home, level):
            crossed, _ = _crossing(start, hangs, points, heights, _slab_height(home, level))
            slabs[_inside_any(outlines, crossed)] -= 1.0
    for outline, height in _decks(home, low, high):
        crossed, passes = _crossing(start, hangs, points, heights, height)
        slabs[passes & contains(outline, crossed)] += 1.0
    return slabs


def _openings(home: Home, level: int) -> list[Outline]:
    """Return the openings in the slab beneath a level."""
    levels = {floor.id: floor.level for floor in home.floors}
    found = []
    for opening in home.openings:
        if opening.from_floor in levels and opening.to_floor in levels:
            low, high = sorted((levels[opening.from_floor], levels[opening.to_floor]))
            if low < level <= high:
                found.append(opening.outline)
    return found


def _slab_height(home: Home, level: int) -> float:
    """Return how high the slab beneath a level lies (m); a level without floor lies between its neighbours."""
    heights = {floor.level: floor.elevation for floor in home.floors}
    known = sorted(heights)
    return float(np.interp(level, known, [heights[one] for one in known]))


def _decks(home: Home, low: int, high: int) -> list[tuple[Outline, float]]:
    floors = {floor.id: floor for floor in home.floors if low <= floor.level <= high}
    return [
        (room.outline, floors[room.floor].elevation + room.elevation)
        for room in home.rooms
        if room.floor in floors and room.outline is not None and room.elevation >= DECK_M
    ]


def _crossing(
    start: FloatArray, hangs: float, points: FloatArray, heights: FloatArray, level: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return where the straight ways pass a height, (n, 2), and which do; of the others, the nearer end."""
    rise = heights - hangs
    share = np.clip((level - hangs) / np.where(rise == 0.0, np.finfo(float).tiny, rise), 0.0, 1.0)
    passes = (hangs - level) * (heights - level) < 0.0
    return start + share[:, None] * (points - start), passes


def _inside_any(outlines: list[Outline], points: FloatArray) -> NDArray[np.bool_]:
    inside = np.zeros(len(points), dtype=bool)
    for outline in outlines:
        inside |= contains(outline, points)
    return inside
