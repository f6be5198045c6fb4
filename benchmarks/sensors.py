"""`scripts/benchmark sensors`: what directions, distances and motion are worth, beside signal strength or alone.

The hall is the one of the tests: 12 x 6 m, an anchor in each corner, somebody who walks from goal to goal. Motion is
told in the simulated homes of the accuracy benchmark: a flag each second that is on while the beacon is moved and 2 s
longer, as tags tell it; or speed and heading at 10 Hz with errors of 0.15 m/s and 12 degrees, as phones do. Pressure is
told each second in the house, by a barometer that is off by up to some hectopascals and scatters by 0.05.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from custom_components.indoor_positioning.engine.barometer import HPA_PER_M
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.measurement import Bearing, Measurement, Movement, Pressure, Range
from custom_components.indoor_positioning.engine.measurement_likelihood import residuals
from custom_components.indoor_positioning.engine.mounting import mounting_of
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import TruthRow
from custom_components.indoor_positioning.engine.replay.stream import prepare_model

from . import hall
from .datasets import variant
from .homes import simulated
from .parallel import run_all
from .report import SCORE_HEADER, aligned_table, environment, markdown_table, score_cells
from .runner import Outcome, run

HALL_SEEDS = (1, 2, 3, 4, 5, 6)
HOMES = ("flat", "house")
SEEDS = (1, 2, 3)
TEST_S = 900.0
QUICK_TEST_S = 300.0

# What is measured in the hall: how, and by which locators.
HALL: dict[str, tuple[Callable[[hall.Walk, int], list[Measurement]], tuple[str, ...]]] = {
    "bearings, sd 5°, 4 anchors, 2 Hz": (hall.bearings, ("bayes", "particle", "bearings")),
    "ranges, sd 0.1 m, 3 anchors, 2 Hz": (hall.ranges, ("bayes", "particle")),
}

# Faster than this a walker's place changes (m/s), and a tag's flag stays on for so long after (s).
MOVED_M_S = 0.15
FLAG_HOLD_S = 2.0

SPEED_SD_M_S = 0.15
HEADING_SD_RAD = math.radians(12.0)
MOTION_RATE_HZ = 10

# What two barometers differ by, and how much their difference scatters from second to second (hPa).
BAROMETER_OFFSET_SD_HPA = 1.0
BAROMETER_SD_HPA = 0.05


@dataclass(slots=True)
class SensorResults:
    """In the hall by (sensor, locator): errors and whether the radius holds the truth, (n, 2), and the bound in metres.

    In homes by (home, knowledge, locator, motion).
    """

    in_hall: dict[tuple[str, str], list[tuple[float, bool]]] = field(default_factory=dict)
    bounds: dict[str, float] = field(default_factory=dict)
    in_homes: dict[tuple[str, str, str, str], Outcome] = field(default_factory=dict)


def measure(*, quick: bool = False) -> SensorResults:
    """Run everything; `quick` with one seed each and shorter walks."""
    results = SensorResults()
    hall_seeds = HALL_SEEDS[:1] if quick else HALL_SEEDS
    for sensor, (make, locators) in HALL.items():
        results.bounds[sensor] = float(np.median([_bound(make(hall.walk(seed), seed), seed) for seed in hall_seeds]))
        for locator in locators:
            found = run_all([partial(_in_hall, sensor, locator, seed) for seed in hall_seeds])
            results.in_hall[sensor, locator] = [pair for pairs in found for pair in pairs]
    seconds = QUICK_TEST_S if quick else TEST_S
    seeds = SEEDS[:1] if quick else SEEDS
    tasks = [(home, survey, seed) for home in HOMES for survey in (True, False) for seed in seeds]
    for (home, survey, _), outcomes in zip(
        tasks, run_all([partial(_in_home, *task, seconds) for task in tasks]), strict=True
    ):
        for (locator, motion), outcome in outcomes.items():
            key = (home, "survey" if survey else "nothing", locator, motion)
            results.in_homes.setdefault(key, Outcome()).add(outcome)
    return results


def flags(truth: Sequence[TruthRow]) -> list[Measurement]:
    """Return what a tag's motion flag tells each second of a walk."""
    told: list[Measurement] = []
    for device, rows in _by_device(truth).items():
        moved_at = -math.inf
        for before, row in itertools.pairwise(rows):
            if _speed(before, row) > MOVED_M_S or before.floor != row.floor:
                moved_at = row.time
            if row.time % 1.0 == 0.0:
                told.append(Movement(row.time, device, moving=row.time - moved_at <= FLAG_HOLD_S))
    return sorted(told, key=lambda item: item.time)


def walks(truth: Sequence[TruthRow], seed: int) -> list[Measurement]:
    """Return the speed and heading that a phone tells of a walk."""
    rng = np.random.default_rng([seed, 0x30])
    told: list[Measurement] = []
    for device, rows in _by_device(truth).items():
        for before, row in itertools.pairwise(rows):
            if before.position is None or row.position is None:
                continue
            speed, way = _speed(before, row), np.subtract(row.position, before.position)
            steps = max(1, round((row.time - before.time) * MOTION_RATE_HZ))
            for step in range(steps):
                said = max(0.0, speed + rng.normal(0.0, SPEED_SD_M_S)) if speed > MOVED_M_S else 0.0
                heading = math.atan2(way[1], way[0]) + rng.normal(0.0, HEADING_SD_RAD) if said else None
                time = before.time + (row.time - before.time) * (step + 1) / steps
                told.append(Movement(time, device, said, heading))
    return sorted(told, key=lambda item: item.time)


