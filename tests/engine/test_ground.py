"""Rooms that are raised above their floor or sunk into it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.grid import build_grid
from custom_components.indoor_positioning.engine.ground import ground_of_anchor, rise_at
from custom_components.indoor_positioning.engine.home import Anchor, Home, Room
from custom_components.indoor_positioning.engine.locators.bayes import BayesLocator
from custom_components.indoor_positioning.engine.measurement import Fix, Pressure, Range
from custom_components.indoor_positioning.engine.measurement_likelihood import cells_log_likelihood
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.mounting import mounting_of
from custom_components.indoor_positioning.engine.observation import Observation
from custom_components.indoor_positioning.engine.ranging import ranging_of
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

SUNK = -1.3


def split(home: Home = FLAT, **elevations: float) -> Home:
    return replace(home, rooms=tuple(replace(room, elevation=elevations.get(room.id, 0.0)) for room in home.rooms))


def test_the_ground_is_that_of_the_room_the_smaller_one_first() -> None:
    pit = Room("pit", "Pit", "0", rectangle(1.0, 1.0, 1.0, 1.0), -0.5)
    home = replace(split(kitchen=0.4), rooms=(*split(kitchen=0.4).rooms, pit))
    points = np.array([(1.5, 1.5), (3.0, 3.0), (6.0, 2.0), (50.0, 50.0)])
    assert rise_at(home, "0", points) == pytest.approx([-0.5, 0.4, 0.0, 0.0])
    assert rise_at(home, "nowhere", points) == pytest.approx(np.zeros(4))


def test_cells_lie_on_their_ground_drawn_or_not() -> None:
    home = split(HOUSE, up=0.3)
    grid = build_grid(home)
    assert set(np.round(grid.ground[grid.floor == 1], 6)) == {3.0}
    assert not grid.ground[grid.floor == 0].any()
    undrawn = build_grid(split(ROOMS_ONLY, living=SUNK))
    assert undrawn.ground == pytest.approx([0.0, SUNK, 0.0])


def test_anchors_hang_above_the_ground_of_their_room() -> None:
    home = split(kitchen=SUNK)
    by_name = {anchor.id: anchor for anchor in home.anchors}
    assert ground_of_anchor(home, by_name["k"]) == SUNK
    assert ground_of_anchor(home, by_name["l"]) == 0.0
    # A room of another floor raises nothing here.
    assert ground_of_anchor(split(HOUSE, up=1.0), Anchor("x", "g", (0.0, 0.0, 1.0), "up")) == 0.0
    mounting = mounting_of(home)
    assert mounting.position[mounting.row["k"], 2] == pytest.approx(1.1 + SUNK)
    assert mounting.height_at(0, (1.0, 1.0)) == pytest.approx(1.1 + SUNK)
    assert mounting.height_at(0, None) == pytest.approx(1.1)
    ranging = ranging_of(PositioningModel.build(home))
    assert ranging.positions[ranging.row["k"], 2] == pytest.approx(1.1 + SUNK)


def test_a_range_is_longer_to_who_stands_deeper() -> None:
    home, place = split(kitchen=-1.5), (2.1, 2.1)
    mounting, grid = mounting_of(home), build_grid(home)
    anchor = mounting.position[mounting.row["l"]]
    told = float(np.linalg.norm(np.array((*place, 1.1 - 1.5)) - anchor))
    there = cells_log_likelihood([Range(0.0, "tag", "l", told, 0.05)], mounting, grid, now=0.0, elapsed=1.0)
    flat = cells_log_likelihood(
        [Range(0.0, "tag", "l", told, 0.05)], mounting_of(FLAT), build_grid(FLAT), now=0.0, elapsed=1.0
    )
    cell = int(np.hypot(*(grid.points - place).T).argmin())
    assert there[cell] - there.max() > flat[cell] - flat.max()


def test_a_reported_place_fits_raised_rooms_of_its_floor_as_well() -> None:
    home = split(HOUSE, up=2.0)
    grid, mounting = build_grid(home), mounting_of(home)
    found = cells_log_likelihood([Fix(0.0, "tag", (4.0, 3.0), 0.5, "u")], mounting, grid, now=0.0, elapsed=1.0)
    best = int(found.argmax())
    assert grid.floor[best] == 1
    plain = cells_log_likelihood(
        [Fix(0.0, "tag", (4.0, 3.0), 0.5, "u")], mounting_of(HOUSE), build_grid(HOUSE), now=0.0, elapsed=1.0
    )
    assert found.max() == pytest.approx(plain.max())


def test_air_pressure_tells_a_sunken_room_from_the_one_beside() -> None:
    """Two rooms on one floor, 1.5 m apart in height, and no signal that tells them apart."""
    home = split(kitchen=0.0, living=-1.5)
    model = PositioningModel.build(home)
    locator = BayesLocator(model, "tag")
    levels = dict.fromkeys(("k", "l", "b1", "b2"), -70.0)

    def pass_time(start: int, seconds: int, difference: float, **heard: float) -> dict[str, float]:
        estimate = None
        for second in range(start, start + seconds):
            locator.measure([Pressure(float(second), "tag", difference)])
            readings = [Observation(float(second), "tag", name, rssi) for name, rssi in {**levels, **heard}.items()]
            estimate = locator.update(float(second), readings, frozenset(levels))
        assert estimate is not None
        return dict(estimate.room_probabilities)

    pass_time(0, 300, 0.0, k=-45.0)
    # Air weighs more further down: 1.5 m are 0.18 hPa.
    down = pass_time(300, 40, 0.18, k=-60.0, l=-60.0)
    up = pass_time(340, 40, 0.0, k=-60.0, l=-60.0)
    assert down["living"] > 3.0 * down["kitchen"]
    assert up["kitchen"] > up["living"]
