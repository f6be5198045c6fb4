"""How well bearings, ranges and fixes fit a place: residuals, their gradients, and the log-likelihood over many places.

Errors are normal with heavy tails (Student-t): a reflection gives a direction or a distance that is plainly wrong, and
must not outvote the rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from .geometry import FloatArray
from .grid import Grid
from .measurement import Bearing, Fix, PlaceMeasurement, origin_of
from .motion import WALKING_SPEED_M_S
from .mounting import Mounting

# Degrees of freedom of the Student-t: one direction off by ten standard deviations costs as much as three off by two.
TAIL_NU = 4.0

# A beacon is carried in a hand, a pocket or on the floor: its height scatters around the usual one by this (m).
HEIGHT_SD_M = 0.3

# Closer than this to an anchor no direction is resolved; it keeps gradients finite (m).
SOFTENING_M = 0.05

# Reflections change over half a wavelength (6 cm), which a walker covers in a tenth of a second and somebody who sways
# in a few: readings of one anchor within this time repeat each other, and count once (s).
MULTIPATH_S = 0.25


def residuals(measurement: PlaceMeasurement, mounting: Mounting, places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (expected minus measured) at `places` (n, 3) in metres, (n, k), and its gradient, (n, k, 3).

    k is 1 for a range or a bare azimuth (m or rad), 2 with an elevation, 2 for a fix, and 3 with its floor. Raises
    KeyError for an anchor without place or an unknown floor.
    """
    if isinstance(measurement, Fix):
        return _off_fix(measurement, mounting, places)
    row = mounting.row[measurement.anchor]
    away = places - mounting.position[row]
    if not isinstance(measurement, Bearing):
        distance = np.sqrt((away**2).sum(axis=1) + SOFTENING_M**2)
        return (distance - measurement.distance)[:, None], (away / distance[:, None])[:, None]
    turn = mounting.rotation[row]
    x, y, z = (away @ turn).T
    level_squared = x**2 + y**2 + SOFTENING_M**2
    off = [_wrapped(np.arctan2(y, x) - measurement.azimuth)]
    slope = [np.stack((-y, x, np.zeros_like(x)), axis=1) / level_squared[:, None]]
    if measurement.elevation is not None:
        level, squared = np.sqrt(level_squared), level_squared + z**2
        off.append(np.arctan2(z, level) - measurement.elevation)
        slope.append(np.stack((-x * z / level, -y * z / level, level), axis=1) / squared[:, None])
    return np.stack(off, axis=1), np.stack(slope, axis=1) @ turn.T


def log_likelihood(
    measurements: Sequence[PlaceMeasurement],
    mounting: Mounting,
    places: FloatArray,
    *,
    now: float,
    elapsed: float,
    place_variance: FloatArray | float = 0.0,
) -> FloatArray:
    """Return the log-likelihood of `places` (n, 3), shape (n,), up to a constant.

    `measurements` are those of the last `elapsed` seconds of one beacon, all of known anchors. A place stands for its
    surroundings: `place_variance` (m², one or (n,)) in each horizontal direction, and what somebody who walks may have
    covered between the measurement and `now`.
    """
    counts = Counter(map(origin_of, measurements))
    result = np.zeros(len(places))
    for measurement in measurements:
        count = counts[origin_of(measurement)]
        worth = min(1.0, max(elapsed, MULTIPATH_S) / (MULTIPATH_S * count))
        off, slope = residuals(measurement, mounting, places)
        walked = (WALKING_SPEED_M_S * (now - measurement.time)) ** 2 / 2.0
        blur = np.asarray(place_variance + walked)[..., None] * (slope[..., :2] ** 2).sum(axis=-1)
        variance = measurement.sigma**2 + blur + (HEIGHT_SD_M * slope[..., 2]) ** 2
        tails = 0.5 * (TAIL_NU + 1.0) * np.log1p(off**2 / (TAIL_NU * variance)) + 0.5 * np.log(variance)
        result -= worth * tails.sum(axis=1)
    return result


def cells_log_likelihood(
    measurements: Sequence[PlaceMeasurement], mounting: Mounting, grid: Grid, *, now: float, elapsed: float
) -> FloatArray:
    """Return the log-likelihood over all cells (cells,); a room without place is as likely as the places on average."""
    placed = np.flatnonzero(grid.placed)
    result = np.zeros(len(grid))
    if not len(placed):
        return result
    places = np.column_stack((grid.points[placed], grid.ground[placed] + mounting.carried))
    found = log_likelihood(
        measurements, mounting, places, now=now, elapsed=elapsed, place_variance=grid.size[placed] ** 2 / 12.0
    )
    best = float(found.max())
    result[:] = best + math.log(float(np.exp(found - best).mean()))
    result[placed] = found
    return result


def _off_fix(fix: Fix, mounting: Mounting, places: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return residuals (n, k) and gradients (n, k, 3) of a fix; a floor tells how high the beacon is carried."""
    off = places[:, :2] - fix.position
    if fix.floor is not None:
        heights = mounting.heights_on(mounting.floor[fix.floor])
        above = places[:, 2, None] - heights
        off = np.column_stack((off, above[np.arange(len(places)), np.abs(above).argmin(axis=1)]))
    return off, np.broadcast_to(np.eye(3)[: off.shape[1]], (*off.shape, 3))


def _wrapped(angle: FloatArray) -> FloatArray:
    """Return angles within half a turn."""
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)
