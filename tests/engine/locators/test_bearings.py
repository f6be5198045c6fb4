"""Directions that cross: where they put a beacon, how sure, and for how long they count."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hall import HALL, HEIGHT_M, bearing
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.locators.bearings import HOLD_S, WINDOW_S, BearingsLocator
from custom_components.indoor_positioning.engine.locators.fingerprint import FingerprintLocator
from custom_components.indoor_positioning.engine.measurement import Bearing, Movement, Range
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, readings

PLACE = (4.0, 2.0)
ALL = frozenset(anchor.id for anchor in HALL.anchors)


@pytest.fixture(scope="module")
def model() -> PositioningModel:
    return PositioningModel.build(HALL)


def directions(time: float, anchors: Sequence[Anchor] = HALL.anchors, place: tuple[float, float] = PLACE) -> list:
    return [bearing(anchor, place, time) for anchor in anchors]


def located(locator: BearingsLocator, now: float, measurements: Sequence = ()) -> Estimate:
    locator.measure(measurements)
    estimate = locator.update(now, [], ALL)
    assert estimate is not None
    return estimate


def off(estimate: Estimate, place: tuple[float, float] = PLACE) -> float:
    assert estimate.position is not None
    return math.dist(estimate.position, place)


def test_two_directions_are_enough_for_a_place(model: PositioningModel) -> None:
    estimate = located(BearingsLocator(model, "tag"), 0.0, directions(0.0, HALL.anchors[:2]))
    assert off(estimate) < 0.4
    assert estimate.room == "hall"
    assert estimate.evidence_time == 0.0


def test_one_direction_is_a_line_and_says_so(model: PositioningModel) -> None:
    seen = replace(bearing(HALL.anchors[0], PLACE, 0.0), elevation=None)
    estimate = located(BearingsLocator(model, "tag"), 0.0, [seen])
    assert estimate.position is not None
    assert estimate.covariance is not None
    x, y, _ = HALL.anchors[0].position or (0.0, 0.0, 0.0)
    towards = math.atan2(estimate.position[1] - y, estimate.position[0] - x)
    assert towards == pytest.approx(seen.azimuth, abs=math.radians(1.0)), "it lies on the line of sight"
    along = np.array((math.cos(seen.azimuth), math.sin(seen.azimuth)))
    across = np.array((-along[1], along[0]))
    assert along @ estimate.covariance @ along > 20.0 * (across @ estimate.covariance @ across)


def test_more_directions_make_it_surer(model: PositioningModel) -> None:
    two, four = (
        located(BearingsLocator(model, "tag"), 0.0, directions(0.0, HALL.anchors[:count])).accuracy for count in (2, 4)
    )
    assert two is not None
    assert four is not None
    assert four < 0.8 * two


def test_one_reflection_is_outvoted(model: PositioningModel) -> None:
    wrong = replace(directions(0.0)[0], azimuth=math.pi / 2.0)
    estimate = located(BearingsLocator(model, "tag"), 0.0, [wrong, *directions(0.0)[1:]])
    assert off(estimate) < 0.5


def test_directions_of_a_walker_lose_their_weight_with_age(model: PositioningModel) -> None:
    before = directions(0.0, place=(8.0, 4.0))
    same_moment, later = BearingsLocator(model, "tag"), BearingsLocator(model, "tag")
    at_once = located(same_moment, 0.0, [*before, *directions(0.0)])
    a_second_on = located(later, 1.5, [*before, *directions(1.5)])
    assert off(a_second_on) < off(at_once)
    gone = located(later, 1.5 + WINDOW_S, directions(1.5 + WINDOW_S))
    assert off(gone) < 0.2, "only the newest are left"


def test_between_directions_the_last_estimate_stands(model: PositioningModel) -> None:
    locator = BearingsLocator(model, "tag")
    first, later = located(locator, 0.0, directions(0.0)), located(locator, 60.0)
    assert (later.time, later.evidence_time, later.position) == (60.0, 0.0, first.position)


def test_out_of_sight_of_the_arrays_levels_answer() -> None:
    locator, levels = (
        cls(PositioningModel.build(FLAT, FLAT_SURVEY), "tag") for cls in (BearingsLocator, FingerprintLocator)
    )
    assert isinstance(locator, BearingsLocator)
    seen = Bearing(0.0, "tag", "k", 0.0)
    locator.measure([seen])
    heard = {time: readings(FLAT, (7.0, 5.5), "0", [time]) for time in (0.0, HOLD_S, HOLD_S + 1.0)}
    for time in (0.0, HOLD_S):
        found, unseen = locator.update(time, heard[time], ALL), levels.update(time, heard[time], ALL)
        assert found is not None
        assert unseen is not None
        assert found.position != unseen.position, "a direction is worth more than levels"
    now = HOLD_S + 1.0
    found, unseen = locator.update(now, heard[now], ALL), levels.update(now, heard[now], ALL)
    assert found is not None
    assert unseen is not None
    assert (found.position, found.room) == (unseen.position, "bedroom")


def test_what_is_no_direction_from_a_placed_anchor_changes_nothing(model: PositioningModel) -> None:
    locator = BearingsLocator(model, "tag")
    locator.measure(
        [Range(0.0, "tag", "a0", 3.0, 0.1), Movement(0.0, "tag", 1.0), Bearing(0.0, "tag", "stranger", 0.0)]
    )
    assert locator.update(0.0, [], ALL) is None


def test_without_a_plan_levels_answer() -> None:
    home = replace(ROOMS_ONLY, anchors=FLAT.anchors)
    locator = BearingsLocator(PositioningModel.build(home), "tag")
    locator.measure([Bearing(0.0, "tag", "k", 0.5)])
    estimate = locator.update(0.0, readings(FLAT, (0.5, 0.5), "0", [0.0]), ALL)
    assert estimate is not None
    assert (estimate.room, estimate.position) == ("kitchen", None)


def test_a_home_of_no_placed_anchor_takes_no_directions() -> None:
    home = replace(FLAT, anchors=tuple(replace(one, position=None) for one in FLAT.anchors))
    locator = BearingsLocator(PositioningModel.build(home), "tag")
    locator.measure([Bearing(0.0, "tag", "k", 0.5)])
    assert locator.update(0.0, [], ALL) is None


def test_elevations_tell_the_floor() -> None:
    places = {"d1": (0.2, 0.2, 2.5), "d2": (7.8, 5.8, 2.5)}
    anchors = [replace(one, position=places[one.id]) for one in HOUSE.anchors[:2]]
    model = PositioningModel.build(replace(HOUSE, anchors=(*anchors, *HOUSE.anchors[2:])))
    found = {}
    for floor, rise in (("g", 0.0), ("u", 2.7)):
        seen = []
        for anchor in anchors:
            x, y, z = places[anchor.id]
            away = math.dist((x, y), (3.0, 4.0))
            azimuth, elevation = math.atan2(4.0 - y, 3.0 - x), math.atan2(HEIGHT_M + rise - z, away)
            seen.append(Bearing(0.0, "tag", anchor.id, azimuth, elevation))
        found[floor] = located(BearingsLocator(model, "tag"), 0.0, seen).floor
    assert found == {"g": "g", "u": "u"}


def test_directions_of_anchors_that_may_hang_elsewhere_now_are_forgotten(model: PositioningModel) -> None:
    locator = BearingsLocator(model, "tag")
    located(locator, 0.0, directions(0.0))
    locator.adopt(PositioningModel.build(Home(HALL.rooms, HALL.anchors[1:], HALL.floors)))
    assert locator.update(0.1, [], ALL) is None
    locator.measure(directions(0.2))
    estimate = locator.update(0.2, [], ALL)
    assert estimate is not None
    assert off(estimate) < 0.2


def test_a_direction_that_comes_much_too_late_says_nothing(model: PositioningModel) -> None:
    locator = BearingsLocator(model, "tag")
    locator.measure(directions(0.0))
    assert locator.update(WINDOW_S + 0.1, [], ALL) is None
