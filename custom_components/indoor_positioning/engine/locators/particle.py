"""Particle filter: many guesses that walk about as people do, and survive as far as they explain the readings.

Bootstrap filter, N. Gordon, D. Salmond, A. Smith, IEE Proceedings F 140, 1993, with systematic resampling (G. Kitagawa,
1996). It reads the same radio map as the grid filter, but its places are not bound to cells and it minds walls.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..carried import carried_height
from ..estimate import Estimate
from ..geometry import FloatArray, contains, crossings
from ..grid import THROUGH_WALL, IntArray
from ..home import Home
from ..measurement import Bearing, Fix, Measurement, PlaceMeasurement, Range
from ..measurement_evidence import is_known
from ..measurement_likelihood import log_likelihood as log_likelihood_of
from ..model import PositioningModel
from ..mounting import mounting_of
from ..observation import Observation
from ..point_summary import MIN_SD_M, radius_of
from ..propagation import wall_segments
from .fingerprint import FingerprintLocator

# Enough for a two-storey house at half-metre density; more bought nothing on the recordings.
PARTICLES = 600

# Half of the guesses rest at any time, the others stroll: sd of the way in a second of a guess that walks (m),
# and of the shuffling of one that rests, which keeps copies of the same guess apart.
STROLL_M = 0.8
SHUFFLE_M = 0.1
WALKING_SHARE = 0.5

# A beacon may be carried off unheard or the belief be plainly wrong: guesses thrown anywhere (share a second).
KIDNAP_RATE = 0.01

# On the stairs one leaves the floor within a few seconds (share a second).
STAIRS_RATE = 0.3

# sd of a beacon's power around what the map was made with (dB), and how it drifts with how it is worn.
GAIN_SD_DB = 6.0
SURVEYED_GAIN_SD_DB = 2.5
GAIN_DRIFT_DB = 0.2

# One reading scatters around the map's value at a place by the first, the place around the map by the second,
# with tails of a Student-t of so many degrees of freedom: one anchor behind a fridge must not decide (dB, dB).
PACKET_SD_DB = 4.0
PLACE_SD_DB = 3.0
TAIL_NU = 5.0

# Fading of a link lasts about this long: packets within it count once (s). The first of all have none before.
FADING_S = 2.0
FIRST_INTERVAL_S = 0.5

# Six hundred guesses are a decimetre or two apart where they are densest: finer than this they tell nothing (m).
GRAIN_M = 0.15

# Resample when fewer guesses than this share carry the weight.
RESAMPLE_BELOW = 0.5


@dataclass(slots=True)
class Particles:
    """n guesses: `place` (n, 2) in metres, `cell` and `floor` (n,) indices, `gain` (n,) in dB, `weight` (n,)."""

    place: FloatArray
    cell: IntArray
    floor: IntArray
    gain: FloatArray
    weight: FloatArray


class ParticleLocator:
    """Sequential Monte Carlo over the plan. Homes without any drawn room are left to fingerprinting."""

    def __init__(self, model: PositioningModel, beacon_id: str) -> None:
        self._beacon_id = beacon_id
        # The same recording gives the same answer: the chance is the beacon's own.
        self._rng = np.random.default_rng(zlib.crc32(beacon_id.encode()))
        self._time: float | None = None
        self._newest: float | None = None
        self._measured: list[PlaceMeasurement] = []
        # Seconds that the guesses lag behind: they walk on when there is something to tell them apart by.
        self._unmoved = 0.0
        self._take(model)
        self._particles = self._scattered(PARTICLES)

    def update(self, now: float, observations: Sequence[Observation], listening: frozenset[str]) -> Estimate | None:
        """Move the guesses on to `now`, weigh them by the readings, and return what they amount to."""
        if not len(self._plan.cells):
            return self._unplaced.update(now, observations, listening)
        elapsed = 0.0 if self._time is None else max(now - self._time, 0.0)
        self._time = now
        heard: dict[str, list[float]] = defaultdict(list)
        for reading in observations:
            if reading.anchor in self._row and math.isfinite(reading.rssi):
                heard[reading.anchor].append(reading.rssi)
                self._newest = reading.time if self._newest is None else max(self._newest, reading.time)
        measured, self._measured = self._measured, []
        for item in measured:
            self._newest = item.time if self._newest is None else max(self._newest, item.time)
        if self._newest is None:
            return None
        self._unmoved += elapsed
        if heard or measured:
            self._move(self._unmoved)
            since = max(self._unmoved, FIRST_INTERVAL_S)
            share = min(1.0, since / FADING_S)
            self._weigh(share * self._fit_of_levels(heard) + self._fit_of_measurements(measured, now, since))
            self._unmoved = 0.0
        return self._estimate(now, self._newest)

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Take bearings and ranges, which the next update weighs."""
        self._measured.extend(
            item for item in measurements if isinstance(item, Bearing | Range | Fix) and is_known(item, self._mounting)
        )

    def adopt(self, model: PositioningModel) -> None:
        """Go on over a changed model; guesses that stand nowhere any more are thrown anew."""
        before = self._particles
        floors = {floor.id: index for index, floor in enumerate(model.home.floors)}
        moved = np.array([floors.get(floor.id, -1) for floor in self._model.home.floors], dtype=np.intp)
        self._take(model)
        if not len(self._plan.cells) or not len(before.weight):  # nowhere to carry them, or nothing to be carried
            self._particles = self._scattered(PARTICLES)
            return
        fresh = self._scattered(len(before.weight))
        floor = moved[before.floor] if len(moved) else before.floor
        cell = self._plan.cell_at(floor, before.place)
        lost = cell < 0
        self._particles = Particles(
            np.where(lost[:, None], fresh.place, before.place),
            np.where(lost, fresh.cell, cell),
            np.where(lost, fresh.floor, floor),
            before.gain,
            before.weight,
        )

    def _take(self, model: PositioningModel) -> None:
        self._model = model
        self._plan = _Plan(model)
        self._mounting = mounting_of(model.home, carried_height(model.home, self._beacon_id))
        self._measured = []
        self._unplaced = FingerprintLocator(model, self._beacon_id)
        radio_map = model.radio_map
        self._row = {anchor: index for index, anchor in enumerate(radio_map.anchors)}
        carried = model.carried_map(self._beacon_id)
        self._mean = radio_map.mean if carried is None else radio_map.mean + carried.change
        self._variance = radio_map.spread**2 + PLACE_SD_DB**2
        surveyed = any(sample.beacon == self._beacon_id for sample in model.survey)
        self._gain_sd = SURVEYED_GAIN_SD_DB if surveyed else GAIN_SD_DB

    def _scattered(self, count: int) -> Particles:
        """Return guesses anywhere on the plan."""
        if not len(self._plan.cells):
            nowhere = np.zeros(0, dtype=np.intp)
            return Particles(np.zeros((0, 2)), nowhere, nowhere, np.zeros(0), np.zeros(0))
        grid = self._model.grid
        cell = self._rng.choice(self._plan.cells, count)
        place = grid.points[cell] + self._rng.uniform(-0.5, 0.5, (count, 2)) * grid.size[cell, None]
        gain = self._rng.normal(0.0, self._gain_sd, count)
        return Particles(place, cell, grid.floor[cell], gain, np.full(count, 1.0 / count))

    def _move(self, elapsed: float) -> None:
        guesses, rng = self._particles, self._rng
        count = len(guesses.weight)
        walks = rng.random(count) < WALKING_SHARE
        # A random walk spreads with the root of time.
        step = np.where(walks, STROLL_M, SHUFFLE_M) * math.sqrt(min(elapsed, 30.0))
        target = guesses.place + step[:, None] * rng.normal(size=(count, 2))
        floor = self._plan.after_stairs(guesses, elapsed, rng)
        cell = self._plan.cell_at(floor, target)
        stays = (cell < 0) | self._plan.blocked(guesses.place, target, floor, rng)
        stays &= floor == guesses.floor
        lost = cell < 0
        guesses.place = np.where(stays[:, None], guesses.place, target)
        guesses.cell = np.where(stays, guesses.cell, cell)
        guesses.floor = np.where(stays, guesses.floor, floor)
        guesses.gain += GAIN_DRIFT_DB * math.sqrt(min(elapsed, 30.0)) * rng.normal(size=count)
        thrown = (rng.random(count) < KIDNAP_RATE * min(elapsed, 10.0)) | (lost & ~stays)
        if thrown.any():
            fresh = self._scattered(int(thrown.sum()))
            guesses.place[thrown], guesses.cell[thrown], guesses.floor[thrown] = fresh.place, fresh.cell, fresh.floor

    def _fit_of_levels(self, heard: Mapping[str, Sequence[float]]) -> FloatArray:
        """Return the Student-t log-likelihoods of the guesses (n,)."""
        guesses = self._particles
        log_likelihood = np.zeros(len(guesses.weight))
        for anchor, values in heard.items():
            row = self._row[anchor]
            variance = self._variance[row, guesses.cell] + PACKET_SD_DB**2 / len(values)
            gap = sum(values) / len(values) - self._mean[row, guesses.cell] - guesses.gain
            log_likelihood -= 0.5 * (TAIL_NU + 1.0) * np.log1p(gap**2 / (TAIL_NU * variance)) + 0.5 * np.log(variance)
        return log_likelihood

    def _fit_of_measurements(self, measured: Sequence[PlaceMeasurement], now: float, elapsed: float) -> FloatArray:
        """Return the log-likelihoods of the guesses (n,) by bearings and ranges."""
        guesses = self._particles
        places = np.column_stack((guesses.place, self._model.grid.ground[guesses.cell] + self._mounting.carried))
        return log_likelihood_of(measured, self._mounting, places, now=now, elapsed=elapsed, place_variance=GRAIN_M**2)

    def _weigh(self, log_likelihood: FloatArray) -> None:
        """Weigh the guesses by how well each explains what was heard, and let the fittest survive."""
        guesses = self._particles
        weight = guesses.weight * np.exp(log_likelihood - log_likelihood.max())
        total = weight.sum()
        guesses.weight = weight / total if total > 0.0 else np.full(len(weight), 1.0 / len(weight))
        if 1.0 / (guesses.weight**2).sum() < RESAMPLE_BELOW * len(weight):
            self._resample()

    def _resample(self) -> None:
        guesses = self._particles
        count = len(guesses.weight)
        ticks = (np.arange(count) + self._rng.random()) / count
        chosen = np.minimum(np.searchsorted(np.cumsum(guesses.weight), ticks), count - 1)
        self._particles = Particles(
            guesses.place[chosen],
            guesses.cell[chosen],
            guesses.floor[chosen],
            guesses.gain[chosen],
            np.full(count, 1.0 / count),
        )

    def _estimate(self, now: float, evidence_time: float) -> Estimate:
        guesses, home = self._particles, self._model.home
        weight = guesses.weight
        room_of = self._model.grid.room[guesses.cell]
        rooms = np.bincount(np.where(room_of >= 0, room_of, len(home.rooms)), weight, len(home.rooms) + 1)
        floors = np.bincount(guesses.floor, weight, len(home.floors))
        floor = int(floors.argmax())
        here = np.where(guesses.floor == floor, weight, 0.0)
        here /= here.sum()
        centre = here @ guesses.place
        off = guesses.place - centre
        covariance = (off * here[:, None]).T @ off + MIN_SD_M**2 * np.eye(2)
        estimate = Estimate(
            time=now,
            evidence_time=evidence_time,
            floor=home.floors[floor].id,
            position=(float(centre[0]), float(centre[1])),
            covariance=covariance,
            accuracy=radius_of(covariance),
            room_probabilities={room.id: float(chance) for room, chance in zip(home.rooms, rooms, strict=False)},
            floor_probabilities={level.id: float(chance) for level, chance in zip(home.floors, floors, strict=True)},
        )
        return replace(estimate, zone_probabilities=self._zones(home))

    def _zones(self, home: Home) -> dict[str, float]:
        guesses = self._particles
        levels = {floor.id: index for index, floor in enumerate(home.floors)}
        return {
            zone.id: float(
                guesses.weight[
                    (guesses.floor == levels.get(zone.floor, -1)) & contains(zone.outline, guesses.place)
                ].sum()
            )
            for zone in home.zones
        }


