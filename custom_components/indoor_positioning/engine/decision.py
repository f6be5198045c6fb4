"""From belief to a statement: where a beacon is, said steadily.

A posterior flickers at doors and while somebody sits on a boundary. A room is therefore taken on probability AND
dwell, held until another one earns it, and given up only for silence. Fast in, unhurried out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .estimate import Estimate
from .geometry import Point
from .home import Zone
from .settling import Settling
from .stillness import Stillness
from .zone_decision import ZoneDecision


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """When a room counts as entered or left; probabilities 0..1, times in seconds. Zones have rules of their own.

    A room is entered when it held `enter_probability` for `enter_dwell`, or at once at `sure_probability`;
    `away_after` seconds of silence mean away.
    """

    enter_probability: float = 0.5
    enter_dwell: float = 2.0
    sure_probability: float = 0.8
    away_after: float = 60.0


# A room that is hardly possible any more is not held only because no other one is sure enough; the likeliest
# takes over after this many dwells.
DOUBT_PROBABILITY = 0.15
DOUBT_DWELLS = 3.0

# Belief without readings drifts towards "anywhere"; it must not move a beacon that only fell asleep. So
# decisions need evidence younger than this (s).
FRESH_EVIDENCE_S = 5.0


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
        self.room: str | None = None
        self.zones: Sequence[Zone] = ()
        self.stillness = Stillness()
        self._zone_decision = ZoneDecision()
        self._settling = Settling()
        self._candidate: str | None = None
        self._candidate_since = 0.0
        self._doubt_since: float | None = None

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
            self.room, self._zone_decision.inside = room, zones

    def unsettle(self) -> None:
        """Take the next readings as learning: the plan or the way to locate has changed."""
        self._settling.begin_anew()

    def decide(self, now: float, estimate: Estimate | None) -> Presence:
        """Return what to say at `now`, given the belief (None: nothing is known)."""
        if estimate is None:
            return Presence(now)
        silence = now - estimate.evidence_time
        if silence >= self.settings.away_after:
            self.forget()
            return Presence(now, away=True, confidence=1.0, last_heard=estimate.evidence_time, estimate=estimate)
        if silence <= FRESH_EVIDENCE_S:
            settled = self._settling.hear(now, estimate.evidence_time)
            self._decide_room(now, estimate.room_probabilities)
            self._zone_decision.decide(now, self.zones, estimate.zone_probabilities, settled=settled)
            self.stillness.observe(now, estimate, self.room, settled=settled)
        return Presence(
            time=now,
            room=self.room,
            floor=estimate.floor,
            position=estimate.position,
            accuracy=estimate.accuracy,
            confidence=estimate.room_probabilities.get(self.room, 0.0) if self.room else 0.0,
            zones=self.inside,
            last_heard=estimate.evidence_time,
            estimate=estimate,
            settled=self._settling.settled,
            still_since=self.stillness.since,
        )

    def forget(self) -> None:
        """Start over: the beacon is away, whatever was believed before."""
        self.room = None
        self._zone_decision.forget()
        self.stillness.forget()
        self._settling.skip()
        self._candidate, self._doubt_since = None, None

    def _decide_room(self, now: float, probabilities: Mapping[str, float]) -> None:
        if not probabilities:
            return
        likeliest = max(probabilities, key=probabilities.__getitem__)
        if likeliest == self.room:
            self._candidate, self._doubt_since = None, None
            return
        if likeliest != self._candidate:
            self._candidate, self._candidate_since = likeliest, now
        chance, waited = probabilities[likeliest], now - self._candidate_since
        if self.room is None or self.room not in probabilities or self._earned(chance, waited):
            self._enter(likeliest)
            return
        if probabilities[self.room] >= DOUBT_PROBABILITY:
            self._doubt_since = None
        elif self._doubt_since is None:
            self._doubt_since = now
        elif now - self._doubt_since >= DOUBT_DWELLS * self.settings.enter_dwell:
            self._enter(likeliest)

    def _earned(self, chance: float, waited: float) -> bool:
        settings = self.settings
        if chance < settings.enter_probability:
            self._candidate = None  # the dwell counts from when the room is likely enough
            return False
        return chance >= settings.sure_probability or waited >= settings.enter_dwell

    def _enter(self, room: str) -> None:
        self.room = room
        self._candidate, self._doubt_since = None, None
