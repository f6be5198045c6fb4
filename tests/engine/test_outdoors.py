"""Out through the front door without a jump."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.outdoors import (
    Whereabout,
    distance_beyond_plan,
    is_far,
    merge,
)
from tests.engine.small_home import FLAT, ROOMS_ONLY


def test_the_surer_one_counts_more_and_both_together_are_surer() -> None:
    indoors, receiver = Whereabout((5.0, 3.0), 1.0), Whereabout((8.0, 3.0), 10.0)
    merged = merge(indoors, receiver)
    assert merged.position == pytest.approx((5.03, 3.0), abs=0.01)
    assert merged.accuracy < 1.1
    assert merge(receiver, indoors).position == pytest.approx(merged.position)


def test_two_that_contradict_each_other_are_not_sure() -> None:
    assert merge(Whereabout((0.0, 0.0), 10.0), Whereabout((100.0, 0.0), 10.0)).accuracy > 40.0


def test_what_is_on_the_table_is_not_drawn_down_the_street() -> None:
    """Averaged by variances, a receiver a kilometre away drew the keys that were being heard 50 m out of the house."""
    keys, phone = Whereabout((6.0, 1.5), 1.5, age=1.0), Whereabout((1000.0, 1.5), 8.0)
    for merged in (merge(keys, phone), merge(phone, keys)):
        assert merged.position == keys.position
        assert 1.5 < merged.accuracy < 4.0
    late = merge(Whereabout((6.0, 1.5), 1.5, age=120.0), phone)
    assert late.position == phone.position
    assert 8.0 < late.accuracy < 12.0


@settings(deadline=None)
@given(
    st.floats(0.0, 2000.0), st.floats(0.1, 200.0), st.floats(0.1, 200.0), st.floats(0.0, 300.0), st.floats(0.0, 300.0)
)
def test_what_is_merged_is_between_both_and_never_surer_than_it_may_be(
    apart: float, first: float, second: float, old: float, older: float
) -> None:
    one, other = Whereabout((0.0, 0.0), first, old), Whereabout((apart, 0.0), second, older)
    merged = merge(one, other)
    assert -1e-6 <= merged.position[0] <= apart + 1e-6
    assert math.isfinite(merged.accuracy)
    # As sure as two independent ones are that agree, and no surer.
    assert merged.variance >= 0.999 / (1.0 / one.variance + 1.0 / other.variance)
    swapped = merge(other, one)
    assert swapped.accuracy == pytest.approx(merged.accuracy)


def test_a_walk_out_of_the_door_is_one_track() -> None:
    """Indoors to 1 m until the door, then a receiver to 8 m that takes some seconds to find itself."""
    rng = np.random.default_rng(3)
    track = []
    for second in range(120):
        x = 1.2 * second
        at_door = min(x, 9.0)
        indoors = Whereabout((at_door, 2.0), 1.0, age=max(0.0, second - 9.0 / 1.2))
        drift = 8.0 * math.sin(second / 15.0)
        receiver = Whereabout((x + drift, 2.0 + float(rng.normal(0.0, 1.0))), 8.0)
        track.append(merge(indoors, receiver))
    steps = [math.dist(one.position, other.position) for one, other in itertools.pairwise(track)]
    assert max(steps) < 6.0, "no jump, where the receiver alone is off by 8 m at the door"
    off = [math.dist(place.position, (1.2 * second, 2.0)) for second, place in enumerate(track)]
    assert np.mean(np.array(off) <= [place.accuracy * 1.5 for place in track]) > 0.68


def test_far_is_beyond_the_plan_and_beyond_doubt() -> None:
    assert distance_beyond_plan(FLAT, (4.0, 2.0)) == 0.0
    assert distance_beyond_plan(FLAT, (209.0, 2.0)) == pytest.approx(200.0)
    assert distance_beyond_plan(ROOMS_ONLY, (1e6, 0.0)) == 0.0
    assert is_far(200.0, 10.0)
    assert not is_far(200.0, 50.0)
    assert not is_far(90.0, 0.0)
