from itertools import pairwise

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import contains, crossings, rectangle
from custom_components.indoor_positioning.engine.home import Home, Room
from demo.home import DEMO_HOME
from demo.walls import standing_walls
from demo.wayfinding import CLEARANCE_M, NoWayError, Spot, WayFinder
from tests.demo.small_plan import SMALL_PLAN


def crosses_a_wall(home: Home, way: list[Spot]) -> bool:
    legs = [(a, b) for a, b in pairwise(way) if a.floor == b.floor]
    return any(
        crossings(np.array([[a.x, a.y]]), np.array([[b.x, b.y]]), standing_walls(home, a.floor).segments).any()
        for a, b in legs
    )


def test_within_a_room_the_way_is_straight():
    start, goal = Spot("ground", 0.5, 0.5), Spot("ground", 3.0, 3.0)
    assert WayFinder(SMALL_PLAN).way(start, goal) == [start, goal]


def test_from_room_to_room_the_way_goes_through_the_door():
    way = WayFinder(SMALL_PLAN).way(Spot("ground", 0.5, 3.5), Spot("ground", 7.5, 3.5))
    assert not crosses_a_wall(SMALL_PLAN, way)
    assert any(abs(spot.x - 4.0) == pytest.approx(CLEARANCE_M) and spot.y == pytest.approx(1.5) for spot in way)


def test_to_another_floor_the_way_takes_the_stairs():
    way = WayFinder(SMALL_PLAN).way(Spot("ground", 0.5, 0.5), Spot("upper", 0.5, 0.5))
    (up,) = [(a, b) for a, b in pairwise(way) if a.floor != b.floor]
    assert (up[0].x, up[0].y) == (up[1].x, up[1].y)
    assert contains(SMALL_PLAN.stairs[0].outline, np.array([[up[0].x, up[0].y]]))[0]
    assert not crosses_a_wall(SMALL_PLAN, way)


def test_round_the_end_of_a_free_standing_wall():
    way = WayFinder(SMALL_PLAN).way(Spot("upper", 3.0, 1.0), Spot("upper", 5.0, 1.0))
    assert len(way) > 2
    assert not crosses_a_wall(SMALL_PLAN, way)


def test_a_room_without_a_door_is_out_of_reach():
    closed = Home(
        rooms=(Room("a", "A", "ground", rectangle(0, 0, 2, 2)), Room("b", "B", "ground", rectangle(2, 0, 2, 2))),
        anchors=(),
    )
    with pytest.raises(NoWayError):
        WayFinder(closed).way(Spot("ground", 1, 1), Spot("ground", 3, 1))


def test_a_room_that_is_not_drawn_has_no_spot():
    home = Home(rooms=(Room("a", "A", "ground"),), anchors=())
    with pytest.raises(NoWayError):
        WayFinder(home).random_spot(home.rooms[0], np.random.default_rng(0))


def test_every_room_of_the_demo_home_is_reached_from_every_other():
    finder = WayFinder(DEMO_HOME)
    rng = np.random.default_rng(0)
    for start in DEMO_HOME.rooms:
        for goal in DEMO_HOME.rooms:
            way = finder.way(finder.random_spot(start, rng), finder.random_spot(goal, rng))
            assert not crosses_a_wall(DEMO_HOME, way)


def test_random_spots_lie_in_their_room():
    finder = WayFinder(DEMO_HOME)
    rng = np.random.default_rng(1)
    for room in DEMO_HOME.rooms:
        for _ in range(20):
            assert finder.room_at(finder.random_spot(room, rng)) == room
