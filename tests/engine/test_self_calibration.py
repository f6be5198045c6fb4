"""Constants are learnt from ordinary use, and only where they explain it better."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.propagation import (
    LIMITS,
    MAX_ANCHOR_OFFSET_DB,
    PropagationParameters,
)
from custom_components.indoor_positioning.engine.self_calibration import (
    CORRELATED_READINGS,
    MAX_STEP_DB,
    MAX_STEP_EXPONENT,
    MEMORY_READINGS,
    MIN_READINGS,
    Lesson,
    SelfCalibration,
    bounded_step,
)
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

PRIOR = PropagationParameters()
TRUTH = PropagationParameters(-64.0, 2.6, 5.0, 16.0, anchor_offsets={"d1": 3.0, "d2": -3.0, "u1": 0.0, "u2": 0.0})
MODEL = PositioningModel.build(HOUSE)
ANCHORS = MODEL.radio_map.anchors


def _at(cell: int, rssi: FloatArray, *, power: float = 0.0, model: PositioningModel = MODEL) -> Lesson:
    cells = np.zeros(len(model.grid))
    cells[cell] = 1.0
    none = np.empty(0, dtype=np.intp)
    return Lesson(cells, power, Links(np.arange(len(rssi)), rssi, np.ones(len(rssi)), none, 1.0))


def _taught(
    truth: PropagationParameters,
    lessons: int = 1500,
    *,
    noise: float = 4.0,
    power: float = 0.0,
    model: PositioningModel = MODEL,
) -> SelfCalibration:
    """Return what was learnt from somebody whose way is known, in a home whose constants are `truth`."""
    rng = np.random.default_rng(0)
    expected = model.radio_map.features.expected_rssi(truth, model.home.anchors)
    calibration = SelfCalibration(model.radio_map.anchors)
    for _ in range(lessons):
        cell = int(rng.integers(len(model.grid)))
        heard = expected[:, cell] + power + noise * rng.normal(size=len(expected))
        calibration.learn(model, _at(cell, heard, power=power, model=model))
    return calibration


def test_constants_are_recovered_from_a_walk() -> None:
    learnt = _taught(TRUTH).propose(PRIOR, PRIOR)
    assert learnt is not None
    assert learnt.reference_rssi == pytest.approx(TRUTH.reference_rssi, abs=2.5)
    assert learnt.exponent == pytest.approx(TRUTH.exponent, abs=0.25)
    assert learnt.slab_loss == pytest.approx(TRUTH.slab_loss, abs=1.5)
    offsets = learnt.anchor_offsets
    assert offsets["d1"] - offsets["d2"] == pytest.approx(6.0, abs=1.5)
    assert learnt.noise == pytest.approx(4.0, abs=0.5)


def test_walls_are_learnt_where_there_are_some() -> None:
    model = PositioningModel.build(replace(FLAT, doors=()))
    truth = replace(TRUTH, wall_loss=6.0, anchor_offsets={})
    learnt = _taught(truth, model=model).propose(PRIOR, PRIOR)
    assert learnt is not None
    assert learnt.wall_loss == pytest.approx(6.0, abs=1.0)
    # Nothing was heard through a slab, so nothing was learnt of slabs.
    assert learnt.slab_loss == pytest.approx(PRIOR.slab_loss)


def test_the_power_of_the_beacon_is_taken_out() -> None:
    plain, loud = (_taught(TRUTH, power=power).propose(PRIOR, PRIOR) for power in (0.0, 10.0))
    assert plain is not None
    assert loud is not None
    assert loud.reference_rssi == pytest.approx(plain.reference_rssi, abs=1e-6)


def test_what_is_learnt_explains_the_readings_better_than_what_was_in_use() -> None:
    calibration = _taught(TRUTH)
    learnt = calibration.propose(PRIOR, PRIOR)
    assert learnt is not None
    assert calibration.propose(PRIOR, learnt) is None, "nothing better than the best is proposed"


def test_a_home_as_the_prior_has_it_keeps_the_prior() -> None:
    assert _taught(PRIOR).propose(PRIOR, PRIOR) is None


def test_too_little_teaches_nothing() -> None:
    enough = math.ceil(MIN_READINGS * CORRELATED_READINGS / len(ANCHORS))
    assert _taught(TRUTH, enough - 10).propose(PRIOR, PRIOR) is None
    assert _taught(TRUTH, enough + 10).propose(PRIOR, PRIOR) is not None


def test_a_belief_spread_over_the_home_teaches_nothing() -> None:
    calibration = SelfCalibration(ANCHORS)
    lesson = _at(0, np.full(4, -70.0))
    corners = np.zeros(len(MODEL.grid))
    corners[[0, -1]] = 0.5
    assert np.ptp(MODEL.grid.points[[0, -1]], axis=0).min() > 5.0
    calibration.learn(MODEL, replace(lesson, cells=corners))
    assert calibration.readings == 0.0
    calibration.learn(MODEL, lesson)
    assert calibration.readings == pytest.approx(4.0 / CORRELATED_READINGS, rel=1e-3)


def test_a_home_without_a_plan_teaches_as_well() -> None:
    model = PositioningModel.build(ROOMS_ONLY)
    calibration = SelfCalibration(model.radio_map.anchors)
    calibration.learn(model, Lesson(np.array([0.6, 0.3, 0.1]), 0.0, _at(0, np.full(4, -70.0)).links))
    assert calibration.readings > 0.0


def test_another_homes_anchors_teach_nothing() -> None:
    calibration = SelfCalibration(ANCHORS)
    other = PositioningModel.build(FLAT)
    calibration.learn(other, _at(0, np.full(4, -70.0), model=other))
    assert calibration.readings == 0.0


def test_old_lessons_fade() -> None:
    calibration = SelfCalibration(ANCHORS)
    calibration.readings = 10.0 * MEMORY_READINGS
    calibration.learn(MODEL, _at(0, np.full(4, -70.0)))
    assert calibration.readings < 10.0 * MEMORY_READINGS


@settings(max_examples=20, deadline=None)
@given(st.floats(-127.0, 20.0), st.floats(0.0, 50.0), st.integers(0, 2**31))
def test_nonsense_never_leaves_the_range_of_homes(level: float, scatter: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    calibration = SelfCalibration(ANCHORS)
    for _ in range(200):
        cell = int(rng.integers(len(MODEL.grid)))
        calibration.learn(MODEL, _at(cell, level + scatter * rng.normal(size=4)))
    learnt = calibration.propose(PRIOR, PRIOR)
    if learnt is None:
        return
    for name, (low, high) in LIMITS.items():
        assert low <= getattr(learnt, name) <= high, name
    assert all(abs(offset) <= MAX_ANCHOR_OFFSET_DB for offset in learnt.anchor_offsets.values())


def test_the_sums_survive_json() -> None:
    calibration = _taught(TRUTH, 300)
    stored = json.loads(json.dumps(calibration.to_dict()))
    again = SelfCalibration.from_dict(stored, ANCHORS)
    assert again.readings == calibration.readings
    assert again.propose(PRIOR, PRIOR) == calibration.propose(PRIOR, PRIOR)
    assert again.propose(PRIOR, PRIOR) is not None


def test_worse_constants_are_found_out_and_better_ones_are_not() -> None:
    calibration = _taught(TRUTH)
    learnt = calibration.propose(PRIOR, PRIOR)
    assert learnt is not None
    assert calibration.explains_worse(PRIOR, learnt)
    assert not calibration.explains_worse(learnt, PRIOR)
    assert not calibration.explains_worse(PRIOR, PRIOR)


def test_too_little_finds_nothing_out() -> None:
    assert not _taught(TRUTH, 10).explains_worse(PRIOR, TRUTH)


def test_steps_are_short_and_arrive() -> None:
    calibration = _taught(TRUTH)
    goal = calibration.propose(PRIOR, PRIOR)
    assert goal is not None
    current, steps = PRIOR, 0
    while current != goal:
        following = bounded_step(current, goal)
        assert abs(following.exponent - current.exponent) <= MAX_STEP_EXPONENT + 1e-9
        for name in LIMITS.keys() - {"exponent"}:
            assert abs(getattr(following, name) - getattr(current, name)) <= MAX_STEP_DB + 1e-9
        for anchor, offset in following.anchor_offsets.items():
            assert abs(offset - current.anchor_offsets.get(anchor, 0.0)) <= MAX_STEP_DB + 1e-9
        # The way is straight, so each step explains the readings better than the last.
        assert not calibration.explains_worse(following, current)
        current, steps = following, steps + 1
    assert steps == math.ceil(
        max(
            abs(goal.exponent - PRIOR.exponent) / MAX_STEP_EXPONENT,
            *(abs(getattr(goal, name) - getattr(PRIOR, name)) / MAX_STEP_DB for name in LIMITS.keys() - {"exponent"}),
            *(abs(offset) / MAX_STEP_DB for offset in goal.anchor_offsets.values()),
        )
    )


CONSTANTS = st.builds(
    PropagationParameters,
    *(st.floats(low, high) for low, high in LIMITS.values()),
    anchor_offsets=st.dictionaries(st.sampled_from(ANCHORS), st.floats(-MAX_ANCHOR_OFFSET_DB, MAX_ANCHOR_OFFSET_DB)),
)


@given(CONSTANTS, CONSTANTS)
def test_a_step_leads_from_anywhere_towards_anywhere(start: PropagationParameters, end: PropagationParameters) -> None:
    step = bounded_step(start, end)
    assert step.anchor_offsets.keys() == end.anchor_offsets.keys(), "anchors that are gone hold nothing up"
    for name in LIMITS:
        limit = MAX_STEP_EXPONENT if name == "exponent" else MAX_STEP_DB
        moved, whole = getattr(step, name) - getattr(start, name), getattr(end, name) - getattr(start, name)
        assert abs(moved) <= min(limit, abs(whole)) + 1e-9
        assert moved * whole >= 0.0


GOOD = _taught(TRUTH, 100).to_dict()


@pytest.mark.parametrize(
    "broken",
    [
        {"anchors": ["x", "y", "z", "w"]},
        {"anchors": None},
        {"moment": [[1.0]]},
        {"moment": "sums"},
        {"moment": [[math.nan] * 8] * 8},
        {"cross": [1.0]},
        {"cross": [math.inf] * 8},
        {"power": None},
        {"power": math.nan},
        {"readings": "many"},
        {"readings": math.inf},
    ],
)
def test_malformed_sums_start_anew(broken: dict[str, object]) -> None:
    calibration = SelfCalibration.from_dict({**GOOD, **broken}, ANCHORS)
    assert calibration.readings == 0.0
    assert calibration.propose(PRIOR, PRIOR) is None


def test_nothing_stored_starts_anew() -> None:
    assert SelfCalibration.from_dict({}, ANCHORS).readings == 0.0
