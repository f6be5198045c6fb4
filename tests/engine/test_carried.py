"""Beacons that are carried lower or higher than usual."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.carried import carried_height, log_distance_change
from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.home import Anchor, Beacon, Home, RadioLaw
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.mounting import mounting_of
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.propagation import BEACON_HEIGHT_M, MIN_DISTANCE_M
from custom_components.indoor_positioning.engine.self_calibration import Lesson
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY, survey

# Where a collar is, and a shelf below anchors at the ceiling.
COLLAR_M = 0.4
SHELF_M = 2.0
CEILING = replace(
    FLAT,
    anchors=tuple(
        replace(anchor, position=(*anchor.position[:2], 2.5)) for anchor in FLAT.anchors if anchor.position is not None
    ),
)


def carrying(home: Home, **heights: float | None) -> Home:
    return replace(home, beacons=tuple(Beacon(name, carried_height=height) for name, height in heights.items()))


def test_those_at_the_usual_height_share_one_map() -> None:
    model = PositioningModel.build(carrying(CEILING, phone=None, watch=BEACON_HEIGHT_M, card=1.13))
    assert model.carried == {}
    assert model.carried_map("phone") is model.carried_map("stranger") is None


def test_those_at_one_height_share_one_map() -> None:
    model = PositioningModel.build(carrying(CEILING, keys=SHELF_M, box=1.98, phone=None))
    assert list(model.carried) == [SHELF_M]
    assert model.carried_map("keys") is model.carried_map("box")
    assert model.carried_map("phone") is None


def test_what_lies_below_an_anchor_is_heard_as_near_as_it_is() -> None:
    model = PositioningModel.build(carrying(CEILING, dog=SHELF_M))
    carried = model.carried_map("dog")
    assert carried is not None
    cell = int(np.hypot(*(model.grid.points - (0.2, 0.2)).T).argmin())
    x, y = model.grid.points[cell] - (0.2, 0.2)
    there, usual = (float(np.sqrt(x**2 + y**2 + (2.5 - height) ** 2)) for height in (SHELF_M, BEACON_HEIGHT_M))
    told = -10.0 * model.parameters.exponent * np.log10(max(there, MIN_DISTANCE_M) / usual)
    assert carried.change[0, cell] == pytest.approx(told)
    assert carried.change[0, cell] > 2.0
    assert abs(carried.change[0]).min() < 0.3


def test_what_lies_further_away_from_all_anchors_keeps_the_map() -> None:
    model = PositioningModel.build(carrying(CEILING, dog=COLLAR_M))
    assert model.carried == {}
    # Its ranges reckon with its height all the same.
    assert mounting_of(model.home, carried_height(model.home, "dog")).beacon_height == pytest.approx([COLLAR_M])


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_the_further_from_the_anchors_height_the_further_away(one: float, other: float) -> None:
    home, grid = CEILING, CEILING_GRID
    near, far = sorted((one, other), key=lambda height: abs(height - 2.5))
    change = log_distance_change(home, grid, home.anchors, far) - log_distance_change(home, grid, home.anchors, near)
    assert (change >= -1e-9).all()


CEILING_GRID = build_grid(CEILING)


@pytest.mark.parametrize("height", [0.0, COLLAR_M, 5.0])
def test_where_no_place_is_known_height_says_nothing(height: float) -> None:
    grid = build_grid(ROOMS_ONLY)
    assert not log_distance_change(ROOMS_ONLY, grid, ROOMS_ONLY.anchors, height).any()
    assert PositioningModel.build(carrying(ROOMS_ONLY, dog=height)).carried == {}


def test_each_floor_counts_from_its_own_ground() -> None:
    grid = build_grid(HOUSE)
    change = log_distance_change(HOUSE, grid, HOUSE.anchors, 0.0)
    upstairs = [anchor.id for anchor in HOUSE.anchors].index("u1")
    below, same = grid.floor == 0, grid.floor == 1
    # The anchor upstairs is further from the ground downstairs, and from its own.
    assert (change[upstairs, below] > 0.0).all()
    assert (change[upstairs, same] > 0.0).all()
    assert mounting_of(HOUSE, 0.0).beacon_height == pytest.approx((0.0, 2.7))


def test_other_radios_and_samples_know_of_it() -> None:
    router = Anchor("router", "0", (0.2, 0.2, 2.5), law=RadioLaw(-35.0, 2.2, 7.0))
    home = replace(carrying(CEILING, dog=SHELF_M), other_anchors=(router,))
    model = PositioningModel.build(home, survey(CEILING, [("kitchen", "0", (0.5, 0.5))]))
    carried = model.carried_map("dog")
    assert carried is not None
    corner = int(np.hypot(*(model.grid.points - (0.2, 0.2)).T).argmin())
    assert carried.signals.mean[0, corner] > model.signals.mean[0, corner] + 2.0
    assert carried.signals.row == model.signals.row


def followed(model: PositioningModel, levels: np.ndarray) -> tuple[tuple[float, float], Lesson]:
    """Return where the dog is found that is heard at these levels (anchors,), and what the home learns of it."""
    locator = BayesLocator(model, "dog")
    anchors, estimate = model.radio_map.anchors, None
    for second in range(12):
        observations = [
            Observation(float(second), "dog", name, float(rssi)) for name, rssi in zip(anchors, levels, strict=True)
        ]
        estimate = locator.update(float(second), observations, frozenset(anchors))
    lesson = locator.lesson()
    assert estimate is not None
    assert estimate.position is not None
    assert lesson is not None
    return estimate.position, lesson


def test_what_lies_on_a_shelf_is_found_and_teaches_what_a_hand_would() -> None:
    told = PositioningModel.build(carrying(CEILING, dog=SHELF_M))
    untold = PositioningModel.build(carrying(CEILING, dog=None))
    carried = told.carried_map("dog")
    assert carried is not None
    cell = int(np.hypot(*(told.grid.points - (0.9, 0.9)).T).argmin())
    levels = told.radio_map.mean[:, cell] + carried.change[:, cell]
    (place, lesson), (_, other_lesson) = followed(told, levels), followed(untold, levels)
    assert np.hypot(*(told.grid.points[cell] - place)) < 1.0
    assert lesson.foretold > other_lesson.foretold
    # The home is taught of the usual height.
    usual = told.radio_map.mean[lesson.links.rows, cell]
    assert np.abs(lesson.links.rssi - usual).sum() < 0.7 * np.abs(levels[lesson.links.rows] - usual).sum()
    assert [values[-1] for values in lesson.links.values] == pytest.approx(list(lesson.links.rssi))
    assert other_lesson.links.rssi == pytest.approx(levels[other_lesson.links.rows])


def test_heights_are_told_apart_by_decimetres() -> None:
    assert carried_height(carrying(FLAT, dog=0.44), "dog") == pytest.approx(0.4)
    assert carried_height(FLAT, "nobody") == BEACON_HEIGHT_M
