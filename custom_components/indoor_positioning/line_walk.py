"""A walked line of the calibration: corners are tapped on the way, and what was heard between them has a place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from homeassistant.core import callback

from . import clock
from .anchors import AnchorWatch
from .calibration import TICK_S, Listening
from .engine.geometry import Point
from .engine.observation import Observation
from .engine.survey import Survey
from .engine.walked_line import Corner, LineReading, WalkedLine
from .positioning import Positioning

# Seconds without a tap after which nobody walks any more; the longest wall of a hall takes half of it.
NO_CORNER_S: Final = 120.0

# A house is walked through in less than this (s), and so much more is an accident.
LONGEST_LINE_S: Final = 1200.0

# More corners than any walk has; a bound on what a client may make us keep.
MAX_CORNERS: Final = 1000


class LineWalk(Listening):
    """Collects what the anchors hear of one beacon on its way along the tapped corners of one floor."""

    def __init__(
        self, positioning: Positioning, anchors: AnchorWatch, beacon_id: str, floor: str, start: Point
    ) -> None:
        super().__init__(positioning, anchors, beacon_id)
        self._floor = floor
        self._line_readings: list[LineReading] = []
        self._corners = [Corner(clock.monotonic(), start)]

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners so far."""
        return tuple(corner.position for corner in self._corners)

    @property
    def full(self) -> bool:
        """Whether no more corners are taken."""
        return len(self._corners) >= MAX_CORNERS

    @callback
    def tap(self, place: Point) -> None:
        """The beacon is at another corner now."""
        self._corners.append(Corner(clock.monotonic(), place))

    async def async_collect(self, on_progress: Callable[[float], None]) -> Survey:
        """Collect until the walk is finished or nobody taps any more, and return its samples.

        `on_progress` is told twice a second, with the share (0..1) of the time that is left for the next tap.
        """
        with self.listening():
            while (share := self._share()) < 1.0:
                on_progress(share)
                self.note()
                await asyncio.sleep(TICK_S)
        line = WalkedLine(self._beacon_id, self._floor, self._corners, self._line_readings, self.silent())
        return line.samples(self._positioning.model.home, clock.time() - clock.monotonic())

    def _take(self, observation: Observation) -> None:
        super()._take(observation)
        self._line_readings.append(LineReading(clock.monotonic(), observation.anchor, observation.rssi))

    def _share(self) -> float:
        if self._finished:
            return 1.0
        now = clock.monotonic()
        since_tap, since_start = now - self._corners[-1].time, now - self._corners[0].time
        return max(since_tap / NO_CORNER_S, since_start / LONGEST_LINE_S)
