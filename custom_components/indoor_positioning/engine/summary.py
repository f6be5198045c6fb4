"""Sums a belief over cells up to an `Estimate`."""

from __future__ import annotations

import numpy as np

from .estimate import Estimate, Place
from .geometry import FloatArray
from .grid import Grid
from .home import Home
from .motion import WALKING, FloatArray32
from .zone_cells import cells_of_zones

# The accuracy is the radius of the circle around the position that holds this much of the belief.
ACCURACY_MASS = 0.68

# Cells that hold less than this together are not sorted by their distance: a thousandth of the mass moves no radius.
NEGLIGIBLE_MASS = 1e-3

# Floors with this share of the belief have a place of their own told, beside that on the likeliest.
LIKELY_FLOOR = 0.1

# Below this share of a floor's belief lying on the plan, the floor's coordinates say nothing.
MIN_PLACED_SHARE = 0.5


class CellSummary:
    """Precomputed sums over the cells of one home; one object serves all its beacons."""

    def __init__(self, home: Home, grid: Grid) -> None:
        self._home = home
        self._room = np.where(grid.room >= 0, grid.room, len(home.rooms))
        self._floor = grid.floor
        self._points = np.nan_to_num(grid.points)
        self._on_plan = [np.flatnonzero((grid.floor == index) & grid.placed) for index in range(len(home.floors))]
        self._points_on_plan = [self._points[here] for here in self._on_plan]
        # A cell is not a point: its own extent belongs to the spread of what is believed.
        self._cell_variance = float(np.mean(grid.size**2)) / 12.0 if len(grid) else 0.0
        self._zones = cells_of_zones(home, grid)

    @property
    def zones_outside(self) -> frozenset[str]:
        """The zones that touch no cell of their floor: nobody can be in them."""
        return frozenset(zone for zone, (cells, _) in self._zones.items() if not len(cells))

    def estimate(self, now: float, evidence_time: float, belief: FloatArray32) -> Estimate:
        """Return the estimate that `belief` (modes, cells, offsets) amounts to."""
        # One addition of whole rows of cells after another, and only the sums in double precision.
        cells = belief.sum(axis=2).sum(axis=0).astype(float)
        cells /= cells.sum()
        home = self._home
        rooms = np.bincount(self._room, weights=cells, minlength=len(home.rooms) + 1)
        floors = np.bincount(self._floor, weights=cells, minlength=len(home.floors)).astype(float)
        floor = int(floors.argmax())
        place = self._place(cells, floor, float(floors[floor]))
        return Estimate(
            time=now,
            evidence_time=evidence_time,
            floor=home.floors[floor].id,
            position=place.position if place else None,
            covariance=place.covariance if place else None,
            accuracy=place.accuracy if place else None,
            room_probabilities={room.id: float(chance) for room, chance in zip(home.rooms, rooms, strict=False)},
            floor_probabilities={level.id: float(chance) for level, chance in zip(home.floors, floors, strict=True)},
            zone_probabilities={zone: float(cells[inside] @ shares) for zone, (inside, shares) in self._zones.items()},
            moving=float(belief[WALKING].sum()),
            elsewhere=self._elsewhere(cells, floors, floor),
        )

    def _elsewhere(self, cells: FloatArray, floors: FloatArray, likeliest: int) -> dict[str, Place]:
        """Return the places on the other floors that are almost as likely."""
        found = {}
        for floor in np.flatnonzero(floors >= LIKELY_FLOOR):
            if floor != likeliest and (place := self._place(cells, floor, float(floors[floor]))) is not None:
                found[self._home.floors[floor].id] = place
        return found

    def _place(self, cells: FloatArray, floor: int, floor_mass: float) -> Place | None:
        here = self._on_plan[floor]
        weights = cells[here]
        mass = float(weights.sum())
        if not mass > MIN_PLACED_SHARE * floor_mass:
            return None
        weights = weights / mass
        points = self._points_on_plan[floor]
        centre = weights @ points
        off = points - centre
        covariance = (off * weights[:, None]).T @ off + self._cell_variance * np.eye(2)
        return Place((float(centre[0]), float(centre[1])), covariance, self._radius(off, weights))

    def _radius(self, off: FloatArray, weights: FloatArray) -> float:
        matter = np.flatnonzero(weights > NEGLIGIBLE_MASS / len(weights))
        off, weights = off[matter], weights[matter]
        away = np.hypot(off[:, 0], off[:, 1])
        order = np.argsort(away)
        reached = np.cumsum(weights[order])
        radius = away[order][min(int(np.searchsorted(reached, ACCURACY_MASS)), len(away) - 1)]
        return float(np.sqrt(radius**2 + self._cell_variance))
