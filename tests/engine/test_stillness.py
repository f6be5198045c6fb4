"""A tag that lies still is still, however its estimates wander; one that is carried is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.stillness import ELSEWHERE_S, WALKING_S, Stillness


def estimate(
    position: Point | None = (1.0, 1.0), accuracy: float = 1.0, floor: str = "0", moving: float | None = None
) -> Estimate:
    return Estimate(
        time=0.0,
        evidence_time=0.0,
        floor=floor,
        position=position,
        covariance=None,
        accuracy=accuracy,
        room_probabilities={},
        floor_probabilities={},
        moving=moving,
    )


def watch(stillness: Stillness, start: float, seconds: float, seen: Estimate, room: str = "hall") -> float:
    since = 0.0
    for step in range(int(seconds) + 1):
        since = stillness.observe(start + step, seen, room, settled=True)
    return since


def test_wandering_within_the_accuracy_is_no_movement() -> None:
    stillness = Stillness()
    assert watch(stillness, 10.0, 5.0, estimate()) == 10.0
    assert watch(stillness, 20.0, 60.0, estimate((2.9, 1.0))) == 10.0
    assert watch(stillness, 90.0, 60.0, estimate((5.0, 1.0), accuracy=3.0), room="kitchen") == 10.0


def test_another_place_is_a_movement_once_it_lasts() -> None:
    stillness = Stillness()
    watch(stillness, 0.0, 5.0, estimate())
    assert watch(stillness, 10.0, ELSEWHERE_S - 1.0, estimate((4.0, 1.0))) == 0.0
    assert watch(stillness, 15.0, 1.0, estimate()) == 0.0
    assert watch(stillness, 20.0, ELSEWHERE_S, estimate((4.0, 1.0))) == 20.0 + ELSEWHERE_S
    assert watch(stillness, 30.0, 60.0, estimate((4.0, 1.0))) == 20.0 + ELSEWHERE_S
    assert watch(stillness, 100.0, ELSEWHERE_S, estimate((4.0, 1.0), floor="u")) == 100.0 + ELSEWHERE_S


def test_without_a_plan_a_walk_or_another_room_is_a_movement() -> None:
    stillness = Stillness()
    assert watch(stillness, 0.0, 20.0, estimate(None, moving=0.5)) == 0.0
    assert watch(stillness, 30.0, WALKING_S, estimate(None, moving=0.9)) == 30.0 + WALKING_S
    assert watch(stillness, 50.0, 0.0, estimate(None), room="kitchen") == 50.0


def test_what_is_not_settled_moves_nothing() -> None:
    stillness = Stillness()
    for now in range(10):
        stillness.observe(float(now), estimate((float(now) * 3.0, 0.0)), "hall", settled=False)
    assert stillness.since == 0.0
    assert watch(stillness, 10.0, 30.0, estimate((40.0, 0.0))) == 0.0


def test_away_ends_it() -> None:
    stillness = Stillness()
    watch(stillness, 0.0, 5.0, estimate())
    stillness.forget()
    assert stillness.since is None
    assert watch(stillness, 100.0, 5.0, estimate((9.0, 9.0))) == 100.0


def test_a_restart_goes_on() -> None:
    before, after = Stillness(), Stillness()
    assert before.snapshot(0.0) is None
    watch(before, 0.0, 100.0, estimate())
    after.resume(json.loads(json.dumps(before.snapshot(100.0))), age=20.0)
    assert watch(after, 1000.0, 30.0, estimate()) == 880.0
    assert watch(after, 1100.0, ELSEWHERE_S, estimate((6.0, 1.0))) == 1100.0 + ELSEWHERE_S


def test_a_second_restart_before_it_is_heard_again_forgets_nothing() -> None:
    before, between, after = Stillness(), Stillness(), Stillness()
    watch(before, 0.0, 100.0, estimate())
    between.resume(json.loads(json.dumps(before.snapshot(100.0))), age=20.0)
    after.resume(json.loads(json.dumps(between.snapshot(float("-inf")))), age=10.0)
    assert watch(after, 1000.0, 30.0, estimate()) == 870.0
    between.forget()
    assert between.snapshot(0.0) is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"still_for": "long", "floor": "0", "position": None, "room": None},
        {"still_for": float("nan"), "floor": "0", "position": None, "room": None},
        {"still_for": 1.0, "floor": "0", "position": [1.0], "room": None},
    ],
)
def test_a_broken_snapshot_is_ignored(data: dict[str, Any]) -> None:
    stillness = Stillness()
    stillness.resume(data, age=5.0)
    assert watch(stillness, 10.0, 1.0, estimate()) == 10.0
