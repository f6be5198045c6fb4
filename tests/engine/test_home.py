"""Finding things in a home, whatever of it is known."""

from __future__ import annotations

import dataclasses

import pytest

from custom_components.indoor_positioning.engine.home import DEFAULT_FLOOR, Home, Room
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY


def test_things_are_found_by_their_ids() -> None:
    assert FLAT.room("living") is FLAT.rooms[1]
    assert HOUSE.floor("u") is HOUSE.floors[1]
    assert FLAT.anchor("b2") is FLAT.anchors[3]


def test_what_does_not_exist_is_none() -> None:
    assert FLAT.room("cellar") is None
    assert FLAT.floor("9") is None
    assert FLAT.anchor("") is None


def test_one_drawn_room_makes_a_plan() -> None:
    assert FLAT.has_plan
    assert not ROOMS_ONLY.has_plan
    assert dataclasses.replace(ROOMS_ONLY, rooms=(*ROOMS_ONLY.rooms[1:], FLAT.rooms[0])).has_plan


def test_rooms_are_listed_by_floor() -> None:
    assert [room.id for room in HOUSE.rooms_on("g")] == ["down"]
    assert HOUSE.rooms_on("cellar") == ()


def test_a_home_needs_nothing_but_has_a_floor() -> None:
    home = Home(rooms=(Room("a", "A", DEFAULT_FLOOR),), anchors=())
    assert home.floor(home.rooms[0].floor) is not None
    assert not home.has_plan


def test_a_home_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FLAT.rooms = ()  # type: ignore[misc]  # that it is refused is what is tested
