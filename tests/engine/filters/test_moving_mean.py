from __future__ import annotations

import pytest

from custom_components.indoor_positioning.engine.filters.moving_mean import MAX_READINGS, MovingMeanFilter


def test_only_the_window_counts() -> None:
    link = MovingMeanFilter(window=3.0)
    assert link.update(0.0, -60.0) == -60.0
    assert link.update(2.0, -70.0) == -65.0
    assert link.update(4.0, -80.0) == -75.0
    assert link.update(100.0, -50.0) == -50.0


def test_a_flood_is_bounded() -> None:
    link = MovingMeanFilter(window=3.0)
    for _ in range(10 * MAX_READINGS):
        link.update(0.0, -90.0)
    levels = [link.update(0.0, -60.0) for _ in range(MAX_READINGS)]
    assert levels[-1] == pytest.approx(-60.0)
