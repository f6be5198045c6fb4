"""Readings kept in columns: the newest ones, in their order, and nothing for the garbage collector to walk through."""

from __future__ import annotations

import gc
import math

import pytest

from custom_components.indoor_positioning.engine.identity.clone_watch import CloneWatch
from custom_components.indoor_positioning.engine.identity.reading_log import ReadingLog, TimedValues
from custom_components.indoor_positioning.engine.identity.sighting import Sighting
from custom_components.indoor_positioning.engine.identity.sighting_block import SightingBlock

ANCHORS = tuple(f"anchor {number}" for number in range(10))


def test_readings_come_back_as_they_were_added() -> None:
    readings = [(0.5, "hall", -60.0), (0.4, "kitchen", -71.5), (0.9, "hall", -62.0)]
    log = ReadingLog(10)
    for reading in readings:
        log.add(*reading)
    assert list(log) == readings
    log.forget_before(0.45)
    assert list(log) == readings
    log.forget_before(0.6)
    assert list(log) == readings[2:]
    log.clear()
    assert list(log) == []
    log.add(1.0, "study", -50.0)
    assert list(log) == [(1.0, "study", -50.0)]


def test_only_the_newest_readings_are_kept() -> None:
    log = ReadingLog(3)
    for second in range(100):
        log.add(float(second), "hall", -60.0)
        assert len(log) < 6
    log.forget_before(-math.inf)
    assert [time for time, _, _ in log] == [97.0, 98.0, 99.0]


@pytest.mark.parametrize(("before", "most", "left"), [(2.0, 9, [2, 3, 4]), (0.0, 2, [3, 4]), (9.0, 9, [])])
def test_values_are_dropped_by_age_and_number(before: float, most: int, left: list[int]) -> None:
    values = TimedValues()
    for second in range(5):
        values.add(float(second), 10.0 * second)
    assert list(values.drop(before, most)) == [10.0 * second for second in range(5 - len(left))]
    assert list(values) == [(float(second), 10.0 * second) for second in left]


def test_a_block_gives_its_sightings_in_the_order_of_time_once() -> None:
    first = Sighting(1.0, "keys", "hall", -60.0, "C0:1", "ibeacon:1", expired=True, reference_rssi=-59.0)
    second = Sighting(2.0, "keys", "study", -70.0, "C0:2", "eid:1")
    block = SightingBlock()
    block.add(second)
    block.add(first)
    assert block.take("keys") == [first, second]
    assert block.take("keys") == []


def test_minutes_of_readings_are_no_work_for_the_garbage_collector() -> None:
    """As objects, the readings of a large site made each full collection take 0.4 s."""

    def objects_after_hearing(watch: CloneWatch) -> int:
        for second in range(200):
            for anchor in ANCHORS:
                watch.observe(Sighting(float(second), "keys", anchor, -60.0, "C0:1", "ibeacon:1"))
        gc.collect()
        return len(gc.get_objects())

    watches = [CloneWatch(lambda _first, _second: 4.0) for _ in range(2)]
    # The first also brings in modules that are only imported when they are needed.
    before, after = map(objects_after_hearing, watches)
    assert after - before < 0.2 * 200 * len(ANCHORS)
