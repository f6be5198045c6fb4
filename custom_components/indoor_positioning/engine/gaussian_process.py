"""Gaussian process regression over a floor plan.

C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for Machine Learning", MIT Press 2006, algorithm 2.1; rows may
be weighted means over several points (a linear functional of the process is Gaussian as well).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import cast

import numpy as np

from .geometry import FloatArray
from .grid import Grid, IntArray
from .survey_places import SurveyPlaces


@dataclass(frozen=True, slots=True)
class Kernel:
    """Covariance of the map's error: amplitude^2 exp(-d / length) within a floor, 0 between floors.

    `amplitude` in dB, `length` in metres, `shared` in dB: the part common to a whole floor. A room without outline
    is correlated with nothing but itself. `visit` in dB is what differs from one visit of a place to the next: some
    centimetres aside, the body turned, a door moved. No number of packets averages it away.
    """

    amplitude: float
    length: float
    visit: float = 3.0
    shared: float = 2.0

    def between(
        self,
        points: FloatArray,
        floor: IntArray,
        cell: IntArray,
        others: FloatArray,
        other_floor: IntArray,
        other_cell: IntArray,
    ) -> FloatArray:
        """Return the covariance in dB^2 between points (n, 2) and others (m, 2), shape (n, m)."""
        squared = np.maximum(
            (points**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None] - 2.0 * points @ others.T, 0.0
        )
        near = self.amplitude**2 * np.exp(-np.sqrt(squared) / self.length)
        unplaced = np.isnan(near)
        if unplaced.any():
            near = np.where(unplaced, self.amplitude**2 * (cell[:, None] == other_cell[None]), near)
        return cast("FloatArray", (near + self.shared**2) * (floor[:, None] == other_floor[None]))

    @property
    def variance(self) -> float:
        """Variance of the process at one point in dB^2."""
        return self.amplitude**2 + self.shared**2


# Candidates for the process's constants; the likelihood of the survey chooses. Amplitudes: residual sd of log-distance
# fits on real recordings is 3 to 8 dB. Lengths: furniture to rooms.
AMPLITUDES_DB = (4.0, 6.0, 9.0)
LENGTHS_M = (1.0, 2.0, 4.0)
VISITS_DB = (3.0, 4.5)

# Below this many places the survey cannot tell lengths apart.
MIN_PLACES_TO_CHOOSE = 8
DEFAULT_KERNEL = Kernel(5.0, 2.5)

# Anchors that take part in the choice at the most; more add time, not knowledge.
ANCHORS_TO_CHOOSE_BY = 8


def choose_kernel(places: SurveyPlaces, grid: Grid, residual: FloatArray) -> Kernel:
    """Return the candidate under which the survey's residuals (anchors, m) are most likely."""
    if len(places) < MIN_PLACES_TO_CHOOSE:
        return DEFAULT_KERNEL
    known = np.isfinite(residual)
    rows = np.argsort(-known.sum(axis=1))[:ANCHORS_TO_CHOOSE_BY]
    best, best_score = DEFAULT_KERNEL, -np.inf
    for amplitude, length, visit in product(AMPLITUDES_DB, LENGTHS_M, VISITS_DB):
        kernel = Kernel(amplitude, length, visit)
        full = _between_places(kernel, places)
        score = sum(
            _log_likelihood(
                full[np.ix_(known[row], known[row])],
                np.hypot(visit, places.noise[row, known[row]]),
                residual[row, known[row]],
            )
            for row in rows
        )
        if score > best_score:
            best, best_score = kernel, score
    return best


def regress(kernel: Kernel, places: SurveyPlaces, grid: Grid, residual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the process's mean and standard deviation in dB over all cells, both (anchors, cells)."""
    full = _between_places(kernel, places)
    to_cells = _places_to_cells(kernel, places, grid)
    mean = np.zeros((len(residual), len(grid)))
    variance = np.full((len(residual), len(grid)), kernel.variance)
    for row, values in enumerate(residual):
        known = np.isfinite(values)
        if not known.any():
            continue
        covariance = full[np.ix_(known, known)] + np.diag(places.noise[row, known] ** 2 + kernel.visit**2)
        cross = to_cells[known]
        solved = np.linalg.solve(covariance, np.column_stack((values[known], cross)))
        mean[row] = cross.T @ solved[:, 0]
        variance[row] -= (cross * solved[:, 1:]).sum(axis=0)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def _between_places(kernel: Kernel, places: SurveyPlaces) -> FloatArray:
    points, floor, cell, weight, first = _flat(places)
    blocks = kernel.between(points, floor, cell, points, floor, cell) * weight[:, None] * weight
    return cast("FloatArray", np.add.reduceat(np.add.reduceat(blocks, first, axis=0), first, axis=1))


def _places_to_cells(kernel: Kernel, places: SurveyPlaces, grid: Grid) -> FloatArray:
    points, floor, cell, weight, first = _flat(places)
    blocks = kernel.between(points, floor, cell, grid.points, grid.floor, np.arange(len(grid)))
    return cast("FloatArray", np.add.reduceat(blocks * weight[:, None], first, axis=0))


def _flat(places: SurveyPlaces) -> tuple[FloatArray, IntArray, IntArray, FloatArray, IntArray]:
    """Return points, floors, cells and weights of all places in one row each, and where each place begins."""
    used = places.weights > 0.0
    row = np.nonzero(used)[0]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    return places.points[used], places.floor[row], places.cells[used], places.weights[used], first


def _log_likelihood(covariance: FloatArray, noise: FloatArray, values: FloatArray) -> float:
    lower = np.linalg.cholesky(covariance + np.diag(noise**2))
    white = np.linalg.solve(lower, values)
    return float(-0.5 * white @ white - np.log(np.diag(lower)).sum())
