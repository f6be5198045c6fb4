"""Outlines that mean something get in, others are told why not; containment and crossings hold against slow maths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import (
    MAX_CORNERS,
    MIN_AREA_M2,
    Outline,
    OutlineError,
    OutlineProblem,
    Point,
    area,
    bounds,
    centroid,
    circle,
    contains,
    crossings,
    distance_to_outline,
    distances_to_segments,
    edges,
    near_boxes,
    parse_outline,
    rectangle,
)

SQUARE = rectangle(0.0, 0.0, 4.0, 4.0)
L_SHAPE = parse_outline(((0, 0), (6, 0), (6, 2), (2, 2), (2, 6), (0, 6)))

# Quarter metres: sums and products of them are exact, so that the reference and the code see the same numbers.
quarters = st.integers(-40, 40).map(lambda value: value / 4)
points = st.tuples(quarters, quarters)


def _problem(corners: Sequence[Sequence[float]]) -> OutlineProblem:
    with pytest.raises(OutlineError) as raised:
        parse_outline(corners)
    assert str(raised.value)
    return raised.value.problem


def _refusal(corners: Sequence[Sequence[float]]) -> OutlineProblem | None:
    try:
        parse_outline(corners)
    except OutlineError as error:
        return error.problem
    return None


@pytest.mark.parametrize(
    ("corners", "problem"),
    [
        ((), OutlineProblem.TOO_FEW_CORNERS),
        (((0, 0),), OutlineProblem.TOO_FEW_CORNERS),
        (((0, 0), (1, 1)), OutlineProblem.TOO_FEW_CORNERS),
        (((0, 0), (1, 1), (0, 0)), OutlineProblem.TOO_FEW_CORNERS),
        (((0, 0), (0, 0), (1, 1), (1, 1)), OutlineProblem.TOO_FEW_CORNERS),
        (((0, 0), (4, 0), (4, math.nan)), OutlineProblem.NOT_FINITE),
        (((0, 0), (math.inf, 0), (4, 4)), OutlineProblem.NOT_FINITE),
        (((0, 0), (4,), (4, 4)), OutlineProblem.NOT_FINITE),
        (((0, 0), (4, 0, 1), (4, 4)), OutlineProblem.NOT_FINITE),
        (((0, 0), (4, 4), (4, 0), (0, 4)), OutlineProblem.SELF_CROSSING),
        (((0, 0), (6, 0), (6, 3), (2, 3), (2, -2), (0, -2)), OutlineProblem.SELF_CROSSING),
        (((0, 0), (1, 1), (2, 2)), OutlineProblem.ZERO_AREA),
        (((0, 0), (0.09, 0), (0.09, 0.09), (0, 0.09)), OutlineProblem.ZERO_AREA),
        ([(math.cos(i), math.sin(i)) for i in np.linspace(0, 6.28, MAX_CORNERS + 1)], OutlineProblem.TOO_MANY_CORNERS),
    ],
)
def test_an_outline_that_encloses_nothing_sensible_is_refused(
    corners: Sequence[Sequence[float]], problem: OutlineProblem
) -> None:
    assert _problem(corners) is problem


@pytest.mark.parametrize("side", [1.1e7, 1e155, 1e200, 1e308])
def test_an_outline_larger_than_any_map_is_refused(side: float) -> None:
    assert _problem(((0, 0), (side, 0), (side, side), (-side, side))) is OutlineProblem.NOT_FINITE


def test_repeated_and_closing_corners_are_dropped() -> None:
    assert parse_outline([[0, 0], [4, 0], [4, 0], [4, 4], [0, 4], [0, 0]]) == SQUARE


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=8))
def test_whatever_is_drawn_is_refused_or_has_an_area(corners: list[Point]) -> None:
    try:
        outline = parse_outline(corners)
    except OutlineError:
        return
    assert MIN_AREA_M2 <= area(outline) < math.inf
    assert len(outline) >= 3


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6, -1e6])
def test_area_and_centroid_keep_their_digits_far_from_the_origin(offset: float) -> None:
    outline = parse_outline([(x + offset, y - offset) for x, y in L_SHAPE])
    assert area(outline) == pytest.approx(20.0, rel=1e-9)
    # Two rectangles, 6 x 2 around (3, 1) and 2 x 4 around (1, 4).
    assert centroid(outline) == pytest.approx((2.2 + offset, 2.2 - offset), abs=1e-6)
    low_x, low_y, high_x, high_y = bounds(outline)
    assert (high_x - low_x, high_y - low_y) == pytest.approx((6.0, 6.0))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(points, min_size=3, max_size=8).map(lambda corners: [(x + 1e6, y + 1e6) for x, y in corners]),
    st.lists(points, min_size=1, max_size=5),
)
def test_an_outline_is_as_good_far_from_the_origin(corners: list[Point], probes: list[Point]) -> None:
    near = [(x - 1e6, y - 1e6) for x, y in corners]
    refused = _refusal(near)
    assert _refusal(corners) is refused
    if refused is not None:
        return
    outline, far = parse_outline(near), parse_outline(corners)
    assert area(far) == pytest.approx(area(outline), rel=1e-9)
    here = np.array(probes)
    assert (contains(far, here + 1e6) == contains(outline, here)).all()


def test_the_centroid_of_no_area_is_the_mean_of_the_corners() -> None:
    assert centroid(((0.0, 0.0), (2.0, 0.0), (4.0, 0.0))) == pytest.approx((2.0, 0.0))


def test_area_and_centroid_do_not_depend_on_where_one_begins_or_which_way_round() -> None:
    for shift in range(len(L_SHAPE)):
        turned = L_SHAPE[shift:] + L_SHAPE[:shift]
        for outline in (turned, turned[::-1]):
            assert area(outline) == pytest.approx(20.0)
            assert centroid(outline) == pytest.approx((2.2, 2.2))


def test_edges_close_the_outline() -> None:
    ends = edges(SQUARE)
    assert ends.shape == (4, 2, 2)
    assert (ends[1:, 0] == ends[:-1, 1]).all()
    assert (ends[-1, 1] == ends[0, 0]).all()


def _contains_slowly(outline: Outline, point: Point) -> bool:
    """Walk a ray to the right in exact arithmetic; the reference for `contains`."""
    x, y = Fraction(point[0]), Fraction(point[1])
    inside = False
    for (ax, ay), (bx, by) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (Fraction(ay) > y) != (Fraction(by) > y):
            crossing = Fraction(ax) + (y - Fraction(ay)) * (Fraction(bx) - Fraction(ax)) / (Fraction(by) - Fraction(ay))
            inside ^= x < crossing
    return inside


@settings(max_examples=150, deadline=None)
@given(st.lists(points, min_size=3, max_size=9), st.lists(points, min_size=1, max_size=10))
def test_containment_agrees_with_exact_arithmetic(corners: list[Point], probes: list[Point]) -> None:
    assume(_refusal(corners) is None)
    outline = parse_outline(corners)
    # A point on an edge may fall on either side of it.
    off_edge = [probe for probe in probes if distance_to_outline(outline, np.array([probe]))[0] > 1e-6]
    assume(off_edge)
    expected = [_contains_slowly(outline, probe) for probe in off_edge]
    assert contains(outline, np.array(off_edge)).tolist() == expected


def test_neighbouring_rooms_share_no_point_and_leave_none_out() -> None:
    left, right = rectangle(0, 0, 4, 4), rectangle(4, 0, 4, 4)
    on_the_wall = np.array([(4.0, y) for y in np.linspace(0.1, 3.9, 20)])
    assert (contains(left, on_the_wall) ^ contains(right, on_the_wall)).all()


def test_nothing_contains_what_has_no_place() -> None:
    assert not contains(SQUARE, np.array([(np.nan, np.nan), (np.inf, 1.0), (1.0, np.inf)])).any()


@settings(max_examples=150, deadline=None)
@given(points, points, points, points)
def test_crossing_is_mutual_and_has_no_direction(a: Point, b: Point, c: Point, d: Point) -> None:
    def crosses(start: Point, end: Point, wall_start: Point, wall_end: Point) -> bool:
        return bool(crossings(np.array([start]), np.array([end]), np.array([[wall_start, wall_end]]))[0, 0])

    answers = {
        crosses(*way, *wall)
        for first, second in (((a, b), (c, d)), ((c, d), (a, b)))
        for way in (first, first[::-1])
        for wall in (second, second[::-1])
    }
    assert len(answers) == 1


def test_ways_cross_the_walls_that_lie_between() -> None:
    walls = np.array([[(1.0, 0.0), (1.0, 4.0)], [(2.0, 0.0), (2.0, 4.0)], [(3.0, 0.0), (3.0, 1.0)]])
    starts = np.array([(0.0, 2.0), (0.0, 0.5), (1.5, 2.0)])
    ends = np.array([(4.0, 2.0), (4.0, 0.5), (1.6, 2.0)])
    hits = crossings(starts, ends, walls)
    assert hits.tolist() == [[True, True, False], [True, True, True], [False, False, False]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(points, points), min_size=1, max_size=8), st.lists(st.tuples(points, points), min_size=1))
def test_all_at_once_is_each_pair_alone(ways: list[tuple[Point, Point]], walls: list[tuple[Point, Point]]) -> None:
    def side(a: Point, b: Point, point: Point) -> float:
        return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])

    def apart(a: Point, b: Point, start: Point, end: Point) -> bool:
        sides = sorted((side(a, b, start), side(a, b, end)))
        assume(min(map(abs, sides)) > 1e-6)
        return sides[0] < 0.0 < sides[1]

    expected = [[apart(*way, *wall) and apart(*wall, *way) for wall in walls] for way in ways]
    starts, ends = (np.array([way[end] for way in ways]) for end in range(2))
    assert crossings(starts, ends, np.array(walls)).tolist() == expected


def test_a_home_of_any_size_is_looked_at_part_by_part() -> None:
    walls = np.array([[(x + 0.5, -1.0), (x + 0.5, 1.0)] for x in range(1000)])
    starts = np.zeros((500, 2))
    ends = np.column_stack((np.arange(500.0), np.zeros(500)))
    assert crossings(starts, ends, walls).sum(axis=1).tolist() == list(range(500))


def test_a_box_reaches_its_neighbours_and_no_further() -> None:
    segment = np.array([[(4.0, 2.0), (0.0, 2.0)]])
    others = np.array([[(1.0, 0.0), (2.0, 1.8)], [(4.2, 0.0), (4.2, 9.0)], [(1.0, 2.5), (2.0, 3.0)]])
    assert near_boxes(segment, others, 0.3).tolist() == [[True, True, False]]


def test_touching_is_not_crossing() -> None:
    wall = np.array([[(0.0, 0.0), (4.0, 0.0)]])
    along, from_the_wall, to_its_end = ((0.0, 0.0), (4.0, 0.0)), ((2.0, 0.0), (2.0, 3.0)), ((0.0, -2.0), (0.0, 2.0))
    starts, ends = (
        np.array([along[0], from_the_wall[0], to_its_end[0]]),
        np.array([along[1], from_the_wall[1], to_its_end[1]]),
    )
    assert not crossings(starts, ends, wall).any()


def test_without_walls_nothing_is_crossed() -> None:
    assert crossings(np.zeros((3, 2)), np.ones((3, 2)), np.empty((0, 2, 2))).shape == (3, 0)


def test_distances_to_segments_end_at_their_ends() -> None:
    segments = np.array([[(0.0, 0.0), (4.0, 0.0)], [(1.0, 1.0), (1.0, 1.0)]])
    away = distances_to_segments(np.array([(2.0, 3.0), (7.0, 4.0), (1.0, 1.0)]), segments)
    assert away == pytest.approx(np.array([[3.0, math.sqrt(5)], [5.0, math.sqrt(45)], [1.0, 0.0]]))


@settings(max_examples=50, deadline=None)
@given(points)
def test_the_distance_to_a_square_is_what_one_would_measure(point: Point) -> None:
    x, y = point
    outside = math.hypot(max(-x, x - 4, 0), max(-y, y - 4, 0))
    inside = min(x, 4 - x, y, 4 - y)
    expected = inside if inside > 0 else outside
    assert distance_to_outline(SQUARE, np.array([point]))[0] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(points, st.floats(0.1, 20.0))
def test_a_circle_has_its_centre_area_and_reach(point: Point, radius: float) -> None:
    outline = circle(*point, radius)
    assert area(outline) == pytest.approx(math.pi * radius**2)
    assert centroid(outline) == pytest.approx(point, abs=1e-6)
    away = distance_to_outline(outline, np.array([point]))[0]
    assert away == pytest.approx(radius, rel=0.005)
