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

# Below this share of the extent the distance is rounded off into its square, so that its gradient has no edge.
SMOOTHING = 0.015


class MixedObjective(Objective):
    """Batches of surveyed and expected rows, all augmented."""

    def __init__(self, levels: FloatArray, wanted: FloatArray, expected: MapRows) -> None:
        """`levels` (n, anchors) in dBm and what the network shall give for them, (n, outputs)."""
        self._levels, self._wanted, self._expected = levels, wanted, expected
        self.outputs = wanted.shape[1]

    def batch(self, size: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        from_map = round(size * MAP_SHARE) if len(self._levels) else size
        levels, cells = self._expected.draw(from_map, rng)
        wanted = self._wanted_at(cells, rng)
        if from_map < size:
            chosen = rng.integers(len(self._levels), size=size - from_map)
            levels = np.concatenate((levels, self._levels[chosen]))
            wanted = np.concatenate((wanted, self._wanted[chosen]))
        return scale_levels(augment(levels, rng)), wanted

    @abstractmethod
    def _wanted_at(self, cells: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return what is wanted of rows in `cells` (n,), shape (n, outputs)."""


class PlaceObjective(MixedObjective):
    """Two outputs, x and y within the extent; the loss is the distance, which a few wrong rows cannot rule."""

    def __init__(self, levels: FloatArray, places: FloatArray, extent: Extent, expected: MapRows) -> None:
        """`places` (n, 2) in metres."""
        super().__init__(levels, extent.scale(places), expected)
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

    def __init__(
        self, levels: FloatArray, spot: NDArray[np.intp], count: int, expected: MapRows, spot_of_cell: IntArray
    ) -> None:
        """`spot` (n,) and `spot_of_cell` (cells,) index the `count` spots."""
        super().__init__(levels, one_hot(spot, count), expected)
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
