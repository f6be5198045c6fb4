"""How well any unbiased method can tell a direction: the Cramer-Rao bound.

Deterministic signal of unknown amplitude and phase in white noise: P. Stoica, A. Nehorai, "MUSIC, maximum likelihood,
and Cramer-Rao bound", IEEE Trans. ASSP 37(5), 1989, equation 4.6.
"""

from __future__ import annotations

import math

import numpy as np

from ..geometry import FloatArray
from .antenna_array import AntennaArray, ArrayError

# Step of the numerical derivative of the array's answer (rad).
STEP_RAD = 1e-6


def direction_bound(
    array: AntennaArray, wavelength: float, azimuth: float, elevation: float, snr: float, moments: int = 1
) -> FloatArray:
    """Return the least covariance (2, 2) of (azimuth, elevation) in square radians.

    `snr` is the ratio of powers at one antenna in one of `moments` snapshots (20 dB = 100). A linear array cannot tell
    both angles; see `azimuth_bound`. Raises ArrayError where the array does not tell them.
    """
    information = _information(array, wavelength, azimuth, elevation, snr, moments)
    if np.linalg.cond(information) > 1e9:
        raise ArrayError("this array does not tell azimuth and elevation apart in this direction")
    return np.asarray(np.linalg.inv(information))


def azimuth_bound(array: AntennaArray, wavelength: float, azimuth: float, snr: float, moments: int = 1) -> float:
    """Return the least variance of the azimuth alone in square radians, where the elevation is known to be zero."""
    information = float(_information(array, wavelength, azimuth, 0.0, snr, moments)[0, 0])
    if not information > 0.0:
        raise ArrayError("this array does not tell the azimuth in this direction")
    return 1.0 / information


def _information(
    array: AntennaArray, wavelength: float, azimuth: float, elevation: float, snr: float, moments: int
) -> FloatArray:
    if not (snr > 0.0 and math.isfinite(snr)) or moments < 1:
        raise ArrayError(f"a bound needs a signal and a snapshot, not a ratio of {snr} and {moments} snapshots")
    steps = STEP_RAD * np.array([(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)])
    answer, *around = array.steering(azimuth + steps[:, 0], elevation + steps[:, 1], wavelength)
    slopes = np.stack((around[0] - around[1], around[2] - around[3]), axis=1) / (2.0 * STEP_RAD)
    # What of a slope looks like another phase of the signal tells nothing.
    across = slopes - np.outer(answer, answer.conj() @ slopes) / len(answer)
    return np.asarray(2.0 * snr * moments * (slopes.conj().T @ across).real)
