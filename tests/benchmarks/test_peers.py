from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peers import PEERS, Answer, Setup
from benchmarks.peers.cv_kalman import ConstantVelocityFilter
from benchmarks.peers.espresense import REPORT_EVERY_S, Espresense, _kalman
from benchmarks.peers.kalman_centroid import fit_log_distance
from benchmarks.peers.simplex import Vector, nelder_mead
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.home import Anchor
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, readings, survey

SETUP = Setup(PositioningModel.build(FLAT, FLAT_SURVEY))

# Without tuning, distances are wrong by a factor, and positions by metres: only the tuned ones must find the place.
REACH = {"ESPresense (tuned)": 1.0, "BPS (tuned)": 1.0, "Kalman + centroid": 2.5}


def _stand(name: str, setup: Setup, place: Point, floor: str = "0", seconds: int = 60) -> Answer:
    peer = PEERS[name].make(setup, "tag")
    answer = Answer()
    for second in range(seconds):
        for reading in readings(setup.home, place, floor, [float(second)]):
            peer.observe(reading)
        answer = peer.answer(float(second))
    return answer


@pytest.mark.parametrize("name", PEERS)
def test_it_finds_the_room_beside_the_anchor(name: str) -> None:
    assert _stand(name, SETUP, (1.0, 1.0)).room == "kitchen"


@pytest.mark.parametrize("name", REACH)
@pytest.mark.parametrize("place", [(1.0, 1.0), (7.0, 5.5)])
def test_it_finds_the_place(name: str, place: Point) -> None:
    position = _stand(name, SETUP, place).position
    assert position is not None
    assert math.dist(position, place) <= REACH[name]


# With its default distances ESPresense fits both floors of so open a house alike.
@pytest.mark.parametrize("name", [name for name in PEERS if name != "ESPresense"])
def test_it_tells_floors_apart(name: str) -> None:
    # Some need three receivers on a floor.
    more = (Anchor("d3", "g", (7.8, 0.2, 1.1), "down"), Anchor("u3", "u", (0.2, 0.2, 1.1), "up"))
    house = replace(HOUSE, anchors=(*HOUSE.anchors, *more))
    places = [("down", "g", (1.0, 1.0)), ("down", "g", (7.0, 5.0)), ("up", "u", (1.0, 5.0)), ("up", "u", (7.0, 1.0))]
    setup = Setup(PositioningModel.build(house, survey(house, places)))
    assert _stand(name, setup, (7.0, 1.0), "u").floor == "u"
    assert _stand(name, setup, (1.0, 1.0), "g").floor == "g"


@pytest.mark.parametrize("name", PEERS)
def test_it_survives_a_home_without_plan(name: str) -> None:
    setup = Setup(PositioningModel.build(ROOMS_ONLY, FLAT_SURVEY))
    peer = PEERS[name].make(setup, "tag")
    for reading in readings(FLAT, (1.0, 1.0), "0", [0.0, 1.0, 2.0]):
        peer.observe(reading)
    assert peer.answer(2.0).position is None


@pytest.mark.parametrize("name", PEERS)
def test_silence_ends_in_away(name: str) -> None:
    peer = PEERS[name].make(SETUP, "tag")
    for reading in readings(FLAT, (1.0, 1.0), "0", [float(second) for second in range(10)]):
        peer.observe(reading)
        peer.answer(reading.time)
    assert not peer.answer(12.0).away
    assert peer.answer(300.0).away


def test_nelder_mead_finds_the_valley_of_rosenbrock() -> None:
    def rosenbrock(vector: Vector) -> float:
        x, y = vector
        return (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2

    best, cost = nelder_mead(rosenbrock, [(-1.2, 1.0), (-1.0, 1.0), (-1.2, 1.2)], tolerance=1e-9, iterations=500)
    assert best == pytest.approx((1.0, 1.0), abs=1e-3)
    assert cost < 1e-6


def test_the_constant_velocity_filter_follows_a_straight_walk() -> None:
    state = ConstantVelocityFilter(np.zeros(2), np.eye(2))
    for _ in range(30):
        state.predict(1.0, 0.25)
        state.correct(state.position * 0.0 + np.array((1.0, 0.0)) * (_ + 1), 1.0)
    assert state.position == pytest.approx((30.0, 0.0), abs=0.2)
    assert state.velocity == pytest.approx((1.0, 0.0), abs=0.05)
    state.limit_speed(0.5)
    assert np.linalg.norm(state.velocity) == pytest.approx(0.5)


@pytest.mark.parametrize(("rate", "arrival"), [(0.5, 10.0), (1.0, 12.0), (2.0, 17.0), (5.0, 28.8)])
def test_the_companions_lag_grows_with_the_rate_as_measured(rate: float, arrival: float) -> None:
    """Perfect positions of an 8 m walk at 1.2 m/s, filtered twice."""
    first = second = None
    previous = 0.0
    for step in range(round(60.0 * rate)):
        time = step / rate
        # A minute of rest before, so that the filters have settled.
        place = np.array((min(max(time - 20.0, 0.0) * 1.2, 8.0), 0.0, 0.0))
        first, location = _kalman(first, place, time - previous)
        second, shown = _kalman(second, location, time - previous)
        previous = time
        if shown[0] >= 0.9 * 8.0:
            assert time - 20.0 == pytest.approx(arrival, rel=0.35)
            return
    pytest.fail("it never arrived")


def test_espresense_reports_at_once_when_the_distance_jumps_and_else_every_five_seconds() -> None:
    peer = Espresense(FLAT)
    reported = []
    for second, rssi in enumerate((-85.0, -85.0, -60.0, -60.0, -60.0, -60.0, -60.0, -60.0)):
        peer.observe(Observation(float(second), "tag", "k", rssi))
        reported.append(peer._nodes["k"].reported)
    assert reported[:3] == [0.0, 0.0, 2.0]
    assert max(reported[index + 1] - reported[index] for index in range(7)) <= REPORT_EVERY_S


def test_the_pseudo_inverse_finds_the_law() -> None:
    reference, exponent = fit_log_distance(SETUP)
    assert (reference, exponent) == pytest.approx((-59.0, 2.2), abs=0.1)
