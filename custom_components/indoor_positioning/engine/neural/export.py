"""The artefacts of one model: for a microcontroller, for other runtimes, and to check either by."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from .export_c import ARRAY_NAME, HEADER_NAME, c_array, c_header, has_scales_by_row
from .export_esphome import ESPHOME_NAME, esphome_yaml
from .export_imu import IMU_NAME, IMU_YAML, STEPS_HEADER, STEPS_NAME
from .metadata import describe
from .models import Task, TinyModel, TinyModels
from .scaling import INPUT_STEPS, RSSI_HIGH_DBM, RSSI_LOW_DBM
from .tflite_writer import write_tflite

MODEL_NAME = "model.tflite"
SIDECAR_NAME = "model.json"

# The same models give the same archive, whenever it is made; a ZIP file knows no earlier time.
ARCHIVE_TIME: Final = (1980, 1, 1, 0, 0, 0)

GOLDEN_VECTORS = 16
SPAN_DBM = RSSI_HIGH_DBM - RSSI_LOW_DBM


def named_models(models: TinyModels) -> Iterator[tuple[str, TinyModel]]:
    """Yield each model with a name that serves as a folder's; floors may be called anything."""
    for number, model in enumerate(models):
        kind = "floor" if model.meaning.area is None else "area"
        yield ("rooms" if model.meaning.task is Task.ROOM else f"{kind}_{number}"), model


def archive(models: TinyModels) -> bytes:
    """Return a ZIP file with a folder of artefacts for each model."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for folder, model in named_models(models):
            for name, data in artefacts(model).items():
                entry = zipfile.ZipInfo(f"{folder}/{name}", ARCHIVE_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(entry, data)
    return content.getvalue()


def artefacts(model: TinyModel) -> dict[str, bytes]:
    """Return the files of one model by name; without those for microcontrollers where `has_scales_by_row`."""
    file = write_tflite(model)
    found = {MODEL_NAME: file, SIDECAR_NAME: (json.dumps(sidecar(model, file), indent=1) + "\n").encode()}
    if has_scales_by_row(model.network):
        return found
    found |= {ARRAY_NAME: c_array(file).encode(), HEADER_NAME: c_header(model).encode()}
    if model.meaning.task is Task.PLACE:
        found[ESPHOME_NAME] = esphome_yaml(model.meaning.anchors).encode()
        found |= {IMU_NAME: IMU_YAML.encode(), STEPS_NAME: STEPS_HEADER.encode()}
    return found


def sidecar(model: TinyModel, file: bytes) -> dict[str, Any]:
    """Return what a program needs to know to use the file: order and scale of inputs and outputs, and test vectors."""
    network = model.network
    inputs = np.random.default_rng(0).integers(-128, 128, (GOLDEN_VECTORS, network.sizes[0])).astype(np.int8)
    # Nothing heard at all, and everything at its strongest: the ends of the range.
    inputs[0], inputs[1] = -128, 127
    return {
        **describe(model),
        "file_sha256": hashlib.sha256(file).hexdigest(),
        "layers": list(network.sizes),
        "input": {
            "scale": network.input.scale,
            "zero_point": network.input.zero_point,
            "missing": -128,
            "quantise": f"floor((dBm - {RSSI_LOW_DBM:.0f}) * {INPUT_STEPS} / {SPAN_DBM:.0f} + 0.5) - 128",
        },
        "output": {"scale": network.output.scale, "zero_point": network.output.zero_point},
        "golden": [
            {"input": one.tolist(), "output": found.tolist()}
            for one, found in zip(inputs, model.run(inputs), strict=True)
        ],
    }
