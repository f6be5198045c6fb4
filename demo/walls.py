"""The walls that a plan means: outlines without double counting, less the doors."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray, Point, edges
from custom_components.indoor_positioning.engine.home import Home

# Two drawn edges closer than this are one wall. Plans are drawn to the centimetre or worse.
SAME_LINE_M = 0.05

# A shorter leftover between a door and a corner stops nobody's radio.
SHORTEST_PIECE_M = 0.02


@dataclass(frozen=True, slots=True)
class Walls:
    """One floor's walls: `segments` (m, 2, 2) in metres, `attenuation` (m,) in dB, NaN where not told."""

    segments: FloatArray
    attenuation: FloatArray


@dataclass(slots=True)
class _Line:
    """All that is drawn on one infinite straight line, as intervals along `direction`."""

    origin: FloatArray
    direction: FloatArray
    intervals: list[tuple[float, float, float]] = field(default_factory=list)
    openings: list[tuple[float, float]] = field(default_factory=list)

    def holds(self, start: FloatArray, end: FloatArray) -> bool:
        return all(abs(_cross(self.direction, point - self.origin)) <= SAME_LINE_M for point in (start, end))

    def along(self, start: FloatArray, end: FloatArray) -> tuple[float, float]:
        first, second = (float(self.direction @ (point - self.origin)) for point in (start, end))
        return min(first, second), max(first, second)

    def pieces(self) -> list[tuple[Point, Point, float]]:
        """Cut at every end; keep what a wall covers and no door opens."""
        cuts = sorted(
            {cut for low, high, _ in self.intervals for cut in (low, high)} | {c for o in self.openings for c in o}
        )
        kept = []
        for low, high in itertools.pairwise(cuts):
            middle = (low + high) / 2.0
            covering = [loss for start, end, loss in self.intervals if start < middle < end]
            opened = any(start < middle < end for start, end in self.openings)
            if covering and not opened and high - low > SHORTEST_PIECE_M:
                told = [loss for loss in covering if not np.isnan(loss)]
                kept.append((self._at(low), self._at(high), told[0] if told else np.nan))
        return kept

    def _at(self, along: float) -> Point:
        x, y = self.origin + along * self.direction
        return float(x), float(y)


def drawn_segments(home: Home, floor_id: str) -> FloatArray:
    """Return every drawn edge of one floor as it stands, doors not opened, shape (m, 2, 2)."""
    outlines = [edges(room.outline) for room in home.rooms_on(floor_id) if room.outline is not None]
    extra = [np.array([[wall.start, wall.end]], dtype=float) for wall in home.walls if wall.floor == floor_id]
    return np.concatenate([np.empty((0, 2, 2)), *outlines, *extra])


def standing_walls(home: Home, floor_id: str) -> Walls:
    """Return one floor's walls, each once, with the doors open."""
    lines: list[_Line] = []
    losses = [np.nan] * sum(len(room.outline) for room in home.rooms_on(floor_id) if room.outline is not None)
    losses += [
        np.nan if wall.attenuation is None else wall.attenuation for wall in home.walls if wall.floor == floor_id
    ]
    for (start, end), loss in zip(drawn_segments(home, floor_id), losses, strict=True):
        line = next((line for line in lines if line.holds(start, end)), None)
        if line is None:
            line = _Line(start, (end - start) / np.linalg.norm(end - start))
            lines.append(line)
        line.intervals.append((*line.along(start, end), loss))
    for door in home.doors:
        start, end = np.array(door.start, dtype=float), np.array(door.end, dtype=float)
        for line in lines if door.floor == floor_id else []:
            if line.holds(start, end):
                line.openings.append(line.along(start, end))
    pieces = [piece for line in lines for piece in line.pieces()]
    return Walls(
        np.array([(start, end) for start, end, _ in pieces], dtype=float).reshape(-1, 2, 2),
        np.array([loss for _, _, loss in pieces], dtype=float),
    )


def _cross(a: FloatArray, b: FloatArray) -> float:
    return float(a[0] * b[1] - a[1] * b[0])
