"""Full int8 quantisation: 8-bit weights, activations, inputs and outputs; 32-bit sums.

B. Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR
2018, with one scale for a whole matrix: the kernels for ESP32 that are most in use compute per-row scales wrongly
without an error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import FloatArray
from .perceptron import Perceptron
from .scaling import INPUT_SCALE, INPUT_ZERO_POINT, Int8Array

type Int32Array = NDArray[np.int32]

INT8_MIN, INT8_MAX = -128, 127

# Weights use -127 to 127: symmetric, so that their zero needs no offset.
WEIGHT_MAX = 127

# A layer that gives nothing still needs a scale to divide by.
MIN_SCALE = 1e-6

# Scales have this many binary digits, so that the product of two is exact in float32. TensorFlow Lite multiplies them
# as float32, TensorFlow Lite Micro as double; where that differs, one output in some thousands is a step off.
SCALE_BITS = 12


@dataclass(frozen=True, slots=True)
class Quantisation:
    """A real number is `scale` x (int8 - `zero_point`)."""

    scale: float
    zero_point: int

    @classmethod
    def from_zero(cls, values: FloatArray) -> Quantisation:
        """Return the one whose range is from zero to the largest of `values`."""
        return cls(short_scale(float(values.max()) / (INT8_MAX - INT8_MIN)), INT8_MIN)

    def real(self, values: NDArray[np.integer]) -> FloatArray:
        """Return int8 as real numbers."""
        return np.asarray((values.astype(float) - self.zero_point) * self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class QuantisedLayer:
    """One fully connected layer: `weights` (outputs, inputs) int8, `bias` (outputs,) int32, at scale input x weight.

    `weight_scales` (1,) for the matrix, or (outputs,) where a model trained elsewhere has one a row. With `relu` what
    is below zero becomes zero.
    """

    weights: Int8Array
    bias: Int32Array
    weight_scales: FloatArray
    input: Quantisation
    output: Quantisation
    relu: bool

    @property
    def low(self) -> int:
        """The lowest value that the layer gives."""
        return self.output.zero_point if self.relu else INT8_MIN


@dataclass(frozen=True, slots=True, eq=False)
class QuantisedPerceptron:
    """The layers in the order in which they are applied; each takes what the one before gives."""

    layers: tuple[QuantisedLayer, ...]

    @property
    def input(self) -> Quantisation:
        """How the inputs are to be quantised."""
        return self.layers[0].input

    @property
    def output(self) -> Quantisation:
        """How the outputs are to be read."""
        return self.layers[-1].output

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, of each hidden layer, and of outputs."""
        return (self.layers[0].weights.shape[1], *(layer.weights.shape[0] for layer in self.layers))


def short_scale(least: float) -> float:
    """Return the smallest scale of SCALE_BITS digits that is at least `least`, and at least MIN_SCALE."""
    mantissa, exponent = math.frexp(max(least, MIN_SCALE))
    return math.ldexp(math.ceil(math.ldexp(mantissa, SCALE_BITS)), exponent - SCALE_BITS)


def quantise(network: Perceptron, calibration: FloatArray) -> QuantisedPerceptron:
    """Return the network in int8; `calibration` (n, inputs) shows which values its layers take in use.

    Outputs below zero are cut off, as ReLU does it inside. On purpose: runtimes disagree on how to round sums that lie
    exactly between two steps below zero (TensorFlow Lite's optimised kernels round up, its reference kernels and
    microcontrollers away from zero), and so no such sum ever shows.
    """
    values = network.layers(calibration)
    before = Quantisation(INPUT_SCALE, INPUT_ZERO_POINT)
    layers: list[QuantisedLayer] = []
    last = len(network.weights) - 1
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        after = Quantisation.from_zero(values[index + 1])
        layers.append(_layer(weight, bias, before, after, relu=index != last))
        before = after
    return QuantisedPerceptron(tuple(layers))


def _layer(
    weight: FloatArray, bias: FloatArray, before: Quantisation, after: Quantisation, *, relu: bool
) -> QuantisedLayer:
    scale = short_scale(float(np.abs(weight).max()) / WEIGHT_MAX)
    steps = np.clip(np.rint(weight / scale), -WEIGHT_MAX, WEIGHT_MAX)
    bias_scale = before.scale * scale
    limits = np.iinfo(np.int32)
    return QuantisedLayer(
        weights=steps.astype(np.int8),
        bias=np.clip(np.rint(bias / bias_scale), limits.min, limits.max).astype(np.int32),
        weight_scales=np.array([scale]),
        input=before,
        output=after,
        relu=relu,
    )
