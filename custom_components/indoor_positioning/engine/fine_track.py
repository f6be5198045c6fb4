"""A place finer than the cells, where bearings or ranges tell it: an extended Kalman filter inside the belief.

The grid finds the right hill among many and minds walls and floors; on the hill the measurements themselves say where
its top is. State: place and velocity, nearly constant velocity (Y. Bar-Shalom, X.-R. Li, T. Kirubarajan, "Estimation
with Applications to Tracking and Navigation", 2001, ch. 6 and 10); outliers are weighed down as by a Student-t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray, Point
from .measurement import Bearing, Fix, Measurement, Movement, PlaceMeasurement, Range, origin_of
from .measurement_likelihood import HEIGHT_SD_M, MULTIPATH_S, TAIL_NU, residuals
from .mounting import Mounting
from .point_summary import radius_of

# People start, stop and turn within a second: density of the white noise of their acceleration (m²/s³).
ACCELERATION_DENSITY = 0.5

# Velocity before anything is known of it, and of what a step counter or compass says of it (m/s).
SPEED_SD_M_S = 0.8
MOVEMENT_SD_M_S = 0.3
AT_REST_M_S = 0.2

# At the start the belief is taken for no surer than this: it has the same measurements in it (m).
START_SD_M = 1.0

# Without measurements for so long the velocity has led astray (s).
LOST_S = 2.5

# The track holds as long as this much of the belief lies within so many of its standard deviations, or so many metres.
LEAST_SHARE = 0.5
REACH_SDS = 3.0
REACH_M = 1.5


# A reading that comes at the same time as another of its anchor counts for one in so many.
MOST_REPEATED = 20.0


class FineTrack:
    """Follows one beacon's bearings and ranges on one floor."""

    def __init__(self) -> None:
        self._time: float | None = None
        self._floor: str | None = None
        self._mean = np.zeros(4)
        self._covariance = np.eye(4)
        self._last: dict[tuple[type, str], float] = {}

    def follow(self, measurements: Sequence[Measurement], mounting: Mounting, height: float, belief: Estimate) -> None:
        """Take in measurements of known anchors; `belief` says where to begin, `height` how high a beacon is there."""
        for measurement in sorted(measurements, key=lambda item: item.time):
            if isinstance(measurement, Movement):
                self._take_movement(measurement)
            elif isinstance(measurement, Bearing | Range | Fix) and (
                self._going_on(measurement.time, belief) or self._begin(measurement.time, belief)
            ):
                self._predict(measurement.time)
                self._take_place(measurement, mounting, height)

    def refine(self, belief: Estimate, now: float, points: FloatArray, cells: FloatArray) -> Estimate:
        """Return `belief` with the finer place, as it was where the track is lost or contradicts it.

        `points` (n, 2) and `cells` (n,) are the places of the belief's floor and their chances.
        """
        if self._time is None or self._floor != belief.floor or now - self._time > LOST_S:
            return belief
        mean, covariance = _ahead(self._mean, self._covariance, now - self._time)
        spread = covariance[:2, :2]
        reach = max(REACH_M, REACH_SDS * float(np.sqrt(np.linalg.eigvalsh(spread)[-1])))
        near = np.hypot(*(points - mean[:2]).T) <= reach
        if not cells[near].sum() >= LEAST_SHARE * cells.sum():
            self._time = None
            return belief
        position: Point = (float(mean[0]), float(mean[1]))
        return replace(belief, position=position, covariance=spread, accuracy=radius_of(spread))

    def forget(self) -> None:
        """Begin anew with the next measurement."""
        self._time = None

    def _going_on(self, time: float, belief: Estimate) -> bool:
        return self._time is not None and self._floor == belief.floor and time - self._time <= LOST_S

    def _begin(self, time: float, belief: Estimate) -> bool:
        if belief.position is None or belief.covariance is None:
            return False
        self._time, self._floor = time, belief.floor
        self._mean = np.array((*belief.position, 0.0, 0.0))
        self._covariance = np.diag((0.0, 0.0, SPEED_SD_M_S**2, SPEED_SD_M_S**2))
        self._covariance[:2, :2] = belief.covariance + START_SD_M**2 * np.eye(2)
        self._last.clear()
        return True

    def _predict(self, time: float) -> None:
        # A belated measurement is taken for one of now: it is late by less than the tracker lets through.
        if self._time is not None and time > self._time:
            self._mean, self._covariance = _ahead(self._mean, self._covariance, time - self._time)
            self._time = time

    def _take_place(self, measurement: PlaceMeasurement, mounting: Mounting, height: float) -> None:
        key = origin_of(measurement)
        since = measurement.time - self._last.get(key, -np.inf)
        self._last[key] = measurement.time
        # What follows quickly repeats the same reflections.
        repeated = MULTIPATH_S / min(max(since, MULTIPATH_S / MOST_REPEATED), MULTIPATH_S)
        place = np.array([(*self._mean[:2], height)])
        off, slope = (values[0] for values in residuals(measurement, mounting, place))
        for residual, gradient in zip(off, slope, strict=True):
            if not gradient[:2].any():  # a fix tells its floor, and this track is on one
                continue
            variance = measurement.sigma**2 + float(HEIGHT_SD_M * gradient[2]) ** 2
            self._correct(np.array((*gradient[:2], 0.0, 0.0)), -float(residual), repeated * variance)

    def _take_movement(self, movement: Movement) -> None:
        if self._time is None or movement.speed is None:
            return
        if movement.heading is None and movement.speed > AT_REST_M_S:
            return
        self._predict(movement.time)
        # At rest there is no heading to know.
        heading = movement.heading or 0.0
        velocity = movement.speed * np.array((np.cos(heading), np.sin(heading)))
        for axis in range(2):
            slope = np.zeros(4)
            slope[2 + axis] = 1.0
            self._correct(slope, float(velocity[axis] - self._mean[2 + axis]), MOVEMENT_SD_M_S**2)

    def _correct(self, slope: FloatArray, innovation: float, variance: float) -> None:
        """Move by one scalar measurement with the given gradient (4,)."""
        carried = self._covariance @ slope
        expected = float(slope @ carried)
        surprise = innovation**2 / (expected + variance)
        variance *= max(1.0, (TAIL_NU + surprise) / (TAIL_NU + 1.0))
        gain = carried / (expected + variance)
        self._mean = self._mean + gain * innovation
        self._covariance = self._covariance - np.outer(gain, carried)
        self._covariance = (self._covariance + self._covariance.T) / 2.0


def _ahead(mean: FloatArray, covariance: FloatArray, elapsed: float) -> tuple[FloatArray, FloatArray]:
    """Return mean (4,) and covariance (4, 4) after `elapsed` seconds of nearly constant velocity."""
    step = np.eye(4)
    step[0, 2] = step[1, 3] = elapsed
    noise = np.array([[elapsed**3 / 3.0, elapsed**2 / 2.0], [elapsed**2 / 2.0, elapsed]])
    grown = ACCELERATION_DENSITY * np.kron(noise, np.eye(2))
    return step @ mean, step @ covariance @ step.T + grown
