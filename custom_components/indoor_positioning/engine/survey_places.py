"""The survey as rows for regression: one row a place, one column an anchor.

Samples near each other are one place. A sample that only names its room stands for the whole of it, most likely
its middle: the row is a weighted mean over cells, which a Gaussian process takes as well as a point.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from .geometry import FloatArray
from .grid import Grid
from .home import Home
from .survey import Survey, SurveySample

# Samples nearer to each other than this are one place (m); it bounds the regression to a few hundred rows.
BIN_M = 0.5

# Cells that stand for a whole room at the most.
ROOM_POINTS = 16

# Packets of one link within this time see the same fading, so they count as one (s).
CORRELATION_S = 1.5

# One independent reading scatters by this around the mean of its place: three channels, body, packets (dB).
READING_SD_DB = 4.5

# An anchor that was listening and heard nothing would have measured about this, give or take (dBm, dB).
SILENT_RSSI_DBM = -98.0
SILENT_SD_DB = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class SurveyPlaces:
    """m places of the survey.

    `rssi` and `noise` (anchors, m): mean in dBm and its sampling error (sd) in dB, NaN and inf where an anchor said
    nothing about a place; `heard` (anchors, m) where packets were received. `cells` and `weights` (m, ROOM_POINTS)
    spread each place over the grid (weights sum to one). `points` (m, ROOM_POINTS, 2) the exact coordinates, NaN
    without place; `floor` (m,).
    """

    rssi: FloatArray
    noise: FloatArray
    heard: NDArray[np.bool_]
    cells: NDArray[np.intp]
    weights: FloatArray
    points: FloatArray
    floor: NDArray[np.intp]

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.floor)

    def average(self, values: FloatArray) -> FloatArray:
        """Return values over cells (anchors, cells) as they are met at the places, shape (anchors, m)."""
        return cast("FloatArray", (values[:, self.cells] * self.weights).sum(axis=-1))

    def vagueness(self, values: FloatArray) -> FloatArray:
        """Return the standard deviation of values over cells (anchors, cells) within each place, shape (anchors, m).

        A sample that only names its room was taken at one point of it, and nobody knows at which: near an anchor that
        makes many decibels, far from it few.
        """
        variance = self.average(values**2) - self.average(values) ** 2
        return cast("FloatArray", np.sqrt(np.maximum(variance, 0.0)))


@dataclass(slots=True)
class _Place:
    """One place while its samples are being gathered."""

    cells: NDArray[np.intp]
    weights: FloatArray
    points: FloatArray
    floor: int
    readings: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    independent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    silent_time: dict[str, float] = field(default_factory=lambda: defaultdict(float))


def survey_places(home: Home, grid: Grid, survey: Survey) -> SurveyPlaces:
    """Gather the survey by place; samples of rooms or floors that no longer exist are left out."""
    gathered: dict[tuple[object, ...], _Place] = {}
    last_time: dict[tuple[tuple[object, ...], str], float] = {}
    floors = {floor.id: index for index, floor in enumerate(home.floors)}
    rooms = {room.id: index for index, room in enumerate(home.rooms)}
    for sample in survey:
        key = _place_key(sample)
        place = gathered.get(key)
        if place is None:
            made = _locate(sample, grid, floors, rooms)
            if made is None:
                continue
            place = gathered[key] = made
        _add(place, sample, key, last_time)
    return _table(home, list(gathered.values()))


def _place_key(sample: SurveySample) -> tuple[object, ...]:
    if sample.position is None:
        return (sample.floor, sample.room)
    x, y = sample.position
    return (sample.floor, sample.room, round(x / BIN_M), round(y / BIN_M))


def _locate(sample: SurveySample, grid: Grid, floors: dict[str, int], rooms: dict[str, int]) -> _Place | None:
    room = rooms.get(sample.room) if sample.room else None
    floor = floors.get(sample.floor)
    if floor is None and room is None:
        return None
    in_room = np.flatnonzero(grid.room == room) if room is not None else np.empty(0, dtype=np.intp)
    if sample.position is not None and floor is not None:
        on_floor = np.flatnonzero((grid.floor == floor) & grid.placed)
        if len(on_floor):
            here = np.asarray(sample.position, dtype=float)
            nearest = on_floor[np.argmin(((grid.points[on_floor] - here) ** 2).sum(axis=1))]
            return _padded(np.array([nearest]), np.ones(1), here[None], floor)
    if not len(in_room):
        return None
    return _whole_room(grid, in_room)


def _whole_room(grid: Grid, cells: NDArray[np.intp]) -> _Place:
    if len(cells) > ROOM_POINTS:
        cells = cells[np.linspace(0, len(cells) - 1, ROOM_POINTS).round().astype(int)]
    points = grid.points[cells]
    if np.isnan(points).any():
        return _padded(cells[:1], np.ones(1), points[:1], int(grid.floor[cells[0]]))
    off_centre = ((points - points.mean(axis=0)) ** 2).sum(axis=1)
    # "Stand in the room" is answered in its middle half more often than in a corner.
    weights = np.exp(-off_centre / max(2.0 * off_centre.mean(), 1e-6))
    return _padded(cells, weights / weights.sum(), points, int(grid.floor[cells[0]]))


def _padded(cells: NDArray[np.intp], weights: FloatArray, points: FloatArray, floor: int) -> _Place:
    missing = ROOM_POINTS - len(cells)
    return _Place(
        np.concatenate((cells, np.repeat(cells[:1], missing))),
        np.concatenate((weights, np.zeros(missing))),
        np.concatenate((points, np.repeat(points[:1], missing, axis=0))),
        floor,
    )


def _add(
    place: _Place,
    sample: SurveySample,
    key: tuple[object, ...],
    last_time: dict[tuple[tuple[object, ...], str], float],
) -> None:
    for anchor, values in sample.readings.items():
        place.readings[anchor].extend(values)
        # Samples taken in passing overlap in time with their neighbours: the time between them bounds what they tell.
        gap = abs(sample.time - last_time.get((key, anchor), -np.inf))
        fresh = min(1.0, gap / CORRELATION_S) if sample.duration <= CORRELATION_S else sample.duration / CORRELATION_S
        place.independent[anchor] += min(fresh, float(len(values)))
        last_time[key, anchor] = sample.time
    for anchor in sample.silent:
        place.silent_time[anchor] += sample.duration


def _table(home: Home, places: list[_Place]) -> SurveyPlaces:
    anchors = [anchor.id for anchor in home.anchors]
    shape = (len(anchors), len(places))
    rssi, noise = np.full(shape, np.nan), np.full(shape, np.inf)
    heard = np.zeros(shape, dtype=bool)
    for column, place in enumerate(places):
        for row, anchor in enumerate(anchors):
            if values := place.readings.get(anchor):
                heard[row, column] = True
                rssi[row, column] = float(np.mean(values))
                independent = max(place.independent[anchor], 0.5)
                noise[row, column] = READING_SD_DB / np.sqrt(independent)
            elif place.silent_time.get(anchor):
                rssi[row, column], noise[row, column] = SILENT_RSSI_DBM, SILENT_SD_DB
    if not places:
        empty = np.empty((0, ROOM_POINTS))
        return SurveyPlaces(
            rssi, noise, heard, empty.astype(np.intp), empty, np.empty((0, ROOM_POINTS, 2)), np.empty(0, dtype=np.intp)
        )
    return SurveyPlaces(
        rssi,
        noise,
        heard,
        np.stack([place.cells for place in places]),
        np.stack([place.weights for place in places]),
        np.stack([place.points for place in places]),
        np.array([place.floor for place in places], dtype=np.intp),
    )
