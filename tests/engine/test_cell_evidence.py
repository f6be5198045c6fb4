from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.cell_evidence import fix_log_likelihood, weigh
from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.motion import RESTING, WALKING
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

EVEN = np.full((2, 3, 4), 1.0 / 24.0, dtype=np.float32)


def test_evidence_moves_belief_between_cells_and_tells_nothing_of_power() -> None:
    weighed = weigh(EVEN, np.log(np.array([1.0, 2.0, 4.0])), 1.0)
    assert weighed.sum() == pytest.approx(1.0)
    assert weighed[WALKING, :, 0] / weighed[WALKING, 0, 0] == pytest.approx(np.array([1.0, 2.0, 4.0]))
    assert weighed[WALKING].std(axis=1) == pytest.approx(0.0, abs=1e-7)


def test_at_rest_it_counts_for_less() -> None:
    weighed = weigh(EVEN, np.log(np.array([1.0, 1.0, 8.0])), 1.0)
    assert weighed[RESTING, 2, 0] / weighed[RESTING, 0, 0] == pytest.approx(2.0)
    assert weighed[WALKING, 2, 0] / weighed[WALKING, 0, 0] == pytest.approx(8.0)


def test_evidence_that_belief_excludes_is_passed_over() -> None:
    belief = np.zeros((2, 2, 1), dtype=np.float32)
    belief[:, 0] = 0.5
    assert (weigh(belief, np.array([-1e9, 0.0]), 1.0) == belief).all()


def test_a_fix_is_likeliest_where_it_is_and_bounded_elsewhere() -> None:
    grid = build_grid(FLAT)
    found = fix_log_likelihood(grid, 0, (2.0, 2.0), np.diag([0.5, 0.5]))
    best = grid.points[found.argmax()]
    assert np.hypot(*(best - (2.0, 2.0))) < 0.5
    assert 4.0 < float(np.ptp(found)) < 6.0
    far = fix_log_likelihood(grid, 0, (500.0, 500.0), np.diag([0.5, 0.5]))
    assert np.isfinite(far).all()


def test_other_floors_are_no_likelier_than_an_outlier() -> None:
    grid = build_grid(HOUSE)
    found = fix_log_likelihood(grid, 1, (2.0, 2.0), np.eye(2))
    assert found[grid.floor == 0].max() == found[grid.floor == 1].min()


def test_a_floor_without_plan_has_no_place_for_a_fix() -> None:
    grid = build_grid(ROOMS_ONLY)
    assert not fix_log_likelihood(grid, 0, (2.0, 2.0), np.eye(2)).any()
