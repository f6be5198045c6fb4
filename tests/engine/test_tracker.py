"""From readings to presence: what is dropped, what counts, and what outlives a change or a restart."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.decision_settings import DecisionSettings
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.lesson_pace import LESSON_INTERVAL_S, RESTING_INTERVAL_S
from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.engine.measurement import Bearing, Fix, Measurement, Movement, Range, Signal
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.self_learning import SelfLearner
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.tracker import (
    MAX_LATENESS_S,
    MAX_PENDING,
    MAX_SNAPSHOT_AGE_S,
    Tracker,
)
from tests.engine.small_home import FLAT, FLAT_SURVEY, ROOMS_ONLY, readings

ALL = frozenset(anchor.id for anchor in FLAT.anchors)
KITCHEN, LIVING = (1.0, 1.0), (7.5, 2.5)
MODEL = PositioningModel.build(FLAT, FLAT_SURVEY)


class Recorder:
    """A locator that only writes down what it is given."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self.model = model
        self.beacon_id = beacon_id
        self.calls: list[tuple[float, list[Observation]]] = []

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        self.calls.append((now, list(observations)))
        return None

    def adopt(self, model: PositioningModel) -> None:
        self.model = model

    @property
    def readings(self) -> list[Observation]:
        return [reading for _, batch in self.calls for reading in batch]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder(MODEL, "tag")
    monkeypatch.setitem(LOCATORS, "recorder", lambda model, beacon_id: made)
    return made


def _recorded(model: PositioningModel = MODEL) -> Tracker:
    return Tracker("tag", model, locator="recorder")


def _stand(tracker: Tracker, place: tuple[float, float], times: Iterable[float]) -> None:
    for time in times:
        for reading in readings(FLAT, place, "0", [time]):
            tracker.observe(reading)
        tracker.update(time, ALL)


def test_it_follows_a_beacon_from_room_to_room() -> None:
    tracker = Tracker("tag", MODEL)
    assert tracker.update(0.0, ALL).room is None
    _stand(tracker, KITCHEN, range(1, 11))
    assert tracker.presence.room == "kitchen"
    _stand(tracker, LIVING, range(11, 31))
    presence = tracker.presence
    assert presence.room == "living"
    assert presence.position is not None
    assert math.dist(presence.position, LIVING) < 1.0
    assert presence.last_heard == 30.0


def test_it_goes_away_by_silence_alone() -> None:
    tracker = Tracker("tag", MODEL, settings=DecisionSettings(away_after=20.0))
    _stand(tracker, KITCHEN, range(10))
    assert tracker.update(28.9, ALL).room == "kitchen"
    assert tracker.update(29.0, ALL).away
    _stand(tracker, LIVING, range(60, 75))
    assert tracker.presence.room == "living"


@pytest.mark.parametrize("rssi", [127.0, -127.0, 0.0, math.nan, math.inf, -math.inf, 21.0, -200.0])
def test_what_is_no_signal_strength_is_dropped_and_counted(recorder: Recorder, rssi: float) -> None:
    tracker = _recorded()
    tracker.observe(Observation(1.0, "tag", "k", rssi))
    tracker.observe(Observation(1.0, "tag", "k", -60.0))
    tracker.update(2.0, ALL)
    assert tracker.dropped == 1
    assert [reading.rssi for reading in recorder.readings] == [-60.0]


def test_an_invalid_reading_does_not_set_the_clock(recorder: Recorder) -> None:
    tracker = _recorded()
    tracker.observe(Observation(1e9, "tag", "k", 127.0))
    tracker.observe(Observation(1.0, "tag", "k", -60.0))
    assert tracker.dropped == 1


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf])
def test_a_reading_without_a_time_is_dropped_and_stops_nothing(recorder: Recorder, time: float) -> None:
    tracker = _recorded()
    tracker.observe(Observation(time, "tag", "k", -60.0))
    tracker.observe(Observation(1.0, "tag", "k", -61.0))
    tracker.update(2.0, ALL)
    assert tracker.dropped == 1
    assert [reading.rssi for reading in recorder.readings] == [-61.0]


def test_late_readings_are_dropped_and_slightly_late_ones_are_not(recorder: Recorder) -> None:
    tracker = _recorded()
    tracker.observe(Observation(100.0, "tag", "k", -60.0))
    tracker.observe(Observation(100.0 - MAX_LATENESS_S, "tag", "l", -61.0))
    tracker.observe(Observation(99.9 - MAX_LATENESS_S, "tag", "b1", -62.0))
    tracker.update(100.0, ALL)
    assert tracker.dropped == 1
    assert [reading.anchor for reading in recorder.readings] == ["l", "k"]


