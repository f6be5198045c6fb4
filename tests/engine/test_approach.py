"""Coming to a zone, and merely being there."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from custom_components.indoor_positioning.engine.agreement import Agreement
from custom_components.indoor_positioning.engine.approach import APPROACH_S, ELSEWHERE_S, MAX_GAP_S, Approach
from custom_components.indoor_positioning.engine.estimate import Estimate

AGREED = Agreement(frozenset("abc"))


def _estimate(time: float, x: float, chance: float, room: str = "path") -> Estimate:
    return Estimate(
        time,
        time,
        "0",
        (x, 0.0),
        np.eye(2),
        0.5,
        {room: 1.0 - chance, "porch": chance},
        {"0": 1.0},
        {"door": chance},
    )


def _walk(approach: Approach, steps: Iterable[tuple[float, float, float]], room: str = "path") -> None:
    for time, x, chance in steps:
        approach.update(_estimate(time, x, chance, room), AGREED)


# Five seconds on the path at 1 m/s, then at the door.
WALK = [(float(time), 8.0 - time, 0.1 if time <= 5 else 0.9) for time in range(8)]


def test_whoever_walks_there_has_come() -> None:
    approach = Approach("door")
    _walk(approach, WALK)
    assert approach.complete(7.0)


def test_whoever_is_there_from_the_first_has_not() -> None:
    approach = Approach("door")
    _walk(approach, [(time, 1.0, 0.9) for time in range(20)])
    assert not approach.complete(20.0)


def test_a_moment_elsewhere_is_not_enough() -> None:
    approach = Approach("door")
    last = int(ELSEWHERE_S) - 1
    _walk(approach, [(time, 3.0, 0.1 if time <= last else 0.9) for time in range(8)])
    assert not approach.complete(7.0)


def test_one_comes_from_the_rooms_that_are_named() -> None:
    approach = Approach("door", frozenset({"path"}))
    _walk(approach, WALK, room="hall")
    assert not approach.complete(7.0)
    approach = Approach("door", frozenset({"path"}))
    _walk(approach, WALK)
    assert approach.complete(7.0)


def test_an_approach_does_not_last() -> None:
    approach = Approach("door")
    _walk(approach, WALK)
    assert not approach.complete(5.1 + APPROACH_S)


def test_a_silence_breaks_it() -> None:
    approach = Approach("door")
    _walk(approach, WALK[:6])
    _walk(approach, [(5.1 + MAX_GAP_S, 1.0, 0.9)])
    assert not approach.complete(5.1 + MAX_GAP_S)


def test_a_leap_breaks_it() -> None:
    approach = Approach("door")
    _walk(approach, [(time, 20.0, 0.1) for time in range(6)])
    _walk(approach, [(6.0, 1.0, 0.9)])
    assert not approach.complete(6.0)


def test_where_anchors_contradict_nobody_is_surely_elsewhere() -> None:
    approach = Approach("door")
    for time, x, chance in WALK:
        approach.update(_estimate(time, x, chance), Agreement(frozenset("ab"), frozenset("c")))
    assert not approach.complete(7.0)


def test_the_same_evidence_twice_is_no_time_passed() -> None:
    approach = Approach("door")
    for _ in range(20):
        approach.update(_estimate(1.0, 8.0, 0.1), AGREED)
    _walk(approach, [(2.0, 1.0, 0.9)])
    assert not approach.complete(2.0)