def pressures(truth: Sequence[TruthRow], home: Home, seed: int) -> list[Measurement]:
    """Return what barometers in the beacons tell each second, less one that stays in the home."""
    rng = np.random.default_rng([seed, 0x31])
    elevation = {floor.id: floor.elevation for floor in home.floors}
    told: list[Measurement] = []
    for device, rows in _by_device(truth).items():
        offset = rng.normal(0.0, BAROMETER_OFFSET_SD_HPA)
        for row in rows:
            if row.time % 1.0 == 0.0 and row.floor is not None:
                said = offset - HPA_PER_M * elevation[row.floor] + rng.normal(0.0, BAROMETER_SD_HPA)
                told.append(Pressure(row.time, device, said))
    return sorted(told, key=lambda item: item.time)


def _in_hall(sensor: str, locator: str, seed: int) -> list[tuple[float, bool]]:
    way = hall.walk(seed)
    off, said = hall.errors(way, HALL[sensor][0](way, seed), locator)
    return [(float(error), bool(error <= radius)) for error, radius in zip(off, said, strict=True)]


def _in_home(home: str, survey: bool, seed: int, seconds: float) -> dict[tuple[str, str], Outcome]:
    known = variant(simulated(home, seed, history=1.0, test=seconds), survey=survey, history=False)
    flagged = replace(known, measurements=flags(known.truth))
    walked = replace(known, measurements=walks(known.truth, seed))
    model = prepare_model(known)
    cases: dict[tuple[str, str], Recording] = {
        ("bayes", "none"): known,
        ("bayes", "flag"): flagged,
        ("fingerprint", "none"): known,
        ("ekf", "speed, heading"): walked,
        ("complementary", "speed, heading"): walked,
    }
    if len(known.home.floors) > 1:
        cases["bayes", "pressure"] = replace(known, measurements=pressures(known.truth, known.home, seed))
    return {case: run(case[0], recording, model) for case, recording in cases.items()}


def _bound(measurements: Sequence[Measurement], seed: int) -> float:
    """Return the Cramér-Rao bound in metres (root mean square) of what the measurements of one second alone tell."""
    way, mounting = hall.walk(seed), mounting_of(hall.HALL)
    errors = []
    for second in range(5, int(len(way.places) * hall.STEP_S) - 1):
        place = np.array([(*way.at(float(second)), hall.HEIGHT_M)])
        information = np.zeros((2, 2))
        for item in measurements:
            if isinstance(item, Bearing | Range) and second - 1.0 < item.time <= second:
                slope = residuals(item, mounting, place)[1][0, :, :2]
                information += slope.T @ slope / item.sigma**2
        errors.append(float(np.trace(np.linalg.inv(information))))
    return math.sqrt(float(np.mean(errors)))


def _by_device(truth: Sequence[TruthRow]) -> dict[str, list[TruthRow]]:
    found: dict[str, list[TruthRow]] = {}
    for row in truth:
        found.setdefault(row.device, []).append(row)
    return found


def _speed(before: TruthRow, row: TruthRow) -> float:
    if before.position is None or row.position is None or row.time <= before.time:
        return 0.0
    return math.dist(before.position, row.position) / (row.time - before.time)


def _hall_rows(results: SensorResults) -> list[list[str]]:
    rows = [["in the hall", "locator", "median m", "p90 m", "rms m", "bound of 1 s, rms m", "radius holds, %"]]
    for (sensor, locator), pairs in results.in_hall.items():
        off, held = np.array([pair[0] for pair in pairs]), np.mean([pair[1] for pair in pairs])
        figures = (np.median(off), np.quantile(off, 0.9), math.sqrt(float((off**2).mean())), results.bounds[sensor])
        rows.append([sensor, locator, *(f"{figure:.2f}" for figure in figures), f"{100.0 * held:.0f}"])
    return rows


def _home_rows(results: SensorResults) -> list[list[str]]:
    rows = [["home", "known", "locator", "told", *SCORE_HEADER]]
    rows.extend([*key, *score_cells(outcome)] for key, outcome in results.in_homes.items())
    return rows


def text_report(results: SensorResults) -> str:
    """Return the tables for a terminal."""
    return f"{aligned_table(_hall_rows(results))}\n\n{aligned_table(_home_rows(results))}"


def markdown_report(results: SensorResults) -> str:
    """Return the section of the report."""
    return "\n\n".join(
        (
            "## Other sensors",
            ABOUT,
            markdown_table(_hall_rows(results)),
            markdown_table(_home_rows(results)),
            environment(),
        )
    )


def json_report(results: SensorResults) -> dict[str, object]:
    """Return all figures, JSON-able."""
    return {
        "hall": [
            {
                "sensor": sensor,
                "locator": locator,
                "errors": [pair[0] for pair in pairs],
                "bound": results.bounds[sensor],
            }
            for (sensor, locator), pairs in results.in_hall.items()
        ],
        "homes": [
            {"case": list(key), "score": outcome.tally.score().to_dict()} for key, outcome in results.in_homes.items()
        ],
    }


ABOUT = """Directions and distances alone, in a hall of 12 x 6 m; motion beside the signal strength of simulated homes.
*Bound*: what the readings of one second could tell at best by themselves (Cramér-Rao); a filter has the seconds before
as well. The flag is on while the beacon is moved and 2 s longer; pressure is told each second, sd 0.05 hPa, by a
barometer whose own error (sd 1 hPa) is not known."""
