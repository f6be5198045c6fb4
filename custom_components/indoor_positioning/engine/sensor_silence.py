"""Sensors that have stopped to tell anything, though there is somebody of whom they could."""

from __future__ import annotations

from collections.abc import Mapping

from .sensor_findings import SensorKind, Subject

# Those that tell of a beacon again and again as long as it is there. A step counter rests with its owner, and a robot
# in its dock has no place to tell.
STEADY = frozenset({SensorKind.BEARINGS, SensorKind.RANGES, SensorKind.LEVELS})


class SensorSilence:
    """How long each has told nothing while a beacon was at home. Times in seconds on one clock."""

    def __init__(self) -> None:
        """Begin with nobody silent."""
        self._idle: dict[Subject, tuple[float, float]] = {}
        self._looked_at: float | None = None

    def look(self, now: float, told: Mapping[Subject, float], *, anybody_home: bool) -> None:
        """Take when each sensor last told anything."""
        passed = 0.0 if self._looked_at is None or not anybody_home else max(0.0, now - self._looked_at)
        self._looked_at = now
        before, self._idle = self._idle, {}
        for subject, last in told.items():
            if subject.kind in STEADY:
                known, idle = before.get(subject, (last, 0.0))
                self._idle[subject] = (last, idle + passed if last == known else 0.0)

    def silent(self, after: float) -> frozenset[Subject]:
        """Return those that have been silent for `after` seconds."""
        return frozenset(subject for subject, (_, idle) in self._idle.items() if idle >= after)
