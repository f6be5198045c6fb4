"""MUSIC: directions are where the array's answer is orthogonal to the noise.

R. O. Schmidt, "Multiple emitter location and signal parameter estimation", IEEE Trans. Antennas and Propagation 34(3),
1986; for linear arrays by the roots of a polynomial: A. Barabell, "Improving the resolution performance of
eigenstructure-based direction-finding algorithms", ICASSP 1983.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..geometry import FloatArray
from .antenna_array import AntennaArray, ArrayError, ComplexArray
from .phase_difference import angle_of

# Of the whole half-space in front of a panel this much is looked at (rad): abeam its antennas no longer tell anything.
WIDEST_RAD = math.radians(85.0)

# First the half-space at this step (rad), finer than half a beam of eight antennas in a row; then ever finer around the
# best, by so much each time.
COARSE_STEP_RAD = math.radians(3.0)
REFINEMENT = 4
REFINEMENTS = 6

# Without noise the two roots of a pair meet on the unit circle, and rounding decides which is inside.
ON_CIRCLE = 1e-4
SAME_ROOT_RAD = 1e-3


@dataclass(frozen=True, slots=True)
class Arrival:
    """A direction in radians in the array's frame."""

    azimuth: float
    elevation: float


def covariance_of(snapshots: ComplexArray) -> ComplexArray:
    """Return the covariance (m, m) of snapshots (m, n). Raises ArrayError where there is nothing to tell."""
    if snapshots.ndim != 2 or snapshots.shape[0] < 2 or not snapshots.shape[1]:
        raise ArrayError(f"snapshots are (antennas, moments) of two antennas or more, not {snapshots.shape}")
    if not np.isfinite(snapshots).all() or not snapshots.any():
        raise ArrayError("the snapshots are silent or not finite")
    return np.asarray(snapshots @ snapshots.conj().T / snapshots.shape[1])


def noise_subspace(covariance: ComplexArray, sources: int) -> ComplexArray:
    """Return the eigenvectors (m, m - sources) of the smallest eigenvalues."""
    antennas = len(covariance)
    if not 1 <= sources < antennas:
        raise ArrayError(f"{antennas} antennas can tell 1 to {antennas - 1} sources, not {sources}")
    _, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors[:, : antennas - sources])


def find_direction(snapshots: ComplexArray, array: AntennaArray, wavelength: float) -> Arrival:
    """Return the direction of the strongest source in front of a panel, by the peak of the MUSIC spectrum.

    `snapshots` (m, n) in the order of the array's antennas.
    """
    if len(snapshots) != len(array):
        raise ArrayError(f"{len(snapshots)} antennas were heard where the array has {len(array)}")
    noise = noise_subspace(covariance_of(snapshots), sources=1)
    side = np.arange(-WIDEST_RAD, WIDEST_RAD + COARSE_STEP_RAD / 2.0, COARSE_STEP_RAD)
    azimuth, elevation = (angles.ravel() for angles in np.meshgrid(side, side))
    step = COARSE_STEP_RAD
    for _ in range(REFINEMENTS):
        best = int(_leakage(azimuth, elevation, array, wavelength, noise).argmin())
        near = np.arange(-REFINEMENT, REFINEMENT + 1) * step / REFINEMENT
        by_azimuth, by_elevation = np.meshgrid(azimuth[best] + near, elevation[best] + near)
        azimuth = np.clip(by_azimuth.ravel(), -math.pi / 2.0, math.pi / 2.0)
        elevation = np.clip(by_elevation.ravel(), -math.pi / 2.0, math.pi / 2.0)
        step /= REFINEMENT
    best = int(_leakage(azimuth, elevation, array, wavelength, noise).argmin())
    return Arrival(float(azimuth[best]), float(elevation[best]))


def root_music(snapshots: ComplexArray, spacing: float, wavelength: float, sources: int = 1) -> list[float]:
    """Return the angles in radians to the left of the front of a linear array, the clearest source first.

    `snapshots` (m, n) from right to left, `spacing` in metres, half a wavelength at most. More sources than one must
    not be copies of each other, or `snapshots` must hold as many moments of different phase.
    """
    noise = noise_subspace(covariance_of(snapshots), sources)
    antennas = len(snapshots)
    projector = noise @ noise.conj().T
    coefficients = [np.trace(projector, offset) for offset in range(antennas - 1, -antennas, -1)]
    roots = np.roots(coefficients)
    # Roots come in pairs mirrored at the unit circle; of each the inner one is looked at.
    inside = roots[np.abs(roots) <= 1.0 + ON_CIRCLE]
    distinct: list[complex] = []
    for root in inside[np.argsort(-np.abs(inside))]:
        if all(abs(np.angle(root / other)) > SAME_ROOT_RAD for other in distinct):
            distinct.append(complex(root))
    return [angle_of(float(np.angle(root)), spacing, wavelength) for root in distinct[:sources]]


def _leakage(
    azimuth: FloatArray, elevation: FloatArray, array: AntennaArray, wavelength: float, noise: ComplexArray
) -> FloatArray:
    """Return how much of the answer to each direction lies in the noise, (n,): the spectrum's reciprocal."""
    leaked = array.steering(azimuth, elevation, wavelength).conj() @ noise
    return np.asarray((leaked.real**2 + leaked.imag**2).sum(axis=1))
