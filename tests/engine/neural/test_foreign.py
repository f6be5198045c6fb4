"""Networks of others: what the file lacks, a description says, and what does not fit is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from hypothesis import given
from hypothesis import strategies as st

from custom_components.indoor_positioning.engine.neural.export import artefacts
from custom_components.indoor_positioning.engine.neural.foreign import MAX_DESCRIPTION_BYTES, adopt
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.problems import ModelError
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from tests.engine.neural.homes import random_network

ANCHORS = [f"AA:BB:CC:00:00:0{index}" for index in range(8)]
PLACE: dict[str, Any] = {"task": "place", "anchors": ANCHORS, "floor": "0", "corner": [0.0, 0.0], "size": [9.0, 7.0]}
ROOMS: dict[str, Any] = {"task": "room", "anchors": ANCHORS, "spots": [["0", "kitchen"], ["0", None], ["1", "bedroom"]]}
LEVELS = np.random.default_rng(3).uniform(-95.0, -40.0, (50, 8))


def _foreign(outputs: int = 2, edit: Callable[[Any], None] = lambda model: None) -> bytes:
    """Return a file as TensorFlow lays it out: nothing in it says what the network is about."""
    ours = TinyModel.of(
        random_network(4, outputs=outputs), Meaning(Task.ROOM, tuple(ANCHORS), spots=(("0", None),) * outputs)
    )
    model = schema.ModelT.InitFromPackedBuf(write_tflite(ours), 0)
    model.metadata, model.description = [], b"MLIR Converted."
    edit(model)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _told(about: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({key: value for key, value in {**about, **changes}.items() if value is not ...}).encode()


def test_with_a_description_it_is_a_model_like_ours() -> None:
    model = adopt(_foreign(), _told(PLACE))
    places = model.places(LEVELS)
    assert places == pytest.approx(random_network(4).output.real(model.run(_int8(LEVELS))) * [9.0, 7.0])
    again = read_tflite(write_tflite(model))
    assert again.meaning.anchors == tuple(ANCHORS)
    assert (again.places(LEVELS) == places).all()


def _int8(levels: np.ndarray) -> np.ndarray:
    return (np.floor((levels + 120.0) / 90.0 * 255.0 + 0.5) - 128.0).astype(np.int8)


def test_one_that_gives_metres_says_so_by_its_size() -> None:
    shares = adopt(_foreign(), _told(PLACE, size=[1.0, 1.0]))
    assert shares.places(LEVELS) * [9.0, 7.0] == pytest.approx(adopt(_foreign(), _told(PLACE)).places(LEVELS))


def test_rooms_are_learnt_elsewhere_too() -> None:
    model = adopt(_foreign(outputs=3), _told(ROOMS))
    assert model.meaning.spots == (("0", "kitchen"), ("0", None), ("1", "bedroom"))


def test_a_description_of_ours_will_do() -> None:
    model = adopt(_foreign(), _told(PLACE))
    told = artefacts(model)["model.json"]
    assert adopt(_foreign(), told).meaning.extent == model.meaning.extent


def test_a_scale_a_row_is_run_but_goes_into_no_microcontroller() -> None:
    def by_row(model: Any) -> None:
        tensor = next(one for one in model.subgraphs[0].tensors if one.name == b"weights_0")
        tensor.quantization.scale = np.linspace(0.002, 0.006, 16, dtype=np.float32)
        tensor.quantization.zeroPoint = np.zeros(16, dtype=np.int64)

    model = adopt(_foreign(edit=by_row), _told(PLACE))
    assert set(artefacts(model)) == {"model.tflite", "model.json"}
    again = read_tflite(artefacts(model)["model.tflite"])
    assert (again.places(LEVELS) == model.places(LEVELS)).all()


def _input_scale(scale: float, zero_point: int) -> Callable[[Any], None]:
    def edit(model: Any) -> None:
        graph = model.subgraphs[0]
        quantization = graph.tensors[graph.inputs[0]].quantization
        quantization.scale, quantization.zeroPoint = np.array([scale], dtype=np.float32), np.array([zero_point])

    return edit


@pytest.mark.parametrize(
    ("scale", "zero_point", "given"),
    [(0.4, 127, "-102 to 0"), (1 / 128, 0, "-1 to 0.992"), (0.0041, -128, "0 to 1.05")],
)
def test_inputs_of_another_kind_are_refused(scale: float, zero_point: int, given: str) -> None:
    with pytest.raises(ModelError, match=rf"its inputs are {given}: they must be 0 to 1 for -120 to -30 dBm"):
        adopt(_foreign(edit=_input_scale(scale, zero_point)), _told(PLACE))


def test_tensorflows_own_scale_is_ours() -> None:
    adopt(_foreign(edit=_input_scale(1.0 / 255.0, -128)), _told(PLACE))


@pytest.mark.parametrize(
    ("description", "problem"),
    [
        (b"anchors", "no JSON$"),
        (b"[" * 60_000, "no JSON"),
        (b"[]", "no JSON object"),
        (b" " * (MAX_DESCRIPTION_BYTES + 1), "has 65537 bytes"),
        (_told(PLACE, anchors=...), "has no 'anchors'"),
        (_told(PLACE, corner=...), "has no 'corner'"),
        (_told(PLACE, task=...), "has no 'task'"),
        (_told(PLACE, task=["place"]), "cannot be read"),
        (_told(PLACE, task="weather"), "its task is 'weather'"),
        (_told(PLACE, anchors=ANCHORS[:7]), "8 inputs and 2 outputs, its description 7 and 2"),
        (_told(PLACE, anchors=[ANCHORS[0]] * 8), "names an anchor twice"),
        (_told(ROOMS), "8 inputs and 2 outputs, its description 8 and 3"),
        (_told(PLACE, size=[0.0, 7.0]), "its extent is 0 x 7 m"),
        (_told(PLACE, size=[900.0, 70_000.0]), "its extent is 900 x 70000 m"),
        (_told(PLACE, rssi=[-100, 0]), r"\[-100, 0\] dBm"),
        (_told(PLACE, version=9), "of version 9"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(description: bytes, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        adopt(_foreign(), description)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted({*PLACE, *ROOMS, "covariance", "rssi"})), JSON)
def test_whatever_is_in_a_description_it_is_refused_or_finite(key: str, value: Any) -> None:
    try:
        model = adopt(_foreign(), _told(PLACE, **{key: value}))
    except ModelError:
        return
    assert np.isfinite(model.places(LEVELS)).all()
