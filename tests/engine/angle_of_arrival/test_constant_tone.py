from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.angle_of_arrival.antenna_array import (
    ArrayError,
    linear_array,
    rectangular_array,
)
from custom_components.indoor_positioning.engine.angle_of_arrival.constant_tone import snapshots, turning
from tests.engine.angle_of_arrival.tone import TONE_HZ, WAVELENGTH_M, tone

PANEL = rectangular_array(4, 4, WAVELENGTH_M / 2.0)
ROW = linear_array(4, WAVELENGTH_M / 2.0)


@pytest.mark.parametrize("offset_hz", [-60e3, -3e3, 0.0, 20e3, 60e3])
@pytest.mark.parametrize("slot_us", [1, 2])
def test_the_turning_of_the_tone_is_measured(offset_hz: float, slot_us: int) -> None:
    rng = np.random.default_rng(7)
    expected = 2.0 * math.pi * (TONE_HZ + offset_hz) * 1e-6
    found = [
        turning(tone(ROW, 0.3, 0.0, rng, offset_hz=offset_hz, slot_us=slot_us), len(ROW), slot_us) for _ in range(20)
    ]
    # A tenth of a degree a microsecond is 15 degrees over the whole tone.
    assert np.abs(np.array(found) - expected).max() < math.radians(0.1)


@pytest.mark.parametrize("array", [ROW, PANEL])
def test_the_antennas_are_heard_as_if_at_once(array: object) -> None:
    chosen = ROW if array is ROW else PANEL
    rng = np.random.default_rng(3)
    heard = snapshots(tone(chosen, 0.4, 0.1, rng, snr_db=60.0, offset_hz=40e3), range(len(chosen)), 1)
    assert heard.shape == (len(chosen), 74 // len(chosen))
    answer = chosen.steering(np.array([0.4]), np.array([0.1]), WAVELENGTH_M)[0]
    off = np.angle(heard / answer[:, None] / (heard[0] / answer[0]))
    assert np.abs(off).max() < 0.05


def test_an_antenna_may_be_heard_several_times_a_round() -> None:
    heard = snapshots(np.exp(0.5j * np.pi * np.arange(0.0, 20.0)), [0, 1, 1, 0], 1)
    assert heard.shape == (2, 3)


@pytest.mark.parametrize(
    ("count", "pattern", "slot_us", "problem"),
    [
        (82, range(4), 3, "slots are 1 or 2"),
        (82, [0], 1, "two antennas or more"),
        (82, [-1, 0], 1, "counted from 0"),
        (82, [0, 1, 1], 1, "equally often"),
        (82, [0, 2], 1, "equally often"),
        (11, range(4), 1, "too few"),
        (0, range(4), 1, "too few"),
    ],
)
def test_samples_that_do_not_fit_are_refused(count: int, pattern: list[int], slot_us: int, problem: str) -> None:
    with pytest.raises(ArrayError, match=problem):
        snapshots(np.ones(count, dtype=complex), pattern, slot_us)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_silence_is_no_tone(value: float) -> None:
    with pytest.raises(ArrayError, match="silent"):
        snapshots(np.full(82, value, dtype=complex), range(4), 1)
