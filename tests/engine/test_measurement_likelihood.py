from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.hall import HALL, HEIGHT_M, bearing, distance
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.home import Room
from custom_components.indoor_positioning.engine.measurement import Bearing, PlaceMeasurement, Range
from custom_components.indoor_positioning.engine.measurement_likelihood import (
    cells_log_likelihood,
    log_likelihood,
    residuals,
)
from custom_components.indoor_positioning.engine.mounting import mounting_of
from tests.engine.small_home import ROOMS_ONLY

PLACE = (4.0, 2.0)
MOUNTING = mounting_of(HALL)
GRID = build_grid(HALL)


@given(
    st.tuples(st.floats(1.0, 11.0), st.floats(1.0, 5.0)),
    st.tuples(st.floats(-180.0, 180.0), st.floats(-80.0, 80.0), st.floats(-180.0, 180.0)),
    st.sampled_from(["bearing", "range"]),
)
def test_gradients_are_those_of_the_residuals(
    place: tuple[float, float], orientation: tuple[float, float, float], kind: str
) -> None:
    mounting = mounting_of(replace(HALL, anchors=(replace(HALL.anchors[0], orientation=orientation),)))
    here = np.array([(*place, HEIGHT_M)])
    measurement: PlaceMeasurement = (
        Bearing(0.0, "tag", "a0", 0.0, 0.0) if kind == "bearing" else Range(0.0, "tag", "a0", 1.0, 0.1)
    )
    off, slope = residuals(measurement, mounting, here)
    away = (here - mounting.position[0])[0] @ mounting.rotation[0]
    # Right above an array an azimuth means nothing, and its gradient is cut off.
    assume(math.hypot(away[0], away[1]) > 0.7)
    assume(abs(abs(off[0, 0]) - math.pi) > 0.01)
    for axis in range(3):
        step = 1e-5 * np.eye(3)[axis]
        ahead, behind = (residuals(measurement, mounting, here + sign * step)[0] for sign in (1, -1))
        assert (ahead - behind)[0] / 2e-5 == pytest.approx(slope[0, :, axis], rel=0.02, abs=1e-3)


def test_a_turned_anchor_sees_the_same_place_in_its_own_frame() -> None:
    turned = mounting_of(replace(HALL, anchors=(replace(HALL.anchors[0], orientation=(45.0, 0.0, 0.0)),)))
    seen = bearing(HALL.anchors[0], PLACE, 0.0)
    seen = replace(seen, azimuth=seen.azimuth - math.radians(45.0))
    off, _ = residuals(seen, turned, np.array([(*PLACE, HEIGHT_M)]))
    assert off == pytest.approx(0.0, abs=1e-3)


def test_directions_wrap_around() -> None:
    seen = bearing(HALL.anchors[2], PLACE, 0.0)
    off, _ = residuals(replace(seen, azimuth=seen.azimuth + 2.0 * math.pi), MOUNTING, np.array([(*PLACE, HEIGHT_M)]))
    assert off == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("measure", [bearing, distance])
def test_the_likeliest_cell_is_the_one_that_is_measured(measure: object) -> None:
    make = bearing if measure is bearing else distance
    heard = [make(anchor, PLACE, 0.0) for anchor in HALL.anchors]
    found = cells_log_likelihood(heard, MOUNTING, GRID, now=0.0, elapsed=1.0)
    assert math.dist(GRID.points[found.argmax()], PLACE) < 0.5


def test_one_that_is_plainly_wrong_rules_nothing_out() -> None:
    heard: list[PlaceMeasurement] = [distance(anchor, PLACE, 0.0) for anchor in HALL.anchors[:3]]
    found = cells_log_likelihood([*heard, Range(0.0, "tag", "a3", 12.0, 0.1)], MOUNTING, GRID, now=0.0, elapsed=1.0)
    assert math.dist(GRID.points[found.argmax()], PLACE) < 0.5


def test_a_burst_counts_no_more_than_its_time() -> None:
    places = np.column_stack((GRID.points, np.full(len(GRID), HEIGHT_M)))
    once = [bearing(HALL.anchors[0], PLACE, 0.0)]
    few = log_likelihood(once * 2, MOUNTING, places, now=0.0, elapsed=0.5)
    many = log_likelihood(once * 50, MOUNTING, places, now=0.0, elapsed=0.5)
    assert many == pytest.approx(few)


def test_the_past_is_blurred() -> None:
    heard = [distance(anchor, PLACE, 0.0) for anchor in HALL.anchors]
    now, later = (cells_log_likelihood(heard, MOUNTING, GRID, now=at, elapsed=1.0) for at in (0.0, 2.0))
    assert np.ptp(later) < np.ptp(now)


def test_rooms_without_place_are_neither_favoured_nor_ruled_out() -> None:
    heard = [distance(anchor, PLACE, 0.0) for anchor in HALL.anchors]
    home = replace(HALL, rooms=(*HALL.rooms, Room("cellar", "Cellar", "0")))
    grid = build_grid(home)
    found = cells_log_likelihood(heard, mounting_of(home), grid, now=0.0, elapsed=1.0)
    undrawn = found[~grid.placed]
    assert found[grid.placed].min() < undrawn[0] < found.max()
    assert not cells_log_likelihood([], mounting_of(ROOMS_ONLY), build_grid(ROOMS_ONLY), now=0.0, elapsed=1.0).any()


def test_only_relative_places_count() -> None:
    shifted = replace(
        HALL,
        rooms=(Room("hall", "Hall", "0", rectangle(100.0, -50.0, 12.0, 6.0)),),
        anchors=tuple(
            replace(anchor, position=(anchor.position[0] + 100.0, anchor.position[1] - 50.0, anchor.position[2]))
            for anchor in HALL.anchors
            if anchor.position is not None
        ),
    )
    heard = [bearing(anchor, PLACE, 0.0) for anchor in HALL.anchors]
    there = cells_log_likelihood(heard, mounting_of(shifted), build_grid(shifted), now=0.0, elapsed=1.0)
    assert there == pytest.approx(cells_log_likelihood(heard, MOUNTING, GRID, now=0.0, elapsed=1.0), abs=1e-6)
