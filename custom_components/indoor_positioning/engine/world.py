"""The plan pinned to the world: from metres on it to latitude and longitude, and back.

Over a plot of land the earth is flat: the error of this projection stays below a centimetre within a kilometre of the
origin at the latitudes where people live, far below that of any satellite receiver.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .geometry import Point

# Mean radius of the earth (IUGG), good to 0.3 % everywhere (m).
EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class WorldPin:
    """Where the plan's origin lies, and in which compass direction its y axis points; all in degrees."""

    latitude: float
    longitude: float
    bearing: float = 0.0

    def to_world(self, position: Point) -> tuple[float, float]:
        """Return latitude and longitude (degrees) of a place on the plan."""
        turn = math.radians(self.bearing)
        east = position[0] * math.cos(turn) + position[1] * math.sin(turn)
        north = position[1] * math.cos(turn) - position[0] * math.sin(turn)
        latitude = self.latitude + math.degrees(north / EARTH_RADIUS_M)
        return latitude, self.longitude + math.degrees(east / (EARTH_RADIUS_M * self._shrink))

    def to_plan(self, latitude: float, longitude: float) -> Point:
        """Return the place on the plan (metres) of a latitude and longitude (degrees)."""
        turn = math.radians(self.bearing)
        north = math.radians(latitude - self.latitude) * EARTH_RADIUS_M
        around = math.remainder(longitude - self.longitude, 360.0)
        east = math.radians(around) * EARTH_RADIUS_M * self._shrink
        return (
            east * math.cos(turn) - north * math.sin(turn),
            east * math.sin(turn) + north * math.cos(turn),
        )

    def heading(self, compass: float) -> float:
        """Return the plan's heading (radians, counter-clockwise from x) of a compass direction (degrees)."""
        return math.radians(math.remainder(90.0 - (compass - self.bearing), 360.0))

    @property
    def _shrink(self) -> float:
        """How much shorter a degree of longitude is than one of latitude; at the poles it is none."""
        return max(math.cos(math.radians(self.latitude)), 1e-6)
