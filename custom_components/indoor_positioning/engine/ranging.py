"""Distances from signal strength without looking at walls: what the classic methods reckon with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .geometry import FloatArray
from .grid import IntArray
from .ground import ground_of_anchor, rise_at
from .home import Anchor, Home
from .model import PositioningModel
from .propagation import BEACON_HEIGHT_M, MIN_DISTANCE_M, PropagationParameters, fit_parameters

# Two walls at five metres is an ordinary home; a law without walls must put their loss into the exponent.
TYPICAL_WALLS = 2.0
TYPICAL_DISTANCE_M = 5.0

# Below it nothing is learnt about the law that its prior does not know better.
MIN_ROWS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ranging:
    """RSSI = A - 10 n log10(d) - slabs + offset, over anchors whose place is known.

    `positions` (m, 3) in metres with heights above the ground of the whole house, `levels` and `offsets` (m,).
    """

    home: Home
    anchors: tuple[Anchor, ...]
    positions: FloatArray
    levels: FloatArray
    offsets: FloatArray
    parameters: PropagationParameters
    row: Mapping[str, int]

    def beacon_height(self, floor: int, carried: float = BEACON_HEIGHT_M) -> float:
        """Return how high over the house's ground a beacon is that is `carried` metres above this floor."""
        return self.home.floors[floor].elevation + carried

    def distances(self, rows: IntArray, rssi: FloatArray, floor: int | None, gain: float = 0.0) -> FloatArray:
        """Return distances in metres for anchors `rows` (k,) heard at `rssi` (k,) by a beacon on `floor`.

        Slabs between are taken out; `floor` None reckons without any. `gain` in dB is the beacon's own.
        """
        parameters = self.parameters
        slabs = 0.0 if floor is None else np.abs(self.levels[rows] - self.home.floors[floor].level)
        loss = (
            parameters.reference_rssi
            + gain
            + self.offsets[rows]
            - parameters.slab_loss * slabs
            - np.asarray(rssi, dtype=float)
        )
        # The exponent keeps a wild reading from overflowing; no home is larger than a kilometre.
        return np.asarray(10.0 ** np.clip(loss / (10.0 * parameters.exponent), math.log10(MIN_DISTANCE_M), 3.0))

    @property
    def log_sd(self) -> float:
        """The standard deviation of ln(distance): ranging errors are log-normal."""
        return self.parameters.noise * math.log(10.0) / (10.0 * self.parameters.exponent)


@lru_cache(maxsize=4)
def ranging_of(model: PositioningModel) -> Ranging:
    """Return the wall-free law of a home, fitted to its survey where it has one; shared by all its beacons."""
    home = model.home
    anchors = tuple(anchor for anchor in home.anchors if anchor.position is not None)
    floors = {floor.id: floor for floor in home.floors}
    positions = np.array(
        [
            (x, y, z + ground_of_anchor(home, anchor))
            for anchor in anchors
            for x, y, z in ([anchor.position] if anchor.position is not None else [])
        ]
    ).reshape(-1, 3)
    levels = np.array([floors[anchor.floor].level if anchor.floor in floors else 0 for anchor in anchors], dtype=float)
    start = model.parameters
    walls = TYPICAL_WALLS * start.wall_loss / (10.0 * math.log10(TYPICAL_DISTANCE_M))
    prior = replace(start, exponent=start.exponent + walls)
    row = {anchor.id: index for index, anchor in enumerate(anchors)}
    parameters = _fitted(model, positions, levels, row, prior)
    offsets = np.array([parameters.anchor_offsets.get(anchor.id, 0.0) for anchor in anchors])
    return Ranging(home, anchors, positions, levels, offsets, parameters, row)


def _fitted(
    model: PositioningModel,
    positions: FloatArray,
    levels: FloatArray,
    row: Mapping[str, int],
    prior: PropagationParameters,
) -> PropagationParameters:
    features, indices, rssi = [], [], []
    floors = {floor.id: floor for floor in model.home.floors}
    for sample in model.survey:
        floor = floors.get(sample.floor)
        if sample.position is None or floor is None:
            continue
        rise = float(rise_at(model.home, floor.id, np.array([sample.position]))[0])
        place = np.array((*sample.position, floor.elevation + rise + BEACON_HEIGHT_M))
        for anchor, values in sample.readings.items():
            if anchor in row and values:
                index = row[anchor]
                distance = max(float(np.linalg.norm(positions[index] - place)), MIN_DISTANCE_M)
                features.append((10.0 * math.log10(distance), 0.0, abs(levels[index] - floor.level)))
                indices.append(index)
                rssi.append(sum(values) / len(values))
    if len(rssi) < MIN_ROWS:
        return prior
    return fit_parameters(
        np.array(features), np.array(indices, dtype=np.intp), np.array(rssi), np.ones(len(rssi)), list(row), prior
    )
