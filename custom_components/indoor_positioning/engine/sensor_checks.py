"""Sensors of height, level and place that are wrong all along: how each is told from one that is merely off.

Each class follows one sensor and answers with what is wrong, None while nothing is or while too little is known.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median

import numpy as np

from .barometer import HPA_PER_M
from .geometry import Point
from .outdoors import Whereabout
from .sensor_findings import Finding, SensorProblem

# Comparisons kept for each sensor, and how many are needed before anything is said.
KEPT = 120
ENOUGH = 25

# What goes up or down faster than this is no person: lifts of homes make 1 m/s, those of towers 3 (m/s). Noise and
# doors that slam come on top (m).
CLIMB_M_S = 3.0
GUST_M = 3.0
# Beyond this between two readings there is no home, however long the time (m).
MOST_CLIMB_M = 30.0
# So many jumps among so many readings are no accident.
JUMPS, JUMPS_AMONG = 5, 40

# Two floors tell whether a barometer follows, from this difference of elevation on (m), by readings not older than
# this: barometers drift by decimetres an hour (s).
LEAST_STOREY_M = 2.0
FOLLOWED_S = 6.0 * 3600.0
# The belief moves in steps of about a second: what follows sooner compares the same thing twice (s).
FOLLOW_INTERVAL_S = 2.0
# The share of the storey that it must show at least, and at most.
LEAST_FOLLOWED, MOST_FOLLOWED = 0.25, 2.5

# A level that stays within this (dB) while the distance alone should have changed it by so much (dB) sticks. In the
# open a level falls by 20 dB a decade of the distance, indoors by more.
STUCK_DB = 1.0
EXPECTED_DB = 15.0
DB_PER_DECADE = 20.0

# Places that are off by this much (m), and by so many times what the belief may be off by itself, in the middle.
OFF_M = 4.0
OFF_ACCURACIES = 3.0

# No receiver that goes with a person is faster (m/s): trains and cars stay below, but aeroplanes are nobody's concern.
TRAVEL_M_S = 100.0
TRAVEL_JUMPS, TRAVEL_AMONG = 3, 20


class JumpHealth:
    """Counts jumps among the newest readings of one sensor."""

    def __init__(self, most: int, among: int) -> None:
        """`most` jumps among the last `among` readings are too many."""
        self._most = most
        self._jumps: deque[bool] = deque(maxlen=among)

    def take(self, *, jumped: bool) -> None:
        """Take whether the newest reading is a jump away from the one before."""
        self._jumps.append(jumped)

    @property
    def is_bad(self) -> bool:
        """Whether there were too many."""
        return sum(self._jumps) >= self._most


class PressureHealth:
    """A barometer that jumps about, or does not follow its carrier from floor to floor."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._last: tuple[float, float] | None = None
        self._jumps = JumpHealth(JUMPS, JUMPS_AMONG)
        self._floors: dict[float, deque[tuple[float, float]]] = {}
        self._followed_at = -math.inf

    def compare(self, time: float, difference: float, elevation: float | None) -> Finding | None:
        """Take a reading (s, hPa) and how high the floor lies on which the beacon surely is (m), None if not sure."""
        height = -difference / HPA_PER_M
        if self._last is not None:
            climbed, taken = abs(height - self._last[1]), max(0.0, time - self._last[0])
            self._jumps.take(jumped=climbed > min(GUST_M + CLIMB_M_S * taken, MOST_CLIMB_M))
        self._last = time, height
        if elevation is not None and time - self._followed_at >= FOLLOW_INTERVAL_S:
            self._followed_at = time
            self._floors.setdefault(elevation, deque(maxlen=KEPT)).append((time, height))
        if self._jumps.is_bad:
            return Finding(SensorProblem.PRESSURE_JUMPS)
        return Finding(SensorProblem.PRESSURE_CONTRADICTS) if self._contradicts(time) else None

    def _contradicts(self, now: float) -> bool:
        shown: list[tuple[float, float]] = []
        for elevation, readings in self._floors.items():
            recent = [height for time, height in readings if now - time <= FOLLOWED_S]
            if len(recent) >= ENOUGH:
                shown.append((elevation, median(recent)))
        if len(shown) < 2:
            return False
        (lower, below), (upper, above) = min(shown), max(shown)
        if upper - lower < LEAST_STOREY_M:
            return False
        return not LEAST_FOLLOWED <= (above - below) / (upper - lower) <= MOST_FOLLOWED


class LevelHealth:
    """A level that stays the same while its beacon comes and goes."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._heard: deque[tuple[float, float]] = deque(maxlen=KEPT)

    def compare(self, rssi: float, distance: float) -> Finding | None:
        """Take a level (dBm) and the believed distance (m)."""
        self._heard.append((DB_PER_DECADE * math.log10(max(distance, 1.0)), rssi))
        if len(self._heard) < ENOUGH:
            return None
        expected, levels = np.array(self._heard).T
        low, high = np.quantile(expected, (0.1, 0.9))
        sticks = float(np.ptp(levels)) < STUCK_DB and float(high - low) > EXPECTED_DB
        return Finding(SensorProblem.LEVELS_STICK) if sticks else None


class FixHealth:
    """Somebody else's places that are not where the beacon is."""

    def __init__(self) -> None:
        """Begin with nothing compared."""
        self._off: deque[tuple[float, float]] = deque(maxlen=KEPT)

    def compare(self, position: Point, believed: Point, accuracy: float) -> Finding | None:
        """Take a reported place, and the believed one with how far off that may be (m)."""
        self._off.append((math.dist(position, believed), accuracy))
        if len(self._off) < ENOUGH:
            return None
        off, doubt = (median(values) for values in zip(*self._off, strict=True))
        return Finding(SensorProblem.POSITIONS_OFF, off) if off > max(OFF_M, OFF_ACCURACIES * doubt) else None


class ReceiverHealth:
    """A satellite receiver that is now here, now there."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._last: tuple[float, Whereabout] | None = None
        self._jumps = JumpHealth(TRAVEL_JUMPS, TRAVEL_AMONG)

    def compare(self, time: float, place: Whereabout) -> Finding | None:
        """Take where it is at `time` (s)."""
        if self._last is not None:
            taken, before = max(0.0, time - self._last[0]), self._last[1]
            way = math.dist(place.position, before.position) - place.accuracy - before.accuracy
            self._jumps.take(jumped=way > TRAVEL_M_S * max(taken, 1.0))
        self._last = time, place
        return Finding(SensorProblem.RECEIVER_JUMPS) if self._jumps.is_bad else None


class RefusalHealth:
    """A sensor of which much is refused, one value at a time, before it is weighed: it is set up wrongly or broken."""

    # So many of the last so many; a single slip is no problem, and a sensor that is put right is right soon.
    MOST = 5
    AMONG = 20

    def __init__(self) -> None:
        """Begin with nothing refused."""
        self._refused: deque[SensorProblem | None] = deque(maxlen=self.AMONG)

    def take(self, problem: SensorProblem | None) -> Finding | None:
        """Take why a value was refused, None of a sound one."""
        self._refused.append(problem)
        wrong = [one for one in self._refused if one is not None]
        return Finding(wrong[-1]) if len(wrong) >= self.MOST else None
