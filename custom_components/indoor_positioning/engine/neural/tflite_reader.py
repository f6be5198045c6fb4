"""Reads .tflite files of dense layers, ours and others', and refuses everything else before it can do harm.

Memory stays within a small multiple of the file, which may have MAX_BYTES; nothing is followed that loops, since
every list is bounded and no part of the format that is read here contains itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .flatbuffer import FlatbufferError, TableView
from .metadata import METADATA_NAME, understand
from .models import TinyModel
from .problems import ModelError
from .quantisation import Int32Array, Quantisation, QuantisedLayer, QuantisedPerceptron
from .requantisation import largest_sum, layer_multipliers
from .scaling import Int8Array
from .tflite_schema import (
    IDENTIFIER,
    OP_CUSTOM,
    OP_DEQUANTIZE,
    OP_FULLY_CONNECTED,
    OP_NAMES,
    OP_QUANTIZE,
    SCHEMA_VERSION,
    Activation,
    BufferSlot,
    DenseSlot,
    GraphSlot,
    MetadataSlot,
    ModelSlot,
    OperatorCodeSlot,
    OperatorSlot,
    QuantisationSlot,
    TensorSlot,
    TensorType,
)

# Ours have some 6 kB; a dense model of a hundred anchors and wide layers has 100.
MAX_BYTES = 1 << 20
MAX_TENSORS = 64
MAX_OPERATORS = 32
MAX_METADATA = 64
MAX_METADATA_BYTES = 1 << 16
MAX_WIDTH = 1024

# In all layers together: several may name the same bytes, and the interpreter takes eight bytes for each.
MAX_WEIGHTS = 1 << 18


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor as it stands in the file."""

    view: TableView
    shape: tuple[int, ...]
    kind: int
    data: memoryview
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]

    def quantisation(self) -> Quantisation:
        """Return the one scale of an int8 tensor."""
        if self.kind != TensorType.INT8:
            raise ModelError(f"{self.view.where} is {_kind(self.kind)}: only full int8 models are run")
        if len(self.scales) != 1 or len(self.zero_points) != 1 or not -128 <= self.zero_points[0] <= 127:
            raise ModelError(f"{self.view.where} has no scale and zero point of its own")
        return Quantisation(_scale(self.scales[0], self), self.zero_points[0])


def read_tflite(data: bytes) -> TinyModel:
    """Return the model in a file that describes itself, as `write_tflite` makes them.

    Raises ModelError that says what is wrong with it.
    """
    try:
        root = _root(data)
        network = _network(root)
        for entry in root.tables(ModelSlot.METADATA, "metadata", MAX_METADATA):
            if entry.text(MetadataSlot.NAME) == METADATA_NAME:
                about = _buffer(root, entry.number(MetadataSlot.BUFFER, "I"))
                if len(about) > MAX_METADATA_BYTES:
                    raise ModelError(f"its description has {len(about)} bytes, {MAX_METADATA_BYTES} are the most")
                return TinyModel.of(network, understand(bytes(about), network))
    except FlatbufferError as error:
        raise ModelError(str(error)) from error
    raise ModelError("it does not say which anchors its inputs are")


def read_network(data: bytes) -> QuantisedPerceptron:
    """Return the network in a file, wherever it was trained. Raises ModelError that says what is wrong with it."""
    try:
        return _network(_root(data))
    except FlatbufferError as error:
        raise ModelError(str(error)) from error


def _root(data: bytes) -> TableView:
    if len(data) > MAX_BYTES:
        raise ModelError(f"it has {len(data)} bytes, {MAX_BYTES} are the most")
    root = TableView.root(data, IDENTIFIER)
    if (version := root.number(ModelSlot.VERSION, "I")) != SCHEMA_VERSION:
        raise ModelError(f"it is of schema version {version}, not {SCHEMA_VERSION}")
    return root


