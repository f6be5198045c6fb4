from __future__ import annotations

import numpy as np

from custom_components.indoor_positioning.engine.known_rest import (
    MOST_CONTRADICTION,
    SETTLING_S,
    SILENT_S,
    KnownRest,
    share_of_news,
)
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.measurement import Movement
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import FLAT, FLAT_SURVEY, readings


def _told(rest: KnownRest, moving: bool, *times: float) -> None:
    for time in times:
        rest.take([Movement(time, "tag", moving=moving)])


def test_it_is_known_once_the_belief_has_settled_and_until_a_movement() -> None:
    rest = KnownRest()
    assert rest.lasting(0.0) == 0.0
    _told(rest, False, *range(20))
    assert rest.lasting(SETTLING_S) == 0.0
    assert rest.lasting(19.0) == 19.0 - SETTLING_S
    _told(rest, True, 20.0)
    assert rest.lasting(20.0) == 0.0
    rest.take([Movement(21.0, "tag", speed=0.0), Movement(22.0, "tag", heading=1.0)])
    assert rest.lasting(23.0 + SETTLING_S) == 0.0, "not told for too long"


def test_the_estimate_says_for_how_long() -> None:
    locator = BayesLocator(PositioningModel.build(FLAT, FLAT_SURVEY), "tag")
    listening = frozenset(anchor.id for anchor in FLAT.anchors)
    for now in range(1, 12):
        locator.measure([Movement(float(now), "tag", moving=now < 4)])
        estimate = locator.update(float(now), readings(FLAT, (2.0, 2.0), "0", [float(now)]), listening)
        assert estimate is not None
        assert estimate.known_rest == max(0.0, now - 4.0 - SETTLING_S)


def test_a_sensor_that_falls_silent_is_known_of_no_more() -> None:
    rest = KnownRest()
    _told(rest, False, *range(20))
    assert rest.lasting(19.0 + SILENT_S) > 0.0
    assert rest.lasting(19.1 + SILENT_S) == 0.0


def test_one_that_sticks_is_found_by_the_links_and_believed_again_once_it_moves() -> None:
    rest = KnownRest()
    for time in range(40):
        _told(rest, False, time)
        rest.compare(time, 0.8)
    assert (rest.stuck, rest.lasting(39.0)) == (True, 0.0)
    _told(rest, True, 40.0)
    _told(rest, False, *range(41, 60))
    assert (rest.stuck, rest.lasting(59.0) > 0.0) == (False, True)


def test_a_gust_of_drift_is_no_sign_of_sticking() -> None:
    rest, rng = KnownRest(), np.random.default_rng(1)
    for time in range(3600):
        _told(rest, False, time)
        rest.compare(time, float(rng.normal(-0.2, 0.4)))
    assert not rest.stuck
    assert MOST_CONTRADICTION > 0.9 * 2, "two corrections at most do not suffice"


def test_news_grow_fewer() -> None:
    assert share_of_news(0.0) == 1.0
    assert share_of_news(100.0) < share_of_news(10.0) < 0.5


def test_a_tag_that_rests_is_not_moved_by_signals_that_drift() -> None:
    """After a minute at rest in the kitchen a body shadows its anchor, and the levels point to the living room."""
    model = PositioningModel.build(FLAT, FLAT_SURVEY)
    listening = frozenset(anchor.id for anchor in FLAT.anchors)
    chances = {}
    for known in (True, False):
        locator = BayesLocator(model, "tag")
        estimate = None
        for time in range(90):
            place = (2.5, 2.0) if time < 60 else (5.0, 2.0)
            if known:
                locator.measure([Movement(float(time), "tag", moving=False)])
            estimate = locator.update(float(time), readings(FLAT, place, "0", [float(time)]), listening)
        assert estimate is not None
        chances[known] = estimate.room_probabilities["kitchen"]
    assert chances[True] > 0.8
    assert chances[False] < 0.3


def test_a_tag_whose_sensor_sticks_is_followed_all_the_same() -> None:
    model = PositioningModel.build(FLAT, FLAT_SURVEY)
    listening = frozenset(anchor.id for anchor in FLAT.anchors)
    locator, estimate, x = BayesLocator(model, "tag"), None, 0.0
    for time in range(140):
        # A walk to and fro between kitchen and living room.
        x = 1.5 + 6.0 * abs((time / 15.0) % 2.0 - 1.0) if time >= 30 else 1.5
        locator.measure([Movement(float(time), "tag", moving=False)])
        estimate = locator.update(float(time), readings(FLAT, (x, 2.0), "0", [float(time)]), listening)
    assert estimate is not None
    assert estimate.position is not None
    assert abs(estimate.position[0] - x) < 2.5
