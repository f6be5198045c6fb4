from __future__ import annotations

import math

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.barometer import HPA_PER_M, OFFSET_SD_M, Barometer
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.measurement import Pressure
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import HOUSE, readings, survey

FLOORS = np.array([0.0, 2.7, 5.4])
GROUND, UPPER = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])


def _at(height: float, offset: float = 0.0) -> list[Pressure]:
    return [Pressure(0.0, "tag", offset - HPA_PER_M * height)]


def _taught(offset: float, seconds: int = 120) -> Barometer:
    barometer = Barometer()
    for _ in range(seconds):
        barometer.learn(_at(0.0, offset), FLOORS, GROUND, 1.0)
    return barometer


def test_two_barometers_that_have_not_been_compared_say_next_to_nothing() -> None:
    said = Barometer().log_likelihood(_at(2.7), FLOORS, 10.0)
    assert float(np.ptp(said)) < 0.6


@pytest.mark.parametrize("offset", [-1.0, 0.0, 0.8])
def test_once_their_difference_is_learnt_they_tell_the_floor(offset: float) -> None:
    barometer = _taught(offset)
    assert barometer.offset_sd < 0.3
    for height, floor in ((0.3, 0), (2.5, 1), (5.6, 2)):
        said = barometer.log_likelihood(_at(height, offset), FLOORS, 10.0)
        assert said.argmax() == floor
        assert np.sort(said)[-1] - np.sort(said)[-2] > 2.0


def test_a_short_time_says_less() -> None:
    barometer = _taught(0.0)
    short, long = (barometer.log_likelihood(_at(2.7), FLOORS, elapsed) for elapsed in (1.0, 10.0))
    assert float(np.ptp(short)) == pytest.approx(0.1 * float(np.ptp(long)))


def test_whoever_does_not_know_the_floor_teaches_little() -> None:
    barometer = Barometer()
    for _ in range(60):
        barometer.learn(_at(0.0), FLOORS, np.full(3, 1.0 / 3.0), 1.0)
    assert _taught(0.0, 60).offset_sd < 0.6 * barometer.offset_sd < OFFSET_SD_M


def test_a_wrong_floor_for_a_moment_does_not_unlearn() -> None:
    barometer = _taught(0.5)
    for _ in range(5):
        barometer.learn(_at(2.7, 0.5), FLOORS, GROUND, 1.0)
    assert barometer.log_likelihood(_at(2.7, 0.5), FLOORS, 10.0).argmax() == 1


def test_the_filter_follows_upstairs_by_pressure_where_levels_do_not_tell() -> None:
    places = [(room, floor, (x, 3.0)) for room, floor in (("down", "g"), ("up", "u")) for x in (2.0, 6.0)]
    model = PositioningModel.build(HOUSE, survey(HOUSE, places))
    listening = frozenset(anchor.id for anchor in HOUSE.anchors)
    chances = {}
    for with_pressure in (True, False):
        locator = BayesLocator(model, "tag")
        estimate = None
        for time in range(150):
            upstairs = time >= 120
            if with_pressure:
                height = 2.7 if upstairs else 0.0
                locator.measure([Pressure(float(time), "tag", 0.7 - HPA_PER_M * height)])
            # On the stairs half of the anchors of either floor hear it as from below.
            heard = readings(HOUSE, (4.0, 3.0), "g", [float(time)])
            heard += readings(HOUSE, (4.0, 3.0), "u", [float(time)]) if upstairs else []
            estimate = locator.update(float(time), heard, listening)
        assert estimate is not None
        assert math.isfinite(estimate.floor_probabilities["u"])
        chances[with_pressure] = estimate.floor_probabilities["u"]
    assert chances[True] > chances[False]
    assert chances[True] > 0.9
