"""Outlines as people type them: a rectangle, a circle, or a list of corners."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from ..const import CONF_CIRCLE, CONF_X, CONF_Y
from ..engine.geometry import Outline, OutlineError, OutlineProblem, bounds, circle, parse_outline, rectangle
from .fields import MAX_COORDINATE_M

CONF_DEPTH: Final = "depth"
CONF_POLYGON: Final = "polygon"
CONF_RADIUS: Final = "radius"
CONF_RECTANGLE: Final = "rectangle"
CONF_WIDTH: Final = "width"

_RECTANGLE_KEYS: Final = (CONF_X, CONF_Y, CONF_WIDTH, CONF_DEPTH)
_CIRCLE_KEYS: Final = (CONF_X, CONF_Y, CONF_RADIUS)

# More text than the most corners can take; what is longer is not looked at.
_MAX_TEXT: Final = 20_000

_CORNER_SEPARATOR = re.compile(r"[\s;]+|(?<=\))\s*,\s*(?=\()")


class OutlineInputError(ValueError):
    """What was typed is no outline; `problem` is a translation key."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem.replace("_", " "))
        self.problem = problem


def outline_from_input(user_input: Mapping[str, Any]) -> Outline | None:
    """Return the outline that a form describes, None where it describes none.

    Raises OutlineInputError for what cannot be read or encloses nothing.
    """
    sides, disc = _given(user_input.get(CONF_RECTANGLE)), _given(user_input.get(CONF_CIRCLE))
    text = (user_input.get(CONF_POLYGON) or "").strip()
    if sum(map(bool, (sides, disc, text))) > 1:
        raise OutlineInputError("outline_twice")
    try:
        if sides:
            outline = _rectangle(sides)
        elif disc:
            outline = _circle(disc)
        elif text:
            outline = parse_outline(_corners(text))
        else:
            return None
    except OutlineError as error:
        raise OutlineInputError(error.problem) from error
    if max(map(abs, bounds(outline))) > MAX_COORDINATE_M:
        raise OutlineInputError("outline_too_far")
    return outline


def outline_to_input(outline: Outline | None) -> dict[str, Any]:
    """Return what the form shows for an outline, a circle as its corners: the inverse of `outline_from_input`."""
    if outline is None:
        return {}
    left, bottom, right, top = bounds(outline)
    if set(outline) == {(left, bottom), (right, bottom), (right, top), (left, top)} and len(outline) == 4:
        sides = (left, bottom, right - left, top - bottom)
        return {CONF_RECTANGLE: dict(zip(_RECTANGLE_KEYS, (round(side, 6) for side in sides), strict=True))}
    return {CONF_POLYGON: " ".join(f"{x:g},{y:g}" for x, y in outline)}


def _rectangle(sides: Mapping[str, float]) -> Outline:
    if sides.keys() != set(_RECTANGLE_KEYS):
        raise OutlineInputError("rectangle_incomplete")
    x, y, width, depth = (float(sides[key]) for key in _RECTANGLE_KEYS)
    if not all(map(math.isfinite, (x, y, width, depth))):
        raise OutlineError(OutlineProblem.NOT_FINITE)
    if width <= 0 or depth <= 0:
        raise OutlineError(OutlineProblem.ZERO_AREA)
    return rectangle(x, y, width, depth)


def _circle(disc: Mapping[str, float]) -> Outline:
    if disc.keys() != set(_CIRCLE_KEYS):
        raise OutlineInputError("circle_incomplete")
    x, y, radius = (float(disc[key]) for key in _CIRCLE_KEYS)
    if radius <= 0:
        raise OutlineError(OutlineProblem.ZERO_AREA)
    return circle(x, y, radius)


def _given(fields: Mapping[str, float | None] | None) -> dict[str, float]:
    return {key: value for key, value in (fields or {}).items() if value is not None}


def _corners(text: str) -> list[tuple[float, ...]]:
    """Read `0,0 4,0 4,3 0,3`, also with brackets or semicolons, or JSON `[[0, 0], [4, 0], ...]`."""
    if len(text) > _MAX_TEXT:
        raise OutlineError(OutlineProblem.TOO_MANY_CORNERS)
    try:
        if text.startswith("["):
            corners = [tuple(float(value) for value in corner) for corner in json.loads(text)]
        else:
            words = (word.strip("(),") for word in _CORNER_SEPARATOR.split(text))
            corners = [tuple(float(value) for value in word.split(",")) for word in words if word]
    except (OverflowError, RecursionError, TypeError, ValueError) as error:
        raise OutlineInputError("outline_not_readable") from error
    if any(len(corner) != 2 for corner in corners):
        raise OutlineInputError("outline_not_readable")
    return corners
