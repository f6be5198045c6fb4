from __future__ import annotations

import json

import pytest

from benchmarks import speed
from benchmarks.ingest_path import packet_cost
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


@pytest.mark.parametrize(("share", "verdict"), [(0.2, ", held."), (0.9, "not held.")])
def test_the_target_is_judged(share: float, verdict: str) -> None:
    target = Growth(speed.TARGET_ANCHORS, 2500, speed.TARGET_BEACONS, 1.0, 1.0, share, 2e5)
    results = SpeedResults([Method("bayes", 1.0, 0.5)], [target], 2.0)
    assert verdict in speed.text_report(results)
    assert "| bayes | 1.0 | 0.50 |" in speed.markdown_report(results)
    assert json.loads(json.dumps(speed.json_report(results)))["packet_us"] == 2.0
