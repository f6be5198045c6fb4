"""Every locator has an answer to everything: hypothesis draws homes and readings that no one would wish for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Beacon, Floor, Home, Room, Stairs
from custom_components.indoor_positioning.engine.locators import LOCATORS, create_locator
from custom_components.indoor_positioning.engine.measurement import Bearing, Movement, Pressure, Range
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation, is_valid_rssi
from custom_components.indoor_positioning.engine.survey import SurveySample
from custom_components.indoor_positioning.engine.tracker import Tracker
from tests.engine.small_home import FLAT

# Few coordinates, so that anchors coincide and stand in a line often.
coordinates = st.sampled_from([0.0, 1.0, 4.0, 8.0])
names = st.sampled_from(["a0", "a1", "a2", "a3", "stranger"])
levels = st.one_of(st.floats(-127.0, 20.0), st.sampled_from([math.nan, math.inf, -math.inf, 127.0, -127.0, 0.0]))
times = st.one_of(st.floats(0.0, 100.0), st.sampled_from([0.0, 50.0]))


# Two rooms one above the other.
STACKED = (
    Room("down", "Downstairs", "0", rectangle(0.0, 0.0, 8.0, 4.0)),
    Room("up", "Upstairs", "1", rectangle(0.0, 0.0, 8.0, 4.0)),
)


@st.composite
def homes(draw: st.DrawFn) -> Home:
    count = draw(st.integers(0, 4))
    plans = [(), FLAT.rooms, (Room("kitchen", "Kitchen", "0"), Room("living", "Living", "0")), STACKED]
    rooms = draw(st.sampled_from(plans))
    ids = [room.id for room in rooms]
    floors = (Floor("0", "Floor"), Floor("1", "Upper floor", 1, 2.7)) if rooms is STACKED else (Floor("0", "Floor"),)
    anchors = tuple(
        Anchor(
            f"a{index}",
            draw(st.sampled_from([floor.id for floor in floors])),
            draw(st.one_of(st.none(), st.tuples(coordinates, coordinates, coordinates))),
            draw(st.sampled_from([*ids, None])),
        )
        for index in range(count)
    )
    # A strength that no beacon has, and a reference's place where nothing is drawn.
    beacons = draw(st.sampled_from([(), (Beacon("tag", -1000.0, (-50.0, 99.0, 0.0), "nowhere"),)]))
    stairs = (Stairs("0", "1", rectangle(1.0, 1.0, 2.0, 2.0)),) if draw(st.booleans()) and len(floors) > 1 else ()
    return Home(rooms=rooms, anchors=anchors, floors=floors, stairs=stairs, beacons=beacons)


@st.composite
def surveys(draw: st.DrawFn, home: Home) -> tuple[SurveySample, ...]:
    """Draw samples that may contradict each other and the plan."""
    ids = [room.id for room in home.rooms]
    return tuple(
        SurveySample(
            "tag",
            "0",
            draw(st.sampled_from([*ids, None])),
            draw(st.one_of(st.none(), st.tuples(coordinates, coordinates))),
            {anchor: tuple(draw(st.lists(st.floats(-100.0, -30.0), min_size=1, max_size=3))) for anchor in heard},
        )
        for heard in draw(st.lists(st.sets(names, min_size=1, max_size=3), max_size=4))
    )


def check(estimate: Estimate | None) -> None:
    if estimate is None:
        return
    for chances in (estimate.room_probabilities, estimate.floor_probabilities):
        assert all(math.isfinite(chance) and -1e-9 <= chance <= 1.0 + 1e-6 for chance in chances.values())
        assert sum(chances.values()) <= 1.0 + 1e-6
    if estimate.position is not None:
        assert all(math.isfinite(value) for value in estimate.position)
    if estimate.covariance is not None:
        assert np.isfinite(estimate.covariance).all()
        assert (np.linalg.eigvalsh(estimate.covariance) > 0.0).all()
    assert estimate.accuracy is None or 0.0 <= estimate.accuracy < math.inf


@pytest.mark.parametrize("name", LOCATORS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_locator_answers_everything(name: str, data: st.DataObject) -> None:
    home = data.draw(homes())
    model = PositioningModel.build(home, data.draw(surveys(home)))
    locator = create_locator(name, model, "tag")
    listening = frozenset(anchor.id for anchor in home.anchors)
    heard = data.draw(st.lists(st.builds(Observation, times, st.just("tag"), names, levels), max_size=12))
    usable = sorted((reading for reading in heard if is_valid_rssi(reading.rssi)), key=lambda reading: reading.time)
    for reading in usable:
        check(locator.update(reading.time, [reading], listening))
    check(locator.update(100.0, [], frozenset()))
    check(locator.update(90.0, [], listening))
    # Another home altogether, as after the plan was drawn anew, and back again.
    for other in (MODEL, model):
        locator.adopt(other)
        check(locator.update(101.0, usable[-1:], listening))


@pytest.mark.parametrize("name", LOCATORS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    heard=st.lists(
        st.builds(Observation, times, st.just("tag"), st.sampled_from(["k", "l", "stranger"]), levels), max_size=12
    ),
    moments=st.lists(st.floats(0.0, 120.0), max_size=6),
)
def test_the_tracker_lets_nothing_through_that_breaks_a_locator(
    name: str, heard: list[Observation], moments: list[float]
) -> None:
    tracker = Tracker("tag", MODEL, locator=name)
    for reading in heard:
        tracker.observe(reading)
    for moment in moments:
        presence = tracker.update(moment, frozenset({"k", "l"}))
        check(presence.estimate)
        assert math.isfinite(presence.confidence)


@pytest.mark.parametrize("name", ["bayes", "particle", "bearings"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_bearing_and_no_range_breaks_a_locator(name: str, data: st.DataObject) -> None:
    model = PositioningModel.build(data.draw(homes()))
    tracker = Tracker("tag", model, locator=name)
    anything = st.one_of(st.floats(-7.0, 7.0), st.sampled_from([math.nan, math.inf, 1e9, 0.0]))
    sigmas = st.sampled_from([1e-9, 0.1, 5.0, 0.0, -1.0, math.nan])
    measurements = st.one_of(
        st.builds(Bearing, times, st.just("tag"), names, anything, st.one_of(st.none(), anything), sigmas),
        st.builds(Range, times, st.just("tag"), names, anything, sigmas),
        st.builds(Movement, times, st.just("tag"), st.one_of(st.none(), anything), st.one_of(st.none(), anything)),
        st.builds(Pressure, times, st.just("tag"), anything),
    )
    for measurement in data.draw(st.lists(measurements, max_size=20)):
        tracker.measure(measurement)
    for moment in (0.0, 1.0, 50.0, 50.5, 100.0, 101.5):
        check(tracker.update(moment, frozenset()).estimate)
    tracker.adopt(MODEL)
    check(tracker.update(103.0, frozenset()).estimate)


MODEL = PositioningModel.build(FLAT)


@pytest.mark.parametrize("anchor", [(0.0, 0.0, 0.0), (0.0, 8.0, 0.0), (3.0, 3.0, 1.0)])
@pytest.mark.parametrize("elevation", [None, 0.0, 1.0])
def test_a_line_of_sight_of_no_width_leaves_a_covariance(
    anchor: tuple[float, float, float], elevation: float | None
) -> None:
    rooms = (Room("kitchen", "Kitchen", "0", ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))),)
    home = Home(rooms=rooms, anchors=(Anchor("a0", "0", anchor, "kitchen"),), floors=(Floor("0", "Floor"),))
    tracker = Tracker("tag", PositioningModel.build(home), locator="bearings")
    for azimuth in (0.0, 1.0, -math.pi / 2.0):
        tracker.measure(Bearing(0.0, "tag", "a0", azimuth, elevation, 1e-9))
        estimate = tracker.update(0.0, frozenset()).estimate
        assert estimate is not None
        assert estimate.covariance is not None
        check(estimate)
