"""What is said of a plan while it is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room
from custom_components.indoor_positioning.engine.plan_check import Finding, FindingKind, check_plan
from custom_components.indoor_positioning.engine.propagation import PropagationParameters
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY


def kinds(home: Home) -> list[FindingKind]:
    return [finding.kind for finding in check_plan(home)]


def two_rooms(left: float, width: float = 4.0, depth: float = 4.0) -> Home:
    """A kitchen of 4 m x 4 m and another room that begins at `left`, with anchors enough."""
    rooms = (
        Room("kitchen", "Kitchen", "0", rectangle(0.0, 0.0, 4.0, 4.0)),
        Room("other", "Other", "0", rectangle(left, 0.0, width, depth)),
    )
    return replace(FLAT, rooms=rooms, zones=(), doors=())


def test_a_good_plan_gives_no_findings() -> None:
    assert check_plan(FLAT) == ()


def test_nothing_is_said_of_what_is_not_drawn() -> None:
    assert check_plan(ROOMS_ONLY) == ()


def test_rooms_that_overlap() -> None:
    assert check_plan(two_rooms(3.0)) == (Finding(FindingKind.ROOMS_OVERLAP, "0", ("kitchen", "other")),)


@pytest.mark.parametrize(
    "home", [two_rooms(4.0), two_rooms(3.97), two_rooms(1.0, 1.0, 1.0)], ids=["touching", "sloppy", "closet inside"]
)
def test_neighbours_and_rooms_in_rooms_are_no_overlap(home: Home) -> None:
    assert kinds(home) == []


def test_one_room_drawn_twice_overlaps() -> None:
    assert kinds(two_rooms(0.0)) == [FindingKind.ROOMS_OVERLAP]


@given(left=st.floats(-8.0, 8.0), width=st.floats(0.5, 8.0))
def test_overlap_does_not_depend_on_the_order(left: float, width: float) -> None:
    home = two_rooms(left, width)
    turned = replace(home, rooms=home.rooms[::-1])
    assert (FindingKind.ROOMS_OVERLAP in kinds(home)) == (FindingKind.ROOMS_OVERLAP in kinds(turned))


def test_too_few_anchors_on_a_floor() -> None:
    assert check_plan(HOUSE) == tuple(
        Finding(FindingKind.FEW_ANCHORS, floor, anchors=2, wanted=3) for floor in ("g", "u")
    )


def test_anchors_without_a_place_do_not_count() -> None:
    anchors = (replace(FLAT.anchors[0], position=None), replace(FLAT.anchors[1], position=None), *FLAT.anchors[2:])
    assert Finding(FindingKind.FEW_ANCHORS, "0", anchors=2, wanted=4) in check_plan(replace(FLAT, anchors=anchors))


def test_too_few_anchors_for_the_area() -> None:
    hall = Room("hall", "Hall", "0", rectangle(0.0, 0.0, 16.0, 10.0))
    home = replace(FLAT, rooms=(hall,), zones=(), doors=())
    assert check_plan(home) == (Finding(FindingKind.SPARSE_ANCHORS, "0", anchors=4, wanted=8),)


def test_a_room_that_no_anchor_hears() -> None:
    shed = Room("shed", "Shed", "0", rectangle(90.0, 0.0, 3.0, 3.0))
    home = replace(FLAT, rooms=(*FLAT.rooms, shed))
    assert Finding(FindingKind.ROOM_UNHEARD, "0", ("shed",)) in check_plan(home)
    near = replace(home, anchors=(*home.anchors, Anchor("s", "0", (91.0, 1.0, 1.1), "shed")))
    assert FindingKind.ROOM_UNHEARD not in kinds(near)


def test_what_is_known_of_the_home_decides_what_is_heard() -> None:
    thick = PropagationParameters(reference_rssi=-85.0, exponent=4.0)
    assert {finding.kind for finding in check_plan(FLAT, thick)} == {FindingKind.ROOM_UNHEARD}


def test_without_any_anchor_no_room_is_heard() -> None:
    findings = check_plan(replace(FLAT, anchors=()))
    assert [finding.rooms for finding in findings if finding.kind is FindingKind.ROOM_UNHEARD] == [
        ("kitchen",),
        ("living",),
        ("bedroom",),
    ]
