"""Gathers a beacon's bearings, ranges and movements between two corrections of the filter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .likelihood import FIRST_INTERVAL_S, GATHER_S
from .measurement import Bearing, Fix, Measurement, Movement, PlaceMeasurement, Pressure, Range, Signal
from .mounting import Mounting


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came within the last `elapsed` seconds, in the order in which it came."""

    all: tuple[Measurement, ...]
    elapsed: float

    @property
    def of_place(self) -> tuple[PlaceMeasurement, ...]:
        """What tells the place."""
        return tuple(item for item in self.all if isinstance(item, Bearing | Range | Fix))

    @property
    def of_signal(self) -> tuple[Signal, ...]:
        """What other radios tell."""
        return tuple(item for item in self.all if isinstance(item, Signal))

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
        """Take what concerns a known, placed anchor, a known floor, or neither; a signal wherever its anchor is."""
        for measurement in measurements:
            if isinstance(measurement, Movement | Pressure):
                self._waiting.append(measurement)
            elif is_known(measurement, mounting):
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


def is_known(measurement: PlaceMeasurement | Signal, mounting: Mounting) -> bool:
    """Whether the home knows what a measurement is about; of a signal only the radio map can say."""
    if isinstance(measurement, Fix):
        return measurement.floor is None or measurement.floor in mounting.floor
    return isinstance(measurement, Signal) or measurement.anchor in mounting.row