def _network(root: TableView) -> QuantisedPerceptron:
    graphs = root.tables(ModelSlot.SUBGRAPHS, "graph", 1)
    if not graphs:
        raise ModelError("it contains no graph")
    graph = graphs[0]
    tensors = [_tensor(root, view) for view in graph.tables(GraphSlot.TENSORS, "tensor", MAX_TENSORS)]
    inputs, outputs = (_indices(graph, slot, tensors) for slot in (GraphSlot.INPUTS, GraphSlot.OUTPUTS))
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(f"it has {len(inputs)} inputs and {len(outputs)} outputs, one of each is expected")
    layers: list[QuantisedLayer] = []
    weights = 0
    at = inputs[0]
    operators = graph.tables(GraphSlot.OPERATORS, "operator", MAX_OPERATORS)
    for index, operator in enumerate(operators):
        code = _code(root, operator)
        taken, given = (_indices(operator, slot, tensors) for slot in (OperatorSlot.INPUTS, OperatorSlot.OUTPUTS))
        # A layer that takes the very tensor which the one before gives also has its size and its scale.
        if not taken or taken[0] != at or len(given) != 1:
            raise ModelError(f"operator {index} ({_name(code)}) does not take what the one before gives")
        if code == OP_FULLY_CONNECTED:
            layers.append(_layer(operator, [tensors[one] for one in taken], tensors[given[0]]))
            if (weights := weights + layers[-1].weights.size) > MAX_WEIGHTS:
                raise ModelError(f"it has more than {MAX_WEIGHTS} weights")
        elif not _is_edge(code, index, len(operators)):
            raise ModelError(f"it contains the operator {_name(code, root, operator)}: only FULLY_CONNECTED is run")
        at = given[0]
    if not layers or at != outputs[0]:
        raise ModelError("its operators do not lead from the input to the output")
    _check_sums(layers)
    return QuantisedPerceptron(tuple(layers))


def _is_edge(code: int, index: int, count: int) -> bool:
    """Whether an operator only turns a float input into int8, or the int8 output into floats: we do that ourselves."""
    return (code == OP_QUANTIZE and index == 0) or (code == OP_DEQUANTIZE and index == count - 1)


def _check_sums(layers: list[QuantisedLayer]) -> None:
    for layer in layers:
        shifts = np.array([2.0 ** max(one.shift, 0) for one in layer_multipliers(layer)])
        if (largest_sum(layer) * shifts >= 2.0**31).any():
            raise ModelError("its sums can exceed 32 bits")


def _layer(operator: TableView, taken: list[_Tensor], given: _Tensor) -> QuantisedLayer:
    if len(taken) not in (2, 3):
        raise ModelError(f"{operator.where} has {len(taken)} inputs, not 2 or 3")
    options = operator.table(OperatorSlot.OPTIONS, "options")
    activation = options.number(DenseSlot.ACTIVATION, "b") if options else Activation.NONE
    if activation not in set(Activation):
        raise ModelError(f"{operator.where}: its activation is number {activation}, only ReLU is run")
    if options and options.number(DenseSlot.WEIGHTS_FORMAT, "b"):
        raise ModelError(f"{operator.where}: its weights are shuffled")
    before, after = taken[0].quantisation(), given.quantisation()
    weights = _weights(taken[1])
    outputs, inputs = weights.shape
    for tensor, size in ((taken[0], inputs), (given, outputs)):
        if tensor.shape[-1:] != (size,) or int(np.prod(tensor.shape, dtype=float)) != size:
            raise ModelError(f"{tensor.view.where} has the shape {tensor.shape}, {size} values are expected")
    return QuantisedLayer(
        weights=weights,
        bias=_bias(taken[2], outputs) if len(taken) == 3 else np.zeros(outputs, dtype=np.int32),
        weight_scales=_weight_scales(taken[1], outputs),
        input=before,
        output=after,
        relu=activation == Activation.RELU,
    )


def _weights(tensor: _Tensor) -> Int8Array:
    if tensor.kind != TensorType.INT8:
        raise ModelError(f"{tensor.view.where} (weights) is {_kind(tensor.kind)}: only int8 weights are run")
    if len(tensor.shape) != 2 or not all(1 <= size <= MAX_WIDTH for size in tensor.shape):
        raise ModelError(f"{tensor.view.where} (weights) has the shape {tensor.shape}")
    if len(tensor.data) != tensor.shape[0] * tensor.shape[1]:
        raise ModelError(f"{tensor.view.where} (weights) has {len(tensor.data)} bytes for the shape {tensor.shape}")
    return np.frombuffer(tensor.data, dtype=np.int8).reshape(tensor.shape)


