"""Levels that come back tell of rest, levels that do not tell nothing of it; and neither ever too much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.likelihood import Links
from custom_components.indoor_positioning.engine.link_repetition import (
    MEMORY_S,
    MOST_EVIDENCE,
    NEW_SHARE,
    LinkRepetition,
)

ANCHORS = 5
NOBODY = np.empty(0, dtype=np.intp)
MOST = NEW_SHARE * MOST_EVIDENCE


def _links(*values: tuple[float, ...], rows: list[int] | None = None) -> Links:
    heard = np.arange(len(values)) if rows is None else np.array(rows, dtype=np.intp)
    mean = np.array([sum(packets) / len(packets) for packets in values])
    return Links(heard, mean, np.array([float(len(packets)) for packets in values]), NOBODY, 1.0, values)


def _feed(levels: FloatArray) -> list[float]:
    """Return the evidence of levels (seconds, anchors), one packet a second."""
    repetition = LinkRepetition(levels.shape[1])
    return [
        repetition.evidence(float(now), _links(*((float(level),) for level in row))) for now, row in enumerate(levels)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_three_channels_that_come_back_speak_for_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    channels = -70.0 + rng.normal(0.0, 6.0, (3, ANCHORS))
    heard = channels[rng.integers(3, size=(120, ANCHORS)), np.arange(ANCHORS)]
    assert np.mean(_feed(heard + rng.normal(0.0, 1.0, heard.shape))[20:]) < -0.2


@pytest.mark.parametrize("seed", range(5))
def test_levels_that_do_not_come_back_hardly_speak_for_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drift = 12.0 * np.sin(np.arange(120)[:, None] / 4.0 + np.arange(ANCHORS))
    assert np.mean(_feed(-70.0 + drift + rng.normal(0.0, 6.0, (120, ANCHORS)))[20:]) > -0.1


def test_the_first_packets_say_nothing() -> None:
    assert LinkRepetition(1).evidence(0.0, _links((-60.0, -60.0))) == 0.0


def test_packets_of_one_moment_are_not_compared() -> None:
    repetition = LinkRepetition(1)
    repetition.evidence(0.0, _links((-60.0,)))
    assert repetition.evidence(0.1, _links((-60.0,))) == 0.0


def test_what_was_heard_long_ago_is_forgotten() -> None:
    repetition = LinkRepetition(1)
    for now in range(10):
        repetition.evidence(float(now), _links((-60.0,)))
    assert repetition.evidence(10.0 + MEMORY_S, _links((-60.0,))) == 0.0


def test_a_mean_whose_packets_are_not_known_says_nothing() -> None:
    links = Links(np.array([0]), np.array([-60.0]), np.array([3.0]), NOBODY, 1.0)
    repetition = LinkRepetition(1)
    assert [repetition.evidence(float(now), links) for now in range(5)] == [0.0] * 5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 100.0),
            st.lists(st.floats(-120.0, 20.0), min_size=1, max_size=40),
            st.integers(0, ANCHORS - 1),
        ),
        max_size=30,
    )
)
def test_evidence_is_always_finite_and_bounded(steps: list[tuple[float, list[float], int]]) -> None:
    repetition, now = LinkRepetition(ANCHORS), 0.0
    for elapsed, packets, anchor in steps:
        now += elapsed
        assert abs(repetition.evidence(now, _links(tuple(packets), rows=[anchor]))) <= MOST
