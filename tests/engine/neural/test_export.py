"""What is exported computes the same: compiled by gcc and g++, warnings as errors, undefined behaviour trapped."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from custom_components.indoor_positioning.engine.neural.export import MODEL_NAME, SIDECAR_NAME, artefacts
from custom_components.indoor_positioning.engine.neural.export_c import ARRAY_NAME, HEADER_NAME, c_header
from custom_components.indoor_positioning.engine.neural.export_esphome import ESPHOME_NAME, PLACEHOLDER_ADDRESS
from custom_components.indoor_positioning.engine.neural.interpreter import Int8Interpreter
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.problems import ModelError
from custom_components.indoor_positioning.engine.neural.quantisation import (
    Quantisation,
    QuantisedLayer,
    QuantisedPerceptron,
)
from custom_components.indoor_positioning.engine.neural.scaling import Extent, quantise_levels
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from tests.engine.neural.homes import random_network

VECTORS = 100_000
ANCHORS = tuple(f"AA:BB:CC:00:00:0{index}" for index in range(8))
PLACE = TinyModel.of(random_network(1), Meaning(Task.PLACE, ANCHORS, "ground", Extent((0.5, -1.0), (9.0, 7.0))))
ROOMS = TinyModel.of(
    random_network(2, outputs=3),
    Meaning(Task.ROOM, (*ANCHORS[:7], "*/ #error"), spots=(("ground", "kitchen"), ("ground", "*/"), ("upper", None))),
)

# Reads int8 inputs from standard input and writes int8 outputs; with an argument, floats in and floats out.
PROGRAM = f"""\
#include <stdio.h>
#include "{HEADER_NAME}"
#include "{ARRAY_NAME}"

int main(int argc, char **argv) {{
  (void) argv;
  if (argc == 1) {{
    int8_t input[BLE_POSITION_INPUTS], output[BLE_POSITION_OUTPUTS];
    while (fread(input, sizeof input, 1, stdin) == 1) {{
      ble_position_run(input, output);
      fwrite(output, sizeof output, 1, stdout);
    }}
  }} else if (argc == 2) {{
    float levels[BLE_POSITION_INPUTS], answer[2] = {{0, 0}};
    while (fread(levels, sizeof levels, 1, stdin) == 1) {{
      ANSWER
      fwrite(answer, sizeof answer, 1, stdout);
    }}
  }} else {{
    fwrite(ble_position_model, ble_position_model_size, 1, stdout);
  }}
  return 0;
}}
"""
ANSWERS = {
    Task.PLACE: "ble_position_place(levels, &answer[0], &answer[1]);",
    Task.ROOM: "answer[0] = (float) ble_position_room(levels);",
}
COMPILERS = [("gcc", "c11", "c"), ("g++", "c++11", "c++")]


def _compiled(model: TinyModel, folder: Path, compiler: str, standard: str, language: str) -> Path:
    path = shutil.which(compiler)
    assert path is not None, f"{compiler} is missing: install it to prove what is exported"
    for name, content in artefacts(model).items():
        (folder / name).write_bytes(content)
    source = folder / "main.txt"
    source.write_text(PROGRAM.replace("ANSWER", ANSWERS[model.meaning.task]))
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
    program = folder / "program"
    command = [path, f"-std={standard}", *flags, "-x", language, str(source), "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


def _run(program: Path, given: bytes, *arguments: str) -> bytes:
    return subprocess.run([str(program), *arguments], input=given, capture_output=True, check=True).stdout


@pytest.mark.parametrize("model", [PLACE, ROOMS], ids=["place", "rooms"])
@pytest.mark.parametrize(("compiler", "standard", "language"), COMPILERS)
def test_the_header_computes_the_same(
    model: TinyModel, compiler: str, standard: str, language: str, tmp_path: Path
) -> None:
    program = _compiled(model, tmp_path, compiler, standard, language)
    inputs = np.random.default_rng(1).integers(-128, 128, (VECTORS, 8)).astype(np.int8)
    found = np.frombuffer(_run(program, inputs.tobytes()), dtype=np.int8).reshape(VECTORS, -1)
    assert (found == model.run(inputs)).all()
    levels = np.random.default_rng(2).integers(-130, -20, (2000, 8)).astype(np.float32)
    levels[np.random.default_rng(3).random(levels.shape) < 0.2] = np.nan
    answers = np.frombuffer(_run(program, levels.tobytes(), "floats"), dtype=np.float32).reshape(2000, 2)
    outputs = model.run(quantise_levels(levels.astype(float)))
    if model.meaning.extent is not None:
        assert answers == pytest.approx(model.places(levels.astype(float)), abs=1e-4)
    else:
        assert (answers[:, 0] == outputs.argmax(axis=1)).all()
    assert _run(program, b"", "the", "file") == artefacts(model)[MODEL_NAME]


def test_a_relu_above_the_lowest_value_is_kept(tmp_path: Path) -> None:
    layer = QuantisedLayer(
        np.random.default_rng(0).integers(-127, 128, (2, 8)).astype(np.int8),
        np.array([10, -10], dtype=np.int32),
        np.array([0.01]),
        Quantisation(0.5, 3),
        Quantisation(0.25, -20),
        relu=True,
    )
    model = TinyModel.of(QuantisedPerceptron((layer,)), PLACE.meaning)
    program = _compiled(model, tmp_path, *COMPILERS[0])
    inputs = np.random.default_rng(1).integers(-128, 128, (1000, 8)).astype(np.int8)
    found = np.frombuffer(_run(program, inputs.tobytes()), dtype=np.int8).reshape(-1, 2)
    assert found.min() == -20
    assert (found == model.run(inputs)).all()


def test_the_sidecar_tells_all_that_a_program_needs() -> None:
    files = artefacts(PLACE)
    told = json.loads(files[SIDECAR_NAME])
    assert told["anchors"] == list(ANCHORS)
    assert told["file_sha256"] == hashlib.sha256(files[MODEL_NAME]).hexdigest()
    assert told["layers"] == [8, 16, 32, 64, 2]
    assert len(told["golden"]) == 16
    again = read_tflite(files[MODEL_NAME])
    for vector in told["golden"]:
        assert Int8Interpreter(again.network)(np.array([vector["input"]], dtype=np.int8)).tolist() == [vector["output"]]


def test_only_places_make_a_firmware() -> None:
    assert ESPHOME_NAME in artefacts(PLACE)
    assert ESPHOME_NAME not in artefacts(ROOMS)
    text = artefacts(PLACE)[ESPHOME_NAME].decode()
    assert [text.count(anchor) for anchor in ANCHORS] == [1] * 8


def test_an_anchor_that_is_no_address_is_left_to_fill_in() -> None:
    meaning = Meaning(Task.PLACE, ("Küche\n- evil", *ANCHORS[1:]), "ground", Extent((0.0, 0.0), (1.0, 1.0)))
    text = artefacts(TinyModel.of(PLACE.network, meaning))[ESPHOME_NAME].decode()
    assert text.count(PLACEHOLDER_ADDRESS) == 1
    assert "# the address of 'K\\xfcche\\n- evil'" in text


def test_scales_by_row_are_not_exported() -> None:
    layer = PLACE.network.layers[0]
    rows = QuantisedLayer(layer.weights, layer.bias, np.full(16, 0.01), layer.input, layer.output, relu=True)
    with pytest.raises(ModelError, match="scale for each row"):
        c_header(TinyModel.of(QuantisedPerceptron((rows, *PLACE.network.layers[1:])), PLACE.meaning))
