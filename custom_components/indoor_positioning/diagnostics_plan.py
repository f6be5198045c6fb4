"""Places as diagnostics may tell them: turned, perhaps mirrored and moved by chance, anew for each download.

Distances and shapes stay, so that whoever looks into a report sees what the geometry is like; where on the plan or
which way round anything lies does not.
"""

from __future__ import annotations

import math
from random import SystemRandom

from .engine.geometry import Point

# Centimetres; what is finer tells nobody anything.
_DIGITS = 2

# The origin is moved by up to so much (m): far more than any home is wide.
_FAR_M = 1000.0


class HiddenPlan:
    """One transform for all places of one download."""

    def __init__(self) -> None:
        """Draw the transform."""
        random = SystemRandom()
        angle = random.uniform(0.0, 2.0 * math.pi)
        self._cos, self._sin = math.cos(angle), math.sin(angle)
        self._mirror = random.choice((-1.0, 1.0))
        self._origin = random.uniform(-_FAR_M, _FAR_M), random.uniform(-_FAR_M, _FAR_M)

    def of(self, place: Point | tuple[float, float, float] | None) -> list[float] | None:
        """Return a place as it may be told; the height above the floor stays."""
        if place is None:
            return None
        x, y, *height = place
        x *= self._mirror
        turned = self._cos * x - self._sin * y, self._sin * x + self._cos * y
        moved = (one + origin for one, origin in zip(turned, self._origin, strict=True))
        return [round(one, _DIGITS) for one in (*moved, *height)]
