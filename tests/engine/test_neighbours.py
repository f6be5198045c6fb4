"""Near is who is close on the plan, and without one who is in the same room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.geometry import Point
from custom_components.indoor_positioning.engine.neighbours import Neighbour, neighbours


def at(position: Point | None, room: str | None = "hall", floor: str = "0", accuracy: float | None = 1.0) -> Presence:
    return Presence(0.0, room=room, floor=floor, position=position, accuracy=accuracy, last_heard=0.0)


def test_the_nearest_comes_first_with_what_its_distance_is_worth() -> None:
    presences = {
        "me": at((0.0, 0.0), accuracy=3.0),
        "far": at((9.0, 0.0), "bath"),
        "near": at((3.0, 4.0), accuracy=4.0),
    }
    assert neighbours("me", presences) == [
        Neighbour("near", 5.0, 5.0, same_room=True),
        Neighbour("far", 9.0, 3.1622776601683795, same_room=False),
    ]


def test_other_floors_and_who_is_not_here_are_near_nobody() -> None:
    presences = {
        "me": at((0.0, 0.0)),
        "above": at((0.0, 0.0), "attic", floor="1"),
        "away": Presence(0.0, away=True, last_heard=0.0),
        "unheard": Presence(0.0),
    }
    assert neighbours("me", presences) == []
    assert neighbours("away", presences) == []


def test_without_a_place_the_room_must_do() -> None:
    presences = {
        "me": at((0.0, 0.0)),
        "vague": at(None),
        "elsewhere": at(None, "bath"),
        "seen": at((1.0, 0.0), accuracy=None),
    }
    assert neighbours("me", presences) == [
        Neighbour("seen", 1.0, None, same_room=True),
        Neighbour("vague", None, None, same_room=True),
    ]


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3), st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=1
    )
)
def test_near_is_mutual(places: dict[str, Point]) -> None:
    presences = {name: at(place) for name, place in places.items()}
    for me in presences:
        found = neighbours(me, presences)
        assert [one.distance for one in found] == sorted(one.distance or 0.0 for one in found)
        for one in found:
            assert any(
                back.beacon == me and back.distance == one.distance for back in neighbours(one.beacon, presences)
            )
