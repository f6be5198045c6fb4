"""What of a presence is shown, and how often.

Every state that is written is an event to all listeners and a row in the recorder. Changes of room are shown at
once; everything that merely wavers is quantised and paced, each aspect at its own pace.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from .engine.decision import Presence
from .engine.geometry import Point
from .engine.identity import Assurance
from .listeners import call_all, register
from .positioning import Positioning
from .settings import Settings
from .track import Track

# Metres. Finer than anything a radio can tell, coarse enough to keep states alike.
POSITION_STEP_M: Final = 0.05
ACCURACY_STEP_M: Final = 0.1

# A probability is worth a new state when it has changed this much, at most every so many seconds: a beacon at
# rest makes less than two rows a minute.
PROBABILITY_STEP: Final = 0.1
PROBABILITY_INTERVAL_S: Final = 30.0

# What has not been moved for this long rests, and so does what has not been moved since it was first heard: its
# position wavers with the radio, within the accuracy, and x and y of it are written at most once in the interval
# (seconds). Without it, a home's beacon at rest wrote 13 rows a minute.
RESTS_AFTER_S: Final = 20.0
RESTING_INTERVAL_S: Final = 120.0

# What rests and is now this much further off, in accuracies and at least in metres, has been moved, or was shown at a
# wrong place: that is shown at the pace of what moves. In simulated sites (8 beacons among 8 proxies, 20 among 50) such
# jumps of beacons at rest made 0.4 rows a minute.
CLEARLY_MOVED_ACCURACIES: Final = 1.5
CLEARLY_MOVED_M: Final = 1.0

LAST_SEEN_INTERVAL_S: Final = 60.0
STRONGEST_INTERVAL_S: Final = 10.0

# Seconds for which a reading says which anchor is the strongest.
STRONGEST_WINDOW_S: Final = 10.0


class Aspect(Enum):
    """What of a beacon has changed."""

    ROOM = auto()
    FLOOR = auto()
    POSITION = auto()
    CERTAINTY = auto()
    LAST_SEEN = auto()
    STRONGEST_ANCHOR = auto()
    ASSURANCE = auto()


@dataclass(slots=True)
class _Paced[T]:
    """A value that is shown with a pace. Times in seconds on the clock of the presences."""

    value: T
    shown_at: float = float("-inf")

    def show(self, value: T, now: float, interval: float = 0.0) -> bool:
        """Take a value if it differs and the interval is over; return whether it was taken."""
        if value == self.value or now - self.shown_at < interval:
            return False
        self.value, self.shown_at = value, now
        return True


class BeaconView:
    """What is shown of one beacon."""

    def __init__(self, positioning: Positioning, beacon_id: str, settings: Callable[[], Settings]) -> None:
        self._track: Track = positioning.tracks[beacon_id]
        self._settings = settings
        self._listeners: dict[Aspect, list[CALLBACK_TYPE]] = {aspect: [] for aspect in Aspect}
        said = self._track.presence
        self._room = _Paced((said.room, said.away, said.zones))
        self._probability = _Paced(_rounded(said.confidence, PROBABILITY_STEP / 2))
        self._settled = said.settled
        self._floor = _Paced(said.floor)
        self._position = _Paced(_quantised(said.position))
        # Since when it was still when it was first heard; as long as that is so, nothing has moved it.
        self._still_at_first: float | None = None
        self._certainty = _Paced((_radius(said.accuracy), self._probability.value))
        self._last_seen = _Paced(said.last_heard)
        self._strongest = _Paced[str | None](None)
        self._assurance = _Paced[Assurance | None](None)
        self.stop = positioning.subscribe(beacon_id, self._update)

    @property
    def room(self) -> str | None:
        """The room's id, None when away or not known."""
        return self._room.value[0]

    @property
    def away(self) -> bool:
        """Whether the beacon has left."""
        return self._room.value[1]

    @property
    def zones(self) -> frozenset[str]:
        """The ids of the zones it is in."""
        return self._room.value[2]

    @property
    def heard(self) -> bool:
        """Whether the beacon was ever heard."""
        return self._track.presence.last_heard is not None

    @property
    def probability(self) -> float:
        """How probable the shown room is, 0..1."""
        return self._probability.value

    @property
    def floor(self) -> str | None:
        """The floor's id."""
        return self._floor.value

    @property
    def position(self) -> Point | None:
        """Where on the plan, in metres."""
        return self._position.value

    @property
    def accuracy(self) -> float | None:
        """The radius in metres that holds the truth 68 % of the time."""
        return self._certainty.value[0]

    @property
    def confidence(self) -> float:
        """How probable the room is, 0..1, at the pace of the diagnostics."""
        return self._certainty.value[1]

    @property
    def last_heard(self) -> float | None:
        """When the newest packet came, in seconds on the monotonic clock."""
        return self._last_seen.value

    @property
    def strongest_anchor(self) -> str | None:
        """The anchor that hears the beacon best."""
        return self._strongest.value

    @property
    def assurance(self) -> Assurance | None:
        """The strongest assurance of what is being heard, None in silence."""
        return self._assurance.value

    @callback
    def subscribe(self, aspect: Aspect, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `listener` when an aspect is to be shown anew."""
        return register(self._listeners[aspect], listener)

    @callback
    def _update(self, presence: Presence) -> None:
        """Take an estimate and tell whom it concerns."""
        for aspect in self._changed(presence):
            call_all(self._listeners[aspect])

    def _changed(self, presence: Presence) -> list[Aspect]:
        now = presence.time
        changed: list[Aspect] = []
        moved = self._room.show((presence.room, presence.away, presence.zones), now)
        if self._show_probability(presence, moved=moved) or moved:
            changed.append(Aspect.ROOM)
        if self._floor.show(presence.floor, now):
            changed.append(Aspect.FLOOR)
        if self._show_position(presence, moved=moved):
            changed.append(Aspect.POSITION)
        certainty = (_radius(presence.accuracy), self._probability.value)
        if self._certainty.show(certainty, now, PROBABILITY_INTERVAL_S):
            changed.append(Aspect.CERTAINTY)
        if self._last_seen.show(presence.last_heard, now, LAST_SEEN_INTERVAL_S):
            changed.append(Aspect.LAST_SEEN)
        if self._strongest.show(self._loudest(now), now, STRONGEST_INTERVAL_S):
            changed.append(Aspect.STRONGEST_ANCHOR)
        if self._assurance.show(None if presence.away else self._track.assurance(now), now):
            changed.append(Aspect.ASSURANCE)
        return changed

    def _show_probability(self, presence: Presence, *, moved: bool) -> bool:
        value, now = _rounded(presence.confidence, PROBABILITY_STEP / 2), presence.time
        # The first one was that of a belief still being learnt; what has come of it is not held back.
        settles, self._settled = presence.settled and not self._settled, presence.settled
        if moved:
            return self._probability.show(value, now)
        if abs(presence.confidence - self.probability) < PROBABILITY_STEP:
            return False
        return self._probability.show(value, now, 0.0 if settles else PROBABILITY_INTERVAL_S)

    def _show_position(self, presence: Presence, *, moved: bool) -> bool:
        position, now = presence.position, presence.time
        at_rest = self._at_rest(presence)
        shown, settings = self._position.value, self._settings()
        if position is None or shown is None:
            # A plan that appears, or a beacon that leaves, is no movement.
            return self._position.show(_quantised(position), now)
        least, interval = settings.position_threshold, settings.position_interval
        distance, accuracy = math.dist(position, shown), presence.accuracy or 0.0
        # Whoever is said to be in another room is not shown in the old one.
        if at_rest and not moved and distance < max(CLEARLY_MOVED_M, CLEARLY_MOVED_ACCURACIES * accuracy):
            least, interval = max(least, accuracy), max(interval, RESTING_INTERVAL_S)
        if distance < least:
            return False
        return self._position.show(_quantised(position), now, interval)

    def _at_rest(self, presence: Presence) -> bool:
        since = presence.still_since
        if presence.away or self._still_at_first is None:
            self._still_at_first = since
        return since is not None and (since == self._still_at_first or presence.time - since >= RESTS_AFTER_S)

    def _loudest(self, now: float) -> str | None:
        recent = [reading for reading in self._track.latest.values() if now - reading.time <= STRONGEST_WINDOW_S]
        return max(recent, key=lambda reading: reading.rssi).anchor if recent else None


def _rounded(value: float, step: float) -> float:
    return round(round(value / step) * step, 2)


def _quantised(position: Point | None) -> Point | None:
    return (
        None if position is None else (_rounded(position[0], POSITION_STEP_M), _rounded(position[1], POSITION_STEP_M))
    )


def _radius(accuracy: float | None) -> float | None:
    return None if accuracy is None else _rounded(accuracy, ACCURACY_STEP_M)
