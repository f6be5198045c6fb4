"""What sharing a site costs: how it is cut, whose word counts, and what is counted."""

from __future__ import annotations

import pytest

from benchmarks.scale.sharing import FIRST_S, LOOPS, Shared, chosen_wing, share_between_two, wings_of
from benchmarks.scale.site import LOOP_S, SIZES, Size, site_home
from custom_components.indoor_positioning.engine.decision import Presence

AWAY = Presence(9.0, away=True, confidence=1.0)


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
    kitchen, hall = Presence(9.0, room="kitchen", confidence=0.6), Presence(9.0, room="hall", confidence=0.7)
    assert chosen_wing((kitchen, hall)) == 1
    assert chosen_wing((kitchen, AWAY)) == 0
    assert chosen_wing((AWAY, AWAY)) is None


def test_seconds_are_counted_by_what_was_right() -> None:
    shared = Shared()
    kitchen, hall = Presence(9.0, room="kitchen", confidence=0.6), Presence(9.0, room="hall", confidence=0.7)
    shared.take(0, "kitchen", kitchen, (kitchen, AWAY), 0)
    shared.take(0, "kitchen", kitchen, (kitchen, hall), 0)
    assert (shared.seconds, shared.right_alone, shared.right_shared, shared.right_wing) == (2, 2, 1, 1)
    assert (shared.both, shared.resting, shared.resting_changes) == (1, 2, 1)


def test_a_small_site_is_played_to_its_end() -> None:
    shared = share_between_two(Size(5, 4), 5)
    assert shared.seconds == 5 * (LOOPS * LOOP_S - FIRST_S)
    assert shared.resting == 0.8 * shared.seconds
    assert shared.right_alone > 0.5 * shared.seconds
    assert shared.right_wing > 0.7 * shared.seconds
