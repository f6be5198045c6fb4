from __future__ import annotations

from pathlib import Path

import pytest

from custom_components.indoor_positioning.engine.neural.__main__ import main
from custom_components.indoor_positioning.engine.neural.tflite_reader import read_tflite
from custom_components.indoor_positioning.engine.replay.recording import Recording, write_recording
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, ideal_rssi, readings

ARTEFACTS = {"model.tflite", "model_data.h", "ble_position.h", "model.json", "ble_position.yaml"}


def test_a_recording_becomes_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_recording(tmp_path / "home", Recording(FLAT, noisy_survey(), readings(FLAT, (1.0, 1.0), "0", [0.0])))
    assert main([str(tmp_path / "home"), "--output", str(tmp_path / "model")]) == 0
    assert {path.name for path in (tmp_path / "model" / "floor_0").iterdir()} == ARTEFACTS
    assert {path.name for path in (tmp_path / "model" / "rooms").iterdir()} == ARTEFACTS - {"ble_position.yaml"}
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
