"""The figures of the scale benchmark as text and as a section of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from benchmarks.report import aligned_table, environment, markdown_table

from .run import NOTHING, OURS, PEER, Phase, SiteResult
from .site import STRANGERS, Size

TITLES: Final = {NOTHING: "without", OURS: "**with**", PEER: "Bermuda's way"}

HEADER: Final = (
    "beacons x proxies",
    "strangers",
    "",
    "core %",
    "added %",
    "MB",
    "loop p50 ms",
    "p99",
    "max",
    "latency p50 s",
    "p99",
    "rows/min",
    "a resting beacon",
    "a walking one",
    "MB a day",
)

LEGEND: Final = """Home Assistant on one core, its proxies over real sockets on the other; four of five beacons rest and
one walks, each sends one to two packets a second. *core* = processor time of the whole process; *added* = on top of
Home Assistant with the same proxies and packets but nothing that locates; *loop* = how late the event loop is,
as far as it was busy itself (the machine had other work);
*latency* = from the first packet that an estimate takes in to the states that follow from it; *rows* = of the
recorder; *MB a day* = these rows at the size that one took in this run."""

# Targets: shares of a core by site, and for all of them seconds and rows.
CORE_TARGETS: Final = {"10 x 8": 0.02, "200 x 50": 0.5}
ADDED_LOOP_S: Final = 0.010
LATENCY_S: Final = 1.0
RESTING_ROWS: Final = 2.0


def text_report(results: Sequence[SiteResult]) -> str:
    """Return the tables for a terminal."""
    return "\n\n".join((aligned_table(_table(results)), "\n".join(verdicts(results))))


def markdown_report(results: Sequence[SiteResult], *, quick: bool) -> str:
    """Return the section of the report."""
    command = f"{environment(dated=True)}, two cores, by `scripts/benchmark scale{' --quick' if quick else ''}`."
    phases = sorted({result.seconds for result in results})
    watched = f"Each was watched for {' or '.join(f'{seconds:g}' for seconds in phases)} s, all in one run of a site."
    held = "\n".join(f"- {line}" for line in verdicts(results))
    return "\n\n".join(("## Scale", command, f"{LEGEND} {watched}", markdown_table(_table(results)), held)) + "\n"


def from_json(figures: Mapping[str, Any]) -> list[SiteResult]:
    """Return what `json_report` was made of."""
    results = []
    for site in figures["sites"]:
        result = SiteResult(Size(site["beacons"], site["proxies"]), {}, site["row_bytes"], site["seconds"])
        for one in site["phases"]:
            known = {field.name: one[field.name] for field in fields(Phase)}
            figures_of: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in known.items()
            }
            what = NOTHING if one["what"] == "nothing" else one["what"]
            result.phases[what, one["strangers"]] = Phase(**figures_of)
        results.append(result)
    return results


def json_report(results: Sequence[SiteResult]) -> dict[str, object]:
    """Return everything as one JSON object."""
    return {
        "environment": environment(),
        "sites": [
            {
                **asdict(result.size),
                "row_bytes": result.row_bytes,
                "seconds": result.seconds,
                "phases": [
                    {"what": what or "nothing", "strangers": strangers, **asdict(phase)}
                    for (what, strangers), phase in result.phases.items()
                ],
            }
            for result in results
        ],
    }


def verdicts(results: Sequence[SiteResult]) -> Iterator[str]:
    """Yield a line for each target: what was reached, and whether that holds."""
    for result in results:
        for strangers in (False, True):
            about = f"{result.size.name}{f' among {STRANGERS} strangers' if strangers else ''}"
            phase = result.phases[OURS, strangers]
            core = result.added_core(OURS, strangers=strangers)
            if target := CORE_TARGETS.get(result.size.name):
                yield f"{about}: {_judged(100 * core, 100 * target, '% of a core')}"
            late = result.added_loop_p99(OURS, strangers=strangers)
            yield f"{about}: {_judged(1e3 * late, 1e3 * ADDED_LOOP_S, 'ms added to the loop, p99')}"
            if phase.latency:
                yield f"{about}: {_judged(phase.latency[1], LATENCY_S, 's latency, p99')}"
            yield f"{about}: {_judged(phase.rows[1], RESTING_ROWS, 'rows a minute and resting beacon')}"


def _judged(value: float, target: float, unit: str) -> str:
    return f"{value:.2f} {unit}, target below {target:g}: {'held' if value < target else 'MISSED'}"


def _table(results: Sequence[SiteResult]) -> list[list[str]]:
    rows = [list(HEADER)]
    for result in results:
        for (what, strangers), phase in result.phases.items():
            added = "" if what == NOTHING else f"{100 * result.added_core(what, strangers=strangers):.1f}"
            name = [result.size.name, str(STRANGERS) if strangers else "", TITLES[what]]
            rows.append([*name, f"{100 * phase.core:.1f}", added, *_cells(phase, result.row_bytes)])
    return rows


def _cells(phase: Phase, row_bytes: float) -> list[str]:
    latency = ["", ""] if phase.latency is None else [f"{one:.2f}" for one in phase.latency[:2]]
    return [
        f"{phase.resident_mb:.0f}",
        *(f"{1e3 * one:.1f}" for one in phase.loop),
        *latency,
        f"{phase.rows[0]:.0f}",
        f"{phase.rows[1]:.2f}",
        f"{phase.rows[2]:.1f}",
        f"{phase.rows[0] * 24 * 60 * row_bytes / 1e6:.1f}",
    ]
