"""Slots, numbers and names of the .tflite format (TensorFlow Lite's schema.fbs, version 3), as far as we use them."""

from __future__ import annotations

from enum import IntEnum

IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3


class ModelSlot(IntEnum):
    """Fields of Model."""

    VERSION = 0
    OPERATOR_CODES = 1
    SUBGRAPHS = 2
    DESCRIPTION = 3
    BUFFERS = 4
    METADATA = 6
    SIGNATURES = 7


class OperatorCodeSlot(IntEnum):
    """Fields of OperatorCode; the first holds the code where it is below 127, the last always in newer files."""

    OLD_CODE = 0
    CUSTOM_CODE = 1
    VERSION = 2
    CODE = 3


class GraphSlot(IntEnum):
    """Fields of SubGraph."""

    TENSORS = 0
    INPUTS = 1
    OUTPUTS = 2
    OPERATORS = 3
    NAME = 4


class TensorSlot(IntEnum):
    """Fields of Tensor."""

    SHAPE = 0
    TYPE = 1
    BUFFER = 2
    NAME = 3
    QUANTISATION = 4


class QuantisationSlot(IntEnum):
    """Fields of QuantizationParameters."""

    SCALE = 2
    ZERO_POINT = 3
    DIMENSION = 6


class OperatorSlot(IntEnum):
    """Fields of Operator."""

    CODE_INDEX = 0
    INPUTS = 1
    OUTPUTS = 2
    OPTIONS_TYPE = 3
    OPTIONS = 4


class DenseSlot(IntEnum):
    """Fields of FullyConnectedOptions."""

    ACTIVATION = 0
    WEIGHTS_FORMAT = 1


class BufferSlot(IntEnum):
    """Fields of Buffer; a second way puts the bytes behind the buffer, at an offset from the file's start."""

    DATA = 0
    OFFSET = 1


class MetadataSlot(IntEnum):
    """Fields of Metadata."""

    NAME = 0
    BUFFER = 1


class SignatureSlot(IntEnum):
    """Fields of SignatureDef."""

    INPUTS = 0
    OUTPUTS = 1
    KEY = 2


class TensorMapSlot(IntEnum):
    """Fields of TensorMap."""

    NAME = 0
    TENSOR = 1


class TensorType(IntEnum):
    """Number formats of tensors."""

    FLOAT32 = 0
    FLOAT16 = 1
    INT32 = 2
    UINT8 = 3
    INT64 = 4
    STRING = 5
    BOOL = 6
    INT16 = 7
    COMPLEX64 = 8
    INT8 = 9


class Activation(IntEnum):
    """What a dense layer applies to its sums."""

    NONE = 0
    RELU = 1


DENSE_OPTIONS = 8

# Version 4 of the op is the first with int8 weights, inputs and outputs.
DENSE_VERSION = 4

OP_DEQUANTIZE = 6
OP_FULLY_CONNECTED = 9
OP_QUANTIZE = 114
OP_CUSTOM = 32

# Names for messages: what a model trained elsewhere is most likely to contain.
OP_NAMES = {
    0: "ADD",
    1: "AVERAGE_POOL_2D",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    OP_DEQUANTIZE: "DEQUANTIZE",
    7: "EMBEDDING_LOOKUP",
    OP_FULLY_CONNECTED: "FULLY_CONNECTED",
    11: "L2_NORMALIZATION",
    14: "LOGISTIC",
    16: "LSTM",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    21: "RELU6",
    22: "RESHAPE",
    24: "RNN",
    25: "SOFTMAX",
    28: "TANH",
    OP_CUSTOM: "CUSTOM",
    34: "PAD",
    36: "GATHER",
    39: "TRANSPOSE",
    40: "MEAN",
    41: "SUB",
    42: "DIV",
    43: "SQUEEZE",
    44: "UNIDIRECTIONAL_SEQUENCE_LSTM",
    45: "STRIDED_SLICE",
    47: "EXP",
    49: "SPLIT",
    50: "LOG_SOFTMAX",
    53: "CAST",
    55: "MAXIMUM",
    57: "MINIMUM",
    65: "SLICE",
    70: "EXPAND_DIMS",
    77: "SHAPE",
    83: "PACK",
    88: "UNPACK",
    92: "SQUARE",
    98: "LEAKY_RELU",
    OP_QUANTIZE: "QUANTIZE",
    117: "HARD_SWISH",
    118: "IF",
    119: "WHILE",
    126: "BATCH_MATMUL",
    129: "CALL_ONCE",
    142: "VAR_HANDLE",
    143: "READ_VARIABLE",
    144: "ASSIGN_VARIABLE",
    150: "GELU",
}
