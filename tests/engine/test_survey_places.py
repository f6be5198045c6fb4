"""Samples become rows: near ones together, room-only ones spread over their room, silent ones told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample
from custom_components.indoor_positioning.engine.survey_places import (
    CORRELATION_S,
    READING_SD_DB,
    ROOM_POINTS,
    SILENT_RSSI_DBM,
    SILENT_SD_DB,
    SurveyPlaces,
    survey_places,
)
from tests.engine.small_home import FLAT, FLAT_SURVEY, ROOMS_ONLY

K, L = 0, 1
KITCHEN = SurveySample("tag", "0", "kitchen", (1.0, 1.0), {"k": (-60.0, -62.0)}, duration=15.0)
SOMEWHERE = replace(KITCHEN, position=None)


def _places(survey: Survey, home: Home = FLAT) -> SurveyPlaces:
    return survey_places(home, build_grid(home, survey), survey)


def test_each_place_is_a_row_of_weights_that_add_up() -> None:
    places = _places((*FLAT_SURVEY, SOMEWHERE))
    assert len(places) == len(FLAT_SURVEY) + 1
    assert places.rssi.shape == places.noise.shape == places.heard.shape == (4, len(places))
    assert places.cells.shape == places.weights.shape == (len(places), ROOM_POINTS)
    assert places.weights.sum(axis=1) == pytest.approx(1.0)
    assert (places.weights >= 0.0).all()


def test_a_place_is_where_it_was_taken() -> None:
    places = _places(FLAT_SURVEY)
    grid = build_grid(FLAT)
    for row, sample in enumerate(FLAT_SURVEY):
        assert tuple(places.points[row, 0]) == sample.position
        assert FLAT.rooms[grid.room[places.cells[row, 0]]].id == sample.room
    coordinates = np.nan_to_num(grid.points.T)
    assert places.average(coordinates) == pytest.approx(places.points[:, 0].T, abs=0.36)


def test_samples_near_each_other_are_one_place() -> None:
    again = replace(KITCHEN, position=(1.1, 1.1), readings={"k": (-70.0, -72.0)}, time=100.0)
    places = _places((KITCHEN, again, replace(KITCHEN, position=(3.0, 3.0), time=200.0)))
    assert len(places) == 2
    assert places.rssi[K].tolist() == [-66.0, -61.0]
    assert places.noise[K, 0] < places.noise[K, 1]


def test_longer_is_surer_but_many_packets_at_once_are_not() -> None:
    def noise(packets: int, duration: float) -> float:
        sample = replace(KITCHEN, readings={"k": (-60.0,) * packets}, duration=duration)
        return float(_places((sample,)).noise[K, 0])

    assert noise(100, CORRELATION_S) == pytest.approx(READING_SD_DB)
    assert noise(100, 4.0 * CORRELATION_S) == pytest.approx(READING_SD_DB / 2.0)
    assert noise(2, 100.0 * CORRELATION_S) == pytest.approx(READING_SD_DB / np.sqrt(2.0))


def test_samples_in_passing_count_by_the_time_between_them() -> None:
    def noise(gap: float) -> float:
        passing = [replace(KITCHEN, duration=0.1, time=gap * step, still=False) for step in range(20)]
        return float(_places(tuple(passing)).noise[K, 0])

    assert noise(0.15) > 2.0 * noise(CORRELATION_S)
    assert noise(60.0) == pytest.approx(noise(CORRELATION_S))


def test_an_anchor_that_heard_nothing_differs_from_one_that_did_not_listen() -> None:
    places = _places((replace(KITCHEN, silent=frozenset({"l"})),))
    assert (places.rssi[L, 0], places.noise[L, 0]) == (SILENT_RSSI_DBM, SILENT_SD_DB)
    assert places.heard[:, 0].tolist() == [True, False, False, False]
    assert np.isnan(places.rssi[2:, 0]).all()
    assert np.isinf(places.noise[2:, 0]).all()


def test_readings_outweigh_silence() -> None:
    places = _places((KITCHEN, replace(KITCHEN, readings={}, silent=frozenset({"k"}))))
    assert places.rssi[K, 0] == -61.0


def test_a_room_only_sample_stands_for_its_room_most_likely_the_middle() -> None:
    places = _places((SOMEWHERE,))
    grid = build_grid(FLAT)
    assert (grid.room[places.cells[0]] == 0).all()
    middle = (places.weights[0][:, None] * places.points[0]).sum(axis=0)
    assert middle == pytest.approx((2.0, 2.0), abs=0.4)
    off = np.hypot(*(places.points[0] - (2.0, 2.0)).T)
    assert places.weights[0][off.argmin()] > 2.0 * places.weights[0][off.argmax()]
    assert places.noise[K, 0] >= _places((KITCHEN,)).noise[K, 0]


def test_a_room_that_is_not_drawn_is_its_cell() -> None:
    places = _places((SOMEWHERE,), ROOMS_ONLY)
    assert len(places) == 1
    assert places.weights[0].tolist() == [1.0] + [0.0] * (ROOM_POINTS - 1)
    assert np.isnan(places.points).all()
    assert places.noise[K, 0] == _places((KITCHEN,)).noise[K, 0]


def test_what_no_longer_exists_is_left_out() -> None:
    strangers = (
        replace(SOMEWHERE, room="cellar"),
        replace(SOMEWHERE, room=None),
        replace(KITCHEN, floor="9", room="cellar"),
        replace(KITCHEN, readings={"gone": (-50.0,)}, position=(3.0, 3.0)),
    )
    places = _places(strangers)
    assert len(places) == 1
    assert np.isnan(places.rssi).all()
    assert len(_places(())) == 0
    assert _places(()).rssi.shape == (4, 0)


def test_a_sample_of_a_renamed_floor_still_knows_its_room() -> None:
    places = _places((replace(KITCHEN, floor="9"),))
    assert len(places) == 1
    assert (build_grid(FLAT).room[places.cells[0]] == 0).all()
