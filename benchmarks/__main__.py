"""The command `scripts/benchmark`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import learning, report, sensors, sequence, speed
from .accuracy import measure
from .datasets import DATASETS
from .report import replace_section
from .sequence_networks import torch_or_none

ROOT = Path(__file__).resolve().parents[1]

# Where the recordings lie in a checkout that has them beside it; they are not part of the project.
USUAL_DATA = ROOT.parent / "shared" / "datasets"

REPORT_FRAME = """# Benchmarks

How well and how fast the engine locates, against other projects' algorithms, with the same input to all and nothing
looked ahead. Rebuilt by `scripts/benchmark accuracy --report docs/benchmarks.md` and the same with
`learning`, `sensors`, `sequence`, `speed` and `scale`.

<!-- benchmark:accuracy:begin -->
<!-- benchmark:accuracy:end -->

<!-- benchmark:learning:begin -->
<!-- benchmark:learning:end -->

<!-- benchmark:sensors:begin -->
<!-- benchmark:sensors:end -->

<!-- benchmark:sequence:begin -->
<!-- benchmark:sequence:end -->

<!-- benchmark:speed:begin -->
<!-- benchmark:speed:end -->

<!-- benchmark:scale:begin -->
<!-- benchmark:scale:end -->
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.command == "accuracy":
        return _accuracy(options)
    if options.command == "sequence":
        return _sequence(options)
    if options.command == "scale":
        return _scale(options)
    if options.command == "sensors":
        return _sensors(options)
    return _learning(options) if options.command == "learning" else _speed(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description="Measure the engine against its peers.")
    commands = parser.add_subparsers(dest="command", required=True)
    accuracy = commands.add_parser("accuracy", help="errors, rooms, flips, delays, calibration")
    accuracy.add_argument("--data", type=Path, help="folder with the public recordings (their names are in the report)")
    accuracy.add_argument("--quick", action="store_true", help="a part that takes about a minute")
    speed = commands.add_parser("speed", help="time and memory")
    speed.add_argument("--quick", action="store_true", help="fewer sizes")
    lessons = commands.add_parser("learning", help="what hours of ordinary use are worth without a survey")
    lessons.add_argument("--quick", action="store_true", help="one hour in one home of each kind")
    others = commands.add_parser("sensors", help="directions, distances and motion")
    others.add_argument("--quick", action="store_true", help="one walk of each kind")
    windows = commands.add_parser("sequence", help="networks that see eight seconds, with PyTorch")
    windows.add_argument("--data", type=Path, help="folder with the public recordings")
    windows.add_argument("--quick", action="store_true", help="one recording of each kind")
    scale = commands.add_parser("scale", help="a whole Home Assistant with virtual proxies (about half an hour)")
    scale.add_argument("--quick", action="store_true", help="a home only, two minutes")
    scale.add_argument("--beacons", type=int, nargs="+", metavar="N", help="only the sites with so many beacons")
    scale.add_argument("--seconds", type=float, default=30.0, help="how long each state is watched")
    scale.add_argument(
        "--with",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        dest="others",
        help="take over sites that were measured before (with --json)",
    )
    for command in (accuracy, speed, lessons, others, windows, scale):
        command.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON")
        command.add_argument("--report", type=Path, metavar="FILE", help="renew the section of a Markdown report")
    return parser


def _accuracy(options: argparse.Namespace) -> int:
    data: Path | None = options.data or USUAL_DATA
    if data is not None and not any((data / name).is_dir() for name in DATASETS):
        if options.data is not None:
            return _refuse(f"{data}: none of {', '.join(DATASETS)} is there")
        sys.stderr.write("The public recordings are not at hand (--data): only the simulated homes are measured.\n")
        data = None
    results = measure(data, quick=options.quick)
    print(report.text_report(results))
    _write(options, report.json_report(results), "accuracy", report.markdown_report(results))
    if options.report is not None:
        report.replace_section(ROOT / "README.md", "summary", report.readme_table(results))
    return 0


def _speed(options: argparse.Namespace) -> int:
    results = speed.measure(quick=options.quick)
    print(speed.text_report(results))
    _write(options, speed.json_report(results), "speed", speed.markdown_report(results))
    return 0


def _learning(options: argparse.Namespace) -> int:
    results = learning.measure(quick=options.quick)
    print(learning.text_report(results))
    _write(options, learning.json_report(results), "learning", learning.markdown_report(results))
    return 0


def _sensors(options: argparse.Namespace) -> int:
    results = sensors.measure(quick=options.quick)
    print(sensors.text_report(results))
    _write(options, sensors.json_report(results), "sensors", sensors.markdown_report(results))
    return 0


def _sequence(options: argparse.Namespace) -> int:
    torch = torch_or_none()
    if torch is None:
        return _refuse(sequence.WITHOUT_TORCH)
    data: Path = options.data or USUAL_DATA
    if not any((data / name).is_dir() for name in DATASETS):
        return _refuse(f"{data}: none of {', '.join(DATASETS)} is there; say where with --data")
    results = sequence.measure(torch, data, quick=options.quick)
    print(sequence.text_report(results))
    _write(options, sequence.json_report(results), "sequence", sequence.markdown_report(results))
    return 0


def _scale(options: argparse.Namespace) -> int:
    # Needs Home Assistant, which the other benchmarks do without.
    from .scale import report as scale_report  # noqa: PLC0415
    from .scale import run  # noqa: PLC0415
    from .scale.site import SIZES  # noqa: PLC0415

    sizes = [size for size in SIZES if options.beacons is None or size.beacons in options.beacons]
    results = run.measure(quick=options.quick, sizes=sizes, seconds=options.seconds)
    for file in options.others:
        results += scale_report.from_json(json.loads(file.read_text(encoding="utf-8")))
    results.sort(key=lambda result: result.size.beacons)
    print(scale_report.text_report(results))
    _write(
        options,
        scale_report.json_report(results),
        "scale",
        scale_report.markdown_report(results, quick=options.quick),
    )
    return 0


def _write(options: argparse.Namespace, figures: dict[str, object], section: str, text: str) -> None:
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.report is not None:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        if not options.report.exists():
            options.report.write_text(REPORT_FRAME, encoding="utf-8")
        if not replace_section(options.report, section, text):
            with options.report.open("a", encoding="utf-8") as file:
                file.write(f"\n<!-- benchmark:{section}:begin -->\n<!-- benchmark:{section}:end -->\n")
            replace_section(options.report, section, text)


def _refuse(problem: str) -> int:
    sys.stderr.write(f"scripts/benchmark: {problem}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
