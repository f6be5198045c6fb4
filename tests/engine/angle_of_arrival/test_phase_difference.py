from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.angle_of_arrival.antenna_array import ArrayError, wavelength_of
from custom_components.indoor_positioning.engine.angle_of_arrival.phase_difference import (
    angle_of,
    phase_difference_of,
)


@given(st.floats(-89.0, 89.0), st.floats(0.05, 0.5), st.integers(-2, 2))
def test_phase_and_angle_tell_each_other(degrees: float, wavelengths: float, turns: int) -> None:
    angle, spacing = math.radians(degrees), wavelengths * 0.125
    phase = phase_difference_of(angle, spacing, 0.125) + turns * 2.0 * math.pi
    assert angle_of(phase, spacing, 0.125) == pytest.approx(angle, abs=1e-6)


def test_half_a_wavelength_abeam_is_half_a_turn() -> None:
    assert phase_difference_of(math.pi / 2.0, 0.06, 0.12) == pytest.approx(math.pi)
    assert phase_difference_of(math.radians(30.0), 0.06, 0.12) == pytest.approx(math.pi / 2.0)


def test_a_difference_that_no_angle_has_is_abeam() -> None:
    assert angle_of(3.0, 0.02, 0.12) == pytest.approx(math.pi / 2.0)


@pytest.mark.parametrize(
    ("phase", "spacing"), [(0.1, 0.07), (0.1, 0.0), (0.1, -0.05), (0.1, math.nan), (math.nan, 0.05)]
)
def test_what_tells_no_angle_is_refused(phase: float, spacing: float) -> None:
    with pytest.raises(ArrayError):
        angle_of(phase, spacing, 0.12)


@pytest.mark.parametrize("frequency", [0.0, -1.0, math.nan, math.inf])
def test_only_a_frequency_has_a_wavelength(frequency: float) -> None:
    assert wavelength_of(2440e6) == pytest.approx(0.1229, abs=1e-4)
    with pytest.raises(ArrayError):
        wavelength_of(frequency)
