"""find3's way: several classifiers of rooms, each weighted by how informed it proved on held-out samples.

Vectors of RSSI with 0 for what is not heard; here its k nearest neighbours (3) and Gaussian naive Bayes.
The weight of a classifier for a room is Youden's informedness (true minus false positive rate).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from custom_components.indoor_positioning.engine.geometry import FloatArray
from custom_components.indoor_positioning.engine.model import PositioningModel
from custom_components.indoor_positioning.engine.observation import Observation

from .base import Answer, Setup

NEIGHBOURS = 3

# A scan posts what was heard in this time (s); of 2, 3, 5 and 8 s the one that served find3 best over all recordings.
SCAN_S = 5.0
AWAY_S = 60.0

# scikit-learn's var_smoothing relative to the largest variance.
VARIANCE_SMOOTHING = 1e-9

HELD_OUT_EVERY = 4

# A handful of held-out scans proves no classifier useless; without this some rooms could never be named.
LEAST_INFORMED = 0.05


class _Classifier(Protocol):
    def probabilities(self, vector: FloatArray) -> FloatArray: ...


type _Labels = np.ndarray[tuple[int], np.dtype[np.intp]]
type _ClassifierKind = Callable[[FloatArray, _Labels, int], _Classifier]


class _NearestNeighbours:
    def __init__(self, vectors: FloatArray, labels: _Labels, rooms: int) -> None:
        self._vectors, self._labels, self._rooms = vectors, labels, rooms

    def probabilities(self, vector: FloatArray) -> FloatArray:
        distance = ((self._vectors - vector) ** 2).sum(axis=1)
        nearest = np.argsort(distance, kind="stable")[:NEIGHBOURS]
        return np.bincount(self._labels[nearest], minlength=self._rooms) / len(nearest)


class _GaussianNaiveBayes:
    def __init__(self, vectors: FloatArray, labels: _Labels, rooms: int) -> None:
        known = [room for room in range(rooms) if (labels == room).any()]
        self._known, self._rooms = known, rooms
        self._mean = np.array([vectors[labels == room].mean(axis=0) for room in known])
        floor = VARIANCE_SMOOTHING * max(float(vectors.var(axis=0).max()), 1e-3)
        self._variance = np.array([vectors[labels == room].var(axis=0) for room in known]) + floor
        self._prior = np.log([(labels == room).mean() for room in known])

    def probabilities(self, vector: FloatArray) -> FloatArray:
        gap = (vector - self._mean) ** 2 / self._variance
        score = self._prior - 0.5 * (gap + np.log(self._variance)).sum(axis=1)
        weight = np.exp(score - score.max())
        result = np.zeros(self._rooms)
        result[self._known] = weight / weight.sum()
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Trained:
    anchors: tuple[str, ...]
    classifiers: tuple[_Classifier, ...]
    informedness: FloatArray  # (classifiers, rooms)


class Find3:
    """One device. Rooms only."""

    def __init__(self, setup: Setup, device: str) -> None:
        """Train on the survey, once for all devices."""
        del device
        self._home = setup.home
        self._trained = _train(setup.model)
        self._last: dict[str, Observation] = {}
        self._seen = float("-inf")
        self._answer = Answer()

    def observe(self, reading: Observation) -> None:
        """Remember the newest reading of each anchor."""
        self._last[reading.anchor] = reading
        self._seen = max(self._seen, reading.time)

    def answer(self, now: float) -> Answer:
        """Return the room with the largest sum of probability times informedness."""
        if now - self._seen > AWAY_S:
            return Answer(away=True)
        trained = self._trained
        heard = {anchor: item.rssi for anchor, item in self._last.items() if now - item.time <= SCAN_S}
        if not heard or not trained.classifiers:
            return self._answer
        vector = np.array([heard.get(anchor, 0.0) for anchor in trained.anchors])
        votes = np.array([classifier.probabilities(vector) for classifier in trained.classifiers])
        score = (votes * trained.informedness).sum(axis=0)
        total = score.sum()
        best = int(score.argmax())
        room = self._home.rooms[best]
        self._answer = Answer(room.id, room.floor, None, float(score[best] / total) if total > 0.0 else None)
        return self._answer


@lru_cache(maxsize=4)
def _train(model: PositioningModel) -> _Trained:
    anchors = tuple(anchor.id for anchor in model.home.anchors)
    rooms = {room.id: index for index, room in enumerate(model.home.rooms)}
    vectors, labels = _scans(model, anchors, rooms)
    if not len(vectors):
        return _Trained(anchors, (), np.zeros((0, len(rooms))))
    held_out = np.arange(len(vectors)) % HELD_OUT_EVERY == HELD_OUT_EVERY - 1
    kinds: tuple[_ClassifierKind, ...] = (_NearestNeighbours, _GaussianNaiveBayes)
    informedness = np.ones((len(kinds), len(rooms)))
    if held_out.any() and (~held_out).any():
        for index, kind in enumerate(kinds):
            probe = kind(vectors[~held_out], labels[~held_out], len(rooms))
            said = np.array([probe.probabilities(vector).argmax() for vector in vectors[held_out]])
            informedness[index] = _youden(said, labels[held_out], len(rooms))
    return _Trained(anchors, tuple(kind(vectors, labels, len(rooms)) for kind in kinds), informedness)


def _scans(model: PositioningModel, anchors: tuple[str, ...], rooms: dict[str, int]) -> tuple[FloatArray, _Labels]:
    """Return the survey as scans: what was heard within SCAN_S, 0 where an anchor was not.

    A sample does not tell when each packet came, so its packets are put at random times within it: then scans lack
    anchors as often as they do later.
    """
    rng = np.random.default_rng(0)
    vectors: list[list[float]] = []
    labels: list[int] = []
    for sample in model.survey:
        if sample.room not in rooms:
            continue
        count = max(1, round(sample.duration / SCAN_S))
        scans = np.zeros((count, len(anchors)))
        for column, anchor in enumerate(anchors):
            for value in sample.readings.get(anchor, ()):
                scans[int(rng.integers(count)), column] = value
        heard = scans[scans.any(axis=1)]
        vectors.extend(heard.tolist())
        labels.extend([rooms[sample.room]] * len(heard))
    return np.array(vectors, dtype=float).reshape(-1, len(anchors)), np.array(labels, dtype=np.intp)


def _youden(said: _Labels, true: _Labels, rooms: int) -> FloatArray:
    result = np.zeros(rooms)
    for room in range(rooms):
        here = true == room
        hit = float((said[here] == room).mean()) if here.any() else 0.0
        alarm = float((said[~here] == room).mean()) if (~here).any() else 0.0
        result[room] = max(hit - alarm, LEAST_INFORMED)
    return result
