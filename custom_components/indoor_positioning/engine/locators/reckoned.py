"""What baselines by dead reckoning have in common: steps forward by the beacon's own motion, pulled back by RSSI fixes.

Movements come at up to 50 Hz and are stepped through one by one; a fix is what fingerprinting says of new readings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from ..estimate import Estimate
from ..geometry import FloatArray, Point
from ..measurement import Measurement, Movement
from ..model import PositioningModel
from ..observation import Observation
from ..point_summary import NOMINAL_SD_M, PointSummary
from .fingerprint import FingerprintLocator

# A movement tells how one goes on for this long; then nothing is known of it (s).
HOLD_S = 1.5

# Without a fix for longer than this, the next one is a new beginning (s).
LOST_S = 15.0


class ReckonedLocator(ABC):
    """Follows one beacon by movements and fixes; where there is no plan, fingerprinting answers."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._beacon_id = beacon_id
        self._movements: list[Movement] = []
        self._time: float | None = None
        self._fixed_at = float("-inf")
        self._told_at = float("-inf")
        self._take(model)

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Keep the movements; other measurements do not matter here."""
        self._movements.extend(item for item in measurements if isinstance(item, Movement))

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Step through what has come, and correct by the readings."""
        fix = self._fixes.update(now, observations, listening)
        movements, self._movements = sorted(self._movements, key=lambda item: item.time), []
        if fix is None or fix.position is None:
            self._time = None
            return fix
        for movement in movements:
            # What comes late says nothing of how it goes on.
            if self._time is not None and movement.time >= self._time - HOLD_S:
                self._step(movement.time)
                self._told_at = max(self._told_at, movement.time)
                self._take_movement(movement)
        if self._time is None or fix.evidence_time - self._fixed_at > LOST_S:
            self._begin(fix.position, _covariance(fix))
            self._time, self._fixed_at = now, fix.evidence_time
        self._step(now)
        if fix.evidence_time > self._fixed_at:
            self._correct(fix.position, _covariance(fix), fix.evidence_time - self._fixed_at)
            self._fixed_at = fix.evidence_time
        position, covariance = self._place()
        floors = np.array([fix.floor_probabilities.get(floor.id, 0.0) for floor in self._model.home.floors])
        return self._summary.at_point(now, fix.evidence_time, floors, position, covariance)

    def adopt(self, model: PositioningModel) -> None:
        """Go on in a changed home from the next fix on."""
        self._time = None
        self._take(model)

    def _take(self, model: PositioningModel) -> None:
        self._model = model
        self._summary = PointSummary(model)
        self._fixes = FingerprintLocator(model, self._beacon_id)

    def _step(self, time: float) -> None:
        if self._time is None or time <= self._time:
            return
        known = time - self._told_at <= HOLD_S
        self._advance(time - self._time, known=known)
        self._time = time

    @abstractmethod
    def _begin(self, position: Point, covariance: FloatArray) -> None:
        """Start at a fix (m) with its covariance (2, 2)."""

    @abstractmethod
    def _advance(self, elapsed: float, *, known: bool) -> None:
        """Go on for `elapsed` seconds; `known` is whether the beacon has told of its motion lately."""

    @abstractmethod
    def _take_movement(self, movement: Movement) -> None:
        """Take what the beacon says of its motion."""

    @abstractmethod
    def _correct(self, position: Point, covariance: FloatArray, elapsed: float) -> None:
        """Take a fix that comes `elapsed` seconds after the last one."""

    @abstractmethod
    def _place(self) -> tuple[Point, FloatArray]:
        """Return position (m) and covariance (2, 2)."""


def _covariance(fix: Estimate) -> FloatArray:
    return NOMINAL_SD_M**2 * np.eye(2) if fix.covariance is None else fix.covariance
