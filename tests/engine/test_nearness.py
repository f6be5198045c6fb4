"""Chances of being near, against the share of many drawn places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.estimate import Estimate
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.nearness import chance_near, chance_near_outline, outline_distance

SOFA = rectangle(0.0, 0.0, 2.0, 1.0)
RNG = np.random.default_rng(0)
metres = st.floats(-6.0, 6.0)
spreads = st.floats(0.1, 3.0)


def _at(x: float, y: float, sd: float = 1.0, floor: str = "0") -> Estimate:
    return Estimate(0.0, 0.0, floor, (x, y), sd**2 * np.eye(2), sd, {"living": 1.0}, {floor: 1.0})


def test_inside_is_no_distance() -> None:
    points = np.array([(1.0, 0.5), (3.0, 0.5), (2.0, 5.0)])
    assert outline_distance(SOFA, points) == pytest.approx([0.0, 1.0, 4.0])


@given(metres, metres, spreads, st.floats(0.1, 4.0))
def test_near_an_outline(x: float, y: float, sd: float, distance: float) -> None:
    drawn = (x, y) + sd * RNG.standard_normal((2000, 2))
    share = (outline_distance(SOFA, drawn) <= distance).mean()
    assert chance_near_outline(_at(x, y, sd), SOFA, distance) == pytest.approx(share, abs=0.17)


@given(metres, metres, spreads, spreads, st.floats(0.1, 6.0))
def test_near_each_other(x: float, y: float, sd: float, other_sd: float, distance: float) -> None:
    drawn = (x, y) + np.hypot(sd, other_sd) * RNG.standard_normal((2000, 2))
    share = (np.linalg.norm(drawn, axis=1) <= distance).mean()
    one, other = _at(0.0, 0.0, sd), _at(x, y, other_sd)
    assert chance_near(one, other, distance) == pytest.approx(share, abs=0.17)
    assert chance_near(one, other, distance) == pytest.approx(chance_near(other, one, distance), abs=1e-9)


def test_nobody_is_near_through_a_ceiling() -> None:
    assert chance_near(_at(0.0, 0.0), _at(0.0, 0.0, floor="1"), 5.0) == 0.0


def test_without_a_plan_the_same_room_is_near() -> None:
    one = replace(_at(0.0, 0.0), position=None, room_probabilities={"living": 0.75, "hall": 0.25})
    other = replace(one, room_probabilities={"living": 0.5, "kitchen": 0.5})
    assert chance_near(one, other, 1.0) == pytest.approx(0.375)
    assert chance_near_outline(one, SOFA, 1.0) == 0.0


def test_a_place_of_unknown_width_is_vague() -> None:
    vague = replace(_at(5.0, 0.5), covariance=None)
    assert 0.0 < chance_near_outline(vague, SOFA, 1.0) < 0.5
