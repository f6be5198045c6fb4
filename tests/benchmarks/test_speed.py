from __future__ import annotations

import json

import pytest

from benchmarks import speed
from benchmarks.identity_speed import RESOLVING
from benchmarks.ingest_path import packet_cost, strangers_cost
from benchmarks.live_stream import LiveCost, live_cost
from benchmarks.speed import Growth, Method, SpeedResults


def test_one_size_is_measured() -> None:
    growth = speed._growth(5, 100, 2)
    assert growth.anchors == 5
    assert growth.cells == pytest.approx(100, rel=0.2)
    assert growth.estimate_ms > 0.0
    assert growth.bytes_a_beacon > 0.0


def test_the_path_of_a_packet_is_measured() -> None:
    cost = packet_cost()
    assert cost is not None
    assert 0.0 < cost < 1000.0


def test_what_strangers_take_is_measured() -> None:
    cost = strangers_cost()
    assert cost is not None
    assert 0.0 < cost < 1000.0


def test_the_live_map_is_measured() -> None:
    cost = live_cost(speed._square_home(5, 100))
    assert cost is not None
    assert 0.0 < cost.core_share < 1.0
    # Each of the beacons is in every event.
    assert cost.event_bytes > 50 * len('{"x":1.0,"y":1.0}')


@pytest.mark.parametrize(("share", "verdict"), [(0.008, "0.8%, 7.9 kB an event, held."), (0.03, "not held.")])
def test_the_live_map_is_judged(share: float, verdict: str) -> None:
    results = SpeedResults(live=LiveCost(share, 7900.0))
    assert verdict in speed.text_report(results)
    assert verdict in speed.markdown_report(results)


@pytest.mark.parametrize(("resolving", "verdict"), [(0.1, ", held."), (1.1, ", not held.")])
def test_knowing_who_is_who_is_reported(resolving: float, verdict: str) -> None:
    results = SpeedResults(strangers_ms=4.2, identity={RESOLVING: resolving, "tracked beacon, µs": 0.25})
    for report in (speed.text_report(results), speed.markdown_report(results)):
        assert "4.2 ms of the event loop a second, 0.4 %." in report
        assert verdict in report
    assert "| tracked beacon | 0.25 µs |" in speed.markdown_report(results)


@pytest.mark.parametrize(("share", "verdict"), [(0.2, ", held."), (0.9, "not held.")])
def test_the_target_is_judged(share: float, verdict: str) -> None:
    target = Growth(speed.TARGET_ANCHORS, 2500, speed.TARGET_BEACONS, 1.0, 1.0, share, 2e5)
    results = SpeedResults([Method("bayes", 1.0, 0.5)], [target], 2.0)
    assert verdict in speed.text_report(results)
    assert "| bayes | 1.0 | 0.50 |" in speed.markdown_report(results)
    assert json.loads(json.dumps(speed.json_report(results)))["packet_us"] == 2.0
