"""Sensors that are wrong all along: bearings in another frame, ranges with a bias, a compass or flag that sticks.

Each measurement is compared with where the beacon is believed to be without it. One that is off says nothing, a
reflection is off at random; what is off in the same way, at many places, is a sensor that is set up wrongly.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray, Point
from .measurement import Bearing, Measurement, Movement, Range
from .mounting import Mounting

# Comparisons kept for each sensor, and how many are needed before anything is said.
KEPT = 120
ENOUGH = 25

# The belief moves in steps of about a second, so what follows sooner compares the same thing twice (s).
INTERVAL_S = 2.0

# A place believed no better than this is no measure (m), and closer to an anchor directions are anybody's guess (m).
MAX_ACCURACY_M = 3.0
LEAST_DISTANCE_M = 1.5

# Angles agree with one and the same turn when their mean resultant is so long (1: all alike, 0: spread all round). At
# 3 m a belief of 1.5 m scatters them by 25 degrees, which leaves 0.9; reflections and pillars take some more.
LEAST_RESULTANT = 0.75
# The beacon must have been seen in directions this different, or a turn and a mirror look alike (resultant below).
MOST_SAME_DIRECTION = 0.9

# An anchor turned less than this is a matter of taste (rad), a range off by less one of the walls (m).
LEAST_TURN_RAD = math.radians(25.0)
LEAST_BIAS_M = 1.0

# A compass that shows the same to within this (rad) while one walks in directions further apart than that sticks.
STUCK_HEADING_RAD = math.radians(3.0)
WALKED_APART_RAD = math.radians(90.0)

# A way between two comparisons that shows where one walks (m), in at most so long (s).
STEP_M = 1.5
STEP_S = 6.0

# A beacon that has gone so far (m, beyond what the belief may be off by) while it said that it rests was carried.
CARRIED_M = 5.0
CARRIED_TIMES = 3


class SensorProblem(StrEnum):
    """What is wrong with a sensor; the values are translation keys."""

    BEARINGS_ROTATED = "bearings_rotated"
    BEARINGS_MIRRORED = "bearings_mirrored"
    RANGES_BIASED = "ranges_biased"
    HEADING_STICKS = "heading_sticks"
    MOTION_STICKS = "motion_sticks"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and by how much: degrees to add to the azimuth, metres too long; None where no number tells it."""

    problem: SensorProblem
    amount: float | None = None


type Subject = tuple[type[Measurement], str]


class SensorHealth:
    """Compares what sensors say with what is believed. One object for a home; times in seconds on one clock."""

    def __init__(self) -> None:
        """Begin with nothing compared."""
        self._bearings: dict[str, deque[tuple[float, float]]] = {}
        self._ranges: dict[str, deque[float]] = {}
        self._motion: dict[str, _MotionHealth] = {}
        self._compared_at: dict[tuple[str, str, type], float] = {}
        self._findings: dict[Subject, Finding] = {}

    @property
    def findings(self) -> Mapping[Subject, Finding]:
        """What is wrong, by kind of measurement and anchor, or beacon where it is about the beacon's own motion."""
        return self._findings

    def trusts(self, measurement: Measurement) -> bool:
        """Whether a measurement may count: what is known to be wrong is not weighed, only compared on."""
        return self._subject(measurement) not in self._findings

    def compare(self, measurement: Measurement, belief: Estimate | None, mounting: Mounting) -> bool:
        """Take a measurement and what is believed without it; True where the findings have changed."""
        if belief is None or belief.position is None or (belief.accuracy or math.inf) > MAX_ACCURACY_M:
            return False
        subject = self._subject(measurement)
        key = (measurement.beacon, subject[1], subject[0])
        if measurement.time - self._compared_at.get(key, -math.inf) < INTERVAL_S:
            return False
        self._compared_at[key] = measurement.time
        before = self._findings.get(subject)
        if isinstance(measurement, Movement):
            health = self._motion.setdefault(measurement.beacon, _MotionHealth())
            finding = health.compare(measurement, belief.position, belief.accuracy or 0.0)
        elif isinstance(measurement, Bearing | Range) and measurement.anchor in mounting.row:
            finding = self._compare_place(measurement, belief, belief.position, mounting)
        else:
            return False
        if finding is None:
            self._findings.pop(subject, None)
        else:
            self._findings[subject] = finding
        return (finding and finding.problem) != (before and before.problem)

    def forget(self, anchors: frozenset[str]) -> bool:
        """Compare anew at anchors that were moved, turned or removed; True where a finding is gone with it."""
        for anchor in anchors:
            self._bearings.pop(anchor, None)
            self._ranges.pop(anchor, None)
        gone = [subject for subject in self._findings if subject[1] in anchors]
        for subject in gone:
            del self._findings[subject]
        return bool(gone)

    def _subject(self, measurement: Measurement) -> Subject:
        about = measurement.anchor if isinstance(measurement, Bearing | Range) else measurement.beacon
        return type(measurement), about

    def _compare_place(
        self, measurement: Bearing | Range, belief: Estimate, position: Point, mounting: Mounting
    ) -> Finding | None:
        row = mounting.row[measurement.anchor]
        floor = mounting.floor.get(belief.floor or "")
        height = 0.0 if floor is None else float(mounting.beacon_height[floor])
        away = np.array((*position, height)) - mounting.position[row]
        if isinstance(measurement, Range):
            ranges = self._ranges.setdefault(measurement.anchor, deque(maxlen=KEPT))
            ranges.append(measurement.distance - float(np.linalg.norm(away)))
            return _of_ranges(ranges)
        bearings = self._bearings.setdefault(measurement.anchor, deque(maxlen=KEPT))
        if math.hypot(away[0], away[1]) >= LEAST_DISTANCE_M:
            x, y, _ = away @ mounting.rotation[row]
            bearings.append((math.atan2(y, x), measurement.azimuth))
        return _of_bearings(bearings)


