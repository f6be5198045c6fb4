"""Runs a quantised network in integer arithmetic: what a microcontroller computes, computed here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..geometry import FloatArray
from .quantisation import INT8_MAX, QuantisedLayer, QuantisedPerceptron
from .requantisation import Int64Array, layer_multipliers, requantise
from .scaling import Int8Array


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A layer made ready. Sums stay far below 2^53, so that double precision holds them exactly, and is faster."""

    weights: FloatArray
    bias: FloatArray
    fractions: Int64Array
    shifts: Int64Array
    zero_point: int
    low: int


class Int8Interpreter:
    """The reference engine; equal to TensorFlow Lite Micro's to the bit."""

    def __init__(self, network: QuantisedPerceptron) -> None:
        """Prepare a network."""
        self._steps = tuple(_prepared(layer) for layer in network.layers)

    def __call__(self, inputs: Int8Array) -> Int8Array:
        """Return the outputs (n, outputs) for `inputs` (n, inputs)."""
        values = inputs.astype(float)
        for step in self._steps:
            sums = values @ step.weights + step.bias
            scaled = requantise(sums.astype(np.int64), step.fractions, step.shifts)
            values = np.clip(scaled + step.zero_point, step.low, INT8_MAX).astype(float)
        return values.astype(np.int8)


def _prepared(layer: QuantisedLayer) -> _Step:
    multipliers = layer_multipliers(layer)
    weights = layer.weights.astype(float).T
    return _Step(
        weights=np.ascontiguousarray(weights),
        # What the input's zero point adds is the same every time.
        bias=layer.bias - layer.input.zero_point * weights.sum(axis=0),
        fractions=np.array([one.fraction for one in multipliers], dtype=np.int64),
        shifts=np.array([one.shift for one in multipliers], dtype=np.int64),
        zero_point=layer.output.zero_point,
        low=layer.low,
    )
