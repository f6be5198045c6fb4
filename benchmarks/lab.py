"""The literature's lab: 5 x 5 m, three beacons, 256 points on a 0.3 m grid, 60 s at 1 Hz each.

Published: A = -55.34, n = 2.65, sd 8.7 dB filtered to 2.3 dB by a Kalman filter with Q 0.1 and R 7; an
inverse-distance centroid errs by 0.3 m and is 39 % better than trilateration. Here the readings are drawn from just
that law with white noise, so that what the method can and cannot do shows without luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from custom_components.indoor_positioning.engine.filters.kalman import KalmanFilter
from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.lateration import Prior, laterate

from .plans import LAB_ANCHORS

REFERENCE_DBM = -55.34
EXPONENT = 2.65
SD_DB = 8.7
POINTS_A_SIDE = 16
SPACING_M = 0.3
SECONDS = 60

PUBLISHED_FILTERED_SD_DB = 2.3
PUBLISHED_ERROR_M = 0.3
PUBLISHED_GAIN = 0.39


@dataclass(frozen=True, slots=True)
class LabResult:
    """What came out; errors are means over the points in metres, as published."""

    reference: float
    exponent: float
    raw_sd: float
    filtered_sd: float
    centroid: float
    centroid_squared: float
    trilateration: float
    robust: float
    middle: float


def reproduce(seed: int = 0) -> LabResult:
    """Run the experiment once."""
    rng = np.random.default_rng([seed, 0x1AB])
    anchors = np.array(LAB_ANCHORS)
    side = (5.0 - (POINTS_A_SIDE - 1) * SPACING_M) / 2.0 + SPACING_M * np.arange(POINTS_A_SIDE)
    points = np.array([(x, y) for x in side for y in side])
    distance = np.maximum(np.linalg.norm(points[:, None] - anchors, axis=2), 0.1)
    expected = REFERENCE_DBM - 10.0 * EXPONENT * np.log10(distance)
    raw = expected[..., None] + SD_DB * rng.normal(size=(*expected.shape, SECONDS))
    filtered = np.apply_along_axis(_filtered, 2, raw)
    # The law is fitted to the mean of every point and beacon by the pseudo-inverse.
    rows = np.column_stack((np.ones(distance.size), -10.0 * np.log10(distance.ravel())))
    reference, exponent = np.linalg.pinv(rows) @ raw.mean(axis=2).ravel()
    measured = 10.0 ** ((reference - filtered[..., -1]) / (10.0 * exponent))
    log_sd = PUBLISHED_FILTERED_SD_DB * np.log(10.0) / (10.0 * exponent)
    prior = Prior(anchors.mean(axis=0), 5.0)
    return LabResult(
        reference=float(reference),
        exponent=float(exponent),
        raw_sd=float(raw.std(axis=2).mean()),
        # A point's filter settles within some ten seconds from its first reading.
        filtered_sd=float(np.sqrt(((filtered - expected[..., None])[..., 30:] ** 2).mean())),
        centroid=_mean_error(points, _centroids(anchors, measured, 1.0)),
        centroid_squared=_mean_error(points, _centroids(anchors, measured, 2.0)),
        trilateration=_mean_error(points, np.array([_linear(anchors, row) for row in measured])),
        robust=_mean_error(points, np.array([laterate(anchors, row, log_sd, prior).position for row in measured])),
        middle=_mean_error(points, np.broadcast_to(points.mean(axis=0), points.shape)),
    )


def _filtered(values: FloatArray) -> FloatArray:
    link = KalmanFilter()
    return np.array([link.update(float(time), float(value)) for time, value in enumerate(values)])


def _centroids(anchors: FloatArray, distance: FloatArray, degree: float) -> FloatArray:
    weight = distance**-degree
    return np.asarray(weight @ anchors / weight.sum(axis=1, keepdims=True))


def _linear(anchors: FloatArray, distance: FloatArray) -> FloatArray:
    """Return the textbook's trilateration: differences of the circles, solved as linear equations."""
    last = anchors[-1]
    rows = 2.0 * (anchors[:-1] - last)
    right = (anchors[:-1] ** 2).sum(axis=1) - (last**2).sum() - distance[:-1] ** 2 + distance[-1] ** 2
    return np.asarray(np.linalg.lstsq(rows, right)[0])


def _mean_error(points: FloatArray, found: FloatArray) -> float:
    return float(np.linalg.norm(points - found, axis=1).mean())


def lab_lines(result: LabResult) -> list[str]:
    """Return the comparison with the publication as lines of a Markdown table."""
    gain = 1.0 - result.centroid / result.trilateration
    return [
        "| | published | here |",
        "|---|---|---|",
        f"| fitted A, dBm | {REFERENCE_DBM} | {result.reference:.2f} |",
        f"| fitted n | {EXPONENT} | {result.exponent:.2f} |",
        f"| RSSI sd, raw, dB | {SD_DB} | {result.raw_sd:.1f} |",
        f"| RSSI sd, Kalman filtered, dB | {PUBLISHED_FILTERED_SD_DB} | {result.filtered_sd:.1f} |",
        f"| inverse-distance centroid (1/d), m | {PUBLISHED_ERROR_M} | {result.centroid:.2f} |",
        f"| centroid 1/d², m | | {result.centroid_squared:.2f} |",
        f"| linear trilateration, m | | {result.trilateration:.2f} |",
        f"| centroid better than it by | {PUBLISHED_GAIN:.0%} | {gain:.0%} |",
        f"| robust least squares (the engine's), m | | {result.robust:.2f} |",
        f"| answering the middle of the room, m | | {result.middle:.2f} |",
    ]