class _MotionHealth:
    """What one beacon says of its own motion, beside the way it is believed to take."""

    def __init__(self) -> None:
        self._last: tuple[float, Point] | None = None
        self._headings: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._rested_at: Point | None = None
        self._carried = 0

    def compare(self, movement: Movement, position: Point, accuracy: float) -> Finding | None:
        """Return what is wrong with the beacon's motion."""
        self._follow_flag(movement, position, accuracy)
        if movement.heading is not None:
            self._follow_heading(movement.time, movement.heading, position)
        if self._carried >= CARRIED_TIMES:
            return Finding(SensorProblem.MOTION_STICKS)
        return Finding(SensorProblem.HEADING_STICKS) if self._heading_sticks() else None

    def _follow_flag(self, movement: Movement, position: Point, accuracy: float) -> None:
        if movement.moving is None:
            return
        if movement.moving:
            self._rested_at, self._carried = None, 0
        elif self._rested_at is None:
            self._rested_at = position
        elif math.dist(self._rested_at, position) > CARRIED_M + 2.0 * accuracy:
            self._rested_at, self._carried = position, self._carried + 1

    def _follow_heading(self, time: float, heading: float, position: Point) -> None:
        if self._last is None or time - self._last[0] > STEP_S:
            self._last = time, position
            return
        way = np.subtract(position, self._last[1])
        if float(np.hypot(*way)) >= STEP_M:
            self._headings.append((math.atan2(way[1], way[0]), heading))
            self._last = time, position

    def _heading_sticks(self) -> bool:
        if len(self._headings) < ENOUGH:
            return False
        walked, said = np.array(self._headings).T
        return _spread(said) < STUCK_HEADING_RAD and _spread(walked) > WALKED_APART_RAD


def _of_bearings(pairs: deque[tuple[float, float]]) -> Finding | None:
    """Return what is wrong with an anchor's azimuths, of which each goes with the one expected."""
    if len(pairs) < ENOUGH:
        return None
    expected, measured = np.array(pairs).T
    turn, alike = _mean_angle(expected - measured)
    if alike >= LEAST_RESULTANT:
        turned = abs(turn) >= LEAST_TURN_RAD
        return Finding(SensorProblem.BEARINGS_ROTATED, math.degrees(turn)) if turned else None
    if _mean_angle(expected)[1] <= MOST_SAME_DIRECTION and _mean_angle(expected + measured)[1] >= LEAST_RESULTANT:
        return Finding(SensorProblem.BEARINGS_MIRRORED)
    return None


def _of_ranges(excess: deque[float]) -> Finding | None:
    if len(excess) < ENOUGH:
        return None
    values = np.array(excess)
    bias = float(np.median(values))
    scatter = 1.4826 * float(np.median(np.abs(values - bias)))
    plain = abs(bias) >= max(LEAST_BIAS_M, 1.0 * scatter)
    return Finding(SensorProblem.RANGES_BIASED, bias) if plain else None


def _mean_angle(angles: FloatArray) -> tuple[float, float]:
    """Return the mean direction of angles (n,) and the length of their mean resultant."""
    east, north = float(np.cos(angles).mean()), float(np.sin(angles).mean())
    return math.atan2(north, east), math.hypot(east, north)


def _spread(angles: FloatArray) -> float:
    """Return the widest angle between a direction and the mean of all (rad)."""
    mean, _ = _mean_angle(angles)
    return float(np.abs((angles - mean + math.pi) % (2.0 * math.pi) - math.pi).max())
