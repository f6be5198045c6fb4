"""How often a beacon is estimated: as often as anybody could notice, as far as what it costs here leaves room.

Estimates and all that follows from them (states, triggers, lessons) get a share of the core. On a fast machine, in a
small home or without a plan that is enough for the fastest pace; otherwise each beacon waits longer for its turn, and
Home Assistant stays prompt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .engine.likelihood import GATHER_S

# At most 4 estimates a second and beacon: people notice no difference above.
SHORTEST_S: Final = 0.25

# A place that is older is no news any more. Beyond it estimates take more than their share.
LONGEST_S: Final = 10.0

# Share of one core at most. What packets cost comes on top, a tenth of a core with 200 beacons and 50 proxies: together
# half a core.
SHARE: Final = 0.4

# Seconds of a core that an estimate takes until it is known: about that of a house.
FIRST_COST_S: Final = 0.001

# Estimates over which the cost is averaged: some seconds of a home, a second of a large site.
AVERAGED: Final = 200

# Seconds for which the number of beacons that are here is taken to be the same.
COUNTED_S: Final = 1.0

# Signal strength counts once it was gathered for GATHER_S: estimates that come a little sooner wait for the next, and
# would make it count half as often. The hundredth is for timers.
WITH_NEWS_S: Final = GATHER_S + 0.01


class Pace:
    """The pace of one home. Seconds, of a core for costs and else on the monotonic clock."""

    def __init__(self, here: Callable[[], int]) -> None:
        """`here` counts the beacons that have estimates."""
        self._here = here
        self._counted_at = float("-inf")
        self.cost = FIRST_COST_S
        self.interval = SHORTEST_S

    def took(self, seconds: float) -> None:
        """Take what one more estimate cost."""
        self.cost += (seconds - self.cost) / AVERAGED

    def at(self, now: float) -> float:
        """Return how long it should be from one estimate of a beacon to its next."""
        if now - self._counted_at >= COUNTED_S:
            self._counted_at = now
            self.interval = _interval(self.cost * self._here() / SHARE)
        return self.interval


def _interval(affordable: float) -> float:
    if 0.5 * GATHER_S < affordable < WITH_NEWS_S:
        return WITH_NEWS_S
    return min(max(affordable, SHORTEST_S), LONGEST_S)
