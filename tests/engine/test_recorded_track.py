"""Tracks: what is recorded of them, fewer points that still tell the way, and time spent."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.recorded_track import (
    AWAY,
    HOLDS_S,
    RECORD,
    STILL_THERE_S,
    Track,
    TrackPoint,
    TrackThinner,
    dwell,
    thinned,
)

KITCHEN = ("ground", "kitchen")
HALL = ("ground", "hall")
BEDROOM = ("upper", "bedroom")
PLACES = (AWAY, KITCHEN, HALL, BEDROOM)


def track(*rows: tuple[float, float, float, int]) -> Track:
    """Return a track of rows (time, x, y, place)."""
    return Track(np.array([(time, x, y, 1.0, place) for time, x, y, place in rows], RECORD), PLACES)


def kept(points: list[TrackPoint]) -> list[float]:
    thinner = TrackThinner()
    return [point.time for point in points if thinner.wanted(point)]


def test_rest_is_recorded_once_a_minute() -> None:
    points = [TrackPoint(float(second), KITCHEN, (1.0 + 0.01 * (second % 7), 1.0)) for second in range(300)]
    assert kept(points) == [0.0, 60.0, 120.0, 180.0, 240.0]


def test_a_walk_is_recorded_once_a_second() -> None:
    points = [TrackPoint(0.2 * step, KITCHEN, (0.24 * step, 1.0)) for step in range(50)]
    times = kept(points)
    assert len(times) == 10
    assert np.diff(times).min() >= 1.0 - 1e-9


def test_another_room_is_recorded_at_once_and_away_only_once() -> None:
    points = [
        TrackPoint(0.0, KITCHEN, (1.0, 1.0)),
        TrackPoint(0.2, HALL, (1.1, 1.0)),
        *(TrackPoint(1.0 + 100.0 * step, AWAY) for step in range(5)),
        TrackPoint(600.0, HALL, (1.1, 1.0)),
    ]
    assert kept(points) == [0.0, 0.2, 1.0, 600.0]


def test_rooms_without_a_plan_are_recorded() -> None:
    points = [TrackPoint(float(second), KITCHEN) for second in range(100)]
    assert kept(points) == [0.0, 60.0]


def test_a_clock_that_was_set_back_goes_on() -> None:
    points = [TrackPoint(1e9, KITCHEN, (1.0, 1.0)), TrackPoint(1e9 - 3600.0, KITCHEN, (1.0, 1.0))]
    assert len(kept(points)) == 2


def test_few_points_keep_the_corners() -> None:
    around = [(0, 0), (4, 0), (4, 3), (0, 3)]
    rows = []
    for side, ((x0, y0), (x1, y1)) in enumerate(zip(around, [*around[1:], around[0]], strict=True)):
        rows += [(10.0 * side + s, x0 + (x1 - x0) * s / 10, y0 + (y1 - y0) * s / 10, 1) for s in range(10)]
    few = thinned(track(*rows, (40.0, 0.0, 0.0, 1)), 5)
    assert [(float(r["x"]), float(r["y"])) for r in few.records] == [(0, 0), (4, 0), (4, 3), (0, 3), (0, 0)]


def test_a_rest_on_the_way_is_kept() -> None:
    """A line in space is none in time: who stood at the window for an hour must not seem to creep by."""
    rows = [
        (0.0, 0.0, 0.0, 1),
        (5.0, 5.0, 0.0, 1),
        *((60.0 * s, 5.0, 0.0, 1) for s in range(1, 60)),
        (3600.0, 9.0, 0.0, 1),
    ]
    few = thinned(track(*rows), 4)
    assert [float(time) for time in few.records["time"]] == [0.0, 5.0, 3540.0, 3600.0]


def test_a_change_of_floor_goes_before_any_distance() -> None:
    rows = [(float(s), 0.3 * s * (s % 2), 0.0, 3 if 50 <= s < 55 else 1) for s in range(100)]
    few = thinned(track(*rows), 4)
    assert {50.0, 55.0} <= set(few.records["time"].tolist())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.floats(-50, 50) | st.just(math.nan), st.floats(-50, 50), st.integers(0, 3)),
        max_size=60,
    ),
    st.integers(2, 20),
)
def test_thinning_keeps_both_ends_and_no_more_than_asked(
    rows: list[tuple[float, float, float, int]], most: int
) -> None:
    whole = track(*sorted(rows, key=lambda row: row[0]))
    few = thinned(whole, most)
    assert len(few.records) == min(len(rows), most)
    times = few.records["time"]
    assert (np.diff(times) >= 0.0).all()
    if rows:
        assert times[0] == whole.records["time"][0]
        assert times[-1] == whole.records["time"][-1]


def test_time_is_counted_where_it_was_spent() -> None:
    whole = track(
        (0.0, 0.1, 0.1, 1),
        (60.0, 0.2, 0.3, 1),
        (90.0, 2.1, 0.1, 2),
        (100.0, 2.1, 0.1, 3),
        (130.0, 0.1, 0.1, 0),
    )
    points, seconds = dwell(whole, "ground", 1000.0, 0.5)
    assert dict(zip(map(tuple, points.tolist()), seconds.tolist(), strict=True)) == {
        (0.25, 0.25): 90.0,
        (2.25, 0.25): 10.0,
    }
    assert dwell(whole, "upper", 1000.0, 0.5)[1].tolist() == [30.0]
    assert dwell(whole, "cellar", 1000.0, 0.5)[1].tolist() == []


def test_nothing_is_counted_while_nothing_was_recorded() -> None:
    whole = track((0.0, 1.0, 1.0, 1), (86_400.0, 1.0, 1.0, 1))
    assert dwell(whole, "ground", 86_410.0, 0.5)[1].tolist() == [HOLDS_S + 10.0]


def test_negative_coordinates_have_cells_of_their_own() -> None:
    points, _ = dwell(track((0.0, -0.1, -0.1, 1), (1.0, 0.1, 0.1, 1)), "ground", 2.0, 0.5)
    assert sorted(points.tolist()) == [[-0.25, -0.25], [0.25, 0.25]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, STILL_THERE_S), st.floats(-20, 20), st.floats(-20, 20)), max_size=40))
def test_no_second_is_lost_or_counted_twice(steps: list[tuple[float, float, float]]) -> None:
    times = np.cumsum([0.0, *(step for step, _, _ in steps)])
    whole = track(*((time, x, y, 1) for time, (_, x, y) in zip(times, steps, strict=False)))
    _, seconds = dwell(whole, "ground", float(times[-1]), 0.5)
    expected = times[-1] if steps else 0.0
    assert seconds.sum() == pytest.approx(expected)
