"""A model file, and files that others lay out, or that somebody has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from tests.engine.neural.homes import random_network

ANCHORS = tuple(f"AA:BB:CC:00:00:0{index}" for index in range(8))
PLACE = Meaning(Task.PLACE, ANCHORS, "ground", Extent((0.5, -1.0), (9.0, 7.0)), np.diag([0.5, 0.8]))

MODEL = TinyModel.of(random_network(1), PLACE)
FILE = write_tflite(MODEL)
INPUTS = np.random.default_rng(0).integers(-128, 128, (300, 8)).astype(np.int8)


def edited(edit: Callable[[Any], None]) -> bytes:
    """Return the file after an edit by the official classes, as their packer lays it out."""
    model = schema.ModelT.InitFromPackedBuf(FILE, 0)
    edit(model)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def is_same(one: QuantisedPerceptron, other: QuantisedPerceptron) -> bool:
    """Whether two networks compute the same."""
    return all(
        (a.weights == b.weights).all()
        and (a.bias == b.bias).all()
        and np.allclose(a.weight_scales, b.weight_scales, rtol=1e-7)
        and (a.input, a.output, a.relu) == (b.input, b.output, b.relu)
        for a, b in zip(one.layers, other.layers, strict=True)
    )
