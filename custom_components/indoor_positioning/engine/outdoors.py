"""One position through the front door: what is known indoors and what a satellite receiver says, each as far as good.

Both grow old at walking pace, and count by how sure they still are (inverse variances), so neither takes over with a
jump.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .geometry import Point
from .home import Home
from .nearness import outline_distance

# How far one may have gone since a position was true (m/s).
WALKING_SPEED_M_S = 1.4

# A receiver further than this beyond the plan, and beyond what it says it may be off by, is not at home (m).
FAR_M = 100.0
FAR_ACCURACIES = 3.0


# Two positions further apart than so many standard deviations are not of one and the same thing.
CONTRADICTION = 3.0

# The share of truths that an accuracy holds.
HELD = 0.68


@dataclass(frozen=True, slots=True)
class Whereabout:
    """A place on the plan or far beyond it (m), the radius that holds the truth 68 % of the time (m), its age (s)."""

    position: Point
    accuracy: float
    age: float = 0.0

    @property
    def variance(self) -> float:
        """How unsure it is by now (m²)."""
        return max(self.accuracy, 0.1) ** 2 + (WALKING_SPEED_M_S * max(self.age, 0.0)) ** 2


def merge(one: Whereabout, other: Whereabout) -> Whereabout:
    """Return the position that both make, as it is now.

    Two that cannot both be true are not averaged, for between them nobody is: the phone is down the street, the keys
    are on the table. The surer one is taken, and how far off it may be holds for the chance that it is the wrong one.
    """
    apart = math.dist(one.position, other.position)
    if apart > CONTRADICTION * math.sqrt(one.variance + other.variance):
        return _surer(one, other, apart)
    share = other.variance / (one.variance + other.variance)
    (x, y), (other_x, other_y) = one.position, other.position
    variance = one.variance * share
    # The further they are apart, the less either is to be relied on.
    spread = share * (1.0 - share) * apart**2
    place = (share * x + (1.0 - share) * other_x, share * y + (1.0 - share) * other_y)
    return Whereabout(place, math.sqrt(variance + spread))


def _surer(one: Whereabout, other: Whereabout, apart: float) -> Whereabout:
    surer, vaguer = (one, other) if one.variance <= other.variance else (other, one)
    chance = vaguer.variance / (one.variance + other.variance)
    accuracy = math.sqrt(surer.variance)
    if chance <= HELD:
        return Whereabout(surer.position, max(accuracy, apart))
    # Of a circle around the surer one (the distance from its middle is Rayleigh's) so much must be held that it is
    # HELD of all, the other one's chance included.
    within = math.log(1.0 - HELD / chance) / math.log(1.0 - HELD)
    return Whereabout(surer.position, min(max(accuracy, apart), accuracy * math.sqrt(within)))


def distance_beyond_plan(home: Home, position: Point) -> float:
    """Return how far a place lies outside all that is drawn (m), 0 inside and where nothing is drawn."""
    outlines = [room.outline for room in home.rooms if room.outline is not None]
    point = np.array([position])
    return min((float(outline_distance(outline, point)[0]) for outline in outlines), default=0.0)


def is_far(beyond: float, accuracy: float) -> bool:
    """Whether a receiver `beyond` metres outside the plan is surely away, given its accuracy (m)."""
    return beyond > FAR_M + FAR_ACCURACIES * max(accuracy, 0.0)
