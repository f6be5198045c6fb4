"""What the classic locators share: they find a beacon where an ideal radio puts it."""

from __future__ import annotations

import math

import pytest

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.locators import Locator, create_locator
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, readings, survey

CLASSIC = ("proximity", "centroid", "trilateration", "fingerprint", "particle")
ALL = frozenset(anchor.id for anchor in (*FLAT.anchors, *HOUSE.anchors))

# How far each may be off with ideal readings (m): proximity names the anchor, the centroid pulls to the middle.
REACH = {"proximity": 4.0, "centroid": 1.8, "trilateration": 0.6, "fingerprint": 0.8, "particle": 0.9}


def _stand(locator: Locator, home: Home, place: Point, floor: str, seconds: range) -> Estimate:
    """Return the estimate at the end of a stand of one packet a second."""
    estimate = None
    for second in seconds:
        estimate = locator.update(float(second), readings(home, place, floor, [second]), ALL)
    assert estimate is not None
    return estimate


@pytest.fixture(scope="module")
def model() -> PositioningModel:
    return PositioningModel.build(FLAT, FLAT_SURVEY)


@pytest.mark.parametrize("name", CLASSIC)
@pytest.mark.parametrize(("room", "place"), [("kitchen", (1.0, 1.0)), ("living", (7.5, 2.5)), ("bedroom", (2.0, 5.5))])
def test_it_finds_place_and_room(model: PositioningModel, name: str, room: str, place: tuple[float, float]) -> None:
    locator = create_locator(name, model, "tag")
    estimate = _stand(locator, FLAT, place, "0", range(10))
    assert estimate.room == room
    assert estimate.position is not None
    assert math.dist(estimate.position, place) <= REACH[name]
    assert sum(estimate.room_probabilities.values()) == pytest.approx(1.0)
    assert estimate.evidence_time == 9.0


@pytest.mark.parametrize("name", CLASSIC)
def test_it_says_a_covariance_or_honestly_none(model: PositioningModel, name: str) -> None:
    locator = create_locator(name, model, "tag")
    estimate = locator.update(0.0, readings(FLAT, (7.5, 2.5), "0", [0.0]), ALL)
    assert estimate is not None
    can_say = name in {"trilateration", "fingerprint", "particle"}
    assert (estimate.covariance is not None) == can_say
    assert (estimate.accuracy is not None) == can_say


@pytest.mark.parametrize("name", CLASSIC)
def test_it_finds_the_floor(name: str) -> None:
    places = [("down", "g", (2.0, 2.0)), ("down", "g", (6.0, 4.0)), ("up", "u", (2.0, 2.0)), ("up", "u", (6.0, 4.0))]
    model = PositioningModel.build(HOUSE, survey(HOUSE, places))
    for room, floor, place in places:
        locator = create_locator(name, model, "tag")
        estimate = _stand(locator, HOUSE, place, floor, range(10))
        assert (estimate.floor, estimate.room) == (floor, room)


@pytest.mark.parametrize("name", CLASSIC)
def test_it_makes_do_without_plan_and_without_survey(name: str) -> None:
    locator = create_locator(name, PositioningModel.build(ROOMS_ONLY), "tag")
    estimate = locator.update(0.0, readings(FLAT, (0.5, 0.5), "0", [0.0]), ALL)
    assert estimate is not None
    assert estimate.room == "kitchen"
    assert estimate.position is None


@pytest.mark.parametrize("name", CLASSIC)
def test_between_readings_the_last_estimate_stands(model: PositioningModel, name: str) -> None:
    locator = create_locator(name, model, "tag")
    first = locator.update(0.0, readings(FLAT, (1.0, 1.0), "0", [0.0]), ALL)
    later = locator.update(60.0, [], ALL)
    assert first is not None
    assert later is not None
    assert (later.time, later.evidence_time, later.room) == (60.0, 0.0, first.room)


@pytest.mark.parametrize("name", CLASSIC)
def test_it_goes_on_in_a_changed_home(model: PositioningModel, name: str) -> None:
    locator = create_locator(name, model, "tag")
    locator.update(0.0, readings(FLAT, (1.0, 1.0), "0", [0.0]), ALL)
    changed = Home(rooms=FLAT.rooms[1:], anchors=FLAT.anchors, floors=FLAT.floors)
    locator.adopt(PositioningModel.build(changed))
    estimate = _stand(locator, FLAT, (7.5, 2.5), "0", range(1, 10))
    assert estimate.room == "living"


@pytest.mark.parametrize("name", ["trilateration", "centroid", "particle"])
def test_zones_are_weighed(model: PositioningModel, name: str) -> None:
    locator = create_locator(name, model, "tag")
    estimate = _stand(locator, FLAT, (7.0, 1.5), "0", range(10))
    assert 0.1 < estimate.zone_probabilities["sofa"] <= 1.0
