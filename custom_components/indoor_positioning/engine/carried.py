"""A beacon that is carried lower or higher than usual, as a dog's collar or a tag on a shelf: how each anchor hears it.

The radio map holds for the usual height, at which a survey is walked. Bearings and ranges reckon with the height as it
is. Levels do only where it brings the beacon nearer to an anchor: that sharpens the map, and in simulated homes (flat,
house, museum hall; 6 seeds, anchors as drawn or at the ceiling) a beacon at 2 m is in the right room 0.3 to 1.4 points
more often. Where it takes the beacon further away, the map loses the contrast that rooms are told apart by: that costs
up to 2 points, though the distances are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .geometry import FloatArray
from .grid import Grid
from .home import Anchor, Home
from .likelihood import RssiLikelihood
from .propagation import BEACON_HEIGHT_M, anchor_height, log_distance
from .radio_map import RadioMap
from .sample_likelihood import SampleLikelihood
from .signal_likelihood import SignalMap

# Nobody carries anything to the centimetre; beacons within this share their tables (m).
HEIGHT_STEP_M = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class CarriedMap:
    """What a beacon at one height is weighed by; `change` (anchors, cells) in dB is how much louder it is heard."""

    likelihood: RssiLikelihood
    signals: SignalMap
    change: FloatArray


def carried_height(home: Home, beacon_id: str) -> float:
    """Return how high above its floor a beacon is carried (m), to the step that is told apart."""
    beacon = next((beacon for beacon in home.beacons if beacon.id == beacon_id), None)
    return _height(beacon.carried_height if beacon else None)


def carried_maps(
    home: Home,
    grid: Grid,
    radio_map: RadioMap,
    exponent: float,
    samples: SampleLikelihood,
    signals: SignalMap,
) -> dict[float, CarriedMap]:
    """Return the maps for the heights at which beacons of a home are carried, where they differ from the usual one."""
    heights = {_height(beacon.carried_height) for beacon in home.beacons} - {BEACON_HEIGHT_M}
    maps = {}
    for height in heights:
        change = -exponent * np.minimum(log_distance_change(home, grid, home.anchors, height), 0.0)
        others = np.minimum(log_distance_change(home, grid, _of_signals(home, signals.row), height), 0.0)
        if not change.any() and not others.any():
            continue
        raised = replace(radio_map, mean=radio_map.mean + change)
        maps[height] = CarriedMap(
            RssiLikelihood(raised, samples=samples.louder(change)),
            signals.louder(others),
            change,
        )
    return maps


def log_distance_change(home: Home, grid: Grid, anchors: Sequence[Anchor], height: float) -> FloatArray:
    """Return by how much 10 log10(metres) grows from the usual height to `height`, (anchors, cells).

    0 where either place is not known.
    """
    change = np.zeros((len(anchors), len(grid)))
    for index, floor in enumerate(home.floors):
        cells = np.flatnonzero((grid.floor == index) & grid.placed)
        for row, anchor in enumerate(anchors):
            if anchor.position is None or not len(cells):
                continue
            away = np.hypot(*(grid.points[cells] - anchor.position[:2]).T)
            rise = anchor_height(home, anchor, floor) - grid.ground[cells]
            usual, told = (log_distance(away, rise - carried) for carried in (BEACON_HEIGHT_M, height))
            change[row, cells] = told - usual
    return change


def _of_signals(home: Home, rows: Mapping[str, int]) -> list[Anchor]:
    return [anchor for anchor in home.other_anchors if anchor.id in rows]


def _height(told: float | None) -> float:
    return BEACON_HEIGHT_M if told is None else round(round(told / HEIGHT_STEP_M) * HEIGHT_STEP_M, 6)
