"""A line walked with a beacon: corners tapped on the way, at an even pace between them, become survey samples.

Between two taps the beacon was where a straight walk at even pace would have it. The readings are gathered over short
stretches of the line, each of which is a sample in passing at its mean place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .geometry import FloatArray, Point, area, contains
from .home import Home
from .survey import Survey, SurveySample

# Metres of the line that make one sample: as near as places of a survey are told apart.
STRETCH_M = 1.0

# A stretch takes no longer than this however slowly one walks (s): fading is correlated within a step, not beyond.
STRETCH_S = 4.0


@dataclass(frozen=True, slots=True)
class Corner:
    """Where the beacon was at `time` (s, on the clock of the readings), in metres."""

    time: float
    position: Point


@dataclass(frozen=True, slots=True)
class LineReading:
    """One reception on the way (s, dBm)."""

    time: float
    anchor: str
    rssi: float


@dataclass(frozen=True, slots=True)
class WalkedLine:
    """What a walk on one floor gave. `silent` are the anchors that listened all the way and heard nothing."""

    beacon: str
    floor: str
    corners: Sequence[Corner]
    readings: Sequence[LineReading]
    silent: frozenset[str] = frozenset()

    def samples(self, home: Home, epoch: float = 0.0) -> Survey:
        """Return the samples along the line, in time order; `epoch` is the wall clock's time at zero of the readings.

        Readings before the first tap and after the last have no place, and are left out.
        """
        if len(self.corners) < 2:
            return ()
        times = np.array([corner.time for corner in self.corners])
        path = np.array([corner.position for corner in self.corners], dtype=float)
        inside = [one for one in self.readings if times[0] <= one.time <= times[-1]]
        when = np.array([one.time for one in inside])
        places = _along(when, times, path)
        stretches: dict[int, list[int]] = {}
        for index, stretch in enumerate(_stretches(when, times, path)):
            stretches.setdefault(stretch, []).append(index)
        return tuple(
            self._sample(home, epoch, [inside[index] for index in one], when[one], places[one])
            for one in stretches.values()
        )

    def _sample(
        self, home: Home, epoch: float, readings: Sequence[LineReading], when: FloatArray, places: FloatArray
    ) -> SurveySample:
        x, y = places.mean(axis=0)
        heard: dict[str, list[float]] = {}
        for one in readings:
            heard.setdefault(one.anchor, []).append(one.rssi)
        return SurveySample(
            beacon=self.beacon,
            floor=self.floor,
            room=_room_at(home, self.floor, (float(x), float(y))),
            position=(float(x), float(y)),
            readings={anchor: tuple(values) for anchor, values in heard.items()},
            silent=self.silent,
            time=epoch + float(when.mean()),
            # A single packet stands for no time at all; a sample has some.
            duration=max(float(np.ptp(when)), 0.1),
            still=False,
        )


def length(corners: Sequence[Point]) -> float:
    """Return how long a line through corners is, in metres."""
    return sum(math.dist(one, other) for one, other in pairwise(corners))


def _along(when: FloatArray, times: FloatArray, path: FloatArray) -> FloatArray:
    """Return where on the path a walk at even pace between the corners was, shape (moments, 2)."""
    return np.stack([np.interp(when, times, path[:, axis]) for axis in (0, 1)], axis=1)


def _stretches(when: FloatArray, times: FloatArray, path: FloatArray) -> list[int]:
    """Return the number of the stretch that each moment belongs to; no stretch goes around a corner."""
    numbers: list[int] = []
    first = 0
    for start, end, begin, finish in zip(times, times[1:], path, path[1:], strict=False):
        metres, seconds = math.dist(begin, finish), float(end - start)
        count = max(1, math.ceil(metres / STRETCH_M), math.ceil(seconds / STRETCH_S))
        leg = when[(when >= start if first == 0 else when > start) & (when <= end)]
        share = (leg - start) / max(seconds, 1e-9)
        numbers += [first + min(count - 1, int(one * count)) for one in share]
        first += count
    return numbers


def _room_at(home: Home, floor: str, place: Point) -> str | None:
    """Return the room of a floor that a place lies in; the smallest of several, as a closet lies in a bedroom."""
    points = np.array([place])
    around = [
        (area(room.outline), room.id)
        for room in home.rooms_on(floor)
        if room.outline and contains(room.outline, points)[0]
    ]
    return min(around)[1] if around else None
