from __future__ import annotations

from benchmarks.hall import HALL
from custom_components.indoor_positioning.engine.measurement import Movement, Range
from custom_components.indoor_positioning.engine.measurement_evidence import MeasurementEvidence
from custom_components.indoor_positioning.engine.mounting import mounting_of

MOUNTING = mounting_of(HALL)


def test_measurements_are_gathered_before_they_count() -> None:
    evidence = MeasurementEvidence()
    assert evidence.take(0.0) is None
    evidence.add([Range(0.1, "tag", "a0", 3.0, 0.1), Movement(0.2, "tag", 1.0)], MOUNTING)
    first = evidence.take(0.3)
    assert first is not None
    assert (len(first.of_place), len(first.of_motion)) == (1, 1)
    evidence.add([Range(0.4, "tag", "a0", 3.0, 0.1)], MOUNTING)
    assert evidence.take(0.5) is None
    later = evidence.take(1.3)
    assert later is not None
    assert (len(later.of_place), later.elapsed) == (1, 1.0)


def test_unknown_anchors_say_nothing_and_movement_is_no_news_of_the_place() -> None:
    evidence = MeasurementEvidence()
    evidence.add([Range(0.0, "tag", "stranger", 3.0, 0.1), Movement(5.0, "tag", 1.0)], MOUNTING)
    assert evidence.newest is None
    gathered = evidence.take(5.0)
    assert gathered is not None
    assert not gathered.of_place


def test_what_waits_is_dropped_with_the_plan() -> None:
    evidence = MeasurementEvidence()
    evidence.add([Range(0.0, "tag", "a0", 3.0, 0.1)], MOUNTING)
    evidence.forget()
    assert evidence.take(1.0) is None
