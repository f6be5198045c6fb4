"""The proof that one file computes the same everywhere: 100,000 vectors, no difference in any output.

TensorFlow Lite Micro has the kernels that run on microcontrollers; LiteRT without delegates those of its optimised
C++ library. Neither is needed at run time.
"""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro import runtime

from custom_components.indoor_positioning.engine.neural.interpreter import Int8Interpreter
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedLayer, QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent, Int8Array
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from tests.engine.neural.homes import random_network

VECTORS = 100_000


def _file(network: QuantisedPerceptron) -> bytes:
    anchors = tuple(f"anchor {index}" for index in range(network.sizes[0]))
    return write_tflite(TinyModel.of(network, Meaning(Task.PLACE, anchors, "ground", Extent((0.0, 0.0), (5.0, 5.0)))))


def _inputs(network: QuantisedPerceptron, count: int) -> Int8Array:
    return np.random.default_rng(7).integers(-128, 128, (count, network.sizes[0])).astype(np.int8)


def by_litert(file: bytes, inputs: Int8Array, outputs: int) -> Int8Array:
    interpreter = Interpreter(
        model_content=file,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        num_threads=1,
    )
    interpreter.allocate_tensors()
    taken, given = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    found = np.empty((len(inputs), outputs), dtype=np.int8)
    for row, values in enumerate(inputs):
        interpreter.set_tensor(taken, values[None])
        interpreter.invoke()
        found[row] = interpreter.get_tensor(given)
    return found


def by_micro(file: bytes, inputs: Int8Array, outputs: int) -> Int8Array:
    interpreter = runtime.Interpreter.from_bytes(file)
    found = np.empty((len(inputs), outputs), dtype=np.int8)
    for row, values in enumerate(inputs):
        interpreter.set_input(values[None], 0)
        interpreter.invoke()
        found[row] = interpreter.get_output(0)
    return found


@pytest.mark.parametrize("other", [by_litert, by_micro])
def test_every_output_is_the_same(other) -> None:
    network = random_network(11)
    inputs = _inputs(network, VECTORS)
    assert (Int8Interpreter(network)(inputs) == other(_file(network), inputs, 2)).all()


@pytest.mark.parametrize("other", [by_litert, by_micro])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 2), (4, 5), (22, 2), (64, 12)])
def test_homes_of_other_sizes_are_no_different(other, inputs: int, outputs: int) -> None:
    network = random_network(inputs, inputs, outputs)
    vectors = _inputs(network, 2000)
    assert (Int8Interpreter(network)(vectors) == other(_file(network), vectors, outputs)).all()


def test_a_scale_a_row_is_no_different() -> None:
    """Models trained elsewhere have one; of what lies below zero only the kernels of microcontrollers are the same."""
    rng = np.random.default_rng(3)
    layers = tuple(
        QuantisedLayer(
            layer.weights,
            np.rint(layer.bias * 0.7).astype(np.int32),
            (layer.weight_scales * rng.uniform(0.5, 1.5, len(layer.bias))).astype(np.float32).astype(float),
            layer.input,
            layer.output,
            layer.relu,
        )
        for layer in random_network(5).layers
    )
    network = QuantisedPerceptron(layers)
    vectors = _inputs(network, 20_000)
    assert (Int8Interpreter(network)(vectors) == by_micro(_file(network), vectors, 2)).all()
