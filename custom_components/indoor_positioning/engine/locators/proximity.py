"""Proximity: the beacon is where the strongest anchor is. Needs no plan, no distance, no survey."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from ..estimate import Estimate
from ..model import PositioningModel
from ..point_summary import PointSummary, softmax
from .linked import LinkedLocator

# A challenger must be this much stronger than the anchor that holds the beacon (dB): about one standard
# deviation of a filtered link, so that fading alone does not move anyone.
HYSTERESIS_DB = 3.0

# Anchor gains differ by 3 to 9 dB and bodies cost as much: a lead of this many dB makes a room e times as likely.
SOFTNESS_DB = 4.0


class ProximityLocator(LinkedLocator):
    """Strongest anchor with hysteresis. It cannot say how far off it is: no covariance."""

    def _prepare(self, model: PositioningModel) -> None:
        self._model = model
        self._holder: str | None = None
        self._summary = PointSummary(model)
        self._anchors = {anchor.id: anchor for anchor in model.home.anchors}
        self._floors = {floor.id: index for index, floor in enumerate(model.home.floors)}

    def locate_levels(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        """Return the estimate from the level in dBm of at least one anchor: for locators that have nothing better."""
        return self._locate(now, evidence_time, levels)

    def _locate(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        strongest = max(levels, key=levels.__getitem__)
        if self._holder is None or levels[strongest] > levels.get(self._holder, -math.inf) + HYSTERESIS_DB:
            self._holder = strongest
        names = list(levels)
        scores = np.array([levels[name] + HYSTERESIS_DB * (name == self._holder) for name in names])
        chances = softmax(scores / SOFTNESS_DB)
        rooms: dict[str, float] = defaultdict(float)
        floors = np.zeros(len(self._floors))
        for name, chance in zip(names, chances, strict=True):
            anchor = self._anchors[name]
            if anchor.room is not None:
                rooms[anchor.room] += float(chance)
            if anchor.floor in self._floors:
                floors[self._floors[anchor.floor]] += chance
        named = sum(rooms.values())
        holder = self._anchors[self._holder]
        on_plan = holder.position is not None and self._model.grid.placed.any()
        return self._summary.of_rooms(
            now,
            evidence_time,
            {room: chance / named for room, chance in rooms.items()},
            floors / floors.sum() if floors.sum() > 0.0 else np.full(len(floors), 1.0 / max(len(floors), 1)),
            position=(holder.position[0], holder.position[1]) if on_plan and holder.position else None,
        )
