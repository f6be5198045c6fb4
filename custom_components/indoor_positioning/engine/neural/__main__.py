"""The command `scripts/export-model`: trains a recording's home and writes its models for microcontrollers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..replay.recording import read_recording
from ..replay.rows import RecordingError
from ..replay.stream import prepare_model
from .export import artefacts, named_models
from .export_c import SCALES_BY_ROW, has_scales_by_row
from .foreign import adopt
from .judging import Errors, TrainingReport, teach
from .models import TinyModel
from .problems import ModelError, TrainingError
from .tables import read_table_home
from .tflite_reader import read_tflite

DESCRIPTION = """Train the networks of a home from the survey in a recording (a folder of the replay form) or in a plain
table (CSV: one column of dBm an anchor, and x, y), judge them by the blocks that are held out, and write a folder for
each, with model.tflite, the C array, the C header, the JSON sidecar with test vectors and an ESPHome configuration. A
model that was trained before is only written anew; of one that was trained elsewhere, with TensorFlow say, a file in
JSON must tell which anchors its inputs are and where its outputs lie."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/export-model", description=DESCRIPTION)
    parser.add_argument("source", type=Path, metavar="DIR", help="a recording, a table (.csv) or a model (.tflite)")
    parser.add_argument(
        "--output", type=Path, default=Path("model"), metavar="DIR", help="where to write; default: model"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; the same seed, the same models")
    parser.add_argument(
        "--describe",
        type=Path,
        metavar="FILE",
        help="what a model that was trained elsewhere is about (JSON)",
    )
    options = parser.parse_args(arguments)
    if options.describe is not None and options.source.suffix != ".tflite":
        return _refuse("--describe is for a model (.tflite)")
    try:
        if options.source.suffix == ".tflite":
            named = [("", _read(options.source, options.describe))]
        else:
            named = list(_trained(options.source, options.seed))
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")
    except (RecordingError, TrainingError) as error:
        return _refuse(str(error))
    except ModelError as error:
        return _refuse(f"{options.source}: {error}")
    try:
        for name, model in named:
            _write(options.output / name, model)
    except ModelError as error:
        return _refuse(f"{options.source}: {error}")
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")
    return 0


def _read(source: Path, description: Path | None) -> TinyModel:
    file = source.read_bytes()
    return read_tflite(file) if description is None else adopt(file, description.read_bytes())


def _trained(source: Path, seed: int) -> Iterator[tuple[str, TinyModel]]:
    recording = read_table_home(source) if source.suffix == ".csv" else read_recording(source)
    taught = teach(prepare_model(recording, networks=True), seed=seed)
    sys.stdout.write(format_report(taught.report) + "\n")
    yield from named_models(taught.models)


def format_report(report: TrainingReport) -> str:
    """Return a training report for a terminal."""
    lines = [f"{report.samples} samples, {report.rows} rows, {report.held_out_blocks} blocks held out"]
    if report.errors:
        lines.append(f"{'held out':<12} {'mean m':>7} {'median':>7} {'90 %':>7} {'rooms %':>8}")
        lines.extend(_line(name, errors) for name, errors in report.errors.items())
        rooms = report.errors["neural"].mean_by_room
        lines.extend(f"  {room:<10} {error:>7.2f}" for room, error in sorted(rooms.items()))
    else:
        lines.append("nothing could be held out: calibrate a second time in some rooms to know how good it is")
    if report.learnt_samples:
        lines.append(
            f"{report.learnt_samples} samples of ordinary use taught {report.helped} networks, whose error they lower"
        )
    if report.quantisation_loss is not None:
        lines.append(
            f"8 bits instead of floating point change the mean error by {100.0 * report.quantisation_loss:+.1f} %"
        )
    return "\n".join(lines)


def _line(name: str, errors: Errors) -> str:
    figures = (errors.mean, errors.median, errors.p90)
    rooms = "" if errors.rooms is None else f"{100.0 * errors.rooms:.1f}"
    return f"{name:<12} " + " ".join(" " * 7 if one is None else f"{one:7.2f}" for one in figures) + f" {rooms:>8}"


def _write(folder: Path, model: TinyModel) -> None:
    files = artefacts(model)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sys.stdout.write(f"{folder}: {', '.join(files)}\n")
    if has_scales_by_row(model.network):
        sys.stdout.write(f"{folder}: no files for microcontrollers: {SCALES_BY_ROW}\n")


def _refuse(problem: str) -> int:
    sys.stderr.write(f"scripts/export-model: {problem}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
