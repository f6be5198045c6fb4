"""What sharing a site costs: how it is cut, whose word counts, and what is counted."""

from __future__ import annotations

import pytest

from benchmarks.scale.sharing import FIRST_S, LOOPS, Shared, chosen, share_between_two, ways_to_share, wings_of
from benchmarks.scale.site import LOOP_S, SIZES, WALKERS_EVERY, Size, site_home
from custom_components.indoor_positioning.engine.decision import Presence

AWAY = Presence(9.0, away=True, confidence=1.0)
KITCHEN = Presence(9.0, room="kitchen", confidence=0.6)
BATH = Presence(9.0, room="bath", confidence=0.6)
HALL = Presence(9.0, room="hall", confidence=0.7)


@pytest.mark.parametrize("size", SIZES)
def test_wings_are_halves_that_share_nothing(size: Size) -> None:
    home = site_home(size)
    first, second = wings_of(home)
    assert {*first.rooms, *second.rooms} == set(home.rooms)
    assert not {*first.rooms} & {*second.rooms}
    assert abs(len(first.rooms) - len(second.rooms)) <= 0.35 * size.proxies
    for wing in (first, second):
        assert [room.id.removeprefix("room_") for room in wing.rooms] == [
            str(home.anchors.index(anchor)) for anchor in wing.anchors
        ]


def test_the_more_probable_wing_counts_and_one_that_says_away_does_not() -> None:
    assert chosen((KITCHEN, HALL)) == HALL
    assert chosen((KITCHEN, AWAY)) == KITCHEN
    assert chosen((AWAY, AWAY)) is None


def test_seconds_are_counted_by_what_was_right() -> None:
    shared = Shared()
    for said in (KITCHEN, BATH, None, HALL):
        shared.take(0, "kitchen", said, {"kitchen": 0, "bath": 0, "hall": 1})
    assert (shared.seconds, shared.right_room, shared.right_wing) == (4, 1, 2)
    assert (shared.resting, shared.resting_changes) == (4, 1)


def test_a_walker_changes_the_wing_as_often_as_it_likes() -> None:
    shared = Shared()
    for said in (KITCHEN, HALL):
        shared.take(WALKERS_EVERY - 1, "kitchen", said, {"kitchen": 0, "hall": 1})
    assert (shared.seconds, shared.resting, shared.resting_changes) == (2, 0, 0)


def test_with_all_rooms_a_wing_knows_those_of_the_other_but_not_its_proxies() -> None:
    home = site_home(Size(10, 8))
    _one, own, both = ways_to_share(home).values()
    assert [wing.rooms for wing in both] == [home.rooms, home.rooms]
    assert [wing.anchors for wing in both] == [wing.anchors for wing in own]


def test_a_small_site_is_played_to_its_end() -> None:
    alone, own, both = share_between_two(Size(5, 4), 5).values()
    for shared, sharing in ((alone, 1), (own, 2), (both, 2)):
        assert shared.seconds == 5 * (LOOPS * LOOP_S - FIRST_S)
        assert shared.resting == 0.8 * shared.seconds
        assert shared.estimates == 5 * LOOPS * LOOP_S * sharing
        assert shared.took > 0.0
    assert alone.right_room > 0.5 * alone.seconds
    assert both.right_wing > 0.7 * both.seconds
