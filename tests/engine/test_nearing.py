"""Coming towards an outline: told once, and only of what comes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.nearing import Nearing, NearingRule

DOOR = rectangle(0.0, 0.0, 1.0, 1.0)


def _estimate(time: float, x: float, sd: float = 0.3, floor: str = "0") -> Estimate:
    return Estimate(time, time, floor, (x, 0.5), sd**2 * np.eye(2), sd, {}, {floor: 1.0})


def _walk(nearing: Nearing, steps: Iterable[tuple[float, float]], sd: float = 0.3) -> list[float]:
    """Return the distances at which it was told."""
    return [nearing.distance for time, x in steps if nearing.update(_estimate(time, x, sd))]


def _line(start: float, end: float, speed: float, at: float = 0.0) -> list[tuple[float, float]]:
    seconds = abs(end - start) / speed
    times = [0.5 * step for step in range(int(seconds * 2.0) + 1)]
    return [(at + time, start + (end - start) * time / seconds) for time in times]


def test_whoever_comes_is_told_of_once_and_within_the_distance() -> None:
    nearing = Nearing("0", DOOR, NearingRule(distance=2.0))
    (distance,) = _walk(nearing, _line(8.0, 1.2, 1.0))
    assert 1.0 <= distance <= 2.0
    assert nearing.closing_speed == pytest.approx(1.0)


def test_again_only_after_having_gone_away() -> None:
    nearing = Nearing("0", DOOR, NearingRule(distance=2.0))
    steps = _line(8.0, 1.5, 1.0) + _line(1.5, 4.0, 1.0, 7.0) + _line(4.0, 1.5, 1.0, 10.0)
    assert len(_walk(nearing, steps)) == 1
    assert len(_walk(nearing, _line(1.5, 8.0, 1.0, 13.0) + _line(8.0, 1.5, 1.0, 20.0))) == 1


def test_passing_slowly_leaving_or_staying_is_no_approach() -> None:
    rule = NearingRule(distance=2.0, speed=0.5)
    assert _walk(Nearing("0", DOOR, rule), _line(8.0, 1.5, 0.2)) == []
    assert _walk(Nearing("0", DOOR, rule), _line(1.5, 8.0, 1.0)) == []
    assert _walk(Nearing("0", DOOR, rule), [(time, 1.5) for time in range(20)]) == []


def test_a_vague_place_is_not_near() -> None:
    assert _walk(Nearing("0", DOOR, NearingRule(distance=1.0, confidence=0.9)), _line(8.0, 1.2, 1.0), sd=3.0) == []


def test_coming_from_another_floor_counts_and_being_on_it_does_not() -> None:
    nearing = Nearing("0", DOOR, NearingRule(distance=3.0))
    assert not nearing.update(_estimate(0.0, 1.0, floor="1"))
    assert _walk(nearing, _line(3.9, 2.0, 1.0, 1.0))


def test_a_gap_is_no_movement() -> None:
    nearing = Nearing("0", DOOR, NearingRule(distance=2.0))
    assert _walk(nearing, [(0.0, 8.0), (60.0, 1.5), (61.0, 1.5)]) == []


def test_without_a_place_nothing_is_near() -> None:
    nearing = Nearing("0", DOOR, NearingRule())
    assert not nearing.update(Estimate(0.0, 0.0, "0", None, None, None, {}, {}))
