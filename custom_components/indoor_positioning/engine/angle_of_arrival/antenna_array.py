"""Where the antennas of an array sit, and which phases a wave from a direction has there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import FloatArray

type ComplexArray = NDArray[np.complex128]

SPEED_OF_LIGHT_M_S = 299_792_458.0


class ArrayError(ValueError):
    """An array, or samples of one, from which no direction can be told; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class AntennaArray:
    """Antennas at `places` (m, 3) in metres in the anchor's frame."""

    places: FloatArray

    def __post_init__(self) -> None:
        """Raise ArrayError where there is no array."""
        if self.places.ndim != 2 or self.places.shape[1] != 3 or len(self.places) < 2:
            raise ArrayError(f"an array needs two antennas or more, each at (x, y, z), not {self.places.shape}")
        if not np.isfinite(self.places).all():
            raise ArrayError("the antennas' places must be finite numbers")

    def __len__(self) -> int:
        """Return the number of antennas."""
        return len(self.places)

    def steering(self, azimuth: FloatArray, elevation: FloatArray, wavelength: float) -> ComplexArray:
        """Return the antennas' answers to waves from n directions, each (n,) in radians: unit phasors (n, m).

        An antenna nearer to the beacon hears the wave earlier, so its phase is ahead.
        """
        path = directions(azimuth, elevation) @ self.places.T
        return np.asarray(np.exp(2j * math.pi / wavelength * path))


def directions(azimuth: FloatArray, elevation: FloatArray) -> FloatArray:
    """Return unit vectors (n, 3) towards directions, each (n,) in radians."""
    level = np.cos(elevation)
    return np.stack((level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)), axis=-1)


def linear_array(count: int, spacing: float) -> AntennaArray:
    """Return `count` antennas in a row from right to left, `spacing` metres apart, that look along x."""
    places = np.zeros((count, 3))
    places[:, 1] = spacing * (np.arange(count) - (count - 1) / 2.0)
    return AntennaArray(places)


def rectangular_array(columns: int, rows: int, spacing: float) -> AntennaArray:
    """Return a panel of antennas that looks along x; they count from right to left, row by row upwards."""
    across = spacing * (np.arange(columns) - (columns - 1) / 2.0)
    upwards = spacing * (np.arange(rows) - (rows - 1) / 2.0)
    y, z = np.meshgrid(across, upwards)
    return AntennaArray(np.stack((np.zeros(columns * rows), y.ravel(), z.ravel()), axis=1))


def wavelength_of(frequency: float) -> float:
    """Return the wavelength in metres at a frequency in Hz: 12.5 to 12.2 cm for Bluetooth's 2402 to 2480 MHz."""
    if not (frequency > 0.0 and math.isfinite(frequency)):
        raise ArrayError(f"a frequency of {frequency} Hz has no wavelength")
    return SPEED_OF_LIGHT_M_S / frequency
