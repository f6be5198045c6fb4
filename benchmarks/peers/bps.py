"""BPS-improved (1.7.4): weighted least squares over Bermuda's distance sensors, once a second.

A sensor changes at once when its distance falls, and else at most every 10 s. Floors are elected by how well
their receivers agree; the room is the nearest zone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import least_squares

from custom_components.indoor_positioning.engine.geometry import FloatArray, Point
from custom_components.indoor_positioning.engine.home import Home
from custom_components.indoor_positioning.engine.observation import Observation

from .base import Answer, Setup, floor_bounds, nearest_room
from .bermuda import Bermuda
from .cv_kalman import ConstantVelocityFilter

PERIOD_S = 1.0
SENSOR_INTERVAL_S = 10.0
TRACKER_HEIGHT_M = 1.0
MIN_RECEIVERS = 3
NEAREST_M = 0.5
JUMP_SCALE = 0.5
BOUNDS_MARGIN = 0.1
MEASUREMENT_SD_M = 1.5
ACCELERATION = 0.5
FIRST_SPEED = 1.0
RESET_S = 30.0
MAX_FLOORS = 3
FLOOR_KEEP = 0.7
FLOOR_MARGIN = 0.05
FLOOR_CYCLES = 3
DARK_GRACE = 3
NOT_HOME_S = 30.0


@dataclass(slots=True)
class _Sensor:
    """A distance sensor as Home Assistant shows it."""

    value: float
    changed: float
    before: float

    def take(self, distance: float, now: float) -> None:
        if distance < self.value or now - self.changed >= SENSOR_INTERVAL_S:
            self.before, self.value, self.changed = self.value, distance, now


@dataclass(slots=True)
class _Floor:
    score: float = 0.0
    dark: int = 0
    fix: FloatArray | None = None
    rms: float = 0.0
    solved: tuple[object, ...] = ()
    anchors: list[str] = field(default_factory=list)


class Bps:
    """One device; `factors` multiply each receiver's distance (its calibration)."""

    def __init__(self, home: Home, bermuda: Bermuda, factors: Mapping[str, float] | None = None) -> None:
        """Follow a device through the distance sensors of `bermuda`."""
        self._home, self._bermuda, self._factors = home, bermuda, factors or {}
        self._sensors: dict[str, _Sensor] = {}
        self._bounds = {floor.id: floor_bounds(home, floor.id) for floor in home.floors}
        self._floors = {floor.id: _Floor() for floor in home.floors}
        for anchor in home.anchors:
            if anchor.position is not None and anchor.floor in self._floors:
                self._floors[anchor.floor].anchors.append(anchor.id)
        self._place = {anchor.id: anchor.position for anchor in home.anchors if anchor.position is not None}
        self._elected: str | None = None
        self._challenger: tuple[str, int] = ("", 0)
        self._filter: ConstantVelocityFilter | None = None
        self._filtered_at = 0.0
        self._seen = float("-inf")

    def observe(self, reading: Observation) -> None:
        """Hand the packet to Bermuda."""
        self._bermuda.observe(reading)
        self._seen = reading.time

    def answer(self, now: float) -> Answer:
        """Solve the floors, elect one, smooth, and snap to the nearest zone."""
        self._bermuda.answer(now)
        self._read_sensors(now)
        for name, floor in self._floors.items():
            self._solve(name, floor)
        self._elect()
        if now - self._seen > NOT_HOME_S:
            return Answer(away=True)
        if self._elected is None:
            return Answer()
        fix = self._floors[self._elected].fix
        if fix is not None:
            self._smooth(fix, now)
        if self._filter is None:
            return Answer(floor=self._elected)
        place = (float(self._filter.position[0]), float(self._filter.position[1]))
        return Answer(nearest_room(self._home, self._elected, place), self._elected, place)

    def _read_sensors(self, now: float) -> None:
        distances = self._bermuda.distances()
        for anchor in list(self._sensors):
            if anchor not in distances:
                del self._sensors[anchor]
        for anchor, distance in distances.items():
            if anchor in self._sensors:
                self._sensors[anchor].take(distance, now)
            else:
                self._sensors[anchor] = _Sensor(distance, now, distance)

    def _solve(self, name: str, floor: _Floor) -> None:
        heard = [anchor for anchor in floor.anchors if anchor in self._sensors]
        bounds = self._bounds[name]
        if len(heard) < MIN_RECEIVERS or bounds is None:
            floor.dark += 1
            floor.fix, floor.solved = None, ()
            if floor.dark > DARK_GRACE:
                floor.score *= FLOOR_KEEP
            return
        floor.dark = 0
        problem = tuple((anchor, self._sensors[anchor].value, self._sensors[anchor].before) for anchor in heard)
        if problem != floor.solved:  # the same distances have the same answer
            floor.fix, floor.rms = self._fit(heard, *bounds)
            floor.solved = problem
        count = len(heard)
        confidence = 0.5 * min(1.0, count / 5.0) + 0.5 / (1.0 + (floor.rms / 2.0) ** 2)
        floor.score = FLOOR_KEEP * floor.score + (1.0 - FLOOR_KEEP) * confidence

    def _fit(self, heard: Sequence[str], low: Point, high: Point) -> tuple[FloatArray, float]:
        """Return the place and the root mean square of its residuals, corrected for the two unknowns."""
        places = np.array([self._place[anchor] for anchor in heard], dtype=float)
        slant = np.array([self._sensors[anchor].value * self._factors.get(anchor, 1.0) for anchor in heard])
        jump = np.array([self._sensors[anchor].value / max(self._sensors[anchor].before, 0.1) for anchor in heard])
        distance = np.sqrt(np.maximum(slant**2 - (places[:, 2] - TRACKER_HEIGHT_M) ** 2, 0.0))
        weight = 1.0 / np.maximum(distance, NEAREST_M) ** 2 / (1.0 + ((jump - 1.0) / JUMP_SCALE) ** 2)
        root = np.sqrt(weight)
        margin = BOUNDS_MARGIN * (np.array(high) - np.array(low))
        lower, upper = np.array(low) - margin, np.array(high) + margin
        start = np.clip(places[:, :2].mean(axis=0), lower + 1e-6, upper - 1e-6)

        def residual(point: FloatArray) -> FloatArray:
            return np.asarray(root * (np.hypot(*(point - places[:, :2]).T) - distance))

        def jacobian(point: FloatArray) -> FloatArray:
            way = point - places[:, :2]
            return np.asarray(root[:, None] * way / np.maximum(np.hypot(*way.T), 1e-9)[:, None])

        fix = np.asarray(least_squares(residual, start, jacobian, bounds=(lower, upper)).x)
        gap = np.hypot(*(fix - places[:, :2]).T) - distance
        count = len(heard)
        return fix, float(np.sqrt((gap**2).mean())) * math.sqrt(count / max(count - 2, 1))

    def _elect(self) -> None:
        running = sorted(self._floors, key=lambda name: -self._floors[name].score)[:MAX_FLOORS]
        best = running[0]
        if self._floors[best].score <= 0.0 or best == self._elected:
            self._challenger = ("", 0)
            return
        if self._elected is None:
            self._elected = best
            return
        if self._floors[best].score < self._floors[self._elected].score + FLOOR_MARGIN:
            self._challenger = ("", 0)
            return
        cycles = self._challenger[1] + 1 if self._challenger[0] == best else 1
        self._challenger = (best, cycles)
        if cycles >= FLOOR_CYCLES:
            self._elected, self._challenger = best, ("", 0)

    def _smooth(self, fix: FloatArray, now: float) -> None:
        elapsed = now - self._filtered_at
        self._filtered_at = now
        if self._filter is None or elapsed > RESET_S:
            self._filter = ConstantVelocityFilter(fix, np.diag((MEASUREMENT_SD_M**2, FIRST_SPEED**2)))
            return
        self._filter.predict(elapsed, ACCELERATION**2)
        self._filter.correct(fix, MEASUREMENT_SD_M**2)


def default(setup: Setup, device: str) -> Bps:
    """Return BPS over Bermuda with its defaults for an iBeacon."""
    del device
    return Bps(setup.home, Bermuda(setup.home, repeats=2))


def tuned(setup: Setup, device: str) -> Bps:
    """Return BPS over Bermuda with path loss and scanner offsets as a survey fits them."""
    del device
    parameters = setup.ranging.parameters
    bermuda = Bermuda(
        setup.home,
        repeats=2,
        reference=parameters.reference_rssi,
        attenuation=parameters.exponent,
        offsets={anchor: -offset for anchor, offset in parameters.anchor_offsets.items()},
    )
    return Bps(setup.home, bermuda)
