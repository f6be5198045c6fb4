from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.neural.tflite_writer import write_tflite
from custom_components.indoor_positioning.engine.neural.trainer import train_models
from custom_components.indoor_positioning.engine.replay.__main__ import main
from custom_components.indoor_positioning.engine.replay.recording import Recording, write_recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from tests.engine.neural.homes import noisy_survey
from tests.engine.small_home import FLAT, FLAT_SURVEY, readings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    truth = [TruthRow(time, "tag", (1.0, 1.0), "0", "kitchen") for time in (0.0, 20.0)]
    recording = Recording(FLAT, FLAT_SURVEY, readings(FLAT, (1.0, 1.0), "0", range(21)), truth=truth)
    write_recording(tmp_path / "recording", recording)
    return tmp_path / "recording"


@pytest.mark.parametrize("locator", LOCATORS)
def test_every_locator_replays(folder: Path, locator: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--locator", locator]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert list(rows[0]) == ["time", "device", "x", "y", "floor", "room", "accuracy", "confidence"]
    assert len(rows) == 21
    assert rows[-1]["room"] == "kitchen"
    assert "rooms right" in printed.err


def test_with_a_file_the_score_is_what_is_printed(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--output", str(tmp_path / "estimates.csv")]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("rows scored          21\n")
    assert printed.err == ""
    assert (tmp_path / "estimates.csv").read_text(encoding="utf-8").count("\n") == 22


def test_without_truth_there_is_no_score(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "truth.csv").unlink()
    assert main([str(folder)]) == 0
    assert capsys.readouterr().err == ""


def test_the_locators_are_listed_one_a_line_the_default_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    names = capsys.readouterr().out.split()
    assert names[0] == "bayes"
    assert set(names) == set(LOCATORS)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere"], "scripts/replay: nowhere: there is no such folder\n"),
        (["nowhere", "--locator", "psychic"], "scripts/replay: there is no locator 'psychic'; there are bayes, "),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(problem)
    assert printed.err.count("\n") == 1


def test_a_wrong_row_leaves_no_output_behind(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "adverts.csv").open("a", encoding="utf-8") as file:
        file.write("late,tag,k,-60\n")
    assert main([str(folder), "--output", str(tmp_path / "estimates.csv")]) == 2
    assert "adverts.csv row 86: time 'late' is not a number" in capsys.readouterr().err
    assert not (tmp_path / "estimates.csv").exists()


def test_an_output_that_cannot_be_written_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--output", str(folder / "no" / "where.csv")]) == 2
    assert "where.csv: No such file or directory" in capsys.readouterr().err


@pytest.fixture
def house_folder(tmp_path: Path) -> Path:
    """Return the recording of a house by hand: two floors, anchors with heights, one without place, a reference."""
    home = {
        "floors": [{"id": "g", "name": "Ground"}, {"id": "u", "name": "Upper", "level": 1, "elevation": 2.8}],
        "rooms": [
            {"id": "hall", "name": "Hall", "floor": "g", "polygon": [[0, 0], [6, 0], [6, 5], [0, 5]]},
            {"id": "study", "name": "Study", "floor": "u", "polygon": [[0, 0], [6, 0], [6, 5], [0, 5]]},
            {"id": "attic", "name": "Attic", "floor": "u"},
        ],
        "stairs": [{"from_floor": "g", "to_floor": "u", "polygon": [[4, 3], [5, 3], [5, 4], [4, 4]]}],
        "anchors": [
            {"id": "h", "floor": "g", "position": [0.2, 0.2, 2.4], "room": "hall"},
            {"id": "h2", "floor": "g", "position": [5.8, 4.8, 0.3], "room": "hall"},
            {"id": "s", "floor": "u", "position": [0.2, 4.8, 1.9], "room": "study"},
            {"id": "s2", "floor": "u", "position": [5.8, 0.2, 0.1], "room": "study", "rssi_offset": 3.0},
            {"id": "a", "floor": "u", "room": "attic"},
        ],
        "beacons": [{"id": "tag", "reference_rssi": -61}, {"id": "lamp", "position": [3, 3, 0.5], "floor": "g"}],
    }
    (tmp_path / "home.json").write_text(json.dumps(home), encoding="utf-8")
    level = {"h": -75.0, "h2": -78.0, "s": -55.0, "s2": -63.0, "a": -80.0, "stranger": -40.0}
    lines = [
        f"{time + 0.1 * index},{device},{anchor},{rssi if device == 'tag' else -70}"
        for time in range(30)
        for device in ("tag", "lamp")
        for index, (anchor, rssi) in enumerate(level.items())
    ]
    survey = "".join(f"{line}\n" for line in lines if ",tag," in line)
    (tmp_path / "adverts.csv").write_text("time,device,anchor,rssi\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "survey_adverts.csv").write_text("time,device,anchor,rssi\n" + survey, encoding="utf-8")
    truth = "time,device,x,y,floor,room\n0,tag,1.5,4,u,study\n29,tag,1.5,4,u,study\n"
    (tmp_path / "survey_truth.csv").write_text(truth, encoding="utf-8")
    (tmp_path / "history_adverts.csv").write_text("time,device,anchor,rssi\n" + survey, encoding="utf-8")
    (tmp_path / "truth.csv").write_text(truth, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "absent",
    [
        (),
        ("truth.csv",),
        ("history_adverts.csv", "truth.csv"),
        ("survey_adverts.csv", "survey_truth.csv", "history_adverts.csv", "truth.csv"),
    ],
)
@pytest.mark.parametrize("locator", LOCATORS)
def test_every_locator_replays_a_house_it_has_never_seen(
    house_folder: Path, locator: str, absent: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in absent:
        (house_folder / name).unlink()
    assert main([str(house_folder), "--locator", locator]) == 0
    printed = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert {row["device"] for row in rows} == {"tag", "lamp"}
    assert len(rows) == 2 * 31
    for row in rows:
        assert row["floor"] in {"g", "u", ""}
        assert row["room"] in {"hall", "study", "attic", ""}
        assert all(math.isfinite(float(row[name])) for name in ("x", "y", "accuracy") if row[name])
    last = [row for row in rows if row["device"] == "tag"][-1]
    assert last["floor"] == "u"
    assert ("rooms right" in printed.err) == ("truth.csv" not in absent)


@pytest.mark.parametrize("half", ["survey_adverts.csv", "survey_truth.csv"])
def test_half_a_survey_is_refused(house_folder: Path, half: str, capsys: pytest.CaptureFixture[str]) -> None:
    (house_folder / half).unlink()
    assert main([str(house_folder)]) == 2
    assert f"{half}: there is no such file" in capsys.readouterr().err


def _networks(folder: Path, home: Home = FLAT) -> list[Path]:
    models = train_models(PositioningModel.build(home, noisy_survey(home))).models
    paths = []
    for number, one in enumerate(models):
        paths.append(folder / f"{number}.tflite")
        paths[-1].write_bytes(write_tflite(one))
    return paths


def test_networks_from_files_locate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_recording(tmp_path / "home", Recording(FLAT, (), readings(FLAT, (1.0, 1.0), "0", list(range(20)))))
    place, rooms = _networks(tmp_path)
    assert main([str(tmp_path / "home"), "--locator", "neural", "--model", str(place), "--model", str(rooms)]) == 0
    last = capsys.readouterr().out.splitlines()[-1].split(",")
    assert last[5] == "kitchen"
    assert math.dist((float(last[2]), float(last[3])), (1.0, 1.0)) < 3.0


def test_anchors_that_a_network_does_not_share_with_the_home_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = FLAT.anchors
    changed = replace(FLAT, anchors=(replace(first, id="attic"), *others))
    write_recording(tmp_path / "home", Recording(changed, (), readings(FLAT, (1.0, 1.0), "0", [0.0])))
    place = _networks(tmp_path)[0]
    assert main([str(tmp_path / "home"), "--locator", "neural", "--model", str(place)]) == 0
    assert capsys.readouterr().err.splitlines()[:2] == [
        f"scripts/replay: {place}: asks for anchors that are not here, which count as not heard: {first.id}",
        f"scripts/replay: {place}: knows nothing of these anchors, which it does not listen to: attic",
    ]


@pytest.mark.parametrize(
    ("locator", "name", "problem"),
    [
        ("neural", "other.tflite", "other.tflite: it is for other anchors: 4 of its 4 are not here, such as"),
        ("neural", "gone.tflite", "gone.tflite: No such file or directory"),
        ("neural", "broken.tflite", "broken.tflite: this is no file of the kind TFL3"),
        ("bayes", "other.tflite", "--model is for --locator fused or neural, not bayes"),
    ],
)
def test_networks_that_do_not_fit_are_refused(
    tmp_path: Path, locator: str, name: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_recording(tmp_path / "home", Recording(FLAT, (), readings(FLAT, (1.0, 1.0), "0", [0.0])))
    strangers = replace(FLAT, anchors=tuple(replace(one, id=f"other {one.id}") for one in FLAT.anchors))
    _networks(tmp_path, strangers)[0].rename(tmp_path / "other.tflite")
    (tmp_path / "broken.tflite").write_bytes(b"no model")
    assert main([str(tmp_path / "home"), "--locator", locator, "--model", str(tmp_path / name)]) == 2
    printed = capsys.readouterr()
    assert problem in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
