"""Each command of the documentation is executed: here, as far as it ends soon, or by a part of `scripts/test`."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import clones
from benchmarks.scale import sharing
from tests.pages import ROOT
from tests.test_docs_commands import COMMANDS

SCRIPTS_TEST = (ROOT / "scripts/test").read_text()
FRONTEND = ROOT / "custom_components/indoor_positioning/frontend"

# A command and its first argument, and which test of this file runs it.
HERE = {
    "scripts/replay": "test_a_recording_is_replayed_from_a_folder_and_from_a_file",
    "scripts/export-model": "test_a_model_is_exported_described_and_replayed",
    "scripts/release": "test_a_release_is_packed",
    "scripts/benchmark accuracy": "test_a_benchmark_begins_to_measure",
    "scripts/benchmark learning": "test_a_benchmark_begins_to_measure",
    "scripts/benchmark scale": "test_a_benchmark_begins_to_measure",
    "scripts/benchmark speed": "test_a_benchmark_begins_to_measure",
    "scripts/benchmark sequence": "test_a_benchmark_that_needs_more_says_so",
    "python benchmarks.scale.sharing": "test_the_measurement_of_shared_sites_begins",
    "python benchmarks.clones": "test_the_measurement_of_copies_prints_its_figures",
    "scripts/test": "test_a_part_that_does_not_exist_is_refused_with_all_that_do",
}

# A command, the part of `scripts/test` that runs it, and how it stands there.
BY_A_PART = {
    "scripts/demo": ("demo", "scripts/demo --check"),
    "scripts/test lint": ("lint", "ruff check"),
    "scripts/test types": ("types", "mypy"),
    "scripts/test unit": ("unit", "pytest"),
    "scripts/test frontend": ("frontend", "npm --prefix"),
    "scripts/test firmware": ("firmware", "pytest tests/firmware"),
    "scripts/test newest": ("newest", "scripts/demo --check"),
    "npm run lint": ("frontend", "for script in lint typecheck test"),
    "npm run typecheck": ("frontend", "for script in lint typecheck test"),
    "npm test": ("frontend", "for script in lint typecheck test"),
    "scripts/setup": ("main", "scripts/setup"),
    "npm run build": ("main", "scripts/setup"),
}

# What no test can run, and why. Their options are held to what they say of themselves, in `test_docs_commands.py`.
NOT_HERE = {
    "scripts/setup --lock": "asks the package registries for the newest versions",
    "scripts/test converter": "brings 2 GB",
    "scripts/test coverage": "is the whole suite once more",
    "scripts/test mutation": "takes an hour",
    "npm run format": "changes the sources",
    "npm run watch": "does not end",
}


HOME = {
    "floors": [{"id": "ground", "name": "Ground floor", "level": 0}],
    "rooms": [
        {"id": "kitchen", "name": "Kitchen", "floor": "ground", "polygon": [[0, 0], [4, 0], [4, 4], [0, 4]]},
        {"id": "living", "name": "Living room", "floor": "ground", "polygon": [[4, 0], [8, 0], [8, 4], [4, 4]]},
    ],
    "anchors": [
        {"id": "a", "floor": "ground", "position": [0.5, 0.5, 1.2], "room": "kitchen"},
        {"id": "b", "floor": "ground", "position": [7.5, 0.5, 1.2], "room": "living"},
        {"id": "c", "floor": "ground", "position": [7.5, 3.5, 1.2], "room": "living"},
    ],
}


def key_of(words: Sequence[str]) -> str:
    """Return a command with what tells one thing that it does from another."""
    name, *rest = words
    if name == "python":
        return f"python {rest[1]}"
    known = {*HERE, *BY_A_PART, *NOT_HERE}
    return next((key for length in (3, 2) if (key := " ".join(words[:length])) in known), name)


@pytest.mark.parametrize("words", sorted({words for _, words in COMMANDS}), ids=" ".join)
def test_a_command_is_executed_somewhere(words: tuple[str, ...]) -> None:
    key = key_of(words)
    if key in HERE:
        assert callable(globals()[HERE[key]])
        return
    if key in NOT_HERE:
        return
    part, how = BY_A_PART[key]
    body = re.search(rf"^{part}\(\) {{(.*?)}}$", SCRIPTS_TEST, re.MULTILINE | re.DOTALL)
    assert body is not None
    assert how in body[1]
    parts = re.search(r"^PARTS=\((.*)\)$", SCRIPTS_TEST, re.MULTILINE)
    assert parts is not None
    assert part in {*parts[1].split(), "main"}, "which runs when no part is named"


def test_setting_up_builds_the_front_end() -> None:
    """`scripts/setup` is what builds it, by the command that the page tells."""
    assert "npm run --silent build" in (ROOT / "scripts/lib/frontend.sh").read_text()
    assert "scripts/lib/frontend.sh" in (ROOT / "scripts/setup").read_text()


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A tag that stays in the kitchen for half a minute, and a survey of both rooms."""
    folder = tmp_path / "recording"
    folder.mkdir()
    (folder / "home.json").write_text(json.dumps(HOME))
    heard = [f"{second},tag,{anchor},{rssi}" for second in range(30) for anchor, rssi in (("a", -50), ("b", -75))]
    (folder / "adverts.csv").write_text("\n".join(["time,device,anchor,rssi", *heard]) + "\n")
    return folder


