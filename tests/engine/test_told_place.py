"""When a place is told anew."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.outdoors import WALKING_SPEED_M_S, Whereabout
from custom_components.indoor_positioning.engine.told_place import ToldPlace, now_of

HERE = Whereabout((1.0, 1.0), 1.0)


def test_a_place_is_told_when_it_has_moved_and_not_too_often() -> None:
    told = ToldPlace()
    assert told.take(HERE, 0.0, 0.5, 2.0)
    assert not told.take(Whereabout((1.4, 1.0), 1.0), 10.0, 0.5, 2.0), "it has not moved"
    assert told.take(Whereabout((1.6, 1.0), 1.0), 11.0, 0.5, 2.0)
    assert not told.take(Whereabout((9.0, 1.0), 1.0), 12.0, 0.5, 2.0), "it was told a second ago"
    assert told.take(Whereabout((9.0, 1.0), 1.0), 13.0, 0.5, 2.0)


def test_a_place_that_is_less_sure_is_told_though_it_has_not_moved() -> None:
    told = ToldPlace()
    told.take(HERE, 0.0, 0.5, 2.0)
    assert not told.take(Whereabout(HERE.position, 1.5), 5.0, 0.5, 2.0)
    assert told.take(Whereabout(HERE.position, 2.5), 6.0, 0.5, 2.0)


def test_what_appears_or_ends_is_told_at_once_and_once() -> None:
    told = ToldPlace()
    assert not told.take(None, 0.0, 0.5, 2.0)
    assert told.take(HERE, 0.1, 0.5, 2.0)
    assert told.take(None, 0.2, 0.5, 2.0)
    assert not told.take(None, 0.3, 0.5, 2.0)
    assert told.place is None


def test_age_becomes_doubt() -> None:
    old = now_of(Whereabout((1.0, 1.0), 3.0, age=10.0))
    assert old.age == 0.0
    assert old.accuracy == pytest.approx((9.0 + (10.0 * WALKING_SPEED_M_S) ** 2) ** 0.5)
