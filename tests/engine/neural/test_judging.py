"""Training a whole home, and knowing how good it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.dataset import split
from custom_components.indoor_positioning.engine.neural.judging import Errors, Taught, errors_of, is_better, teach
from custom_components.indoor_positioning.engine.neural.models import Task
from custom_components.indoor_positioning.engine.neural.problems import TrainingError, TrainingProblem
from custom_components.indoor_positioning.engine.neural.trainer import UNTESTED_SD_M, train_models
from custom_components.indoor_positioning.engine.neural.two_trainings import rebuilt
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

HOUSE_PLACES = [
    (room, floor, (x, y))
    for room, floor in (("down", "g"), ("up", "u"))
    for x, y in ((2.0, 2.0), (6.0, 4.0), (2.0, 4.0), (6.0, 2.0))
]


@pytest.fixture(scope="module")
def model() -> PositioningModel:
    return PositioningModel.build(FLAT, noisy_survey())


@pytest.fixture(scope="module")
def taught(model: PositioningModel) -> Taught:
    return teach(model)


def test_the_report_tells_how_it_compares(taught: Taught) -> None:
    report = taught.report
    assert (report.samples, report.rows, report.held_out_blocks) == (9, 99, 3)
    assert set(report.errors) == {"neural", "fingerprint", "bayes", "fused"}
    assert {errors.moments for errors in report.errors.values()} == {33}
    neural = report.errors["neural"]
    assert neural.mean is not None
    assert neural.p90 is not None
    assert neural.median is not None
    assert 0.0 < neural.median <= neural.p90 < 3.0
    assert set(neural.mean_by_room) == {"kitchen", "living", "bedroom"}
    assert neural.rooms is not None
    assert neural.rooms > 0.9
    assert report.quantisation_loss is not None
    assert abs(report.quantisation_loss) < 0.1  # of 33 rows: a matter of centimetres
    assert report.replaces


def test_models_know_what_they_are(taught: Taught) -> None:
    place, rooms = taught.models.places["0"], taught.models.rooms
    assert rooms is not None
    assert list(taught.models) == [place, rooms]
    assert place.meaning.task is Task.PLACE
    assert place.meaning.anchors == ("k", "l", "b1", "b2")
    assert place.meaning.covariance is not None
    assert (np.linalg.eigvalsh(place.meaning.covariance) > 0.0).all()
    assert set(rooms.meaning.spots) == {("0", "kitchen"), ("0", "living"), ("0", "bedroom")}
    with pytest.raises(ValueError, match="rooms, not places"):
        rooms.places(np.full((1, 4), -60.0))


def test_a_model_that_knows_less_does_not_replace_another(model: PositioningModel, taught: Taught) -> None:
    confused = PositioningModel.build(
        FLAT, tuple(replace(one, position=(4.0, 4.0 + 0.2 * index)) for index, one in enumerate(noisy_survey()))
    )
    worse = train_models(confused).models
    _, held_out = split(noisy_survey())
    assert not is_better(
        errors_of("neural", replace(model, tiny=worse), held_out),
        errors_of("neural", replace(model, tiny=taught.judged), held_out),
    )


def test_rooms_decide_where_there_are_no_places() -> None:
    good, bad = Errors(9, None, None, None, 0.9), Errors(9, None, None, None, 0.8)
    assert is_better(good, bad)
    assert not is_better(bad, good)


def test_trained_again_it_is_the_same_and_replaces_the_one_before(model: PositioningModel, taught: Taught) -> None:
    told: list[float] = []
    again = teach(model, before=taught.judged, compared=("neural",), progress=told.append)
    for one, other in zip(taught.models, again.models, strict=True):
        assert all(
            (a.weights == b.weights).all() for a, b in zip(one.network.layers, other.network.layers, strict=True)
        )
    assert again.report.before == again.report.errors["neural"]
    assert again.report.replaces
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_every_floor_has_its_network() -> None:
    trained = train_models(PositioningModel.build(HOUSE, noisy_survey(HOUSE, HOUSE_PLACES)))
    assert set(trained.models.places) == {"g", "u"}
    assert trained.models.rooms is not None
    assert set(trained.models.rooms.meaning.spots) == {("g", "down"), ("u", "up")}


def test_a_home_without_plan_learns_its_rooms() -> None:
    samples = tuple(replace(sample, position=None) for sample in noisy_survey())
    taught = teach(PositioningModel.build(ROOMS_ONLY, samples))
    assert not taught.models.places
    assert taught.models.rooms is not None
    errors = taught.report.errors["neural"]
    assert errors.mean is None
    assert errors.rooms is not None
    assert errors.rooms > 0.9
    assert taught.report.quantisation_loss is None


def test_offsets_of_anchors_count_once() -> None:
    anchors = tuple(replace(anchor, rssi_offset=10.0) for anchor in FLAT.anchors)
    model = PositioningModel.build(replace(FLAT, anchors=anchors), noisy_survey())
    train, _ = split(model.survey)
    assert [one.readings for one in rebuilt(model, train, None).survey] == [one.readings for one in train]


def test_one_stand_a_room_is_learnt_without_a_report() -> None:
    taught = teach(PositioningModel.build(FLAT, noisy_survey()[::3]))
    assert taught.report.errors == {}
    assert taught.report.held_out_blocks == 0
    covariance = taught.models.places["0"].meaning.covariance
    assert covariance is not None
    assert covariance[0, 0] == UNTESTED_SD_M**2


def test_what_nobody_has_tested_does_not_replace_what_was_judged(taught: Taught) -> None:
    model = PositioningModel.build(FLAT, noisy_survey()[::3])
    untested = teach(model, before=taught.judged)
    assert untested.report.held_out_blocks == 0
    assert not untested.report.replaces


def test_untested_networks_replace_those_that_do_not_fit_any_more(taught: Taught) -> None:
    renamed = {anchor.id: f"new {anchor.id}" for anchor in FLAT.anchors}
    home = replace(FLAT, anchors=tuple(replace(one, id=renamed[one.id]) for one in FLAT.anchors))
    survey = tuple(
        replace(one, readings={renamed[anchor]: levels for anchor, levels in one.readings.items()})
        for one in noisy_survey()[::3]
    )
    assert teach(PositioningModel.build(home, survey), before=taught.judged).report.replaces


@pytest.mark.parametrize(
    ("home", "count", "problem"),
    [
        (FLAT, 0, TrainingProblem.NO_SAMPLES),
        (FLAT, 1, TrainingProblem.TOO_FEW_SAMPLES),
        (Home((FLAT.rooms[0],), FLAT.anchors, FLAT.floors), 1, TrainingProblem.ONE_ROOM),
        (Home(FLAT.rooms, (Anchor("new", "0", (1.0, 1.0, 1.0)),), FLAT.floors), 9, TrainingProblem.NO_SAMPLES),
    ],
)
def test_too_little_is_said(home: Home, count: int, problem: TrainingProblem) -> None:
    with pytest.raises(TrainingError) as caught:
        teach(PositioningModel.build(home, noisy_survey()[:count]))
    assert caught.value.problem is problem
    assert str(caught.value)
