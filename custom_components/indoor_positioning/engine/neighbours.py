"""Which beacons are near which: by distance where there is a plan, by room elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .decision import Presence


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One beacon near another.

    `distance` in metres between the two estimates, and `accuracy` the radius in metres that its error stays within
    68 % of the time; both None where a place is not known.
    """

    beacon: str
    distance: float | None
    accuracy: float | None
    same_room: bool


def neighbours(beacon: str, presences: Mapping[str, Presence]) -> list[Neighbour]:
    """Return the beacons on the same floor as `beacon`, the nearest first; those of its room follow by room alone.

    Whoever is away or was never heard is near nobody.
    """
    here = presences[beacon]
    found = (_neighbour(here, other, there) for other, there in presences.items() if other != beacon)
    return sorted((one for one in found if one is not None), key=_order)


def _neighbour(here: Presence, beacon: str, there: Presence) -> Neighbour | None:
    if here.room is None or there.room is None:
        return None
    same_room = here.room == there.room
    if here.position is None or there.position is None:
        return Neighbour(beacon, None, None, same_room) if same_room else None
    if here.floor != there.floor:
        return None
    radii = here.accuracy, there.accuracy
    accuracy = math.hypot(*(radius or 0.0 for radius in radii)) if None not in radii else None
    return Neighbour(beacon, math.dist(here.position, there.position), accuracy, same_room)


def _order(neighbour: Neighbour) -> tuple[float, str]:
    return math.inf if neighbour.distance is None else neighbour.distance, neighbour.beacon
