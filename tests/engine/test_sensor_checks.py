"""Sensors of height, level and place: which are found to be wrong, and which are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.barometer import HPA_PER_M
from custom_components.indoor_positioning.engine.outdoors import Whereabout
from custom_components.indoor_positioning.engine.sensor_checks import (
    FixHealth,
    LevelHealth,
    PressureHealth,
    ReceiverHealth,
    RefusalHealth,
)
from custom_components.indoor_positioning.engine.sensor_findings import Finding, SensorKind, SensorProblem, Subject
from custom_components.indoor_positioning.engine.sensor_silence import SensorSilence


def _on_stairs(follows: float, minutes: int = 30, climb_s: int = 12) -> Finding | None:
    """Return what is found of a barometer that shows this share of a climb of 2.8 m every five minutes."""
    health, rng, finding = PressureHealth(), np.random.default_rng(1), None
    for second in range(60 * minutes):
        storey, within = divmod(second, 300)
        upstairs = storey % 2 == 1
        risen = min(1.0, within / climb_s)
        height = 2.8 * (risen if upstairs else 1.0 - risen) if storey else 0.0
        reading = -HPA_PER_M * (4.0 + follows * height + float(rng.normal(0.0, 0.2)))
        sure = within > climb_s
        finding = health.compare(float(second), reading, (2.8 if upstairs else 0.0) if sure else None)
    return finding


@pytest.mark.parametrize("follows", [1.0, 0.7, 1.5])
def test_a_barometer_that_follows_is_left_alone(follows: float) -> None:
    assert _on_stairs(follows) is None


@pytest.mark.parametrize("follows", [0.0, -1.0, 5.0])
def test_a_barometer_that_does_not_follow_is_found(follows: float) -> None:
    assert _on_stairs(follows) == Finding(SensorProblem.PRESSURE_CONTRADICTS)


def test_a_lift_is_no_jump_and_jumps_are() -> None:
    health = PressureHealth()
    for second in range(120):
        assert health.compare(float(second), -HPA_PER_M * 2.5 * second, None) is None
    found = [health.compare(120.0 + second, 2.0 * (second % 2), None) for second in range(10)]
    assert found[-1] == Finding(SensorProblem.PRESSURE_JUMPS)


def test_a_level_that_follows_or_whose_beacon_rests_is_left_alone() -> None:
    sound, resting, stuck = LevelHealth(), LevelHealth(), LevelHealth()
    found: Finding | None = None
    for step in range(100):
        away = 1.0 + 19.0 * (step % 10) / 9.0
        assert sound.compare(-40.0 - 20.0 * np.log10(away), away) is None
        assert resting.compare(-60.0, 3.0) is None
        found = stuck.compare(-60.0, away)
    assert found == Finding(SensorProblem.LEVELS_STICK)


def test_places_off_by_little_or_seldom_are_left_alone() -> None:
    health, wrong = FixHealth(), FixHealth()
    found: Finding | None = None
    for step in range(100):
        other = (30.0, 0.0) if step % 3 == 0 else (1.0, 0.5)
        assert health.compare(other, (0.0, 0.0), 1.5) is None
        found = wrong.compare((8.0, 0.0), (0.0, 0.0), 1.5)
    assert found is not None
    assert (found.problem, found.amount) == (SensorProblem.POSITIONS_OFF, 8.0)


def test_a_train_is_no_jump_and_a_receiver_that_jumps_is_found() -> None:
    train, jumping = ReceiverHealth(), ReceiverHealth()
    found: Finding | None = None
    for second in range(60):
        assert train.compare(float(second), Whereabout((83.0 * second, 0.0), 10.0)) is None
        found = jumping.compare(float(second), Whereabout((5000.0 * (second % 2), 0.0), 10.0))
    assert found == Finding(SensorProblem.RECEIVER_JUMPS)


def test_what_is_refused_now_and_then_is_no_problem() -> None:
    health = RefusalHealth()
    for step in range(100):
        assert health.take(SensorProblem.IMPOSSIBLE_VALUES if step % 10 == 0 else None) is None
    found = [health.take(SensorProblem.CLOCK_OFF) for _ in range(5)][-1]
    assert found == Finding(SensorProblem.CLOCK_OFF)
    assert [health.take(None) for _ in range(20)][-1] is None


def test_silence_counts_only_while_there_is_somebody() -> None:
    silence, told = SensorSilence(), {Subject(SensorKind.RANGES, "a"): 0.0, Subject(SensorKind.MOTION, "tag"): 0.0}
    for minute in range(100):
        silence.look(60.0 * minute, told, anybody_home=False)
    assert not silence.silent(600.0)
    for minute in range(100, 111):
        silence.look(60.0 * minute, told, anybody_home=True)
    assert silence.silent(600.0) == {Subject(SensorKind.RANGES, "a")}
    told[Subject(SensorKind.RANGES, "a")] = 6600.0
    silence.look(6660.0, told, anybody_home=True)
    assert not silence.silent(600.0)
