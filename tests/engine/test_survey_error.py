"""How well a survey locates its own places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample
from custom_components.indoor_positioning.engine.survey_error import MAX_PLACES, SurveyError, survey_error
from tests.engine.small_home import FLAT, ROOMS_ONLY, ideal_rssi

PRIOR = PropagationParameters()
SPOTS = [
    ("kitchen", 1.0, 1.0),
    ("kitchen", 3.0, 3.0),
    ("living", 5.0, 1.0),
    ("living", 8.0, 3.0),
    ("bedroom", 2.0, 5.5),
    ("bedroom", 7.0, 5.5),
]

MANY_SPOTS = [
    (room, left + dx, bottom + dy)
    for room, left, bottom in (("kitchen", 0.5, 0.5), ("living", 5.0, 0.5), ("bedroom", 1.0, 4.5))
    for dx in (0.0, 1.5, 3.0)
    for dy in (0.0, 1.5)
]


def survey_of(spots: list[tuple[str, float, float]], bias: float = 0.0) -> Survey:
    """Return one stand at each spot, heard with `bias` dB at the kitchen's anchor."""
    return tuple(
        SurveySample(
            "tag",
            "0",
            room,
            (x, y),
            {a.id: (ideal_rssi(FLAT, a, (x, y), "0") + (bias if a.id == "k" else 0.0),) * 20 for a in FLAT.anchors},
            time=float(index),
            duration=15.0,
        )
        for index, (room, x, y) in enumerate(spots)
    )


def test_nothing_surveyed_says_nothing() -> None:
    assert survey_error(FLAT, (), PRIOR) == SurveyError(0, None, None)


def test_a_denser_survey_errs_less() -> None:
    sparse, dense = survey_error(FLAT, survey_of(SPOTS), PRIOR), survey_error(FLAT, survey_of(MANY_SPOTS), PRIOR)
    assert (sparse.places, dense.places) == (6, 18)
    assert sparse.median is not None
    assert dense.median is not None
    assert dense.median < sparse.median
    assert dense.rooms is not None
    assert dense.rooms >= 0.8


def test_more_samples_help_where_the_path_loss_is_wrong() -> None:
    survey = survey_of(MANY_SPOTS, bias=-18.0)
    before = survey_error(FLAT, survey, PRIOR, learn_from=lambda _sample: False)
    after = survey_error(FLAT, survey, PRIOR)
    assert before.places == after.places == 18
    assert before.median is not None
    assert after.median is not None
    assert after.median < before.median


def test_a_second_stand_at_the_same_spot_does_not_flatter_the_first() -> None:
    once = survey_of(SPOTS, bias=-18.0)
    twice = (*once, *(replace(one, time=one.time + 100.0) for one in once))
    error, error_twice = survey_error(FLAT, once, PRIOR), survey_error(FLAT, twice, PRIOR)
    assert error.median is not None
    # What is left is surer of itself by the repetition, so the errors are not the very same.
    assert error_twice.median == pytest.approx(error.median, rel=0.05)
    assert error_twice.places == error.places


def test_samples_without_a_place_are_judged_by_room() -> None:
    survey = tuple(replace(one, position=None) for one in survey_of(SPOTS))
    error = survey_error(ROOMS_ONLY, survey, PRIOR)
    assert error.places == 3
    assert error.median is None
    assert error.rooms is not None


def test_the_work_is_bounded() -> None:
    many = [("bedroom", 0.5 + 0.6 * (index % 14), 4.3 + 0.6 * (index // 14)) for index in range(56)]
    assert survey_error(FLAT, survey_of(many), PRIOR).places <= MAX_PLACES


def test_unknown_anchors_and_floors_are_passed_over() -> None:
    stranger = SurveySample("tag", "0", "kitchen", (1.0, 1.0), {"nobody": (-60.0,)})
    upstairs = SurveySample("tag", "9", "attic", (1.0, 1.0), {"k": (-60.0,)})
    assert survey_error(FLAT, (upstairs,), PRIOR).places == 0
    assert survey_error(FLAT, (stranger,), PRIOR).places == 1
