"""Where the anchors hang and which way they look, in the frame of the whole house."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .geometry import FloatArray, Point
from .ground import ground_of_anchor, rise_at
from .home import Home, Orientation
from .propagation import BEACON_HEIGHT_M


@dataclass(frozen=True, slots=True, eq=False)
class Mounting:
    """The anchors with a place, m of them.

    `position` (m, 3) in metres, heights above the house's ground; `rotation` (m, 3, 3) turns a direction in the
    anchor's frame into one of the plan; `row` finds an anchor; `beacon_height` (floors,) is how high above the house's
    ground a beacon is carried on each floor, and `floor` finds one. It is `carried` so high above any ground.
    """

    home: Home
    carried: float

    position: FloatArray
    rotation: FloatArray
    row: Mapping[str, int]
    beacon_height: FloatArray
    floor: Mapping[str, int]

    def height_at(self, floor: int, place: Point | None) -> float:
        """Return how high above the house's ground a beacon is carried at a place of a floor, or on it anywhere (m)."""
        if place is None:
            return float(self.beacon_height[floor])
        return float(self.beacon_height[floor] + rise_at(self.home, self.home.floors[floor].id, np.array([place]))[0])

    def heights_on(self, floor: int) -> FloatArray:
        """Return all heights at which a beacon may be carried on a floor (m)."""
        rooms = self.home.rooms_on(self.home.floors[floor].id)
        return np.unique([self.beacon_height[floor] + rise for rise in (0.0, *(room.elevation for room in rooms))])


@lru_cache(maxsize=16)
def mounting_of(home: Home, carried: float = BEACON_HEIGHT_M) -> Mounting:
    """Return how the anchors of a home are mounted; shared by all beacons `carried` so high above the floor (m)."""
    placed = [(anchor, anchor.position) for anchor in home.all_anchors if anchor.position is not None]
    places = [(x, y, z + ground_of_anchor(home, anchor)) for anchor, (x, y, z) in placed]
    return Mounting(
        home=home,
        carried=carried,
        position=np.array(places).reshape(-1, 3),
        rotation=np.array([rotation(anchor.orientation) for anchor, _ in placed]).reshape(-1, 3, 3),
        row={anchor.id: index for index, (anchor, _) in enumerate(placed)},
        beacon_height=np.array([floor.elevation + carried for floor in home.floors]),
        floor={floor.id: index for index, floor in enumerate(home.floors)},
    )


def rotation(orientation: Orientation) -> FloatArray:
    """Return the matrix (3, 3) that turns an anchor's frame (front, left, up) into the plan's.

    `orientation` is (yaw, pitch, roll) in degrees. First it is rolled about its front (right-handed, its left side up),
    then its front is pitched up, then all is turned counter-clockwise by the yaw.
    """
    yaw, pitch, roll = (math.radians(angle) for angle in orientation)
    about_up = np.array([[math.cos(yaw), -math.sin(yaw), 0.0], [math.sin(yaw), math.cos(yaw), 0.0], [0.0, 0.0, 1.0]])
    front_up = np.array(
        [[math.cos(pitch), 0.0, -math.sin(pitch)], [0.0, 1.0, 0.0], [math.sin(pitch), 0.0, math.cos(pitch)]]
    )
    about_front = np.array(
        [[1.0, 0.0, 0.0], [0.0, math.cos(roll), -math.sin(roll)], [0.0, math.sin(roll), math.cos(roll)]]
    )
    return np.asarray(about_up @ front_up @ about_front)
