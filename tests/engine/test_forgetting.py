"""Old evidence fades towards anywhere; belief stays a distribution, and what is not of a place stays known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.forgetting import MEMORY_S, forget
from custom_components.indoor_positioning.engine.motion import MODES, RESTING, WALKING, FloatArray32

CELLS, OFFSETS = 40, 5
ANYWHERE = np.full(CELLS, 1.0 / CELLS, dtype=np.float32)


def _belief(seed: int, sharpness: int = 7) -> FloatArray32:
    raw = np.maximum(np.random.default_rng(seed).normal(size=(MODES, CELLS, OFFSETS)) ** sharpness, 0.0)
    return np.asarray(raw / raw.sum(), dtype=np.float32)


def _entropy(belief: FloatArray32) -> float:
    cells = belief.sum(axis=(0, 2), dtype=float)
    cells = cells[cells > 0.0] / cells.sum()
    return float(-(cells * np.log(cells)).sum())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), elapsed=st.floats(0.0, 1e6))
def test_what_fades_stays_a_distribution(seed: int, elapsed: float) -> None:
    faded = forget(_belief(seed), elapsed, ANYWHERE)
    assert np.isfinite(faded).all()
    assert (faded >= 0.0).all()
    assert faded.sum(dtype=float) == pytest.approx(1.0, abs=1e-4)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), elapsed=st.floats(0.0, 60.0))
def test_fading_keeps_the_mode_and_the_power_in_each_cell(seed: int, elapsed: float) -> None:
    belief = _belief(seed, sharpness=3)
    faded = forget(belief, elapsed, ANYWHERE)
    assert faded.sum(axis=(1, 2)) == pytest.approx(belief.sum(axis=(1, 2)), abs=1e-4)
    before = belief / np.maximum(belief.sum(axis=2, keepdims=True), 1e-30)
    after = faded / np.maximum(faded.sum(axis=2, keepdims=True), 1e-30)
    believed = belief.sum(axis=2) > 1e-6
    assert after[believed] == pytest.approx(before[believed], abs=1e-3)


def test_no_time_forgets_nothing() -> None:
    belief = _belief(0)
    assert forget(belief, 0.0, ANYWHERE) == pytest.approx(belief, abs=1e-6)


def test_the_longer_the_fainter() -> None:
    belief = _belief(1)
    spread = [_entropy(forget(belief, elapsed, ANYWHERE)) for elapsed in (0.0, 1.0, 5.0, 20.0, 200.0)]
    assert spread == sorted(spread)
    assert spread[-1] > spread[0] + 0.1


def test_after_a_long_time_only_anywhere_is_left() -> None:
    belief = np.asarray(_belief(2) + 1e-5, dtype=np.float32)
    anywhere = np.linspace(1.0, 2.0, CELLS).astype(np.float32)
    anywhere /= anywhere.sum()
    faded = forget(belief, 1e4, anywhere)
    assert faded.sum(axis=(0, 2)) == pytest.approx(anywhere, rel=1e-2)


def test_evidence_of_a_walk_is_forgotten_faster() -> None:
    assert MEMORY_S[WALKING] < MEMORY_S[RESTING]
    belief = np.full((MODES, CELLS, OFFSETS), 1e-4, dtype=np.float32)
    belief[:, 7] = 0.1
    belief /= belief.sum()
    faded = forget(belief, 3.0, ANYWHERE)
    assert faded[WALKING, 7].sum() < faded[RESTING, 7].sum() < belief[RESTING, 7].sum()
    # Within one memory time the log of the odds falls to 1/e.
    memory = forget(belief, MEMORY_S[RESTING], ANYWHERE)[RESTING].sum(axis=1)
    odds = np.log(belief[RESTING, 7].sum() / belief[RESTING, 8].sum())
    assert np.log(memory[7] / memory[8]) == pytest.approx(odds / np.e, rel=1e-3)


def test_what_was_impossible_is_so_no_longer() -> None:
    belief = np.zeros((MODES, CELLS, OFFSETS), dtype=np.float32)
    belief[:, 3, 2] = 0.5
    faded = forget(belief, 5.0, ANYWHERE)
    # A cell with no belief at all has no power either; motion and jumps refill it.
    assert faded.sum(dtype=float) == pytest.approx(1.0)
    assert np.isfinite(faded).all()
