"""Do the anchors that hear a beacon agree that it is where it is believed to be?

The estimate is the likeliest place, however badly even that fits. A transmitter in two places, or one that stands
where the plan has no place, fits nowhere: then some anchors hear it louder than they could from the place believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .estimate import Estimate
from .geometry import FloatArray
from .likelihood import PACKET_SD_DB
from .model import PositioningModel
from .observation import Observation

# The place believed may be off by this even where the filter is surer (m): half a step and half a cell.
LEAST_RADIUS_M = 0.75

# An anchor agrees when its mean lies within this many standard deviations of what the map allows around the place.
AGREEMENT_SDS = 2.0

# Bodies and fading take away 10 to 20 dB, but add hardly any: too loud speaks against a place, too quiet does not.
CONTRADICTION_SDS = 2.5


@dataclass(frozen=True, slots=True)
class Agreement:
    """The anchors that heard a beacon as loudly as its place lets expect, and those that heard it too loudly for it."""

    agreeing: frozenset[str] = frozenset()
    contradicting: frozenset[str] = frozenset()


def agreement(model: PositioningModel, estimate: Estimate, readings: Iterable[Observation]) -> Agreement:
    """Compare the readings of the last seconds with the radio map around the estimate's place.

    The beacon's power is not known: it is the median of what the anchors hear beyond the map, so that one anchor
    alone always agrees and says nothing. Without a place on the plan nobody agrees.
    """
    heard: dict[str, list[float]] = defaultdict(list)
    rows = model.likelihood.row
    offsets = model.home.rssi_offsets
    for reading in readings:
        if reading.anchor in rows:
            heard[reading.anchor].append(reading.rssi + offsets.get(reading.anchor, 0.0))
    cells = _cells_around(model, estimate)
    if not heard or not len(cells):
        return Agreement()
    anchors = list(heard)
    index = np.array([rows[anchor] for anchor in anchors], dtype=np.intp)
    expected = model.radio_map.mean[np.ix_(index, cells)]
    spread = model.radio_map.spread[np.ix_(index, cells)].mean(axis=1)
    count = np.array([len(values) for values in heard.values()], dtype=float)
    level = np.array([sum(values) / len(values) for values in heard.values()])
    loudest = np.array([max(values) for values in heard.values()])
    power = float(np.median(level - expected.mean(axis=1)))
    place_variance = spread**2 + model.radio_map.visit**2
    of_mean, of_one = np.sqrt(place_variance + PACKET_SD_DB**2 / count), np.sqrt(place_variance + PACKET_SD_DB**2)
    low, high = expected.min(axis=1) + power, expected.max(axis=1) + power
    agrees = (level >= low - AGREEMENT_SDS * of_mean) & (level <= high + AGREEMENT_SDS * of_mean)
    too_loud = loudest > high + CONTRADICTION_SDS * of_one
    return Agreement(
        frozenset(anchor for anchor, agreed in zip(anchors, agrees & ~too_loud, strict=True) if agreed),
        frozenset(anchor for anchor, loud in zip(anchors, too_loud, strict=True) if loud),
    )


def _cells_around(model: PositioningModel, estimate: Estimate) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the cells of the estimate's floor within its accuracy, at least the nearest one."""
    if estimate.position is None:
        return np.empty(0, dtype=np.intp)
    floor = next((index for index, one in enumerate(model.home.floors) if one.id == estimate.floor), -1)
    here = np.flatnonzero((model.grid.floor == floor) & model.grid.placed)
    if not len(here):
        return here
    away: FloatArray = np.linalg.norm(model.grid.points[here] - np.asarray(estimate.position), axis=1)
    radius = max(estimate.accuracy or 0.0, LEAST_RADIUS_M, float(away.min()))
    return here[away <= radius]
