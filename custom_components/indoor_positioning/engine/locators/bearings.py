"""The place where the directions from the anchors cross: robust non-linear least squares over fresh bearings.

Started where the lines of sight come closest (W. H. Foy, "Position-location solutions by Taylor-series estimation",
IEEE Trans. Aerospace and Electronic Systems 12(2), 1976), on the floor where they fit best. Without any bearing, or
without a plan, fingerprinting answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..carried import carried_height
from ..estimate import Estimate
from ..geometry import FloatArray
from ..measurement import Bearing, Measurement
from ..measurement_likelihood import HEIGHT_SD_M, TAIL_NU, residuals
from ..model import PositioningModel
from ..motion import WALKING_SPEED_M_S
from ..mounting import mounting_of
from ..observation import Observation
from ..point_summary import PointSummary, softmax
from .fingerprint import FingerprintLocator

# Bearings count this long, ever less as a walker may have left their place (s), and no more of them than this.
WINDOW_S = 2.0
MOST_BEARINGS = 64

# Who is heard so long after the last bearing is out of the arrays' sight (s).
HOLD_S = 10.0

# Without a second anchor a line is all there is: the middle between the anchors, at least this far around it (m).
MIN_PRIOR_SD_M = 4.0

# An array is not a point: its own extent (m) bounds what a bearing of the finest sigma says, and so does the place of
# an anchor in the plan. Without it a line of sight of no width leaves a matrix that cannot be inverted.
ARRAY_SD_M = 0.01

ITERATIONS = 12
CONVERGED_M = 1e-3

# A step in a nearly flat valley must not leave the home at once (m).
MAX_STEP_M = 5.0


class BearingsLocator:
    """Least squares over the bearings of the last seconds; covariance from the Jacobian."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._beacon_id = beacon_id
        self._bearings: deque[Bearing] = deque(maxlen=MOST_BEARINGS)
        self._last: Estimate | None = None
        self._take(model)

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Keep the bearings from placed anchors; what else there is does not matter here."""
        self._bearings.extend(
            item for item in measurements if isinstance(item, Bearing) and item.anchor in self._mounting.row
        )

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Locate by the bearings that are fresh; between them the last estimate stands."""
        unseen = self._unseen.update(now, observations, listening)
        if not self._bearings or not self._has_plan:
            return unseen
        fresh = [bearing for bearing in self._bearings if now - bearing.time <= WINDOW_S]
        if fresh:
            self._last = self._locate(now, fresh)
        elif unseen is not None and unseen.evidence_time - self._bearings[-1].time > HOLD_S:
            return unseen
        elif self._last is not None:
            self._last = replace(self._last, time=now)
        return self._last

    def adopt(self, model: PositioningModel) -> None:
        """Go on in a changed home; bearings from anchors that hang elsewhere now are of no use."""
        self._bearings.clear()
        self._last = None
        self._take(model)

    def _take(self, model: PositioningModel) -> None:
        self._mounting = mounting_of(model.home, carried_height(model.home, self._beacon_id))
        self._summary = PointSummary(model)
        self._has_plan = bool(model.grid.placed.any())
        self._unseen = FingerprintLocator(model, self._beacon_id)
        level = self._mounting.position[:, :2]
        self._middle = level.mean(axis=0) if len(level) else np.zeros(2)
        self._reach = max(float(np.ptp(level, axis=0).max()) if len(level) else 0.0, MIN_PRIOR_SD_M)

    def _locate(self, now: float, bearings: Sequence[Bearing]) -> Estimate:
        start = self._crossing(bearings)
        fits = [self._fit(now, bearings, start, float(height)) for height in self._mounting.beacon_height]
        chances = softmax(np.array([-0.5 * cost for _, _, cost in fits]))
        place, covariance, _ = fits[int(chances.argmax())]
        newest = max(bearing.time for bearing in bearings)
        return self._summary.at_point(now, newest, chances, (float(place[0]), float(place[1])), covariance)

    def _crossing(self, bearings: Sequence[Bearing]) -> FloatArray:
        """Return the place (2,) nearest to all lines of sight, seen from above."""
        rows = [self._mounting.row[bearing.anchor] for bearing in bearings]
        azimuth = np.array([bearing.azimuth for bearing in bearings])
        elevation = np.array([bearing.elevation or 0.0 for bearing in bearings])
        level = np.cos(elevation)
        sight = np.stack((level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)), axis=1)
        in_plan = np.einsum("nij,nj->ni", self._mounting.rotation[rows], sight)
        across = np.stack((-in_plan[:, 1], in_plan[:, 0]), axis=1)
        information = across.T @ across + np.eye(2) / self._reach**2
        anchors = self._mounting.position[rows, :2]
        pull = across.T @ (across * anchors).sum(axis=1) + self._middle / self._reach**2
        return np.asarray(np.linalg.solve(information, pull))

    def _fit(
        self, now: float, bearings: Sequence[Bearing], start: FloatArray, height: float
    ) -> tuple[FloatArray, FloatArray, float]:
        """Return place (2,), covariance (2, 2) and cost (-2 ln likelihood, up to a constant) on one floor."""
        place = start
        for _ in range(ITERATIONS):
            off, slope = self._linearise(now, bearings, place, height)
            weight = (TAIL_NU + 1.0) / (TAIL_NU + off**2)
            information = (slope.T * weight) @ slope + np.eye(2) / self._reach**2
            pull = slope.T @ (weight * off) + (place - self._middle) / self._reach**2
            step = -np.linalg.solve(information, pull)
            step *= min(1.0, MAX_STEP_M / max(float(np.hypot(*step)), CONVERGED_M))
            place = place + step
            if np.abs(step).max() < CONVERGED_M:
                break
        off, slope = self._linearise(now, bearings, place, height)
        # At most one for each: the curvature at the peak of a Student-t is sharper than what is known.
        weight = TAIL_NU / (TAIL_NU + off**2)
        covariance = np.linalg.inv((slope.T * weight) @ slope + np.eye(2) / self._reach**2)
        misfit = float((weight * off**2).mean())
        cost = (TAIL_NU + 1.0) * np.log1p(off**2 / TAIL_NU).sum()
        return place, (covariance + covariance.T) / 2.0 * max(1.0, misfit), float(cost)

    def _linearise(
        self, now: float, bearings: Sequence[Bearing], place: FloatArray, height: float
    ) -> tuple[FloatArray, FloatArray]:
        """Return residuals (k,) in standard deviations and their gradient (k, 2) at a place (2,)."""
        offs, slopes = [], []
        for bearing in bearings:
            off, slope = (values[0] for values in residuals(bearing, self._mounting, np.array([(*place, height)])))
            walked = (WALKING_SPEED_M_S * (now - bearing.time)) ** 2 / 2.0 + ARRAY_SD_M**2
            variance = bearing.sigma**2 + walked * (slope[:, :2] ** 2).sum(axis=1) + (HEIGHT_SD_M * slope[:, 2]) ** 2
            offs.append(off / np.sqrt(variance))
            slopes.append(slope[:, :2] / np.sqrt(variance)[:, None])
        return np.concatenate(offs), np.concatenate(slopes)
