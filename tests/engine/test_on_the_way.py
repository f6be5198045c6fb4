"""A walk shows in what the motion model believes and in a place that moves; rest adds up while neither does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.on_the_way import LEARNING_S, OnTheWay

AT = Estimate(0.0, 0.0, "0", (0.0, 0.0), None, None, {"hall": 1.0}, {})


def _after(seconds: int, moving: float | None, speed: float = 0.0, place: bool = True) -> OnTheWay:
    walk = OnTheWay()
    for now in range(seconds):
        position = (now * speed, 0.0) if place else None
        walk.follow(float(now), replace(AT, moving=moving, position=position))
    return walk


def test_at_first_everything_may_be_a_walk() -> None:
    assert _after(int(LEARNING_S), 0.0).chance == 1.0
    assert _after(int(LEARNING_S), 0.0).rested == 0.0


def test_rest_adds_up() -> None:
    assert _after(60, 0.0).chance < 0.01
    assert _after(60, 0.0).rested > _after(30, 0.0).rested > 10.0


def test_a_walk_ends_rest() -> None:
    walk = _after(60, 0.0)
    for now in range(60, 64):
        walk.follow(float(now), replace(AT, moving=0.99))
    assert walk.chance > 0.8
    assert walk.rested < 1.0


def test_a_place_that_moves_is_a_walk_where_the_motion_model_wavers() -> None:
    assert _after(60, 0.5, speed=1.0).chance > 2.0 * _after(60, 0.5).chance


def test_without_place_or_motion_a_walk_is_possible() -> None:
    assert 0.1 < _after(60, None, place=False).chance < 0.6


def test_another_floor_is_not_measured_in_metres() -> None:
    walk = _after(60, 0.2)
    walk.follow(60.0, replace(AT, moving=0.2, floor="1", position=(500.0, 0.0)))
    assert walk.chance < 0.5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-5.0, 1e4), st.one_of(st.none(), st.floats(0.0, 1.0)), st.floats(-1e3, 1e3)), max_size=30
    )
)
def test_chance_and_rest_are_always_sound(steps: list[tuple[float, float | None, float]]) -> None:
    walk, now = OnTheWay(), 0.0
    for elapsed, moving, x in steps:
        now += elapsed
        walk.follow(now, replace(AT, moving=moving, position=(x, 0.0)))
        assert 0.0 <= walk.chance <= 1.0
        assert 0.0 <= walk.rested <= 1e6
