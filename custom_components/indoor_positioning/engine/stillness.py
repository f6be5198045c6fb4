"""Since when a beacon has not been moved: a tag on a table, or somebody who does not stir."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .estimate import Estimate
from .geometry import Point

# Estimates of a tag that lies still wander about within their accuracy. In simulated homes (flat and house, eight tags
# for 25 min each) one was further off than this many times the accuracy, and than 2 m, for 5 s: once, in the first
# half minute. Somebody who walks about from room to room was, every 108 s at the least.
WANDER_ACCURACIES = 1.5
MIN_WANDER_M = 2.0
ELSEWHERE_S = 5.0

# Without a plan there is no place to compare: then it moved when it probably walked for this long, or changed rooms.
WALKING_PROBABILITY = 0.8
WALKING_S = 3.0


class Stillness:
    """Follows the estimates of one beacon. Times in seconds on the readings' clock."""

    def __init__(self) -> None:
        self.since: float | None = None
        self._spot: tuple[str | None, Point | None, str | None] | None = None
        self._moving_since: float | None = None
        # How long it had been still when this run began (s).
        self._still_for = 0.0

    def observe(self, now: float, estimate: Estimate, room: str | None, *, settled: bool) -> float:
        """Take a fresh estimate and the room that is said, and return since when the beacon is still.

        One that is not settled wanders by itself, and moves nothing.
        """
        if self.since is None:
            self.since = now - self._still_for
        if not settled:
            return self.since
        if self._spot is None:
            self._spot = estimate.floor, estimate.position, room
        wait = self._wait(estimate, room)
        if wait is None:
            self._moving_since = None
            return self.since
        began = self._moving_since = now if self._moving_since is None else self._moving_since
        if now - began >= wait:
            self.since, self._moving_since = now, None
            self._spot = (estimate.floor, estimate.position, room)
        return self.since

    def forget(self) -> None:
        """Start over: the beacon is away."""
        self.since = self._spot = self._moving_since = None
        self._still_for = 0.0

    def snapshot(self, now: float) -> dict[str, Any] | None:
        """Return what outlives a restart, JSON-able; None where nothing is known."""
        if self._spot is None:
            return None
        floor, position, room = self._spot
        # Not heard since the last restart: what was known then still is.
        still_for = self._still_for if self.since is None else now - self.since
        return {"still_for": still_for, "floor": floor, "position": position, "room": room}

    def resume(self, data: Mapping[str, Any], age: float) -> None:
        """Go on from a snapshot `age` seconds old; malformed data is ignored."""
        try:
            position = data["position"]
            spot = data["floor"], (float(position[0]), float(position[1])) if position else None, data["room"]
            still_for = float(data["still_for"]) + age
        except LookupError, TypeError, ValueError:
            return
        if math.isfinite(still_for):
            self._spot, self._still_for = spot, max(0.0, still_for)

    def _wait(self, estimate: Estimate, room: str | None) -> float | None:
        """Return how long what is estimated now must last to be a movement, None where it is none."""
        floor, position, said = self._spot or (None, None, None)
        if position is not None and estimate.position is not None:
            if estimate.floor != floor:
                return ELSEWHERE_S
            reach = max(MIN_WANDER_M, WANDER_ACCURACIES * (estimate.accuracy or 0.0))
            return ELSEWHERE_S if math.dist(position, estimate.position) > reach else None
        if room != said:
            return 0.0
        return WALKING_S if (estimate.moving or 0.0) >= WALKING_PROBABILITY else None
