"""Outlines as people type them."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import Outline, parse_outline
from custom_components.indoor_positioning.flows.outline import (
    OutlineInputError,
    outline_from_input,
    outline_to_input,
)

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))


@pytest.mark.parametrize(
    "text",
    [
        "0,0 4,0 4,3 0,3",
        "0,0;4,0;4,3;0,3",
        "(0,0) (4,0) (4,3) (0,3)",
        "(0,0),(4,0),(4,3),(0,3)",
        "(0,0), (4,0), (4,3), (0,3)",
        "  0,0\n4.0,0\n4,3\n0,3\n0,0 ",
        "[[0,0],[4,0],[4,3],[0,3]]",
    ],
)
def test_reads_the_usual_ways_to_write_corners(text: str) -> None:
    assert outline_from_input({"polygon": text}) == SQUARE


@pytest.mark.parametrize("user_input", [{}, {"polygon": ""}, {"polygon": "  ", "rectangle": {"x": None}}])
def test_reads_nothing_as_no_outline(user_input: dict[str, Any]) -> None:
    assert outline_from_input(user_input) is None


@pytest.mark.parametrize(
    ("user_input", "problem"),
    [
        ({"polygon": "kitchen"}, "outline_not_readable"),
        ({"polygon": "0,0 4 4,3"}, "outline_not_readable"),
        ({"polygon": "0 0 4 0 4 3"}, "outline_not_readable"),
        ({"polygon": "[[0,0],[4,0]"}, "outline_not_readable"),
        ({"polygon": "[[0,0],[4,0],[4,3,2]]"}, "outline_not_readable"),
        ({"polygon": '[["a","b"],[4,0],[4,3]]'}, "outline_not_readable"),
        ({"polygon": "[1, 2, 3]"}, "outline_not_readable"),
        ({"polygon": "[" * 5000}, "outline_not_readable"),
        ({"polygon": f"[[0,0],[4,0],[4,{10**400}]]"}, "outline_not_readable"),
        ({"polygon": "0,0 4,0 4,nan"}, "outline_not_finite"),
        ({"polygon": "[[0,0],[4,0],[4,Infinity]]"}, "outline_not_finite"),
        ({"polygon": "0,0 4,0"}, "outline_too_few_corners"),
        ({"polygon": "0,0 4,0 8,0"}, "outline_zero_area"),
        ({"polygon": "0,0 4,4 4,0 0,4"}, "outline_self_crossing"),
        ({"polygon": "0,0 4,0 " * 4000}, "outline_too_many_corners"),
        ({"polygon": "0,0 2000,0 2000,1 0,1"}, "outline_too_far"),
        ({"rectangle": {"x": 0, "y": 0, "width": 4}}, "rectangle_incomplete"),
        ({"rectangle": {"x": 0, "y": 0, "width": 4, "depth": 0}}, "outline_zero_area"),
        ({"rectangle": {"x": 0, "y": 0, "width": math.nan, "depth": 3}}, "outline_not_finite"),
        ({"rectangle": {"x": 0, "y": 0, "width": 4, "depth": 3}, "polygon": "0,0 4,0 4,3"}, "outline_twice"),
    ],
)
def test_says_what_is_wrong(user_input: dict[str, Any], problem: str) -> None:
    with pytest.raises(OutlineInputError) as error:
        outline_from_input(user_input)
    assert error.value.problem == problem


@given(st.text(max_size=80))
def test_never_fails_otherwise(text: str) -> None:
    with suppress(OutlineInputError):
        outline_from_input({"polygon": text})


@given(
    st.integers(-500, 500),
    st.integers(-500, 500),
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(0, 399),
)
def test_shows_what_was_typed(x: int, y: int, width: int, depth: int, notch: int) -> None:
    box: Outline = parse_outline(((x, y), (x + width, y), (x + width, y + depth), (x, y + depth)))
    assert outline_from_input(outline_to_input(box)) == box
    notched = parse_outline(
        ((x, y), (x + width, y), (x + width, y + depth), (x + width / 2, y + depth / 2 + notch / 1000), (x, y + depth))
    )
    again = outline_from_input(outline_to_input(notched))
    assert again is not None
    assert all(math.dist(one, other) < 0.01 for one, other in zip(again, notched, strict=True))


def test_reads_a_circle() -> None:
    outline = outline_from_input({"circle": {"x": 1, "y": 2, "radius": 0.5}, "rectangle": {}, "polygon": None})
    assert outline is not None
    assert all(0.49 <= math.dist(corner, (1, 2)) <= 0.51 for corner in outline)


@pytest.mark.parametrize("radius", [math.nan, math.inf, 2000.0])
def test_refuses_a_circle_without_end(radius: float) -> None:
    with pytest.raises(OutlineInputError):
        outline_from_input({"circle": {"x": 1, "y": 2, "radius": radius}})
