from __future__ import annotations

import json
import math

import numpy as np
import pytest

from benchmarks import sensors
from benchmarks.hall import bearings, ranges, walk
from benchmarks.runner import Outcome
from custom_components.indoor_positioning.engine.measurement import Movement, Pressure
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.small_home import HOUSE


def _walk() -> list[TruthRow]:
    """Ten seconds at rest, then ten at 1 m/s along y."""
    return [TruthRow(0.5 * step, "tag", (0.0, max(0.0, 0.5 * step - 10.0)), "0", "hall") for step in range(40)]


def test_a_flag_is_on_while_it_is_moved_and_a_little_longer() -> None:
    told = {item.time: item.moving for item in sensors.flags(_walk()) if isinstance(item, Movement)}
    assert not told[9.0]
    assert told[11.0]
    rest = [*_walk(), *(TruthRow(20.0 + 0.5 * step, "tag", (0.0, 9.5), "0", "hall") for step in range(12))]
    later = {item.time: item.moving for item in sensors.flags(rest) if isinstance(item, Movement)}
    assert later[21.0]
    assert not later[24.0]


def test_speed_and_heading_are_told_ten_times_a_second_around_the_truth() -> None:
    told = [item for item in sensors.walks(_walk(), 1) if isinstance(item, Movement) and item.time > 10.5]
    assert len(told) == pytest.approx(90, abs=6)
    assert np.mean([item.speed for item in told if item.speed is not None]) == pytest.approx(1.0, abs=0.05)
    assert np.mean([item.heading for item in told if item.heading is not None]) == pytest.approx(math.pi / 2, abs=0.1)


def test_pressure_falls_on_the_way_up_whatever_the_barometer_is_off_by() -> None:
    rows = [TruthRow(float(second), "tag", (1.0, 1.0), HOUSE.floors[second // 60].id, "hall") for second in range(120)]
    told = [item for item in sensors.pressures(rows, HOUSE, 1) if isinstance(item, Pressure)]
    below, above = (np.array([item.difference for item in told if (item.time < 60.0) == low]) for low in (True, False))
    height = HOUSE.floors[1].elevation - HOUSE.floors[0].elevation
    assert below.mean() - above.mean() == pytest.approx(0.12 * height, abs=0.03)
    assert below.std() == pytest.approx(0.05, abs=0.02)
    assert abs(below.mean()) > 0.1


def test_the_bound_is_below_what_a_second_of_readings_gives() -> None:
    assert 0.01 < sensors._bound(ranges(walk(1), 1), 1) < 0.15 < sensors._bound(bearings(walk(1), 1), 1) < 0.5


def test_results_are_told_as_tables_and_figures() -> None:
    results = sensors.SensorResults(
        {("ranges", "bayes"): [(0.1, True), (0.3, False)]},
        {"ranges": 0.05},
        {("flat", "survey", "bayes", "flag"): Outcome()},
    )
    report = sensors.markdown_report(results)
    assert "| ranges | bayes | 0.20 | 0.28 | 0.22 | 0.05 | 50 |" in report
    assert "| flat | survey | bayes | flag |" in report
    assert json.loads(json.dumps(sensors.json_report(results)))["hall"][0]["errors"] == [0.1, 0.3]
