"""Sensors that are set up wrongly, seen by somebody who walks through the hall and is followed to a metre."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hall import HALL, bearing, distance, walk
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.measurement import Bearing, Measurement, Movement, Range
from custom_components.indoor_positioning.engine.mounting import mounting_of
from custom_components.indoor_positioning.engine.sensor_findings import SensorProblem
from custom_components.indoor_positioning.engine.sensor_health import SensorHealth

MOUNTING = mounting_of(HALL)
ANCHOR = HALL.anchors[0]


def _believed(place: Point, accuracy: float = 1.0) -> Estimate:
    return Estimate(0.0, 0.0, "0", place, None, accuracy, {"hall": 1.0}, {"0": 1.0})


def _after_a_walk(
    measure: Callable[[float, Point, np.random.Generator], Measurement], seed: int = 1, off: float = 0.8
) -> SensorHealth:
    """Let the sensor tell every second of a walk whose belief is off by `off` metres in each direction."""
    health, way, rng = SensorHealth(), walk(seed), np.random.default_rng(seed)
    for time in range(int(len(way.places) * 0.1)):
        x, y = way.at(float(time))
        believed = (float(x + rng.normal(0.0, off)), float(y + rng.normal(0.0, off)))
        health.compare(measure(float(time), (x, y), rng), _believed(believed), MOUNTING)
    return health


def _sees(time: float, place: Point, rng: np.random.Generator) -> Bearing:
    return bearing(ANCHOR, place, time, noise=(float(rng.normal(0.0, 0.09)), 0.0))


@pytest.mark.parametrize("seed", range(1, 6))
def test_sound_sensors_are_left_alone(seed: int) -> None:
    assert not _after_a_walk(_sees, seed).findings
    assert not _after_a_walk(lambda time, place, _: distance(ANCHOR, place, time), seed).findings


@pytest.mark.parametrize("degrees", [40.0, -90.0, 180.0])
def test_an_anchor_that_is_turned_is_found_and_by_how_much(degrees: float) -> None:
    def turned(time: float, place: Point, rng: np.random.Generator) -> Measurement:
        seen = _sees(time, place, rng)
        return replace(seen, azimuth=math.remainder(seen.azimuth + math.radians(degrees), 2.0 * math.pi))

    health = _after_a_walk(turned)
    (finding,) = health.findings.values()
    assert finding.problem is SensorProblem.BEARINGS_ROTATED
    assert finding.amount is not None
    assert abs(math.remainder(finding.amount + degrees, 360.0)) < 8.0
    assert health.sound_part(bearing(ANCHOR, (3.0, 3.0), 99.0)) is None
    assert health.sound_part(bearing(HALL.anchors[1], (3.0, 3.0), 99.0)) is not None


def test_azimuths_that_count_clockwise_are_found() -> None:
    """The anchor in the middle of the hall, so that it sees all round."""
    middle = replace(HALL, anchors=(replace(ANCHOR, position=(6.0, 3.0, 2.5)),))
    health, way, rng = SensorHealth(), walk(3), np.random.default_rng(3)
    for time in range(int(len(way.places) * 0.1)):
        place = way.at(float(time))
        seen = bearing(middle.anchors[0], place, float(time), noise=(float(rng.normal(0.0, 0.09)), 0.0))
        health.compare(replace(seen, azimuth=-seen.azimuth), _believed(place), mounting_of(middle))
    assert [one.problem for one in health.findings.values()] == [SensorProblem.BEARINGS_MIRRORED]


def test_reflections_at_random_are_no_wrong_frame() -> None:
    def wild(time: float, place: Point, rng: np.random.Generator) -> Measurement:
        seen = _sees(time, place, rng)
        return replace(seen, azimuth=float(rng.uniform(-3.0, 3.0))) if rng.random() < 0.5 else seen

    assert not _after_a_walk(wild).findings


@pytest.mark.parametrize("bias", [2.0, -2.5])
def test_ranges_with_a_bias_are_found(bias: float) -> None:
    health = _after_a_walk(
        lambda time, place, rng: Range(
            time, "tag", ANCHOR.id, max(0.0, distance(ANCHOR, place, time).distance + bias), 0.1
        )
    )
    (finding,) = health.findings.values()
    assert finding.problem is SensorProblem.RANGES_BIASED
    assert finding.amount == pytest.approx(bias, abs=0.7)


def test_a_compass_that_sticks_is_found_and_one_that_turns_is_not() -> None:
    def heading_of(stuck: bool) -> SensorHealth:
        health = SensorHealth()
        for step in range(200):
            # To and fro along the hall, and across.
            leg, at = divmod(2.0 * step, 10.0)
            way = (0.0, math.pi / 2.0, math.pi, -math.pi / 2.0)[int(leg) % 4]
            corner = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))[int(leg) % 4]
            place = (corner[0] + at * math.cos(way), corner[1] + at * math.sin(way))
            heading = 1.0 if stuck else way
            health.compare(Movement(2.0 * step, "tag", 1.0, heading), _believed(place), MOUNTING)
        return health

    assert [one.problem for one in heading_of(stuck=True).findings.values()] == [SensorProblem.HEADING_STICKS]
    assert not heading_of(stuck=False).findings


def test_a_flag_that_says_at_rest_on_the_way_is_found_until_it_moves() -> None:
    health = SensorHealth()
    for step in range(60):
        place = (12.0 * (step % 2) if step >= 30 else 0.0, 0.0)
        health.compare(Movement(10.0 * step, "tag", moving=False), _believed(place), MOUNTING)
        if step < 30:
            assert not health.findings
    assert [one.problem for one in health.findings.values()] == [SensorProblem.MOTION_STICKS]
    assert health.compare(Movement(1000.0, "tag", moving=True), _believed((0.0, 0.0)), MOUNTING)
    assert not health.findings


def test_vague_beliefs_and_strangers_measure_nothing() -> None:
    health = SensorHealth()
    for time in range(0, 300, 3):
        wrong = bearing(ANCHOR, (3.0, 3.0), float(time))
        health.compare(wrong, _believed((9.0, 1.0), accuracy=8.0), MOUNTING)
        health.compare(replace(wrong, anchor="nobody"), _believed((9.0, 1.0)), MOUNTING)
        health.compare(wrong, None, MOUNTING)
    assert not health.findings


def test_an_anchor_that_is_set_right_is_compared_anew() -> None:
    health = _after_a_walk(lambda time, place, rng: replace(_sees(time, place, rng), azimuth=3.0))
    health = _after_a_walk(
        lambda time, place, rng: Range(time, "tag", ANCHOR.id, distance(ANCHOR, place, time).distance + 3.0, 0.1)
    )
    assert health.forget(frozenset({ANCHOR.id}))
    assert not health.findings
    assert not health.forget(frozenset({ANCHOR.id}))
