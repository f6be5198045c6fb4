"""Complementary filter, a baseline: alpha parts dead reckoning, the rest RSSI fix.

W. T. Higgins, "A Comparison of Complementary and Kalman Filtering", IEEE Trans. Aerospace and Electronic Systems 11(3),
1975. Motion is trusted over short times, the fixes over long ones.
"""

from __future__ import annotations

import math

import numpy as np

from ..geometry import FloatArray, Point
from ..measurement import Movement
from ..model import PositioningModel
from .reckoned import ReckonedLocator

# Share of the reckoned place that a fix leaves, at one fix a second.
ALPHA = 0.8


class ComplementaryLocator(ReckonedLocator):
    """A place, a velocity, and nothing of how sure they are but what the fixes say."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._position = np.zeros(2)
        self._covariance = np.eye(2)
        self._speed = self._heading = 0.0
        super().__init__(model, beacon_id)

    def _begin(self, position: Point, covariance: FloatArray) -> None:
        self._position, self._covariance = np.array(position), covariance

    def _advance(self, elapsed: float, *, known: bool) -> None:
        if known:
            way = np.array((math.cos(self._heading), math.sin(self._heading)))
            self._position = self._position + self._speed * elapsed * way

    def _take_movement(self, movement: Movement) -> None:
        if movement.heading is not None:
            self._heading = movement.heading
        if movement.moving is False:
            self._speed = 0.0
        elif movement.speed is not None:
            self._speed = movement.speed

    def _correct(self, position: Point, covariance: FloatArray, elapsed: float) -> None:
        kept = ALPHA**elapsed
        self._position = kept * self._position + (1.0 - kept) * np.asarray(position)
        self._covariance = kept * self._covariance + (1.0 - kept) * covariance

    def _place(self) -> tuple[Point, FloatArray]:
        return (float(self._position[0]), float(self._position[1])), self._covariance
