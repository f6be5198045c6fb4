"""What counts as a measured signal strength."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.observation import RSSI_MAX_DBM, RSSI_MIN_DBM, is_valid_rssi


@pytest.mark.parametrize("rssi", [None, 127, 127.0, -127, 0, 0.0, math.nan, math.inf, -math.inf, -128, 21, 1e300])
def test_what_is_no_measurement_is_refused(rssi: float | None) -> None:
    assert not is_valid_rssi(rssi)


@pytest.mark.parametrize("rssi", [-126, -94.5, -1, -0.5, 0.5, 20])
def test_every_level_that_the_specification_allows_is_taken(rssi: float) -> None:
    assert is_valid_rssi(rssi)


@given(st.floats())
def test_what_is_taken_is_finite_and_in_range(rssi: float) -> None:
    if is_valid_rssi(rssi):
        assert math.isfinite(rssi)
        assert RSSI_MIN_DBM < rssi <= RSSI_MAX_DBM
