"""What a model means, as the JSON inside its file: which anchor is which input, and where the outputs lie."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..geometry import FloatArray, Point
from .dataset import Spot
from .models import Meaning, Task, TinyModel
from .problems import ModelError
from .quantisation import QuantisedPerceptron
from .scaling import RSSI_HIGH_DBM, RSSI_LOW_DBM, Extent

METADATA_NAME = "indoor_positioning"
METADATA_VERSION = 1

# No building is larger (m); what is, is a wrong unit.
MAX_SIZE_M = 10_000.0

# What every converter writes: the first runtime with int8 dense layers, in a field of 16 bytes.
MIN_RUNTIME_NAME = "min_runtime_version"
MIN_RUNTIME = b"1.14.0".ljust(16, b"\0")


def describe(model: TinyModel) -> dict[str, Any]:
    """Return what a model means, JSON-able, with a hash over it and the network."""
    about = _about(model.meaning)
    return {**about, "sha256": _digest(model.network, about)}


def understand(data: bytes, network: QuantisedPerceptron) -> Meaning:
    """Return the meaning that `describe` gave as JSON. Raises ModelError where it does not fit the network."""
    try:
        told = json.loads(data)
        meaning = meaning_of({"version": None, **told}, network)
        sound = told["sha256"] == _digest(network, {key: value for key, value in told.items() if key != "sha256"})
    except ModelError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise ModelError("its description cannot be read") from error
    if not sound:
        raise ModelError("its hash is wrong: the file was changed or damaged")
    return meaning


def meaning_of(told: Mapping[str, Any], network: QuantisedPerceptron) -> Meaning:
    """Return what a description says; it needs no hash. Raises ModelError where it does not fit the network."""
    try:
        meaning = _meaning(told)
    except ModelError:
        raise
    except KeyError as error:
        raise ModelError(f"its description has no {error.args[0]!r}") from error
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise ModelError("its description cannot be read") from error
    outputs = 2 if meaning.task is Task.PLACE else len(meaning.spots)
    if (len(meaning.anchors), outputs) != (network.sizes[0], network.sizes[-1]):
        raise ModelError(
            f"it has {network.sizes[0]} inputs and {network.sizes[-1]} outputs, "
            f"its description {len(meaning.anchors)} and {outputs}"
        )
    return meaning


def _about(meaning: Meaning) -> dict[str, Any]:
    about: dict[str, Any] = {
        "version": METADATA_VERSION,
        "task": meaning.task.value,
        "anchors": list(meaning.anchors),
        "rssi": [RSSI_LOW_DBM, RSSI_HIGH_DBM],
    }
    if meaning.extent is not None:
        about |= {"floor": meaning.floor, "corner": list(meaning.extent.corner), "size": list(meaning.extent.size)}
    if meaning.area is not None:
        about["area"] = meaning.area
    if meaning.covariance is not None:
        about["covariance"] = meaning.covariance.tolist()
    if meaning.spots:
        about["spots"] = [list(spot) for spot in meaning.spots]
    return about


def _meaning(told: Mapping[str, Any]) -> Meaning:
    if (version := told.get("version", METADATA_VERSION)) != METADATA_VERSION:
        raise ModelError(f"its description is of version {version!r}, not {METADATA_VERSION}")
    if (kind := told["task"]) not in set(Task):
        raise ModelError(f"its task is {kind!r}, which this version does not know")
    task = Task(kind)
    anchors = tuple(str(anchor) for anchor in told["anchors"])
    if len(set(anchors)) != len(anchors):
        raise ModelError("it names an anchor twice")
    if task is Task.ROOM:
        return Meaning(task, anchors, spots=_spots(told["spots"]))
    covariance, area = told.get("covariance"), told.get("area")
    return Meaning(
        task,
        anchors,
        floor=str(told["floor"]),
        extent=_extent(_point(told["corner"]), _point(told["size"])),
        covariance=None if covariance is None else _covariance(covariance),
        area=None if area is None else str(area),
    )


def _spots(pairs: Sequence[Sequence[object]]) -> tuple[Spot, ...]:
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise ModelError("its rooms are no pairs of floor and room")
    return tuple((str(floor), None if room is None else str(room)) for floor, room in pairs)


def _point(values: Sequence[float]) -> Point:
    if len(values) != 2 or not all(math.isfinite(value) for value in values):
        raise ModelError("its extent is no pair of numbers")
    return float(values[0]), float(values[1])


def _extent(corner: Point, size: Point) -> Extent:
    if not 0.0 < min(size) <= max(size) <= MAX_SIZE_M:
        raise ModelError(f"its extent is {size[0]:g} x {size[1]:g} m")
    return Extent(corner, size)


def _covariance(values: Sequence[Sequence[float]]) -> FloatArray:
    matrix = np.array(values, dtype=float)
    if matrix.shape != (2, 2) or not np.isfinite(matrix).all() or (np.linalg.eigvalsh(matrix) <= 0.0).any():
        raise ModelError("its covariance is none")
    return matrix


def _digest(network: QuantisedPerceptron, about: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for layer in network.layers:
        digest.update(layer.weights.tobytes() + layer.bias.astype("<i4").tobytes())
        digest.update(np.array([*layer.weight_scales, layer.input.scale, layer.output.scale], dtype="<f4").tobytes())
        digest.update(bytes([layer.input.zero_point + 128, layer.output.zero_point + 128, layer.relu]))
    return digest.hexdigest()
