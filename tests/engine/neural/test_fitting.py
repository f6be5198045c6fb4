"""Which networks still fit a home that has changed since they were trained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.neural.dataset import Spot
from custom_components.indoor_positioning.engine.neural.fitting import (
    Misfit,
    fitting,
    missing_anchors,
    problem_of_model,
    remarks_on,
    resting,
)
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel, TinyModels
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from tests.engine.neural.homes import random_network
from tests.engine.small_home import FLAT, HOUSE

ANCHORS = ("k", "l", "b1", "b2")


def places(floor: str = "0", anchors: tuple[str, ...] = ANCHORS) -> TinyModel:
    extent = Extent((0.0, 0.0), (9.0, 7.0))
    return TinyModel.of(random_network(1, inputs=len(anchors)), Meaning(Task.PLACE, anchors, floor, extent, np.eye(2)))


def rooms(*spots: Spot, anchors: tuple[str, ...] = ANCHORS) -> TinyModel:
    meaning = Meaning(Task.ROOM, anchors, spots=spots)
    return TinyModel.of(random_network(2, inputs=len(anchors), outputs=len(spots)), meaning)


def without(*gone: str) -> Home:
    return replace(FLAT, anchors=tuple(one for one in FLAT.anchors if one.id not in gone))


def test_networks_of_this_home_are_all_used() -> None:
    models = TinyModels({"0": places()}, rooms(("0", "kitchen"), ("0", "living")))
    assert fitting(models, FLAT) is models
    assert missing_anchors(models, FLAT) == frozenset()


def test_anchors_that_are_gone_are_named() -> None:
    models = TinyModels({"0": places()}, rooms(("0", "kitchen"), anchors=("k", "attic")))
    assert missing_anchors(models, without("b2")) == {"b2", "attic"}


@pytest.mark.parametrize(("gone", "fits"), [(("b1",), True), (("b1", "b2"), True), (("l", "b1", "b2"), False)])
def test_half_of_the_anchors_will_do(gone: tuple[str, ...], fits: bool) -> None:
    home = without(*gone)
    models = TinyModels({"0": places()}, rooms(("0", "kitchen"), ("0", "living")))
    assert bool(fitting(models, home)) is fits
    problem = problem_of_model(places(), home)
    assert problem == (None if fits else "it is for other anchors: 3 of its 4 are not here, such as l")


def test_the_network_of_a_floor_that_is_gone_is_left_out() -> None:
    here, gone = places(), places("attic")
    models = TinyModels({"0": here, "attic": gone}, rooms(("0", "kitchen"), ("0", "living")))
    found = fitting(models, FLAT)
    assert dict(found.places) == {"0": here}
    assert found.rooms is models.rooms
    assert problem_of_model(gone, FLAT) == "it is for the floor 'attic', which is not here"


def test_one_known_room_is_enough_for_the_network_of_rooms() -> None:
    assert problem_of_model(rooms(("0", "kitchen"), ("0", "study")), FLAT) is None
    strange = rooms(("0", "study"), ("0", "hall"))
    assert problem_of_model(strange, FLAT) == "it knows none of the rooms"
    found = fitting(TinyModels({"0": places()}, strange), FLAT)
    assert found.rooms is None
    assert set(found.places) == {"0"}


def test_outside_all_rooms_the_floor_must_be_known() -> None:
    outside = rooms(("0", None), ("0", "study"))
    assert problem_of_model(outside, FLAT) is None
    upstairs = rooms(("u", None), ("g", None), anchors=("d1", "u1"))
    assert problem_of_model(upstairs, HOUSE) is None
    elsewhere = replace(
        FLAT, anchors=tuple(replace(one, id=name) for one, name in zip(FLAT.anchors[:2], ("d1", "u1"), strict=True))
    )
    assert problem_of_model(upstairs, elsewhere) == "it knows none of the rooms"


def test_a_home_without_networks_has_none_that_fit() -> None:
    models = TinyModels()
    assert not fitting(models, FLAT)
    assert missing_anchors(models, FLAT) == frozenset()
    assert not fitting(TinyModels({"attic": places("attic")}), FLAT)


def test_what_rests_is_told_with_its_reason() -> None:
    other, gone = places(anchors=("x", "y", "z", "k")), places("attic")
    models = TinyModels({"0": other, "attic": gone}, rooms(("0", "study"), ("0", "cellar")))
    assert resting(models, FLAT) == [
        (other, Misfit.OTHER_ANCHORS),
        (gone, Misfit.FLOOR_GONE),
        (models.rooms, Misfit.ROOMS_GONE),
    ]
    assert resting(TinyModels({"0": places()}), FLAT) == []


def test_anchors_that_differ_are_remarked_on() -> None:
    assert remarks_on(places(), FLAT) == []
    assert remarks_on(places(anchors=("k", "l", "attic")), FLAT) == [
        "asks for anchors that are not here, which count as not heard: attic",
        "knows nothing of these anchors, which it does not listen to: b1, b2",
    ]
    part = replace(places().meaning, anchors=("k", "l"), area="west")
    assert remarks_on(TinyModel.of(random_network(1, inputs=2), part), FLAT) == []


def test_an_area_without_its_anchors_rests_alone() -> None:
    whole, part = places(), places(anchors=("x", "y"))
    west = TinyModel.of(part.network, replace(part.meaning, area="west"))
    models = TinyModels({"0": whole}, areas={("0", "west"): west})
    found = fitting(models, FLAT)
    assert list(found) == [whole]
