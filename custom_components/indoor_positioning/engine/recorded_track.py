"""Where a beacon has been: what of its estimates is worth keeping, fewer points of it, and the time spent in each cell.

A track is a table of moments. From each on, until the next, the beacon was at its place (sample and hold): so little
is kept of whoever rests, and dwell is exact.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray, Point

# Metres. A smaller step is below what a position is good for, and a record for nothing.
STEP_M = 0.25

# Seconds between two records of whoever walks: 1.5 m at walking speed, enough for a line that turns corners.
PACE_S = 1.0

# Seconds after which a record is made all the same: so it is known that the beacon was still there, and not unheard of.
STILL_THERE_S = 60.0

# Seconds that a record holds when no other follows: longer silence means that nothing was recorded at all.
HOLDS_S = 2.0 * STILL_THERE_S

# One record. `time` in seconds since the epoch; x, y, accuracy in metres, NaN where they are not known; `place` is an
# index into the track's places.
RECORD = np.dtype([("time", "<f8"), ("x", "<f4"), ("y", "<f4"), ("accuracy", "<f4"), ("place", "<u2")])

type Records = NDArray[np.void]

type Place = tuple[str | None, str | None]
"""Floor and room by id; (None, None) is away."""

AWAY: Place = (None, None)


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """Where a beacon was from `time` (seconds since the epoch) on."""

    time: float
    place: Place
    position: Point | None = None
    accuracy: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Records in time order, and the places that they name."""

    records: Records
    places: tuple[Place, ...]

    def on(self, floor: str) -> NDArray[np.bool_]:
        """Return which records lie on a floor with a position."""
        here = np.array([place[0] == floor for place in self.places], dtype=bool)
        on_floor: NDArray[np.bool_] = here[self.records["place"]] & np.isfinite(self.records["x"])
        return on_floor


class TrackThinner:
    """Decides which estimates of one beacon are recorded."""

    def __init__(self) -> None:
        self._last: TrackPoint | None = None

    def wanted(self, point: TrackPoint) -> bool:
        """Whether a point tells more than the last one that was wanted did."""
        if (last := self._last) is None or self._tells_more(last, point):
            self._last = point
            return True
        return False

    def _tells_more(self, last: TrackPoint, point: TrackPoint) -> bool:
        if point.place != last.place:
            return True
        if point.place == AWAY:
            return False
        passed = point.time - last.time
        # A clock that was set back begins anew rather than falling silent.
        if passed >= STILL_THERE_S or passed < 0.0:
            return True
        if point.position is None or last.position is None:
            return point.position is not last.position
        return passed >= PACE_S and math.dist(point.position, last.position) >= STEP_M


def thinned(track: Track, most: int) -> Track:
    """Return at most `most` (>= 2) records that tell best how the beacon moved.

    Top-down time-ratio simplification (N. Meratnia, R. de By, "Spatiotemporal compression techniques for moving point
    objects", EDBT 2004): the record that lies farthest from where the line between its kept neighbours would be at its
    time is kept next. A change of place is kept before any distance.
    """
    records = track.records
    if len(records) <= most:
        return track
    kept = {0, len(records) - 1}
    queue = [_farthest(records, 0, len(records) - 1)]
    while len(kept) < most and queue:
        _, index, start, end = heapq.heappop(queue)
        kept.add(index)
        for low, high in ((start, index), (index, end)):
            if high - low > 1:
                heapq.heappush(queue, _farthest(records, low, high))
    return Track(records[sorted(kept)], track.places)


def dwell(track: Track, floor: str, end: float, size: float) -> tuple[FloatArray, FloatArray]:
    """Return the cells of a floor where the beacon has been: middles (cells, 2) in metres, and seconds (cells,).

    `end` is the moment up to which the last record may hold; cells have edges of `size` metres.
    """
    records = track.records
    here = track.on(floor)
    if not here.any():
        return np.empty((0, 2)), np.empty(0)
    seconds = np.clip(np.diff(records["time"], append=end), 0.0, HOLDS_S)[here]
    corners = np.floor(np.stack((records["x"][here], records["y"][here]), axis=1).astype(float) / size)
    cells, index = np.unique(corners, axis=0, return_inverse=True)
    spent = np.zeros(len(cells))
    np.add.at(spent, index.ravel(), seconds)
    return (cells + 0.5) * size, spent


def _farthest(records: Records, start: int, end: int) -> tuple[float, int, int, int]:
    """Return the record between two that the straight line misses most: (negative distance, index, start, end)."""
    inner = records[start + 1 : end]
    first, last = records[start], records[end]
    share = (inner["time"] - first["time"]) / max(last["time"] - first["time"], 1e-9)
    miss = np.hypot(*((inner[axis] - (first[axis] + share * (last[axis] - first[axis]))) for axis in ("x", "y")))
    # Without positions only a change of place tells anything.
    miss = np.where(np.isnan(miss), 0.0, miss)
    changed = inner["place"] != records["place"][start : end - 1]
    miss = np.where(changed, np.inf, miss)
    index = int(miss.argmax())
    return -float(miss[index]), start + 1 + index, start, end
