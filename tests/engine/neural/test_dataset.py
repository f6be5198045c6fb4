from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.neural.dataset import (
    BLOCK_S,
    blocks,
    dataset_of,
    moments_of,
    readings_of,
    samples_of,
    split,
)
from custom_components.indoor_positioning.engine.survey import Survey, SurveySample
from tests.engine.neural.homes import PLACES, STAND_S, noisy_survey
from tests.engine.small_home import FLAT, FLAT_SURVEY


def _walk(seconds: int, room: str = "living") -> Survey:
    """Return a walk at half a metre a second, a sample a second."""
    return tuple(
        SurveySample("tag", "0", room, (0.5 * second, 1.0), {"k": (-60.0,)}, time=float(second), still=False)
        for second in range(seconds)
    )


def test_a_stand_gives_a_row_a_second_once_it_has_settled() -> None:
    data = dataset_of(FLAT, noisy_survey()[:1])
    assert len(data) == 11
    assert data.levels.shape == (11, 4)
    assert data.places.tolist() == [[1.0, 1.0]] * 11
    assert set(data.spots) == {("0", "kitchen")}


def test_levels_are_filtered() -> None:
    sample = replace(FLAT_SURVEY[0], readings={"k": (-60.0,) * 9 + (-90.0,)})
    data = dataset_of(FLAT, (sample,))
    assert data.levels[0, 0] == pytest.approx(-60.0)
    assert -75.0 < data.levels[-1, 0] < -61.0
    assert np.isnan(data.levels[:, 1:]).all()


def test_what_no_longer_exists_is_left_out() -> None:
    home = Home(FLAT.rooms[1:], FLAT.anchors[1:], FLAT.floors)
    data = dataset_of(home, noisy_survey())
    assert data.anchors == ("l", "b1", "b2")
    assert {room for _, room in data.spots} == {"living", "bedroom"}
    assert len(dataset_of(Home((), FLAT.anchors), noisy_survey())) == 0


def test_a_stand_is_a_block_and_a_walk_is_cut() -> None:
    assert [len(block) for block in blocks(noisy_survey())] == [1] * len(PLACES)
    assert [len(block) for block in blocks(_walk(70))] == [BLOCK_S, BLOCK_S, 70 - 2 * BLOCK_S]


def test_somebody_who_is_suddenly_elsewhere_did_not_walk_there() -> None:
    stand = FLAT_SURVEY[0]
    next_stand = replace(FLAT_SURVEY[2], time=stand.duration)
    assert len(blocks((stand, next_stand))) == 2
    assert len(blocks((stand, replace(next_stand, position=(1.5, 1.0))))) == 1


def test_every_room_keeps_most_of_its_blocks() -> None:
    train, held_out = split(noisy_survey())
    assert len(train) == 6
    assert [block[0].room for block in held_out] == ["kitchen", "living", "bedroom"]
    both = (*train, *samples_of(held_out))
    assert sorted(both, key=lambda sample: sample.time) == list(noisy_survey())


def test_one_stand_a_room_is_all_needed_for_training() -> None:
    once = noisy_survey()[::3]
    assert split(once) == (once, ())


def test_a_block_keeps_its_part_when_the_survey_grows() -> None:
    few, more = noisy_survey(), (*noisy_survey(), *(replace(one, time=one.time + 9000.0) for one in noisy_survey()))
    assert split(more)[1][: len(PLACES) // 3] == split(few)[1]


def test_readings_lie_evenly_within_their_sample() -> None:
    sample = replace(FLAT_SURVEY[0], time=100.0, duration=10.0, readings={"k": (-60.0, -61.0), "l": (-70.0,)})
    found = [(one.time, one.anchor, one.rssi) for one in readings_of(sample)]
    assert found == [(102.5, "k", -60.0), (105.0, "l", -70.0), (107.5, "k", -61.0)]


def test_in_passing_there_is_one_moment() -> None:
    assert list(moments_of(_walk(1)[0])) == [1.0]
    assert list(moments_of(noisy_survey()[0]))[-1] == STAND_S
