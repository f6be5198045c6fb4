"""How probable it is that something is near: beliefs are wide, so a distance between two points says little.

A belief is taken for a normal distribution with the estimate's position and covariance, and looked at where it lies:
at points that each hold the same share of it.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray, Outline, contains, distance_to_outline

# Points a side; 64 in all tell probabilities to within a few hundredths.
SHARES_PER_AXIS: Final = 8

# Standard deviation of a position whose locator does not say how wide it is (m): the extent of a room.
UNKNOWN_SD_M: Final = 3.0

_QUANTILES: Final = np.array(
    [NormalDist().inv_cdf((index + 0.5) / SHARES_PER_AXIS) for index in range(SHARES_PER_AXIS)]
)
_UNIT_POINTS: Final[FloatArray] = np.stack(np.meshgrid(_QUANTILES, _QUANTILES), axis=-1).reshape(-1, 2)


def outline_distance(outline: Outline, points: FloatArray) -> FloatArray:
    """Return metres from points (n, 2) to what an outline encloses, 0 inside, shape (n,)."""
    distance: FloatArray = np.where(contains(outline, points), 0.0, distance_to_outline(outline, points))
    return distance


def chance_near_outline(estimate: Estimate, outline: Outline, metres: float) -> float:
    """Return the probability that the beacon is inside or within `metres` of an outline on its own floor."""
    if estimate.position is None:
        return 0.0
    points = np.asarray(estimate.position) + _UNIT_POINTS @ _root(_covariance(estimate))
    return float((outline_distance(outline, points) <= metres).mean())


def chance_near(one: Estimate, other: Estimate, metres: float) -> float:
    """Return the probability that two beacons are within `metres` of each other; 0 on different floors.

    Where a place is not known it is the probability of being in the same room.
    """
    if one.position is None or other.position is None:
        shared = one.room_probabilities.keys() & other.room_probabilities.keys()
        return sum(one.room_probabilities[room] * other.room_probabilities[room] for room in shared)
    floors = one.floor_probabilities.keys() & other.floor_probabilities.keys()
    same_floor = sum(one.floor_probabilities[floor] * other.floor_probabilities[floor] for floor in floors)
    apart = np.asarray(other.position) - np.asarray(one.position)
    points = apart + _UNIT_POINTS @ _root(_covariance(one) + _covariance(other))
    return float((np.linalg.norm(points, axis=1) <= metres).mean()) * same_floor


def _covariance(estimate: Estimate) -> FloatArray:
    return UNKNOWN_SD_M**2 * np.eye(2) if estimate.covariance is None else estimate.covariance


def _root(covariance: FloatArray) -> FloatArray:
    """Return the symmetric square root of a covariance (2, 2)."""
    values, vectors = np.linalg.eigh(covariance)
    root: FloatArray = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root
