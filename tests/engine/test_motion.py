"""Belief spreads at walking speed, around walls and over stairs, and none of it is ever made or lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.geometry import FloatArray, rectangle
from custom_components.indoor_positioning.engine.grid import Grid, build_grid
from custom_components.indoor_positioning.engine.home import Door, Floor, Home, Room, Stairs, Wall
from custom_components.indoor_positioning.engine.motion import (
    JUMP_RATE_HZ,
    MAX_STRETCH_S,
    MODES,
    RESTING,
    RESTING_CREEP,
    RESTING_DWELL_S,
    WALKING,
    WALKING_DWELL_S,
    FloatArray32,
    MotionModel,
    build_motion,
)
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

OFFSETS = 3
HOMES = {
    "flat": FLAT,
    "house": HOUSE,
    "undrawn": ROOMS_ONLY,
    "one undrawn room": replace(ROOMS_ONLY, rooms=ROOMS_ONLY.rooms[:1]),
    "half drawn": replace(FLAT, rooms=(FLAT.rooms[0], *ROOMS_ONLY.rooms[1:])),
    "open hall": Home(rooms=(Room("hall", "Hall", "0", rectangle(0, 0, 8, 8)),), anchors=(), floors=(Floor("0", "0"),)),
    "crowded stairs": replace(HOUSE, stairs=HOUSE.stairs * 5),
}
GRIDS = {name: build_grid(home) for name, home in HOMES.items()}
MODELS = {name: build_motion(HOMES[name], GRIDS[name]) for name in HOMES}


def _nearest(grid: Grid, x: float, y: float, floor: int = 0) -> int:
    on_floor = np.flatnonzero((grid.floor == floor) & grid.placed)
    return int(on_floor[np.argmin(((grid.points[on_floor] - (x, y)) ** 2).sum(axis=1))])


def _at(cells: int, cell: int, *, mode: int = WALKING) -> FloatArray32:
    belief = np.zeros((MODES, cells, OFFSETS), dtype=np.float32)
    belief[mode, cell, 1] = 1.0
    return belief


def _walk(model: MotionModel, belief: FloatArray32, seconds: int) -> FloatArray:
    for _ in range(seconds):
        belief = model.spread(belief, 1.0)
    cells: FloatArray = belief.sum(axis=(0, 2), dtype=float)
    return cells


@pytest.mark.parametrize("name", HOMES)
def test_a_step_is_a_markov_chain(name: str) -> None:
    model = MODELS[name]
    given_away = np.zeros(len(model.source))
    np.add.at(given_away, model.source.ravel(), model.weight.ravel())
    assert given_away == pytest.approx(1.0, abs=1e-5)
    assert (model.weight >= 0.0).all()
    assert model.anywhere.sum() == pytest.approx(1.0, abs=1e-5)
    assert (model.anywhere > 0.0).all()


@pytest.mark.parametrize("name", HOMES)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), elapsed=st.one_of(st.floats(0.0, 40.0), st.sampled_from([0.0, 1e-9, 1e9, -5.0])))
def test_spreading_neither_makes_nor_loses_belief(name: str, seed: int, elapsed: float) -> None:
    model = MODELS[name]
    rng = np.random.default_rng(seed)
    # Most of it in few places, and some exactly nowhere: what a sharp belief looks like.
    belief = np.maximum(rng.normal(size=(MODES, len(model.source), OFFSETS)) ** 7, 0.0).astype(np.float32) + 1e-30
    belief /= belief.sum()
    spread = model.spread(belief.astype(np.float32), elapsed)
    assert np.isfinite(spread).all()
    assert (spread >= 0.0).all()
    assert spread.sum(dtype=float) == pytest.approx(1.0, abs=1e-4)
    # A beacon's power is not changed by walking.
    assert spread.sum(axis=(0, 1)) == pytest.approx(belief.sum(axis=(0, 1)), abs=1e-4)


@pytest.mark.parametrize("name", HOMES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), elapsed=st.floats(0.01, 20.0))
def test_the_fast_computation_equals_the_plain_chain(name: str, seed: int, elapsed: float) -> None:
    model = MODELS[name]
    count = len(model.source)
    step = np.zeros((count, count))
    np.add.at(step, (np.repeat(np.arange(count), model.source.shape[1]), model.source.ravel()), model.weight.ravel())
    belief = np.maximum(np.random.default_rng(seed).normal(size=(MODES, count, OFFSETS)), 0.0) ** 5
    # One power in which nobody believes, as after minutes of evidence.
    belief[:, :, 0] *= 1e-12
    # In a home of one cell all the others may be zero too; a belief is never nothing at all.
    belief[RESTING, 0, -1] += 1e-6
    belief /= belief.sum()
    leave, settle = 1.0 / RESTING_DWELL_S, 1.0 / WALKING_DWELL_S
    decay = 1.0 - np.exp(-(leave + settle) * elapsed)
    off, on = leave / (leave + settle) * decay, settle / (leave + settle) * decay
    resting = (1.0 - off) * belief[RESTING] + on * belief[WALKING]
    walking = off * belief[RESTING] + (1.0 - on) * belief[WALKING]
    share = min(1.0, elapsed / model.step)
    for _ in range(max(1, round(elapsed / model.step))):
        walking = (1.0 - share) * walking + share * (step @ walking)
    creep = min(RESTING_CREEP * elapsed / model.step, 0.5)
    resting = (1.0 - creep) * resting + creep * (step @ resting)
    jump = -np.expm1(-JUMP_RATE_HZ * elapsed)
    plain = np.stack((resting, walking))
    plain = (1.0 - jump) * plain + jump * model.anywhere[:, None] * plain.sum(axis=1, keepdims=True)
    fast = model.spread(belief.astype(np.float32), elapsed)
    assert np.abs(fast - plain).sum() < 2e-5


def test_no_time_changes_nothing() -> None:
    belief = _at(len(GRIDS["flat"]), 0)
    assert (MODELS["flat"].spread(belief, 0.0) == belief).all()
    assert (MODELS["flat"].spread(belief, -3.0) == belief).all()


def test_belief_is_not_stepped_through_a_long_night() -> None:
    model, belief = MODELS["flat"], _at(len(GRIDS["flat"]), 0)
    assert (model.spread(belief, 1e6) == model.spread(belief, MAX_STRETCH_S)).all()


def test_a_walker_spreads_at_walking_speed_and_alike_to_all_sides() -> None:
    grid, model = GRIDS["open hall"], MODELS["open hall"]
    start = _nearest(grid, 4.0, 4.0)
    for elapsed in (0.5, 1.0, 2.0):
        walking = model.spread(_at(len(grid), start), elapsed)[WALKING].sum(axis=1)
        off = grid.points - grid.points[start]
        covariance = (off * (walking / walking.sum())[:, None]).T @ off
        rms = float(np.sqrt(np.trace(covariance)))
        # Never faster than one cell a step to every side, never slower than a stroll with turns.
        assert 0.5 * elapsed < rms < 0.6 * (elapsed / model.step + 0.5)
        assert covariance[0, 0] == pytest.approx(covariance[1, 1], rel=0.05)
        assert abs(covariance[0, 1]) < 0.05 * covariance[0, 0]


@pytest.mark.parametrize("parts", [2, 4, 10, 100])
def test_a_walker_goes_no_faster_when_asked_more_often(parts: int) -> None:
    grid, model = GRIDS["open hall"], MODELS["open hall"]
    start = _nearest(grid, 4.0, 4.0)
    away = ((grid.points - grid.points[start]) ** 2).sum(axis=1)
    belief = _at(len(grid), start)
    at_once = model.spread(belief, 1.0)
    for _ in range(parts):
        belief = model.spread(belief, 1.0 / parts)
    ratio = np.sqrt((belief[WALKING].sum(axis=1) @ away) / (at_once[WALKING].sum(axis=1) @ away))
    # A second is 2.4 steps, asked for at once it is 2.
    assert ratio == pytest.approx(1.0, abs=0.15)


def test_a_resting_beacon_stays() -> None:
    grid, model = GRIDS["open hall"], MODELS["open hall"]
    start = _nearest(grid, 4.0, 4.0)
    still = model.spread(_at(len(grid), start, mode=RESTING), 1.0)
    going = model.spread(_at(len(grid), start, mode=WALKING), 1.0)
    assert still[:, start].sum() > 0.85  # it creeps by a tenth of a cell a second
    assert still[:, start].sum() > 2.0 * going[:, start].sum()


def test_modes_settle_at_their_dwells() -> None:
    model, belief = MODELS["flat"], _at(len(GRIDS["flat"]), 0)
    for _ in range(20):
        belief = model.spread(belief, 30.0)
    share = WALKING_DWELL_S / (WALKING_DWELL_S + RESTING_DWELL_S)
    assert belief[WALKING].sum() == pytest.approx(share, abs=0.01)


def test_a_walk_ends_and_begins_within_its_dwell() -> None:
    model, count = MODELS["flat"], len(GRIDS["flat"])
    assert 0.3 < model.spread(_at(count, 0), WALKING_DWELL_S)[WALKING].sum() < 0.5
    assert model.spread(_at(count, 0, mode=RESTING), 1.0)[WALKING].sum() == pytest.approx(1 / RESTING_DWELL_S, rel=0.2)


def test_walls_block_but_do_not_seal() -> None:
    walled = replace(FLAT, doors=())
    grid = build_grid(walled)
    start, beyond = _nearest(grid, 3.75, 2.0), grid.room == 1
    shut = _walk(build_motion(walled, grid), _at(len(grid), start), 5)[beyond].sum()
    opened = _walk(MODELS["flat"], _at(len(GRIDS["flat"]), start), 5)[beyond].sum()
    no_walls = replace(FLAT, rooms=(Room("all", "All", "0", rectangle(0.0, 0.0, 9.0, 7.0)),), doors=())
    free_grid = build_grid(no_walls)
    free_start = _nearest(free_grid, 3.75, 2.0)
    east = (free_grid.points[:, 0] > 4.0) & (free_grid.points[:, 1] < 4.0)
    free = _walk(build_motion(no_walls, free_grid), _at(len(free_grid), free_start), 5)[east].sum()
    jumped = 1.0 - np.exp(-5.0 * JUMP_RATE_HZ)
    assert jumped < shut < 0.5 * opened
    assert opened <= free + 0.01


def test_a_wall_beside_the_rooms_outlines_blocks_too() -> None:
    hall = HOMES["open hall"]
    parted = replace(hall, walls=(Wall("0", (4.0, 0.0), (4.0, 8.0)),))
    door = replace(parted, doors=(Door("0", (4.0, 3.5), (4.0, 4.5)),))
    beyond = {}
    for name, home in (("open", hall), ("parted", parted), ("door", door)):
        grid = build_grid(home)
        cells = _walk(build_motion(home, grid), _at(len(grid), _nearest(grid, 3.25, 4.25)), 6)
        beyond[name] = cells[grid.points[:, 0] > 4.0].sum()
    assert beyond["parted"] < beyond["door"] < beyond["open"]


def test_stairs_link_floors() -> None:
    grid = GRIDS["house"]
    foot = _nearest(grid, 4.0, 3.0, floor=0)
    upstairs = grid.floor == 1
    with_stairs = _walk(MODELS["house"], _at(len(grid), foot), 5)[upstairs].sum()
    without = _walk(build_motion(replace(HOUSE, stairs=()), grid), _at(len(grid), foot), 5)[upstairs].sum()
    assert without < 1.0 - np.exp(-5.0 * JUMP_RATE_HZ)
    assert with_stairs > 5.0 * without
    head = _nearest(grid, 4.0, 3.0, floor=1)
    assert _walk(MODELS["house"], _at(len(grid), head), 5)[~upstairs].sum() == pytest.approx(with_stairs, rel=0.05)


@pytest.mark.parametrize(
    "stairs",
    [
        Stairs("g", "attic", rectangle(3, 2, 2, 2)),
        Stairs("cellar", "u", rectangle(3, 2, 2, 2)),
        Stairs("g", "u", rectangle(100, 100, 2, 2)),
    ],
)
def test_stairs_that_lead_nowhere_are_passed_over(stairs: Stairs) -> None:
    grid = GRIDS["house"]
    model = build_motion(replace(HOUSE, stairs=(stairs,)), grid)
    plain = build_motion(replace(HOUSE, stairs=()), grid)
    assert (model.source == plain.source).all()
    assert (model.weight == plain.weight).all()


def test_undrawn_rooms_are_linked_with_each_other_more_on_one_floor() -> None:
    home = Home(
        rooms=(Room("a", "A", "g"), Room("b", "B", "g"), Room("c", "C", "u")),
        anchors=(),
        floors=(Floor("g", "G"), Floor("u", "U", 1, 2.7)),
    )
    grid = build_grid(home)
    cells = _walk(build_motion(home, grid), _at(3, int(np.flatnonzero(grid.room == 0)[0])), 3)
    by_room = {home.rooms[grid.room[cell]].id: cells[cell] for cell in range(3)}
    assert by_room["a"] > by_room["b"] > by_room["c"] > 0.0


def test_a_jump_may_land_in_every_room() -> None:
    anywhere, grid = MODELS["flat"].anywhere, GRIDS["flat"]
    by_room = np.bincount(grid.room, weights=anywhere)
    sizes = np.bincount(grid.room)
    # Between "every room alike" and "every square metre alike".
    assert (by_room > 0.25).all()
    assert by_room.argmax() == sizes.argmax()
    assert by_room.max() / by_room.min() < sizes.max() / sizes.min()


def test_a_home_without_cells_has_a_motion_model_without_cells() -> None:
    empty = Home(rooms=(), anchors=())
    model = build_motion(empty, build_grid(empty))
    nothing = np.zeros((MODES, 0, OFFSETS), dtype=np.float32)
    assert model.spread(nothing, 5.0).shape == nothing.shape
