"""How accurate positions will be, before anybody has stood there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.accuracy_map import AccuracyMap, accuracy_map
from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY, ideal_rssi


def map_of(home: Home, floor: str = "0", survey: Survey = ()) -> AccuracyMap:
    expected = accuracy_map(PositioningModel.build(home, survey), floor)
    assert expected is not None
    return expected


def test_every_cell_of_a_drawn_floor_has_an_error() -> None:
    expected = map_of(FLAT)
    assert expected.points.shape == (len(expected.error), 2)
    assert np.isfinite(expected.error).all()
    assert (expected.error >= 0.0).all()
    # Nowhere worse than not knowing at all, in a flat of 9 m x 7 m.
    assert expected.error.max() < np.hypot(9.0, 7.0)
    assert ((expected.room_chance > 0.0) & (expected.room_chance <= 1.0 + 1e-9)).all()


def test_floors_of_which_nothing_is_drawn_have_no_map() -> None:
    assert accuracy_map(PositioningModel.build(ROOMS_ONLY), "0") is None
    assert accuracy_map(PositioningModel.build(FLAT), "attic") is None


def test_each_floor_has_its_own_map() -> None:
    down, up = map_of(HOUSE, "g"), map_of(HOUSE, "u")
    assert len(down.error) == len(up.error)
    # The anchors upstairs hang in the other two corners.
    assert not np.allclose(down.error, up.error)


def test_without_anchors_every_place_is_as_likely() -> None:
    expected = map_of(replace(FLAT, anchors=()))
    points = expected.points
    anywhere = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1).mean(axis=1))
    assert expected.error == pytest.approx(anywhere)


def test_another_anchor_helps_and_most_where_it_hangs() -> None:
    few = replace(FLAT, anchors=FLAT.anchors[:2])
    more = replace(few, anchors=(*few.anchors, Anchor("new", "0", (4.5, 6.5, 1.1), "bedroom")))
    before, after = map_of(few), map_of(more)
    gain = before.error - after.error
    near = np.hypot(*(before.points - (4.5, 6.5)).T) < 2.0
    assert after.error.mean() < before.error.mean()
    assert gain[near].mean() > gain.mean()


def test_a_survey_helps() -> None:
    survey = tuple(
        SurveySample(
            "tag",
            "0",
            None,
            place,
            {anchor.id: (ideal_rssi(FLAT, anchor, place, "0"),) * 20 for anchor in FLAT.anchors},
            duration=15.0,
        )
        for place in ((1.0, 1.0), (3.0, 3.0), (5.0, 1.0), (8.0, 3.0), (1.0, 5.0), (5.0, 6.0), (8.0, 5.0))
    )
    assert map_of(FLAT, survey=survey).error.mean() < map_of(FLAT).error.mean()
