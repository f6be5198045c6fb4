"""Belief travels between models as places and rooms."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.belief import (
    RECALL_DOUBT,
    SNAPSHOT_CELLS,
    carry_over,
    describe,
    matching_cells,
    recall,
)
from custom_components.indoor_positioning.engine.geometry import rectangle
from custom_components.indoor_positioning.engine.home import Floor, Home
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.motion import MODES, FloatArray32
from tests.engine.small_home import FLAT, HOUSE, ROOMS_ONLY

OFFSETS = np.array([-4.0, 0.0, 4.0])
DRAWN, UNDRAWN = PositioningModel.build(FLAT), PositioningModel.build(ROOMS_ONLY)
SHIFTED = PositioningModel.build(
    replace(FLAT, rooms=(*FLAT.rooms[:2], replace(FLAT.rooms[2], outline=rectangle(0.0, 4.0, 9.3, 3.2))))
)
EMPTY = PositioningModel.build(Home(rooms=(), anchors=()))


def _prior(model: PositioningModel) -> FloatArray32:
    power = np.array([0.25, 0.5, 0.25])
    return np.asarray(np.multiply.outer([0.5, 0.5], np.multiply.outer(model.motion.anywhere, power)), dtype=np.float32)


def _belief(model: PositioningModel, seed: int, sharpness: int = 9) -> FloatArray32:
    raw = np.random.default_rng(seed).random((MODES, len(model.grid), len(OFFSETS))) ** sharpness
    return np.asarray(raw / max(raw.sum(), 1e-30), dtype=np.float32)


def _rooms(model: PositioningModel, belief: FloatArray32) -> dict[str, float]:
    cells = belief.sum(axis=(0, 2))
    return {room.id: float(cells[model.grid.room == index].sum()) for index, room in enumerate(model.home.rooms)}


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**31),
    st.sampled_from([(DRAWN, UNDRAWN), (UNDRAWN, DRAWN), (DRAWN, SHIFTED), (SHIFTED, UNDRAWN), (EMPTY, DRAWN)]),
)
def test_belief_is_neither_made_nor_lost_on_the_way(
    seed: int, models: tuple[PositioningModel, PositioningModel]
) -> None:
    before, after = models
    carried = carry_over(_belief(before, seed), before, after, _prior(after))
    assert carried.shape == (MODES, len(after.grid), len(OFFSETS))
    assert np.isfinite(carried).all()
    assert (carried >= 0.0).all()
    assert carried.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("before", "after"), [(DRAWN, UNDRAWN), (DRAWN, SHIFTED), (UNDRAWN, DRAWN)])
def test_rooms_mode_and_power_are_kept(before: PositioningModel, after: PositioningModel) -> None:
    belief = _belief(before, 3)
    carried = carry_over(belief, before, after, _prior(after))
    assert _rooms(after, carried) == pytest.approx(_rooms(before, belief), abs=0.05)
    assert carried.sum(axis=(1, 2)) == pytest.approx(belief.sum(axis=(1, 2)), abs=0.02)
    assert carried.sum(axis=(0, 1)) == pytest.approx(belief.sum(axis=(0, 1)), abs=0.02)


def test_every_place_stays_reachable() -> None:
    belief = np.zeros((MODES, len(DRAWN.grid), len(OFFSETS)), dtype=np.float32)
    belief[:, 0, 1] = 0.5
    carried = carry_over(belief, DRAWN, SHIFTED, _prior(SHIFTED))
    assert (carried.sum(axis=(0, 2)) > 0.0).all()


def test_belief_without_any_place_left_starts_anew() -> None:
    elsewhere = PositioningModel.build(
        Home(rooms=(replace(FLAT.rooms[0], id="new", floor="9", outline=None),), anchors=(), floors=(Floor("9", "9"),))
    )
    prior = _prior(elsewhere)
    assert carry_over(_belief(DRAWN, 1), DRAWN, elsewhere, prior) is prior
    assert carry_over(_belief(DRAWN, 1), DRAWN, EMPTY, _prior(EMPTY)).shape == (MODES, 0, len(OFFSETS))


def test_cells_are_matched_by_place_then_room() -> None:
    same = PositioningModel.build(FLAT)
    assert (matching_cells(DRAWN, same) == np.arange(len(DRAWN.grid))).all()
    to_rooms = matching_cells(DRAWN, UNDRAWN)
    assert (UNDRAWN.grid.room[to_rooms] == DRAWN.grid.room).all()
    to_plan = matching_cells(UNDRAWN, DRAWN)
    assert (DRAWN.grid.room[to_plan] == UNDRAWN.grid.room).all()
    none = matching_cells(DRAWN, PositioningModel.build(HOUSE))
    assert (none == -1).all()


@pytest.mark.parametrize("model", [DRAWN, UNDRAWN])
def test_a_snapshot_is_recalled_through_json(model: PositioningModel) -> None:
    belief = _belief(model, 5, sharpness=60)
    stored = json.loads(json.dumps(describe(belief, model, OFFSETS)))
    assert len(stored["places"]) <= SNAPSHOT_CELLS
    recalled = recall(stored, model, OFFSETS, _prior(model))
    assert recalled.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)
    before, after = belief.sum(axis=(0, 2)), recalled.sum(axis=(0, 2))
    assert after.argmax() == before.argmax()
    assert 0.5 * np.abs(after - before).sum() < RECALL_DOUBT + 0.15
    assert recalled.sum(axis=(0, 1)) == pytest.approx(belief.sum(axis=(0, 1)), abs=0.1)


def test_a_snapshot_of_a_plan_serves_without_one_and_back() -> None:
    belief = np.zeros((MODES, len(DRAWN.grid), len(OFFSETS)), dtype=np.float32)
    belief[:, np.flatnonzero(DRAWN.grid.room == 1)[7], 1] = 0.5
    stored = describe(belief, DRAWN, OFFSETS)
    assert _rooms(UNDRAWN, recall(stored, UNDRAWN, OFFSETS, _prior(UNDRAWN)))["living"] > 0.9
    undrawn = np.zeros((MODES, 3, len(OFFSETS)), dtype=np.float32)
    undrawn[:, 1, 1] = 0.5
    back = recall(describe(undrawn, UNDRAWN, OFFSETS), DRAWN, OFFSETS, _prior(DRAWN))
    assert _rooms(DRAWN, back)["living"] > 0.9


def test_other_power_steps_are_interpolated() -> None:
    belief = _belief(DRAWN, 5)
    finer = np.arange(-4.0, 4.1, 1.0, dtype=np.float64)
    prior = np.repeat(_prior(DRAWN)[:, :, :1], len(finer), axis=2)
    recalled = recall(describe(belief, DRAWN, OFFSETS), DRAWN, finer, np.asarray(prior / prior.sum(), dtype=np.float32))
    assert recalled.shape == (MODES, len(DRAWN.grid), len(finer))
    assert recalled.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("chances", "power"),
    [
        ([1.0], [[0.0, -85.0], [0.0, 46.0]]),
        ([1.0], [[-4.0, -1.0], [4.0, -1.0]]),
        ([1.0], [[-4.0, float("nan")], [4.0, 1.0]]),
        ([1.0], [[-4.0, 1e308], [4.0, 1e308]]),
        ([1e308, 1e308], [[-4.0, 0.5], [4.0, 0.5]]),
        ([-1.0], [[-4.0, 0.5], [4.0, 0.5]]),
    ],
)
def test_chances_that_are_none_leave_a_distribution(chances: list[float], power: list[list[float]]) -> None:
    places = [["0", "kitchen", None, chance] for chance in chances]
    with np.errstate(over="ignore"):
        recalled = recall({"places": places, "power": power}, DRAWN, OFFSETS, _prior(DRAWN))
    assert (recalled >= 0.0).all()
    assert recalled.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(json_values, st.lists(st.tuples(json_values, json_values, json_values, json_values), max_size=3)),
    st.one_of(json_values, st.lists(st.lists(json_values, min_size=2, max_size=2), max_size=3)),
)
def test_whatever_was_stored_leaves_a_distribution(places: object, power: object) -> None:
    with np.errstate(all="ignore"):
        recalled = recall({"places": places, "power": power}, DRAWN, OFFSETS, _prior(DRAWN))
    assert np.isfinite(recalled).all()
    assert recalled.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["0", "9"]),
            st.sampled_from(["kitchen", "cellar", None]),
            st.one_of(st.none(), st.tuples(st.floats(), st.floats())),
            st.floats(),
        ),
        max_size=4,
    ),
    st.lists(st.tuples(st.floats(), st.floats()), max_size=4),
)
def test_whatever_numbers_were_stored_leave_a_distribution(
    places: list[tuple[object, ...]], power: list[tuple[float, float]]
) -> None:
    with np.errstate(all="ignore"):
        recalled = recall({"places": places, "power": power}, DRAWN, OFFSETS, _prior(DRAWN))
    assert np.isfinite(recalled).all()
    assert recalled.sum(dtype=float) == pytest.approx(1.0, abs=1e-3)
