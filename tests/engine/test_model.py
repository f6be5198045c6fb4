"""One home, ready to locate in: built from whatever is known, with the anchors' offsets taken into account."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Beacon, Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY


@pytest.mark.parametrize("home", [FLAT, HOUSE, ROOMS_ONLY, Home(rooms=(), anchors=())])
def test_all_parts_speak_of_the_same_cells_and_anchors(home: Home) -> None:
    model = PositioningModel.build(home)
    assert model.radio_map.mean.shape == (len(home.anchors), len(model.grid))
    assert len(model.motion.source) == len(model.motion.anywhere) == len(model.grid)
    assert model.home is home
    assert model.survey == ()


def test_what_is_believed_beforehand_stands_without_a_survey() -> None:
    known = PropagationParameters(reference_rssi=-65.0, exponent=2.6)
    assert PositioningModel.build(FLAT, (), known).parameters is known
    assert PositioningModel.build(FLAT).parameters == PropagationParameters()


def test_a_survey_is_learnt_from() -> None:
    model = PositioningModel.build(FLAT, FLAT_SURVEY)
    assert model.parameters != PropagationParameters()
    assert model.survey == FLAT_SURVEY


def test_configured_offsets_are_added_to_the_survey() -> None:
    deaf = dataclasses.replace(FLAT, anchors=(dataclasses.replace(FLAT.anchors[0], rssi_offset=6.0), *FLAT.anchors[1:]))
    model = PositioningModel.build(deaf, FLAT_SURVEY)
    for raw, corrected in zip(FLAT_SURVEY, model.survey, strict=True):
        assert corrected.readings["k"] == tuple(value + 6.0 for value in raw.readings["k"])
        assert corrected.readings["l"] == raw.readings["l"]
    # A receiver 6 dB too quiet, put right by its offset, gives the map of a good one.
    quiet = tuple(
        dataclasses.replace(s, readings={**s.readings, "k": tuple(value - 6.0 for value in s.readings["k"])})
        for s in FLAT_SURVEY
    )
    put_right = PositioningModel.build(deaf, quiet).radio_map.mean
    assert put_right == pytest.approx(PositioningModel.build(FLAT, FLAT_SURVEY).radio_map.mean)


def test_a_beacon_is_known_or_at_least_named() -> None:
    tag = Beacon("tag", reference_rssi=-55.0)
    model = PositioningModel.build(dataclasses.replace(FLAT, beacons=(tag,)))
    assert model.beacon("tag") is tag
    assert model.beacon("stranger") == Beacon("stranger")


def test_the_same_knowledge_gives_the_same_model() -> None:
    first, second = (PositioningModel.build(FLAT, FLAT_SURVEY) for _ in range(2))
    assert first.parameters == second.parameters
    assert np.array_equal(first.radio_map.mean, second.radio_map.mean)
    assert np.array_equal(first.motion.weight, second.motion.weight)
