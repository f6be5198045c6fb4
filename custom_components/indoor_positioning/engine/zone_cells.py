"""How much of each cell a zone covers, so that a belief over cells says how probable the zone is."""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray, Outline, bounds, centroid, contains
from .grid import Grid, IntArray
from .home import Home

# A cell's cover is sampled on a raster of this many points a side: one sixteenth is finer than any radio map.
SAMPLES_PER_SIDE = 4


def cells_of_zone(grid: Grid, floor: int, outline: Outline) -> tuple[IntArray, FloatArray]:
    """Return the cells (n,) that an outline touches on the floor of this index, and the share 0..1 of each it covers.

    A zone smaller than a cell is taken for the whole cell at its centre: finer, a belief says nothing. Empty where
    the outline lies wholly outside the floor, or the floor has no plan.
    """
    left, bottom, right, top = bounds(outline)
    x, y = np.nan_to_num(grid.points, nan=np.inf).T
    half = grid.size / 2.0
    near = (x + half >= left) & (x - half <= right) & (y + half >= bottom) & (y - half <= top)
    cells = np.flatnonzero(near & (grid.floor == floor) & grid.placed)
    if not len(cells):
        return cells, np.empty(0)
    shares = _covered(outline, grid.points[cells], grid.size[cells])
    if shares.sum() < 1.0:
        away = np.abs(grid.points[cells] - centroid(outline)).max(axis=1)
        nearest = int(away.argmin())
        if away[nearest] <= half[cells[nearest]]:
            return cells[[nearest]], np.ones(1)
    touched = shares > 0.0
    return cells[touched], shares[touched]


def cells_of_zones(home: Home, grid: Grid) -> dict[str, tuple[IntArray, FloatArray]]:
    """Return the cells and shares of each zone of `home` by its id; without any for a zone outside its floor."""
    floors = {floor.id: index for index, floor in enumerate(home.floors)}
    return {zone.id: cells_of_zone(grid, floors.get(zone.floor, -1), zone.outline) for zone in home.zones}


def _covered(outline: Outline, points: FloatArray, size: FloatArray) -> FloatArray:
    steps = (np.arange(SAMPLES_PER_SIDE) + 0.5) / SAMPLES_PER_SIDE - 0.5
    raster = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    samples = points[:, None] + raster * size[:, None, None]
    covered: FloatArray = contains(outline, samples.reshape(-1, 2)).reshape(len(points), -1).mean(axis=1)
    return covered
