"""Listening to a beacon for the calibration, and one stand: what is heard while it is held at a known place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from homeassistant.core import callback

from . import clock
from .anchors import AnchorWatch
from .engine.geometry import Point
from .engine.observation import Observation
from .engine.stillness import WALKING_PROBABILITY
from .engine.survey import SurveySample
from .positioning import Positioning

# Seconds. Long enough for the fading of three channels to average out, short enough to be done in every room.
STAND_S: Final = 15.0

# A stand with fewer packets goes on: slow tags advertise every 2 s, and proxies lose half of that.
ENOUGH_PACKETS: Final = 20
LONGEST_STAND_S: Final = 45.0

# Seconds without a single packet after which waiting makes no sense: no tag advertises more slowly than every 10 s.
NOTHING_HEARD_S: Final = 25.0

# A sample of which so much was walked belongs to no one place.
MOVED_SHARE: Final = 1 / 3

# How often the progress is told (seconds).
TICK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands: a room, and the spot on the plan if it was given (metres)."""

    floor: str
    room: str
    position: Point | None


class Listening:
    """Listens to one beacon, and knows how it is carried meanwhile."""

    def __init__(self, positioning: Positioning, anchors: AnchorWatch, beacon_id: str) -> None:
        self._positioning = positioning
        self._anchors = anchors
        self._beacon_id = beacon_id
        self._readings: dict[str, list[float]] = {}
        self._listening: frozenset[str] | None = None
        self._finished = False
        self._ticks = 0
        self._moving_ticks = 0

    @property
    def packets(self) -> int:
        """How many packets were heard so far."""
        return sum(map(len, self._readings.values()))

    @property
    def anchors(self) -> int:
        """How many anchors heard them."""
        return len(self._readings)

    @property
    def moving(self) -> bool:
        """Whether the beacon seems to be carried about just now."""
        track = self._positioning.tracks.get(self._beacon_id)
        estimate = track.presence.estimate if track else None
        return estimate is not None and (estimate.moving or 0.0) >= WALKING_PROBABILITY

    @property
    def moved(self) -> bool:
        """Whether it was carried about for a good part of the time."""
        return self._moving_ticks > MOVED_SHARE * self._ticks

    @callback
    def finish(self) -> None:
        """Be content with what was heard so far."""
        self._finished = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take what is heard of the beacon."""
        untap = self._positioning.tap(self._beacon_id, self._take)
        try:
            yield
        finally:
            untap()

    def note(self) -> None:
        """Note how it is now. Only an anchor that listened all the time and heard nothing was silent."""
        self._ticks += 1
        self._moving_ticks += self.moving
        listening = self._anchors.listening()
        self._listening = listening if self._listening is None else self._listening & listening

    def silent(self) -> frozenset[str]:
        """Return the anchors that listened all the time and heard nothing."""
        anchors = {anchor.id for anchor in self._positioning.model.home.anchors}
        return ((self._listening or frozenset()) & anchors) - self._readings.keys()

    def _take(self, observation: Observation) -> None:
        self._readings.setdefault(observation.anchor, []).append(observation.rssi)


class Stand(Listening):
    """Collects what the anchors hear of one beacon that is held still."""

    def __init__(self, positioning: Positioning, anchors: AnchorWatch, beacon_id: str, place: Place) -> None:
        super().__init__(positioning, anchors, beacon_id)
        self._place = place

    async def async_collect(self, on_progress: Callable[[float], None]) -> SurveySample | None:
        """Collect until there is enough, and return the sample; None if nothing was heard at all.

        `on_progress` is told the done share (0..1) twice a second.
        """
        started = clock.monotonic()
        with self.listening():
            while (share := self._progress(elapsed := clock.monotonic() - started)) < 1.0:
                self.note()
                on_progress(share)
                await asyncio.sleep(TICK_S)
        return self._sample(elapsed) if self._readings else None

    def _progress(self, elapsed: float) -> float:
        if self._finished:
            return 1.0
        if not self._readings:
            return elapsed / NOTHING_HEARD_S
        # Until the planned end, then as far as the packets have come; whichever ends first ends the stand.
        by_packets = min(elapsed / STAND_S, self.packets / ENOUGH_PACKETS)
        return max(by_packets, elapsed / LONGEST_STAND_S)

    def _sample(self, duration: float) -> SurveySample:
        return SurveySample(
            beacon=self._beacon_id,
            floor=self._place.floor,
            room=self._place.room,
            position=self._place.position,
            readings={anchor: tuple(values) for anchor, values in self._readings.items()},
            silent=self.silent(),
            time=clock.time(),
            duration=duration,
        )
