"""The literature's recipe: Kalman filter a link (Q 0.1, R 7), fitted log-distance law, inverse-distance centroid."""

from __future__ import annotations

import math

import numpy as np

from custom_components.indoor_positioning.engine.filters.links import FilteredLinks
from custom_components.indoor_positioning.engine.observation import Observation

from .base import Answer, Setup, nearest_room

# What papers and libraries take where nothing was fitted.
UNFITTED_REFERENCE_DBM = -59.0
UNFITTED_EXPONENT = 2.0

LINK_AGE_S = 10.0
AWAY_S = 60.0


class KalmanCentroid:
    """One device; distances by the pseudo-inverse fit to the survey, where there is one."""

    def __init__(self, setup: Setup, device: str) -> None:
        """Fit A and n to the survey's samples, without walls and without offsets."""
        del device
        self._home = setup.home
        self._links = FilteredLinks("kalman", LINK_AGE_S)
        self._row = setup.ranging.row
        self._positions = setup.ranging.positions
        self._law = fit_log_distance(setup)

    def observe(self, reading: Observation) -> None:
        """Filter the reading's link."""
        if reading.anchor in self._row:
            self._links.add((reading,))

    def answer(self, now: float) -> Answer:
        """Return the centroid of the anchors heard, weighted by 1/d; the room is the polygon that holds it."""
        newest = self._links.newest
        if newest is None or now - newest > AWAY_S:
            return Answer(away=newest is not None)
        levels = self._links.fresh(now)
        if not levels:
            return Answer()
        reference, exponent = self._law
        rows = [self._row[anchor] for anchor in levels]
        distance = np.array([10.0 ** ((reference - level) / (10.0 * exponent)) for level in levels.values()])
        weight = 1.0 / np.maximum(distance, 0.1)
        x, y, _ = weight @ self._positions[rows] / weight.sum()
        strongest = self._home.anchor(max(levels, key=levels.__getitem__))
        floor = strongest.floor if strongest else self._home.floors[0].id
        return Answer(nearest_room(self._home, floor, (float(x), float(y))), floor, (float(x), float(y)))


def fit_log_distance(setup: Setup) -> tuple[float, float]:
    """Return (A, n) by the pseudo-inverse over the survey's readings; textbook values without a survey."""
    floors = {floor.id: floor for floor in setup.home.floors}
    rows, rssi = [], []
    for sample in setup.survey:
        if sample.position is None or sample.floor not in floors:
            continue
        place = np.array((*sample.position, floors[sample.floor].elevation + 1.1))
        for anchor, values in sample.readings.items():
            if anchor in setup.ranging.row and values:
                distance = float(np.linalg.norm(setup.ranging.positions[setup.ranging.row[anchor]] - place))
                rows.append((1.0, -10.0 * math.log10(max(distance, 0.1))))
                rssi.append(sum(values) / len(values))
    if len(rows) < 3:
        return UNFITTED_REFERENCE_DBM, UNFITTED_EXPONENT
    reference, exponent = np.linalg.pinv(np.array(rows)) @ np.array(rssi)
    return float(reference), max(float(exponent), 0.5)
