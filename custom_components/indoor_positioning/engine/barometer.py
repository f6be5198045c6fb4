"""The floor of a beacon, told by air pressure: a twelfth of a hectopascal a metre.

Two barometers differ by up to a hectopascal, eight metres, so their difference says nothing until it is known how much
of it is theirs. That offset is learnt while the belief knows the floor by other means (a Kalman filter of one number),
and as long as it is uncertain, so is what the pressure says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .geometry import FloatArray
from .measurement import Pressure

# Standard atmosphere (ISO 2533) near sea level (hPa/m).
HPA_PER_M = 0.12

# Absolute accuracy of the barometers in tags and phones is about 1 hPa (m, by the above), and their difference drifts
# with temperature by some decimetres an hour (m²/s).
OFFSET_SD_M = 8.0
DRIFT_M2_S = 0.1 / 3600.0

# Noise, draughts, and how high the beacon is carried (m).
SCATTER_SD_M = 0.5

# All of these last for a while: readings within this time repeat each other (s).
MEMORY_S = 10.0

# Degrees of freedom of the Student-t: a door that slams, a fan.
TAIL_NU = 4.0


class Barometer:
    """What one beacon's pressure says of floors at given elevations (floors,) in metres."""

    def __init__(self) -> None:
        """Begin with an unknown offset."""
        self._offset = 0.0
        self._variance = OFFSET_SD_M**2

    @property
    def offset_sd(self) -> float:
        """How well the offset is known (m)."""
        return float(np.sqrt(self._variance))

    def log_likelihood(self, readings: Sequence[Pressure], elevations: FloatArray, elapsed: float) -> FloatArray:
        """Return the log-likelihood of the floors (floors,), given the readings of the last `elapsed` seconds."""
        variance = SCATTER_SD_M**2 + self._variance
        off = _height(readings) - self._offset - elevations
        tails = -0.5 * (TAIL_NU + 1.0) * np.log1p(off**2 / (TAIL_NU * variance))
        return np.asarray(min(1.0, elapsed / MEMORY_S) * tails)

    def learn(self, readings: Sequence[Pressure], elevations: FloatArray, chances: FloatArray, elapsed: float) -> None:
        """Take in what the readings say of the offset, given the floors' chances (floors,) by other evidence."""
        self._variance += DRIFT_M2_S * elapsed
        expected = float(chances @ elevations)
        doubt = float(chances @ (elevations - expected) ** 2)
        innovation = _height(readings) - expected - self._offset
        scatter = (SCATTER_SD_M**2 + doubt) * max(1.0, MEMORY_S / max(elapsed, 1e-3))
        surprise = innovation**2 / (self._variance + SCATTER_SD_M**2 + doubt)
        scatter *= max(1.0, (TAIL_NU + surprise) / (TAIL_NU + 1.0))
        gain = self._variance / (self._variance + scatter)
        self._offset += gain * innovation
        self._variance *= 1.0 - gain


def _height(readings: Sequence[Pressure]) -> float:
    """Return how far above the reference the readings are, as if the barometers agreed (m)."""
    return -sum(reading.difference for reading in readings) / (len(readings) * HPA_PER_M)
