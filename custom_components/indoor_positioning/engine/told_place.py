"""When a place that is told to the world is worth telling anew: it has moved, or is less sure than was said."""

from __future__ import annotations

import math

from .outdoors import Whereabout

# An accuracy that is off by this share, and by this much (m), would be a wrong one on a map.
ACCURACY_SHARE = 0.25
ACCURACY_STEP_M = 1.0


class ToldPlace:
    """The place that was told last, and when. Times in seconds on one clock, places in metres."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self.place: Whereabout | None = None
        self._told_at = -math.inf

    def take(self, place: Whereabout | None, now: float, least: float, interval: float) -> bool:
        """Take a place that is `least` away from the last one, `interval` after it; return whether it was taken.

        A place that appears or ends is told at once.
        """
        before = self.place
        if place is None or before is None:
            news = place is not before
        else:
            news = now - self._told_at >= interval and _differ(before, place, least)
        if news:
            self.place, self._told_at = place, now
        return news


def now_of(place: Whereabout) -> Whereabout:
    """Return a place with its age in its accuracy, as it is told."""
    return Whereabout(place.position, math.sqrt(place.variance))


def _differ(before: Whereabout, place: Whereabout, least: float) -> bool:
    wavers = max(ACCURACY_STEP_M, ACCURACY_SHARE * before.accuracy)
    return math.dist(before.position, place.position) >= least or abs(place.accuracy - before.accuracy) >= wavers
