"""The file format: what we write reads back, others read it too, and nothing that is no model does harm."""

from __future__ import annotations

import json
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.problems import ModelError
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedLayer, QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.tflite_reader import MAX_BYTES, read_network, read_tflite
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

ANCHORS = tuple(f"AA:BB:CC:00:00:0{index}" for index in range(8))
PLACE = Meaning(Task.PLACE, ANCHORS, "ground", Extent((0.5, -1.0), (9.0, 7.0)), np.diag([0.5, 0.8]))
ROOMS = Meaning(Task.ROOM, ANCHORS, spots=(("ground", "kitchen"), ("ground", None), ("upper", "bedroom")))

MODEL = TinyModel.of(random_network(1), PLACE)
FILE = write_tflite(MODEL)
INPUTS = np.random.default_rng(0).integers(-128, 128, (300, 8)).astype(np.int8)


def _edited(edit: Callable[[Any], None]) -> bytes:
    """Return the file after an edit by the official classes, as their packer lays it out."""
    model = schema.ModelT.InitFromPackedBuf(FILE, 0)
    edit(model)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _same(one: QuantisedPerceptron, other: QuantisedPerceptron) -> bool:
    return all(
        (a.weights == b.weights).all()
        and (a.bias == b.bias).all()
        and np.allclose(a.weight_scales, b.weight_scales, rtol=1e-7)
        and (a.input, a.output, a.relu) == (b.input, b.output, b.relu)
        for a, b in zip(one.layers, other.layers, strict=True)
    )


@pytest.mark.parametrize("meaning", [PLACE, ROOMS], ids=["place", "rooms"])
def test_a_model_reads_back(meaning: Meaning) -> None:
    outputs = 2 if meaning is PLACE else 3
    model = TinyModel.of(random_network(2, outputs=outputs), meaning)
    again = read_tflite(write_tflite(model))
    assert _same(again.network, model.network)
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
    packed = _edited(lambda model: None)
    assert packed != FILE
    assert _same(read_tflite(packed).network, MODEL.network)


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
    assert _same(read_network(write_tflite(TinyModel.of(network, PLACE))), network)


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
    assert _same(read_network(_edited(_with_float_edges)), MODEL.network)


def _other_op(model: Any) -> None:
    model.operatorCodes[0].builtinCode = model.operatorCodes[0].deprecatedBuiltinCode = 3


def _custom_op(model: Any) -> None:
    model.operatorCodes[0].builtinCode = model.operatorCodes[0].deprecatedBuiltinCode = 32
    model.operatorCodes[0].customCode = "Mystery"


def _unknown_op(model: Any) -> None:
    model.operatorCodes[0].builtinCode = 199


def _tanh(model: Any) -> None:
    model.subgraphs[0].operators[0].builtinOptions.fusedActivationFunction = 4


def _float_weights(model: Any) -> None:
    model.subgraphs[0].tensors[1].type = 0


def _int16(model: Any) -> None:
    model.subgraphs[0].tensors[0].type = 7


def _huge_shape(model: Any) -> None:
    model.subgraphs[0].tensors[1].shape = [2**30, 2**30]


def _wrong_shape(model: Any) -> None:
    model.subgraphs[0].tensors[1].shape = [16, 9]


def _tiny_scale(model: Any) -> None:
    model.subgraphs[0].tensors[3].quantization.scale = [1e-30]


def _overflow(model: Any) -> None:
    model.buffers[2].data = np.frombuffer(np.full(16, 2**31 - 1, dtype="<i4").tobytes(), dtype=np.uint8)


def _skipped(model: Any) -> None:
    del model.subgraphs[0].operators[1]


def _ends_early(model: Any) -> None:
    del model.subgraphs[0].operators[-1]


def _two_inputs(model: Any) -> None:
    model.subgraphs[0].inputs = [0, 0]


def _no_tensor(model: Any) -> None:
    model.subgraphs[0].operators[0].inputs = [0, 99, 1]


def _no_buffer(model: Any) -> None:
    model.subgraphs[0].tensors[1].buffer = 77


def _no_graph(model: Any) -> None:
    model.subgraphs = []


def _version(model: Any) -> None:
    model.version = 4


def _outside(model: Any) -> None:
    model.buffers[1].offset = 4096


