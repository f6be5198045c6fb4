from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from custom_components.indoor_positioning.engine.neural.__main__ import format_report, main
from custom_components.indoor_positioning.engine.neural.judging import Errors, TrainingReport
from custom_components.indoor_positioning.engine.neural.models import Meaning, Task, TinyModel
from custom_components.indoor_positioning.engine.neural.quantisation import QuantisedPerceptron
from custom_components.indoor_positioning.engine.neural.scaling import Extent
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from custom_components.indoor_positioning.engine.replay.recording import Recording, write_recording
from tests.engine.neural.homes import noisy_survey, random_network
from tests.engine.small_home import FLAT, ideal_rssi, readings

ANCHORS = tuple(f"AA:BB:CC:00:00:0{index}" for index in range(8))
ONLY_OF_PLACES = {"ble_position.yaml", "ble_position_imu.yaml", "ble_position_steps.h"}
ARTEFACTS = {"model.tflite", "model_data.h", "ble_position.h", "model.json", *ONLY_OF_PLACES}


def test_a_recording_becomes_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_recording(tmp_path / "home", Recording(FLAT, noisy_survey(), readings(FLAT, (1.0, 1.0), "0", [0.0])))
    assert main([str(tmp_path / "home"), "--output", str(tmp_path / "model")]) == 0
    assert {path.name for path in (tmp_path / "model" / "floor_0").iterdir()} == ARTEFACTS
    assert {path.name for path in (tmp_path / "model" / "rooms").iterdir()} == ARTEFACTS - ONLY_OF_PLACES
    printed = capsys.readouterr().out
    assert printed.startswith("9 samples, 99 rows, 3 blocks held out\n")
    assert "fingerprint" in printed
    trained = tmp_path / "model" / "floor_0" / "model.tflite"
    assert main([str(trained), "--output", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again" / "ble_position.h").read_bytes() == trained.with_name("ble_position.h").read_bytes()


def _table(path: Path, *, row: str = "") -> Path:
    lines = ["x,y,k,l,b1,b2"]
    for step in range(80):
        place = (0.5 + 0.1 * step, 0.5 + (step % 20) * 0.3)
        levels = [ideal_rssi(FLAT, anchor, place, "0") for anchor in FLAT.anchors]
        lines.append(",".join(f"{value:.1f}" for value in (*place, *levels[:3])) + ",")
    path.write_text("\n".join(lines) + "\n" + row, encoding="utf-8")
    return path


def test_a_table_will_do(tmp_path: Path) -> None:
    assert main([str(_table(tmp_path / "walk.csv")), "--output", str(tmp_path / "model")]) == 0
    model = read_tflite((tmp_path / "model" / "floor_0" / "model.tflite").read_bytes())
    assert model.meaning.anchors == ("k", "l", "b1", "b2")


def test_a_table_of_rooms_without_places_teaches_rooms(tmp_path: Path) -> None:
    rows = [
        f"{room},,,{level + step % 3},{-130 - level - step % 2}"
        for room, level in (("kitchen", -50), ("bedroom", -80))
        for step in range(40)
    ]
    table = tmp_path / "rooms.csv"
    table.write_text("\n".join(["room,x,y,a,b", *rows]) + "\n", encoding="utf-8")
    assert main([str(table), "--output", str(tmp_path / "model")]) == 0
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["rooms"]
    model = read_tflite((tmp_path / "model" / "rooms" / "model.tflite").read_bytes())
    assert {room for _, room in model.meaning.spots} == {"kitchen", "bedroom"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1.0,1.0,nan,-60,-60,-60\n", "walk.csv row 82: k 'nan' is not a finite number"),
        ("1.0,,-60,-60,-60,-60\n", "walk.csv row 82: only one of x and y is given"),
        ("1.0,1.0,-60\n", "walk.csv row 82: 3 fields where the header has 6"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(_table(tmp_path / "walk.csv", row=row)), "--output", str(tmp_path / "model")]) == 2
    assert capsys.readouterr().err == f"scripts/export-model: {problem}\n"
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("nowhere", None, "nowhere: there is no such folder"),
        ("nothing.csv", None, "nothing.csv: there is no such file in"),
        ("empty.csv", "x,y,a\n", "empty.csv: there are no rows"),
        ("bare.csv", "x,y\n1,1\n", "bare.csv row 1: there is no column of an anchor"),
        ("short.csv", "x,y,a\n1,1,-60\n", "all survey samples name one room"),
        ("placeless.csv", "x,y,a\n,,-60\n,,-61\n", "name one room and no places"),
        ("model.tflite", "no model", "model.tflite: this is no file of the kind TFL3"),
        ("gone.tflite", None, "gone.tflite: No such file or directory"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, name: str, content: str | None, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert main([str(path), "--output", str(tmp_path / "model")]) == 2
    printed = capsys.readouterr()
    assert problem in printed.err
    assert printed.err.count("\n") == 1


def test_an_output_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    table = _table(tmp_path / "walk.csv")
    assert main([str(table), "--output", str(tmp_path / "file")]) == 2
    assert "file" in capsys.readouterr().err


def _foreign(folder: Path) -> tuple[Path, Path]:
    """Return a model that does not say what it is about, and what a file beside it says of it."""
    model = schema.ModelT.InitFromPackedBuf(
        write_tflite(TinyModel.of(random_network(4), Meaning(Task.ROOM, ANCHORS, spots=(("0", "k"), ("0", "l"))))), 0
    )
    model.metadata = []
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    path = folder / "foreign.tflite"
    path.write_bytes(bytes(builder.Output()))
    about = folder / "about.json"
    about.write_text(
        json.dumps({"task": "place", "anchors": ANCHORS, "floor": "0", "corner": [0.0, 0.0], "size": [8.0, 7.0]})
    )
    return path, about


def test_a_model_trained_elsewhere_is_taken_with_a_description(tmp_path: Path) -> None:
    path, about = _foreign(tmp_path)
    assert main([str(path), "--describe", str(about), "--output", str(tmp_path / "model")]) == 0
    assert {one.name for one in (tmp_path / "model").iterdir()} == ARTEFACTS
    assert read_tflite((tmp_path / "model" / "model.tflite").read_bytes()).meaning.anchors == ANCHORS


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["foreign.tflite"], "foreign.tflite: it does not say which anchors its inputs are"),
        (["foreign.tflite", "--describe", "gone.json"], "gone.json: No such file or directory"),
        (["foreign.tflite", "--describe", "foreign.tflite"], "foreign.tflite: its description is no JSON"),
        (["home", "--describe", "about.json"], "--describe is for a model (.tflite)"),
    ],
)
def test_a_description_that_is_missing_or_wrong_is_said(
    tmp_path: Path,
    arguments: list[str],
    problem: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _foreign(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"scripts/export-model: {problem}")
    assert printed.count("\n") == 1
    assert not (tmp_path / "model").exists()


def test_a_model_that_microcontrollers_cannot_compute_is_written_for_others_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = random_network(1, inputs=2).layers
    by_row = replace(first, weight_scales=np.full(len(first.bias), 0.01))
    meaning = Meaning(Task.PLACE, ("a", "b"), "0", Extent((0.0, 0.0), (4.0, 4.0)))
    path = tmp_path / "elsewhere.tflite"
    path.write_bytes(write_tflite(TinyModel.of(QuantisedPerceptron((by_row, *others)), meaning)))
    assert main([str(path), "--output", str(tmp_path / "model")]) == 0
    assert {one.name for one in (tmp_path / "model").iterdir()} == {"model.tflite", "model.json"}
    assert "no files for microcontrollers: its weights have a scale for each row" in capsys.readouterr().out


ERRORS = Errors(33, 1.25, 1.0, 2.5, 0.9, {"living": 1.5, "kitchen": 1.0})
REPORT = TrainingReport(9, 99, 3, 1000, {"neural": ERRORS}, None, 0.02, replaces=True)


def test_a_report_is_a_table() -> None:
    assert format_report(REPORT).splitlines() == [
        "9 samples, 99 rows, 3 blocks held out",
        "held out      mean m  median    90 %  rooms %",
        "neural          1.25    1.00    2.50     90.0",
        "  kitchen       1.00",
        "  living        1.50",
        "8 bits instead of floating point change the mean error by +2.0 %",
    ]


def test_what_could_not_be_judged_is_said() -> None:
    lines = format_report(replace(REPORT, held_out_blocks=0, errors={}, quantisation_loss=None)).splitlines()
    assert lines == [
        "9 samples, 99 rows, 0 blocks held out",
        "nothing could be held out: calibrate a second time in some rooms to know how good it is",
    ]


def test_what_was_not_measured_is_left_blank() -> None:
    rooms_only, places_only = Errors(9, None, None, None, 0.5), Errors(9, 1.0, 1.0, 2.0, None)
    for errors, row in (
        (rooms_only, "neural                                   50.0"),
        (places_only, "neural          1.00    1.00    2.00         "),
    ):
        assert format_report(replace(REPORT, errors={"neural": errors})).splitlines()[2] == row


def test_what_ordinary_use_has_taught_is_told() -> None:
    told = format_report(replace(REPORT, learnt_samples=40, helped=2))
    assert "40 samples of ordinary use taught 2 networks, whose error they lower" in told.splitlines()
