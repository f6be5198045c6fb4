"""Self-calibration: the path loss learnt from ordinary use, with nobody standing anywhere.

Expectation-maximisation (A. P. Dempster, N. M. Laird, D. B. Rubin, 1977): where a beacon probably was gives, for each
reading, the features it probably crossed; regressing the readings on these expectations gives better constants, which
place the beacon better. Only sums are kept, so that it costs some tens of microseconds a reading and no memory of
anyone's ways. Ridge towards the priors keeps it sane while little is known; all constants stay inside the limits of
homes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray
from .likelihood import PACKET_SD_DB, Links
from .model import PositioningModel
from .motion import FloatArray32
from .propagation import ANCHOR_OFFSET_SD_DB, LIMITS, PRIOR_SD, PropagationParameters, clamp_parameters

# Readings of one beacon within a dwell repeat each other: one reading in this many counts as independent.
CORRELATED_READINGS = 12.0

# What is learnt fades over about this many independent readings, so that a moved sofa is followed within days.
MEMORY_READINGS = 20_000.0

# Below this many independent readings the priors know better than the sums.
MIN_READINGS = 60.0

# A belief spread wider than this (sd, m) says too little about what lay between (the sums would learn the prior); in a
# large hall it says something until it is as wide as this share of what is believed with nothing heard.
MAX_SPREAD_M = 3.5
MAX_SPREAD_SHARE = 0.7

# Cells with less of the belief add nothing that shows.
NEGLIGIBLE = 1e-4

# New constants must explain the readings better than those in use by this much (share of the residual variance).
MIN_GAIN = 0.01

# What is in use moves by at most this in one step: dB of a constant or of an anchor's offset, and of the exponent.
# One evening of odd readings then costs less than what homes differ by, and is undone as slowly.
MAX_STEP_DB = 2.0
MAX_STEP_EXPONENT = 0.2

# The noise of a link is not learnt below what packets and visits alone scatter (dB).
VISIT_SD_DB = 3.0

# Nor is the path loss ever believed to miss single places by less than this (dB): where a beacon probably was is
# inferred from the very readings, which therefore always seem to fit better than they do.
LEAST_MAP_ERROR_DB = 5.0

_CONSTANT, _DISTANCE, _WALLS, _SLABS, _FIRST_ANCHOR = range(5)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one correction of a beacon's belief teaches: `cells` (n,) the belief, `power` its offset in dB.

    `foretold` = logarithm of the chance that the belief before gave to the links.
    """

    cells: FloatArray
    power: float
    links: Links
    foretold: float = 0.0