def _weight_scales(tensor: _Tensor, outputs: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    dimension = tensor.view.table(TensorSlot.QUANTISATION, "quantisation")
    by_row = len(tensor.scales) == outputs and (
        dimension is None or not dimension.number(QuantisationSlot.DIMENSION, "i")
    )
    if len(tensor.scales) != 1 and not by_row:
        raise ModelError(f"{tensor.view.where} (weights) has {len(tensor.scales)} scales for {outputs} rows")
    if any(tensor.zero_points):
        raise ModelError(f"{tensor.view.where} (weights) is not quantised symmetrically")
    return np.array([_scale(scale, tensor) for scale in tensor.scales])


def _bias(tensor: _Tensor, outputs: int) -> Int32Array:
    if tensor.kind != TensorType.INT32 or len(tensor.data) != 4 * outputs:
        raise ModelError(f"{tensor.view.where} (bias) is not {outputs} numbers of 32 bits")
    return np.frombuffer(tensor.data, dtype="<i4").astype(np.int32)


def _scale(scale: float, tensor: _Tensor) -> float:
    # Any scale that people's models have; beyond, the multipliers would leave what the kernels compute.
    if not 1e-12 <= scale <= 1e6:
        raise ModelError(f"{tensor.view.where} has the scale {scale}")
    return scale


def _tensor(root: TableView, view: TableView) -> _Tensor:
    quantisation = view.table(TensorSlot.QUANTISATION, "quantisation")
    scales: tuple[float, ...] = ()
    zero_points: tuple[int, ...] = ()
    if quantisation is not None:
        scales = quantisation.numbers(QuantisationSlot.SCALE, "f", MAX_WIDTH)
        zero_points = tuple(int(value) for value in quantisation.numbers(QuantisationSlot.ZERO_POINT, "q", MAX_WIDTH))
    return _Tensor(
        view,
        tuple(int(size) for size in view.numbers(TensorSlot.SHAPE, "i", 8)),
        view.number(TensorSlot.TYPE, "b"),
        _buffer(root, view.number(TensorSlot.BUFFER, "I")),
        scales,
        zero_points,
    )


def _buffer(root: TableView, index: int) -> memoryview:
    buffers = root.tables(ModelSlot.BUFFERS, "buffer", 2 * MAX_TENSORS)
    if index >= len(buffers):
        raise ModelError(f"there is no buffer {index}")
    if buffers[index].number(BufferSlot.OFFSET, "Q") > 1:
        raise ModelError("its weights lie outside of the model, which is only needed beyond 2 GB")
    return buffers[index].vector(BufferSlot.DATA, "B")[0]


def _indices(view: TableView, slot: int, tensors: list[_Tensor]) -> tuple[int, ...]:
    found = tuple(int(value) for value in view.numbers(slot, "i", MAX_TENSORS))
    # -1 stands for an input that is left out, as a bias may be.
    found = found[:-1] if found[-1:] == (-1,) else found
    if not all(0 <= index < len(tensors) for index in found):
        raise ModelError(f"{view.where} names a tensor that is not there")
    return found


def _code(root: TableView, operator: TableView) -> int:
    view = _operator_code(root, operator)
    # Newer files write the code in a wider field; codes below 127 stand in both.
    return max(view.number(OperatorCodeSlot.CODE, "i"), view.number(OperatorCodeSlot.OLD_CODE, "b"))


def _operator_code(root: TableView, operator: TableView) -> TableView:
    codes = root.tables(ModelSlot.OPERATOR_CODES, "operator code", MAX_OPERATORS)
    index = operator.number(OperatorSlot.CODE_INDEX, "I")
    if index >= len(codes):
        raise ModelError(f"{operator.where} has no code")
    return codes[index]


def _name(code: int, root: TableView | None = None, operator: TableView | None = None) -> str:
    if code == OP_CUSTOM and root is not None and operator is not None:
        return repr(_operator_code(root, operator).text(OperatorCodeSlot.CUSTOM_CODE))
    return OP_NAMES.get(code, f"number {code}")


def _kind(kind: int) -> str:
    return TensorType(kind).name if kind in set(TensorType) else f"of the unknown type {kind}"
