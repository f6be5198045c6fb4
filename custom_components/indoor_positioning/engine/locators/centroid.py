"""Weighted centroid: the mean of the anchors' places, the nearer the heavier.

J. Blumenthal et al., "Weighted Centroid Localization in Zigbee-based Sensor Networks", WISP 2007.
"""

from __future__ import annotations

import numpy as np

from ..estimate import Estimate
from ..geometry import FloatArray
from ..grid import IntArray
from .placed import PlacedLocator

# Weight = distance to this negative power. Two is the usual choice indoors: distances err by a factor, and
# far anchors must not outvote the near one.
DEGREE = 2.0


class CentroidLocator(PlacedLocator):
    """Inverse-distance weighted centroid. It hardly minds a wrong path loss, and cannot say how far off it is."""

    def _locate_placed(self, now: float, evidence_time: float, rows: IntArray, rssi: FloatArray) -> Estimate:
        ranging = self._ranging
        floors = np.zeros(len(ranging.home.floors))
        weights = self._weights(rows, rssi, None)
        for index, floor in enumerate(ranging.home.floors):
            floors[index] = weights[ranging.levels[rows] == floor.level].sum()
        if len(floors) > 1 and floors.sum() > 0.0:
            # With the floor decided, anchors beyond a slab are nearer than they sound.
            weights = self._weights(rows, rssi, int(floors.argmax()))
        centre = weights @ ranging.positions[rows, :2]
        chances = floors / floors.sum() if floors.sum() > 0.0 else np.full(len(floors), 1.0 / len(floors))
        return self._summary.at_point(now, evidence_time, chances, (float(centre[0]), float(centre[1])), None)

    def _weights(self, rows: IntArray, rssi: FloatArray, floor: int | None) -> FloatArray:
        weights = self._ranging.distances(rows, rssi, floor) ** -DEGREE
        return np.asarray(weights / weights.sum())
