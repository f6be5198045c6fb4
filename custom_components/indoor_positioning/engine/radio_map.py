"""The radio map: for every cell and anchor the RSSI to expect, and how far that expectation may be wrong.

Mean = path loss (propagation.py) + a Gaussian process over what the survey measured beyond it. With no survey the
process adds nothing but its spread, so an unsurveyed place is vague, not wrong. B. Ferris, D. Haehnel, D. Fox,
"Gaussian Processes for Signal Strength-Based Location Estimation", RSS 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .gaussian_process import DEFAULT_KERNEL, choose_kernel, regress
from .geometry import FloatArray
from .grid import Grid
from .home import Anchor, Home
from .propagation import PathFeatures, PropagationParameters, fit_parameters, path_features
from .survey import Survey
from .survey_places import SurveyPlaces, survey_places

# A room without outline: the beacon stands this far from an anchor of the same room, of another room, and each
# further floor adds a slab. Typical for rooms of 12 m2 in a flat of 80 m2.
SAME_ROOM_DISTANCE_M = 2.5
OTHER_ROOM_DISTANCE_M = 7.0
OTHER_ROOM_WALLS = 1.5

# How far the path loss is wrong about an undrawn room or an anchor without place (dB).
UNPLACED_SD_DB = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class RadioMap:
    """Expected RSSI `mean` and its standard deviation `spread` in dB, both (anchors, cells).

    `visit` in dB is how far a beacon's own mean at a place lies from the map, however well the place is known.
    `features` is what the path loss was computed from, kept for self-calibration.
    """

    anchors: tuple[str, ...]
    mean: FloatArray
    spread: FloatArray
    visit: float
    features: PathFeatures


def build_radio_map(
    home: Home, grid: Grid, survey: Survey, prior: PropagationParameters
) -> tuple[RadioMap, PropagationParameters]:
    """Fit the path loss to the survey and lay the process over what it leaves; also returns the fitted constants."""
    anchors = home.anchors
    names = tuple(anchor.id for anchor in anchors)
    features = expected_features(home, grid, anchors)
    placed = _known_geometry(grid, anchors)
    places = survey_places(home, grid, survey)
    if not len(places):
        mean = features.expected_rssi(prior, anchors)
        spread = np.where(placed, prior.map_error, UNPLACED_SD_DB)
        return RadioMap(names, mean, spread, DEFAULT_KERNEL.visit, features), prior
    at_places = PathFeatures(*(places.average(values) for values in _layers(features)))
    parameters = _fit(at_places, places, anchors, prior)
    mean = features.expected_rssi(parameters, anchors)
    residual = places.rssi - at_places.expected_rssi(parameters, anchors)
    places = replace(places, noise=np.hypot(places.noise, places.vagueness(mean)))
    kernel = choose_kernel(places, grid, residual)
    correction, spread = regress(kernel, places, grid, residual)
    return RadioMap(names, mean + correction, spread, kernel.visit, features), parameters


def expected_features(home: Home, grid: Grid, anchors: Sequence[Anchor]) -> PathFeatures:
    """Return what lies between each anchor and each cell, with stand-ins where a place is not known."""
    shape = (len(anchors), len(grid))
    features = PathFeatures(np.empty(shape), np.empty(shape), np.empty(shape))
    _fill_unplaced(features, home, grid, anchors)
    placed_anchors = [index for index, anchor in enumerate(anchors) if anchor.position is not None]
    for floor_index, floor in enumerate(home.floors):
        cells = np.flatnonzero((grid.floor == floor_index) & grid.placed)
        if not len(cells) or not placed_anchors:
            continue
        exact = path_features(home, [anchors[index] for index in placed_anchors], grid.points[cells], floor)
        where = np.ix_(np.array(placed_anchors), cells)
        for target, values in zip(_layers(features), _layers(exact), strict=True):
            target[where] = values
    return features


def _layers(features: PathFeatures) -> tuple[FloatArray, FloatArray, FloatArray]:
    return features.log_distance, features.walls, features.slabs


def _fill_unplaced(features: PathFeatures, home: Home, grid: Grid, anchors: Sequence[Anchor]) -> None:
    room_ids = np.array([*(room.id for room in home.rooms), ""], dtype=object)
    levels = np.array([floor.level for floor in home.floors])
    for index, anchor in enumerate(anchors):
        floor = home.floor(anchor.floor)
        same = (room_ids[grid.room] == anchor.room) & bool(anchor.room)
        features.log_distance[index] = 10.0 * np.log10(np.where(same, SAME_ROOM_DISTANCE_M, OTHER_ROOM_DISTANCE_M))
        features.walls[index] = np.where(same, 0.0, OTHER_ROOM_WALLS)
        features.slabs[index] = np.abs(levels[grid.floor] - (floor.level if floor else 0))


def _known_geometry(grid: Grid, anchors: Sequence[Anchor]) -> NDArray[np.bool_]:
    placed_anchor = np.array([anchor.position is not None for anchor in anchors], dtype=bool)
    known: NDArray[np.bool_] = placed_anchor[:, None] & grid.placed[None, :]
    return known


def _fit(
    at_places: PathFeatures, places: SurveyPlaces, anchors: Sequence[Anchor], prior: PropagationParameters
) -> PropagationParameters:
    heard = places.heard
    anchor_index, place_index = np.nonzero(heard)
    rows = np.stack([layer[anchor_index, place_index] for layer in _layers(at_places)], axis=1)
    return fit_parameters(
        rows,
        anchor_index,
        places.rssi[anchor_index, place_index],
        np.ones(len(anchor_index)),
        [anchor.id for anchor in anchors],
        prior,
    )
