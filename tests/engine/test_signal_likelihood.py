"""What access points say of a place, with a device whose aerial nobody has measured."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import FloatArray, Point
from custom_components.indoor_positioning.engine.home import Anchor, RadioLaw
from custom_components.indoor_positioning.engine.measurement import Signal
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.signal_likelihood import SignalEvidence
from tests.engine.small_home import FLAT, ROOMS_ONLY

LAW = RadioLaw(-35.0, 2.2, 7.0)
POINTS = (
    Anchor("router", "0", (8.5, 0.5, 1.1), "living", law=LAW),
    Anchor("repeater", "0", (0.5, 0.5, 1.1), "kitchen", law=LAW),
)
MODEL = PositioningModel.build(replace(FLAT, other_anchors=POINTS))
UNIFORM = np.full(len(MODEL.grid), 1.0 / len(MODEL.grid))


def _heard(place: Point, gain: float = 0.0) -> list[Signal]:
    """Return what the access points give at a place, walls apart."""
    signals = []
    for anchor in POINTS:
        assert anchor.position is not None
        distance = max(0.5, math.dist((*place, 1.1), anchor.position))
        signals.append(Signal(0.0, "phone", anchor.id, -35.0 - 22.0 * math.log10(distance) + gain))
    return signals


def _best(evidence: FloatArray | None) -> FloatArray:
    assert evidence is not None
    return np.asarray(MODEL.grid.points[evidence.argmax()])


def test_bluetooth_does_not_see_them() -> None:
    assert MODEL.radio_map.anchors == tuple(anchor.id for anchor in FLAT.anchors)
    assert MODEL.signals.mean.shape == (2, len(MODEL.grid))


def test_a_place_is_likeliest_where_the_levels_fit() -> None:
    near_router = _best(SignalEvidence().log_likelihood(_heard((8.0, 1.0)), MODEL.signals, UNIFORM, 1.0))
    near_repeater = _best(SignalEvidence().log_likelihood(_heard((1.0, 1.0)), MODEL.signals, UNIFORM, 1.0))
    assert near_router[0] > 6.0
    assert near_repeater[0] < 3.0


@pytest.mark.parametrize("gain", [-9.0, 0.0, 6.0])
def test_the_gain_of_a_device_is_learnt_where_the_place_is_known(gain: float) -> None:
    evidence = SignalEvidence()
    here = np.zeros(len(MODEL.grid))
    here[np.hypot(*(MODEL.grid.points - (6.0, 2.0)).T).argmin()] = 1.0
    for _ in range(60):
        evidence.log_likelihood(_heard((6.0, 2.0), gain), MODEL.signals, here, 1.0)
    # The wall between takes the repeater's share, which the gain makes up for in part.
    assert evidence.gain(LAW) == pytest.approx(gain, abs=4.0)


def test_a_gain_that_is_not_heard_of_is_forgotten() -> None:
    evidence = SignalEvidence()
    here = np.zeros(len(MODEL.grid))
    here[np.hypot(*(MODEL.grid.points - (8.0, 2.0)).T).argmin()] = 1.0
    for _ in range(60):
        evidence.log_likelihood(_heard((8.0, 2.0), 9.0), MODEL.signals, here, 1.0)
    learnt = evidence.gain(LAW)
    evidence.log_likelihood(_heard((8.0, 2.0))[:1], MODEL.signals, UNIFORM, 3000.0)
    assert evidence.gain(LAW) < learnt / 2.0


def test_strangers_and_wild_readings_are_no_evidence_or_little() -> None:
    evidence = SignalEvidence()
    assert evidence.log_likelihood([Signal(0.0, "phone", "nobody", -50.0)], MODEL.signals, UNIFORM, 1.0) is None
    wild = evidence.log_likelihood([Signal(0.0, "phone", "router", 20.0)], MODEL.signals, UNIFORM, 1.0)
    assert wild is not None
    assert np.isfinite(wild).all()
    assert float(np.ptp(wild)) < 6.0


def test_rooms_that_are_not_drawn_are_told_by_the_anchors_room() -> None:
    others = tuple(replace(anchor, position=None) for anchor in POINTS)
    model = PositioningModel.build(replace(ROOMS_ONLY, other_anchors=others))
    cells = np.full(len(model.grid), 1.0 / len(model.grid))
    said = SignalEvidence().log_likelihood(
        [Signal(0.0, "phone", "router", -45.0), Signal(0.0, "phone", "repeater", -60.0)], model.signals, cells, 1.0
    )
    assert said is not None
    assert model.home.rooms[model.grid.room[said.argmax()]].id == "living"
