"""Which of a home's networks answers: the floor's, or that of the area which is heard best."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel, TinyModels, assemble
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from tests.engine.neural.homes import random_network

WEST, EAST = ("w1", "w2", "w3"), ("e1", "e2", "e3")


def network(anchors: tuple[str, ...], area: str | None = None, floor: str = "0") -> TinyModel:
    meaning = Meaning(Task.PLACE, anchors, floor, Extent((0.0, 0.0), (9.0, 7.0)), area=area)
    return TinyModel.of(random_network(1, inputs=len(anchors)), meaning)


HALL = network((*WEST, *EAST))
HALL_WEST, HALL_EAST = network(WEST, "west"), network(EAST, "east")
MODELS = assemble([HALL, HALL_WEST, HALL_EAST, network(WEST, floor="1")])


@pytest.mark.parametrize(
    ("levels", "answers"),
    [
        ({"w1": -50.0, "w2": -60.0, "w3": -70.0, "e1": -80.0}, HALL_WEST),
        ({"w1": -80.0, "e1": -60.0, "e2": -61.0, "e3": -90.0}, HALL_EAST),
        # Two distances leave two places: the floor's own network knows more.
        ({"w1": -50.0, "w2": -60.0, "e1": -80.0}, HALL),
        ({}, HALL),
    ],
)
def test_the_area_that_is_heard_best_answers(levels: dict[str, float], answers: TinyModel) -> None:
    assert MODELS.place_on("0", levels) is answers


def test_where_nothing_covers_the_rest_only_the_areas_answer() -> None:
    models = assemble([HALL_WEST, HALL_EAST])
    assert models.floors == {"0"}
    assert models.place_on("0", {"w1": -50.0, "w2": -60.0, "w3": -70.0}) is HALL_WEST
    assert models.place_on("0", {"w1": -50.0}) is None
    assert models.place_on("1", {"w1": -50.0, "w2": -60.0, "w3": -70.0}) is None


def test_of_two_areas_the_smaller_one_answers() -> None:
    corner = network((*WEST, "e1"), "corner")
    models = assemble([corner, HALL_WEST])
    assert models.place_on("0", {"w1": -50.0, "w2": -60.0, "w3": -70.0, "e1": -80.0}) is HALL_WEST
    assert models.place_on("0", {"w1": -60.0, "w2": -60.0, "w3": -70.0, "e1": -50.0}) is corner


def test_the_later_of_two_for_the_same_part_counts() -> None:
    later = network(WEST, "west")
    models = assemble([HALL_WEST, HALL, later])
    assert list(models) == [HALL, later]
    assert not TinyModels()
    assert models


def test_an_area_outlives_its_file() -> None:
    again = read_tflite(write_tflite(HALL_WEST))
    assert (again.meaning.floor, again.meaning.area, again.meaning.anchors) == ("0", "west", WEST)
