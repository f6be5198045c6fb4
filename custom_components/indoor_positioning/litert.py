"""LiteRT as the engine of the networks, where it happens to be installed; our own interpreter everywhere else.

It is never required and never installed: there is no package of it for the system that most homes run. What it computes
must be what our own interpreter computes, else it is not used.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
from dataclasses import replace
from enum import StrEnum
from types import ModuleType
from typing import Final

import numpy as np

from .engine.neural.models import Runner, TinyModel, TinyModels
from .engine.neural.scaling import Int8Array
from .engine.neural.tflite_writer import write_tflite

_LOGGER = logging.getLogger(__name__)

# The present name of the package, and the one that older installations have.
PACKAGES: Final = ("ai_edge_litert", "tflite_runtime")

# Vectors that both engines must agree upon before LiteRT is trusted.
CHECKED_VECTORS: Final = 256


class Engine(StrEnum):
    """What runs the networks; AUTO is LiteRT where it is installed."""

    AUTO = "auto"
    NUMPY = "numpy"
    LITERT = "litert"


def with_engine(models: TinyModels, engine: Engine) -> TinyModels:
    """Return the models run by `engine`. It imports and opens files, so it is for the executor."""
    if engine is Engine.NUMPY or not models:
        return models
    package = next((one for one in PACKAGES if importlib.util.find_spec(one)), None)
    if package is None:
        if engine is Engine.LITERT:
            _LOGGER.warning("LiteRT is not installed; the networks are run without it, with the same results")
        return models
    try:
        interpreter = importlib.import_module(f"{package}.interpreter")
        return models.each(lambda model: _run_by(interpreter, model))
    except (ImportError, AttributeError, OSError, RuntimeError, TypeError, ValueError) as error:
        _LOGGER.warning("LiteRT cannot be used; the networks are run without it: %r", error)
        return models


def _run_by(interpreter: ModuleType, model: TinyModel) -> TinyModel:
    """Return the model run by LiteRT, or as it was where the results differ."""
    run = _runner(interpreter, model)
    vectors = np.random.default_rng(0).integers(-128, 128, (CHECKED_VECTORS, model.network.sizes[0])).astype(np.int8)
    if (run(vectors) != model.run(vectors)).any():
        _LOGGER.warning("LiteRT computes something else here than it should; the networks are run without it")
        return model
    return replace(model, run=run)


def _runner(interpreter: ModuleType, model: TinyModel) -> Runner:
    loaded = interpreter.Interpreter(
        model_content=write_tflite(model),
        # Its default delegate rounds differently, by up to four steps.
        experimental_op_resolver_type=interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        num_threads=1,
    )
    loaded.allocate_tensors()
    taken, given = loaded.get_input_details()[0]["index"], loaded.get_output_details()[0]["index"]

    def run(inputs: Int8Array) -> Int8Array:
        outputs = []
        for row in inputs:
            loaded.set_tensor(taken, row[None])
            loaded.invoke()
            outputs.append(loaded.get_tensor(given)[0])
        return np.array(outputs, dtype=np.int8).reshape(len(inputs), -1)

    return run
