from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.mounting import mounting_of, rotation
from tests.engine.small_home import HOUSE, ROOMS_ONLY

FRONT, LEFT, UP = np.eye(3)
angles = st.floats(-360.0, 360.0)


@pytest.mark.parametrize(
    ("orientation", "direction", "expected"),
    [
        ((90.0, 0.0, 0.0), FRONT, (0.0, 1.0, 0.0)),
        ((0.0, 30.0, 0.0), FRONT, (np.cos(np.pi / 6.0), 0.0, 0.5)),
        ((0.0, 0.0, 90.0), LEFT, (0.0, 0.0, 1.0)),
        ((0.0, -90.0, 0.0), FRONT, (0.0, 0.0, -1.0)),
        ((90.0, 30.0, 0.0), FRONT, (0.0, np.cos(np.pi / 6.0), 0.5)),
        ((0.0, 0.0, 180.0), UP, (0.0, 0.0, -1.0)),
    ],
)
def test_an_anchor_is_turned_as_described(
    orientation: tuple[float, float, float], direction: np.ndarray, expected: tuple[float, float, float]
) -> None:
    assert rotation(orientation) @ direction == pytest.approx(np.array(expected), abs=1e-12)


@given(angles, angles, angles)
def test_turning_keeps_lengths_and_hands(yaw: float, pitch: float, roll: float) -> None:
    turn = rotation((yaw, pitch, roll))
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_heights_are_above_the_ground_of_the_house() -> None:
    mounting = mounting_of(HOUSE)
    assert mounting.position[mounting.row["u1"]] == pytest.approx((0.2, 5.8, 3.8))
    assert mounting.beacon_height == pytest.approx((1.1, 3.8))


def test_anchors_without_place_have_no_mounting() -> None:
    assert mounting_of(ROOMS_ONLY).position.shape == (0, 3)
    anchors = (replace(HOUSE.anchors[0], position=None), *HOUSE.anchors[1:])
    assert "d1" not in mounting_of(replace(HOUSE, anchors=anchors)).row