class SelfCalibration:
    """Sums of the regression over all beacons of one home."""

    def __init__(self, anchors: tuple[str, ...]) -> None:
        self.anchors = anchors
        size = _FIRST_ANCHOR + len(anchors)
        self._moment = np.zeros((size, size))
        self._cross = np.zeros(size)
        self._power = 0.0
        self.readings = 0.0

    def learn(self, model: PositioningModel, lesson: Lesson) -> None:
        """Add what a correction taught. The model's anchors must be those of the sums, else nothing is learnt."""
        if model.radio_map.anchors != self.anchors:
            return
        spread = _spread(model, lesson.cells)
        if spread > MAX_SPREAD_M and spread > MAX_SPREAD_SHARE * _spread(model, model.motion.anywhere):
            return
        features = model.radio_map.features
        used = np.flatnonzero(lesson.cells > NEGLIGIBLE)
        chance = lesson.cells[used] / lesson.cells[used].sum()
        rows = lesson.links.rows
        where = np.ix_(rows, used)
        layers = (features.log_distance, features.walls, features.slabs)
        expected = np.column_stack((np.ones(len(rows)), *(-layer[where] @ chance for layer in layers)))
        for features_of_link, row, rssi in zip(expected, rows, lesson.links.rssi, strict=True):
            self._add(features_of_link, int(row), float(rssi) - lesson.power)

    def propose(self, prior: PropagationParameters, current: PropagationParameters) -> PropagationParameters | None:
        """Return constants that explain the readings better than `current`, or None.

        `prior` is what is believed with no reading at all; the ridge pulls there.
        """
        if self.readings < MIN_READINGS:
            return None
        fitted = self._solve(prior)
        before, after = self._residual_variance(current), self._residual_variance(fitted)
        if after > before * (1.0 - MIN_GAIN):
            return None
        return self.with_noise(fitted)

    def with_noise(self, parameters: PropagationParameters) -> PropagationParameters:
        """Return `parameters` with the noise that the readings show around them."""
        variance = self._residual_variance(parameters)
        noise = float(np.sqrt(max(variance, PACKET_SD_DB**2)))
        error = float(np.sqrt(max(variance - PACKET_SD_DB**2 - VISIT_SD_DB**2, LEAST_MAP_ERROR_DB**2)))
        return clamp_parameters(replace(parameters, noise=noise, map_error=error))

    def explains_worse(self, current: PropagationParameters, before: PropagationParameters) -> bool:
        """Whether `current` explains the readings worse than `before`, by as much as a proposal must be better."""
        if self.readings < MIN_READINGS:
            return False
        return self._residual_variance(current) * (1.0 - MIN_GAIN) > self._residual_variance(before)

    def to_dict(self) -> dict[str, Any]:
        """Return the sums, JSON-able."""
        return {
            "anchors": list(self.anchors),
            "moment": self._moment.tolist(),
            "cross": self._cross.tolist(),
            "power": self._power,
            "readings": self.readings,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], anchors: tuple[str, ...]) -> SelfCalibration:
        """Return the sums that `to_dict` gave, carried over to `anchors`; malformed data starts anew."""
        result = cls(anchors)
        try:
            old = tuple(data["anchors"])
            moment, cross = np.array(data["moment"], dtype=float), np.array(data["cross"], dtype=float)
            power, readings = float(data["power"]), float(data["readings"])
        except KeyError, TypeError, ValueError:
            return result
        size = _FIRST_ANCHOR + len(old)
        sound = moment.shape == (size, size) and cross.shape == (size,) and np.isfinite(moment).all()
        if old != anchors or not sound or not np.isfinite(cross).all() or not np.isfinite((power, readings)).all():
            return result
        result._moment, result._cross, result._power, result.readings = moment, cross, power, readings
        return result

    def _add(self, expected: FloatArray, row: int, rssi: float) -> None:
        """Add one reading, whose features are `expected` (4,) under the belief.

        Regressing on the expectation, not on the whole belief, is on purpose: forgetting flattens the belief, and its
        width would dilute every slope (simulated flat: 1.31 m with it, 1.04 m without).
        """
        keep, weight = 1.0 - 1.0 / (MEMORY_READINGS * CORRELATED_READINGS), 1.0 / CORRELATED_READINGS
        self._moment *= keep
        self._cross *= keep
        self._power = self._power * keep + weight * rssi**2
        self.readings = self.readings * keep + weight
        own = _FIRST_ANCHOR + row
        self._moment[:_FIRST_ANCHOR, :_FIRST_ANCHOR] += weight * np.outer(expected, expected)
        self._moment[own, :_FIRST_ANCHOR] += weight * expected
        self._moment[:_FIRST_ANCHOR, own] += weight * expected
        self._moment[own, own] += weight
        self._cross[:_FIRST_ANCHOR] += weight * rssi * expected
        self._cross[own] += weight * rssi

    def _solve(self, prior: PropagationParameters) -> PropagationParameters:
        centre = self._vector(prior)
        spread = np.concatenate((list(PRIOR_SD.values()), np.full(len(self.anchors), ANCHOR_OFFSET_SD_DB)))
        noise = prior.noise**2
        normal = self._moment / noise + np.diag(1.0 / spread**2)
        theta = np.linalg.solve(normal, self._cross / noise + centre / spread**2)
        return clamp_parameters(
            replace(
                prior,
                reference_rssi=float(theta[_CONSTANT]),
                exponent=float(theta[_DISTANCE]),
                wall_loss=float(theta[_WALLS]),
                slab_loss=float(theta[_SLABS]),
                anchor_offsets=dict(zip(self.anchors, map(float, theta[_FIRST_ANCHOR:]), strict=True)),
            )
        )

    def _residual_variance(self, parameters: PropagationParameters) -> float:
        theta = self._vector(parameters)
        squares = self._power - 2.0 * theta @ self._cross + theta @ self._moment @ theta
        return max(float(squares), 0.0) / max(self.readings, 1e-9)

    def _vector(self, parameters: PropagationParameters) -> FloatArray:
        head = (parameters.reference_rssi, parameters.exponent, parameters.wall_loss, parameters.slab_loss)
        offsets = [parameters.anchor_offsets.get(anchor, 0.0) for anchor in self.anchors]
        return np.array((*head, *offsets))


def bounded_step(current: PropagationParameters, proposed: PropagationParameters) -> PropagationParameters:
    """Return the constants on the straight way to `proposed`, as far as one step may go.

    All move by the same share. The residual variance is convex in the constants, so a shorter step towards a better fit
    is itself a better fit; constants cut off one by one may be a worse one, since they make up for each other.
    """
    share = 1.0
    for name in LIMITS:
        limit = MAX_STEP_EXPONENT if name == "exponent" else MAX_STEP_DB
        share = min(share, _share(getattr(proposed, name) - getattr(current, name), limit))
    offsets = {anchor: (current.anchor_offsets.get(anchor, 0.0), to) for anchor, to in proposed.anchor_offsets.items()}
    for start, end in offsets.values():
        share = min(share, _share(end - start, MAX_STEP_DB))
    if share == 1.0:
        return proposed
    return between(current, proposed, share)


def between(current: PropagationParameters, proposed: PropagationParameters, share: float) -> PropagationParameters:
    """Return the constants that lie on the straight way to `proposed`, `share` of it, 0 to 1."""
    moved = {name: _between(getattr(current, name), getattr(proposed, name), share) for name in LIMITS}
    offsets = {
        anchor: _between(current.anchor_offsets.get(anchor, 0.0), to, share)
        for anchor, to in proposed.anchor_offsets.items()
    }
    return PropagationParameters(**moved, anchor_offsets=offsets)


def _share(distance: float, limit: float) -> float:
    return 1.0 if abs(distance) <= limit else limit / abs(distance)


def _between(start: float, end: float, share: float) -> float:
    return start + share * (end - start)


def _spread(model: PositioningModel, cells: FloatArray | FloatArray32) -> float:
    """Return the root mean square distance in m of the belief from its mean; 0 where nothing is drawn."""
    placed: NDArray[np.bool_] = model.grid.placed
    weights = np.where(placed, cells, 0.0)
    total = float(weights.sum())
    if total <= 0.0:
        return 0.0
    points = np.nan_to_num(model.grid.points)
    centre = weights @ points / total
    return float(np.sqrt(weights @ ((points - centre) ** 2).sum(axis=1) / total))
