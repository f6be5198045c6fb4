"""Dead reckoning as a baseline: a walk whose motion is told at 50 Hz, and readings that scatter."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.locators import create_locator
from custom_components.indoor_positioning.engine.locators.base import Measuring
from custom_components.indoor_positioning.engine.measurement import Movement, Range
from custom_components.indoor_positioning.engine.model import PositioningModel
from tests.engine.small_home import FLAT, FLAT_SURVEY, ROOMS_ONLY, readings

ALL = frozenset(anchor.id for anchor in FLAT.anchors)
MODEL = PositioningModel.build(FLAT, FLAT_SURVEY)
RATE_HZ = 50
SPEED_M_S = 0.7
BASELINES = ("ekf", "complementary")


def _place(time: float) -> tuple[float, float, float]:
    """Return x, y and heading on a round of 7 x 4 m, one side after the other."""
    at = SPEED_M_S * time % 22.0
    for length, heading, (x, y) in (
        (7.0, 0.0, (1.0, 1.5)),
        (4.0, math.pi / 2.0, (8.0, 1.5)),
        (7.0, math.pi, (8.0, 5.5)),
        (4.0, -math.pi / 2.0, (1.0, 5.5)),
    ):
        if at <= length:
            return x + at * math.cos(heading), y + at * math.sin(heading), heading
        at -= length
    raise AssertionError(time)


def _errors(name: str, *, told: bool, seconds: int = 90, seed: int = 4) -> tuple[FloatArray, FloatArray]:
    """Return how far off a locator is from the tenth second on, and the radius that it says."""
    rng = np.random.default_rng(seed)
    locator = create_locator(name, MODEL, "phone")
    off, said = [], []
    for second in range(1, seconds):
        if told and isinstance(locator, Measuring):
            locator.measure(
                [
                    Movement(time, "phone", max(0.0, SPEED_M_S + rng.normal(0.0, 0.15)), heading + rng.normal(0.0, 0.2))
                    for step in range(RATE_HZ)
                    for time in [second - 1 + step / RATE_HZ]
                    for heading in [_place(time)[2]]
                ]
            )
        x, y, _ = _place(second)
        heard = [
            replace(reading, rssi=reading.rssi + float(rng.normal(0.0, 5.0)))
            for reading in readings(FLAT, (x, y), "0", [float(second)])
        ]
        estimate = locator.update(float(second), heard, ALL)
        assert estimate is not None
        assert estimate.position is not None
        assert sum(estimate.room_probabilities.values()) == pytest.approx(1.0)
        if second >= 10:
            off.append(math.dist(estimate.position, (x, y)))
            said.append(estimate.accuracy)
    return np.array(off), np.array(said, dtype=float)


@pytest.mark.parametrize("name", BASELINES)
def test_motion_makes_fixes_better(name: str) -> None:
    fixes, _ = _errors("fingerprint", told=False)
    off, said = _errors(name, told=True)
    assert np.median(off) < 0.8 * np.median(fixes)
    assert np.quantile(off, 0.95) < np.quantile(fixes, 0.95)
    assert np.mean(off <= said) > 0.5


@pytest.mark.parametrize("name", BASELINES)
def test_without_motion_they_are_hardly_worse_than_the_fixes(name: str) -> None:
    fixes, _ = _errors("fingerprint", told=False)
    assert np.median(_errors(name, told=False)[0]) < 1.6 * np.median(fixes)


@pytest.mark.parametrize("name", BASELINES)
def test_one_that_says_it_rests_stays(name: str) -> None:
    rng = np.random.default_rng(5)
    locator = create_locator(name, MODEL, "phone")
    assert isinstance(locator, Measuring)
    places = []
    for second in range(1, 60):
        locator.measure([Movement(float(second), "phone", moving=False)])
        heard = [
            replace(reading, rssi=reading.rssi + float(rng.normal(0.0, 5.0)))
            for reading in readings(FLAT, (6.0, 2.0), "0", [float(second)])
        ]
        estimate = locator.update(float(second), heard, ALL)
        assert estimate is not None
        places.append(estimate.position)
    steps = np.hypot(*np.diff(np.array(places[20:], dtype=float), axis=0).T)
    assert np.median(steps) < 0.25


@pytest.mark.parametrize("name", BASELINES)
def test_what_is_wrong_or_missing_does_no_harm(name: str) -> None:
    locator = create_locator(name, MODEL, "phone")
    assert isinstance(locator, Measuring)
    locator.measure([Movement(5.0, "phone", 1.0, 1.0), Range(5.0, "phone", "k", 1.0, 0.1)])
    assert locator.update(6.0, [], ALL) is None
    last = None
    for second in range(7, 12):
        locator.measure([Movement(float(second), "phone", heading=3.0), Movement(second - 3.0, "phone", 12.0, 1.0)])
        last = locator.update(float(second), readings(FLAT, (1.0, 1.0), "0", [float(second)]), ALL)
    assert last is not None
    assert last.room == "kitchen"
    again = locator.update(100.0, readings(FLAT, (7.5, 2.5), "0", [100.0]), ALL)
    assert again is not None
    assert again.room == "living", "after a silence it begins anew"
    locator.adopt(PositioningModel.build(ROOMS_ONLY))
    undrawn = locator.update(101.0, readings(FLAT, (1.0, 1.0), "0", [101.0]), ALL)
    assert undrawn is not None
    assert undrawn.position is None
