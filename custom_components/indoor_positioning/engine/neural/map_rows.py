"""Rows that nobody measured: what the radio map expects at places between those of the survey.

A survey of some stands a room leaves gaps that a network would fill by chance. The map fills them by physics, with the
survey's own residuals laid over it. Drawn from it and mixed with the survey's rows, they bring the median error
on the simulated flat from 1.34 to 1.11 m, on the real office from 2.79 to 2.44 m, and on the real flat, which was
surveyed densely, leave it as it was.
"""

from __future__ import annotations

import numpy as np

from ..geometry import FloatArray
from ..grid import NO_ROOM, IntArray
from ..likelihood import SENSITIVITY_DBM, SENSITIVITY_SPREAD_DB
from ..model import PositioningModel
from .dataset import Spot

# What is left of fading after the link filter (dB).
FADING_SD_DB = 2.0


class MapRows:
    """Draws rows of one model's radio map; `cells` of its grid are where they may lie."""

    def __init__(self, model: PositioningModel, cells: IntArray) -> None:
        self.cells = cells
        self._points, self._size = model.grid.points, model.grid.size
        self._mean = model.radio_map.mean.T
        self._spread = np.hypot(model.radio_map.spread, FADING_SD_DB).T

    def draw(self, size: int, rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
        """Return levels (size, anchors) in dBm, NaN where nothing is heard, and the cell of each row (size,)."""
        cells = self.cells[rng.integers(len(self.cells), size=size)]
        levels = self._mean[cells] + self._spread[cells] * rng.normal(size=(size, self._mean.shape[1]))
        lost = 1.0 / (1.0 + np.exp((levels - SENSITIVITY_DBM) / SENSITIVITY_SPREAD_DB))
        levels[rng.random(levels.shape) < lost] = np.nan
        return levels, cells

    def places(self, cells: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return a place in each cell, shape (n, 2) in metres."""
        within = self._size[cells, None] * rng.uniform(-0.5, 0.5, (len(cells), 2))
        places: FloatArray = self._points[cells] + within
        return places


def spot_cells(model: PositioningModel) -> dict[Spot, IntArray]:
    """Return the cells of each room, and of each floor what lies outside its rooms, where there are any."""
    grid, home = model.grid, model.home
    found: dict[Spot, IntArray] = {}
    for index, floor in enumerate(home.floors):
        found[floor.id, None] = np.flatnonzero((grid.floor == index) & (grid.room == NO_ROOM))
    for index, room in enumerate(home.rooms):
        found[room.floor, room.id] = np.flatnonzero(grid.room == index)
    return {spot: cells for spot, cells in found.items() if len(cells)}
