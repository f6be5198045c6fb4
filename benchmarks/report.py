"""The benchmark's figures as text: for the terminal, as JSON, and as a section of a Markdown file."""

from __future__ import annotations

import datetime as dt
import math
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

from custom_components.indoor_positioning.engine.locators import DEFAULT_LOCATOR, LOCATORS
from custom_components.indoor_positioning.engine.replay.score import Score, Tally

from .accuracy import Results
from .cases import GROUPS, Knowledge
from .lab import lab_lines
from .lab_network import network_lines
from .runner import OWN_OTHERS, RIVALS, Outcome

KNOWLEDGE_TITLES = {
    Knowledge.SURVEY: "with survey",
    Knowledge.HISTORY: "no survey, an hour or less of unlabelled history",
    Knowledge.NOTHING: "no survey",
}

type _Column = tuple[str, Callable[[Score, Outcome], str]]


def _number(value: float | None, form: str = "{:.2f}") -> str:
    return "" if value is None or math.isnan(value) else form.format(value)


def _latency(median: float | None, count: int) -> str:
    """Return a median in seconds; where most never were noticed there is none."""
    if count == 0:
        return ""
    return "never" if median is None else f"{median:.1f}"


COLUMNS: tuple[_Column, ...] = (
    ("median m", lambda score, _: _number(score.median_error)),
    ("p90 m", lambda score, _: _number(score.p90_error)),
    ("p95 m", lambda score, _: _number(score.p95_error)),
    ("rooms %", lambda score, _: _number(score.rooms and 100.0 * score.rooms, "{:.1f}")),
    ("floors %", lambda score, _: _number(score.floors and 100.0 * score.floors, "{:.1f}")),
    ("flips/h", lambda score, _: _number(score.flips_per_hour, "{:.0f}")),
    ("entry s", lambda score, _: _latency(score.entry_latency, score.entries)),
    ("exit s", lambda score, _: _latency(score.exit_latency, score.entries)),
    ("away/h", lambda score, _: _number(score.away_alarms_per_hour, "{:.1f}")),
    ("in radius %", lambda score, _: _number(score.accuracy_coverage and 100.0 * score.accuracy_coverage, "{:.0f}")),
    ("ECE", lambda score, _: _number(score.confidence_error)),
    ("Brier", lambda score, _: _number(score.brier)),
    ("µs/reading", lambda _, outcome: _number(1e6 * outcome.seconds / max(outcome.readings, 1), "{:.0f}")),
)

LEGEND = """Errors in the plane; *rooms* and *floors* are shares of all seconds; *flips* = changes of the room while the
truth stands still (its first 5 s apart); *entry*, *exit* = median delay after a door is passed, "never" where most were
not noticed before the room was left again; *away* = false alarms; *in radius* = how often the truth lies within the
accuracy radius (68 is meant); *ECE* and *Brier* judge the confidence of the named room. An empty field means that the
method does not claim the figure or the recording cannot tell. *Rivals* are other projects' algorithms and the classic
locators (proximity, centroid, trilateration, fingerprint); *own other* are the engine's further ones. **Bold**: the
default locator."""


def text_report(results: Results) -> str:
    """Return the tables for a terminal."""
    parts = []
    for (group, knowledge), outcomes in results.outcomes.items():
        parts.append(f"{GROUPS[group].title} ({GROUPS[group].about}), {KNOWLEDGE_TITLES[knowledge]}")
        parts.append(aligned_table(_table(outcomes, "> {}")))
    parts.append("What must be reached")
    parts.append(aligned_table(requirement_rows(results)))
    if results.disturbances:
        parts.append(f"{DEFAULT_LOCATOR} with something wrong, simulated flat and house, with survey")
        parts.append(aligned_table(_disturbance_rows(results)))
    if results.spots:
        parts.append("How much survey it takes: stands of 15 s a room")
        parts.append(aligned_table(_spots_rows(results)))
    if results.lab is not None:
        parts.append("The literature's lab")
        parts.append("\n".join(lab_lines(results.lab)))
    if results.network:
        parts.append("A network in the literature's lab")
        parts.append("\n".join(network_lines(results.network)))
    parts.append(f"{results.seconds:.0f} s")
    return "\n\n".join(parts)


