"""Where the radio map is least sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import contains
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.next_spot import next_spot
from custom_components.indoor_positioning.engine.survey import SurveySample
from tests.engine.small_home import FLAT, ROOMS_ONLY, ideal_rssi


def sample(room: str, x: float, y: float, home: Home = FLAT) -> SurveySample:
    readings = {anchor.id: (ideal_rssi(FLAT, anchor, (x, y), "0"),) * 20 for anchor in home.anchors}
    return SurveySample("tag", "0", room, (x, y), readings, duration=15.0)


def test_nothing_to_suggest_without_rooms_or_anchors() -> None:
    assert next_spot(PositioningModel.build(replace(FLAT, anchors=()))) is None
    assert next_spot(PositioningModel.build(Home(rooms=(), anchors=FLAT.anchors, floors=FLAT.floors))) is None


def test_the_spot_lies_in_its_room() -> None:
    spot = next_spot(PositioningModel.build(FLAT, (sample("kitchen", 2.0, 2.0),)))
    assert spot is not None
    assert spot.position is not None
    room = FLAT.room(spot.room)
    assert room is not None
    assert room.outline is not None
    assert contains(room.outline, np.array([spot.position]))[0]


@pytest.mark.parametrize(
    ("surveyed", "left_out"),
    [
        ([("kitchen", 2.0, 2.0), ("living", 6.5, 2.0)], "bedroom"),
        ([("kitchen", 2.0, 2.0), ("bedroom", 2.0, 5.5), ("bedroom", 7.0, 5.5)], "living"),
    ],
)
def test_an_unsurveyed_room_comes_first(surveyed: list[tuple[str, float, float]], left_out: str) -> None:
    spot = next_spot(PositioningModel.build(FLAT, tuple(sample(*one) for one in surveyed)))
    assert spot is not None
    assert spot.room == left_out


def test_standing_where_it_says_makes_the_map_surer() -> None:
    survey: tuple[SurveySample, ...] = ()
    uncertainty = []
    for _ in range(6):
        spot = next_spot(PositioningModel.build(FLAT, survey))
        assert spot is not None
        assert spot.position is not None
        uncertainty.append(spot.uncertainty)
        survey = (*survey, sample(spot.room, *spot.position))
    assert uncertainty[-1] < uncertainty[0]
    assert {one.room for one in survey} == {"kitchen", "living", "bedroom"}


def test_without_a_plan_it_is_a_room_without_samples() -> None:
    survey = tuple(
        replace(sample(room, *place), position=None)
        for room, place in (("kitchen", (2.0, 2.0)), ("bedroom", (4.0, 5.0)))
    )
    spot = next_spot(PositioningModel.build(ROOMS_ONLY, survey))
    assert spot is not None
    assert (spot.room, spot.position) == ("living", None)
