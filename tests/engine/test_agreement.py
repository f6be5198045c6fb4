"""Whether anchors agree with a place: they do with the true one, and not with a transmitter in two places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.agreement import agreement
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation
from tests.engine.small_home import FLAT, FLAT_SURVEY, ROOMS_ONLY, readings

MODEL = PositioningModel.build(FLAT, FLAT_SURVEY)
LIVING, KITCHEN = (7.5, 2.5), (1.0, 1.0)
ALL = frozenset(anchor.id for anchor in FLAT.anchors)


def _estimate(position: Point | None, floor: str | None = "0") -> Estimate:
    return Estimate(10.0, 10.0, floor, position, np.eye(2), 1.0, {}, {})


def _heard(place: Point, louder: float = 0.0) -> list[Observation]:
    return [replace(one, rssi=one.rssi + louder) for one in readings(FLAT, place, "0", [9.0, 9.5, 10.0])]


@pytest.mark.parametrize("louder", [-10.0, 0.0, 10.0], ids="{:+.0f} dB".format)
@pytest.mark.parametrize("place", [LIVING, KITCHEN, (5.0, 5.5)])
def test_all_agree_with_where_it_is_however_strongly_it_sends(place: Point, louder: float) -> None:
    said = agreement(MODEL, _estimate(place), _heard(place, louder))
    assert said.agreeing == ALL
    assert not said.contradicting


def test_a_second_transmitter_elsewhere_contradicts() -> None:
    said = agreement(MODEL, _estimate(LIVING), [*_heard(LIVING), *_heard(KITCHEN)])
    assert said.contradicting == {"k"}
    assert "k" not in said.agreeing


def test_one_loud_packet_is_enough_among_many() -> None:
    stray = Observation(10.0, "tag", "k", -45.0)
    assert agreement(MODEL, _estimate(LIVING), [*_heard(LIVING) * 5, stray]).contradicting == {"k"}


def test_a_body_in_the_way_contradicts_nothing() -> None:
    shaded = [replace(one, rssi=one.rssi - 15.0 * (one.anchor == "k")) for one in _heard(LIVING)]
    said = agreement(MODEL, _estimate(LIVING), shaded)
    assert not said.contradicting
    assert said.agreeing == ALL - {"k"}


def test_configured_offsets_of_anchors_count() -> None:
    deaf = replace(FLAT, anchors=(replace(FLAT.anchors[0], rssi_offset=20.0), *FLAT.anchors[1:]))
    model = PositioningModel.build(deaf, ())
    assert agreement(model, _estimate(LIVING), _heard(LIVING)).agreeing == ALL - {"k"}


@pytest.mark.parametrize(
    ("model", "estimate"),
    [
        (MODEL, _estimate(None)),
        (MODEL, _estimate(LIVING, "attic")),
        (PositioningModel.build(ROOMS_ONLY), _estimate(LIVING)),
    ],
    ids=["no place", "an unknown floor", "no plan"],
)
def test_without_a_place_on_the_plan_nobody_agrees(model: PositioningModel, estimate: Estimate) -> None:
    assert not agreement(model, estimate, _heard(LIVING)).agreeing


def test_strangers_and_silence_say_nothing() -> None:
    assert not agreement(MODEL, _estimate(LIVING), []).agreeing
    assert not agreement(MODEL, _estimate(LIVING), [Observation(10.0, "tag", "neighbour", -40.0)]).agreeing
