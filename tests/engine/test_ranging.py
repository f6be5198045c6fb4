from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.ranging import ranging_of
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, ideal_rssi


def test_a_survey_fits_the_law_so_that_distances_come_out_right() -> None:
    ranging = ranging_of(PositioningModel.build(FLAT, FLAT_SURVEY))
    for row, anchor in enumerate(ranging.anchors):
        rssi = ideal_rssi(FLAT, anchor, (5.0, 3.0), "0")
        true = math.dist((5.0, 3.0), ranging.positions[row, :2])
        found = ranging.distances(np.array([row]), np.array([rssi]), 0)[0]
        assert found == pytest.approx(true, rel=0.15)


def test_without_survey_walls_are_in_the_exponent() -> None:
    model = PositioningModel.build(FLAT)
    assert ranging_of(model).parameters.exponent > model.parameters.exponent


def test_a_slab_between_is_taken_out() -> None:
    ranging = ranging_of(PositioningModel.build(HOUSE))
    row = np.array([ranging.row["u1"]])
    same, other = (ranging.distances(row, np.array([-80.0]), floor)[0] for floor in (1, 0))
    assert other < same


def test_heights_count_from_the_ground_of_the_house() -> None:
    ranging = ranging_of(PositioningModel.build(HOUSE))
    assert ranging.positions[ranging.row["u1"], 2] == pytest.approx(2.7 + 1.1)
    assert ranging.beacon_height(1) == pytest.approx(2.7 + 1.1)


def test_wild_readings_give_finite_distances() -> None:
    ranging = ranging_of(PositioningModel.build(FLAT))
    distances = ranging.distances(np.array([0, 1]), np.array([-1e9, 1e9]), 0)
    assert np.isfinite(distances).all()
    assert (distances > 0.0).all()


@pytest.mark.parametrize("home", [ROOMS_ONLY, Home(rooms=(), anchors=())])
def test_no_anchor_with_a_place_is_no_error(home: Home) -> None:
    ranging = ranging_of(PositioningModel.build(home))
    assert ranging.positions.shape == (0, 3)
    assert ranging.row == {}
