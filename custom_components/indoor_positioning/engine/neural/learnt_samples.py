"""What ordinary use has taught, as samples with a label: bounded, spread over the plan, without who and when.

They are for the networks' training only. The radio map and what a network is judged by remain the survey's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..survey import Survey, SurveySample

# Of one square metre of the plan, or of a room that is not drawn: the newest count, so that a moved sofa is learnt.
SPOT_M = 1.0
MAX_PER_SPOT = 3

# In all; a survey of four stands a room has 40 samples in a large home. Some 150 kB on disk, 0.3 s to make rows of.
MAX_SAMPLES = 300

# Readings of one link in one sample; more of them say the same once more.
MAX_READINGS = 20

# The samples' own clock (s): each is a stand of its own, and what it says of the day is nothing.
APART_S = 1000.0

# What stands for the beacon: whoever it was.
ANYBODY = "use"

type _Spot = tuple[str, str | None, int, int]


class LearntSamples:
    """The samples in the order in which they came."""

    def __init__(self, samples: Iterable[SurveySample] = ()) -> None:
        self._samples: list[SurveySample] = []
        self.taken = 0
        for sample in samples:
            self.add(sample)
        self.taken = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._samples)

    def __iter__(self) -> Iterator[SurveySample]:
        """Yield the samples, oldest first."""
        return iter(self._samples)

    @property
    def survey(self) -> Survey:
        """The samples as the training takes them, on a clock of their own."""
        return tuple(replace(sample, time=index * APART_S) for index, sample in enumerate(self._samples))

    def add(self, sample: SurveySample) -> None:
        """Take a sample, in the place of the oldest of its spot where that is full, or of the spot that has most.

        `taken` counts those of spots that were not full: the others say little new.
        """
        readings = {anchor: values[-MAX_READINGS:] for anchor, values in sample.readings.items()}
        self._samples.append(replace(sample, beacon=ANYBODY, readings=readings, time=0.0))
        spots = Counter(_spot(one) for one in self._samples)
        if spots[spot := _spot(sample)] > MAX_PER_SPOT:
            self._drop_oldest(spot)
            return
        self.taken += 1
        if len(self._samples) > MAX_SAMPLES:
            self._drop_oldest(max(spots, key=lambda one: spots[one]))

    def clear(self) -> None:
        """Forget everything."""
        self._samples.clear()
        self.taken = 0

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the samples, JSON-able."""
        return [
            {
                "floor": one.floor,
                "room": one.room,
                "position": None if one.position is None else list(one.position),
                "readings": {anchor: list(values) for anchor, values in one.readings.items()},
                "silent": sorted(one.silent),
                "duration": one.duration,
            }
            for one in self._samples
        ]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]]) -> LearntSamples:
        """Return the samples that `to_rows` gave. Raises ValueError, KeyError or TypeError where they are malformed."""
        return cls(_sample(row) for row in rows)

    def _drop_oldest(self, spot: _Spot) -> None:
        self._samples.remove(next(one for one in self._samples if _spot(one) == spot))


def _spot(sample: SurveySample) -> _Spot:
    if sample.position is None:
        return sample.floor, sample.room, 0, 0
    x, y = sample.position
    return sample.floor, sample.room, math.floor(x / SPOT_M), math.floor(y / SPOT_M)


def _sample(row: Mapping[str, Any]) -> SurveySample:
    position = None if row["position"] is None else (_finite(row["position"][0]), _finite(row["position"][1]))
    return SurveySample(
        beacon=ANYBODY,
        floor=str(row["floor"]),
        room=None if row["room"] is None else str(row["room"]),
        position=position,
        readings={str(anchor): tuple(map(_finite, values)) for anchor, values in row["readings"].items()},
        silent=frozenset(map(str, row["silent"])),
        duration=_finite(row["duration"]),
    )


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number")
    return float(value)
