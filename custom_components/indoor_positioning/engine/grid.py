"""The cells over which the belief about a place is held.

A drawn floor is covered by square cells; a room without outline is one cell of its own, without place. So one
filter serves homes of every degree of knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray, Outline, area, centroid, contains, crossings, distance_to_outline
from .ground import rise_at
from .home import Home
from .propagation import wall_segments
from .survey import Survey

type IntArray = NDArray[np.intp]

# Half a metre resolves a sofa and keeps a two-storey home below a thousand cells.
CELL_SIZE_M = 0.5

# Above this many cells a floor's cells grow instead of the cost.
MAX_CELLS_PER_FLOOR = 6000

# How far beyond the outermost anchor or sample an undrawn floor reaches.
MARGIN_M = 1.0

# Space between drawn rooms up to this far from one of them (thick walls, an undrawn passage) can be walked.
GAP_M = 0.8

NO_ROOM = -1


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """All cells of a home, n of them.

    `points` (n, 2) in metres, NaN for a room that is not drawn; `floor` and `room` (n,) index into the home's
    floors and rooms (NO_ROOM outside all rooms); `neighbours` (n, 8) the adjacent cells (a cell itself where there
    is none) and `passage` (n, 8) how freely one goes there: 1 open floor, less through a wall, 0 no way.
    `size` (n,) is the edge of each cell in metres, `ground` (n,) how high its ground lies above the house's own.
    """

    points: FloatArray
    floor: IntArray
    room: IntArray
    neighbours: IntArray
    passage: FloatArray
    size: FloatArray
    ground: FloatArray

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Which cells have a place on the plan, shape (n,)."""
        return cast("NDArray[np.bool_]", ~np.isnan(self.points[:, 0]))

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.floor)


# How freely one walks through a drawn wall. Not zero: a wall drawn in the wrong place must not trap anyone.
THROUGH_WALL = 0.03

_STEPS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))


def build_grid(home: Home, survey: Survey = (), cell_size: float = CELL_SIZE_M) -> Grid:
    """Cover every floor of `home`; `survey` shows how far a floor without outlines reaches."""
    parts = [_floor_cells(home, survey, index, cell_size) for index in range(len(home.floors))]
    points = np.concatenate([part[0] for part in parts]) if parts else np.empty((0, 2))
    room = np.concatenate([part[1] for part in parts]) if parts else np.empty(0, dtype=np.intp)
    size = np.concatenate([part[2] for part in parts]) if parts else np.empty(0)
    floor = np.repeat(np.arange(len(parts), dtype=np.intp), np.array([len(part[0]) for part in parts], dtype=np.intp))
    neighbours, passage = _adjacency(home, points, floor, size)
    return Grid(points, floor, room, neighbours, passage, size, _ground(home, points, floor, room))


def _ground(home: Home, points: FloatArray, floor: IntArray, room: IntArray) -> FloatArray:
    """Return how high each cell's ground lies; a room that is not drawn has one ground, a drawn one what is there."""
    ground = np.array([level.elevation for level in home.floors])[floor] if len(floor) else np.empty(0)
    raised = np.array([*(one.elevation for one in home.rooms), 0.0])
    return np.asarray(ground + np.where(np.isnan(points[:, 0]), raised[room], _rise(home, points, floor)))


def _rise(home: Home, points: FloatArray, floor: IntArray) -> FloatArray:
    rise = np.zeros(len(points))
    for index, level in enumerate(home.floors):
        here = np.flatnonzero((floor == index) & ~np.isnan(points[:, 0]))
        rise[here] = rise_at(home, level.id, points[here])
    return rise


def _floor_cells(
    home: Home, survey: Survey, floor_index: int, cell_size: float
) -> tuple[FloatArray, IntArray, FloatArray]:
    floor = home.floors[floor_index]
    rooms = [(index, room) for index, room in enumerate(home.rooms) if room.floor == floor.id]
    # Where outlines overlap the smaller room is meant: a closet drawn inside the bedroom.
    drawn = sorted(
        ((index, room.outline) for index, room in rooms if room.outline is not None), key=lambda room: area(room[1])
    )
    if drawn:
        points, size = _lattice(np.concatenate([np.asarray(outline) for _, outline in drawn]), cell_size)
        owner = np.full(len(points), NO_ROOM, dtype=np.intp)
        away = np.empty((len(drawn), len(points)))
        for row, (index, outline) in enumerate(drawn):
            inside = contains(outline, points)
            owner[inside & (owner == NO_ROOM)] = index
            away[row] = distance_to_outline(outline, points)
        _house_the_homeless(owner, points, drawn)
        gap = (owner == NO_ROOM) & _enclosed(owner, points) & (away.min(axis=0) <= GAP_M)
        # A doorway in a thick wall is no room of its own: it counts to the nearest.
        owner[gap] = np.array([index for index, _ in drawn], dtype=np.intp)[away.argmin(axis=0)][gap]
        keep = owner != NO_ROOM
        points, owner = points[keep], owner[keep]
    else:
        points, owner, size = _undrawn_floor(home, survey, floor.id, cell_size)
    abstract = [index for index, _ in rooms if not np.any(owner == index)]
    points = np.concatenate((points, np.full((len(abstract), 2), np.nan)))
    sizes = np.full(len(points), size)
    return points, np.concatenate((owner, np.array(abstract, dtype=np.intp))), sizes


