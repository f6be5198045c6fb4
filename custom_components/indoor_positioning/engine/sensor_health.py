"""Sensors that are wrong all along: bearings in another frame, ranges with a bias, a compass or flag that sticks.

Each measurement is compared with where the beacon is believed to be without it. One that is off says nothing, a
reflection is off at random; what is off in the same way, at many places, is a sensor that is set up wrongly.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray, Point
from .measurement import Bearing, Fix, Measurement, Movement, Pressure, Range, Signal, problem_of
from .mounting import Mounting
from .outdoors import Whereabout
from .sensor_checks import ENOUGH, KEPT, FixHealth, LevelHealth, PressureHealth, ReceiverHealth, RefusalHealth
from .sensor_findings import Finding, SensorKind, SensorProblem, Subject, subject_of

# Whoever reports may invent names of sources; more than this many sensors are not followed.
MAX_SENSORS = 1000

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

# A floor that is believed less than this is no measure for a barometer.
SURE_OF_FLOOR = 0.9

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


class SensorHealth:
    """Compares what sensors say with what is believed. One object for a home; times in seconds on one clock."""

    def __init__(self) -> None:
        """Begin with nothing compared."""
        self._bearings: dict[str, deque[tuple[float, float]]] = {}
        self._ranges: dict[str, deque[float]] = {}
        self._levels: dict[Subject, LevelHealth] = {}
        self._fixes: dict[Subject, FixHealth] = {}
        self._motion: dict[str, _MotionHealth] = {}
        self._pressure: dict[str, PressureHealth] = {}
        self._receivers: dict[str, ReceiverHealth] = {}
        self._refusals: dict[Subject, RefusalHealth] = {}
        self._compared_at: dict[tuple[str, Subject], float] = {}
        self._findings: dict[Subject, Finding] = {}
        self._refused: dict[Subject, Finding] = {}
        # When each sensor last told anything, sound or not.
        self.told: dict[Subject, float] = {}

    @property
    def findings(self) -> Mapping[Subject, Finding]:
        """What is wrong, by sensor: what misleads, and what is refused before it could."""
        return {**self._refused, **self._findings}

    def sound_part(self, measurement: Measurement) -> Measurement | None:
        """Return what of a measurement may count, None where nothing may: a compass that sticks spoils no flag.

        What is known to be wrong is not weighed, only compared on.
        """
        finding = self._findings.get(subject_of(measurement))
        if finding is None or not isinstance(measurement, Movement):
            return measurement if finding is None else None
        part = (
            replace(measurement, heading=None)
            if finding.problem is SensorProblem.HEADING_STICKS
            else replace(measurement, moving=None)
        )
        return None if problem_of(part) is not None else part

    def trusts_receiver(self, beacon: str) -> bool:
        """Whether the satellite receiver that goes with a beacon may count."""
        return Subject(SensorKind.RECEIVER, beacon) not in self._findings

    def refuse(self, subject: Subject, problem: SensorProblem, time: float) -> bool:
        """Take that something a sensor said was refused; True where the findings have changed."""
        return self._note(subject, time) and self._judge_refusals(subject, problem)

    def compare(self, measurement: Measurement, belief: Estimate | None, mounting: Mounting) -> bool:
        """Take a sound measurement and what is believed without it; True where the findings have changed."""
        subject = subject_of(measurement)
        if not self._note(subject, measurement.time):
            return False
        changed = self._judge_refusals(subject, None)
        if isinstance(measurement, Pressure):
            # That it jumps shows without any belief, and only where each reading is looked at.
            health = self._pressure.setdefault(measurement.beacon, PressureHealth())
            elevation = _elevation(belief, mounting)
            return self._judge(subject, health.compare(measurement.time, measurement.difference, elevation)) or changed
        key = (measurement.beacon, subject)
        if measurement.time - self._compared_at.get(key, -math.inf) < INTERVAL_S:
            return changed
        if belief is None or belief.position is None or (belief.accuracy or math.inf) > MAX_ACCURACY_M:
            return changed
        if isinstance(measurement, Bearing | Range | Signal) and measurement.anchor not in mounting.row:
            return changed
        self._compared_at[key] = measurement.time
        return self._judge(subject, self._against(measurement, belief, belief.position, mounting)) or changed

    def compare_receiver(self, beacon: str, place: Whereabout, time: float) -> bool:
        """Take where the receiver that goes with a beacon is at `time`; True where the findings have changed."""
        subject = Subject(SensorKind.RECEIVER, beacon)
        self.told[subject] = time
        return self._judge(subject, self._receivers.setdefault(beacon, ReceiverHealth()).compare(time, place))

    def forget(self, about: Collection[str]) -> bool:
        """Compare anew what concerns anchors that were moved, turned or removed; True where a finding is gone."""
        before = len(self.findings)
        for one in about:
            self._bearings.pop(one, None)
            self._ranges.pop(one, None)
        self._drop(about, (self._levels, self._findings, self._refused, self._refusals))
        return len(self.findings) != before

    def forget_beacon(self, beacon: str) -> bool:
        """Forget the sensors that went with a beacon which is removed, or has others now; True as above."""
        before = len(self.findings)
        for judged in (self._motion, self._pressure, self._receivers):
            judged.pop(beacon, None)
        self._compared_at = {key: time for key, time in self._compared_at.items() if key[0] != beacon}
        self._drop((beacon,), (self._levels, self._fixes, self._findings, self._refused, self._refusals, self.told))
        return len(self.findings) != before

    def _note(self, subject: Subject, time: float) -> bool:
        """Take note that a sensor has told something; False where there are too many to follow this one."""
        if subject not in self.told and len(self.told) >= MAX_SENSORS:
            return False
        self.told[subject] = time
        return True

    def _drop(self, about: Collection[str], judged: Iterable[MutableMapping[Subject, Any]]) -> None:
        for one in judged:
            for subject in [subject for subject in one if subject.about in about or subject.source in about]:
                del one[subject]

    def _judge(self, subject: Subject, finding: Finding | None) -> bool:
        return _replace(self._findings, subject, finding)

    def _judge_refusals(self, subject: Subject, problem: SensorProblem | None) -> bool:
        if problem is None and subject not in self._refusals:
            # Hot path: of most sensors nothing is ever refused.
            return False
        health = self._refusals.setdefault(subject, RefusalHealth())
        return _replace(self._refused, subject, health.take(problem))

    def _against(
        self, measurement: Measurement, belief: Estimate, position: Point, mounting: Mounting
    ) -> Finding | None:
        accuracy = belief.accuracy or 0.0
        if isinstance(measurement, Movement):
            health = self._motion.setdefault(measurement.beacon, _MotionHealth())
            return health.compare(measurement, position, accuracy)
        if isinstance(measurement, Fix):
            fixes = self._fixes.setdefault(subject_of(measurement), FixHealth())
            return fixes.compare(measurement.position, position, accuracy)
        if isinstance(measurement, Bearing | Range | Signal):
            return self._compare_place(measurement, belief, position, mounting)
        return None

    def _compare_place(
        self, measurement: Bearing | Range | Signal, belief: Estimate, position: Point, mounting: Mounting
    ) -> Finding | None:
        row = mounting.row[measurement.anchor]
        floor = mounting.floor.get(belief.floor or "")
        height = 0.0 if floor is None else mounting.height_at(floor, position)
        away = np.array((*position, height)) - mounting.position[row]
        if isinstance(measurement, Signal):
            levels = self._levels.setdefault(subject_of(measurement), LevelHealth())
            return levels.compare(measurement.rssi, float(np.linalg.norm(away)))
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


def _replace(findings: dict[Subject, Finding], subject: Subject, finding: Finding | None) -> bool:
    """Put a finding in the place of the one before; True where there is another problem now, or none."""
    before = findings.get(subject)
    if finding is None:
        findings.pop(subject, None)
    else:
        findings[subject] = finding
    return (finding and finding.problem) != (before and before.problem)


def _elevation(belief: Estimate | None, mounting: Mounting) -> float | None:
    """Return how high a beacon is believed to be (m), None where its floor is not sure."""
    if belief is None or belief.floor is None or belief.floor not in mounting.floor:
        return None
    if belief.floor_probabilities.get(belief.floor, 0.0) < SURE_OF_FLOOR:
        return None
    return mounting.height_at(mounting.floor[belief.floor], belief.position)


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
