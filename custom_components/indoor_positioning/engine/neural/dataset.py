"""What a network learns from: levels of all links at known places, in blocks that are never split.

Successive readings at one place are nearly the same reading. Divided at random they would stand on both sides of a
split and flatter every method (1.45 m instead of 1.65 m, measured); so stands stay whole and walks are cut into blocks.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..filters.links import MAX_LINK_AGE_S, FilteredLinks
from ..geometry import FloatArray, Point
from ..home import Home
from ..observation import Observation
from ..survey import Survey, SurveySample

# The filter of the locator that uses the networks: in training they must see what they will see in use.
LINK_FILTER = "kalman_agile"

# A stand's levels count from here on, once the filter has seen some packets (s).
SETTLED_S = 2.0

# Two samples of one walk are no further apart than this (m); further, somebody went to the next place in between.
STRIDE_M = 1.0

# A walk is cut into blocks of this length (s).
BLOCK_S = 30.0

# Which of every ten blocks of a room, in order of time, are held out: three, well spread, the second of two among them.
# It depends on the blocks before only, so that a block keeps its part when the survey grows.
HELD_OUT_OF_TEN = frozenset({1, 4, 8})

type Spot = tuple[str, str | None]
type Block = tuple[SurveySample, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """n rows, one a second of a stand or walk.

    `levels` (n, anchors) in dBm, NaN where an anchor heard nothing; `places` (n, 2) in metres, NaN where only the room
    is known; `spots` (n) the floor and the room, None outside all rooms.
    """

    anchors: tuple[str, ...]
    levels: FloatArray
    places: FloatArray
    spots: tuple[Spot, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.levels)

    def placed_on(self, floor: str) -> Dataset:
        """Return the rows with a place on `floor`."""
        here = np.array([spot[0] == floor for spot in self.spots], dtype=bool) & ~np.isnan(self.places[:, 0])
        return self._rows(np.flatnonzero(here))

    def at_spots(self, spots: Sequence[Spot]) -> tuple[Dataset, NDArray[np.intp]]:
        """Return the rows at some spots, and the index of the spot of each (n,)."""
        number = {spot: index for index, spot in enumerate(spots)}
        chosen = self._rows(np.flatnonzero([spot in number for spot in self.spots]))
        return chosen, np.array([number[spot] for spot in chosen.spots], dtype=np.intp)

    def _rows(self, chosen: NDArray[np.intp]) -> Dataset:
        spots = tuple(self.spots[index] for index in chosen)
        return Dataset(self.anchors, self.levels[chosen], self.places[chosen], spots)


@dataclass(frozen=True, slots=True)
class Row:
    """One row before it is put into a table: `levels` in dBm by anchor, what was not heard left out."""

    levels: dict[str, float]
    place: Point | None
    spot: Spot


def dataset_of(home: Home, survey: Survey) -> Dataset:
    """Return the survey of a home as a dataset; samples of floors or rooms that no longer exist are left out."""
    anchors = tuple(anchor.id for anchor in home.anchors)
    floors = {floor.id for floor in home.floors}
    rooms = {room.id for room in home.rooms}
    samples = tuple(one for one in survey if one.floor in floors and (one.room is None or one.room in rooms))
    return table(anchors, list(_rows(samples, frozenset(anchors))))


def table(anchors: tuple[str, ...], rows: Sequence[Row]) -> Dataset:
    """Return rows as a dataset."""
    column = {anchor: index for index, anchor in enumerate(anchors)}
    levels = np.full((len(rows), len(anchors)), np.nan)
    for index, row in enumerate(rows):
        for anchor, level in row.levels.items():
            levels[index, column[anchor]] = level
    places = [row.place or (math.nan, math.nan) for row in rows]
    return Dataset(anchors, levels, np.array(places, dtype=float).reshape(-1, 2), tuple(row.spot for row in rows))


def split(survey: Survey) -> tuple[Survey, tuple[Block, ...]]:
    """Return the samples to train with, and the blocks to judge by: about 30 % of each room's."""
    train: list[SurveySample] = []
    held_out: list[Block] = []
    counts: dict[Spot, int] = defaultdict(int)
    for block in blocks(survey):
        spot = (block[0].floor, block[0].room)
        if counts[spot] % 10 in HELD_OUT_OF_TEN:
            held_out.append(block)
        else:
            train.extend(block)
        counts[spot] += 1
    return tuple(train), tuple(held_out)


def blocks(survey: Survey) -> list[Block]:
    """Return the samples in stands and pieces of walks, in order of time."""
    by_beacon: dict[str, list[SurveySample]] = defaultdict(list)
    for sample in sorted(survey, key=lambda sample: sample.time):
        by_beacon[sample.beacon].append(sample)
    found: list[list[SurveySample]] = []
    for samples in by_beacon.values():
        found.append(samples[:1])
        for last, sample in itertools.pairwise(samples):
            if _goes_on(last, sample) and sample.time - found[-1][0].time < BLOCK_S:
                found[-1].append(sample)
            else:
                found.append([sample])
    return [tuple(block) for block in sorted(found, key=lambda block: block[0].time)]


def samples_of(chosen: Iterable[Block]) -> Survey:
    """Return the samples of blocks, one after another."""
    return tuple(itertools.chain.from_iterable(chosen))


def readings_of(sample: SurveySample) -> list[Observation]:
    """Return a sample's readings in order of time, each link's evenly over the sample."""
    readings = [
        Observation(sample.time + sample.duration * (index + 0.5) / len(values), sample.beacon, anchor, rssi)
        for anchor, values in sample.readings.items()
        for index, rssi in enumerate(values)
    ]
    return sorted(readings, key=lambda reading: reading.time)


def readings_until(sample: SurveySample) -> Iterator[tuple[float, list[Observation]]]:
    """Yield each moment of a sample with the readings since the moment before."""
    readings = readings_of(sample)
    taken = 0
    for moment in moments_of(sample):
        due = taken
        while due < len(readings) and readings[due].time <= moment:
            due += 1
        yield moment, readings[taken:due]
        taken = due


def moments_of(sample: SurveySample) -> Iterable[float]:
    """Return the moments of a sample at which its place is asked for: each second of a stand, once in passing."""
    settled = sample.time + SETTLED_S
    return [*(settled + second for second in range(int(sample.duration - SETTLED_S))), sample.time + sample.duration]


def _goes_on(last: SurveySample, sample: SurveySample) -> bool:
    """Whether somebody walked on from one sample to the next, so that the links' levels are those of before."""
    if sample.time - last.time - last.duration > MAX_LINK_AGE_S or sample.floor != last.floor:
        return False
    if last.position is None or sample.position is None:
        return not (last.still or sample.still)
    return math.dist(last.position, sample.position) <= STRIDE_M


def _rows(survey: Survey, anchors: frozenset[str]) -> Iterator[Row]:
    for block in blocks(survey):
        links = FilteredLinks(LINK_FILTER)
        for sample in block:
            spot = (sample.floor, sample.room)
            for levels in _levels(sample, links, anchors):
                yield Row(levels, sample.position, spot)


def _levels(sample: SurveySample, links: FilteredLinks, anchors: frozenset[str]) -> Iterator[dict[str, float]]:
    for moment, readings in readings_until(sample):
        links.add(reading for reading in readings if reading.anchor in anchors)
        if levels := links.fresh(moment):
            yield levels
