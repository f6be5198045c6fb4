"""Gathers a beacon's bearings, ranges and movements between two corrections of the filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .likelihood import FIRST_INTERVAL_S, GATHER_S
from .measurement import Bearing, Measurement, Movement, PlaceMeasurement, Pressure, Range
from .mounting import Mounting


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came within the last `elapsed` seconds, in the order in which it came."""

    all: tuple[Measurement, ...]
    elapsed: float

    @property
    def of_place(self) -> tuple[PlaceMeasurement, ...]:
        """What tells the place."""
        return tuple(item for item in self.all if isinstance(item, Bearing | Range))

    @property
    def of_motion(self) -> tuple[Movement, ...]:
        """What tells the motion."""
        return tuple(item for item in self.all if isinstance(item, Movement))

    @property
    def of_height(self) -> tuple[Pressure, ...]:
        """What tells the floor."""
        return tuple(item for item in self.all if isinstance(item, Pressure))


class MeasurementEvidence:
    """Holds measurements until enough time has passed for them to say something new."""

    def __init__(self) -> None:
        self.newest: float | None = None
        self._waiting: list[Measurement] = []
        self._taken_at: float | None = None

    def add(self, measurements: Iterable[Measurement], mounting: Mounting) -> None:
        """Take what concerns a known, placed anchor, or none at all."""
        for measurement in measurements:
            if isinstance(measurement, Movement | Pressure):
                self._waiting.append(measurement)
            elif measurement.anchor in mounting.row:
                self._waiting.append(measurement)
                self.newest = measurement.time if self.newest is None else max(self.newest, measurement.time)

    def take(self, now: float) -> Gathered | None:
        """Return what has come since it was last taken, None where nothing has or more is still to be gathered."""
        since = FIRST_INTERVAL_S if self._taken_at is None else now - self._taken_at
        if not self._waiting or (self._taken_at is not None and since < GATHER_S):
            return None
        self._taken_at = now
        gathered, self._waiting = Gathered(tuple(self._waiting), since), []
        return gathered

    def forget(self) -> None:
        """Drop what waits: the anchors may be others now."""
        self._waiting = []