def markdown_report(results: Results) -> str:
    """Return the accuracy section of the report."""
    parts = [
        "## Accuracy",
        f"{environment(dated=True)}, by `scripts/benchmark accuracy{' --quick' if results.quick else ''}`.",
        LEGEND,
        "### What must be reached",
        markdown_table(requirement_rows(results)),
    ]
    for group, about in GROUPS.items():
        tables = [(knowledge, results.outcomes.get((group, knowledge))) for knowledge in Knowledge]
        if not any(outcomes for _, outcomes in tables):
            continue
        parts.extend((f"### {about.title}", f"{about.about[0].upper()}{about.about[1:]}."))
        for knowledge, outcomes in tables:
            if outcomes:
                parts.extend((f"{KNOWLEDGE_TITLES[knowledge].capitalize()}:", markdown_table(_table(outcomes))))
    if results.disturbances:
        parts.extend(
            (
                "### A wrong plan, broken hardware",
                f"`{DEFAULT_LOCATOR}` {DISTURBANCE_TEXT}",
                markdown_table(_disturbance_rows(results)),
            )
        )
    if results.spots:
        parts.extend(("### How much survey it takes", SPOTS_TEXT, markdown_table(_spots_rows(results))))
    parts.extend(("### Reliability of the confidence", _reliability(results)))
    if results.lab is not None:
        parts.extend(("### The literature's lab", LAB_TEXT, "\n".join(lab_lines(results.lab))))
    if results.network:
        parts.extend(("### A network in the literature's lab", NETWORK_TEXT, "\n".join(network_lines(results.network))))
    return "\n\n".join(parts) + "\n"


DISTURBANCE_TEXT = """on the simulated flat and house, surveyed while all was well; *longest wrong* = longest time in a
row that the room was wrong while the truth stayed in one, which a place that the map takes for its neighbour makes long
in the intact home too. So what a disturbance spoils is counted by arrivals: the truth came into another room and stayed
for 30 s, and in the intact home the estimate was right within that time (it named the room, or lay no further off than
19 of 20 estimates do). *Late* are those at which it was not, here; *stuck* those of them at which a filter that began
with the arrival says something else after the 30 s, so that not the evidence but the memory is at fault."""

SPOTS_TEXT = "Stands of 15 s in each room, turning round once; the simulated flat and house."

LAB_TEXT = """5 x 5 m, beacons at (2.5, 0), (0, 5), (5, 5), 256 points on a 0.3 m grid, 60 s at 1 Hz, readings drawn
from the published law with white noise. The fit and the filter are reproduced. The centroid's 0.3 m and its lead over
trilateration are not: a mean of three places, however weighted, is pulled to the middle, and on this geometry no choice
of the usual weights comes near. So these rest on something that the publication does not tell."""


NETWORK_TEXT = """5 x 5 m, a beacon in each corner, surveyed on a 0.5 m grid with 6 s a point, tested at 2,000 other
places. Half a metre is reached while the link filter leaves no more than about 2 dB."""


def requirement_rows(results: Results) -> list[list[str]]:
    """Return what the default must reach against what it reaches, by group; the header first."""
    rows = [
        [
            "group",
            "knowledge",
            "median m",
            "best rival",
            "own other",
            "rooms %",
            "best rival",
            "own other",
            "flips/h",
            "entry s",
            "in radius %",
            "ECE",
        ]
    ]
    for group, knowledge in results.outcomes:
        mine = results.score(group, knowledge, DEFAULT_LOCATOR)
        if mine is None:
            continue
        against = Knowledge.NOTHING if knowledge is Knowledge.HISTORY else knowledge
        best = partial(results.best_other, group, against)
        rows.append(
            [
                GROUPS[group].title,
                KNOWLEDGE_TITLES[knowledge].split(",")[-1].strip(),
                _number(mine.median_error),
                _named(best("median_error", RIVALS)),
                _named(best("median_error", OWN_OTHERS)),
                _number(mine.rooms and 100.0 * mine.rooms, "{:.1f}"),
                _named(best("rooms", RIVALS), 100.0, "{:.1f}"),
                _named(best("rooms", OWN_OTHERS), 100.0, "{:.1f}"),
                _number(mine.flips_per_hour, "{:.0f}"),
                _latency(mine.entry_latency, mine.entries),
                _number(mine.accuracy_coverage and 100.0 * mine.accuracy_coverage, "{:.0f}"),
                _number(mine.confidence_error),
            ]
        )
    return rows


def _named(best: tuple[str, float] | None, scale: float = 1.0, form: str = "{:.2f}") -> str:
    return f"{form.format(scale * best[1])} ({best[0]})" if best else ""


def json_report(results: Results) -> dict[str, object]:
    """Return everything as one JSON object."""
    return {
        "date": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        "environment": environment(),
        "quick": results.quick,
        "results": [
            {
                "group": group,
                "real": GROUPS[group].real,
                "knowledge": knowledge.value,
                "method": method,
                "own": method in LOCATORS,
                "us_per_reading": 1e6 * outcome.seconds / max(outcome.readings, 1),
                **outcome.tally.score().to_dict(),
            }
            for (group, knowledge), outcomes in results.outcomes.items()
            for method, outcome in outcomes.items()
        ],
        "disturbances": {
            kind: {**outcome.tally.score().to_dict(), "arrivals": asdict(outcome.arrivals)}
            for kind, outcome in results.disturbances.items()
        },
        "spots": [
            {"home": home, "spots": count, "method": method, **outcome.tally.score().to_dict()}
            for (home, count), outcomes in results.spots.items()
            for method, outcome in outcomes.items()
        ],
        "lab": None if results.lab is None else asdict(results.lab),
        "network": [asdict(one) for one in results.network],
    }


