"""The path loss: its law, the walls between, and constants that are learnt and never leave the range of homes."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.grid import IntArray
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room, Wall
from custom_components.indoor_positioning.engine.propagation import (
    BEACON_HEIGHT_M,
    LIMITS,
    MAX_ANCHOR_OFFSET_DB,
    MAX_WALLS,
    MIN_DISTANCE_M,
    PropagationParameters,
    clamp_parameters,
    distance_from_rssi,
    fit_parameters,
    log_distance_rssi,
    path_features,
    wall_segments,
)
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

PRIOR = PropagationParameters()


def _length(walls: FloatArray) -> float:
    return float(np.linalg.norm(walls[:, 1] - walls[:, 0], axis=1).sum())


@settings(max_examples=50, deadline=None)
@given(st.floats(MIN_DISTANCE_M, 100.0), st.floats(-90.0, -30.0), st.floats(1.0, 4.5))
def test_distance_is_the_inverse_of_rssi(distance: float, reference: float, exponent: float) -> None:
    rssi = log_distance_rssi(distance, reference, exponent)
    assert float(distance_from_rssi(rssi, reference, exponent)) == pytest.approx(distance, rel=1e-9)


def test_the_law_holds_from_arms_length_on() -> None:
    assert float(log_distance_rssi(1.0, -59.0, 2.0)) == -59.0
    assert float(log_distance_rssi(10.0, -59.0, 2.0)) == pytest.approx(-79.0)
    near = log_distance_rssi(np.array([0.0, 0.1, MIN_DISTANCE_M]), -59.0, 2.0)
    assert np.isfinite(near).all()
    assert np.ptp(near) == 0.0


def test_constants_survive_json() -> None:
    parameters = PropagationParameters(-61.5, 2.4, 3.0, 12.0, 5.0, 6.0, {"a": -2.5})
    assert PropagationParameters.from_dict(json.loads(json.dumps(parameters.to_dict()))) == parameters
    assert PropagationParameters.from_dict({}) == PRIOR
    assert PropagationParameters.from_dict({"exponent": 3}) == replace(PRIOR, exponent=3.0)


def test_a_wall_between_two_rooms_counts_once() -> None:
    walls, weights = wall_segments(replace(FLAT, doors=()), "0")
    # Around 9 x 7 m, the wall y = 4 and the wall x = 4.
    assert _length(walls) == pytest.approx(2 * (9 + 7) + 9 + 4)
    assert (weights == 1.0).all()


def test_the_two_faces_of_a_thick_wall_are_one_wall() -> None:
    thick = Home(
        rooms=(Room("a", "A", "0", rectangle(0, 0, 4, 4)), Room("b", "B", "0", rectangle(4.2, 0, 4, 4))),
        anchors=(Anchor("left", "0", (2.0, 2.0, 1.1)),),
        floors=(Floor("0", "0"),),
    )
    features = path_features(thick, thick.anchors, np.array([(6.0, 2.0)]), thick.floors[0])
    assert features.walls[0, 0] == 1.0


def test_doors_open_walls() -> None:
    shut, _ = wall_segments(replace(FLAT, doors=()), "0")
    opened, _ = wall_segments(FLAT, "0")
    assert _length(shut) - _length(opened) == pytest.approx(2.0)
    points = np.array([(6.0, 2.0), (6.0, 0.7)])
    anchor = Anchor("x", "0", (2.0, 2.0, 1.1))
    through_door, beside = path_features(FLAT, [anchor], points, FLAT.floors[0]).walls[0]
    assert (through_door, beside) == (0.0, 1.0)


def test_a_wall_weighs_what_is_known_of_it() -> None:
    heavy = replace(FLAT, walls=(Wall("0", (1.0, 5.5), (8.0, 5.5), 10.0), Wall("9", (0.0, 0.0), (1.0, 1.0), 10.0)))
    anchor = Anchor("x", "0", (4.5, 4.6, 1.1))
    walls = path_features(heavy, [anchor], np.array([(4.5, 6.4)]), FLAT.floors[0]).walls[0, 0]
    assert PRIOR.wall_loss * walls == pytest.approx(10.0)


def test_walls_are_not_charged_without_end() -> None:
    many = replace(FLAT, walls=tuple(Wall("0", (x, 4.0), (x, 7.0)) for x in [0.75 + 0.5 * i for i in range(15)]))
    anchor = Anchor("x", "0", (0.3, 5.5, 1.1))
    walls = path_features(many, [anchor], np.array([(8.7, 5.5)]), FLAT.floors[0]).walls[0, 0]
    assert walls == MAX_WALLS


def test_an_anchor_on_a_wall_hears_both_sides_alike() -> None:
    on_the_wall = Anchor("x", "0", (4.0, 0.5, 1.1))
    points = np.array([(2.0, 1.0), (6.0, 1.0)])
    for x in (3.95, 4.0, 4.05):
        anchor = replace(on_the_wall, position=(x, 0.5, 1.1))
        assert (path_features(FLAT, [anchor], points, FLAT.floors[0]).walls == 0.0).all()


def test_distance_is_measured_in_space_and_slabs_are_counted() -> None:
    anchor = HOUSE.anchors[2]
    assert anchor.position is not None
    above = np.array([anchor.position[:2]])
    features = path_features(HOUSE, [anchor], above, HOUSE.floors[0])
    rise = 2.7 + anchor.position[2] - BEACON_HEIGHT_M
    assert features.log_distance[0, 0] == pytest.approx(10.0 * math.log10(rise))
    assert features.slabs[0, 0] == 1.0
    at_home = path_features(HOUSE, [anchor], above, HOUSE.floors[1])
    assert at_home.slabs[0, 0] == 0.0
    assert at_home.log_distance[0, 0] == pytest.approx(10.0 * math.log10(MIN_DISTANCE_M))


def test_an_anchor_without_a_place_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="anchor k has no position"):
        path_features(ROOMS_ONLY, ROOMS_ONLY.anchors, np.zeros((1, 2)), FLAT.floors[0])


def test_a_floor_without_walls_has_none() -> None:
    walls, weights = wall_segments(ROOMS_ONLY, "0")
    assert walls.shape == (0, 2, 2)
    assert weights.shape == (0,)


def _synthetic(
    truth: PropagationParameters, count: int, noise: float, seed: int = 0
) -> tuple[FloatArray, IntArray, FloatArray]:
    rng = np.random.default_rng(seed)
    features = np.stack(
        (10.0 * np.log10(rng.uniform(1.0, 15.0, count)), rng.integers(0, 4, count), rng.integers(0, 2, count)), axis=1
    )
    anchor = rng.integers(0, 3, count)
    offsets = np.array([truth.anchor_offsets[name] for name in "abc"])
    rssi = (
        truth.reference_rssi
        - features @ (truth.exponent, truth.wall_loss, truth.slab_loss)
        + offsets[anchor]
        + noise * rng.normal(size=count)
    )
    return features.astype(float), anchor.astype(np.intp), np.asarray(rssi, dtype=float)


TRUTH = PropagationParameters(-63.0, 2.5, 4.0, 14.0, anchor_offsets={"a": 3.0, "b": -3.0, "c": 0.0})


def _close(fitted: PropagationParameters, tolerance: float = 1.0) -> None:
    assert fitted.reference_rssi == pytest.approx(TRUTH.reference_rssi, abs=2.0 * tolerance)
    assert fitted.exponent == pytest.approx(TRUTH.exponent, abs=0.2 * tolerance)
    assert fitted.wall_loss == pytest.approx(TRUTH.wall_loss, abs=0.7 * tolerance)
    assert fitted.slab_loss == pytest.approx(TRUTH.slab_loss, abs=1.2 * tolerance)
    offsets = fitted.anchor_offsets
    assert offsets["a"] - offsets["b"] == pytest.approx(6.0, abs=1.2 * tolerance)


def test_known_constants_are_recovered() -> None:
    features, anchor, rssi = _synthetic(TRUTH, 600, noise=4.0)
    fitted = fit_parameters(features, anchor, rssi, np.ones(len(rssi)), "abc", PRIOR)
    _close(fitted)
    assert fitted.noise == pytest.approx(4.0, abs=0.5)


def test_a_few_bad_places_do_not_bend_the_fit() -> None:
    features, anchor, rssi = _synthetic(TRUTH, 600, noise=3.0)
    rssi[::20] += 40.0
    _close(fit_parameters(features, anchor, rssi, np.ones(len(rssi)), "abc", PRIOR), tolerance=1.5)


def test_a_reading_or_two_hardly_move_the_prior() -> None:
    features, anchor, rssi = _synthetic(TRUTH, 1, noise=4.0)
    fitted = fit_parameters(features, anchor, rssi, np.ones(1), "abc", PRIOR)
    assert fitted.exponent == pytest.approx(PRIOR.exponent, abs=0.5)
    assert fitted.slab_loss == pytest.approx(PRIOR.slab_loss, abs=3.0)
    assert fitted.noise == pytest.approx(PRIOR.noise, abs=1.0)


def test_without_readings_the_prior_stands() -> None:
    nothing = np.empty(0)
    assert fit_parameters(np.empty((0, 3)), nothing.astype(np.intp), nothing, nothing, "abc", PRIOR) is PRIOR


def test_weightless_readings_teach_nothing() -> None:
    features, anchor, rssi = _synthetic(TRUTH, 50, noise=4.0)
    fitted = fit_parameters(features, anchor, rssi, np.zeros(50), "abc", PRIOR)
    assert fitted.exponent == pytest.approx(PRIOR.exponent)
    assert fitted.reference_rssi == pytest.approx(PRIOR.reference_rssi)


def _within_limits(parameters: PropagationParameters) -> None:
    for name, (low, high) in LIMITS.items():
        assert low <= getattr(parameters, name) <= high, name
    assert all(abs(offset) <= MAX_ANCHOR_OFFSET_DB for offset in parameters.anchor_offsets.values())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(-127.0, 20.0), st.floats(0.0, 60.0), st.floats(0.0, 1e6))
def test_nonsense_never_leaves_the_range_of_homes(seed: int, level: float, scatter: float, weight: float) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    features = np.stack([rng.uniform(-3.0, 30.0, count), rng.uniform(0, 5, count), rng.uniform(0, 5, count)], axis=1)
    rssi = level + scatter * rng.normal(size=count)
    anchor = rng.integers(0, 3, count).astype(np.intp)
    _within_limits(fit_parameters(features, anchor, rssi, np.full(count, weight), "abc", PRIOR))


def test_clamping_keeps_what_is_sane() -> None:
    sane = PropagationParameters(anchor_offsets={"a": 2.0})
    assert clamp_parameters(sane) == sane
    wild = PropagationParameters(0.0, -5.0, 99.0, -1.0, 0.0, 1e9, {"a": 1e9, "b": -1e9})
    _within_limits(clamp_parameters(wild))