def _asymmetric(model: Any) -> None:
    model.subgraphs[0].tensors[1].quantization.zeroPoint = [3]


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (_other_op, "the operator CONV_2D"),
        (_custom_op, "the operator 'Mystery'"),
        (_unknown_op, "the operator number 199"),
        (_tanh, "its activation is number 4"),
        (_float_weights, "is FLOAT32: only int8 weights"),
        (_int16, "is INT16: only full int8"),
        (_huge_shape, "has the shape"),
        (_wrong_shape, "has 128 bytes for the shape"),
        (_tiny_scale, "has the scale"),
        (_overflow, "its sums can exceed 32 bits"),
        (_skipped, "does not take what the one before gives"),
        (_ends_early, "do not lead from the input to the output"),
        (_two_inputs, "it has 2 inputs"),
        (_no_tensor, "names a tensor that is not there"),
        (_no_buffer, "there is no buffer 77"),
        (_no_graph, "it contains no graph"),
        (_version, "schema version 4"),
        (_outside, "lie outside of the model"),
        (_asymmetric, "not quantised symmetrically"),
    ],
)
def test_what_is_not_run_is_refused_by_name(edit: Callable[[Any], None], problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        read_tflite(_edited(edit))


def _about(**changes: Any) -> bytes:
    def edit(model: Any) -> None:
        entry = next(one for one in model.metadata if one.name == b"indoor_positioning")
        told = json.loads(bytes(model.buffers[entry.buffer].data))
        told.update(changes)
        model.buffers[entry.buffer].data = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)

    return _edited(edit)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"anchors": list(ANCHORS[::-1])}, "its hash is wrong"),
        ({"anchors": [*ANCHORS, "one more"]}, "8 inputs and 2 outputs, its description 9 and 2"),
        ({"anchors": [ANCHORS[0]] * 8}, "names an anchor twice"),
        ({"version": 2}, "of version 2"),
        ({"task": "weather"}, "its task is 'weather'"),
        ({"corner": [1.0]}, "its extent"),
        ({"size": [1.0, float("nan")]}, "its extent"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "its covariance"),
        ({"covariance": "wide"}, "cannot be read"),
        ({"anchors": None}, "cannot be read"),
        ({"task": "room", "spots": ["kitchen", "hall"]}, "no pairs"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        read_tflite(_about(**changes))


def test_a_changed_weight_is_noticed() -> None:
    at = FILE.index(MODEL.network.layers[1].weights.tobytes())
    with pytest.raises(ModelError, match="its hash is wrong"):
        read_tflite(FILE[:at] + bytes([FILE[at] ^ 1]) + FILE[at + 1 :])


def test_a_model_that_tells_nothing_is_a_network_only() -> None:
    def forget(model: Any) -> None:
        model.metadata = []

    assert _same(read_network(_edited(forget)), MODEL.network)
    with pytest.raises(ModelError, match="which anchors its inputs are"):
        read_tflite(_edited(forget))


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 100, FILE[:7], b"PK" + FILE[2:], bytes(MAX_BYTES + 1)])
def test_no_model_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        read_tflite(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(FILE) - 1))
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(ModelError):
        read_tflite(FILE[:length])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(FILE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_do_no_harm(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(FILE)
    for at, value in changes:
        damaged[at] = value
    try:
        model = read_tflite(bytes(damaged))
    except ModelError:
        return
    # What is not under the hash (names, padding) may change; then it is the same model still.
    assert (model.run(INPUTS) == MODEL.run(INPUTS)).all()


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(FILE) // 4 - 1),
    st.sampled_from([0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC, len(FILE)]),
)
def test_offsets_and_counts_that_lie_do_no_harm(word: int, value: int) -> None:
    damaged = bytearray(FILE)
    struct.pack_into("<I", damaged, 4 * word, value)
    tracemalloc.start()
    try:
        read_tflite(bytes(damaged))
    except ModelError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 16 << 20


def test_layers_that_share_their_bytes_cannot_ask_for_much() -> None:
    def share(model: Any) -> None:
        graph = model.subgraphs[0]
        square = np.zeros(1000 * 1000, dtype=np.uint8)
        model.buffers[1].data = square
        for index in (0, 4):
            graph.tensors[index].shape = [1, 1000]
        graph.tensors[1].shape = [1000, 1000]
        graph.operators = graph.operators[:1]
        graph.operators[0].inputs = [0, 1]
        graph.outputs = graph.operators[0].outputs
        graph.tensors[graph.outputs[0]].shape = [1, 1000]

    with pytest.raises(ModelError, match="more than 262144 weights"):
        read_tflite(_edited(share))
