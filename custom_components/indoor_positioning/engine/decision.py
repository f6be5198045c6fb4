"""From belief to a statement: where a beacon is, said steadily.

A posterior flickers at doors and while somebody sits on a boundary. Rooms and zones are therefore taken on probability
and dwell, held until something else earns it, and given up only for silence. Fast in, unhurried out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .decision_settings import DecisionSettings
from .estimate import Estimate
from .floor_decision import FloorDecision
from .geometry import Point
from .home import Zone
from .room_decision import RoomDecision
from .settling import Settling
from .stillness import Stillness
from .zone_decision import ZoneDecision

# Belief without readings drifts towards "anywhere"; it must not move a beacon that only fell asleep. So
# decisions need evidence younger than this (s).
FRESH_EVIDENCE_S = 5.0


# Of a beacon whose carrier is known to be far away, a short silence says that it is too (s). As long as it is heard,
# it has been left at home.
FAR_AWAY_AFTER_S = 10.0


@dataclass(frozen=True, slots=True)
class Presence:
    """What is said of a beacon at `time`.

    `room` is None while nothing is known yet and when away; `confidence` the probability of the named room. While
    not `settled`, the belief is still being learnt, and a change of place says nothing of the beacon. `still_since`
    is the time since which it has not been moved, None while that is not known and when away.
    """

    time: float
    room: str | None = None
    away: bool = False
    floor: str | None = None
    position: Point | None = None
    accuracy: float | None = None
    confidence: float = 0.0
    zones: frozenset[str] = frozenset()
    last_heard: float | None = None
    estimate: Estimate | None = None
    settled: bool = True
    still_since: float | None = None


class Decision:
    """Holds what was said last, and says something else only for a reason."""

    def __init__(self, settings: DecisionSettings) -> None:
        self.settings = settings
        self.zones: Sequence[Zone] = ()
        # The floor of each room.
        self.floor_of: Mapping[str, str] = {}
        self.stillness = Stillness()
        # Whether a satellite receiver that is carried with the beacon is far from home.
        self.far = False
        self._room_decision = RoomDecision()
        self._floor_decision = FloorDecision()
        self._zone_decision = ZoneDecision()
        self._settling = Settling()

    @property
    def room(self) -> str | None:
        """The room that is said."""
        return self._room_decision.room

    @property
    def inside(self) -> frozenset[str]:
        """The zones that the beacon is in."""
        return self._zone_decision.inside

    def resume(self, room: str | None, zones: frozenset[str], *, away: bool) -> None:
        """Go on from what was said before a restart."""
        if away:
            # Whoever was away and is heard arrives; there is nothing to settle.
            self.forget()
        else:
            self._room_decision.resume(room)
            self._zone_decision.inside = zones

    def unsettle(self) -> None:
        """Take the next readings as learning: the plan or the way to locate has changed."""
        self._settling.begin_anew()

    def decide(self, now: float, estimate: Estimate | None) -> Presence:
        """Return what to say at `now`, given the belief (None: nothing is known)."""
        if estimate is None:
            return Presence(now)
        silence = now - estimate.evidence_time
        if silence >= (min(self.settings.away_after, FAR_AWAY_AFTER_S) if self.far else self.settings.away_after):
            self.forget()
            return Presence(now, away=True, confidence=1.0, last_heard=estimate.evidence_time, estimate=estimate)
        if silence <= FRESH_EVIDENCE_S:
            settled = self._settling.hear(now, estimate.evidence_time)
            self._room_decision.decide(now, estimate, self.settings)
            self._zone_decision.decide(now, self.zones, estimate.zone_probabilities, settled=settled)
            self.stillness.observe(now, estimate, self.room, settled=settled)
        floor, place = self._floor_decision.decide(now, estimate, self.floor_of.get(self.room) if self.room else None)
        return Presence(
            time=now,
            room=self.room,
            floor=floor,
            position=place.position if place else None,
            accuracy=place.accuracy if place else None,
            confidence=estimate.room_probabilities.get(self.room, 0.0) if self.room else 0.0,
            zones=self.inside,
            last_heard=estimate.evidence_time,
            estimate=estimate,
            settled=self._settling.settled,
            still_since=self.stillness.since,
        )

    def forget(self) -> None:
        """Start over: the beacon is away, whatever was believed before."""
        self._room_decision.forget()
        self._zone_decision.forget()
        self.stillness.forget()
        self._settling.skip()
