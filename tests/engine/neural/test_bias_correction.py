from __future__ import annotations

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.neural.bias_correction import correct_biases
from custom_components.indoor_positioning.engine.neural.interpreter import Int8Interpreter
from custom_components.indoor_positioning.engine.neural.perceptron import Perceptron
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron, quantise
from custom_components.indoor_positioning.engine.neural.scaling import quantise_shares


def _shift(coarse: QuantisedPerceptron, exact: Perceptron, inputs: np.ndarray) -> np.ndarray:
    found = coarse.output.real(Int8Interpreter(coarse)(quantise_shares(inputs)))
    return np.asarray(np.abs((found - exact(inputs)).mean(axis=0)) / np.ptp(exact(inputs)))


@pytest.mark.parametrize("seed", range(5))
def test_the_steady_error_goes_and_weights_and_scales_stay(seed: int) -> None:
    rng = np.random.default_rng(seed)
    exact = Perceptron.random(8, 2, rng).raised(3.0)
    calibration, others = rng.random((2000, 8)), rng.random((2000, 8))
    before = quantise(exact, calibration)
    after = correct_biases(before, exact, calibration)
    assert (_shift(after, exact, others) < 1e-3).all()
    assert _shift(after, exact, others).max() < _shift(before, exact, others).max()
    for one, other in zip(before.layers, after.layers, strict=True):
        assert (one.weights == other.weights).all()
        assert (one.weight_scales == other.weight_scales).all()
        assert (one.input, one.output, one.relu) == (other.input, other.output, other.relu)


def test_an_output_that_is_never_above_zero_is_left_alone() -> None:
    rng = np.random.default_rng(1)
    exact = Perceptron.random(4, 2, rng).raised(-100.0)
    calibration = rng.random((100, 4))
    before = quantise(exact, calibration)
    assert (correct_biases(before, exact, calibration).layers[-1].bias == before.layers[-1].bias).all()
