"""Is a beacon coming towards an outline? For lights that go on ahead of somebody, and for reminders at the door."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from .estimate import Estimate
from .geometry import Outline
from .nearness import chance_near_outline, outline_distance

# Over how long the closing speed is measured (s): the estimate moves in steps of about a second.
WINDOW_S: Final = 3.0

# Estimates this far apart are no movement that was followed (s).
MAX_GAP_S: Final = 5.0

# One has gone away again at this many times the distance within which one was near, and a little.
LEAVING_FACTOR: Final = 1.5
LEAVING_MARGIN_M: Final = 1.0


@dataclass(frozen=True, slots=True)
class NearingRule:
    """Near means within `distance` metres with probability `confidence`; coming means closing in at `speed` m/s."""

    distance: float = 2.0
    confidence: float = 0.7
    speed: float = 0.3


class Nearing:
    """Watches one beacon and one outline."""

    def __init__(self, floor: str, outline: Outline, rule: NearingRule) -> None:
        self._floor = floor
        self._outline = outline
        self._rule = rule
        self._distances: deque[tuple[float, float]] = deque()
        self._armed = False
        # Metres and m/s as they were last.
        self.distance = float("inf")
        self.closing_speed = 0.0

    def update(self, estimate: Estimate) -> bool:
        """Take the next estimate; True once for every time the beacon comes near from further off."""
        if estimate.position is None or estimate.floor != self._floor:
            self._distances.clear()
            self._armed = True
            return False
        time, rule = estimate.evidence_time, self._rule
        if self._distances and time <= self._distances[-1][0]:
            return False
        if self._distances and time - self._distances[-1][0] > MAX_GAP_S:
            self._distances.clear()
        self.distance = float(outline_distance(self._outline, np.array([estimate.position]))[0])
        self._distances.append((time, self.distance))
        while time - self._distances[0][0] > WINDOW_S:
            self._distances.popleft()
        began, from_distance = self._distances[0]
        self.closing_speed = (from_distance - self.distance) / (time - began) if time > began else 0.0
        if self.distance > LEAVING_FACTOR * rule.distance + LEAVING_MARGIN_M:
            self._armed = True
        if not self._armed or self.closing_speed < rule.speed or self.distance > rule.distance:
            return False
        if chance_near_outline(estimate, self._outline, rule.distance) < rule.confidence:
            return False
        self._armed = False
        return True
