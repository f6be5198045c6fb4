"""There is a radio map for every home; each thing that is known makes it sharper, none is required."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.grid import Grid, build_grid
from custom_components.indoor_positioning.engine.home import Anchor, Home
from custom_components.indoor_positioning.engine.propagation import PropagationParameters, path_features
from custom_components.indoor_positioning.engine.radio_map import (
    UNPLACED_SD_DB,
    RadioMap,
    build_radio_map,
    expected_features,
)
from custom_components.indoor_positioning.engine.survey import Survey
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, ideal_rssi, survey

PRIOR = PropagationParameters()
ROOM_SURVEY = tuple(replace(sample, position=None) for sample in FLAT_SURVEY)


def _build(home: Home, samples: Survey = ()) -> tuple[Grid, RadioMap, PropagationParameters]:
    grid = build_grid(home, samples)
    radio_map, parameters = build_radio_map(home, grid, samples, PRIOR)
    assert radio_map.anchors == tuple(anchor.id for anchor in home.anchors)
    assert radio_map.mean.shape == radio_map.spread.shape == (len(home.anchors), len(grid))
    assert np.isfinite(radio_map.mean).all()
    assert (radio_map.spread >= 0.0).all()
    return grid, radio_map, parameters


def _error(grid: Grid, radio_map: RadioMap, home: Home = FLAT) -> float:
    """Return the root mean square error of the map in dB against the ideal radio."""
    truth = np.array([[ideal_rssi(home, anchor, (x, y), "0") for x, y in grid.points] for anchor in home.anchors])
    return float(np.sqrt(((radio_map.mean - truth) ** 2).mean()))


@pytest.mark.parametrize("samples", [(), FLAT_SURVEY, ROOM_SURVEY], ids=["none", "places", "rooms"])
@pytest.mark.parametrize(
    "home",
    [FLAT, ROOMS_ONLY, replace(FLAT, anchors=()), replace(FLAT, anchors=(Anchor("k", "9"),)), Home((), ())],
    ids=["plan", "rooms", "no anchors", "anchor without place", "nothing"],
)
def test_there_is_always_a_map(home: Home, samples: Survey) -> None:
    _build(home, samples)


def test_without_a_survey_the_map_is_the_path_loss_and_says_how_vague_it_is() -> None:
    grid, radio_map, parameters = _build(FLAT)
    assert parameters is PRIOR
    exact = path_features(FLAT, FLAT.anchors, grid.points, FLAT.floors[0]).expected_rssi(PRIOR, FLAT.anchors)
    assert radio_map.mean == pytest.approx(exact)
    assert (radio_map.spread == PRIOR.map_error).all()


def test_an_anchor_without_a_place_is_loud_in_its_room() -> None:
    home = replace(FLAT, anchors=(replace(FLAT.anchors[1], position=None), FLAT.anchors[0]))
    grid, radio_map, _ = _build(home)
    living = grid.room == 1
    assert radio_map.mean[0, living].min() > radio_map.mean[0, ~living].max() + 5.0
    assert (radio_map.spread[0] == UNPLACED_SD_DB).all()
    assert (radio_map.spread[1] == PRIOR.map_error).all()


def test_without_a_plan_each_anchor_is_loudest_in_its_own_room() -> None:
    grid, radio_map, _ = _build(ROOMS_ONLY)
    for row, anchor in enumerate(ROOMS_ONLY.anchors):
        loudest = grid.room[radio_map.mean[row].argmax()]
        assert ROOMS_ONLY.rooms[loudest].id == anchor.room


def test_an_anchor_of_no_room_tells_no_rooms_apart() -> None:
    home = replace(ROOMS_ONLY, anchors=(Anchor("x", "0"),))
    _, radio_map, _ = _build(home)
    assert np.ptp(radio_map.mean[0]) == 0.0


def test_another_floor_is_fainter() -> None:
    grid, radio_map, _ = _build(HOUSE)
    for row, anchor in enumerate(HOUSE.anchors):
        own = np.array([HOUSE.floors[floor].id == anchor.floor for floor in grid.floor])
        assert radio_map.mean[row, own].mean() > radio_map.mean[row, ~own].mean() + 8.0


def test_a_survey_of_places_makes_the_map_better_and_surer() -> None:
    grid, vague, _ = _build(FLAT)
    _, surveyed, fitted = _build(FLAT, FLAT_SURVEY)
    assert _error(grid, surveyed) < min(3.0, 0.8 * _error(grid, vague))
    assert fitted.wall_loss < PRIOR.wall_loss  # the ideal radio knows no walls
    for sample in FLAT_SURVEY:
        assert sample.position is not None
        cell = int(np.argmin(((grid.points - sample.position) ** 2).sum(axis=1)))
        for row, anchor in enumerate(FLAT.anchors):
            assert surveyed.mean[row, cell] == pytest.approx(np.mean(sample.readings[anchor.id]), abs=3.0)
            assert surveyed.spread[row, cell] < vague.spread[row, cell]


def test_one_tap_samples_teach_rooms() -> None:
    grid, vague, _ = _build(FLAT)
    _, taught, _ = _build(FLAT, ROOM_SURVEY)
    assert _error(grid, taught) < _error(grid, vague)
    undrawn, radio_map, _ = _build(ROOMS_ONLY, ROOM_SURVEY)
    for sample in ROOM_SURVEY:
        cell = int(np.flatnonzero(undrawn.room == [room.id for room in ROOMS_ONLY.rooms].index(sample.room or ""))[0])
        same = [other for other in ROOM_SURVEY if other.room == sample.room]
        for row, anchor in enumerate(ROOMS_ONLY.anchors):
            measured = np.mean([np.mean(other.readings[anchor.id]) for other in same])
            assert radio_map.mean[row, cell] == pytest.approx(measured, abs=4.0)


def test_not_to_know_where_in_the_room_is_to_know_less() -> None:
    middle = tuple(
        replace(sample, position=place)
        for sample, place in zip(FLAT_SURVEY[::2], [(2.0, 2.0), (6.5, 2.0), (4.5, 5.5)], strict=True)
    )
    grid, placed, _ = _build(FLAT, middle)
    _, vague, _ = _build(FLAT, tuple(replace(sample, position=None) for sample in middle))
    for room, sample in enumerate(middle):
        assert sample.position is not None
        cell = int(np.argmin(((grid.points - sample.position) ** 2).sum(axis=1)))
        assert grid.room[cell] == room
        assert (vague.spread[:, cell] > placed.spread[:, cell]).all()


def test_silence_in_the_survey_lowers_the_map() -> None:
    silent = tuple(
        replace(
            sample,
            readings={a: v for a, v in sample.readings.items() if a != "k"},
            silent=frozenset({"k"} if sample.room == "bedroom" else ()),
        )
        for sample in FLAT_SURVEY
    )
    grid, radio_map, _ = _build(FLAT, silent)
    _, without, _ = _build(FLAT, tuple(replace(sample, silent=frozenset()) for sample in silent))
    bedroom = grid.room == 2
    assert radio_map.mean[0, bedroom].mean() < without.mean[0, bedroom].mean() - 3.0


def test_a_survey_of_another_home_changes_nothing() -> None:
    strange = tuple(replace(sample, room="cellar", floor="9") for sample in FLAT_SURVEY)
    _, radio_map, parameters = _build(FLAT, strange)
    assert parameters is PRIOR
    assert (radio_map.spread == PRIOR.map_error).all()


def test_features_of_placed_and_unplaced_mix() -> None:
    home = replace(FLAT, rooms=(FLAT.rooms[0], *ROOMS_ONLY.rooms[1:]))
    grid = build_grid(home)
    features = expected_features(home, grid, home.anchors)
    exact = path_features(home, home.anchors, grid.points[grid.placed], home.floors[0])
    assert features.log_distance[:, grid.placed] == pytest.approx(exact.log_distance)
    assert np.isfinite(features.log_distance).all()
    assert np.isfinite(features.walls).all()


def test_a_survey_on_one_floor_leaves_the_other_to_the_prior() -> None:
    samples = survey(HOUSE, [("down", "g", (x, y)) for x in (1.0, 3.0, 5.0, 7.0) for y in (1.5, 4.5)])
    grid, radio_map, _ = _build(HOUSE, samples)
    down, up = (radio_map.spread[:, grid.floor == floor].mean() for floor in (0, 1))
    assert down < 0.9 * up
