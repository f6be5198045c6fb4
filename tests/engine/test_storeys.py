"""How high floors lie where some of them are told."""

from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.home import Floor
from custom_components.indoor_positioning.engine.storeys import (
    elevations,
    misplaced,
    odd_storeys,
    storey_heights,
)

HOUSE = {"cellar": -1, "ground": 0, "upper": 1, "attic": 2}


def floors(**lying: tuple[int, float]) -> tuple[Floor, ...]:
    return tuple(Floor(name, name, level, elevation) for name, (level, elevation) in lying.items())


@pytest.mark.parametrize(
    ("told", "lying"),
    [
        ({}, (-2.7, 0.0, 2.7, 5.4)),
        ({"upper": 3.2}, (-2.7, 0.0, 3.2, 5.9)),
        ({"attic": 6.0}, (-2.7, 0.0, 3.0, 6.0)),
        ({"ground": 1.0, "attic": 7.0}, (-1.7, 1.0, 4.0, 7.0)),
        ({"cellar": 0.0, "ground": 2.3}, (0.0, 2.3, 5.0, 7.7)),
    ],
)
def test_what_is_not_told_lies_between_or_a_storey_beyond(told: dict[str, float], lying: tuple[float, ...]) -> None:
    assert tuple(elevations(HOUSE, told).values()) == pytest.approx(lying)


def test_a_flat_high_up_counts_from_what_is_told_of_it() -> None:
    assert elevations({"flat": 4, "roof": 5}, {}) == pytest.approx({"flat": 10.8, "roof": 13.5})
    assert elevations({"flat": 4, "roof": 5}, {"roof": 3.0}) == pytest.approx({"flat": 0.3, "roof": 3.0})


def test_two_houses_on_one_level_share_its_height_unless_both_are_told() -> None:
    levels = {"house": 0, "barn": 0, "loft": 1}
    assert elevations(levels, {"house": 0.5}) == pytest.approx({"house": 0.5, "barn": 0.5, "loft": 3.2})
    assert elevations(levels, {"house": 0.5, "barn": -1.0})["barn"] == -1.0


@pytest.mark.parametrize("seed", range(20))
def test_floors_rise_with_their_levels_whatever_of_them_is_told(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = {f"f{level}": int(level) for level in np.unique(rng.integers(1, 25, 8))}
    heights = np.cumsum(rng.uniform(0.6, 5.0, len(levels))) + rng.uniform(-20.0, 20.0)
    told = {name: float(height) for name, height in zip(levels, heights, strict=True) if rng.random() < 0.4}
    found = elevations(levels, told)
    assert {name: found[name] for name in told} == told
    assert all(upper > lower for lower, upper in zip(found.values(), list(found.values())[1:], strict=False))
    rise = storey_heights(found, levels)
    assert all(found[a] + rise[a] == pytest.approx(found[b]) for a, b in zip(levels, list(levels)[1:], strict=False))


def test_a_floor_that_lies_under_one_of_a_lower_level_is_named() -> None:
    assert misplaced(floors(ground=(0, 0.0), half=(1, 1.3), upper=(2, 2.7))) is None
    assert misplaced(floors(ground=(0, 0.0), barn=(0, -1.0))) is None
    for height in (0.0, 0.4, -3.0):
        found = misplaced(floors(ground=(0, 0.0), upper=(1, height)))
        assert found is not None
        assert found.id == "upper"


def test_storeys_that_nobody_builds_are_odd() -> None:
    assert not odd_storeys(floors(cellar=(-1, -2.3), ground=(0, 0.0), upper=(1, 4.0), roof=(4, 18.0)))
    assert odd_storeys(floors(ground=(0, 0.0), upper=(1, 1.3))) == {"upper"}
    assert odd_storeys(floors(ground=(0, 0.0), upper=(1, 31.0))) == {"upper"}
