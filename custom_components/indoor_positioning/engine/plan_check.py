"""What a drawn plan lacks: said while it is drawn, when a proxy is moved more easily than later."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np

from .geometry import Outline, area, bounds, contains
from .grid import Grid, build_grid
from .home import Floor, Home, Room
from .likelihood import SENSITIVITY_DBM
from .propagation import PropagationParameters
from .radio_map import expected_features
from .storeys import odd_storeys

# Three distances are the least that say where on a plane something is.
ENOUGH_ANCHORS = 3

# One anchor for 15 to 25 m2 is what homes with good rooms have; beyond the upper end it is worth saying (m2).
SPARSE_M2 = 25.0
ADVISED_M2 = 20.0

# Neighbours drawn by hand overlap by a wall; a room of its own does not fit in that (m2).
OVERLAP_M2 = 0.3

# Where one room holds nearly all of another it is meant to: a closet in a bedroom.
CONTAINED_SHARE = 0.95

# Points on each axis at which two outlines are compared.
OVERLAP_POINTS = 60


class FindingKind(StrEnum):
    """What may be wrong."""

    ROOMS_OVERLAP = "rooms_overlap"
    ROOM_UNHEARD = "room_unheard"
    FEW_ANCHORS = "few_anchors"
    SPARSE_ANCHORS = "sparse_anchors"
    ODD_STOREY = "odd_storey"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at on a floor.

    `rooms` are the ids concerned. Of a floor with too few anchors, `anchors` is how many have a place there and
    `wanted` how many would be good.
    """

    kind: FindingKind
    floor: str
    rooms: tuple[str, ...] = ()
    anchors: int | None = None
    wanted: int | None = None


def check_plan(home: Home, parameters: PropagationParameters | None = None) -> tuple[Finding, ...]:
    """Return what is found, floor by floor; a floor without any drawn room is not judged.

    `parameters` is what is known of the home's path loss. Costs some tenths of a second in large homes.
    """
    drawn = [floor for floor in home.floors if any(room.outline for room in home.rooms_on(floor.id))]
    if not drawn:
        return ()
    unheard = _unheard_rooms(home, build_grid(home), parameters or PropagationParameters())
    odd = odd_storeys(home.floors)
    return tuple(
        finding
        for floor in drawn
        for finding in (
            *([Finding(FindingKind.ODD_STOREY, floor.id)] if floor.id in odd else ()),
            *_look_at(home, floor, unheard),
        )
    )


def _look_at(home: Home, floor: Floor, unheard: frozenset[str]) -> Iterator[Finding]:
    rooms = [room for room in home.rooms_on(floor.id) if room.outline]
    for one, other in combinations(rooms, 2):
        if one.outline and other.outline and _overlap(one.outline, other.outline):
            yield Finding(FindingKind.ROOMS_OVERLAP, floor.id, (one.id, other.id))
    for room in rooms:
        if room.id in unheard:
            yield Finding(FindingKind.ROOM_UNHEARD, floor.id, (room.id,))
    yield from _anchor_findings(home, floor, rooms)


def _anchor_findings(home: Home, floor: Floor, rooms: list[Room]) -> Iterator[Finding]:
    anchors = sum(anchor.position is not None for anchor in home.anchors if anchor.floor == floor.id)
    square_metres = sum(area(room.outline) for room in rooms if room.outline)
    wanted = max(ENOUGH_ANCHORS, math.ceil(square_metres / ADVISED_M2))
    if anchors < ENOUGH_ANCHORS:
        yield Finding(FindingKind.FEW_ANCHORS, floor.id, anchors=anchors, wanted=wanted)
    elif square_metres > SPARSE_M2 * anchors:
        yield Finding(FindingKind.SPARSE_ANCHORS, floor.id, anchors=anchors, wanted=wanted)


def _overlap(one: Outline, other: Outline) -> bool:
    """Whether two rooms claim the same ground and neither is drawn inside the other."""
    box, other_box = np.array(bounds(one)), np.array(bounds(other))
    low, high = np.maximum(box[:2], other_box[:2]), np.minimum(box[2:], other_box[2:])
    extent = high - low
    if (extent <= 0.0).any():
        return False
    steps = (np.arange(OVERLAP_POINTS) + 0.5) / OVERLAP_POINTS
    x, y = np.meshgrid(low[0] + steps * extent[0], low[1] + steps * extent[1])
    points = np.stack((x.ravel(), y.ravel()), axis=1)
    shared = float((contains(one, points) & contains(other, points)).mean() * extent.prod())
    smaller, larger = sorted((area(one), area(other)))
    inside = shared >= CONTAINED_SHARE * smaller and shared < CONTAINED_SHARE * larger
    return shared > OVERLAP_M2 and not inside


def _unheard_rooms(home: Home, grid: Grid, parameters: PropagationParameters) -> frozenset[str]:
    """Return the rooms in most of which the best anchor may well miss most packets."""
    if not home.anchors:
        return frozenset(room.id for room in home.rooms)
    expected = expected_features(home, grid, home.anchors).expected_rssi(parameters, home.anchors)
    audible = expected.max(axis=0) - parameters.map_error >= SENSITIVITY_DBM
    return frozenset(
        room.id for index, room in enumerate(home.rooms) if not np.median(audible[grid.room == index].astype(float))
    )
