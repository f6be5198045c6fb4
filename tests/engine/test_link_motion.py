"""Links that drift tell of a walk, links that only scatter of rest; and neither ever too much."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.link_motion import MOST_EVIDENCE, NEW_SHARE, SLOW_S, LinkMotion

ANCHORS = 5
NOBODY = np.empty(0, dtype=np.intp)
MOST = NEW_SHARE * MOST_EVIDENCE


def _links(rssi: FloatArray, packets: float = 1.0, rows: list[int] | None = None) -> Links:
    heard = np.arange(len(rssi)) if rows is None else np.array(rows, dtype=np.intp)
    return Links(heard, rssi, np.full(len(rssi), packets), NOBODY, 1.0)


def _feed(levels: FloatArray, packets: float = 1.0) -> list[float]:
    """Return the evidence of levels (seconds, anchors), one row a second."""
    motion = LinkMotion(levels.shape[1])
    return [motion.evidence(float(now), _links(row, packets)) for now, row in enumerate(levels)]


@pytest.mark.parametrize("seed", range(5))
def test_scatter_alone_speaks_for_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    evidence = _feed(-70.0 + rng.normal(0.0, 3.5, (120, ANCHORS)))
    assert np.mean(evidence[20:]) < -0.05


@pytest.mark.parametrize("seed", range(5))
def test_drift_speaks_for_a_walk(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A walk past the anchors: each link rises and falls by some 10 dB within as many seconds.
    swing = 10.0 * np.sin(np.arange(120)[:, None] * 2.0 * math.pi / 20.0 + np.arange(ANCHORS))
    evidence = _feed(-70.0 + swing + rng.normal(0.0, 3.5, (120, ANCHORS)))
    assert np.mean(evidence[20:]) > 0.1


def test_more_packets_tell_a_smaller_drift() -> None:
    drift = -70.0 + np.arange(30)[:, None] * np.full(ANCHORS, 0.3)
    assert _feed(drift, packets=10.0)[-1] > _feed(drift, packets=1.0)[-1]


def test_the_first_readings_say_nothing() -> None:
    motion = LinkMotion(ANCHORS)
    assert motion.evidence(0.0, _links(np.full(ANCHORS, -60.0))) == 0.0
    assert motion.evidence(1.0, _links(np.full(ANCHORS, -90.0))) == 0.0


def test_a_link_that_fell_silent_says_nothing() -> None:
    motion = LinkMotion(2)
    for now in range(30):
        motion.evidence(float(now), _links(np.array([-60.0 - now])))
    assert motion.evidence(40.0, _links(np.array([-70.0]), rows=[1])) == 0.0


def test_what_was_heard_long_ago_is_forgotten() -> None:
    motion = LinkMotion(1)
    for now in range(10):
        motion.evidence(float(now), _links(np.array([-40.0])))
    later = 10.0 + 20.0 * SLOW_S
    evidence = [motion.evidence(later + now, _links(np.array([-80.0]))) for now in range(6)]
    assert max(evidence) <= 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 100.0), st.floats(-120.0, 20.0), st.integers(1, 500), st.integers(0, ANCHORS - 1)),
        max_size=40,
    )
)
def test_evidence_is_always_finite_and_bounded(steps: list[tuple[float, float, int, int]]) -> None:
    motion, now = LinkMotion(ANCHORS), 0.0
    for elapsed, rssi, packets, anchor in steps:
        now += elapsed
        evidence = motion.evidence(now, _links(np.array([rssi]), float(packets), [anchor]))
        assert abs(evidence) <= MOST
