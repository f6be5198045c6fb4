"""Slabs between an anchor and a place: storeys, openings in them, decks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Opening, Room
from custom_components.indoor_positioning.engine.propagation import BEACON_HEIGHT_M, path_features
from custom_components.indoor_positioning.engine.slabs import slabs_between
from tests.engine.small_home import HOUSE

EVERYWHERE = rectangle(-100.0, -100.0, 200.0, 200.0)
WELL = rectangle(3.0, 2.0, 2.0, 2.0)
TOWER = Home(
    rooms=tuple(Room(f"r{level}", f"Room {level}", f"f{level}", rectangle(0.0, 0.0, 8.0, 6.0)) for level in range(4)),
    anchors=(),
    floors=tuple(Floor(f"f{level}", f"Floor {level}", level, 2.7 * level) for level in range(4)),
)

type Place = tuple[float, float]

places = st.tuples(st.floats(-1.0, 9.0), st.floats(-1.0, 7.0))
ends = st.tuples(places, places)
heights = st.floats(0.0, 2.6)
pairs_of_heights = st.tuples(heights, heights)
levels = st.integers(0, 3)
outlines = st.builds(rectangle, st.floats(-1.0, 7.0), st.floats(-1.0, 5.0), st.floats(0.5, 9.0), st.floats(0.5, 7.0))
openings = st.lists(
    st.builds(lambda a, b, outline: Opening(f"f{a}", f"f{b}", outline), levels, levels, outlines), max_size=4
)


def count(home: Home, anchor: Anchor, floor: Floor, place: tuple[float, float], height: float) -> float:
    """Return the slabs between an anchor and something `height` above a floor."""
    anchor_floor = home.floor(anchor.floor)
    assert anchor_floor is not None
    assert anchor.position is not None
    hangs, high = anchor_floor.elevation + anchor.position[2], np.array([floor.elevation + height])
    (slabs,) = slabs_between(home, anchor, floor, np.array([place]), hangs, high)
    return float(slabs)


@given(levels, levels, ends, pairs_of_heights, openings)
def test_openings_only_take_slabs_away_and_never_more_than_there_are(
    a: int, b: int, ends: tuple[Place, Place], heights: tuple[float, float], holes: list[Opening]
) -> None:
    (here, there), (z, height) = ends, heights
    anchor = Anchor("a", f"f{a}", (*here, z))
    assert count(TOWER, anchor, TOWER.floors[b], there, height) == abs(a - b)
    fewer = 0.0
    for number in range(len(holes) + 1):
        slabs = count(replace(TOWER, openings=tuple(holes[:number])), anchor, TOWER.floors[b], there, height)
        assert 0.0 <= slabs <= abs(a - b)
        if number:
            assert slabs <= fewer
        fewer = slabs


@given(levels, levels, ends, pairs_of_heights, openings)
def test_the_way_back_passes_the_same_slabs(
    a: int, b: int, ends: tuple[Place, Place], heights: tuple[float, float], holes: list[Opening]
) -> None:
    (here, there), (z, height) = ends, heights
    home = replace(TOWER, openings=tuple(holes))
    forth = count(home, Anchor("a", f"f{a}", (*here, z)), TOWER.floors[b], there, height)
    back = count(home, Anchor("a", f"f{b}", (*there, height)), TOWER.floors[a], here, z)
    # Within a hair of an opening's edge either may be.
    if forth != back:
        wider = [replace(one, outline=rectangle(*_grown(one))) for one in holes]
        home = replace(TOWER, openings=tuple(wider))
        assert count(home, Anchor("a", f"f{a}", (*here, z)), TOWER.floors[b], there, height) <= min(forth, back)


def _grown(opening: Opening) -> tuple[float, float, float, float]:
    (left, low), (right, high) = np.min(opening.outline, axis=0), np.max(opening.outline, axis=0)
    return left - 1e-6, low - 1e-6, right - left + 2e-6, high - low + 2e-6


@given(levels, levels, places, places, heights)
def test_an_opening_over_everything_leaves_no_slab(
    a: int, b: int, here: tuple[float, float], there: tuple[float, float], z: float
) -> None:
    home = replace(TOWER, openings=(Opening("f0", "f3", EVERYWHERE),))
    assert count(home, Anchor("a", f"f{a}", (*here, z)), TOWER.floors[b], there, BEACON_HEIGHT_M) == 0.0


def test_only_ways_through_the_well_are_free() -> None:
    home = replace(TOWER, openings=(Opening("f1", "f0", WELL),))
    above = Anchor("a", "f1", (4.0, 3.0, 1.1))
    assert count(home, above, home.floors[0], (4.0, 3.0), 1.1) == 0.0
    assert count(home, above, home.floors[0], (7.5, 5.5), 1.1) == 1.0
    # A shallow way passes the slab outside of the well, though both ends of a steeper one lie around it.
    assert count(home, replace(above, position=(0.2, 3.0, 1.1)), home.floors[0], (4.0, 3.0), 1.1) == 1.0
    # From two storeys up, the slab of the upper one is still there.
    assert count(home, replace(above, floor="f2"), home.floors[0], (4.0, 3.0), 1.1) == 1.0


def test_an_opening_of_an_unknown_floor_opens_nothing() -> None:
    home = replace(TOWER, openings=(Opening("f0", "gone", EVERYWHERE),))
    assert count(home, Anchor("a", "f1", (1.0, 1.0, 1.0)), home.floors[0], (2.0, 2.0), 1.1) == 1.0


def test_levels_without_floor_have_their_slabs() -> None:
    gap = Home(rooms=(), anchors=(), floors=(Floor("g", "g", 0, 0.0), Floor("t", "t", 2, 5.4)))
    anchor = Anchor("a", "t", (1.0, 1.0, 1.0))
    assert count(gap, anchor, gap.floors[0], (2.0, 2.0), 1.1) == 2.0
    assert count(replace(gap, openings=(Opening("g", "t", EVERYWHERE),)), anchor, gap.floors[0], (2.0, 2.0), 1.1) == 0.0


@pytest.mark.parametrize(("elevation", "slabs"), [(2.2, 1.0), (1.2, 0.0), (-1.2, 0.0), (0.0, 0.0)])
def test_a_mezzanine_is_a_deck_and_a_step_is_none(elevation: float, slabs: float) -> None:
    deck = Room("deck", "Deck", "g", rectangle(0.0, 0.0, 3.0, 6.0), elevation)
    home = replace(HOUSE, rooms=(*HOUSE.rooms, deck))
    beneath, beside = Anchor("a", "g", (1.0, 3.0, 1.0)), Anchor("b", "g", (7.0, 3.0, 1.0))
    points = np.array([(1.5, 3.0), (2.9, 3.0)])
    found = path_features(home, [beneath, beside], points, home.floors[0]).slabs
    assert found[0] == pytest.approx([slabs, slabs])
    # From beside, the way rises over the edge of the deck to who stands near it.
    assert found[1, 1] == 0.0
    on_deck = Anchor("c", "g", (1.0, 1.0, 1.0), "deck")
    assert path_features(home, [on_deck], points, home.floors[0]).slabs[0] == pytest.approx([0.0, 0.0])


@given(st.floats(-1.7, 1.7), st.floats(0.0, 2.5))
def test_raising_all_rooms_is_raising_the_floor(elevation: float, z: float) -> None:
    anchors = tuple(replace(one, position=(*one.position[:2], z)) for one in HOUSE.anchors if one.position)
    rooms = tuple(replace(room, elevation=elevation if room.floor == "u" else 0.0) for room in HOUSE.rooms)
    ground, upper = HOUSE.floors
    points: FloatArray = np.array([(1.0, 1.0), (7.0, 5.0), (4.0, 3.0)])
    by_rooms = replace(HOUSE, anchors=anchors, rooms=rooms)
    by_floor = replace(HOUSE, anchors=anchors, floors=(ground, replace(upper, elevation=2.7 + elevation)))
    for number in range(2):
        one, other = (path_features(home, home.anchors, points, home.floors[number]) for home in (by_rooms, by_floor))
        assert one.log_distance == pytest.approx(other.log_distance)
        assert one.slabs == pytest.approx(other.slabs)
