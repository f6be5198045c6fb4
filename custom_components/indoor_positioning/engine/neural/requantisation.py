"""From 32-bit sums back to 8 bits, bit for bit as TensorFlow Lite's and TensorFlow Lite Micro's kernels do it.

A real multiplier becomes a 31-bit fraction and a shift. The product is rounded twice, first by the doubling high
multiplication and then by the shift (gemmlowp, github.com/google/gemmlowp, fixedpoint.h).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..geometry import FloatArray
from .quantisation import QuantisedLayer

type Int64Array = NDArray[np.int64]

FRACTION_BITS = 31
INT32_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Multiplier:
    """`fraction` x 2^(`shift` - 31); the fraction is 0 or lies in [2^30, 2^31)."""

    fraction: int
    shift: int

    @classmethod
    def of(cls, real: float) -> Multiplier:
        """Return the multiplier nearest to a number >= 0."""
        mantissa, shift = math.frexp(real)
        # Half steps away from zero, as C's round() does.
        fraction = math.floor(mantissa * (1 << FRACTION_BITS) + 0.5)
        if fraction == 1 << FRACTION_BITS:
            fraction //= 2
            shift += 1
        if shift < -FRACTION_BITS:
            return cls(0, 0)
        return cls(fraction, shift)


def layer_multipliers(layer: QuantisedLayer) -> tuple[Multiplier, ...]:
    """Return a layer's multipliers, one for the matrix or one a row.

    For one scale TensorFlow Lite multiplies input and weight scale as float32, for one a row as double; TensorFlow Lite
    Micro always as double, which makes no difference to the scales of our own models.
    """
    scales = layer.weight_scales
    if len(scales) == 1:
        product = float(np.float32(layer.input.scale) * np.float32(scales[0]))
        return (Multiplier.of(product / layer.output.scale),)
    return tuple(Multiplier.of(layer.input.scale * float(scale) / layer.output.scale) for scale in scales)


def requantise(sums: Int64Array, fractions: Int64Array, shifts: Int64Array) -> Int64Array:
    """Return sums (n, outputs) times their multipliers (1,) or (outputs,), rounded.

    The sums, shifted left where the shift is positive, must fit into 32 bits.
    """
    left, right = np.maximum(shifts, 0), np.maximum(-shifts, 0)
    product = (sums << left) * fractions
    nudge = np.where(product >= 0, 1 << (FRACTION_BITS - 1), 1 - (1 << (FRACTION_BITS - 1)))
    nudged = product + nudge
    # C divides towards zero, numpy downwards.
    high = np.where(nudged >= 0, nudged >> FRACTION_BITS, -(-nudged >> FRACTION_BITS))
    mask = (np.int64(1) << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return np.asarray((high >> right) + ((high & mask) > threshold), dtype=np.int64)


def largest_sum(layer: QuantisedLayer) -> FloatArray:
    """Return what the sums of a layer can reach at most in absolute value, shape (outputs,)."""
    reach = max(127 - layer.input.zero_point, layer.input.zero_point + 128)
    return np.asarray(np.abs(layer.weights.astype(float)).sum(axis=1) * reach + np.abs(layer.bias.astype(float)))
