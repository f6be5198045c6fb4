from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.neural.scaling import (
    MIN_SIZE_M,
    Extent,
    quantise_levels,
    scale_levels,
)


def test_levels_go_from_not_heard_to_one() -> None:
    levels = np.array([np.nan, -130.0, -120.0, -75.0, -30.0, 0.0])
    assert scale_levels(levels) == pytest.approx([0.0, 0.0, 0.0, 0.5, 1.0, 1.0])
    assert quantise_levels(levels).tolist() == [-128, -128, -128, 0, 127, 127]


def test_half_steps_are_rounded_up() -> None:
    # -117 dBm is 8.5 steps above the lowest.
    assert quantise_levels(np.array([-117.0, -111.0])).tolist() == [9 - 128, 26 - 128]


@given(st.floats(-127.0, 20.0))
def test_a_quantised_level_is_within_half_a_step(level: float) -> None:
    real = (float(quantise_levels(np.array([level]))[0]) + 128.0) / 255.0
    assert real == pytest.approx(float(scale_levels(np.array([level]))[0]), abs=0.5 / 255.0 + 1e-9)


def test_places_come_back() -> None:
    places = np.array([[1.0, 2.0], [5.0, -3.0], [2.0, 0.0]])
    extent = Extent.around(places)
    assert extent.places(extent.scale(places)) == pytest.approx(places)
    assert ((extent.scale(places) > 0.0) & (extent.scale(places) < 1.0)).all()


def test_one_place_has_an_extent_too() -> None:
    extent = Extent.around(np.array([[3.0, 4.0]]))
    assert extent == Extent((2.5, 3.5), (MIN_SIZE_M, MIN_SIZE_M))
