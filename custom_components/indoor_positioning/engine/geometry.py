"""Plane geometry of a floor plan: outlines, containment and crossings, vectorised over points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import cast

import numpy as np
from numpy.typing import NDArray

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]
type Point = tuple[float, float]
type Outline = tuple[Point, ...]

# A room below a hundredth of a square metre is a slip of the finger, not a place.
MIN_AREA_M2 = 0.01

# Map coordinates (UTM) reach 1e7 m; beyond, a double loses micrometres first and the area at last.
MAX_COORDINATE_M = 1e7

# More corners than any drawn room has; a bound on what a form or a file may make us compute.
MAX_CORNERS = 500

# A circle of 5 m deviates from this many corners by 2 cm.
CIRCLE_CORNERS = 32


class OutlineProblem(StrEnum):
    """Why an outline is refused; the values are translation keys."""

    TOO_FEW_CORNERS = "outline_too_few_corners"
    TOO_MANY_CORNERS = "outline_too_many_corners"
    NOT_FINITE = "outline_not_finite"
    SELF_CROSSING = "outline_self_crossing"
    ZERO_AREA = "outline_zero_area"


class OutlineError(ValueError):
    """An outline that encloses nothing sensible."""

    def __init__(self, problem: OutlineProblem) -> None:
        super().__init__(problem.value.replace("_", " "))
        self.problem = problem


def parse_outline(points: Iterable[Sequence[float]]) -> Outline:
    """Return the outline through `points` (metres), without a repeated closing corner.

    Raises OutlineError where the corners are not numbers, too few, cross themselves or enclose nothing.
    """
    corners: list[Point] = []
    for point in points:
        if len(point) != 2 or not all(abs(value) <= MAX_COORDINATE_M for value in point):  # false for NaN too
            raise OutlineError(OutlineProblem.NOT_FINITE)
        corner = (float(point[0]), float(point[1]))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3:
        raise OutlineError(OutlineProblem.TOO_FEW_CORNERS)
    if len(corners) > MAX_CORNERS:
        raise OutlineError(OutlineProblem.TOO_MANY_CORNERS)
    outline = tuple(corners)
    if _crosses_itself(outline):
        raise OutlineError(OutlineProblem.SELF_CROSSING)
    if area(outline) < MIN_AREA_M2:
        raise OutlineError(OutlineProblem.ZERO_AREA)
    return outline


def rectangle(x: float, y: float, width: float, height: float) -> Outline:
    """Return the axis-parallel rectangle with its lower left corner at (x, y)."""
    return parse_outline(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))


def circle(x: float, y: float, radius: float) -> Outline:
    """Return the regular polygon of CIRCLE_CORNERS corners around (x, y), as large as the circle of `radius`."""
    step = 2.0 * math.pi / CIRCLE_CORNERS
    reach = radius * math.sqrt(step / math.sin(step))
    return parse_outline(
        (x + reach * math.cos(step * corner), y + reach * math.sin(step * corner)) for corner in range(CIRCLE_CORNERS)
    )


def edges(outline: Outline) -> FloatArray:
    """Return the edges of an outline, shape (corners, 2, 2): edge, end, coordinate."""
    corners = np.asarray(outline, dtype=float)
    return np.stack((corners, np.roll(corners, -1, axis=0)), axis=1)


def area(outline: Outline) -> float:
    """Return the enclosed area in square metres (shoelace formula)."""
    x, y = np.asarray(outline, dtype=float).T
    # Around the first corner: far from the origin the products would lose the digits that matter.
    x, y = x - x[0], y - y[0]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2.0)


def centroid(outline: Outline) -> Point:
    """Return the centre of mass of the enclosed area."""
    corners = np.asarray(outline, dtype=float)
    x, y = (corners - corners[0]).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    twice_area = cross.sum()
    if abs(twice_area) < MIN_AREA_M2:
        return cast("Point", tuple(corners.mean(axis=0)))
    centre_x = float(((x + np.roll(x, -1)) * cross).sum() / (3.0 * twice_area))
    centre_y = float(((y + np.roll(y, -1)) * cross).sum() / (3.0 * twice_area))
    return (centre_x + float(corners[0, 0]), centre_y + float(corners[0, 1]))


def bounds(outline: Outline) -> tuple[float, float, float, float]:
    """Return (min x, min y, max x, max y)."""
    corners = np.asarray(outline, dtype=float)
    low, high = corners.min(axis=0), corners.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def contains(outline: Outline, points: FloatArray) -> BoolArray:
    """Return which of `points`, shape (n, 2), lie inside the outline (even-odd rule), shape (n,)."""
    ends = edges(outline)
    start, end = ends[:, 0], ends[:, 1]
    x, y = points[:, 0, None], points[:, 1, None]
    straddles = (start[:, 1] > y) != (end[:, 1] > y)
    rise = end[:, 1] - start[:, 1]
    safe_rise = np.where(rise == 0.0, 1.0, rise)  # level edges never straddle, so their value is not used
    with np.errstate(invalid="ignore"):  # points without a place: NaN and infinity are inside of nothing
        crossing_x = start[:, 0] + (y - start[:, 1]) * (end[:, 0] - start[:, 0]) / safe_rise
    inside: BoolArray = (straddles & (x < crossing_x)).sum(axis=1) % 2 == 1
    return inside


# Sides are told apart to this, so that rounding makes no touch a crossing (m²: a metre of wall, a nanometre off it).
TOUCH = 1e-9

# Pairs of ways and walls that are looked at in one go: some megabytes, which the processor's cache holds.
PAIRS_AT_ONCE = 1 << 17


def crossings(starts: FloatArray, ends: FloatArray, walls: FloatArray) -> BoolArray:
    """Return which of the ways cross which of the walls.

    `starts` and `ends` have shape (n, 2), `walls` (m, 2, 2); the answer has shape (n, m). Touching
    does not count, so that a way along a wall, or an anchor mounted on one, is not charged for it.
    """
    hits: BoolArray = np.empty((len(starts), len(walls)), dtype=bool)
    if not len(walls):
        return hits
    origin = walls[0, 0]  # near what is looked at: far coordinates would cost digits
    starts, ends, walls = starts - origin, ends - origin, walls - origin
    rows = max(1, PAIRS_AT_ONCE // len(walls))
    for first in range(0, len(starts), rows):
        part = slice(first, first + rows)
        wall_parts_way = _sides(walls[:, 0], walls[:, 1], starts[part], ends[part])
        way_parts_wall = _sides(starts[part], ends[part], walls[:, 0], walls[:, 1])
        hits[part] = wall_parts_way.T & way_parts_wall
    return hits


def _sides(from_: FloatArray, to: FloatArray, starts: FloatArray, ends: FloatArray) -> BoolArray:
    """Return whether start and end of j lie on different sides of the line i (from, to), shape (i, j).

    The cross product that tells the side is linear in the point, so one product of matrices tells all.
    """
    along = to - from_
    line = np.column_stack((-along[:, 1], along[:, 0], _cross(from_, to)))
    side_of_start, side_of_end = (line @ np.column_stack((points, np.ones(len(points)))).T for points in (starts, ends))
    apart: BoolArray = np.minimum(side_of_start, side_of_end) < -TOUCH
    apart &= np.maximum(side_of_start, side_of_end) > TOUCH
    return apart


def near_boxes(segments: FloatArray, others: FloatArray, reach: float) -> BoolArray:
    """Return whose bounding boxes come within `reach` metres, for segments (n, 2, 2) and others (m, 2, 2): (n, m)."""
    low, high = segments.min(axis=1) - reach, segments.max(axis=1) + reach
    other_low, other_high = others.min(axis=1), others.max(axis=1)
    near: BoolArray = (low[:, None] <= other_high).all(axis=-1) & (high[:, None] >= other_low).all(axis=-1)
    return near


def distance_to_outline(outline: Outline, points: FloatArray) -> FloatArray:
    """Return the distance in metres from each of `points` (n, 2) to the nearest edge, shape (n,)."""
    ends = edges(outline)
    nearest: FloatArray = distances_to_segments(points, ends).min(axis=1)
    return nearest


def distances_to_segments(points: FloatArray, segments: FloatArray) -> FloatArray:
    """Return distances in metres from points (n, 2) to segments (m, 2, 2), shape (n, m)."""
    start, direction = segments[None, :, 0], (segments[:, 1] - segments[:, 0])[None]
    length_squared = np.maximum((direction**2).sum(axis=-1), 1e-12)
    along = ((points[:, None] - start) * direction).sum(axis=-1) / length_squared
    nearest = start + np.clip(along, 0.0, 1.0)[..., None] * direction
    away: FloatArray = np.linalg.norm(points[:, None] - nearest, axis=-1)
    return away


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    product: FloatArray = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product


def _crosses_itself(outline: Outline) -> bool:
    ends = edges(outline)
    hits = crossings(ends[:, 0], ends[:, 1], ends)
    return bool(hits.any())