def test_a_flood_is_bounded_and_the_newest_count(recorder: Recorder) -> None:
    tracker = _recorded()
    flood = 3 * MAX_PENDING
    for packet in range(flood):
        tracker.observe(Observation(packet / flood, "tag", "k", -60.0))
    tracker.update(1.0, ALL)
    assert len(recorder.readings) == MAX_PENDING
    assert tracker.dropped == flood - MAX_PENDING
    assert recorder.readings[-1].time == (flood - 1) / flood


def test_readings_are_handed_on_once_in_order_and_not_before_their_time(recorder: Recorder) -> None:
    tracker = _recorded()
    for time in (3.0, 1.0, 2.0, 5.0):
        tracker.observe(Observation(time, "tag", "k", -60.0))
    tracker.update(3.0, ALL)
    tracker.update(4.0, ALL)
    tracker.update(5.0, ALL)
    assert [[reading.time for reading in batch] for _, batch in recorder.calls] == [[1.0, 2.0, 3.0], [], [5.0]]


def test_an_anchors_offset_is_added_to_what_it_reports(recorder: Recorder) -> None:
    loud = replace(FLAT, anchors=(replace(FLAT.anchors[0], rssi_offset=4.0), *FLAT.anchors[1:]))
    tracker = _recorded(PositioningModel.build(loud))
    tracker.observe(Observation(1.0, "tag", "k", -60.0))
    tracker.observe(Observation(1.0, "tag", "l", -70.0))
    tracker.update(1.0, ALL)
    assert {reading.anchor: reading.rssi for reading in recorder.readings} == {"k": -56.0, "l": -70.0}
    tracker.adopt(MODEL)
    assert recorder.model is MODEL
    tracker.observe(Observation(2.0, "tag", "k", -60.0))
    tracker.update(2.0, ALL)
    assert recorder.readings[-1].rssi == -60.0


def test_a_clock_that_goes_back_is_held_until_it_catches_up(recorder: Recorder) -> None:
    tracker = _recorded()
    for now in (100.0, 40.0, 99.0, 101.0):
        tracker.update(now, ALL)
    assert [now for now, _ in recorder.calls] == [100.0, 100.0, 100.0, 101.0]


def test_belief_survives_a_clock_that_goes_back() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, KITCHEN, range(10))
    presence = tracker.update(2.0, ALL)
    assert (presence.time, presence.room) == (9.0, "kitchen")
    assert presence.estimate is not None
    assert sum(presence.estimate.room_probabilities.values()) == pytest.approx(1.0, abs=1e-4)


def test_readings_of_strangers_are_no_evidence() -> None:
    tracker = Tracker("tag", MODEL)
    for time in range(5):
        tracker.observe(Observation(float(time), "tag", "neighbour", -40.0))
        assert tracker.update(float(time), ALL).room is None


def test_a_changed_home_is_adopted_with_belief_kept() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, LIVING, range(20))
    tracker.adopt(PositioningModel.build(ROOMS_ONLY))
    presence = tracker.update(20.0, ALL)
    assert presence.room == "living"
    assert presence.position is None
    assert presence.confidence > 0.5


def test_new_settings_change_no_belief_and_a_new_locator_starts_anew() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, LIVING, range(20))
    tracker.configure(locator="bayes", settings=DecisionSettings(away_after=300.0))
    presence = tracker.update(100.0, ALL)
    assert (presence.room, presence.away) == ("living", False)
    assert presence.estimate is not None
    tracker.configure(locator="centroid", settings=DecisionSettings(away_after=300.0))
    assert tracker.update(101.0, ALL).estimate is None
    _stand(tracker, KITCHEN, range(102, 110))
    assert tracker.presence.room == "kitchen"


def test_an_unknown_locator_is_named() -> None:
    with pytest.raises(KeyError, match="no locator named 'sextant'"):
        Tracker("tag", MODEL, locator="sextant")


def test_a_restart_goes_on_where_it_stopped() -> None:
    before = Tracker("tag", MODEL)
    _stand(before, LIVING, range(20))
    stored = json.loads(json.dumps(before.snapshot()))
    after = Tracker("tag", MODEL)
    after.restore(stored, 60.0)
    after.observe(Observation(1000.0, "tag", "l", -62.0))
    presence = after.update(1000.0, ALL)
    assert presence.room == "living"
    assert presence.confidence > 0.6


def test_a_room_is_recalled_for_every_locator() -> None:
    before = Tracker("tag", MODEL, locator="centroid")
    _stand(before, LIVING, range(20))
    stored = json.loads(json.dumps(before.snapshot()))
    assert stored["locator"] == "centroid"
    after = Tracker("tag", MODEL, locator="centroid")
    after.restore(stored, 60.0)
    assert after.snapshot()["room"] == "living"


