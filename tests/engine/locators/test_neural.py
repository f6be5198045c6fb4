"""The home's own network as a locator; training itself is tested beside it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.locators import create_locator
from custom_components.indoor_positioning.engine.locators.neural import tiny_models_of
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.models import TinyModels
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY, readings

ALL = frozenset(anchor.id for anchor in (*FLAT.anchors, *HOUSE.anchors))


@pytest.fixture(scope="module")
def model() -> PositioningModel:
    model = PositioningModel.build(FLAT, noisy_survey())
    return replace(model, tiny=tiny_models_of(model))


def _stand(
    model: PositioningModel, home: Home, place: tuple[float, float], floor: str, name: str = "neural"
) -> Estimate:
    locator = create_locator(name, model, "tag")
    estimate = None
    for second in range(10):
        estimate = locator.update(float(second), readings(home, place, floor, [float(second)]), ALL)
    assert estimate is not None
    return estimate


@pytest.mark.parametrize("name", ["neural", "fused"])
@pytest.mark.parametrize(("room", "place"), [("kitchen", (1.0, 1.0)), ("living", (7.5, 2.5)), ("bedroom", (2.0, 5.5))])
def test_it_finds_place_and_room(model: PositioningModel, name: str, room: str, place: tuple[float, float]) -> None:
    estimate = _stand(model, FLAT, place, "0", name)
    assert estimate.room == room
    assert estimate.position is not None
    assert math.dist(estimate.position, place) < 1.2
    assert sum(estimate.room_probabilities.values()) == pytest.approx(1.0)
    assert estimate.covariance is not None
    assert (np.linalg.eigvalsh(estimate.covariance) > 0.0).all()


def test_without_networks_fingerprints_answer() -> None:
    model = PositioningModel.build(FLAT, noisy_survey(), tiny=TinyModels())
    expected = create_locator("fingerprint", model, "tag").update(0.0, readings(FLAT, (1.0, 1.0), "0", [0.0]), ALL)
    found = create_locator("neural", model, "tag").update(0.0, readings(FLAT, (1.0, 1.0), "0", [0.0]), ALL)
    assert found is not None
    assert expected is not None
    assert found.position == expected.position


def test_a_survey_that_teaches_nothing_leaves_no_networks() -> None:
    assert not tiny_models_of(PositioningModel.build(FLAT))


def test_rooms_alone_know_no_place(model: PositioningModel) -> None:
    assert model.tiny is not None
    estimate = _stand(replace(model, tiny=TinyModels({}, model.tiny.rooms)), FLAT, (1.0, 1.0), "0")
    assert estimate.room == "kitchen"
    assert estimate.position is None


def test_places_alone_name_the_room_that_they_lie_in(model: PositioningModel) -> None:
    assert model.tiny is not None
    estimate = _stand(replace(model, tiny=TinyModels(model.tiny.places)), FLAT, (1.0, 1.0), "0")
    assert (estimate.room, estimate.floor) == ("kitchen", "0")


def test_rooms_and_floors_that_are_gone_since_get_nothing(model: PositioningModel) -> None:
    changed = PositioningModel.build(Home(FLAT.rooms[1:], FLAT.anchors[1:], FLAT.floors), tiny=model.tiny)
    estimate = _stand(changed, FLAT, (7.5, 2.5), "0")
    assert "kitchen" not in estimate.room_probabilities
    assert estimate.room == "living"
    elsewhere = PositioningModel.build(HOUSE, tiny=model.tiny)
    assert _stand(elsewhere, HOUSE, (2.0, 2.0), "g").position is None


def test_without_networks_the_filter_is_the_filter() -> None:
    model = PositioningModel.build(FLAT, noisy_survey(), tiny=TinyModels())
    fused, bayes = (_stand(model, FLAT, (1.0, 1.0), "0", name) for name in ("fused", "bayes"))
    assert fused.position == bayes.position


def test_the_room_network_moves_belief_in_a_home_without_plan() -> None:
    samples = tuple(replace(sample, position=None) for sample in noisy_survey())
    model = PositioningModel.build(ROOMS_ONLY, samples)
    model = replace(model, tiny=tiny_models_of(model))
    assert model.tiny is not None
    assert not model.tiny.places
    fused, bayes = (_stand(model, FLAT, (1.0, 1.0), "0", name) for name in ("fused", "bayes"))
    assert fused.room == "kitchen"
    assert fused.room_probabilities["kitchen"] > bayes.room_probabilities["kitchen"]


def test_the_filter_goes_on_when_rooms_and_anchors_change(model: PositioningModel) -> None:
    locator = create_locator("fused", model, "tag")
    locator.update(0.0, readings(FLAT, (7.5, 2.5), "0", [0.0]), ALL)
    locator.adopt(PositioningModel.build(Home(FLAT.rooms[1:], FLAT.anchors[1:], FLAT.floors), tiny=model.tiny))
    estimate = locator.update(1.0, readings(FLAT, (7.5, 2.5), "0", [1.0]), ALL)
    assert estimate is not None
    assert estimate.room == "living"
