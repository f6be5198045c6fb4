"""A beacon that says itself that it is not being moved: what is heard of it then repeats itself.

At rest the next packet meets the same walls, the same bodies and the same error of the map, so a stand of a minute says
hardly more of the place than one of some seconds. Without a motion sensor nobody knows that it rests, and the filter
has to follow every drift of the signals; with one it need not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from .measurement import Movement

# A tag's sensor needs some tenths of a second to feel a movement and the belief some seconds to catch up (s).
SETTLING_S = 4.0

# After so long at rest a second says half as much as at first (s).
MEMORY_S = 4.0

# Sensors that go on telling do so at least this often; one that has fallen silent is not known to rest (s).
SILENT_S = 5.0

# Slower than this is no movement: step counters and robots jitter (m/s).
AT_REST_M_S = 0.1

# The links' drift may contradict the sensor by chance. Summed over the memory below (s), so much of it (nepers) says
# that the sensor sticks: it is not believed again before it has told a movement.
MOST_CONTRADICTION = 4.0
CONTRADICTION_MEMORY_S = 10.0


class KnownRest:
    """Since when one beacon is known to rest. Times in seconds on the readings' clock."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.stuck = False
        self._since: float | None = None
        self._told_at = -math.inf
        self._contradiction = 0.0
        self._contradicted_at = -math.inf

    def take(self, movements: Iterable[Movement]) -> None:
        """Take what the beacon says of its motion, in order of time."""
        for movement in movements:
            moving = movement.moving
            if moving is None and movement.speed is not None:
                moving = movement.speed > AT_REST_M_S
            if moving is None:
                continue
            self._told_at = movement.time
            if moving:
                self._since, self.stuck, self._contradiction = None, False, 0.0
            elif self._since is None:
                self._since = movement.time

    def compare(self, now: float, walking: float) -> None:
        """Take by how much the links say that the beacon walks (nepers, negative: that it rests)."""
        kept = math.exp(-(now - self._contradicted_at) / CONTRADICTION_MEMORY_S)
        self._contradicted_at = now
        self._contradiction = max(0.0, kept * self._contradiction + walking)
        if self._since is not None and self._contradiction > MOST_CONTRADICTION:
            self.stuck = True

    def lasting(self, now: float) -> float:
        """Return for how long it has rested, beyond what the belief needs to settle; 0 where that is not known."""
        if self._since is None or self.stuck or now - self._told_at > SILENT_S:
            return 0.0
        return max(0.0, now - self._since - SETTLING_S)


def share_of_news(rested: float) -> float:
    """Return how much a reading says after so long a rest (s), as a share of what it says at first."""
    return 1.0 / (1.0 + rested / MEMORY_S)
