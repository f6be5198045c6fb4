"""Whether a beacon is on the way right now, and how long it has been at rest: what a change of rooms is judged by.

The motion model's own belief lags behind a walk and lies in between while evidence is weak. Whether the place has
moved of late tells the same in another way, so both are weighed together.
"""

from __future__ import annotations

import math
from collections import deque

from .estimate import Estimate
from .geometry import Point

# Log odds of a walk: how much of what the motion model says counts, what a metre adds that the place has moved within
# `SHIFT_S`, and what is left without either. Fitted to walks of simulated homes; on the way means for the room's sake,
# so that a turn of the body on the spot is rest.
MODEL_WEIGHT = 1.1
METRE = 0.45
AT_ODDS = -2.6
SHIFT_S = 3.0

# One shift is scatter, those of this long (s) are a way.
SHIFT_MEMORY_S = 2.0

# Without a place nothing can be seen to move, nor to stay: then the motion model decides alone, by even odds (m).
UNKNOWN_SHIFT_M = 6.0

# Belief is learnt in the first seconds (s): until then its changes are neither walks nor flips.
LEARNING_S = 5.0

# No belief of the motion model counts as surer than this.
LEAST_CHANCE = 1e-3


class OnTheWay:
    """Follows one beacon. Times in seconds on the readings' clock."""

    def __init__(self, learning: float = LEARNING_S) -> None:
        """Begin with nothing known, and learn for so long (s)."""
        self._learning = learning
        self.chance = 1.0
        self.rested = 0.0
        self._began: float | None = None
        self._time = 0.0
        self._shift = 0.0
        self._places: deque[tuple[float, str | None, Point]] = deque()

    def follow(self, now: float, estimate: Estimate) -> None:
        """Take fresh belief: `chance` is that of a walk, `rested` the time at rest (s), each second by its chance."""
        if self._began is None:
            self._began = self._time = now
        elapsed, self._time = max(now - self._time, 0.0), max(now, self._time)
        kept = math.exp(-elapsed / SHIFT_MEMORY_S)
        self._shift = kept * self._shift + (1.0 - kept) * self._shifted(self._time, estimate)
        self.chance = 1.0 if self._time - self._began < self._learning else self._walking(estimate.moving)
        self.rested = (self.rested + elapsed) * (1.0 - self.chance) ** elapsed

    def _walking(self, moving: float | None) -> float:
        told = 0.0 if moving is None else math.log((moving + LEAST_CHANCE) / (1.0 - moving + LEAST_CHANCE))
        return 1.0 / (1.0 + math.exp(-(MODEL_WEIGHT * told + METRE * self._shift + AT_ODDS)))

    def _shifted(self, now: float, estimate: Estimate) -> float:
        """Return how far the place is from where it was (m); another floor is as far as is ever known."""
        if estimate.position is None:
            self._places.clear()
            return UNKNOWN_SHIFT_M
        places = self._places
        places.append((now, estimate.floor, estimate.position))
        while len(places) > 2 and places[1][0] <= now - SHIFT_S:
            places.popleft()
        _, floor, before = places[0]
        return UNKNOWN_SHIFT_M if floor != estimate.floor else math.dist(before, estimate.position)
