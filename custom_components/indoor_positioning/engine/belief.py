"""Carries a belief from one model to another: after an edit of the plan, and over a restart.

A model's cells have no names, so belief travels as places: (floor, x, y) where there is a plan, the room elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .geometry import FloatArray
from .grid import IntArray
from .model import PositioningModel
from .motion import FloatArray32

# Cells kept in a snapshot; a settled belief lies in fewer, and the rest is refilled from the prior.
SNAPSHOT_CELLS = 40

# What a recalled belief leaves to "anywhere": the beacon may have been carried off meanwhile.
RECALL_DOUBT = 0.1

# A place further than this from every cell of the new plan no longer exists (m).
MAX_SHIFT_M = 2.0


def carry_over(
    belief: FloatArray32, before: PositioningModel, after: PositioningModel, prior: FloatArray32
) -> FloatArray32:
    """Return `belief` (modes, cells, offsets) over `before` as a belief over `after`; what has no place is left out."""
    if not len(after.grid):
        return prior
    target = matching_cells(before, after)
    found = target >= 0
    moved = np.zeros_like(prior)
    for mode, masses in enumerate(belief[:, found]):
        np.add.at(moved[mode], target[found], masses)
    total = float(moved.sum())
    if not total > 0.0:
        return prior
    # A new room must be reachable at once: belief that found no cell, and a grain of doubt, return to the prior.
    lost = max(1.0 - total, 0.01)
    return np.asarray(moved * ((1.0 - lost) / total) + lost * prior, dtype=np.float32)


def describe(belief: FloatArray32, model: PositioningModel, offsets: FloatArray) -> dict[str, Any]:
    """Return the heart of a belief as JSON-able places and power offsets."""
    cells = belief.sum(axis=(0, 2), dtype=float)
    power = belief.sum(axis=(0, 1), dtype=float)
    home, grid = model.home, model.grid
    places = []
    for cell in np.argsort(-cells)[:SNAPSHOT_CELLS]:
        room = home.rooms[grid.room[cell]].id if grid.room[cell] >= 0 else None
        x, y = (round(float(value), 2) for value in grid.points[cell])
        place = [x, y] if grid.placed[cell] else None
        places.append([home.floors[grid.floor[cell]].id, room, place, round(float(cells[cell]), 5)])
    return {"places": places, "power": [[float(o), round(float(p), 5)] for o, p in zip(offsets, power, strict=True)]}


def recall(data: Mapping[str, Any], model: PositioningModel, offsets: FloatArray, prior: FloatArray32) -> FloatArray32:
    """Return the belief that `describe` gave, over `model`; `prior` where the data is malformed or fits nothing."""
    try:
        places = [_parse_place(place) for place in data["places"]]
        known, chance = np.array(data["power"], dtype=float).T
        power = np.maximum(np.interp(offsets, known, chance), 0.0)
    except ArithmeticError, LookupError, TypeError, ValueError:
        return prior
    cells = np.zeros(len(model.grid))
    for floor, room, point, chance in places:
        cell = _find_cell(model, floor, room, point)
        if cell is not None and np.isfinite(chance) and chance > 0.0:
            cells[cell] += chance
    # Numbers that a program has never written may also add up to nothing, or to more than can be told.
    if not (0.0 < cells.sum() < np.inf and 0.0 < power.sum() < np.inf):
        return prior
    modes = prior.sum(axis=(1, 2))
    told = modes[:, None, None] * np.multiply.outer(cells / cells.sum(), power / power.sum())
    return np.asarray((1.0 - RECALL_DOUBT) * told + RECALL_DOUBT * prior, dtype=np.float32)


def _parse_place(place: Sequence[Any]) -> tuple[str, str | None, tuple[float, float] | None, float]:
    floor, room, point, chance = place
    return str(floor), room, (float(point[0]), float(point[1])) if point is not None else None, float(chance)


def _find_cell(model: PositioningModel, floor: str, room: str | None, point: tuple[float, float] | None) -> int | None:
    grid, home = model.grid, model.home
    if point is not None:
        floors = [index for index, level in enumerate(home.floors) if level.id == floor]
        on_floor = np.flatnonzero((grid.floor == floors[0]) & grid.placed) if floors else np.empty(0, dtype=np.intp)
        if len(on_floor):
            away = np.hypot(*(grid.points[on_floor] - np.asarray(point)).T)
            if away.min() <= MAX_SHIFT_M:
                return int(on_floor[away.argmin()])
    rooms = [index for index, place in enumerate(home.rooms) if place.id == room]
    in_room = np.flatnonzero(grid.room == rooms[0]) if rooms else np.empty(0, dtype=np.intp)
    return int(in_room[len(in_room) // 2]) if len(in_room) else None


@lru_cache(maxsize=1)
def matching_cells(before: PositioningModel, after: PositioningModel) -> IntArray:
    """Return for each old cell the new one that stands for the same place, or -1.

    Some tens of milliseconds for a thousand cells, once for all beacons that adopt the same model: whoever must not
    block asks for it in a thread before.
    """
    result = np.full(len(before.grid), -1, dtype=np.intp)
    for cell in range(len(before.grid)):
        room_index = before.grid.room[cell]
        room = before.home.rooms[room_index].id if room_index >= 0 else None
        point = before.grid.points[cell]
        place = (float(point[0]), float(point[1])) if before.grid.placed[cell] else None
        found = _find_cell(after, before.home.floors[before.grid.floor[cell]].id, room, place)
        if found is not None:
            result[cell] = found
    return result
