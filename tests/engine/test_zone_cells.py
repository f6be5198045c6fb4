"""How much of each cell a zone covers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import Outline, area, rectangle
from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.home import Zone
from custom_components.indoor_positioning.engine.zone_cells import SAMPLES_PER_SIDE, cells_of_zone, cells_of_zones
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

GRID = build_grid(FLAT)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 7.0), st.floats(0.0, 5.0), st.floats(0.6, 2.0), st.floats(0.6, 2.0))
def test_the_cover_is_the_area(x: float, y: float, width: float, depth: float) -> None:
    outline = rectangle(x, y, width, depth)
    cells, shares = cells_of_zone(GRID, 0, outline)
    covered = float(shares @ GRID.size[cells] ** 2)
    # A raster misses at most one row of samples along each side.
    slack = GRID.size[0] / SAMPLES_PER_SIDE * 2.0 * (width + depth)
    assert covered == pytest.approx(area(outline), abs=slack)
    assert np.all((shares > 0.0) & (shares <= 1.0))


def test_half_a_cell_counts_half() -> None:
    _, shares = cells_of_zone(GRID, 0, rectangle(1.0, 1.0, 0.75, 1.0))
    assert sorted(set(shares)) == [0.5, 1.0]


def test_a_zone_smaller_than_a_cell_is_the_cell_around_it() -> None:
    cells, shares = cells_of_zone(GRID, 0, rectangle(1.1, 1.1, 0.2, 0.2))
    assert shares.tolist() == [1.0]
    assert np.abs(GRID.points[cells[0]] - (1.2, 1.2)).max() <= GRID.size[0] / 2


@pytest.mark.parametrize(
    "outline", [rectangle(20.0, 20.0, 1.0, 1.0), rectangle(-3.0, 1.0, 2.0, 1.0), rectangle(9.5, 8.0, 0.2, 0.2)]
)
def test_outside_the_floor_there_is_nothing(outline: Outline) -> None:
    cells, shares = cells_of_zone(GRID, 0, outline)
    assert not len(cells)
    assert not len(shares)


def test_a_zone_half_outside_has_its_inner_half() -> None:
    cells, _ = cells_of_zone(GRID, 0, rectangle(-1.0, 1.0, 2.0, 1.0))
    assert len(cells) == 4
    assert GRID.points[cells][:, 0].min() > 0.0


def test_each_floor_has_its_own_and_a_floor_without_plan_none() -> None:
    grid = build_grid(HOUSE)
    upper, _ = cells_of_zone(grid, 1, rectangle(1.0, 1.0, 2.0, 2.0))
    assert set(grid.floor[upper]) == {1}
    undrawn, _ = cells_of_zone(build_grid(ROOMS_ONLY), 0, rectangle(1.0, 1.0, 2.0, 2.0))
    assert not len(undrawn)


def test_zones_by_id_also_where_the_floor_is_gone() -> None:
    home = replace(FLAT, zones=(*FLAT.zones, Zone("lost", "Lost", "attic", rectangle(1.0, 1.0, 2.0, 2.0))))
    zones = cells_of_zones(home, GRID)
    assert len(zones["sofa"][0]) == 8
    assert not len(zones["lost"][0])
