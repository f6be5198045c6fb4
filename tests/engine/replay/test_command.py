from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from custom_components.indoor_positioning.engine.locators import LOCATORS
from custom_components.indoor_positioning.engine.replay.__main__ import main
from custom_components.indoor_positioning.engine.replay.recording import Recording, write_recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
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
