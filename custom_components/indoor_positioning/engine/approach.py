"""Did a beacon come to a zone, or did it appear there?

Whoever walks up to a door is heard on the way: first for some seconds surely elsewhere, then nearer, at walking pace
and without a gap. A copy that is switched on at the door, or a relay that carries a tag's packets there, is not.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

from .agreement import Agreement
from .estimate import Estimate
from .geometry import Point

# Surely elsewhere: the zone is this improbable, and where the rooms one comes from are named, they are this probable,
# for so many seconds on end. The first estimates after a silence are vague and lie anywhere; three corrections of the
# filter, one a second, make a place of them. With 2 s a relay in a home whose tag is heard elsewhere got in once in 200
# times (simulated), with 3 s never.
ELSEWHERE_PROBABILITY: Final = 0.3
ORIGIN_PROBABILITY: Final = 0.7
ELSEWHERE_S: Final = 3.0

# An approach takes seconds, not minutes; whoever lingered at the door for longer has to come anew (s).
APPROACH_S: Final = 20.0

# A silence this long breaks an approach: who knows where the beacon was meanwhile (s).
MAX_GAP_S: Final = 5.0

# Nobody runs through a home faster than this (m/s). Estimates lag and then catch up, so a leap is looked for over
# some seconds, and beyond what the estimates themselves say they may be off by.
FASTEST_M_S: Final = 2.5
LEAP_WINDOW_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Step:
    time: float
    floor: str | None
    position: Point | None
    accuracy: float


class Approach:
    """Follows one beacon towards one zone."""

    def __init__(self, zone: str, origins: frozenset[str] = frozenset()) -> None:
        """`origins` are the rooms from which one comes; empty: from anywhere outside the zone."""
        self._zone = zone
        self._origins = origins
        self._steps: deque[_Step] = deque()
        self._elsewhere_since: float | None = None
        self._came_at: float | None = None
        self._evidence_time = -math.inf

    def update(self, estimate: Estimate, heard: Agreement) -> None:
        """Take the next estimate and how the anchors agree with it; one without new evidence says nothing new."""
        time = estimate.evidence_time
        if time <= self._evidence_time:
            return
        if time - self._evidence_time > MAX_GAP_S or self._leaps(estimate):
            self.forget()
        self._evidence_time = time
        self._steps.append(_Step(time, estimate.floor, estimate.position, estimate.accuracy or 0.0))
        while time - self._steps[0].time > LEAP_WINDOW_S:
            self._steps.popleft()
        if not self._elsewhere(estimate, heard):
            self._elsewhere_since = None
            return
        if self._elsewhere_since is None:
            self._elsewhere_since = time
        if time - self._elsewhere_since >= ELSEWHERE_S:
            self._came_at = time

    def complete(self, now: float) -> bool:
        """Whether the beacon was surely elsewhere a moment ago and has been followed from there without a break."""
        return self._came_at is not None and now - self._came_at <= APPROACH_S

    def forget(self) -> None:
        """Start over: what was seen before leads nowhere."""
        self._steps.clear()
        self._elsewhere_since = self._came_at = None

    def _elsewhere(self, estimate: Estimate, heard: Agreement) -> bool:
        if heard.contradicting:
            return False
        if estimate.zone_probabilities.get(self._zone, 0.0) > ELSEWHERE_PROBABILITY:
            return False
        chances = estimate.room_probabilities
        return not self._origins or sum(chances.get(room, 0.0) for room in self._origins) >= ORIGIN_PROBABILITY

    def _leaps(self, estimate: Estimate) -> bool:
        if not self._steps or estimate.position is None:
            return False
        before = self._steps[0]
        if before.position is None or before.floor != estimate.floor:
            return False
        allowed = FASTEST_M_S * (estimate.evidence_time - before.time) + before.accuracy + (estimate.accuracy or 0.0)
        return math.dist(before.position, estimate.position) > allowed
