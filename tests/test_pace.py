"""How often a beacon is estimated, by what an estimate costs."""

from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.likelihood import GATHER_S
from custom_components.indoor_positioning.pace import AVERAGED, FIRST_COST_S, LONGEST_S, SHARE, SHORTEST_S, Pace


def pace_of(beacons: int, cost: float) -> Pace:
    pace = Pace(lambda: beacons)
    for _ in range(20 * AVERAGED):
        pace.took(cost)
    return pace


@pytest.mark.parametrize(
    ("beacons", "cost", "expected"),
    [
        (0, 0.002, SHORTEST_S),
        (10, 0.002, SHORTEST_S),
        (100, 0.001, 100 * 0.001 / SHARE),
        (500, 0.002, 500 * 0.002 / SHARE),
        (500, 0.0001, SHORTEST_S),
        (5000, 0.002, LONGEST_S),
    ],
)
def test_the_interval_gives_estimates_their_share_of_the_core_within_bounds(
    beacons: int, cost: float, expected: float
) -> None:
    assert pace_of(beacons, cost).at(0.0) == pytest.approx(expected)


@pytest.mark.parametrize("beacons", range(10, 400, 10))
def test_no_estimate_comes_just_before_signal_strength_counts(beacons: int) -> None:
    interval = pace_of(beacons, 0.0015).at(0.0)
    assert not 0.5 * GATHER_S < interval <= GATHER_S
    assert interval >= 0.999 * beacons * 0.0015 / SHARE


def test_a_single_slow_estimate_changes_little() -> None:
    pace = pace_of(600, 0.001)
    pace.took(0.02)
    assert pace.at(0.0) == pytest.approx(600 * 0.001 / SHARE, rel=0.11)


def test_until_something_is_known_a_house_is_assumed() -> None:
    assert Pace(lambda: 100).at(0.0) == pytest.approx(100 * FIRST_COST_S / SHARE)


def test_beacons_are_counted_once_a_second() -> None:
    counted: list[int] = []

    def here() -> int:
        counted.append(400 * len(counted))
        return counted[-1]

    pace = Pace(here)
    assert [pace.at(tick / 4) for tick in range(8)] == [SHORTEST_S] * 4 + [400 * FIRST_COST_S / SHARE] * 4
