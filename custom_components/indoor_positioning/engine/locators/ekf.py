"""Extended Kalman filter over [x, y, heading, velocity], a baseline: unicycle motion, movements and RSSI fixes.

S. Thrun, W. Burgard, D. Fox, "Probabilistic Robotics", 2005, ch. 3.3 and 5.3 (velocity motion model). No walls.
"""

from __future__ import annotations

import math

import numpy as np

from ..geometry import FloatArray, Point
from ..measurement import Movement
from ..model import PositioningModel
from .reckoned import ReckonedLocator

# People turn and start within seconds: densities of the white noises of turning (rad²/s) and acceleration (m²/s³).
TURNING_DENSITY = 0.6
ACCELERATION_DENSITY = 0.3

# A step or compass reading scatters by this (rad, m/s); nothing is known of either at first.
HEADING_SD_RAD = math.radians(20.0)
SPEED_SD_M_S = 0.25
FIRST_SPEED_SD_M_S = 0.6

# Slower than this a heading tells nothing of where one goes, and the filter's own has no meaning (m/s).
LEAST_SPEED_M_S = 0.15

# Fixes of one stand repeat the same error of the map: one a second counts for so much less (times the variance).
REPEATED = 3.0


class EkfLocator(ReckonedLocator):
    """One normal distribution over place, heading and speed."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._mean = np.zeros(4)
        self._spread = np.eye(4)
        super().__init__(model, beacon_id)

    def _begin(self, position: Point, covariance: FloatArray) -> None:
        self._mean = np.array((*position, 0.0, 0.0))
        self._spread = np.diag((0.0, 0.0, math.pi**2, FIRST_SPEED_SD_M_S**2))
        self._spread[:2, :2] = covariance

    def _advance(self, elapsed: float, *, known: bool) -> None:
        x, y, heading, speed = self._mean
        turn = np.eye(4)
        turn[0, 2], turn[0, 3] = -speed * math.sin(heading) * elapsed, math.cos(heading) * elapsed
        turn[1, 2], turn[1, 3] = speed * math.cos(heading) * elapsed, math.sin(heading) * elapsed
        noise = np.diag((0.0, 0.0, TURNING_DENSITY, ACCELERATION_DENSITY)) * elapsed
        if not known:
            # The velocity of a while ago leads astray, and the heading of somebody who stands is anybody's guess.
            noise[:2, :2] = ACCELERATION_DENSITY * elapsed * np.eye(2)
            speed *= math.exp(-elapsed)
        self._mean = np.array(
            (
                x + speed * math.cos(heading) * elapsed,
                y + speed * math.sin(heading) * elapsed,
                heading,
                speed,
            )
        )
        self._spread = turn @ self._spread @ turn.T + noise
        self._spread[2, 2] = min(self._spread[2, 2], math.pi**2)

    def _take_movement(self, movement: Movement) -> None:
        speed = 0.0 if movement.moving is False else movement.speed
        if speed is not None:
            self._update(np.array([0.0, 0.0, 0.0, 1.0]), speed - self._mean[3], SPEED_SD_M_S**2)
        if movement.heading is not None and (speed is None or speed >= LEAST_SPEED_M_S):
            off = math.remainder(movement.heading - self._mean[2], 2.0 * math.pi)
            self._update(np.array([0.0, 0.0, 1.0, 0.0]), off, HEADING_SD_RAD**2)

    def _correct(self, position: Point, covariance: FloatArray, elapsed: float) -> None:
        gaze = np.eye(2, 4)
        noise = REPEATED / max(elapsed, 0.1) * covariance if elapsed < 1.0 else REPEATED * covariance
        gain = self._spread @ gaze.T @ np.linalg.inv(gaze @ self._spread @ gaze.T + noise)
        self._mean = self._mean + gain @ (np.asarray(position) - self._mean[:2])
        self._settle((np.eye(4) - gain @ gaze) @ self._spread)

    def _place(self) -> tuple[Point, FloatArray]:
        return (float(self._mean[0]), float(self._mean[1])), self._spread[:2, :2]

    def _update(self, gaze: FloatArray, innovation: float, variance: float) -> None:
        carried = self._spread @ gaze
        gain = carried / (float(gaze @ carried) + variance)
        self._mean = self._mean + gain * innovation
        self._settle(self._spread - np.outer(gain, carried))

    def _settle(self, spread: FloatArray) -> None:
        """Keep the covariance symmetric against rounding, and the speed forward: who goes back has turned round."""
        self._spread = (spread + spread.T) / 2.0
        if self._mean[3] < 0.0:
            self._mean[2:] = self._mean[2] + math.pi, -self._mean[3]
            flip = np.diag((1.0, 1.0, 1.0, -1.0))
            self._spread = flip @ self._spread @ flip
        self._mean[2] = math.remainder(self._mean[2], 2.0 * math.pi)
