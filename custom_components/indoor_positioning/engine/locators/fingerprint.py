"""Fingerprinting: the places of the survey that sounded most like now.

Weighted k nearest neighbours in signal space. P. Bahl, V. Padmanabhan, "RADAR: an in-building RF-based user
location and tracking system", INFOCOM 2000.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..estimate import Estimate
from ..geometry import FloatArray, Point
from ..model import PositioningModel
from ..point_summary import PointSummary
from .linked import LinkedLocator
from .proximity import ProximityLocator

NEIGHBOURS = 5

# What an anchor "measures" that does not hear a beacon: just below what proxies can receive (dBm).
UNHEARD_DBM = -98.0

# Links closer than this to a fingerprint are the same link; it bounds the weight of a chance hit (dB).
RESOLUTION_DB = 1.0

# Votes of so many neighbours that are spread over all rooms: a unanimous five is not certainty.
DOUBT_VOTES = 0.5

# Samples stand this far from the next one at least, and so does the truth from the nearest (m).
SAMPLE_SPACING_SD_M = 0.5


class FingerprintLocator(LinkedLocator):
    """Weighted kNN on the survey; the spread of the neighbours is the covariance. No survey: proximity answers."""

    def _prepare(self, model: PositioningModel) -> None:
        self._model = model
        self._summary = PointSummary(model)
        self._prints = fingerprints_of(model)
        self._proximity = ProximityLocator(model, self._beacon_id, link_filter="none")

    def locate_levels(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        """Return the estimate from the level in dBm of at least one anchor: for locators that have nothing better."""
        return self._locate(now, evidence_time, levels)

    def _locate(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        prints = self._prints
        if not len(prints.levels):
            return self._proximity.locate_levels(now, evidence_time, levels)
        heard = np.array([levels.get(anchor, UNHEARD_DBM) for anchor in prints.anchors])
        distance = np.sqrt(((prints.levels - heard) ** 2).mean(axis=1))
        nearest = np.argsort(distance, kind="stable")[:NEIGHBOURS]
        weights = 1.0 / (distance[nearest] + RESOLUTION_DB) ** 2
        weights /= weights.sum()
        floors = np.bincount(prints.floors[nearest], weights=weights, minlength=len(self._model.home.floors))
        floor = int(floors.argmax())
        position, covariance = self._place(nearest, weights, floor)
        return self._summary.of_rooms(
            now, evidence_time, self._rooms(nearest, weights), floors / floors.sum(), position, covariance
        )

    def _rooms(self, nearest: np.ndarray[tuple[int], np.dtype[np.intp]], weights: FloatArray) -> dict[str, float]:
        rooms = self._model.home.rooms
        votes: dict[str, float] = defaultdict(float, {room.id: DOUBT_VOTES / len(rooms) for room in rooms})
        for index, weight in zip(nearest, weights, strict=True):
            room = self._prints.rooms[index]
            if room is not None:
                votes[room] += NEIGHBOURS * float(weight)
        total = sum(votes.values())
        return {room: vote / total for room, vote in votes.items()} if total > 0.0 else {}

    def _place(
        self, nearest: np.ndarray[tuple[int], np.dtype[np.intp]], weights: FloatArray, floor: int
    ) -> tuple[Point | None, FloatArray | None]:
        prints = self._prints
        usable = (prints.floors[nearest] == floor) & ~np.isnan(prints.places[nearest, 0])
        if not usable.any():
            return None, None
        places, share = prints.places[nearest][usable], weights[usable] / weights[usable].sum()
        centre = share @ places
        off = places - centre
        covariance = (off * share[:, None]).T @ off + SAMPLE_SPACING_SD_M**2 * np.eye(2)
        return (float(centre[0]), float(centre[1])), covariance


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """m samples: `levels` (m, anchors) in dBm, `places` (m, 2) NaN where only the room is known, `floors` (m,)."""

    anchors: tuple[str, ...]
    levels: FloatArray
    places: FloatArray
    floors: np.ndarray[tuple[int], np.dtype[np.intp]]
    rooms: tuple[str | None, ...]


@lru_cache(maxsize=4)
def fingerprints_of(model: PositioningModel) -> Fingerprints:
    """Return the survey of a model as fingerprints, shared by all its beacons; contradictions stay side by side."""
    anchors = tuple(anchor.id for anchor in model.home.anchors)
    floors = {floor.id: index for index, floor in enumerate(model.home.floors)}
    samples = [sample for sample in model.survey if sample.floor in floors and sample.readings.keys() & set(anchors)]
    levels = np.full((len(samples), len(anchors)), UNHEARD_DBM)
    for index, sample in enumerate(samples):
        for column, anchor in enumerate(anchors):
            if values := sample.readings.get(anchor):
                levels[index, column] = sum(values) / len(values)
    places = [sample.position or (np.nan, np.nan) for sample in samples]
    return Fingerprints(
        anchors,
        levels,
        np.array(places, dtype=float).reshape(-1, 2),
        np.array([floors[sample.floor] for sample in samples], dtype=np.intp),
        tuple(sample.room for sample in samples),
    )
