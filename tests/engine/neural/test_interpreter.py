"""The integer arithmetic, against the kernels' own rules written out for one number at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.neural.interpreter import Int8Interpreter
from custom_components.indoor_positioning.engine.neural.perceptron import Perceptron
from custom_components.indoor_positioning.engine.neural.quantisation import (
    Quantisation,
    QuantisedLayer,
    QuantisedPerceptron,
    quantise,
    short_scale,
)
from custom_components.indoor_positioning.engine.neural.requantisation import (
    Multiplier,
    largest_sum,
    layer_multipliers,
    requantise,
)
from tests.engine.neural.homes import random_network


def _truncated(numerator: int, denominator: int) -> int:
    """Divide as C does."""
    quotient = abs(numerator) // denominator
    return quotient if numerator >= 0 else -quotient


def _by_the_book(value: int, multiplier: Multiplier) -> int:
    """Return the product as gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT define it."""
    left, right = max(multiplier.shift, 0), max(-multiplier.shift, 0)
    product = (value << left) * multiplier.fraction
    high = _truncated(product + (1 << 30 if product >= 0 else 1 - (1 << 30)), 1 << 31)
    mask = (1 << right) - 1
    return (high >> right) + ((high & mask) > (mask >> 1) + (high < 0))


def _run_slowly(network: QuantisedPerceptron, inputs: list[int]) -> list[int]:
    values = inputs
    for layer in network.layers:
        multipliers = layer_multipliers(layer)
        after = []
        for row, weights in enumerate(layer.weights.tolist()):
            total = int(layer.bias[row])
            total += sum(
                (value - layer.input.zero_point) * weight for value, weight in zip(values, weights, strict=True)
            )
            scaled = _by_the_book(total, multipliers[row % len(multipliers)]) + layer.output.zero_point
            after.append(min(max(scaled, layer.output.zero_point if layer.relu else -128), 127))
        values = after
    return values


@given(st.floats(1e-12, 64.0))
def test_a_multiplier_is_what_it_stands_for(real: float) -> None:
    multiplier = Multiplier.of(real)
    found = multiplier.fraction * 2.0 ** (multiplier.shift - 31)
    assert found == (pytest.approx(real, rel=1e-9) if real >= 2.0**-32 else 0.0)
    assert multiplier.fraction == 0 or 1 << 30 <= multiplier.fraction < 1 << 31


def test_a_multiplier_just_below_a_power_of_two_is_rounded_up_to_it() -> None:
    assert Multiplier.of(math.nextafter(1.0, 0.0)) == Multiplier(1 << 30, 1)


@given(st.integers(-(2**24), 2**24), st.floats(1e-9, 16.0))
def test_requantisation_is_by_the_book(value: int, real: float) -> None:
    multiplier = Multiplier.of(real)
    found = requantise(
        np.array([[value]]),
        np.array([multiplier.fraction], dtype=np.int64),
        np.array([multiplier.shift], dtype=np.int64),
    )
    assert int(found[0, 0]) == _by_the_book(value, multiplier)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(-128, 127), min_size=8, max_size=8))
def test_the_interpreter_is_by_the_book(seed: int, inputs: list[int]) -> None:
    network = random_network(seed)
    assert Int8Interpreter(network)(np.array([inputs], dtype=np.int8)).tolist() == [_run_slowly(network, inputs)]


def test_a_scale_a_row_is_by_the_book_too() -> None:
    rng = np.random.default_rng(4)
    layer = QuantisedLayer(
        weights=rng.integers(-127, 128, (5, 3)).astype(np.int8),
        bias=rng.integers(-4000, 4000, 5).astype(np.int32),
        weight_scales=rng.uniform(0.001, 0.02, 5),
        input=Quantisation(0.01, -5),
        output=Quantisation(0.03, 7),
        relu=True,
    )
    network = QuantisedPerceptron((layer,))
    inputs = rng.integers(-128, 128, (200, 3)).astype(np.int8)
    assert Int8Interpreter(network)(inputs).tolist() == [_run_slowly(network, row) for row in inputs.tolist()]


def test_quantisation_loses_little() -> None:
    rng = np.random.default_rng(0)
    network = Perceptron.random(8, 2, rng).raised(3.0)
    inputs = np.round(rng.random((500, 8)) * 255.0) / 255.0
    coarse = quantise(network, inputs)
    found = coarse.output.real(Int8Interpreter(coarse)((inputs * 255.0 - 128.0).astype(np.int8)))
    spread = np.ptp(network(inputs))
    assert np.abs(found - network(inputs)).mean() < 0.01 * spread
    assert coarse.sizes == (8, 16, 32, 64, 2)


def test_what_lies_below_zero_is_cut_off() -> None:
    network = Perceptron((np.array([[1.0], [-1.0]]),), (np.zeros(2),))
    coarse = quantise(network, np.array([[1.0]]))
    found = coarse.output.real(Int8Interpreter(coarse)(np.array([[127]], dtype=np.int8)))
    assert found == pytest.approx(np.array([[1.0, 0.0]]), abs=1e-3)


def test_a_layer_that_gives_nothing_can_be_quantised() -> None:
    network = Perceptron((np.zeros((2, 3)),), (np.zeros(2),))
    coarse = quantise(network, np.zeros((4, 3)))
    assert coarse.output.real(Int8Interpreter(coarse)(np.full((1, 3), 100, dtype=np.int8))).tolist() == [[0.0, 0.0]]


def test_sums_stay_below_what_32_bits_hold() -> None:
    assert all((largest_sum(layer) < 2**24).all() for layer in random_network(0).layers)


@given(st.floats(1e-5, 1e3), st.floats(1e-5, 1e3))
def test_the_product_of_two_scales_is_exact(one: float, other: float) -> None:
    scales = short_scale(one), short_scale(other)
    assert float(np.float32(scales[0]) * np.float32(scales[1])) == scales[0] * scales[1]
    assert one <= scales[0] <= one * 1.001
