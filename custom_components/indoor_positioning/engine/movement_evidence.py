"""Whether a beacon walks, told by what it reports itself: its speed, or whether it is being moved at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .measurement import Movement

# Speeds of step counters and of dead reckoning: at rest they jitter by the first, walkers go at the second, give or
# take the third (m/s).
RESTING_SD_M_S = 0.2
WALKING_MEAN_M_S = 0.9
WALKING_SD_M_S = 0.5

# A sensor that sticks must stay correctable by the links: no more than this a correction (nepers).
MOST_EVIDENCE = 2.0


def walking_evidence(movements: Sequence[Movement]) -> float:
    """Return the log of how much likelier the movements are on the way than at rest; 0 where none is known."""
    evidence = _of_speeds([movement.speed for movement in movements if movement.speed is not None])
    flags = [movement.moving for movement in movements if movement.moving is not None]
    if flags:
        evidence += MOST_EVIDENCE * (2.0 * sum(flags) / len(flags) - 1.0)
    return max(-MOST_EVIDENCE, min(MOST_EVIDENCE, evidence))


def _of_speeds(speeds: Sequence[float]) -> float:
    if not speeds:
        return 0.0
    speed = sum(speeds) / len(speeds)
    # Speeds are never negative, so the jitter around nothing is folded over.
    resting = math.log(2.0 / RESTING_SD_M_S) - 0.5 * (speed / RESTING_SD_M_S) ** 2
    walking = -math.log(WALKING_SD_M_S) - 0.5 * ((speed - WALKING_MEAN_M_S) / WALKING_SD_M_S) ** 2
    # A runner is no rest, however far from a walker's speed.
    return MOST_EVIDENCE if speed > WALKING_MEAN_M_S else walking - resting
