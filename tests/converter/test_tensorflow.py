"""Our quantiser and reader against TensorFlow's converter: `scripts/test converter` brings it and runs these.

The scales of ours have 12 binary digits, by which they differ from TensorFlow's by up to 1/2048; with that said, all
must be equal.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from tflite_micro import runtime

from custom_components.indoor_positioning.engine.neural import quantisation
from custom_components.indoor_positioning.engine.neural.interpreter import Int8Interpreter
from custom_components.indoor_positioning.engine.neural.perceptron import Perceptron
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron, quantise, short_scale
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_network

PYTHON = os.environ.get("TENSORFLOW_PYTHON")
CONVERT = Path(__file__).parents[2] / "scripts" / "lib" / "tensorflow_convert.py"

pytestmark = pytest.mark.skipif(PYTHON is None, reason="there is no TensorFlow: scripts/test converter brings it")

ANCHORS = 8


def _trained(seed: int) -> tuple[Perceptron, np.ndarray]:
    """Return a network whose outputs lie above zero, and inputs that span their range."""
    rng = np.random.default_rng(seed)
    network = Perceptron.random(ANCHORS, 2, rng)
    network = Perceptron(network.weights, tuple(rng.normal(0.0, 0.2, len(bias)) for bias in network.biases))
    calibration = rng.random((500, ANCHORS)).astype(np.float32).astype(float)
    calibration[0], calibration[1] = 0.0, 1.0
    return network.raised(0.1 - float(network(calibration).min())), calibration


@pytest.fixture(scope="module", params=[0, 1])
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    network, calibration = _trained(request.param)
    folder = tmp_path_factory.mktemp("tensorflow")
    arrays = {"calibration": calibration}
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"weight_{index}": weight, f"bias_{index}": bias}
    np.savez(folder / "network.npz", allow_pickle=False, **arrays)
    done = subprocess.run(
        [str(PYTHON), str(CONVERT), "network.npz", "model.tflite"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    file = (folder / "model.tflite").read_bytes()
    ours, exact = quantise(network, calibration), _with_all_digits(network, calibration)
    return network, ours, file, read_network(file), exact


def _with_all_digits(network: Perceptron, calibration: np.ndarray) -> QuantisedPerceptron:
    """Return the network quantised without cutting the scales to the digits that make products exact."""
    single = network.over(network.parameters.astype(np.float32).astype(float))
    with patch.multiple(quantisation, short_scale=lambda least: least, INPUT_SCALE=1.0 / 255.0):
        return quantise(single, calibration)


def test_scales_are_equal(converted) -> None:
    _, ours, _, theirs, _ = converted
    assert theirs.sizes == ours.sizes
    for one, other in zip(ours.layers, theirs.layers, strict=True):
        assert one.relu == other.relu
        for mine, its in (
            (one.weight_scales[0], other.weight_scales[0]),
            (one.input.scale, other.input.scale),
            (one.output.scale, other.output.scale),
        ):
            assert mine == pytest.approx(its, rel=1.0 / 2048.0)
        assert (one.input.zero_point, one.output.zero_point) == (other.input.zero_point, other.output.zero_point)


def test_with_all_digits_scales_and_weights_are_the_same(converted) -> None:
    _, _, _, theirs, exact = converted
    for one, other in zip(exact.layers, theirs.layers, strict=True):
        assert (one.weights == other.weights).all()
        assert one.weight_scales[0] == pytest.approx(other.weight_scales[0], rel=1e-6)
        assert one.input.scale == pytest.approx(other.input.scale, rel=1e-5)
        # What a layer gives at most, TensorFlow computes in single precision.
        assert one.output.scale == pytest.approx(other.output.scale, rel=1e-5)


def test_weights_are_equal_by_their_own_scales(converted) -> None:
    network, ours, _, theirs, _ = converted
    for weight, one, other in zip(network.weights, ours.layers, theirs.layers, strict=True):
        exact = np.asarray(weight, dtype=np.float32)
        assert (np.rint(exact / np.float32(other.weight_scales[0])) == other.weights).all()
        assert (np.rint(weight / one.weight_scales[0]) == one.weights).all()
        assert np.abs(one.weights.astype(int) - other.weights).max() <= 1
        assert short_scale(other.weight_scales[0]) == pytest.approx(one.weight_scales[0], rel=1.0 / 2048.0)


def test_their_file_computes_here_what_it_does_there(converted) -> None:
    network, ours, file, theirs, _ = converted
    inputs = np.random.default_rng(7).integers(-128, 128, (20_000, ANCHORS)).astype(np.int8)
    away = np.abs(Int8Interpreter(theirs)(inputs).astype(int) - _by_micro(file, inputs, theirs))
    # Scales of 24 digits multiply to another float32 than double; that is why ours have 12.
    assert away.max() <= 1
    assert (away > 0).mean() < 1e-3
    real = network((inputs.astype(float) + 128.0) / 255.0)
    for quantised in (ours, theirs):
        found = quantised.output.real(Int8Interpreter(quantised)(inputs))
        assert np.abs(found - real).mean() < 0.01 * np.ptp(real)


def _by_micro(file: bytes, inputs: np.ndarray, network: QuantisedPerceptron) -> np.ndarray:
    interpreter = runtime.Interpreter.from_bytes(file)
    found = np.empty((len(inputs), network.sizes[-1]), dtype=np.int8)
    for row, values in enumerate(inputs):
        interpreter.set_input(values[None], 0)
        interpreter.invoke()
        found[row] = interpreter.get_output(0)
    return found
