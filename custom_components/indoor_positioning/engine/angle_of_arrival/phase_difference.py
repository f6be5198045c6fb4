"""Two neighbours of a linear array: phase difference and angle tell each other.

A wave from `angle` off the front has a way longer by d sin(angle) to one of two antennas at a distance d:
delta phi = 2 pi d sin(angle) / lambda (Bluetooth Core Specification, Vol 1 Part A 8.1).
"""

from __future__ import annotations

import math

from .antenna_array import ArrayError

# Antennas further apart than half a wavelength give one phase difference for several angles; rounding may exceed it.
MOST_WAVELENGTHS = 0.5 + 1e-9


def phase_difference_of(angle: float, spacing: float, wavelength: float) -> float:
    """Return the phase in radians by which the left one of two antennas is ahead; `angle` counts to the left."""
    _check(spacing, wavelength)
    return 2.0 * math.pi * spacing * math.sin(angle) / wavelength


def angle_of(phase_difference: float, spacing: float, wavelength: float) -> float:
    """Return the angle in radians, -pi/2 to pi/2, of a phase difference in radians (any turn of it).

    Noise may give a difference that no angle has; then the beacon is abeam. Raises ArrayError where the antennas are
    too far apart to tell, or the phase is no number.
    """
    _check(spacing, wavelength)
    if not math.isfinite(phase_difference):
        raise ArrayError(f"a phase difference of {phase_difference} is none")
    sine = math.remainder(phase_difference, 2.0 * math.pi) * wavelength / (2.0 * math.pi * spacing)
    return math.asin(max(-1.0, min(1.0, sine)))


def _check(spacing: float, wavelength: float) -> None:
    if not 0.0 < spacing <= MOST_WAVELENGTHS * wavelength:
        raise ArrayError(
            f"antennas {spacing} m apart at a wavelength of {wavelength} m: up to half a wavelength their phases "
            "tell one angle"
        )
