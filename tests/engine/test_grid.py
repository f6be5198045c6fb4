"""Cells cover what is drawn, or what was surveyed, or stand for a room each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import contains, rectangle
from custom_components.indoor_positioning.engine.grid import (
    CELL_SIZE_M,
    MARGIN_M,
    MAX_CELLS_PER_FLOOR,
    NO_ROOM,
    THROUGH_WALL,
    Grid,
    build_grid,
)
from custom_components.indoor_positioning.engine.home import Anchor, Door, Floor, Home, Room
from tests.engine.small_home import FLAT, FLAT_SURVEY, HOUSE, ROOMS_ONLY, survey


def _check(grid: Grid, home: Home) -> None:
    count = len(grid)
    assert grid.points.shape == (count, 2)
    assert grid.room.shape == grid.floor.shape == grid.size.shape == (count,)
    assert grid.neighbours.shape == grid.passage.shape == (count, 8)
    assert ((grid.room >= NO_ROOM) & (grid.room < len(home.rooms))).all()
    assert ((grid.floor >= 0) & (grid.floor < len(home.floors))).all()
    assert ((grid.passage >= 0.0) & (grid.passage <= 1.0)).all()
    assert (grid.size > 0.0).all()
    here = np.arange(count)[:, None]
    # Where there is no neighbour there is no way, and a way there is a way back.
    assert (grid.passage[grid.neighbours == here] == 0.0).all()
    for cell, step in zip(*np.nonzero(grid.passage), strict=True):
        other = grid.neighbours[cell, step]
        back = np.flatnonzero(grid.neighbours[other] == cell)
        assert grid.passage[other, back].max() == grid.passage[cell, step]
        assert grid.floor[other] == grid.floor[cell]


@pytest.mark.parametrize("home", [FLAT, HOUSE, ROOMS_ONLY, Home(rooms=(), anchors=())])
def test_a_grid_is_consistent(home: Home) -> None:
    _check(build_grid(home), home)


def test_drawn_rooms_are_covered_by_their_cells() -> None:
    grid = build_grid(FLAT)
    assert grid.placed.all()
    assert (grid.size == CELL_SIZE_M).all()
    for index, room in enumerate(FLAT.rooms):
        assert room.outline is not None
        own = grid.points[grid.room == index]
        assert contains(room.outline, own).all()
        x, y, right, top = *room.outline[0], *room.outline[2]
        assert len(own) == pytest.approx((right - x) * (top - y) / CELL_SIZE_M**2, rel=0.01)


def test_a_room_that_is_not_drawn_is_one_cell_without_place() -> None:
    grid = build_grid(ROOMS_ONLY)
    assert grid.room.tolist() == [0, 1, 2]
    assert not grid.placed.any()
    assert (grid.passage == 0.0).all()
    mixed = build_grid(replace(FLAT, rooms=(FLAT.rooms[0], *ROOMS_ONLY.rooms[1:])))
    assert [int((mixed.room == room).sum()) for room in range(3)] == [64, 1, 1]
    assert (~mixed.placed).sum() == 2


def test_a_survey_with_places_covers_an_undrawn_floor() -> None:
    grid = build_grid(ROOMS_ONLY, FLAT_SURVEY)
    assert set(grid.room.tolist()) == {0, 1, 2}
    assert grid.placed.all()
    places = np.array([sample.position for sample in FLAT_SURVEY])
    on_grid = grid.points[grid.placed]
    assert on_grid.min(axis=0) == pytest.approx(places.min(axis=0) - MARGIN_M, abs=CELL_SIZE_M)
    for sample in FLAT_SURVEY:
        assert sample.position is not None
        nearest = np.argmin(((grid.points - sample.position) ** 2).sum(axis=1))
        assert ROOMS_ONLY.rooms[grid.room[nearest]].id == sample.room


def test_a_room_that_the_survey_missed_keeps_a_cell() -> None:
    grid = build_grid(ROOMS_ONLY, FLAT_SURVEY[:4])
    assert (grid.room == 2).sum() == 1
    assert not grid.placed[grid.room == 2].any()


def test_samples_without_a_place_or_a_room_are_no_plan() -> None:
    roomless = tuple(replace(sample, room=None) for sample in FLAT_SURVEY)
    unplaced = tuple(replace(sample, position=None) for sample in FLAT_SURVEY)
    assert not build_grid(ROOMS_ONLY, unplaced).placed.any()
    grid = build_grid(ROOMS_ONLY, roomless)
    assert (grid.room[grid.placed] == NO_ROOM).all()
    assert sorted(grid.room[~grid.placed].tolist()) == [0, 1, 2]


def test_a_doorway_in_a_thick_wall_belongs_to_a_room_and_the_garden_does_not() -> None:
    thick = Home(
        rooms=(Room("a", "A", "0", rectangle(0, 0, 4, 4)), Room("b", "B", "0", rectangle(4.6, 0, 4, 2))),
        anchors=(),
        floors=(Floor("0", "0"),),
        doors=(Door("0", (4.3, 0.5), (4.3, 1.5)),),
    )
    grid = build_grid(thick)
    between = (grid.points[:, 0] > 4.0) & (grid.points[:, 0] < 4.6)
    assert between.any()
    assert (grid.points[between, 1] < 2.0).all()
    assert set(grid.room[between].tolist()) <= {0, 1}
    garden = (grid.points[:, 0] > 4.6) & (grid.points[:, 1] > 2.0)
    assert not garden.any()


def test_walls_hinder_and_doors_do_not() -> None:
    grid = build_grid(FLAT)

    def passage(from_x: float, from_y: float, step: int) -> float:
        cell = int(np.argmin(((grid.points - (from_x, from_y)) ** 2).sum(axis=1)))
        assert grid.neighbours[cell, step] != cell
        return float(grid.passage[cell, step])

    assert passage(3.75, 0.25, 0) == THROUGH_WALL
    assert passage(3.75, 1.75, 0) == 1.0
    assert passage(2.25, 1.75, 0) == 1.0
    assert passage(2.25, 1.75, 4) == 0.5


@pytest.mark.parametrize("scale", [20.0, 200.0, 5000.0])
def test_large_floors_get_larger_cells_not_more(scale: float) -> None:
    hall = Home(
        rooms=(Room("hall", "Hall", "0", rectangle(0.0, 0.0, 4.0 * scale, scale)),),
        anchors=(),
        floors=(Floor("0", "0"),),
    )
    grid = build_grid(hall)
    assert len(grid) <= 1.05 * MAX_CELLS_PER_FLOOR
    assert len(grid) * float(grid.size[0]) ** 2 == pytest.approx(4.0 * scale**2, rel=0.05)


def _hall_and(room: Room) -> tuple[Home, Home]:
    """Return a hall with another room, in either order."""
    hall = Room("hall", "Hall", "0", rectangle(0.0, 0.0, 6.0, 6.0))
    rooms = (hall, room)
    first, second = (Home(rooms=each, anchors=(), floors=(Floor("0", "0"),)) for each in (rooms, rooms[::-1]))
    return first, second


def test_a_room_narrower_than_a_cell_has_a_cell() -> None:
    for home in _hall_and(Room("case", "Show-case", "0", rectangle(2.05, 2.3, 1.0, 0.15))):
        grid = build_grid(home)
        own = grid.points[[home.rooms[room].id == "case" for room in grid.room]]
        assert len(own) == 1
        assert own[0] == pytest.approx((2.55, 2.375), abs=CELL_SIZE_M)


def test_a_room_inside_another_is_the_one_that_is_meant() -> None:
    for home in _hall_and(Room("closet", "Closet", "0", rectangle(1.0, 1.0, 2.0, 2.0))):
        grid = build_grid(home)
        assert sum(home.rooms[room].id == "closet" for room in grid.room) == 16


def test_rooms_that_must_share_one_cell_all_exist() -> None:
    rooms = tuple(Room(f"r{i}", "R", "0", rectangle(0.0, 0.12 * i, 0.4, 0.1)) for i in range(3))
    grid = build_grid(Home(rooms=rooms, anchors=(), floors=(Floor("0", "0"),)))
    assert sorted(grid.room.tolist()) == [0, 1, 2]
    assert grid.placed.sum() == 1


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.2, 6.0), st.floats(0.2, 6.0)),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([0.0, 1e5]),
)
def test_any_plan_has_a_consistent_grid(rooms: list[tuple[float, float, float, float]], offset: float) -> None:
    home = Home(
        rooms=tuple(
            Room(f"r{i}", "R", "0", rectangle(x + offset, y - offset, width, height))
            for i, (x, y, width, height) in enumerate(rooms)
        ),
        anchors=(Anchor("a", "0", (0.0, 0.0, 1.0)),),
        floors=(Floor("0", "0"),),
    )
    grid = build_grid(home)
    _check(grid, home)
    # However small or hidden under another, a room has a cell to be in.
    assert set(range(len(rooms))) <= set(grid.room.tolist())


def test_a_survey_of_other_floors_covers_nothing() -> None:
    elsewhere = survey(FLAT, [("kitchen", "0", (1.0, 1.0))])
    assert not build_grid(ROOMS_ONLY, tuple(replace(sample, floor="9") for sample in elsewhere)).placed.any()
