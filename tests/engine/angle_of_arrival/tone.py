"""A constant tone as an array would sample it, antenna after antenna."""

from __future__ import annotations

import math

import numpy as np

from custom_components.indoor_positioning.engine.angle_of_arrival.antenna_array import (
    AntennaArray,
    ComplexArray,
    wavelength_of,
)
from custom_components.indoor_positioning.engine.angle_of_arrival.constant_tone import (
    REFERENCE_SAMPLES,
    sample_times,
)

WAVELENGTH_M = wavelength_of(2440e6)

# The tone of Bluetooth at 1 Mbit/s (Hz).
TONE_HZ = 250e3


def tone(
    array: AntennaArray,
    azimuth: float,
    elevation: float,
    rng: np.random.Generator,
    *,
    snr_db: float = 20.0,
    offset_hz: float = 0.0,
    slot_us: int = 1,
) -> ComplexArray:
    """Return the samples of 160 us: 8 of the reference on the first antenna, then all antennas in turns."""
    count = REFERENCE_SAMPLES + 148 // (2 * slot_us)
    switched = np.arange(count - REFERENCE_SAMPLES) % len(array)
    antenna = np.concatenate((np.zeros(REFERENCE_SAMPLES, dtype=np.intp), switched))
    answer = array.steering(np.array([azimuth]), np.array([elevation]), WAVELENGTH_M)[0, antenna]
    turned = 2.0 * math.pi * (TONE_HZ + offset_hz) * 1e-6 * sample_times(count, slot_us)
    clean = answer * np.exp(1j * (turned + rng.uniform(0.0, 2.0 * math.pi)))
    noise = (rng.normal(size=count) + 1j * rng.normal(size=count)) * math.sqrt(0.5 * 10.0 ** (-snr_db / 10.0))
    return np.asarray(clean + noise)
