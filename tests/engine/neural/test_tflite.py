"""The file format: what we write reads back, and others read it too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedLayer, QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_network, read_tflite
from custom_components.indoor_positioning.engine.neural.tflite_schema import (
    OP_NAMES,
    Activation,
    DenseSlot,
    GraphSlot,
    ModelSlot,
    OperatorSlot,
    TensorSlot,
    TensorType,
)
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from tests.engine.neural.homes import random_network
from tests.engine.neural.tflite_files import ANCHORS, FILE, INPUTS, MODEL, PLACE, edited, is_same

ROOMS = Meaning(Task.ROOM, ANCHORS, spots=(("ground", "kitchen"), ("ground", None), ("upper", "bedroom")))


@pytest.mark.parametrize("meaning", [PLACE, ROOMS], ids=["place", "rooms"])
def test_a_model_reads_back(meaning: Meaning) -> None:
    outputs = 2 if meaning is PLACE else 3
    model = TinyModel.of(random_network(2, outputs=outputs), meaning)
    again = read_tflite(write_tflite(model))
    assert is_same(again.network, model.network)
    assert again.meaning.anchors == meaning.anchors
    assert (again.meaning.task, again.meaning.floor, again.meaning.extent) == (
        meaning.task,
        meaning.floor,
        meaning.extent,
    )
    assert again.meaning.spots == meaning.spots
    assert (again.run(INPUTS) == model.run(INPUTS)).all()
    assert write_tflite(again) == write_tflite(model)


def test_it_is_small() -> None:
    assert len(FILE) < 7_000
    assert (
        len(
            write_tflite(
                TinyModel.of(
                    random_network(3, inputs=64), Meaning(Task.PLACE, tuple(map(str, range(64))), "g", PLACE.extent)
                )
            )
        )
        < 70_000
    )


def test_the_official_classes_read_what_we_write() -> None:
    model = schema.ModelT.InitFromPackedBuf(FILE, 0)
    graph = model.subgraphs[0]
    assert model.version == 3
    assert [model.operatorCodes[op.opcodeIndex].builtinCode for op in graph.operators] == [9] * 4
    assert [list(graph.tensors[index].shape) for index in (graph.inputs[0], graph.outputs[0])] == [[1, 8], [1, 2]]
    assert {entry.name for entry in model.metadata} == {b"indoor_positioning", b"min_runtime_version"}
    assert model.signatureDefs[0].signatureKey == b"serving_default"


def test_what_others_lay_out_differently_is_read_too() -> None:
    packed = edited(lambda model: None)
    assert packed != FILE
    assert is_same(read_tflite(packed).network, MODEL.network)


def test_our_numbers_are_those_of_the_schema() -> None:
    class Recorder:
        """Stands in for the builder, and notes which slot is written."""

        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda number, *_: noted.append(number)

    noted: list[int] = []

    def slot(table: str, field: str) -> int:
        getattr(schema, f"{table}Add{field}")(Recorder(), 1)
        return noted[-1]

    assert slot("Model", "Subgraphs") == ModelSlot.SUBGRAPHS
    assert slot("Model", "Metadata") == ModelSlot.METADATA
    assert slot("Model", "SignatureDefs") == ModelSlot.SIGNATURES
    assert slot("SubGraph", "Operators") == GraphSlot.OPERATORS
    assert slot("Tensor", "Quantization") == TensorSlot.QUANTISATION
    assert slot("Operator", "BuiltinOptions") == OperatorSlot.OPTIONS
    assert slot("FullyConnectedOptions", "FusedActivationFunction") == DenseSlot.ACTIVATION
    for kind in TensorType:
        assert getattr(schema.TensorType, kind.name) == kind
    assert tuple(Activation) == (schema.ActivationFunctionType.NONE, schema.ActivationFunctionType.RELU)
    for code, name in OP_NAMES.items():
        assert getattr(schema.BuiltinOperator, name) == code


def test_a_scale_a_row_reads_back() -> None:
    scales = np.random.default_rng(1).uniform(0.001, 0.01, 16).astype(np.float32).astype(float)
    first = MODEL.network.layers[0]
    layer = QuantisedLayer(first.weights, first.bias, scales, first.input, first.output, relu=True)
    network = QuantisedPerceptron((layer, *MODEL.network.layers[1:]))
    assert is_same(read_network(write_tflite(TinyModel.of(network, PLACE))), network)


def _with_float_edges(model: Any) -> None:
    """Let the model take and give floats, as converters do by default."""
    graph = model.subgraphs[0]
    for name, index, at in (("in", graph.inputs[0], 0), ("out", graph.outputs[0], len(graph.operators) + 1)):
        tensor = schema.TensorT()
        tensor.shape, tensor.name, tensor.type, tensor.buffer = graph.tensors[index].shape, name, 0, 0
        graph.tensors.append(tensor)
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = 114 if at == 0 else 6
        code.version = 1
        model.operatorCodes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(model.operatorCodes) - 1
        new = len(graph.tensors) - 1
        operator.inputs, operator.outputs = ([new], [index]) if at == 0 else ([index], [new])
        graph.operators.insert(at, operator)
        if at == 0:
            graph.inputs = [new]
        else:
            graph.outputs = [new]


def test_float_inputs_and_outputs_are_taken_off() -> None:
    assert is_same(read_network(edited(_with_float_edges)), MODEL.network)
