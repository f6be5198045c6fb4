import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import crossings
from demo.home import DEMO_HOME
from demo.walker import Habits, Walker
from demo.walls import standing_walls
from demo.wayfinding import Spot
from tests.demo.small_plan import SMALL_PLAN

STEP_S = 0.1


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nobody_walks_through_walls(seed: int):
    track = Walker(DEMO_HOME, seed=seed).track(np.arange(0.0, 600.0, STEP_S, dtype=np.float64))
    for index, floor in enumerate(DEMO_HOME.floors):
        together = (track.floor[:-1] == index) & (track.floor[1:] == index)
        starts, ends = track.position[:-1][together], track.position[1:][together]
        assert not crossings(starts, ends, standing_walls(DEMO_HOME, floor.id).segments).any()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_nobody_is_faster_than_habit_nor_jumps(seed: int):
    habits = Habits()
    track = Walker(DEMO_HOME, habits, seed=seed).track(np.arange(0.0, 600.0, STEP_S, dtype=np.float64))
    speed = np.linalg.norm(np.diff(track.position, axis=0), axis=1) / STEP_S
    assert speed.max() <= habits.speed[1] + 1e-6
    assert speed[track.walking[:-1] & track.walking[1:]].max() > 0.5


def test_floors_change_on_the_stairs_only():
    track = Walker(DEMO_HOME, seed=3).track(np.arange(0.0, 3600.0, STEP_S, dtype=np.float64))
    changes = np.flatnonzero(np.diff(track.floor))
    assert len(changes) > 5
    centre = np.mean(DEMO_HOME.stairs[0].outline, axis=0)
    assert np.linalg.norm(track.position[changes] - centre, axis=1).max() < 0.01


def test_the_same_seed_walks_the_same_way_however_it_is_asked():
    times = np.arange(0.0, 900.0, 1.0, dtype=np.float64)
    at_once = Walker(DEMO_HOME, seed=5).track(times)
    bit_by_bit = Walker(DEMO_HOME, seed=5)
    positions = np.concatenate([bit_by_bit.track(times[i : i + 7]).position for i in range(0, len(times), 7)])
    np.testing.assert_array_equal(at_once.position, positions)
    other = Walker(DEMO_HOME, seed=6).track(times)
    assert not np.array_equal(at_once.position, other.position)


def test_dwells_last_as_long_as_habit_says():
    habits = Habits(dwell=(30.0, 40.0), restless=0.0)
    track = Walker(DEMO_HOME, habits, seed=1).track(np.arange(0.0, 3600.0, STEP_S, dtype=np.float64))
    edges = np.flatnonzero(np.diff(track.walking.astype(int)))
    lengths = np.diff(edges) * STEP_S
    dwells = lengths[~track.walking[edges[:-1] + 1]]
    assert len(dwells) > 20
    assert dwells.min() > 29.8
    assert dwells.max() < 40.2


def test_restless_people_turn_and_shift_while_they_stay():
    habits = Habits(dwell=(300.0, 301.0), restless=1.0)
    track = Walker(DEMO_HOME, habits, seed=2).track(np.arange(0.0, 290.0, STEP_S, dtype=np.float64))
    assert not track.walking.any()
    assert len(np.unique(track.heading)) > 4
    assert 0.1 < np.ptp(track.position, axis=0).max() < 8.0


def test_habits_can_keep_to_some_rooms():
    walker = Walker(DEMO_HOME, Habits(rooms=("kitchen", "bedroom")), seed=4)
    truths = [walker.truth(float(time)) for time in range(1800)]
    assert {truth.room for truth in truths if not truth.walking} == {"kitchen", "bedroom"}


def test_somebody_sent_somewhere_arrives_stays_and_goes_on_when_released():
    walker = Walker(SMALL_PLAN, seed=0)
    walker.track(np.array([500.0]))
    goal = Spot("upper", 6.0, 1.0)
    arrival = walker.send_to(100.0, goal)
    assert arrival > 100.0
    before, after = walker.truth(99.99), walker.truth(100.01)
    assert np.hypot(before.x - after.x, before.y - after.y) < 0.05
    for time in (arrival + 0.01, arrival + 1000.0):
        truth = walker.truth(time)
        assert (truth.floor, truth.room) == ("upper", "above")
        assert (truth.x, truth.y) == pytest.approx((6.0, 1.0))
        assert not truth.walking
    walker.release(arrival + 1000.0)
    rooms = {walker.truth(arrival + 1000.0 + time).room for time in range(600)}
    assert len(rooms) > 1


def test_one_room_is_enough_to_live_in():
    walker = Walker(SMALL_PLAN, Habits(rooms=("left",)), seed=0)
    assert {walker.truth(float(time)).room for time in range(0, 900, 5)} == {"left"}
