"""Entering and leaving are told once, and learning tells nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.decision import Presence
from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import ZoneRule
from custom_components.indoor_positioning.engine.transition import (
    Change,
    PlaceKind,
    Transition,
    TransitionWatch,
    probability_in,
)
from tests.engine.small_home import FLAT, HOUSE

SOFA = frozenset({"sofa"})
AWAY = Presence(9.0, away=True, confidence=1.0)


def presence(room: str | None, *zones: str, time: float = 1.0, settled: bool = True) -> Presence:
    estimate = Estimate(
        time=time,
        evidence_time=time,
        floor="0",
        position=(1.0, 2.0),
        covariance=None,
        accuracy=1.0,
        room_probabilities={"living": 0.8, "kitchen": 0.2},
        floor_probabilities={"0": 1.0, "u": 0.9},
        zone_probabilities={"sofa": 0.75},
    )
    return Presence(
        time,
        room=room,
        floor="0",
        position=(1.0, 2.0),
        zones=frozenset(zones),
        last_heard=time,
        estimate=estimate,
        settled=settled,
    )


def brief(transitions: tuple[Transition, ...]) -> list[tuple[str, str, str | None]]:
    return [(one.change.value, one.place, one.from_place) for one in transitions]


def test_the_first_place_is_learnt_and_the_next_is_told() -> None:
    watch = TransitionWatch("tag", FLAT)
    assert watch.take(Presence(0.0)) == ()
    assert watch.take(presence("kitchen")) == ()
    left, entered, sofa = watch.take(presence("living", "sofa", time=5.0))
    assert (left.change, left.kind, left.place, left.from_place) == (Change.LEFT, PlaceKind.ROOM, "kitchen", None)
    assert left.probability == 0.2
    assert entered == Transition("tag", Change.ENTERED, PlaceKind.ROOM, "living", "kitchen", 0.8, (1.0, 2.0), "0", 5.0)
    assert (sofa.change, sofa.kind, sofa.place, sofa.probability) == (Change.ENTERED, PlaceKind.ZONE, "sofa", 0.75)
    assert watch.take(presence("living", "sofa", time=6.0)) == ()


def test_leaving_home_leaves_everything_and_coming_back_enters_it() -> None:
    watch = TransitionWatch("tag", FLAT)
    watch.take(presence("living", "sofa"))
    gone = watch.take(AWAY)
    assert brief(gone) == [("left", "sofa", None), ("left", "living", None), ("left", "0", None)]
    assert {one.probability for one in gone} == {None}
    back = watch.take(presence("kitchen"))
    assert brief(back) == [("entered", "kitchen", None), ("entered", "0", None)]


def test_floors_follow_the_room_that_is_said() -> None:
    watch = TransitionWatch("tag", HOUSE)
    watch.take(presence("down"))
    changes = watch.take(presence("up"))
    assert brief(changes) == [
        ("left", "down", None),
        ("entered", "up", "down"),
        ("left", "g", None),
        ("entered", "u", "g"),
    ]
    assert changes[-1].kind is PlaceKind.FLOOR


def test_what_is_not_settled_is_held_back_and_compared_at_the_end() -> None:
    watch = TransitionWatch("tag", FLAT, said=presence("living", "sofa"))
    assert watch.take(presence("kitchen", settled=False)) == ()
    assert watch.take(presence("living", "sofa", settled=False)) == ()
    assert watch.take(presence("living", "sofa")) == ()
    assert brief(watch.take(presence("living"))) == [("left", "sofa", None)]


def test_who_really_moved_during_a_restart_is_told_of() -> None:
    watch = TransitionWatch("tag", FLAT, said=presence("living"))
    assert brief(watch.take(presence("kitchen"))) == [("left", "living", None), ("entered", "kitchen", "living")]


def test_a_zone_drawn_anew_around_somebody_is_learnt() -> None:
    watch = TransitionWatch("tag", FLAT)
    watch.take(presence("living", "sofa"))
    moved = replace(FLAT, zones=(replace(FLAT.zones[0], outline=rectangle(0.0, 0.0, 1.0, 1.0)),))
    watch.adopt(moved)
    assert watch.take(presence("living", settled=False)) == ()
    # The walk to the kitchen was real.
    assert brief(watch.take(presence("kitchen"))) == [("left", "living", None), ("entered", "kitchen", "living")]
    assert brief(watch.take(presence("kitchen", "sofa"))) == [("entered", "sofa", None)]


def test_another_rule_is_another_zone_and_another_name_is_not() -> None:
    for change, told in (({"rule": ZoneRule(enter=0.9)}, []), ({"name": "Couch"}, [("left", "sofa", None)])):
        watch = TransitionWatch("tag", FLAT)
        watch.take(presence("living", "sofa"))
        watch.adopt(replace(FLAT, zones=(replace(FLAT.zones[0], **change),)))
        assert brief(watch.take(presence("living"))) == told


def test_a_deleted_zone_is_not_left() -> None:
    watch = TransitionWatch("tag", FLAT)
    watch.take(presence("living", "sofa"))
    watch.adopt(replace(FLAT, zones=()))
    assert watch.take(presence("living")) == ()


def test_a_room_drawn_anew_moves_nobody() -> None:
    watch = TransitionWatch("tag", FLAT)
    watch.take(presence("living"))
    watch.adopt(replace(FLAT, rooms=(replace(FLAT.rooms[0], outline=rectangle(0, 0, 6, 4)), *FLAT.rooms[1:])))
    assert watch.take(presence("kitchen")) == ()
    assert brief(watch.take(presence("living")))[0] == ("left", "kitchen", None)


@given(
    st.lists(
        st.tuples(st.sampled_from(["kitchen", "living", "bedroom", None]), st.booleans(), st.booleans()), max_size=40
    )
)
def test_entered_and_left_alternate_and_end_where_the_presence_does(
    steps: list[tuple[str | None, bool, bool]],
) -> None:
    watch = TransitionWatch("tag", FLAT, said=AWAY)
    inside: set[str] = set()
    for room, on_sofa, settled in steps:
        now = AWAY if room is None else presence(room, *(SOFA if on_sofa else ()), settled=settled)
        for one in watch.take(now):
            assert (one.place in inside) == (one.change is Change.LEFT)
            inside ^= {one.place}
        if now.settled:
            expected = {room, "0"} | (SOFA if on_sofa else set()) if room else set()
            assert inside == expected


def test_two_changes_of_the_plan_in_a_row_are_both_learnt() -> None:
    watch = TransitionWatch("tag", FLAT)
    watch.take(presence("living", "sofa"))
    moved = replace(FLAT, zones=(replace(FLAT.zones[0], outline=rectangle(0.0, 0.0, 1.0, 1.0)),))
    larger = replace(moved, rooms=(replace(moved.rooms[0], outline=rectangle(0.0, 0.0, 3.0, 9.0)), *moved.rooms[1:]))
    watch.adopt(larger)
    watch.adopt(replace(larger))
    assert watch.take(presence("kitchen")) == ()


def test_a_place_that_the_estimate_does_not_name_is_improbable() -> None:
    assert probability_in(presence("kitchen"), PlaceKind.ZONE, "bed") == 0.0
