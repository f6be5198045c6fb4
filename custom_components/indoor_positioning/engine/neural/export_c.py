"""A network as C: a header that needs nothing but <stdint.h>, and the .tflite file as an array for other runtimes.

The header computes what the interpreter computes, to the bit, in C11 and C++11: some 4 kB of flash with all weights,
128 bytes of stack.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from .models import Task, TinyModel
from .problems import ModelError
from .quantisation import QuantisedLayer, QuantisedPerceptron
from .requantisation import layer_multipliers
from .scaling import INPUT_STEPS, RSSI_HIGH_DBM, RSSI_LOW_DBM

SCALES_BY_ROW = "its weights have a scale for each row, which microcontrollers' kernels compute wrongly"

HEADER_NAME = "ble_position.h"
ARRAY_NAME = "model_data.h"

_ARITHMETIC = """\
/* gemmlowp's rounding: a doubling high multiplication, then a division by a power of two, half steps away from zero. */
static inline int32_t ble_position_scale(int32_t value, int32_t fraction, int shift) {
  const int64_t product = ((int64_t) value * (1 << (shift > 0 ? shift : 0))) * fraction;
  const int64_t nudge = product >= 0 ? INT64_C(1) << 30 : 1 - (INT64_C(1) << 30);
  const int32_t high = (int32_t) ((product + nudge) / (INT64_C(1) << 31));
  const int right = shift < 0 ? -shift : 0;
  const int64_t half = (INT64_C(1) << right) / 2;
  const int64_t magnitude = high < 0 ? -(int64_t) high : (int64_t) high;
  const int32_t scaled = (int32_t) ((magnitude + half) >> right);
  return high < 0 ? -scaled : scaled;
}

