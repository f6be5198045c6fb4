"""The two things that a network can be asked for: a place on one floor, or which room."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from ..geometry import FloatArray
from ..grid import IntArray
from .augmentation import augment
from .map_rows import MapRows
from .perceptron import Perceptron
from .scaling import Extent, scale_levels
from .training import Objective

# How many rows of a batch are drawn from the radio map rather than from the survey. Between a half and all of them the
# error hardly changes; with none it is up to a third larger where the survey is thin.
MAP_SHARE = 0.75

# How many of a batch are drawn from what ordinary use has taught at most, in the place of as many of the map's: the
# survey's share stays as it is. A row of use counts no more than one of the survey (with a quarter of the batch for
# whatever there was, a few labels moved the real flat's error from 0.83 to 0.85 m).
MAX_LEARNT_SHARE = 0.25

# Levels (n, anchors) in dBm, and what a network shall give for them, (n, outputs).
type Rows = tuple[FloatArray, FloatArray]

# Below this share of the extent the distance is rounded off into its square, so that its gradient has no edge.
SMOOTHING = 0.015


class MixedObjective(Objective):
    """Batches of surveyed and expected rows, and of those that use has taught, all augmented."""

    def __init__(self, surveyed: Rows, expected: MapRows, learnt: Rows | None = None) -> None:
        """Without `learnt` rows the map's take their share."""
        self._surveyed, self._expected = surveyed, expected
        self._learnt, self._learnt_share = None, 0.0
        if learnt is not None and len(learnt[0]):
            self._learnt = learnt
            as_surveyed = (1.0 - MAP_SHARE) * len(learnt[0]) / max(len(surveyed[0]), 1)
            self._learnt_share = min(MAX_LEARNT_SHARE, as_surveyed)
        self.outputs = surveyed[1].shape[1]

    def batch(self, size: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        from_map = round(size * MAP_SHARE) if len(self._surveyed[0]) else size
        from_use = round(size * self._learnt_share)
        levels, cells = self._expected.draw(from_map - from_use, rng)
        parts = [(levels, self._wanted_at(cells, rng)), _some(self._surveyed, size - from_map, rng)]
        if self._learnt is not None:
            parts.append(_some(self._learnt, from_use, rng))
        levels = np.concatenate([part[0] for part in parts])
        return scale_levels(augment(levels, rng)), np.concatenate([part[1] for part in parts])

    @abstractmethod
    def _wanted_at(self, cells: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return what is wanted of rows in `cells` (n,), shape (n, outputs)."""


def _some(rows: Rows, count: int, rng: np.random.Generator) -> Rows:
    chosen = rng.integers(len(rows[0]), size=count) if count else np.empty(0, dtype=np.intp)
    return rows[0][chosen], rows[1][chosen]


class PlaceObjective(MixedObjective):
    """Two outputs, x and y within the extent; the loss is the distance, which a few wrong rows cannot rule."""

    def __init__(self, surveyed: Rows, extent: Extent, expected: MapRows, learnt: Rows | None = None) -> None:
        """What is wanted of the rows is their places (n, 2) in metres."""
        scaled = None if learnt is None else (learnt[0], extent.scale(learnt[1]))
        super().__init__((surveyed[0], extent.scale(surveyed[1])), expected, scaled)
        self._extent = extent

    def gradient(self, found: FloatArray, wanted: FloatArray) -> FloatArray:
        away = found - wanted
        distance = np.sqrt((away**2).sum(axis=1, keepdims=True) + SMOOTHING**2)
        return np.asarray(away / distance / len(found))

    def error(self, network: Perceptron, levels: FloatArray, wanted: FloatArray) -> float:
        """Return the mean distance in metres; `wanted` (n, 2) in metres."""
        away = self._extent.places(network(scale_levels(levels))) - wanted
        return float(np.hypot(away[:, 0], away[:, 1]).mean())

    def _wanted_at(self, cells: IntArray, rng: np.random.Generator) -> FloatArray:
        return self._extent.scale(self._expected.places(cells, rng))


class RoomObjective(MixedObjective):
    """One output a spot, the logarithm of its odds; the loss is the cross-entropy."""

    def __init__(self, surveyed: Rows, expected: MapRows, spot_of_cell: IntArray, learnt: Rows | None = None) -> None:
        """What is wanted of the rows is one in the column of their spot; `spot_of_cell` (cells,) is such a column."""
        super().__init__(surveyed, expected, learnt)
        self._spot_of_cell = spot_of_cell

    def gradient(self, found: FloatArray, wanted: FloatArray) -> FloatArray:
        return np.asarray((row_softmax(found) - wanted) / len(found))

    def error(self, network: Perceptron, levels: FloatArray, wanted: FloatArray) -> float:
        """Return the mean cross-entropy; `wanted` (n, spots) is one in the column of the spot."""
        chance = (row_softmax(network(scale_levels(levels))) * wanted).sum(axis=1)
        return float(-np.log(np.maximum(chance, 1e-9)).mean())

    def _wanted_at(self, cells: IntArray, rng: np.random.Generator) -> FloatArray:
        del rng
        return one_hot(self._spot_of_cell[cells], self.outputs)


def row_softmax(logits: FloatArray) -> FloatArray:
    """Return probabilities (n, spots) from log odds (n, spots)."""
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def one_hot(indices: NDArray[np.intp], count: int) -> FloatArray:
    """Return (n, count), one in the column of each index (n,)."""
    return np.asarray(np.eye(count)[indices])
