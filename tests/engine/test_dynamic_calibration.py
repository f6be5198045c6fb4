"""What stands at a known place shows a deaf anchor, a fading battery and nothing where nothing has changed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.dynamic_calibration import (
    ALLOWED_DB,
    BASELINE_READINGS,
    SUSTAINED_S,
    DynamicCalibration,
    at_known_place,
    reference_places,
)
from custom_components.indoor_positioning.engine.home import Anchor, Beacon, Home
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.propagation import MAX_ANCHOR_OFFSET_DB
from custom_components.indoor_positioning.engine.self_calibration import Lesson
from tests.engine.small_home import FLAT, HOUSE, ideal_rssi

REFERENCES = (Beacon("shelf", None, (2.0, 2.0, 1.1), "0"), Beacon("lamp", None, (7.0, 2.0, 1.1), "0"))
HOME = replace(FLAT, beacons=REFERENCES)

# Readings before anything changes, and after: more than twice the memory of a level (s, one packet a second).
BEFORE_S, AFTER_S = 600, 1500


def _hear(
    calibration: DynamicCalibration,
    begin: int,
    end: int,
    *,
    home: Home = HOME,
    anchors: Mapping[str, float] | None = None,
    senders: Mapping[str, float] | None = None,
    exponent: float = 0.0,
) -> None:
    """Let half of all packets be heard from `begin` to `end`, drifted by so many dB; every place has its own error."""
    rng = np.random.default_rng(begin)
    places = reference_places(home)
    for time in range(begin, end):
        for beacon in home.beacons:
            assert beacon.position is not None
            for anchor in home.anchors:
                error = 5.0 * math.sin(hash_of(beacon.id, anchor.id))
                level = ideal_rssi(home, anchor, beacon.position[:2], "0") + error
                level += (anchors or {}).get(anchor.id, 0.0) + (senders or {}).get(beacon.id, 0.0)
                level -= exponent * 10.0 * math.log10(math.dist(places[beacon.id][1], places[anchor.id][1]))
                if rng.random() < 0.5:
                    calibration.hear(Observation(float(time), beacon.id, anchor.id, level + 4.0 * rng.normal()))


def hash_of(*names: str) -> float:
    """Return a number of its own for each link."""
    return float(sum(ord(letter) * place for place, letter in enumerate("".join(names), start=1)))


def _settled(home: Home = HOME) -> DynamicCalibration:
    calibration = DynamicCalibration()
    calibration.follow(home)
    _hear(calibration, 0, BEFORE_S, home=home)
    return calibration


@pytest.mark.parametrize("references", [1, 2])
def test_a_deaf_anchor_is_found_and_the_others_are_left_alone(references: int) -> None:
    home = replace(HOME, beacons=REFERENCES[:references])
    calibration = _settled(home)
    assert calibration.fit(float(BEFORE_S)).anchors == {}
    _hear(calibration, BEFORE_S, BEFORE_S + AFTER_S, home=home, anchors={"k": -15.0})
    drift = calibration.fit(float(BEFORE_S + AFTER_S))
    assert drift.anchors.keys() == {"k"}
    assert drift.anchors["k"] == pytest.approx(-15.0, abs=2.5)
    assert drift.corrections == {"k": -drift.anchors["k"]}
    # Half of it is made good within two memories of the change.
    early = _settled(home)
    _hear(early, BEFORE_S, BEFORE_S + 600, home=home, anchors={"k": -15.0})
    assert early.fit(BEFORE_S + 600.0).anchors["k"] < -7.5


def test_what_comes_back_is_undone() -> None:
    calibration = _settled()
    _hear(calibration, BEFORE_S, BEFORE_S + AFTER_S, anchors={"k": -15.0})
    assert calibration.fit(float(BEFORE_S + AFTER_S)).corrections
    _hear(calibration, BEFORE_S + AFTER_S, BEFORE_S + 2 * AFTER_S)
    assert calibration.fit(float(BEFORE_S + 2 * AFTER_S)).corrections == {}


def test_a_fading_battery_is_no_fault_of_the_anchors() -> None:
    calibration = _settled()
    _hear(calibration, BEFORE_S, BEFORE_S + AFTER_S, senders={"shelf": -8.0})
    drift = calibration.fit(float(BEFORE_S + AFTER_S))
    assert drift.anchors == {}
    assert drift.senders["shelf"] == pytest.approx(-8.0, abs=1.5)
    assert drift.senders["lamp"] == pytest.approx(0.0, abs=1.5)


def test_a_change_of_the_exponent_goes_by_distance() -> None:
    # One metre from an anchor and nine from the next: what is far has faded, what is near has not.
    near = tuple(
        Beacon(f"near {anchor.id}", None, (abs(anchor.position[0] - 0.8), anchor.position[1], 1.1), "0")
        for anchor in FLAT.anchors
        if anchor.position is not None
    )
    home = replace(FLAT, beacons=near)
    calibration = _settled(home)
    _hear(calibration, BEFORE_S, BEFORE_S + AFTER_S, home=home, exponent=0.3)
    drift = calibration.fit(float(BEFORE_S + AFTER_S))
    assert drift.exponent == pytest.approx(0.3, abs=0.1)
    assert drift.anchors == {}


def test_an_anchor_that_advertises_is_a_reference() -> None:
    home = replace(FLAT, beacons=())
    calibration = DynamicCalibration()
    calibration.follow(home)
    level = {"l": -70.0, "b1": -65.0, "b2": -75.0, "k": 0.0}
    for time in range(BEFORE_S + AFTER_S):
        for anchor, rssi in level.items():
            deaf = -15.0 if anchor == "l" and time > BEFORE_S else 0.0
            calibration.hear(Observation(float(time), "k", anchor, rssi + deaf))
    assert calibration.fit(float(BEFORE_S + AFTER_S)).anchors.keys() == {"l"}


def test_drift_beyond_what_the_map_allows_asks_to_calibrate_again_if_it_lasts() -> None:
    calibration = _settled()
    end = BEFORE_S + AFTER_S
    _hear(calibration, BEFORE_S, end, anchors={"k": -15.0, "l": -ALLOWED_DB / 2.0})
    calibration.fit(float(end))
    assert calibration.to_recalibrate(float(end)) == frozenset()
    _hear(calibration, end, end + int(SUSTAINED_S), anchors={"k": -15.0, "l": -ALLOWED_DB / 2.0})
    calibration.fit(end + SUSTAINED_S)
    assert calibration.to_recalibrate(end + SUSTAINED_S) == {"k"}
    calibration.rebase()
    assert calibration.to_recalibrate(end + SUSTAINED_S) == frozenset()
    assert calibration.drift.corrections == {}
    assert calibration.fit(end + SUSTAINED_S).senders == {}


def test_a_link_whose_ends_were_moved_starts_anew() -> None:
    calibration = _settled()
    moved = replace(HOME, beacons=(REFERENCES[0], replace(REFERENCES[1], position=(8.0, 2.0, 1.1))))
    calibration.follow(moved)
    assert {sender for sender, _, _, _ in calibration.to_dict()["links"]} == {"shelf"}
    calibration.follow(replace(moved, anchors=moved.anchors[1:]))
    assert {anchor for _, anchor, _, _ in calibration.to_dict()["links"]} == {"l", "b1", "b2"}


def test_baselines_outlive_a_restart() -> None:
    calibration = DynamicCalibration.from_dict(json.loads(json.dumps(_settled().to_dict())))
    calibration.follow(HOME)
    _hear(calibration, BEFORE_S, BEFORE_S + AFTER_S, anchors={"k": -15.0})
    assert calibration.fit(float(BEFORE_S + AFTER_S)).anchors.keys() == {"k"}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"senders": {}, "anchors": {}, "links": [["a", "b", "x", 1]]},
        {"senders": {"a": ["0"]}, "anchors": {}, "links": []},
        {"senders": {"a": None}, "anchors": {}, "links": []},
        {"senders": {}, "anchors": {}, "links": 3},
        {"senders": [], "anchors": {}, "links": []},
    ],
)
def test_malformed_memory_starts_anew(stored: dict[str, object]) -> None:
    assert DynamicCalibration.from_dict(stored).to_dict() == DynamicCalibration().to_dict()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["shelf", "lamp", "k", "nobody"]),
            st.sampled_from(["k", "l", "b1", "nowhere"]),
            st.one_of(st.floats(-127.0, 20.0), st.sampled_from([math.nan, math.inf, 127.0])),
            st.floats(-1e4, 1e4),
        ),
        max_size=8,
    ),
    st.floats(-1e4, 1e5),
)
def test_whatever_is_heard_the_drift_is_finite_and_bounded(
    heard: list[tuple[str, str, float, float]], now: float
) -> None:
    calibration = DynamicCalibration()
    calibration.follow(HOME)
    for sender, anchor, rssi, time in heard:
        for _ in range(BASELINE_READINGS):
            calibration.hear(Observation(time, sender, anchor, rssi))
    drift = calibration.fit(now)
    assert all(abs(change) <= MAX_ANCHOR_OFFSET_DB for change in drift.anchors.values())
    assert math.isfinite(drift.exponent)
    assert all(map(math.isfinite, drift.senders.values()))


def _lesson(model: PositioningModel, rssi: float) -> Lesson:
    cells = np.full(len(model.grid), 1.0 / len(model.grid))
    none = np.empty(0, dtype=np.intp)
    return Lesson(cells, 3.0, Links(np.arange(2), np.full(2, rssi), np.ones(2), none, 1.0))


def test_a_reference_beacon_teaches_from_where_it_stands() -> None:
    home = replace(HOUSE, beacons=(Beacon("ref", None, (1.0, 1.0, 1.0), "u"), Beacon("tag")))
    model = PositioningModel.build(home)
    lesson = at_known_place(model, "ref", _lesson(model, -60.0))
    cell = int(lesson.cells.argmax())
    assert lesson.cells[cell] == 1.0
    assert model.grid.floor[cell] == 1
    assert np.hypot(*(model.grid.points[cell] - (1.0, 1.0))) < 0.5
    assert lesson.power == pytest.approx(float(np.median(-60.0 - model.radio_map.mean[:2, cell])))
    unchanged = _lesson(model, -60.0)
    assert at_known_place(model, "tag", unchanged) is unchanged
    undrawn = PositioningModel.build(
        Home(rooms=(), anchors=(Anchor("a", "ground"),), beacons=(Beacon("ref", None, (1.0, 1.0, 1.0)),))
    )
    nowhere = Lesson(np.empty(0), 0.0, unchanged.links)
    assert at_known_place(undrawn, "ref", nowhere) is nowhere