@pytest.mark.parametrize(
    ("data", "age"),
    [
        ({"room": "living", "locator": "bayes", "belief": None}, MAX_SNAPSHOT_AGE_S + 1.0),
        ({"room": "cellar"}, 1.0),
        ({"room": ["living"]}, 1.0),
        ({"room": None, "locator": 5, "belief": {}}, 1.0),
        ({"locator": "bayes", "belief": "everywhere"}, 1.0),
        ({"locator": "bayes", "belief": {"places": 3, "power": None}}, 1.0),
        ({}, 1.0),
    ],
)
def test_what_cannot_be_recalled_is_forgotten(data: dict[str, object], age: float) -> None:
    tracker = Tracker("tag", MODEL)
    tracker.restore(data, age)
    assert tracker.snapshot()["room"] is None
    _stand(tracker, KITCHEN, range(10))
    assert tracker.presence.room == "kitchen"


def test_whether_it_was_away_is_told() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, KITCHEN, range(5))
    assert tracker.snapshot()["away"] is False
    tracker.update(500.0, ALL)
    assert tracker.snapshot()["away"] is True
    assert tracker.snapshot()["room"] is None


def _lessons(tracker: Tracker, place: tuple[float, float], times: Iterable[float]) -> list[float]:
    """Return the times at which a stand taught something."""
    taught = []
    for time in times:
        _stand(tracker, place, [time])
        if tracker.lesson() is not None:
            taught.append(time)
    return taught


def test_a_beacon_at_rest_teaches_now_and_then() -> None:
    tracker = Tracker("tag", MODEL)
    _lessons(tracker, KITCHEN, range(30))
    taught = _lessons(tracker, KITCHEN, range(30, 630))
    assert len(taught) == 600 // RESTING_INTERVAL_S


def test_a_beacon_that_moves_teaches_at_once_and_not_too_often() -> None:
    tracker = Tracker("tag", MODEL)
    _lessons(tracker, KITCHEN, range(30))
    taught = _lessons(tracker, LIVING, range(30, 50))
    assert taught
    assert taught[0] < 40.0
    assert min(np.diff(taught), default=LESSON_INTERVAL_S) >= LESSON_INTERVAL_S


def test_what_is_taught_is_about_the_model_in_use() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, KITCHEN, range(10))
    assert tracker.model is MODEL
    lesson = tracker.lesson()
    assert lesson is not None
    assert lesson.cells.shape == (len(MODEL.grid),)
    other = PositioningModel.build(ROOMS_ONLY)
    _stand(tracker, KITCHEN, [12.0])
    tracker.adopt(other)
    assert tracker.model is other
    assert tracker.lesson() is None, "the readings of before were placed on another plan"
    _stand(tracker, KITCHEN, [14.0])
    lesson = tracker.lesson()
    assert lesson is not None, "another plan is another place"
    assert lesson.cells.shape == (len(other.grid),)


@pytest.mark.parametrize(
    "report",
    [
        lambda time: Fix(time, "tag", LIVING, 0.1, "0", "camera"),
        lambda time: Range(time, "tag", "l", 0.2, 0.05),
        lambda time: Signal(time, "tag", "l", -35.0),
    ],
)
def test_reports_bend_no_lesson(report: Callable[[float], Measurement]) -> None:
    """The tag lies in the kitchen; all the while somebody reports it in the living room."""
    told, plain = Tracker("tag", MODEL), Tracker("tag", MODEL)
    grid = MODEL.grid
    lessons = 0
    for time in range(300):
        for reading in readings(FLAT, KITCHEN, "0", [time]):
            told.observe(reading)
            plain.observe(reading)
        if time >= 30:
            told.measure(report(float(time)))
        told.update(time + 0.5, ALL)
        plain.update(time + 0.5, ALL)
        taught, sound = told.lesson(), plain.lesson()
        if taught is None or sound is None:
            continue
        lessons += 1
        assert list(taught.links.rssi) == pytest.approx(list(sound.links.rssi))
        # A belief that is copied is copied roughly; what matters is that it is about the same place.
        assert taught.cells @ grid.points == pytest.approx(sound.cells @ grid.points, abs=0.6)
        assert taught.power == pytest.approx(sound.power, abs=1.0)
    assert lessons >= 4
    assert told.by_packets(told.presence).position == pytest.approx(plain.presence.position, abs=0.6)
    assert plain.by_packets(plain.presence) is plain.presence


def test_networks_learn_no_place_that_was_only_reported() -> None:
    tracker, learner = Tracker("tag", MODEL), SelfLearner("tag")
    samples = []
    for time in range(200):
        for reading in readings(FLAT, KITCHEN, "0", [time]):
            tracker.observe(reading)
            learner.hear(reading)
        tracker.measure(Fix(float(time), "tag", LIVING, 0.1, "0", "camera"))
        said = tracker.by_packets(tracker.update(time + 0.5, ALL))
        if (sample := learner.look(MODEL, said, ALL)) is not None:
            samples.append(sample)
    assert all(sample.room == "kitchen" for sample in samples)
    assert all(sample.position and math.dist(sample.position, KITCHEN) < 2.0 for sample in samples)