def _house_the_homeless(owner: IntArray, points: FloatArray, drawn: Sequence[tuple[int, Outline]]) -> None:
    """Give a room too narrow for any cell's centre the nearest cell that is nobody's last."""
    for index, outline in drawn:
        if np.any(owner == index):
            continue
        cells_of_room = np.bincount(owner + 1)
        spare = np.flatnonzero((owner == NO_ROOM) | (cells_of_room[owner + 1] > 1))
        if len(spare):
            away = ((points[spare] - centroid(outline)) ** 2).sum(axis=1)
            owner[spare[away.argmin()]] = index


def _undrawn_floor(home: Home, survey: Survey, floor_id: str, cell_size: float) -> tuple[FloatArray, IntArray, float]:
    """Cover a floor that has samples with places but no outlines; a cell belongs to the nearest sample's room.

    Anchors alone do not make a plan: without rooms to show them in, coordinates would mean nothing to anyone.
    """
    samples = [sample for sample in survey if sample.floor == floor_id and sample.position is not None]
    if not samples:
        return np.empty((0, 2)), np.empty(0, dtype=np.intp), cell_size
    placed = np.array([sample.position for sample in samples])
    anchors = [anchor.position[:2] for anchor in home.anchors if anchor.floor == floor_id and anchor.position]
    points, size = _lattice(np.concatenate((placed, np.array(anchors).reshape(-1, 2))), cell_size, MARGIN_M)
    room_index = {room.id: index for index, room in enumerate(home.rooms)}
    sample_room = np.array([room_index.get(sample.room or "", NO_ROOM) for sample in samples], dtype=np.intp)
    nearest = np.argmin(((points[:, None] - placed) ** 2).sum(axis=-1), axis=1)
    return points, sample_room[nearest], size


def _lattice(corners: FloatArray, cell_size: float, margin: float = 0.0) -> tuple[FloatArray, float]:
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin
    extent = np.maximum(high - low, cell_size)
    size = max(cell_size, float(np.sqrt(extent.prod() / MAX_CELLS_PER_FLOOR)))
    counts = np.maximum(np.round(extent / size).astype(int), 1)
    # Centred on the floor, so that equal margins remain on both sides.
    axes = [low[i] + (np.arange(counts[i]) + 0.5) * (extent[i] / counts[i]) for i in range(2)]
    x, y = np.meshgrid(*axes, indexing="ij")
    return np.stack((x.ravel(), y.ravel()), axis=1), size


def _enclosed(owner: IntArray, points: FloatArray) -> NDArray[np.bool_]:
    """Which cells have drawn rooms on two opposite sides: space between rooms, not the garden."""
    inside = points[owner != NO_ROOM]
    enclosed = np.zeros(len(points), dtype=bool)
    for axis in range(2):
        other = 1 - axis
        for value in np.unique(points[:, other]):
            row = np.isclose(points[:, other], value)
            span = inside[np.isclose(inside[:, other], value), axis]
            if len(span):
                enclosed |= row & (points[:, axis] > span.min()) & (points[:, axis] < span.max())
    return enclosed


def _adjacency(home: Home, points: FloatArray, floor: IntArray, size: FloatArray) -> tuple[IntArray, FloatArray]:
    count = len(points)
    neighbours = np.repeat(np.arange(count, dtype=np.intp)[:, None], len(_STEPS), axis=1)
    passage = np.zeros((count, len(_STEPS)))
    for floor_index, level in enumerate(home.floors):
        cells = np.flatnonzero((floor == floor_index) & ~np.isnan(points[:, 0]))
        if not len(cells):
            continue
        walls, _ = wall_segments(home, level.id)
        pitch = _pitch(points[cells], float(size[cells[0]]))
        keys = np.round((points[cells] - points[cells].min(axis=0)) / pitch).astype(int)
        lookup = {(int(x), int(y)): int(cell) for (x, y), cell in zip(keys, cells, strict=True)}
        for step, (dx, dy) in enumerate(_STEPS):
            pairs = [
                (int(cell), lookup[x + dx, y + dy])
                for (x, y), cell in zip(keys, cells, strict=True)
                if (x + dx, y + dy) in lookup
            ]
            if not pairs:
                continue
            sources, targets = np.array(pairs, dtype=np.intp).T
            neighbours[sources, step] = targets
            blocked = crossings(points[sources], points[targets], walls).any(axis=1) if len(walls) else False
            diagonal = 0.5 if dx and dy else 1.0  # a diagonal step is longer: half as often gives an even spread
            passage[sources, step] = np.where(blocked, THROUGH_WALL, 1.0) * diagonal
    return neighbours, passage


def _pitch(points: FloatArray, fallback: float) -> FloatArray:
    pitch = np.full(2, fallback)
    for axis in range(2):
        values = np.unique(np.round(points[:, axis], 6))
        if len(values) > 1:
            pitch[axis] = np.diff(values).min()
    return pitch