class _Plan:
    """Where one can stand and what is in the way, by place instead of by cell."""

    def __init__(self, model: PositioningModel) -> None:
        grid, home = model.grid, model.home
        self.cells = np.flatnonzero(grid.placed)
        self._lattices = [_Lattice(model, index) for index in range(len(home.floors))]
        self._walls = [wall_segments(home, floor.id)[0] for floor in home.floors]
        levels = {floor.id: index for index, floor in enumerate(home.floors)}
        self._stairs = [
            (levels[one], levels[other], stairs.outline)
            for stairs in home.stairs
            for one, other in ((stairs.from_floor, stairs.to_floor), (stairs.to_floor, stairs.from_floor))
            if one in levels and other in levels
        ]

    def cell_at(self, floor: IntArray, place: FloatArray) -> IntArray:
        """Return the cell under each place, -1 off the plan."""
        result = np.full(len(place), -1, dtype=np.intp)
        for index, lattice in enumerate(self._lattices):
            here = floor == index
            result[here] = lattice.cell_at(place[here])
        return result

    def blocked(
        self, start: FloatArray, end: FloatArray, floor: IntArray, rng: np.random.Generator
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which ways a wall stops. Softly: one drawn in the wrong place must not trap anyone."""
        hit = np.zeros(len(start), dtype=bool)
        for index, walls in enumerate(self._walls):
            here = floor == index
            if len(walls) and here.any():
                hit[here] = crossings(start[here], end[here], walls).any(axis=1)
        return hit & (rng.random(len(start)) >= THROUGH_WALL)

    def after_stairs(self, guesses: Particles, elapsed: float, rng: np.random.Generator) -> IntArray:
        """Return the floor of each guess after it may have taken the stairs that it stands on."""
        floor = guesses.floor.copy()
        chance = 1.0 - math.exp(-STAIRS_RATE * elapsed)
        for one, other, outline in self._stairs:
            takes = (guesses.floor == one) & (rng.random(len(floor)) < chance)
            if takes.any():
                takes &= contains(outline, guesses.place)
                floor[takes] = other
        return floor


class _Lattice:
    """The cells of one floor by their place on the lattice that they were laid out on."""

    def __init__(self, model: PositioningModel, floor: int) -> None:
        grid = model.grid
        cells = np.flatnonzero((grid.floor == floor) & grid.placed)
        self._size = float(grid.size[cells[0]]) if len(cells) else 1.0
        points = grid.points[cells]
        self._origin = points.min(axis=0) if len(cells) else np.zeros(2)
        column = self._index(points)
        self._cell = np.full(column.max(axis=0) + 1 if len(cells) else (1, 1), -1, dtype=np.intp)
        self._cell[column[:, 0], column[:, 1]] = cells

    def cell_at(self, place: FloatArray) -> IntArray:
        column = self._index(place)
        inside = ((column >= 0) & (column < self._cell.shape)).all(axis=1)
        column = np.where(inside[:, None], column, 0)
        return np.where(inside, self._cell[column[:, 0], column[:, 1]], -1)

    def _index(self, place: FloatArray) -> IntArray:
        return np.asarray(np.rint((place - self._origin) / self._size), dtype=np.intp)
