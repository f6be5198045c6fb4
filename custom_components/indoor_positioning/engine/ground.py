"""How high the ground lies at each place: that of a floor, and of rooms that are raised above it or sunk into it.

Split levels, a sunken living room, a mezzanine. Heights of anchors and beacons count from the ground beneath them.
"""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray, area, contains
from .home import Anchor, Home


def rise_at(home: Home, floor_id: str, points: FloatArray) -> FloatArray:
    """Return how far the ground at `points` (n, 2) of a floor lies above that floor's own, in metres, (n,).

    Where rooms overlap the smaller one is meant, as everywhere.
    """
    rise = np.zeros(len(points))
    if not any(room.elevation for room in home.rooms_on(floor_id)):
        return rise
    drawn = [(room.outline, room.elevation) for room in home.rooms_on(floor_id) if room.outline is not None]
    for outline, elevation in sorted(drawn, key=lambda one: -area(one[0])):
        rise[contains(outline, points)] = elevation
    return rise


def ground_of_anchor(home: Home, anchor: Anchor) -> float:
    """Return how high the ground beneath an anchor lies above the house's own (m)."""
    floor, room = home.floor(anchor.floor), home.room(anchor.room) if anchor.room else None
    raised = room.elevation if room is not None and room.floor == anchor.floor else 0.0
    return (floor.elevation if floor is not None else 0.0) + raised
