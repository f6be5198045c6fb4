"""How people get from one spot to another: round corners, through doors, over stairs.

A visibility graph: its nodes lie on both sides of every door, around every corner and at the stairs;
two of them are joined where one sees the other without a drawn edge between. Only the two sides of a
door see through the wall they stand at, so every way goes through doors.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from custom_components.indoor_positioning.engine.geometry import (
    BoolArray,
    FloatArray,
    Point,
    centroid,
    contains,
    crossings,
    distance_to_outline,
)
from custom_components.indoor_positioning.engine.home import Door, Home, Room

from .walls import drawn_segments

# How far shoulders keep from walls and door frames.
CLEARANCE_M = 0.35

# A flight of stairs takes as long as this way on the level (about 15 steps at half the pace).
STAIRS_LENGTH_M = 5.0

# People walk through a wide passage anywhere, not in its middle only.
PASSAGE_WIDTH_M = 1.0


class NoWayError(ValueError):
    """Two spots that no door and no stairs join."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a floor."""

    floor: str
    x: float
    y: float


class WayFinder:
    """Shortest ways through a home whose rooms are drawn."""

    def __init__(self, home: Home) -> None:
        """Build the graph of `home` once; asking for ways is cheap then."""
        self._home = home
        self._segments = {floor.id: drawn_segments(home, floor.id) for floor in home.floors}
        self._nodes: list[Spot] = []
        self._neighbours: list[list[tuple[int, float]]] = []
        for floor in home.floors:
            self._add_floor(floor.id)
        for stairs in home.stairs:
            lower, upper = (
                self._add_seeing(Spot(floor, *centroid(stairs.outline)))
                for floor in (stairs.from_floor, stairs.to_floor)
            )
            self._join(lower, upper, STAIRS_LENGTH_M)

    def room_at(self, spot: Spot) -> Room | None:
        """Return the room that holds `spot`."""
        point = np.array([[spot.x, spot.y]])
        rooms = self._home.rooms_on(spot.floor)
        return next((room for room in rooms if room.outline is not None and contains(room.outline, point)[0]), None)

    def random_spot(self, room: Room, rng: np.random.Generator) -> Spot:
        """Return a spot inside `room`, off its walls where it is wide enough."""
        if room.outline is None:
            raise NoWayError(f"room {room.id} has no outline to stand in")
        low, high = np.min(room.outline, axis=0), np.max(room.outline, axis=0)
        candidates = rng.uniform(low, high, size=(200, 2))
        candidates = candidates[contains(room.outline, candidates)]
        if not len(candidates):
            raise NoWayError(f"room {room.id} is too narrow to stand in")
        roomy = distance_to_outline(room.outline, candidates) > CLEARANCE_M
        chosen = candidates[roomy] if roomy.any() else candidates
        return Spot(room.floor, float(chosen[0, 0]), float(chosen[0, 1]))

    def sees(self, start: Spot, end: Spot) -> bool:
        """Whether a straight way joins two spots of one floor without crossing anything drawn."""
        return start.floor == end.floor and bool(self._visible(start, np.array([[end.x, end.y]]))[0])

    def way(self, start: Spot, goal: Spot) -> list[Spot]:
        """Return the corners of the shortest way, both ends included.

        Raises NoWayError where there is none.
        """
        if self.sees(start, goal):
            return [start, goal]
        first = dict(self._seen_from(start))
        last = dict(self._seen_from(goal))
        queue = [(length, node, -1) for node, length in first.items()]
        heapq.heapify(queue)
        came_from: dict[int, int] = {}
        best_goal = (np.inf, -1)
        while queue and queue[0][0] < best_goal[0]:
            length, node, previous = heapq.heappop(queue)
            if node in came_from:
                continue
            came_from[node] = previous
            if node in last:
                best_goal = min(best_goal, (length + last[node], node))
            for neighbour, step in self._neighbours[node]:
                if neighbour not in came_from:
                    heapq.heappush(queue, (length + step, neighbour, node))
        if best_goal[1] < 0:
            raise NoWayError(f"no way from {start} to {goal}")
        corners, node = [goal], best_goal[1]
        while node >= 0:
            corners.append(self._nodes[node])
            node = came_from[node]
        return [start, *reversed(corners)]

    def _add_floor(self, floor: str) -> None:
        for door in self._home.doors:
            if door.floor != floor:
                continue
            for sides in _door_sides(door):
                spots = [Spot(floor, *side) for side in sides]
                if all(self.room_at(spot) for spot in spots):
                    first, second = (self._add_seeing(spot) for spot in spots)
                    self._join(first, second, 2.0 * CLEARANCE_M)
        corners = np.unique(np.round(self._segments[floor].reshape(-1, 2), 2), axis=0)
        reach = CLEARANCE_M / np.sqrt(2.0)
        for corner in corners:
            for step in ((-reach, -reach), (-reach, reach), (reach, -reach), (reach, reach)):
                spot = Spot(floor, float(corner[0] + step[0]), float(corner[1] + step[1]))
                if self.room_at(spot):
                    self._add_seeing(spot)

    def _add_seeing(self, spot: Spot) -> int:
        index = len(self._nodes)
        seen = list(self._seen_from(spot))
        self._nodes.append(spot)
        self._neighbours.append([])
        for other, length in seen:
            self._join(index, other, length)
        return index

    def _join(self, first: int, second: int, length: float) -> None:
        self._neighbours[first].append((second, length))
        self._neighbours[second].append((first, length))

    def _seen_from(self, spot: Spot) -> Iterator[tuple[int, float]]:
        indices = [index for index, node in enumerate(self._nodes) if node.floor == spot.floor]
        if not indices:
            return
        points = np.array([[self._nodes[index].x, self._nodes[index].y] for index in indices])
        lengths = np.hypot(points[:, 0] - spot.x, points[:, 1] - spot.y)
        for index, length, visible in zip(indices, lengths, self._visible(spot, points), strict=True):
            if visible:
                yield index, float(length)

    def _visible(self, spot: Spot, points: FloatArray) -> BoolArray:
        starts = np.broadcast_to(np.array([spot.x, spot.y]), points.shape)
        return np.logical_not(crossings(starts, points, self._segments[spot.floor]).any(axis=1))


def _door_sides(door: Door) -> Iterator[tuple[Point, Point]]:
    start, end = np.array(door.start, dtype=float), np.array(door.end, dtype=float)
    width = float(np.linalg.norm(end - start))
    along = (end - start) / width
    across = np.array([-along[1], along[0]]) * CLEARANCE_M
    lanes = max(1, int(width / PASSAGE_WIDTH_M))
    for lane in range(lanes):
        middle = start + along * width * (lane + 0.5) / lanes
        yield (
            (float(middle[0] + across[0]), float(middle[1] + across[1])),
            (float(middle[0] - across[0]), float(middle[1] - across[1])),
        )
