"""Survey samples: what was heard while the place was known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .geometry import Point


@dataclass(frozen=True, slots=True)
class SurveySample:
    """Readings collected at one known place within a short time.

    `readings` holds every RSSI in dBm per anchor that heard the beacon; an anchor that was
    listening and heard nothing is in `silent`. `position` is None for a sample that only knows its
    room ("I am in the kitchen"), `room` None for one on the plan outside all rooms. `still` tells a
    stand from a sample taken in passing. `duration` in seconds.
    """

    beacon: str
    floor: str
    room: str | None
    position: Point | None
    readings: Mapping[str, tuple[float, ...]]
    silent: frozenset[str] = frozenset()
    time: float = 0.0
    duration: float = 1.0
    still: bool = True

    @property
    def packets(self) -> int:
        """How many readings the sample holds."""
        return sum(len(values) for values in self.readings.values())


type Survey = tuple[SurveySample, ...]
