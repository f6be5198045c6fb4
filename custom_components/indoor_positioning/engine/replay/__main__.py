"""The command `scripts/replay`: estimates and score of a recording."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ..locators import DEFAULT_LOCATOR, LOCATORS
from .recording import Recording, read_recording
from .rows import ESTIMATE_COLUMNS, EstimateRow, RecordingError, estimate_fields
from .score import Tally, format_score
from .stream import replay

DESCRIPTION = """Stream a recording through the tracker and write one row per device and second. Without
--output the rows go to standard output and the score, where the recording holds the truth, to standard
error; with it the score goes to standard output."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/replay", description=DESCRIPTION)
    parser.add_argument("recording", nargs="?", type=Path, metavar="DIR", help="folder of the replay form")
    parser.add_argument("--locator", default=DEFAULT_LOCATOR, metavar="NAME", help=f"default: {DEFAULT_LOCATOR}")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write the estimates (CSV)")
    parser.add_argument("--list", action="store_true", help="name the locators and stop")
    options = parser.parse_args(arguments)
    if options.list:
        sys.stdout.writelines(f"{name}\n" for name in sorted(LOCATORS, key=lambda name: name != DEFAULT_LOCATOR))
        return 0
    if options.recording is None:
        parser.error("a folder is needed, or --list")
    if options.locator not in LOCATORS:
        return _refuse(f"there is no locator {options.locator!r}; there are {', '.join(LOCATORS)}")
    try:
        recording = read_recording(options.recording)
    except RecordingError as error:
        return _refuse(str(error))
    if options.output is None:
        tally = _stream(recording, options.locator, sys.stdout)
        report = sys.stderr
    else:
        try:
            with options.output.open("w", newline="", encoding="utf-8") as file:
                tally = _stream(recording, options.locator, file)
        except OSError as error:
            return _refuse(f"{options.output}: {error.strerror}")
        report = sys.stdout
    if recording.truth:
        report.write(format_score(tally.score()) + "\n")
    return 0


def _stream(recording: Recording, locator: str, file: TextIO) -> Tally:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(ESTIMATE_COLUMNS)
    rows: list[EstimateRow] = []
    for row in replay(recording, locator=locator):
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