static inline void ble_position_dense(const int8_t *input, int inputs, int input_zero, const int8_t *weights,
                                      const int32_t *bias, int8_t *output, int outputs, int output_zero,
                                      int32_t fraction, int shift, int low) {
  for (int row = 0; row < outputs; row++) {
    int32_t sum = bias[row];
    for (int column = 0; column < inputs; column++) {
      sum += (int32_t) weights[row * inputs + column] * (input[column] - input_zero);
    }
    int32_t value = ble_position_scale(sum, fraction, shift) + output_zero;
    value = value < low ? low : value > 127 ? 127 : value;
    output[row] = (int8_t) value;
  }
}
"""


def has_scales_by_row(network: QuantisedPerceptron) -> bool:
    """Return whether weights of a layer have a scale for each row, as TensorFlow may choose it."""
    return any(len(layer.weight_scales) > 1 for layer in network.layers)


def c_header(model: TinyModel) -> str:
    """Return the header of a PLACE or ROOM model. Raises ModelError where it `has_scales_by_row`."""
    network, meaning = model.network, model.meaning
    if has_scales_by_row(network):
        raise ModelError(SCALES_BY_ROW)
    inputs, outputs = network.sizes[0], network.sizes[-1]
    parts = [
        "/* Made by Indoor Positioning (scripts/export-model); not edited by hand.",
        f" * Inputs, in this order: {inputs} anchors",
        *(f" *   {index}: {_comment(anchor)}" for index, anchor in enumerate(meaning.anchors)),
        " */",
        "#ifndef BLE_POSITION_H",
        "#define BLE_POSITION_H",
        "",
        "#include <stdint.h>",
        "",
        f"#define BLE_POSITION_INPUTS {inputs}",
        f"#define BLE_POSITION_OUTPUTS {outputs}",
        "/* What stands for an anchor that was not heard. */",
        "#define BLE_POSITION_MISSING (-128)",
        "",
        *(_layer_arrays(index, layer) for index, layer in enumerate(network.layers)),
        _ARITHMETIC,
        _quantiser(),
        _runner(model),
        _reader(model),
        "#endif",
        "",
    ]
    return "\n".join(parts)


def c_array(file: bytes) -> str:
    """Return a file as a C array, aligned as TensorFlow Lite Micro wants it."""
    return "\n".join(
        (
            "/* model.tflite as bytes, for TensorFlow Lite Micro. Made by Indoor Positioning; not edited by hand. */",
            "#ifndef BLE_POSITION_MODEL_DATA_H",
            "#define BLE_POSITION_MODEL_DATA_H",
            "",
            "#ifdef __cplusplus",
            "alignas(16)",
            "#else",
            "_Alignas(16)",
            "#endif",
            f"static const unsigned char ble_position_model[{len(file)}] = {{",
            _numbers(f"0x{byte:02x}" for byte in file),
            "};",
            f"static const unsigned int ble_position_model_size = {len(file)};",
            "",
            "#endif",
            "",
        )
    )


def _layer_arrays(index: int, layer: QuantisedLayer) -> str:
    size = layer.weights.size
    return "\n".join(
        (
            f"static const int8_t ble_position_weights_{index}[{size}] = {{",
            _numbers(layer.weights.ravel().tolist()),
            "};",
            f"static const int32_t ble_position_bias_{index}[{len(layer.bias)}] = {{",
            _numbers(layer.bias.tolist()),
            "};",
            "",
        )
    )


def _quantiser() -> str:
    span = int(RSSI_HIGH_DBM - RSSI_LOW_DBM)
    return textwrap.dedent(f"""\
        /* A filtered level in dBm as an input; what is not a number was not heard. */
        static inline int8_t ble_position_input(float level) {{
          if (!(level == level)) return BLE_POSITION_MISSING;
          const float steps = (level - ({RSSI_LOW_DBM:.1f}f)) * {INPUT_STEPS}.0f / {span}.0f + 0.5f;
          if (steps < 0.0f) return -128;
          if (steps >= 255.0f) return 127;
          return (int8_t) ((int) steps - 128);
        }}
        """)


def _runner(model: TinyModel) -> str:
    layers = model.network.layers
    widest = max(model.network.sizes[1:-1], default=1)
    lines = [
        "/* The network: int8 in, int8 out. */",
        "static inline void ble_position_run(const int8_t input[BLE_POSITION_INPUTS],",
        "                                    int8_t output[BLE_POSITION_OUTPUTS]) {",
        f"  int8_t even[{widest}], odd[{widest}];" if len(layers) > 1 else "",
    ]
    source = "input"
    for index, layer in enumerate(layers):
        target = "output" if index == len(layers) - 1 else ("even", "odd")[index % 2]
        outputs, inputs = layer.weights.shape
        (multiplier,) = layer_multipliers(layer)
        lines.append(
            f"  ble_position_dense({source}, {inputs}, {layer.input.zero_point}, ble_position_weights_{index},\n"
            f"                     ble_position_bias_{index}, {target}, {outputs}, {layer.output.zero_point}, "
            f"{multiplier.fraction}, {multiplier.shift}, {layer.low});"
        )
        source = target
    return "\n".join((*(line for line in lines if line), "}", ""))


def _reader(model: TinyModel) -> str:
    scale, zero = model.network.output.scale, model.network.output.zero_point
    extent = model.meaning.extent
    if model.meaning.task is Task.ROOM or extent is None:
        spots = "\n".join(f" *   {index}: {_comment(str(spot))}" for index, spot in enumerate(model.meaning.spots))
        return (
            f"/* The likeliest room, from filtered levels in dBm (NAN = not heard):\n{spots}\n */\n"
            "static inline int ble_position_room(const float levels[BLE_POSITION_INPUTS]) {\n"
            f"{_PREPARE}"
            "  int best = 0;\n"
            "  for (int index = 1; index < BLE_POSITION_OUTPUTS; index++) {\n"
            "    if (output[index] > output[best]) best = index;\n"
            "  }\n"
            "  return best;\n"
            "}\n"
        )
    (left, low), (width, depth) = extent.corner, extent.size
    return (
        "/* The place in metres on the plan, from filtered levels in dBm (NAN = not heard). */\n"
        "static inline void ble_position_place(const float levels[BLE_POSITION_INPUTS], float *x, float *y) {\n"
        f"{_PREPARE}"
        f"  *x = {_float(left)} + {_float(width * scale)} * (float) (output[0] - ({zero}));\n"
        f"  *y = {_float(low)} + {_float(depth * scale)} * (float) (output[1] - ({zero}));\n"
        "}\n"
    )


_PREPARE = """\
  int8_t input[BLE_POSITION_INPUTS], output[BLE_POSITION_OUTPUTS];
  for (int index = 0; index < BLE_POSITION_INPUTS; index++) input[index] = ble_position_input(levels[index]);
  ble_position_run(input, output);
"""


def _numbers(values: Iterable[object]) -> str:
    return textwrap.fill(", ".join(map(str, values)), width=116, initial_indent="  ", subsequent_indent="  ")


def _float(value: float) -> str:
    return f"{value:.9e}f"


def _comment(text: str) -> str:
    """Return a text that cannot end a comment."""
    return text.replace("*/", "* /").replace("\\", "/").replace("\n", " ")
