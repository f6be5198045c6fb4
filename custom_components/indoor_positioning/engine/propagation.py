"""Log-distance path loss with walls, slabs and a gain error for each anchor.

    RSSI = A - 10 n log10(d) - walls - slabs + offset(anchor)

T. S. Rappaport, Wireless Communications, 2nd ed., section 4.11 (log-distance path loss with floor and
partition losses). The constants are fitted to survey samples by ridge least squares around priors, so that
they exist with no sample at all and never leave the range that homes have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray, Point, crossings, near_boxes
from .ground import ground_of_anchor, rise_at
from .home import Anchor, Floor, Home
from .slabs import slabs_between

# Nearer than this the log-distance law means nothing: antennas, hands and furniture decide.
MIN_DISTANCE_M = 0.5

# How high a beacon is carried: pocket, wrist, table.
BEACON_HEIGHT_M = 1.1

# How high a proxy hangs where nobody said: a wall socket's plug or a shelf.
ANCHOR_HEIGHT_M = 1.2

# More walls between two points than this are not charged: the waves go round through doors.
MAX_WALLS = 5

# A wall drawn with a door in it is crossed at a discount; where the way passes the door itself, for free.
ANCHOR_CLEARANCE_M = 0.15


@dataclass(frozen=True, slots=True)
class PropagationParameters:
    """The constants of the path loss; each default is the middle of what homes show.

    `reference_rssi` A in dBm at 1 m, `exponent` n, `wall_loss` and `slab_loss` in dB for one wall and one
    slab, `noise` the standard deviation in dB of one reading around the path loss, `map_error` by how much the path
    loss misses single places that nobody surveyed (residual sd of fits on real recordings is 3.1 to 7.5, and unfitted
    the constants themselves are guessed), `anchor_offsets` in dB.
    """

    reference_rssi: float = -59.0
    exponent: float = 1.9
    wall_loss: float = 2.5
    slab_loss: float = 10.0
    noise: float = 6.0
    map_error: float = 6.5
    anchor_offsets: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able copy."""
        return {
            "reference_rssi": self.reference_rssi,
            "exponent": self.exponent,
            "wall_loss": self.wall_loss,
            "slab_loss": self.slab_loss,
            "noise": self.noise,
            "map_error": self.map_error,
            "anchor_offsets": dict(self.anchor_offsets),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PropagationParameters:
        """Return what `to_dict` gave; a missing constant takes its default."""
        known = {name: float(data[name]) for name in cls.__slots__ if name != "anchor_offsets" and name in data}
        offsets = {str(anchor): float(value) for anchor, value in dict(data.get("anchor_offsets", {})).items()}
        return cls(**known, anchor_offsets=offsets)


# Spread of the constants over homes (sd): weak on purpose, an outline is not always a wall.
PRIOR_SD = {"reference_rssi": 8.0, "exponent": 0.5, "wall_loss": 2.0, "slab_loss": 4.0}
ANCHOR_OFFSET_SD_DB = 3.0

# No fit may leave these ranges; beyond them the plan is wrong, not the physics.
LIMITS = {
    "reference_rssi": (-90.0, -30.0),
    "exponent": (1.0, 4.5),
    "wall_loss": (0.0, 12.0),
    "slab_loss": (0.0, 30.0),
    "noise": (2.5, 12.0),
    "map_error": (4.5, 9.0),
}
MAX_ANCHOR_OFFSET_DB = 15.0


def log_distance_rssi(distance: FloatArray | float, reference_rssi: float, exponent: float) -> FloatArray:
    """Return the expected RSSI in dBm at `distance` metres in free line of sight."""
    rssi: FloatArray = reference_rssi - 10.0 * exponent * np.log10(np.maximum(distance, MIN_DISTANCE_M))
    return rssi


def distance_from_rssi(rssi: FloatArray | float, reference_rssi: float, exponent: float) -> FloatArray:
    """Return the distance in metres at which `rssi` is expected (the inverse of `log_distance_rssi`)."""
    distance: FloatArray = 10.0 ** ((reference_rssi - np.asarray(rssi, dtype=float)) / (10.0 * exponent))
    return distance


def wall_segments(home: Home, floor_id: str) -> tuple[FloatArray, FloatArray]:
    """Return the walls of one floor, shape (m, 2, 2), and their attenuation relative to an ordinary one, shape (m,).

    Outlines count as walls, each stretch once although two rooms share it; a door opens its stretch.
    """
    raw: list[tuple[Point, Point, float]] = []
    for room in home.rooms_on(floor_id):
        if room.outline is not None:
            corners = room.outline
            raw.extend((start, end, 1.0) for start, end in zip(corners, (*corners[1:], corners[0]), strict=True))
    stretches = _merge_shared_walls(raw)
    for wall in home.walls:
        if wall.floor == floor_id:
            weight = 1.0 if wall.attenuation is None else wall.attenuation / PropagationParameters().wall_loss
            stretches.append((wall.start, wall.end, weight))
    doors = [(door.start, door.end) for door in home.doors if door.floor == floor_id]
    opened = _open_doors(stretches, doors)
    if not opened:
        return np.empty((0, 2, 2)), np.empty(0)
    return np.array([(start, end) for start, end, _ in opened]), np.array([weight for _, _, weight in opened])


@dataclass(frozen=True, slots=True)
class PathFeatures:
    """What lies between every anchor and every point, shapes (anchors, points).

    `log_distance` = 10 log10(metres), `walls` in ordinary walls, `slabs` in floors between.
    """

    log_distance: FloatArray
    walls: FloatArray
    slabs: FloatArray

    def expected_rssi(self, parameters: PropagationParameters, anchors: Sequence[Anchor]) -> FloatArray:
        """Return the expected RSSI in dBm, shape (anchors, points)."""
        offsets = np.array([parameters.anchor_offsets.get(anchor.id, 0.0) for anchor in anchors])
        expected: FloatArray = (
            parameters.reference_rssi
            - parameters.exponent * self.log_distance
            - parameters.wall_loss * self.walls
            - parameters.slab_loss * self.slabs
            + offsets[:, None]
        )
        return expected


def log_distance(away: FloatArray, rise: FloatArray | float) -> FloatArray:
    """Return 10 log10 of the distance in metres, given how far `away` something is on the plan and how far above."""
    distance: FloatArray = 10.0 * np.log10(np.maximum(np.hypot(away, rise), MIN_DISTANCE_M))
    return distance


def anchor_height(home: Home, anchor: Anchor, floor: Floor) -> float:
    """Return how high an anchor with a position hangs above the house's ground (m); without known floor, on `floor`."""
    if anchor.position is None:
        raise ValueError(f"anchor {anchor.id} has no position")
    ground = floor.elevation if home.floor(anchor.floor) is None else ground_of_anchor(home, anchor)
    return ground + anchor.position[2]


def path_features(home: Home, anchors: Sequence[Anchor], points: FloatArray, floor: Floor) -> PathFeatures:
    """Return what lies between `anchors` (with a position each) and `points` (n, 2) of one floor."""
    walls, weights = wall_segments(home, floor.id)
    shape = (len(anchors), len(points))
    heights = floor.elevation + rise_at(home, floor.id, points) + BEACON_HEIGHT_M
    distances, wall_count, slabs = np.empty(shape), np.zeros(shape), np.zeros(shape)
    for index, anchor in enumerate(anchors):
        if anchor.position is None:
            raise ValueError(f"anchor {anchor.id} has no position")
        x, y, _ = anchor.position
        hangs = anchor_height(home, anchor, floor)
        away = np.hypot(points[:, 0] - x, points[:, 1] - y)
        distances[index] = log_distance(away, hangs - heights)
        slabs[index] = slabs_between(home, anchor, floor, points, hangs, heights)
        if len(walls):
            hits = crossings(_clear_of(np.array((x, y)), points), points, walls)
            wall_count[index] = np.minimum(hits @ weights, MAX_WALLS)
    return PathFeatures(distances, wall_count, slabs)


def fit_parameters(
    features: FloatArray,
    anchor_index: NDArray[np.intp],
    rssi: FloatArray,
    weights: FloatArray,
    anchors: Sequence[str],
    prior: PropagationParameters,
) -> PropagationParameters:
    """Fit the path loss to readings at known places by robust ridge least squares around `prior`.

    `features` (m, 3) = 10 log10(metres), walls, slabs; `anchor_index`, `rssi` and `weights` (m,), a weight being
    how many independent readings a row stands for. Iteratively reweighted (Huber, 1964), so that a few bad places
    do not bend the whole map.
    """
    if len(rssi) == 0:
        return prior
    count = len(anchors)
    design = np.zeros((len(rssi), 4 + count))
    design[:, 0] = 1.0
    design[:, 1:4] = -features
    design[np.arange(len(rssi)), 4 + anchor_index] = 1.0
    offsets = np.array([prior.anchor_offsets.get(anchor, 0.0) for anchor in anchors])
    centre = np.concatenate(([prior.reference_rssi, prior.exponent, prior.wall_loss, prior.slab_loss], offsets))
    spread = np.concatenate((list(PRIOR_SD.values()), np.full(count, ANCHOR_OFFSET_SD_DB)))
    theta, noise = centre, prior.noise
    for _ in range(6):  # converges in three to four rounds
        residual = rssi - design @ theta
        robust = weights / np.maximum(1.0, np.abs(residual) / (1.5 * noise))
        normal = (design.T * (robust / noise**2)) @ design + np.diag(1.0 / spread**2)
        right = design.T @ (robust / noise**2 * rssi) + centre / spread**2
        theta = np.linalg.solve(normal, right)
        residual = rssi - design @ theta
        # A prior worth ten readings keeps the spread of a handful of samples honest.
        noise = float(np.sqrt((np.sum(robust * residual**2) + 10.0 * prior.noise**2) / (robust.sum() + 10.0)))
        noise = float(np.clip(noise, *LIMITS["noise"]))
    return clamp_parameters(
        replace(
            prior,
            reference_rssi=float(theta[0]),
            exponent=float(theta[1]),
            wall_loss=float(theta[2]),
            slab_loss=float(theta[3]),
            noise=noise,
            anchor_offsets=dict(zip(anchors, map(float, theta[4:]), strict=True)),
        )
    )


def clamp_parameters(parameters: PropagationParameters) -> PropagationParameters:
    """Return the constants brought back into the range that homes have."""
    limited = {name: float(np.clip(getattr(parameters, name), low, high)) for name, (low, high) in LIMITS.items()}
    offsets = {
        anchor: float(np.clip(offset, -MAX_ANCHOR_OFFSET_DB, MAX_ANCHOR_OFFSET_DB))
        for anchor, offset in parameters.anchor_offsets.items()
    }
    return PropagationParameters(**limited, anchor_offsets=offsets)


def _clear_of(anchor: FloatArray, points: FloatArray) -> FloatArray:
    """Return the starts of the ways from an anchor, pushed off the wall on which it may hang, shape (n, 2).

    An anchor is drawn on a wall as often on this side as on that; the first centimetres must not decide.
    """
    way = points - anchor
    length = np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    starts: FloatArray = anchor + way * np.minimum(ANCHOR_CLEARANCE_M / length, 0.5)
    return starts


type _Stretch = tuple[Point, Point, float]
type _Piece = tuple[FloatArray, FloatArray]


def _merge_shared_walls(stretches: list[_Stretch]) -> list[_Stretch]:
    """Cut collinear overlapping stretches so that a wall between two rooms counts once.

    A stretch loses the parts that an earlier, parallel one within the thickness of a wall already covers.
    """
    if not stretches:
        return []
    lines = np.array([(start, end) for start, end, _ in stretches])
    near = near_boxes(lines, lines, WALL_THICKNESS_M)
    kept: list[list[_Piece]] = []
    for index, line in enumerate(lines):
        covers = [piece for other in np.flatnonzero(near[index, :index]) for piece in kept[other]]
        kept.append(_uncovered((line[0], line[1]), covers))
    return [
        (_point(start), _point(end), weight)
        for pieces, (_, _, weight) in zip(kept, stretches, strict=True)
        for start, end in pieces
    ]


def _uncovered(piece: _Piece, covers: Iterable[_Piece]) -> list[_Piece]:
    """Return what of a piece no cover lies on."""
    pieces = [piece]
    for start, end in covers:
        pieces = [rest for one in pieces for rest in _without_overlap(one, start, end)]
    return pieces


# Two parallel lines closer than this are the two faces of one wall.
WALL_THICKNESS_M = 0.35


def _without_overlap(
    piece: _Piece, other_start: FloatArray, other_end: FloatArray, near: float = WALL_THICKNESS_M
) -> list[_Piece]:
    start, end = piece
    along = end - start
    length = float(np.linalg.norm(along))
    if length < 1e-6:
        return []
    unit = along / length
    normal = np.array((-unit[1], unit[0]))
    if max(abs(float((other_start - start) @ normal)), abs(float((other_end - start) @ normal))) > near:
        return [piece]
    low, high = sorted((float((other_start - start) @ unit), float((other_end - start) @ unit)))
    low, high = max(low, 0.0), min(high, length)
    if high - low < 0.05:
        return [piece]
    rest = [(start, start + unit * low), (start + unit * high, end)]
    return [(a, b) for a, b in rest if np.linalg.norm(b - a) > 0.05]


def _open_doors(stretches: Sequence[_Stretch], doors: Sequence[tuple[Point, Point]]) -> list[_Stretch]:
    """Return the stretches without what the doors fill."""
    if not doors or not stretches:
        return list(stretches)
    openings = np.array(doors, dtype=float)
    near = near_boxes(np.array([(start, end) for start, end, _ in stretches]), openings, WALL_THICKNESS_M)
    return [
        (_point(left), _point(right), weight)
        for (start, end, weight), at in zip(stretches, near, strict=True)
        for left, right in _uncovered((np.asarray(start, dtype=float), np.asarray(end, dtype=float)), openings[at])
    ]


def _point(values: FloatArray) -> Point:
    return (float(values[0]), float(values[1]))
