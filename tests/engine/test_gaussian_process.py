"""The process goes through what was measured, as far as it is sure, and returns to the prior far away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.gaussian_process import (
    AMPLITUDES_DB,
    DEFAULT_KERNEL,
    LENGTHS_M,
    MIN_PLACES_TO_CHOOSE,
    Kernel,
    choose_kernel,
    regress,
)
from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.grid import Grid, build_grid
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.survey_places import ROOM_POINTS, SurveyPlaces
from tests.engine.small_home import ROOMS_ONLY

TOWER = Home(
    rooms=(
        Room("hall", "Hall", "g", rectangle(0, 0, 40, 6)),
        Room("loft", "Loft", "u", rectangle(0, 0, 40, 6)),
    ),
    anchors=(Anchor("a", "g", (1.0, 1.0, 1.0)),),
    floors=(Floor("g", "G"), Floor("u", "U", 1, 2.7)),
)
GRID = build_grid(TOWER, cell_size=1.0)
KERNEL = Kernel(amplitude=5.0, length=2.0, visit=0.0, shared=2.0)


def _at(grid: Grid, cells: list[int], noise: float = 1e-3) -> SurveyPlaces:
    """Return places that lie exactly on cells."""
    count = len(cells)
    weights = np.zeros((count, ROOM_POINTS))
    weights[:, 0] = 1.0
    repeated = np.repeat(np.array(cells, dtype=np.intp)[:, None], ROOM_POINTS, axis=1)
    return SurveyPlaces(
        rssi=np.zeros((1, count)),
        noise=np.full((1, count), noise),
        heard=np.ones((1, count), dtype=bool),
        cells=repeated,
        weights=weights,
        points=grid.points[repeated],
        floor=grid.floor[repeated[:, 0]],
    )


def _cell(x: float, y: float, floor: int = 0) -> int:
    on_floor = np.flatnonzero(GRID.floor == floor)
    return int(on_floor[np.argmin(((GRID.points[on_floor] - (x, y)) ** 2).sum(axis=1))])


CELLS = [_cell(2, 2), _cell(6, 4), _cell(3, 5)]
RESIDUAL = np.array([[6.0, -4.0, 1.0]])


def test_it_goes_through_its_data() -> None:
    mean, spread = regress(KERNEL, _at(GRID, CELLS), GRID, RESIDUAL)
    assert mean.shape == spread.shape == (1, len(GRID))
    assert mean[0, CELLS] == pytest.approx(RESIDUAL[0], abs=0.01)
    assert spread[0, CELLS] == pytest.approx(0.0, abs=0.01)


def test_it_trusts_noisy_data_less() -> None:
    mean, spread = regress(KERNEL, _at(GRID, CELLS[:1], noise=5.0), GRID, RESIDUAL[:, :1])
    gain = KERNEL.variance / (KERNEL.variance + 25.0)
    assert mean[0, CELLS[0]] == pytest.approx(6.0 * gain)
    assert spread[0, CELLS[0]] ** 2 == pytest.approx(KERNEL.variance * (1.0 - gain))


def test_what_differs_between_visits_is_noise_that_no_packets_average_away() -> None:
    fickle = replace(KERNEL, visit=3.0)
    _, spread = regress(fickle, _at(GRID, CELLS[:1]), GRID, RESIDUAL[:, :1])
    assert spread[0, CELLS[0]] == pytest.approx(np.sqrt(KERNEL.variance * 9.0 / (KERNEL.variance + 9.0)), rel=1e-3)


def test_far_away_it_returns_to_the_prior() -> None:
    mean, spread = regress(KERNEL, _at(GRID, CELLS), GRID, RESIDUAL)
    # What all of a floor has in common is known after three places; the place itself is not.
    far = _cell(39, 3)
    assert KERNEL.amplitude < spread[0, far] < np.sqrt(KERNEL.variance)
    assert abs(mean[0, far]) < 1.0
    # Of another floor nothing at all was learnt.
    upstairs = GRID.floor == 1
    assert spread[0, upstairs] == pytest.approx(np.sqrt(KERNEL.variance))
    assert (mean[0, upstairs] == 0.0).all()


def test_an_anchor_that_no_place_tells_of_keeps_the_prior() -> None:
    places = _at(GRID, CELLS)
    both = replace(places, noise=np.repeat(places.noise, 2, axis=0))
    mean, spread = regress(KERNEL, both, GRID, np.stack((RESIDUAL[0], np.full(3, np.nan))))
    assert (mean[1] == 0.0).all()
    assert spread[1] == pytest.approx(np.sqrt(KERNEL.variance))
    assert mean[0, CELLS] == pytest.approx(RESIDUAL[0], abs=0.01)


def test_a_place_that_stands_for_many_cells_fixes_their_mean() -> None:
    cells = np.flatnonzero((GRID.floor == 0) & (GRID.points[:, 0] < 4.0) & (GRID.points[:, 1] < 4.0))
    assert len(cells) == ROOM_POINTS
    places = replace(
        _at(GRID, [int(cells[0])]),
        cells=cells[None],
        weights=np.full((1, ROOM_POINTS), 1.0 / ROOM_POINTS),
        points=GRID.points[cells][None],
    )
    mean, spread = regress(KERNEL, places, GRID, np.array([[5.0]]))
    assert mean[0, cells].mean() == pytest.approx(5.0, abs=0.01)
    # The mean is known, the single cell is not.
    assert spread[0, cells].min() > 1.0


def test_undrawn_rooms_are_correlated_with_themselves_only() -> None:
    grid = build_grid(ROOMS_ONLY)
    own = replace(KERNEL, shared=0.0)
    mean, spread = regress(own, _at(grid, [1]), grid, np.array([[6.0]]))
    assert mean[0] == pytest.approx([0.0, 6.0, 0.0], abs=1e-3)
    assert spread[0] == pytest.approx([5.0, 0.0, 5.0], abs=1e-2)


def test_a_kernel_is_symmetric_and_falls_with_distance() -> None:
    points, floor, cell = GRID.points[:30], GRID.floor[:30], np.arange(30)
    covariance = KERNEL.between(points, floor, cell, points, floor, cell)
    assert covariance == pytest.approx(covariance.T)
    assert np.diag(covariance) == pytest.approx(KERNEL.variance)
    assert np.linalg.eigvalsh(covariance).min() > 0.0
    away = np.linalg.norm(points - points[0], axis=1)
    assert (np.diff(covariance[0][np.argsort(away)]) <= 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, len(GRID) - 1), min_size=1, max_size=20),
    st.integers(0, 2**31),
    st.floats(0.5, 20.0),
)
def test_it_is_never_surer_than_its_data_nor_vaguer_than_its_prior(cells: list[int], seed: int, noise: float) -> None:
    values = np.random.default_rng(seed).normal(scale=6.0, size=(1, len(cells)))
    mean, spread = regress(KERNEL, _at(GRID, cells, noise), GRID, values)
    assert np.isfinite(mean).all()
    assert (spread <= np.sqrt(KERNEL.variance) + 1e-6).all()
    assert (spread >= 0.0).all()
    assert np.abs(mean).max() <= 3.0 * np.abs(values).max() + 1e-6


def _drawn_from(kernel: Kernel, seed: int) -> tuple[SurveyPlaces, FloatArray]:
    rng = np.random.default_rng(seed)
    cells = rng.choice(np.flatnonzero(GRID.floor == 0), 90, replace=False)
    points = GRID.points[cells]
    covariance = kernel.between(points, GRID.floor[cells], cells, points, GRID.floor[cells], cells)
    covariance += np.eye(len(cells)) * (kernel.visit**2 + 1.0)
    residual = rng.multivariate_normal(np.zeros(len(cells)), covariance, size=6)
    places = _at(GRID, cells.tolist(), noise=1.0)
    return replace(places, noise=np.repeat(places.noise, 6, axis=0)), residual


@pytest.mark.parametrize("truth", [Kernel(4.0, 1.0), Kernel(9.0, 4.0), Kernel(6.0, 2.0, 4.5)])
def test_the_likeliest_kernel_is_chosen(truth: Kernel) -> None:
    places, residual = _drawn_from(truth, seed=1)
    chosen = choose_kernel(places, GRID, residual)
    # The next candidate is as near as 90 places can tell.
    assert abs(AMPLITUDES_DB.index(chosen.amplitude) - AMPLITUDES_DB.index(truth.amplitude)) <= 1
    assert abs(LENGTHS_M.index(chosen.length) - LENGTHS_M.index(truth.length)) <= 1


def test_rough_and_smooth_maps_are_told_apart() -> None:
    rough, smooth = (
        choose_kernel(places, GRID, residual)
        for places, residual in (_drawn_from(Kernel(4.0, 1.0), seed=2), _drawn_from(Kernel(9.0, 4.0), seed=2))
    )
    assert rough.length < smooth.length
    assert rough.amplitude < smooth.amplitude


def test_few_places_choose_nothing() -> None:
    cells = list(range(MIN_PLACES_TO_CHOOSE - 1))
    assert choose_kernel(_at(GRID, cells), GRID, np.full((1, len(cells)), 20.0)) is DEFAULT_KERNEL
