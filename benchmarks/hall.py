"""A hall of 12 x 6 m with an anchor in each corner, and what bearings and ranges say of somebody who walks in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray, Point, rectangle
from custom_components.indoor_positioning.engine.home import Anchor, Floor, Home, Room
from custom_components.indoor_positioning.engine.measurement import Bearing, Measurement, Range
from custom_components.indoor_positioning.engine.replay.recording import Recording
from custom_components.indoor_positioning.engine.replay.rows import EstimateRow, TruthRow
from custom_components.indoor_positioning.engine.replay.stream import replay

HALL = Home(
    rooms=(Room("hall", "Hall", "0", rectangle(0.0, 0.0, 12.0, 6.0)),),
    anchors=tuple(
        Anchor(f"a{number}", "0", (x, y, 2.5))
        for number, (x, y) in enumerate(((0.2, 0.2), (11.8, 0.2), (11.8, 5.8), (0.2, 5.8)))
    ),
    floors=(Floor("0", "Hall"),),
)

# A phone in a hand, which is not the height that the engine reckons with (m).
HEIGHT_M = 1.3

STEP_S = 0.1
SPEED_M_S = 1.0


@dataclass(frozen=True, slots=True)
class Walk:
    """Places (n, 2) every STEP_S seconds."""

    places: FloatArray

    def at(self, time: float) -> Point:
        x, y = self.places[round(time / STEP_S)]
        return float(x), float(y)


def walk(seed: int, seconds: float = 90.0) -> Walk:
    """Return the way from goal to goal, with rests."""
    rng = np.random.default_rng(seed)
    here, goal, rest = rng.uniform((1.0, 1.0), (11.0, 5.0)), np.array((6.0, 3.0)), 0
    places: list[FloatArray] = []
    while len(places) <= seconds / STEP_S:
        away = goal - here
        left = float(np.hypot(*away))
        if rest:
            rest -= 1
        elif left <= SPEED_M_S * STEP_S:
            goal, rest = rng.uniform((0.7, 0.7), (11.3, 5.3)), int(rng.choice([0, 80]))
        else:
            here = here + away / left * SPEED_M_S * STEP_S
        places.append(here)
    return Walk(np.array(places))


def bearing(anchor: Anchor, place: Point, time: float, *, noise: tuple[float, float] = (0.0, 0.0)) -> Bearing:
    """Return the bearing of a beacon at `place` from an anchor that looks along the plan's axes."""
    assert anchor.position is not None
    x, y, z = np.array((*place, HEIGHT_M)) - anchor.position
    elevation = math.atan2(z, math.hypot(x, y)) + noise[1]
    return Bearing(time, "tag", anchor.id, math.atan2(y, x) + noise[0], max(-math.pi / 2.0, elevation))


def distance(anchor: Anchor, place: Point, time: float, *, sigma: float = 0.1, noise: float = 0.0) -> Range:
    """Return the range of a beacon at `place`."""
    assert anchor.position is not None
    return Range(time, "tag", anchor.id, max(0.0, math.dist((*place, HEIGHT_M), anchor.position) + noise), sigma)


def bearings(way: Walk, seed: int, *, sd: float = math.radians(5.0), every: float = 0.5) -> list[Measurement]:
    """Return what all four anchors see, one after the other."""
    rng = np.random.default_rng([seed, 1])
    found: list[Measurement] = []
    for step in range(len(way.places)):
        time = step * STEP_S
        found.extend(
            bearing(anchor, way.at(time), time, noise=tuple(rng.normal(0.0, sd, 2)))
            for number, anchor in enumerate(HALL.anchors)
            if (step + number) % round(every / STEP_S) == 0
        )
    return found


def ranges(way: Walk, seed: int, *, sd: float = 0.1, every: float = 0.5) -> list[Measurement]:
    """Return what three of the anchors measure, one after the other."""
    rng = np.random.default_rng([seed, 2])
    found: list[Measurement] = []
    for step in range(len(way.places)):
        time = step * STEP_S
        found.extend(
            distance(anchor, way.at(time), time, sigma=sd, noise=float(rng.normal(0.0, sd)))
            for number, anchor in enumerate(HALL.anchors[:3])
            if (step + number) % round(every / STEP_S) == 0
        )
    return found


def recording(way: Walk, measurements: list[Measurement]) -> Recording:
    """Return the recording of a walk: no signal strength at all."""
    truth = [TruthRow(float(time), "tag", way.at(time), "0", "hall") for time in range(int(len(way.places) * STEP_S))]
    return Recording(HALL, measurements=measurements, truth=truth)


def errors(way: Walk, measurements: list[Measurement], locator: str = "bayes") -> tuple[FloatArray, FloatArray]:
    """Return how far off the rows of a replay are, and how far they say they may be, from the fifth second on."""
    rows = [row for row in replay(recording(way, measurements), locator=locator) if row.time >= 5.0]
    rows = [row for row in rows if round(row.time / STEP_S) < len(way.places)]
    return np.array([_off(row, way) for row in rows]), np.array([row.accuracy for row in rows], dtype=float)


def _off(row: EstimateRow, way: Walk) -> float:
    assert row.position is not None
    return math.dist(row.position, way.at(row.time))
