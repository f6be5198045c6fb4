"""Networks that were trained elsewhere: their file says how to compute, a description beside it what they are about."""

from __future__ import annotations

import json
from typing import Final

from .metadata import meaning_of
from .models import TinyModel
from .problems import ModelError
from .quantisation import QuantisedPerceptron
from .scaling import INPUT_SCALE, INPUT_STEPS, INPUT_ZERO_POINT, RSSI_HIGH_DBM, RSSI_LOW_DBM
from .tflite_reader import read_network

# An input scale this far (share) from ours is half a step off at the strongest level, less than its own rounding.
SCALE_TOLERANCE: Final = 0.5 / INPUT_STEPS

# A description has the names of its anchors and rooms, and little else.
MAX_DESCRIPTION_BYTES: Final = 1 << 16


def adopt(file: bytes, description: bytes) -> TinyModel:
    """Return the model in a .tflite file of dense layers, with what a description in JSON says of it.

    The description has the form that `metadata.describe` gives, where `version`, `rssi` and `sha256` may be left out:
    `task`, `anchors` in the order of the inputs, and `floor`, `corner`, `size` or `spots`. Raises ModelError that says
    which of both is wrong.
    """
    network = read_network(file)
    _check_inputs(network)
    if len(description) > MAX_DESCRIPTION_BYTES:
        raise ModelError(f"its description has {len(description)} bytes, {MAX_DESCRIPTION_BYTES} are the most")
    try:
        told = json.loads(description)
    except (ValueError, RecursionError) as error:
        raise ModelError("its description is no JSON") from error
    if not isinstance(told, dict):
        raise ModelError("its description is no JSON object")
    if told.get("rssi", [RSSI_LOW_DBM, RSSI_HIGH_DBM]) != [RSSI_LOW_DBM, RSSI_HIGH_DBM]:
        raise ModelError(_inputs(f"{told['rssi']} dBm"))
    return TinyModel.of(network, meaning_of(told, network))


def _check_inputs(network: QuantisedPerceptron) -> None:
    """Raise ModelError unless the inputs are levels as we scale them: another scale would place everybody wrongly."""
    given = network.input
    if given.zero_point != INPUT_ZERO_POINT or abs(given.scale / INPUT_SCALE - 1.0) > SCALE_TOLERANCE:
        low = given.scale * (-128 - given.zero_point)
        raise ModelError(_inputs(f"{low:.3g} to {low + INPUT_STEPS * given.scale:.3g}"))


def _inputs(given: str) -> str:
    return f"its inputs are {given}: they must be 0 to 1 for {RSSI_LOW_DBM:.0f} to {RSSI_HIGH_DBM:.0f} dBm"