@pytest.mark.parametrize("locator", sorted(LOCATORS.keys() - {"bayes", "fused"}))
def test_other_locators_teach_nothing(locator: str) -> None:
    tracker = Tracker("tag", MODEL, locator=locator)
    _stand(tracker, KITCHEN, range(10))
    assert tracker.lesson() is None


def test_what_an_anchor_has_lost_is_added_to_its_configured_offset() -> None:
    anchors = (replace(FLAT.anchors[0], rssi_offset=3.0), *FLAT.anchors[1:])
    model = PositioningModel.build(replace(FLAT, anchors=anchors))
    corrected, plain = Tracker("tag", model), Tracker("tag", PositioningModel.build(FLAT))
    corrected.compensate({"k": 12.0})
    corrected.adopt(model)
    for reading in readings(FLAT, (1.0, 1.0), "0", range(10)):
        plain.observe(reading)
        corrected.observe(replace(reading, rssi=reading.rssi - 15.0) if reading.anchor == "k" else reading)
    listening = frozenset({"k", "l", "b1", "b2"})
    assert corrected.update(10.0, listening).position == pytest.approx(plain.update(10.0, listening).position)


def test_unsound_belated_and_far_too_early_measurements_are_counted_and_dropped() -> None:
    tracker = Tracker("tag", MODEL)
    tracker.update(100.0, ALL)
    for measurement in (
        Range(100.0, "tag", "k", -1.0, 0.1),
        Bearing(100.0, "tag", "k", math.nan),
        Range(90.0, "tag", "k", 1.0, 0.1),
        Range(1e9, "tag", "k", 1.0, 0.1),
    ):
        tracker.measure(measurement)
    tracker.update(101.0, ALL)
    assert tracker.dropped == 4
    assert tracker.presence.position is None


def test_measurements_wait_until_their_time_and_never_flood() -> None:
    tracker = Tracker("tag", MODEL)
    tracker.measure(Range(3.0, "tag", "k", 1.5, 0.1))
    assert tracker.update(1.0, ALL).last_heard is None
    assert tracker.update(3.0, ALL).last_heard == 3.0
    for number in range(MAX_PENDING + 7):
        tracker.measure(Range(4.0 + number / 1e4, "tag", "k", 1.5, 0.1))
    assert tracker.dropped == 7


@pytest.mark.parametrize("locator", LOCATORS)
def test_every_locator_bears_measurements_of_every_kind(locator: str) -> None:
    tracker = Tracker("tag", MODEL, locator=locator)
    for time in range(5):
        tracker.measure(Bearing(float(time), "tag", "stranger", 0.0))
        tracker.measure(Bearing(float(time), "tag", "k", 0.5, -0.2))
        tracker.measure(Range(float(time), "tag", "l", 5.0, 0.2))
        tracker.measure(Movement(float(time), "tag", 0.0, 1.0))
        _stand(tracker, KITCHEN, [float(time)])
    assert tracker.presence.room is not None


def _stand_and_be_reported_elsewhere(tracker: Tracker, times: Iterable[float]) -> None:
    for time in times:
        for reading in readings(FLAT, KITCHEN, "0", [time]):
            tracker.observe(reading)
        tracker.measure(Fix(time, "tag", LIVING, 0.1, "0"))
        tracker.update(time, ALL)


def test_what_packets_alone_say_is_kept_apart_from_measurements() -> None:
    tracker = Tracker("tag", MODEL)
    _stand(tracker, KITCHEN, range(10))
    assert tracker.unaided_estimate is tracker.presence.estimate
    _stand_and_be_reported_elsewhere(tracker, range(10, 30))
    assert tracker.unaided_estimate is not None
    assert tracker.presence.estimate is not None
    assert tracker.presence.estimate.room == "living"
    assert tracker.unaided_estimate.room == "kitchen"
    assert tracker.unaided_estimate.room_probabilities["kitchen"] > 0.9


def test_after_a_restart_packets_do_not_inherit_what_measurements_said() -> None:
    before, after = Tracker("tag", MODEL), Tracker("tag", MODEL)
    _stand_and_be_reported_elsewhere(before, range(20))
    after.restore(json.loads(json.dumps(before.snapshot())), 1.0)
    for reading in readings(FLAT, KITCHEN, "0", [21.0]):
        after.observe(reading)
    after.update(21.0, ALL)
    assert after.presence.estimate is not None
    assert after.presence.estimate.room == "living"
    assert after.unaided_estimate is not None
    assert after.unaided_estimate.room == "kitchen"
