"""A walked line: readings get the place where an even pace between the corners had the beacon."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.survey import Survey
from custom_components.indoor_positioning.engine.walked_line import STRETCH_M, Corner, LineReading, WalkedLine, length
from tests.engine.small_home import FLAT, ideal_rssi

AROUND = ((1.0, 1.0), (8.0, 1.0), (8.0, 6.0), (1.0, 6.0))


def place_at(corners: list[Corner], time: float) -> tuple[float, float]:
    times = [corner.time for corner in corners]
    x, y = (float(np.interp(time, times, [corner.position[axis] for corner in corners])) for axis in (0, 1))
    return (x, y)


def walk(corners: list[Corner], every: float = 0.5) -> list[LineReading]:
    """Return what an ideal radio hears on the way, from 3 s before the first tap until 3 s after the last."""
    times = np.arange(corners[0].time - 3.0, corners[-1].time + 3.0, every)
    return [
        LineReading(float(time), anchor.id, ideal_rssi(FLAT, anchor, place_at(corners, float(time)), "0"))
        for time in times
        for anchor in FLAT.anchors
    ]


def samples(corners: list[Corner], readings: list[LineReading] | None = None) -> Survey:
    line = WalkedLine("tag", "0", corners, walk(corners) if readings is None else readings)
    return line.samples(FLAT, epoch=1e9)


CORNERS = [Corner(100.0 + 10.0 * number, place) for number, place in enumerate(AROUND)]


def test_samples_lie_on_the_line_about_a_metre_apart() -> None:
    given_ = samples(CORNERS)
    assert len(given_) == pytest.approx(length(AROUND) / STRETCH_M, abs=3)
    for sample in given_:
        assert sample.position is not None
        x, y = sample.position
        assert min(abs(x - 8.0), abs(y - 1.0), abs(y - 6.0)) < 1e-6
        assert not sample.still
        heard = {anchor: float(np.mean(values)) for anchor, values in sample.readings.items()}
        for anchor in FLAT.anchors:
            assert heard[anchor.id] == pytest.approx(ideal_rssi(FLAT, anchor, (x, y), "0"), abs=1.0)
    assert [sample.time for sample in given_] == sorted(sample.time for sample in given_)
    assert given_[0].time >= 1e9 + 100.0
    assert given_[-1].time <= 1e9 + 130.0


def test_rooms_are_those_that_the_line_goes_through() -> None:
    rooms = list(dict.fromkeys(sample.room for sample in samples(CORNERS)))
    assert rooms == ["kitchen", "living", "bedroom"]


def test_outside_of_all_rooms_there_is_none() -> None:
    outside = samples([Corner(0.0, (20.0, 0.0)), Corner(5.0, (25.0, 0.0))])
    assert {sample.room for sample in outside} == {None}


def test_what_was_heard_before_the_first_tap_and_after_the_last_is_left_out() -> None:
    readings = walk(CORNERS)
    inside = [one for one in readings if 100.0 <= one.time <= 130.0]
    assert sum(sample.packets for sample in samples(CORNERS)) == len(inside) < len(readings)


@pytest.mark.parametrize("corners", [[], CORNERS[:1]])
def test_without_two_corners_there_is_no_line(corners: list[Corner]) -> None:
    assert samples(corners, walk(CORNERS)) == ()


def test_a_rest_at_a_corner_is_cut_in_pieces_of_some_seconds() -> None:
    waiting = [Corner(0.0, (1.0, 1.0)), Corner(20.0, (1.0, 1.0)), Corner(22.0, (3.0, 1.0))]
    given_ = samples(waiting)
    assert len(given_) == 7
    assert [sample.position for sample in given_[:5]] == [(1.0, 1.0)] * 5


def test_two_taps_at_one_moment_do_no_harm() -> None:
    given_ = samples([Corner(0.0, (1.0, 1.0)), Corner(0.0, (2.0, 1.0)), Corner(4.0, (4.0, 1.0))])
    assert given_
    assert all(math.isfinite(value) for sample in given_ for value in sample.position or ())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 30.0), st.floats(-50.0, 50.0), st.floats(-50.0, 50.0)), min_size=2, max_size=8),
    st.lists(st.floats(-10.0, 250.0), max_size=60),
)
def test_every_reading_on_the_way_is_in_one_sample(steps: list[tuple[float, float, float]], times: list[float]) -> None:
    ends = np.cumsum([step for step, _, _ in steps])
    corners = [Corner(float(end), (x, y)) for end, (_, x, y) in zip(ends, steps, strict=True)]
    readings = [LineReading(time, "k", -60.0) for time in sorted(times)]
    given_ = samples(corners, readings)
    on_the_way = [one for one in readings if corners[0].time <= one.time <= corners[-1].time]
    assert sum(sample.packets for sample in given_) == len(on_the_way)


WEAK_DB = {"k": -8.0}


def map_error(model: PositioningModel) -> float:
    """Return how far the radio map is from a radio whose kitchen anchor is weak (dB, root mean square)."""
    points = model.grid.points.tolist()
    real = [
        [ideal_rssi(FLAT, anchor, (x, y), "0") + WEAK_DB.get(anchor.id, 0.0) for x, y in points]
        for anchor in FLAT.anchors
    ]
    return float(np.sqrt(((model.radio_map.mean - np.array(real)) ** 2).mean()))


def test_a_walk_around_teaches_the_radio_map() -> None:
    heard = [replace(one, rssi=one.rssi + WEAK_DB.get(one.anchor, 0.0)) for one in walk(CORNERS)]
    before, after = (map_error(PositioningModel.build(FLAT, survey)) for survey in ((), samples(CORNERS, heard)))
    assert before > 3.5
    assert after < 0.5 * before
