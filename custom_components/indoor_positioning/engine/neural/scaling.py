"""How levels in dBm become the numbers that a network takes, and places those that it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..geometry import FloatArray, Point

type Int8Array = NDArray[np.int8]

# Below -120 dBm no receiver hears anything, above -30 dBm the antennas all but touch.
RSSI_LOW_DBM = -120.0
RSSI_HIGH_DBM = -30.0

# The whole range of int8 is the whole range of levels; what was not heard is the lowest value, as the weakest would be.
# The scale is 1/255 to four digits, short for the sake of exact products (quantisation.py).
INPUT_STEPS = 255
INPUT_SCALE = 257 / 65536
INPUT_ZERO_POINT = -128

# Around the places that it was trained for a network's extent reaches further by this much of its size, and no extent
# is smaller than this (m).
EXTENT_MARGIN = 0.05
MIN_SIZE_M = 1.0


def scale_levels(levels: FloatArray) -> FloatArray:
    """Return levels in dBm, NaN where nothing was heard, as numbers from 0 (not heard) to 1, of the same shape."""
    share = (levels - RSSI_LOW_DBM) / (RSSI_HIGH_DBM - RSSI_LOW_DBM)
    return cast("FloatArray", np.nan_to_num(np.clip(share, 0.0, 1.0), nan=0.0))


def quantise_levels(levels: FloatArray) -> Int8Array:
    """Return the same as int8.

    Half steps are rounded up, by us: whole dBm fall on them often, and runtimes differ in how they round a float input.
    """
    return quantise_shares(scale_levels(levels))


def quantise_shares(shares: FloatArray) -> Int8Array:
    """Return scaled levels, 0 to 1, as int8."""
    steps = np.floor(shares * INPUT_STEPS + 0.5) + INPUT_ZERO_POINT
    return np.asarray(np.clip(steps, -128, 127), dtype=np.int8)


@dataclass(frozen=True, slots=True)
class Extent:
    """The part of a floor that a network knows: its lower left corner, width and depth, in metres."""

    corner: Point
    size: Point

    @classmethod
    def around(cls, places: FloatArray) -> Extent:
        """Return the extent of `places` (n, 2), n >= 1, with a margin."""
        low, high = places.min(axis=0), places.max(axis=0)
        size = np.maximum((high - low) * (1.0 + 2.0 * EXTENT_MARGIN), MIN_SIZE_M)
        corner = (low + high - size) / 2.0
        return cls((float(corner[0]), float(corner[1])), (float(size[0]), float(size[1])))

    def scale(self, places: FloatArray) -> FloatArray:
        """Return places (n, 2) in metres as numbers from 0 to 1."""
        return cast("FloatArray", (places - np.array(self.corner)) / np.array(self.size))

    def places(self, outputs: FloatArray) -> FloatArray:
        """Return a network's outputs (n, 2) as places in metres."""
        return cast("FloatArray", outputs * np.array(self.size) + np.array(self.corner))