def environment(*, dated: bool = False) -> str:
    """Return what the figures were measured on, as far as it matters for speed."""
    date = f"Measured on {dt.datetime.now(tz=dt.UTC).date().isoformat()}, " if dated else ""
    return f"{date}Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}"


def replace_section(path: Path, name: str, text: str) -> bool:
    """Put `text` between the markers of section `name` in a file; whether the file has them."""
    begin, end = f"<!-- benchmark:{name}:begin -->", f"<!-- benchmark:{name}:end -->"
    content = path.read_text(encoding="utf-8") if path.exists() else ""
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(content):
        return False
    path.write_text(pattern.sub(lambda _: f"{begin}\n{text.strip()}\n{end}", content), encoding="utf-8")
    return True


def readme_table(results: Results) -> str:
    """Return the short table for the README: the default against the best of its rivals, with survey."""
    rows = [["", "median error, m", "best rival", "rooms right, %", "best rival"]]
    rows.extend(
        [row[0], row[2], row[3], row[5], row[6]]
        for row in requirement_rows(results)[1:]
        if row[1] == KNOWLEDGE_TITLES[Knowledge.SURVEY]
    )
    return markdown_table(rows)


def _table(outcomes: dict[str, Outcome], mark: str = "**{}**") -> list[list[str]]:
    rows = [["method", *(title for title, _ in COLUMNS)]]
    for method, outcome in outcomes.items():
        score = outcome.tally.score()
        name = mark.format(method) if method == DEFAULT_LOCATOR else method
        rows.append([name, *(column(score, outcome) for _, column in COLUMNS)])
    return rows


def _disturbance_rows(results: Results) -> list[list[str]]:
    rows = [["", *SCORE_HEADER, "longest wrong s", "arrivals", "late", "stuck"]]
    rows.extend(
        [
            kind,
            *score_cells(outcome),
            f"{outcome.tally.longest_wrong_s:.0f}",
            *map(str, (outcome.arrivals.count, outcome.arrivals.late, outcome.arrivals.stuck)),
        ]
        for kind, outcome in results.disturbances.items()
    )
    return rows


SCORE_HEADER = ("median m", "p95 m", "rooms %", "floors %", "flips/h", "entry s", "ECE")


def score_cells(outcome: Outcome) -> list[str]:
    """Return the figures that matter when only one method is looked at: error, rooms, floors, flips, delay, ECE."""
    score = outcome.tally.score()
    return [
        _number(score.median_error),
        _number(score.p95_error),
        _number(score.rooms and 100.0 * score.rooms, "{:.1f}"),
        _number(score.floors and 100.0 * score.floors, "{:.1f}"),
        _number(score.flips_per_hour, "{:.0f}"),
        _latency(score.entry_latency, score.entries),
        _number(score.confidence_error),
    ]


def _spots_rows(results: Results) -> list[list[str]]:
    rows = [["home", "stands a room", "method", *SCORE_HEADER]]
    for (home, count), outcomes in results.spots.items():
        rows.extend([home, str(count), method, *score_cells(outcome)] for method, outcome in outcomes.items())
    return rows


def _reliability(results: Results) -> str:
    rows = [["said %", "right %", "seconds"]]
    tally = Tally()
    for (_, knowledge), outcomes in results.outcomes.items():
        if knowledge is Knowledge.SURVEY and DEFAULT_LOCATOR in outcomes:
            tally.merge(outcomes[DEFAULT_LOCATOR].tally)
    rows.extend(
        [f"{100.0 * entry.confidence:.0f}", f"{100.0 * entry.right:.0f}", str(entry.rows)]
        for entry in tally.reliability()
    )
    return f"`{DEFAULT_LOCATOR}` over all recordings with survey:\n\n{markdown_table(rows)}"


def aligned_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows (the header first) in columns for a terminal."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        first = row[0].ljust(widths[0])
        lines.append("  ".join((first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)))))
    return "\n".join(line.rstrip() for line in lines)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows (the header first) as a Markdown table."""
    header, *body = rows
    lines = [f"| {' | '.join(header)} |", "|---" + "|---:" * (len(header) - 1) + "|"]
    lines.extend(f"| {' | '.join(row)} |" for row in body)
    return "\n".join(lines)
