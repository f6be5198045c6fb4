from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.world import WorldPin

PLACES = st.tuples(st.floats(-1000.0, 1000.0), st.floats(-1000.0, 1000.0))


def test_north_and_east() -> None:
    north_up = WorldPin(48.0, 11.0, 0.0)
    assert north_up.to_plan(48.001, 11.0) == pytest.approx((0.0, 111.195), abs=0.01)
    assert north_up.to_plan(48.0, 11.001) == pytest.approx((74.404, 0.0), abs=0.01)
    # y points east: what lies north is on the left.
    assert WorldPin(48.0, 11.0, 90.0).to_plan(48.001, 11.0) == pytest.approx((-111.195, 0.0), abs=0.01)


@given(PLACES, st.floats(-80.0, 80.0), st.floats(-180.0, 180.0), st.floats(0.0, 360.0))
def test_there_and_back(place: tuple[float, float], latitude: float, longitude: float, bearing: float) -> None:
    pin = WorldPin(latitude, longitude, bearing)
    assert math.dist(pin.to_plan(*pin.to_world(place)), place) < 1e-3


def test_over_the_date_line() -> None:
    assert WorldPin(0.0, 179.9995).to_plan(0.0, -179.9995)[0] == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(("compass", "bearing", "heading"), [(90, 0, 0), (0, 0, 90), (0, 90, 180), (180, 0, -90)])
def test_headings(compass: float, bearing: float, heading: float) -> None:
    found = math.degrees(WorldPin(48.0, 11.0, bearing).heading(compass))
    assert math.remainder(found - heading, 360.0) == pytest.approx(0.0, abs=1e-9)


@given(PLACES, st.floats(0.0, 360.0))
def test_headings_agree_with_places(way: tuple[float, float], bearing: float) -> None:
    if math.hypot(*way) < 1.0:
        return
    pin = WorldPin(48.0, 11.0, bearing)
    latitude, longitude = pin.to_world(way)
    north, east = latitude - 48.0, (longitude - 11.0) * math.cos(math.radians(48.0))
    compass = math.degrees(math.atan2(east, north))
    assert abs(math.remainder(pin.heading(compass) - math.atan2(way[1], way[0]), 2.0 * math.pi)) < 1e-3
