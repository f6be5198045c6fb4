"""Turns what the classic locators find (a point, or votes for rooms) into an `Estimate`."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray, Point
from .model import PositioningModel
from .zone_cells import cells_of_zones

# A plane normal distribution holds 68 % within this many standard deviations: sqrt(-2 ln 0.32).
RADIUS_68 = math.sqrt(-2.0 * math.log(0.32))

# A point without covariance is given the error that point estimates have in homes when rooms are weighed
# (m); it is never reported as a covariance.
NOMINAL_SD_M = 1.5

# Narrower than a cell the sum over cells would be a lottery (m).
MIN_SD_M = 0.35


class PointSummary:
    """Weighs rooms and zones around a point by a normal distribution over the cells of one model."""

    def __init__(self, model: PositioningModel) -> None:
        home, grid = model.home, model.grid
        self._home = home
        self._rooms = [room.id for room in home.rooms]
        self._cells = [np.flatnonzero((grid.floor == index) & grid.placed) for index in range(len(home.floors))]
        self._points = np.nan_to_num(grid.points)
        self._room = np.where(grid.room >= 0, grid.room, len(home.rooms))
        covered = cells_of_zones(home, grid)
        levels = {floor.id: index for index, floor in enumerate(home.floors)}
        self._zones = {
            zone.id: (level, np.searchsorted(self._cells[level], covered[zone.id][0]), covered[zone.id][1])
            for zone in home.zones
            if (level := levels.get(zone.floor)) is not None
        }

    def at_point(
        self,
        now: float,
        evidence_time: float,
        floors: FloatArray,
        position: Point,
        covariance: FloatArray | None,
    ) -> Estimate:
        """Return the estimate of a beacon around `position`, on each floor with its chance in `floors` (floors,)."""
        spread = NOMINAL_SD_M**2 * np.eye(2) if covariance is None else covariance
        precision = np.linalg.inv(spread + MIN_SD_M**2 * np.eye(2))
        rooms = np.zeros(len(self._rooms) + 1)
        densities: list[FloatArray] = []
        for cells, chance in zip(self._cells, floors, strict=True):
            off = self._points[cells] - position
            exponent = -0.5 * np.einsum("ni,ij,nj->n", off, precision, off)
            # Relative to the nearest cell: a point far off the plan still belongs to its nearest room.
            density = np.exp(exponent - exponent.max()) if len(cells) else exponent
            density = density / density.sum() * chance if len(cells) else density
            densities.append(density)
            rooms += np.bincount(self._room[cells], weights=density, minlength=len(rooms))
        total = rooms.sum()
        rooms = rooms / total if total > 0.0 else rooms
        return Estimate(
            time=now,
            evidence_time=evidence_time,
            floor=self._home.floors[int(floors.argmax())].id,
            position=position,
            covariance=covariance,
            accuracy=None if covariance is None else radius_of(covariance),
            room_probabilities={room: float(chance) for room, chance in zip(self._rooms, rooms, strict=False)},
            floor_probabilities=self._named(floors),
            zone_probabilities={
                zone: float(densities[level][inside] @ shares) for zone, (level, inside, shares) in self._zones.items()
            },
        )

    def of_rooms(
        self,
        now: float,
        evidence_time: float,
        rooms: Mapping[str, float],
        floors: FloatArray,
        position: Point | None = None,
        covariance: FloatArray | None = None,
    ) -> Estimate:
        """Return the estimate of a beacon whose rooms are known by votes and not by a place."""
        return Estimate(
            time=now,
            evidence_time=evidence_time,
            floor=self._home.floors[int(floors.argmax())].id if len(floors) else None,
            position=position,
            covariance=covariance,
            accuracy=None if covariance is None else radius_of(covariance),
            room_probabilities=dict(rooms),
            floor_probabilities=self._named(floors),
        )

    def _named(self, floors: FloatArray) -> dict[str, float]:
        return {floor.id: float(chance) for floor, chance in zip(self._home.floors, floors, strict=True)}


def radius_of(covariance: FloatArray) -> float:
    """Return the radius in metres that holds about 68 % of a normal distribution with this covariance (2, 2)."""
    return RADIUS_68 * math.sqrt(max(float(np.trace(covariance)) / 2.0, 0.0))


def softmax(scores: FloatArray) -> FloatArray:
    """Return probabilities (n,) from log scores (n,)."""
    if not len(scores):
        return scores
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum())
