"""Files that are no model, or one that is not run: each is refused by name, and none does harm."""

from __future__ import annotations

import json
import struct
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.neural.problems import ModelError
from custom_components.indoor_positioning.engine.neural.tflite_reader import (
    MAX_BYTES,
    MAX_METADATA_BYTES,
    read_network,
    read_tflite,
)
from tests.engine.neural.tflite_files import ANCHORS, FILE, INPUTS, MODEL, edited, is_same


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


def _four_inputs(model: Any) -> None:
    model.subgraphs[0].operators[0].inputs = [0, 1, 2, 2]


def _shuffled(model: Any) -> None:
    model.subgraphs[0].operators[0].builtinOptions.weightsFormat = 1


def _flat_weights(model: Any) -> None:
    model.subgraphs[0].tensors[1].shape = [128]


def _no_code(model: Any) -> None:
    model.subgraphs[0].operators[0].opcodeIndex = 5


def _two_scales(model: Any) -> None:
    model.subgraphs[0].tensors[1].quantization.scale = [0.01, 0.02]


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
        (_four_inputs, "has 4 inputs, not 2 or 3"),
        (_shuffled, "its weights are shuffled"),
        (_flat_weights, r"\(weights\) has the shape \(128,\)"),
        (_no_code, "has no code"),
        (_two_scales, "has 2 scales for 16 rows"),
    ],
)
def test_what_is_not_run_is_refused_by_name(edit: Callable[[Any], None], problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        read_tflite(edited(edit))


def _about(**changes: Any) -> bytes:
    def edit(model: Any) -> None:
        entry = next(one for one in model.metadata if one.name == b"indoor_positioning")
        told = json.loads(bytes(model.buffers[entry.buffer].data))
        told.update(changes)
        model.buffers[entry.buffer].data = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)

    return edited(edit)


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


def test_a_description_too_long_to_be_one_is_refused() -> None:
    with pytest.raises(ModelError, match=f"{MAX_METADATA_BYTES} are the most"):
        read_tflite(_about(note="x" * MAX_METADATA_BYTES))


def test_a_changed_weight_is_noticed() -> None:
    at = FILE.index(MODEL.network.layers[1].weights.tobytes())
    with pytest.raises(ModelError, match="its hash is wrong"):
        read_tflite(FILE[:at] + bytes([FILE[at] ^ 1]) + FILE[at + 1 :])


def test_a_model_that_tells_nothing_is_a_network_only() -> None:
    def forget(model: Any) -> None:
        model.metadata = []

    assert is_same(read_network(edited(forget)), MODEL.network)
    with pytest.raises(ModelError, match="which anchors its inputs are"):
        read_tflite(edited(forget))


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 100, FILE[:7], b"PK" + FILE[2:], bytes(MAX_BYTES + 1)])
def test_no_model_at_all_is_refused(data: bytes) -> None:
    for read in (read_tflite, read_network):
        with pytest.raises(ModelError):
            read(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(FILE) - 1))
def test_a_truncated_file_is_refused(length: int) -> None:
    for read in (read_tflite, read_network):
        with pytest.raises(ModelError):
            read(FILE[:length])


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
        read_tflite(edited(share))