def rooms_in(path: Path) -> set[str]:
    with path.open(newline="") as file:
        return {row["room"] for row in csv.DictReader(file)}


def test_a_recording_is_replayed_from_a_folder_and_from_a_file(recording: Path, tmp_path: Path) -> None:
    packed = tmp_path / "recording.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in recording.iterdir():
            archive.write(path, path.name)
    for source in (recording, packed):
        output = tmp_path / "estimates.csv"
        done = run("scripts/replay", source, "--locator", "fingerprint", "--output", output)
        assert done.returncode == 0, done.stderr
        assert rooms_in(output) == {"kitchen"}


def test_a_recording_that_cannot_be_read_ends_as_it_is_told(recording: Path) -> None:
    (recording / "adverts.csv").write_text("time,device,anchor,rssi\n1,tag,a,loud\n")
    module = "custom_components.indoor_positioning.engine.replay"
    asked = [sys.executable, "-m", module, str(recording)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "adverts.csv" in done.stderr.splitlines()[-1]


def test_a_model_is_exported_described_and_replayed(recording: Path, tmp_path: Path) -> None:
    table = tmp_path / "walk.csv"
    rows = [
        f"{0.2 + 0.09 * step:.2f},{0.5 + step % 10 * 0.3:.1f},{-45 - step // 3},{-70 + step // 3},{-72 + step // 4}"
        for step in range(80)
    ]
    table.write_text("\n".join(["x,y,a,b,c", *rows]) + "\n")
    done = run("scripts/export-model", table, "--output", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    model = tmp_path / "model" / "floor_0" / "model.tflite"
    about: dict[str, Any] = json.loads(model.with_name("model.json").read_text())
    told = tmp_path / "about.json"
    told.write_text(json.dumps({key: about[key] for key in ("task", "anchors", "floor", "corner", "size")}))
    done = run("scripts/export-model", model, "--describe", told, "--output", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again" / "model.tflite").exists()
    home = json.loads((recording / "home.json").read_text())
    home["floors"][0]["id"] = about["floor"]
    for one in (*home["rooms"], *home["anchors"]):
        one["floor"] = about["floor"]
    (recording / "home.json").write_text(json.dumps(home))
    output = tmp_path / "estimates.csv"
    done = run("scripts/replay", recording, "--locator", "neural", "--model", model, "--output", output)
    assert done.returncode == 0, done.stderr
    assert len(rooms_in(output)) == 1


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="a release is made of a commit")
@pytest.mark.skipif(not (FRONTEND / "dist").is_dir(), reason="the front end is not built: scripts/setup does")
def test_a_release_is_packed(tmp_path: Path) -> None:
    done = run("scripts/release", "1.0.0", "--no-check", "--output", tmp_path)
    assert done.returncode == 0, done.stderr
    (packed,) = tmp_path.iterdir()
    with zipfile.ZipFile(packed) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["version"] == "1.0.0"
    assert re.fullmatch(r"[0-9a-f]{64}", done.stdout.split()[-1])


class _Measures(Exception):  # noqa: N818 - not an error, but that it has come so far
    """The command begins to measure, which `tests/benchmarks/` tests in pieces that end soon."""


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        (["accuracy", "--quick"], "benchmarks.__main__.measure"),
        (["learning"], "benchmarks.learning.measure"),
        (["speed"], "benchmarks.speed.measure"),
        (["scale"], "benchmarks.scale.run.measure"),
    ],
)
def test_a_benchmark_begins_to_measure(words: list[str], measure: str) -> None:
    with patch(measure, side_effect=_Measures) as began, pytest.raises(_Measures):
        benchmarks.main(words)
    assert began.call_args.kwargs["quick"] == ("--quick" in words)


@pytest.mark.skipif(find_spec("torch") is not None, reason="it would take hours")
def test_a_benchmark_that_needs_more_says_so() -> None:
    done = run("scripts/benchmark", "sequence")
    assert done.returncode == 2
    assert "torch" in done.stderr.lower()


def test_the_measurement_of_copies_prints_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    short = patch.multiple(clones, RUNS=1, delays=Mock(return_value=[60.0]))
    with short, patch.object(sys, "argv", ["benchmarks.clones"]):
        clones.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > len(clones.HOMES)
    assert "100% in 2 min" in lines[0]


def test_the_measurement_of_shared_sites_begins() -> None:
    with patch("benchmarks.scale.sharing.share_between_two", side_effect=_Measures) as began, pytest.raises(_Measures):
        sharing.main()
    began.assert_called_once_with(sharing.SITE, sharing.BEACONS)


def test_a_part_that_does_not_exist_is_refused_with_all_that_do() -> None:
    done = run("scripts/test", "everything")
    assert done.returncode == 2
    for part in ("lint", "types", "unit", "coverage", "mutation"):
        assert f"  {part} " in done.stderr
