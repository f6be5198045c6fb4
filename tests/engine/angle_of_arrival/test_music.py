from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.angle_of_arrival.antenna_array import (
    AntennaArray,
    ArrayError,
    linear_array,
    rectangular_array,
)
from custom_components.indoor_positioning.engine.angle_of_arrival.constant_tone import snapshots
from custom_components.indoor_positioning.engine.angle_of_arrival.cramer_rao import azimuth_bound, direction_bound
from custom_components.indoor_positioning.engine.angle_of_arrival.music import find_direction, root_music
from tests.engine.angle_of_arrival.tone import WAVELENGTH_M, tone

HALF = WAVELENGTH_M / 2.0
PANEL = rectangular_array(4, 4, HALF)
ROW = linear_array(8, HALF)


def _errors(snr_db: float, rounds: int, azimuth: float, elevation: float) -> np.ndarray:
    """Return the errors (rounds, 2) in degrees of a panel that hears one packet a round."""
    found = []
    for seed in range(rounds):
        rng = np.random.default_rng([seed, round(math.degrees(azimuth)) + 90])
        heard = tone(PANEL, azimuth, elevation, rng, snr_db=snr_db, offset_hz=float(rng.uniform(-50e3, 50e3)))
        arrival = find_direction(snapshots(heard, range(16), 1), PANEL, WAVELENGTH_M)
        found.append((arrival.azimuth - azimuth, arrival.elevation - elevation))
    return np.asarray(np.degrees(np.array(found)))


@pytest.mark.parametrize("azimuth", [-50.0, -20.0, 0.0, 35.0, 60.0])
@pytest.mark.parametrize("elevation", [-30.0, 0.0, 20.0])
def test_a_panel_of_sixteen_tells_directions_to_two_degrees_at_twenty_decibels(
    azimuth: float, elevation: float
) -> None:
    assert np.abs(_errors(20.0, 20, math.radians(azimuth), math.radians(elevation))).max() < 2.0


def test_the_error_is_near_the_bound_and_never_far_below_it() -> None:
    azimuth, elevation = math.radians(20.0), math.radians(10.0)
    measured = _errors(20.0, 60, azimuth, elevation).std(axis=0)
    bound = np.degrees(np.sqrt(np.diag(direction_bound(PANEL, WAVELENGTH_M, azimuth, elevation, 100.0, moments=4))))
    assert (measured > 0.75 * bound).all()
    assert (measured < 2.0 * bound).all()


@pytest.mark.parametrize("degrees", [-70.0, -10.0, 0.0, 45.0])
def test_a_row_tells_the_angle_by_roots(degrees: float) -> None:
    angle = math.radians(degrees)
    found = []
    for seed in range(40):
        heard = tone(ROW, angle, 0.0, np.random.default_rng(seed), offset_hz=25e3)
        found.append(root_music(snapshots(heard, range(8), 1), HALF, WAVELENGTH_M)[0])
    off = np.array(found) - angle
    bound = math.sqrt(azimuth_bound(ROW, WAVELENGTH_M, angle, 100.0, moments=9))
    assert np.abs(np.degrees(off)).max() < 2.0
    assert 0.75 * bound < off.std() < 2.0 * bound


def test_without_noise_roots_are_exact() -> None:
    answer = ROW.steering(np.array([0.5]), np.array([0.0]), WAVELENGTH_M).T
    assert root_music(answer, HALF, WAVELENGTH_M) == pytest.approx([0.5], abs=1e-3)


def test_two_sources_are_told_apart() -> None:
    rng = np.random.default_rng(5)
    answers = ROW.steering(np.radians([-25.0, 30.0]), np.zeros(2), WAVELENGTH_M).T
    signals = rng.normal(size=(2, 40)) + 1j * rng.normal(size=(2, 40))
    noise = 0.05 * (rng.normal(size=(8, 40)) + 1j * rng.normal(size=(8, 40)))
    found = root_music(answers @ signals + noise, HALF, WAVELENGTH_M, sources=2)
    assert np.degrees(sorted(found)) == pytest.approx([-25.0, 30.0], abs=1.0)


def test_a_stronger_signal_has_a_smaller_bound() -> None:
    weak, strong = (direction_bound(PANEL, WAVELENGTH_M, 0.2, 0.1, snr) for snr in (10.0, 100.0))
    assert weak == pytest.approx(10.0 * strong)


@pytest.mark.parametrize("snr", [0.0, -1.0, math.nan, math.inf])
def test_without_signal_there_is_no_bound(snr: float) -> None:
    with pytest.raises(ArrayError, match="needs a signal"):
        azimuth_bound(ROW, WAVELENGTH_M, 0.0, snr)


def test_a_row_does_not_tell_elevations() -> None:
    with pytest.raises(ArrayError, match="apart"):
        direction_bound(ROW, WAVELENGTH_M, 0.3, 0.0, 100.0)
    with pytest.raises(ArrayError, match="does not tell the azimuth"):
        azimuth_bound(AntennaArray(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.1]])), WAVELENGTH_M, 0.0, 100.0)


@pytest.mark.parametrize(
    ("heard", "problem"),
    [
        (np.zeros((16, 3), dtype=complex), "silent"),
        (np.full((16, 3), np.nan, dtype=complex), "not finite"),
        (np.ones((9, 3), dtype=complex), "9 antennas were heard where the array has 16"),
        (np.ones((16, 0), dtype=complex), "snapshots are"),
    ],
)
def test_snapshots_that_tell_nothing_are_refused(heard: np.ndarray, problem: str) -> None:
    with pytest.raises(ArrayError, match=problem):
        find_direction(heard, PANEL, WAVELENGTH_M)


def test_too_many_sources_and_too_few_antennas_are_refused() -> None:
    with pytest.raises(ArrayError, match="1 to 7 sources, not 8"):
        root_music(np.ones((8, 3), dtype=complex), HALF, WAVELENGTH_M, sources=8)
    with pytest.raises(ArrayError, match="two antennas or more"):
        AntennaArray(np.zeros((1, 3)))
    with pytest.raises(ArrayError, match="finite"):
        AntennaArray(np.full((2, 3), np.nan))
