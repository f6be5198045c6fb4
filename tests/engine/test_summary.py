"""A belief over cells becomes a place, an accuracy that means something, and probabilities that add up."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.home import Zone
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.motion import MODES, WALKING
from custom_components.indoor_positioning.engine.summary import LIKELY_FLOOR, CellSummary
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

FLAT_MODEL = PositioningModel.build(FLAT)
HOUSE_MODEL = PositioningModel.build(HOUSE)


def _summed(model: PositioningModel, cells: FloatArray, *, walking: float = 0.3) -> Estimate:
    belief = np.zeros((MODES, len(cells), 2), dtype=np.float32)
    belief[WALKING] = walking * cells[:, None] / 2
    belief[1 - WALKING] = (1.0 - walking) * cells[:, None] / 2
    return CellSummary(model.home, model.grid).estimate(10.0, 9.5, belief)


def _only(which: FloatArray) -> FloatArray:
    share: FloatArray = which / which.sum()
    return share


def _near(model: PositioningModel, x: float, y: float, sd: float) -> FloatArray:
    weight = np.exp(-0.5 * ((model.grid.points - (x, y)) ** 2).sum(axis=1) / sd**2)
    return _only(weight)


def test_one_cell_is_a_place_as_sharp_as_the_cell() -> None:
    cells = np.zeros(len(FLAT_MODEL.grid))
    cells[17] = 1.0
    estimate = _summed(FLAT_MODEL, cells)
    assert estimate.position == pytest.approx(tuple(FLAT_MODEL.grid.points[17]))
    assert estimate.covariance == pytest.approx(np.eye(2) * 0.25 / 12.0)
    assert estimate.accuracy == pytest.approx(0.5 / math.sqrt(12.0))
    assert (estimate.time, estimate.evidence_time) == (10.0, 9.5)
    assert estimate.moving == pytest.approx(0.3, abs=1e-5)
    assert estimate.room == "kitchen"


def test_the_accuracy_holds_68_percent_of_the_belief() -> None:
    cells = _near(FLAT_MODEL, 4.5, 3.5, 0.9)
    estimate = _summed(FLAT_MODEL, cells)
    assert estimate.position == pytest.approx((4.5, 3.5), abs=0.05)
    assert estimate.accuracy is not None
    assert estimate.position is not None
    away = np.hypot(*(FLAT_MODEL.grid.points - estimate.position).T)
    assert cells[away <= estimate.accuracy].sum() == pytest.approx(0.68, abs=0.05)
    # Of a round normal distribution the radius is 1.51 sd.
    assert estimate.accuracy == pytest.approx(1.51 * 0.9, rel=0.1)
    assert estimate.covariance == pytest.approx(0.81 * np.eye(2), abs=0.1)


def test_rooms_and_zones_take_the_belief_inside_them() -> None:
    in_living = _only((FLAT_MODEL.grid.room == 1).astype(float))
    estimate = _summed(FLAT_MODEL, in_living)
    assert estimate.room_probabilities == pytest.approx({"kitchen": 0.0, "living": 1.0, "bedroom": 0.0})
    # The sofa is 2 of the living room's 20 square metres.
    assert estimate.zone_probabilities["sofa"] == pytest.approx(0.1, abs=0.03)


def test_overlapping_zones_count_what_they_cover_and_strange_ones_nothing() -> None:
    zones = (
        Zone("all", "All", "0", rectangle(-1, -1, 20, 20)),
        Zone("west", "West", "0", rectangle(-1, -1, 5, 20)),
        Zone("other", "Other", "9", rectangle(-1, -1, 20, 20)),
    )
    model = PositioningModel.build(replace(FLAT, zones=zones))
    estimate = _summed(model, _only((model.grid.room == 0).astype(float)))
    assert estimate.zone_probabilities == pytest.approx({"all": 1.0, "west": 1.0, "other": 0.0})
    assert model.summary.zones_outside == {"other"}


def test_the_place_is_that_of_the_likeliest_floor() -> None:
    grid = HOUSE_MODEL.grid
    downstairs = np.hypot(*(grid.points - (1.0, 1.0)).T) < 0.5
    upstairs = np.hypot(*(grid.points - (7.0, 5.0)).T) < 0.5
    cells = 0.4 * _only(downstairs * (grid.floor == 0)) + 0.6 * _only(upstairs * (grid.floor == 1))
    estimate = _summed(HOUSE_MODEL, cells)
    assert estimate.floor == "u"
    assert estimate.position == pytest.approx((7.0, 5.0), abs=0.3)
    assert estimate.floor_probabilities == pytest.approx({"g": 0.4, "u": 0.6}, abs=1e-5)


def test_without_a_plan_there_are_rooms_but_no_place() -> None:
    estimate = _summed(PositioningModel.build(ROOMS_ONLY), np.array([0.2, 0.5, 0.3]))
    assert estimate.room == "living"
    assert (estimate.position, estimate.covariance, estimate.accuracy) == (None, None, None)


def test_belief_in_an_undrawn_room_of_a_drawn_floor_has_no_place() -> None:
    model = PositioningModel.build(replace(FLAT, rooms=(FLAT.rooms[0], *ROOMS_ONLY.rooms[1:])))
    placed = _only(model.grid.placed.astype(float))
    elsewhere = _only((model.grid.room == 2).astype(float))
    assert _summed(model, placed).position is not None
    assert _summed(model, 0.1 * placed + 0.9 * elsewhere).position is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.0, 1.0))
def test_any_belief_adds_up(seed: int, walking: float) -> None:
    cells = np.random.default_rng(seed).random(len(HOUSE_MODEL.grid)) ** 20
    estimate = _summed(HOUSE_MODEL, cells / cells.sum(), walking=walking)
    assert sum(estimate.room_probabilities.values()) == pytest.approx(1.0)
    assert sum(estimate.floor_probabilities.values()) == pytest.approx(1.0)
    assert estimate.moving == pytest.approx(walking, abs=1e-4)
    assert estimate.covariance is not None
    assert (np.linalg.eigvalsh(estimate.covariance) > 0.0).all()


def test_another_floor_that_is_almost_as_likely_has_its_own_place() -> None:
    grid = HOUSE_MODEL.grid
    lower, upper = (_only(_near(HOUSE_MODEL, 3.0, 2.0, 0.5) * (grid.floor == floor)) for floor in (0, 1))
    estimate = _summed(HOUSE_MODEL, 0.6 * lower + 0.4 * upper)
    assert estimate.floor == HOUSE.floors[0].id
    (floor, place), *others = estimate.elsewhere.items()
    assert (floor, others) == (HOUSE.floors[1].id, [])
    alone = _summed(HOUSE_MODEL, upper)
    assert (alone.floor, dict(alone.elsewhere)) == (floor, {})
    assert place.position == pytest.approx(alone.position)
    assert place.accuracy == pytest.approx(alone.accuracy)
    hardly = _summed(HOUSE_MODEL, (1.0 - LIKELY_FLOOR + 0.01) * lower + (LIKELY_FLOOR - 0.01) * upper)
    assert not hardly.elsewhere
