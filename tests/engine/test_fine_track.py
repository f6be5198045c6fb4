from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hall import HALL, HEIGHT_M, distance
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.fine_track import LOST_S, FineTrack
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.measurement import Measurement, Movement
from custom_components.indoor_positioning.engine.mounting import mounting_of

MOUNTING = mounting_of(HALL)
POINTS = np.stack(np.meshgrid(np.arange(0.25, 12.0, 0.5), np.arange(0.25, 6.0, 0.5)), axis=-1).reshape(-1, 2)


def _belief(place: Point, time: float = 0.0) -> Estimate:
    return Estimate(time, time, "0", place, np.eye(2) * 0.1, 0.5, {"hall": 1.0}, {"0": 1.0})


def _cells(place: Point) -> np.ndarray:
    return np.asarray(np.exp(-0.5 * ((POINTS - place) ** 2).sum(axis=1) / 0.5**2))


def _ranges(place: Point, time: float) -> list[Measurement]:
    return [distance(anchor, place, time) for anchor in HALL.anchors]


def _position(estimate: Estimate) -> Point:
    assert estimate.position is not None
    return estimate.position


def test_it_finds_a_place_between_the_cells() -> None:
    track, place = FineTrack(), (4.11, 2.37)
    for time in range(5):
        track.follow(_ranges(place, float(time)), MOUNTING, HEIGHT_M, _belief((4.5, 2.5)))
    found = track.refine(_belief((4.5, 2.5), 4.0), 4.0, POINTS, _cells((4.5, 2.5)))
    assert math.dist(_position(found), place) < 0.05
    assert found.accuracy is not None
    assert found.accuracy < 0.2


def test_it_goes_along_with_who_walks() -> None:
    track, place = FineTrack(), (2.0, 3.0)
    for step in range(40):
        place = (2.0 + 0.1 * step, 3.0)
        track.follow(_ranges(place, 0.1 * step), MOUNTING, HEIGHT_M, _belief((2.0, 3.0)))
    ahead = track.refine(_belief(place, 4.4), 4.4, POINTS, _cells(place))
    assert _position(ahead) == pytest.approx((6.4, 3.0), abs=0.15)


def test_a_movement_tells_the_velocity() -> None:
    track, place = FineTrack(), (4.0, 3.0)
    track.follow(_ranges(place, 0.0), MOUNTING, HEIGHT_M, _belief(place))
    track.follow([Movement(0.0, "tag", 1.0, math.pi / 2.0)], MOUNTING, HEIGHT_M, _belief(place))
    assert _position(track.refine(_belief(place, 1.0), 1.0, POINTS, _cells(place)))[1] > 3.6


def test_whoever_says_that_they_stand_does_not_glide_on() -> None:
    track = FineTrack()
    for step in range(20):
        place = (2.0 + 0.1 * step, 3.0)
        track.follow(_ranges(place, 0.1 * step), MOUNTING, HEIGHT_M, _belief(place))
    here = _belief((4.0, 3.0), 3.0)
    gliding = _position(track.refine(here, 3.0, POINTS, _cells((4.0, 3.0))))
    track.follow([Movement(2.0, "tag", 0.0, None)], MOUNTING, HEIGHT_M, here)
    assert _position(track.refine(here, 3.0, POINTS, _cells((4.0, 3.0))))[0] < gliding[0] - 0.3


def test_it_steps_back_where_belief_is_elsewhere_and_begins_there_anew() -> None:
    track = FineTrack()
    track.follow(_ranges((2.0, 3.0), 0.0), MOUNTING, HEIGHT_M, _belief((2.0, 3.0)))
    elsewhere = _belief((10.0, 3.0))
    assert track.refine(elsewhere, 0.0, POINTS, _cells((10.0, 3.0))) is elsewhere
    track.follow(_ranges((10.2, 3.0), 0.1), MOUNTING, HEIGHT_M, elsewhere)
    assert _position(track.refine(elsewhere, 0.1, POINTS, _cells((10.0, 3.0)))) == pytest.approx((10.2, 3.0), abs=0.1)


def test_it_says_nothing_without_measurements_without_place_or_on_another_floor() -> None:
    track, place = FineTrack(), (2.0, 3.0)
    belief = _belief(place)
    assert track.refine(belief, 0.0, POINTS, _cells(place)) is belief
    track.follow([Movement(0.0, "tag", 1.0, 0.0)], MOUNTING, HEIGHT_M, belief)
    assert track.refine(belief, 0.0, POINTS, _cells(place)) is belief
    nowhere = replace(belief, position=None, covariance=None)
    track.follow(_ranges(place, 0.0), MOUNTING, HEIGHT_M, nowhere)
    assert track.refine(nowhere, 0.0, POINTS, _cells(place)) is nowhere
    track.follow(_ranges(place, 0.0), MOUNTING, HEIGHT_M, belief)
    upstairs = replace(belief, floor="1")
    assert track.refine(upstairs, 0.0, POINTS, _cells(place)) is upstairs
    assert track.refine(belief, LOST_S + 0.1, POINTS, _cells(place)) is belief
