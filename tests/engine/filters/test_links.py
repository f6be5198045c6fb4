from __future__ import annotations

import math

import pytest

from custom_components.indoor_positioning.engine.filters import FILTERS, create_filter
from custom_components.indoor_positioning.engine.filters.links import MAX_LINK_AGE_S, FilteredLinks
from custom_components.indoor_positioning.engine.observation import Observation


def test_each_anchor_has_a_filter_of_its_own() -> None:
    links = FilteredLinks("kalman")
    links.add([Observation(0.0, "tag", "a", -50.0), Observation(0.0, "tag", "b", -80.0)])
    assert links.fresh(0.0) == {"a": -50.0, "b": -80.0}


def test_a_link_grows_stale_and_its_filter_does_not_forget() -> None:
    links = FilteredLinks("kalman")
    for second in range(20):
        links.add([Observation(float(second), "tag", "a", -50.0)])
    assert links.fresh(19.0 + MAX_LINK_AGE_S) == {"a": -50.0}
    assert links.fresh(19.1 + MAX_LINK_AGE_S) == {}
    links.add([Observation(30.0, "tag", "a", -90.0)])
    assert -70.0 < links.fresh(30.0)["a"] < -50.0


def test_what_is_not_a_number_is_passed_over() -> None:
    links = FilteredLinks("none")
    links.add([Observation(0.0, "tag", "a", math.nan), Observation(math.inf, "tag", "a", -50.0)])
    assert links.newest is None
    assert links.fresh(0.0) == {}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_starts_with_the_first_reading(name: str) -> None:
    assert create_filter(name).update(5.0, -66.0) == -66.0


def test_an_unknown_filter_is_refused_with_the_names() -> None:
    with pytest.raises(KeyError, match="no filter named 'wavelet'; there are kalman"):
        create_filter("wavelet")
