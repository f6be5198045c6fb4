"""Writes a quantised network as a .tflite file: int8 in and out, FULLY_CONNECTED only, about 6 kB."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from .flatbuffer import Builder, Scalar, Table, Vector
from .metadata import METADATA_NAME, MIN_RUNTIME, MIN_RUNTIME_NAME, describe
from .models import TinyModel
from .quantisation import Quantisation, QuantisedPerceptron
from .tflite_schema import (
    DENSE_OPTIONS,
    DENSE_VERSION,
    IDENTIFIER,
    OP_FULLY_CONNECTED,
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
    SignatureSlot,
    TensorMapSlot,
    TensorSlot,
    TensorType,
)

# Kernels read weights in place, sixteen bytes at a time.
BUFFER_ALIGNMENT = 16


def write_tflite(model: TinyModel) -> bytes:
    """Return the file of a model, with what it means inside."""
    about = json.dumps(describe(model), separators=(",", ":")).encode()
    return _Writer(model.network, ((METADATA_NAME, about), (MIN_RUNTIME_NAME, MIN_RUNTIME))).file()


class _Writer:
    """The parts of one file; buffers and tensors are numbered as they come."""

    def __init__(self, network: QuantisedPerceptron, metadata: Sequence[tuple[str, bytes]]) -> None:
        self._network = network
        self._metadata = metadata
        # Buffer 0 is empty by convention: tensors without data of their own name it.
        self._buffers = [Table()]
        self._tensors: list[Table] = []

    def file(self) -> bytes:
        network = self._network
        operators: list[Table] = []
        first = last = self._activation("levels", network.sizes[0], network.input)
        for index, layer in enumerate(network.layers):
            weights = self._tensor(f"weights_{index}", layer.weights.shape, TensorType.INT8, layer.weights.tobytes())
            self._quantised(layer.weight_scales, np.zeros(len(layer.weight_scales), dtype=np.int64))
            bias = self._tensor(f"bias_{index}", layer.bias.shape, TensorType.INT32, layer.bias.astype("<i4").tobytes())
            self._quantised(
                np.float32(layer.input.scale) * layer.weight_scales.astype(np.float32),
                np.zeros(len(layer.weight_scales), dtype=np.int64),
            )
            output = self._activation(f"layer_{index}", len(layer.bias), layer.output)
            operators.append(_dense((last, weights, bias), output, relu=layer.relu))
            last = output
        metadata = [
            Table({MetadataSlot.NAME: name, MetadataSlot.BUFFER: Scalar("I", self._buffer(data))})
            for name, data in self._metadata
        ]
        graph = Table(
            {
                GraphSlot.TENSORS: self._tensors,
                GraphSlot.INPUTS: Vector.of("i", (first,)),
                GraphSlot.OUTPUTS: Vector.of("i", (last,)),
                GraphSlot.OPERATORS: operators,
                GraphSlot.NAME: "main",
            }
        )
        root = Table(
            {
                ModelSlot.VERSION: Scalar("I", SCHEMA_VERSION),
                ModelSlot.OPERATOR_CODES: [
                    Table(
                        {
                            OperatorCodeSlot.OLD_CODE: Scalar("b", OP_FULLY_CONNECTED),
                            OperatorCodeSlot.VERSION: Scalar("i", DENSE_VERSION),
                            OperatorCodeSlot.CODE: Scalar("i", OP_FULLY_CONNECTED),
                        }
                    )
                ],
                ModelSlot.SUBGRAPHS: [graph],
                ModelSlot.DESCRIPTION: "Indoor Positioning",
                ModelSlot.BUFFERS: self._buffers,
                ModelSlot.METADATA: metadata,
                ModelSlot.SIGNATURES: [_signature(first, last)],
            }
        )
        return Builder().build(root, IDENTIFIER)

    def _buffer(self, data: bytes) -> int:
        self._buffers.append(Table({BufferSlot.DATA: Vector(data, len(data), BUFFER_ALIGNMENT)}))
        return len(self._buffers) - 1

    def _tensor(self, name: str, shape: Sequence[int], kind: TensorType, data: bytes = b"") -> int:
        self._tensors.append(
            Table(
                {
                    TensorSlot.SHAPE: Vector.of("i", shape),
                    TensorSlot.TYPE: Scalar("b", kind),
                    TensorSlot.BUFFER: Scalar("I", self._buffer(data) if data else 0),
                    TensorSlot.NAME: name,
                }
            )
        )
        return len(self._tensors) - 1

    def _activation(self, name: str, size: int, quantisation: Quantisation) -> int:
        index = self._tensor(name, (1, size), TensorType.INT8)
        self._quantised(np.array([quantisation.scale]), np.array([quantisation.zero_point]))
        return index

    def _quantised(
        self,
        scales: np.ndarray[tuple[int, ...], np.dtype[np.floating]],
        zero_points: np.ndarray[tuple[int, ...], np.dtype[np.integer]],
    ) -> None:
        """Tell how the newest tensor is quantised."""
        quantisation = Table(
            {
                QuantisationSlot.SCALE: Vector.of("f", scales.tolist()),
                QuantisationSlot.ZERO_POINT: Vector.of("q", zero_points.tolist()),
            }
        )
        self._tensors[-1] = Table({**self._tensors[-1].fields, TensorSlot.QUANTISATION: quantisation})


def _dense(inputs: Sequence[int], output: int, *, relu: bool) -> Table:
    activation = Activation.RELU if relu else Activation.NONE
    return Table(
        {
            OperatorSlot.CODE_INDEX: Scalar("I", 0),
            OperatorSlot.INPUTS: Vector.of("i", inputs),
            OperatorSlot.OUTPUTS: Vector.of("i", (output,)),
            OperatorSlot.OPTIONS_TYPE: Scalar("B", DENSE_OPTIONS),
            OperatorSlot.OPTIONS: Table({DenseSlot.ACTIVATION: Scalar("b", activation)}),
        }
    )


def _signature(first: int, last: int) -> Table:
    def named(name: str, tensor: int) -> Table:
        return Table({TensorMapSlot.NAME: name, TensorMapSlot.TENSOR: Scalar("I", tensor)})

    return Table(
        {
            SignatureSlot.INPUTS: [named("levels", first)],
            SignatureSlot.OUTPUTS: [named("outputs", last)],
            SignatureSlot.KEY: "serving_default",
        }
    )
