"""The command `scripts/replay`: estimates and score of a recording."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from ..locators import DEFAULT_LOCATOR, LOCATORS, NETWORK_LOCATORS
from ..model import PositioningModel
from ..neural.fitting import problem_of_model, remarks_on
from ..neural.models import assemble
from ..neural.problems import ModelError
from ..neural.tflite_reader import read_tflite
from .recording import Recording, read_recording
from .rows import ESTIMATE_COLUMNS, EstimateRow, RecordingError, estimate_fields
from .score import Tally, format_score
from .stream import prepare_model, replay

DESCRIPTION = """Stream a recording through the tracker and write one row per device and second. Without
--output the rows go to standard output and the score, where the recording holds the truth, to standard
error; with it the score goes to standard output."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/replay", description=DESCRIPTION)
    parser.add_argument("recording", nargs="?", type=Path, metavar="DIR", help="folder of the replay form")
    parser.add_argument("--locator", default=DEFAULT_LOCATOR, metavar="NAME", help=f"default: {DEFAULT_LOCATOR}")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write the estimates (CSV)")
    parser.add_argument(
        "--model",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a network (.tflite) for --locator neural or fused instead of training; one for each floor or area, one "
        "for rooms",
    )
    parser.add_argument("--list", action="store_true", help="name the locators and stop")
    options = parser.parse_args(arguments)
    if options.list:
        sys.stdout.writelines(f"{name}\n" for name in sorted(LOCATORS, key=lambda name: name != DEFAULT_LOCATOR))
        return 0
    if options.recording is None:
        parser.error("a folder is needed, or --list")
    if options.locator not in LOCATORS:
        return _refuse(f"there is no locator {options.locator!r}; there are {', '.join(LOCATORS)}")
    if options.model and options.locator not in NETWORK_LOCATORS:
        return _refuse(f"--model is for --locator {' or '.join(sorted(NETWORK_LOCATORS))}, not {options.locator}")
    try:
        recording = read_recording(options.recording)
        model = _with_networks(recording, options.model) if options.model else None
    except (RecordingError, ModelError) as error:
        return _refuse(str(error))
    if options.output is None:
        tally = _stream(recording, options.locator, model, sys.stdout)
        report = sys.stderr
    else:
        try:
            with options.output.open("w", newline="", encoding="utf-8") as file:
                tally = _stream(recording, options.locator, model, file)
        except OSError as error:
            return _refuse(f"{options.output}: {error.strerror}")
        report = sys.stdout
    if recording.truth:
        report.write(format_score(tally.score()) + "\n")
    return 0


def _with_networks(recording: Recording, paths: Sequence[Path]) -> PositioningModel:
    """Return the recording's model with networks from files. Raises ModelError that names the file."""
    networks = []
    for path in paths:
        try:
            networks.append(read_tflite(path.read_bytes()))
        except OSError as error:
            raise ModelError(f"{path}: {error.strerror}") from error
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from error
        if problem := problem_of_model(networks[-1], recording.home):
            raise ModelError(f"{path}: {problem}")
        sys.stderr.writelines(
            f"scripts/replay: {path}: {remark}\n" for remark in remarks_on(networks[-1], recording.home)
        )
    return replace(prepare_model(recording), tiny=assemble(networks))


def _stream(recording: Recording, locator: str, model: PositioningModel | None, file: TextIO) -> Tally:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(ESTIMATE_COLUMNS)
    rows: list[EstimateRow] = []
    for row in replay(recording, locator=locator, model=model):
        writer.writerow(estimate_fields(row))
        rows.append(row)
    tally = Tally()
    tally.add(rows, recording.truth, recording.home)
    return tally


def _refuse(problem: str) -> int:
    sys.stderr.write(f"scripts/replay: {problem}\n")
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        # The reader (head, less) has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
