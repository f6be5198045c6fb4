"""The home's own network: levels in, a place out. Where a home has no model for something, fingerprinting answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..estimate import Estimate
from ..geometry import FloatArray, Point
from ..model import PositioningModel
from ..neural.models import TinyModel, TinyModels
from ..neural.problems import TrainingError
from ..neural.two_trainings import train_twice
from ..point_summary import PointSummary, softmax
from .fingerprint import FingerprintLocator
from .linked import LinkedLocator


class NeuralLocator(LinkedLocator):
    """A network a floor for the place, and one for floors and rooms where the place does not tell them."""

    def _prepare(self, model: PositioningModel) -> None:
        self._model = model
        self._models = tiny_models_of(model)
        self._summary = PointSummary(model)
        self._floors = [floor.id for floor in model.home.floors]
        self._fingerprints = FingerprintLocator(model, self._beacon_id, link_filter="none")

    def _locate(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        models = self._models
        if not models:
            return self._fingerprints.locate_levels(now, evidence_time, levels)
        rooms, floors = self._rooms(levels)
        place = models.place_on(self._floors[int(floors.argmax())], levels)
        if place is None:
            return self._summary.of_rooms(now, evidence_time, rooms, floors)
        estimate = self._summary.at_point(now, evidence_time, floors, fix(place, levels), place.meaning.covariance)
        return replace(estimate, room_probabilities=rooms) if models.rooms is not None else estimate

    def _rooms(self, levels: Mapping[str, float]) -> tuple[dict[str, float], FloatArray]:
        """Return the chances of rooms, empty where no network tells, and of floors (floors,)."""
        network = self._models.rooms
        floors = np.zeros(len(self._floors))
        rooms: dict[str, float] = {}
        if network is None:
            known = [index for index, floor in enumerate(self._floors) if floor in self._models.floors]
            floors[known or slice(None)] = 1.0
            return rooms, floors / floors.sum()
        chances = softmax(network.outputs(network.row(levels))[0])
        for (floor, room), chance in zip(network.meaning.spots, chances, strict=True):
            if floor in self._floors:
                floors[self._floors.index(floor)] += chance
            if room is not None and self._model.home.room(room) is not None:
                rooms[room] = float(chance)
        # Rooms and floors may be gone since the training.
        return rooms, floors / floors.sum() if floors.any() else np.full(len(floors), 1.0 / len(floors))


def fix(model: TinyModel, levels: Mapping[str, float]) -> Point:
    """Return the place in metres that a place network finds."""
    x, y = model.places(model.row(levels))[0]
    return float(x), float(y)


@lru_cache(maxsize=4)
def tiny_models_of(model: PositioningModel) -> TinyModels:
    """Return the networks of a model, trained now where nobody has said which: that takes some seconds."""
    if model.tiny is not None:
        return model.tiny
    try:
        return train_twice(model).models
    except TrainingError:
        return TinyModels()
