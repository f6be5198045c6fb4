"""Trilateration: the place whose distances to the anchors fit best, on the floor where they fit best."""

from __future__ import annotations

import numpy as np

from ..carried import carried_height
from ..estimate import Estimate
from ..geometry import FloatArray
from ..grid import IntArray
from ..lateration import Fix, Prior, laterate
from ..model import PositioningModel
from ..point_summary import softmax
from .placed import PlacedLocator

# A home's extent seen from its middle: the weak prior that keeps one anchor, or a line of them, solvable (m).
MIN_PRIOR_SD_M = 4.0

# How far a beacon's power lies from what the path loss was fitted for (dB): unknown devices, and the one
# that made the survey, worn by somebody.
GAIN_SD_DB = 6.0
SURVEYED_GAIN_SD_DB = 2.5

# Anchors err together (the body shadows several, the plan is wrong for all): a cost difference counts half
# when floors are compared.
FLOOR_TEMPER = 0.5


class TrilaterationLocator(PlacedLocator):
    """Robust weighted least squares over all fresh links; covariance from the Jacobian."""

    def _prepare(self, model: PositioningModel) -> None:
        super()._prepare(model)
        surveyed = any(sample.beacon == self._beacon_id for sample in model.survey)
        ranging = self._ranging
        self._carried = carried_height(model.home, self._beacon_id)
        gain_sd_db = SURVEYED_GAIN_SD_DB if surveyed else GAIN_SD_DB
        positions = ranging.positions[:, :2]
        extent = float(np.ptp(positions, axis=0).max()) / 2.0 if len(positions) else 0.0
        self._prior = Prior(
            mean=positions.mean(axis=0) if len(positions) else np.zeros(2),
            sd=max(extent, MIN_PRIOR_SD_M),
            gain_sd=gain_sd_db * np.log(10.0) / (10.0 * ranging.parameters.exponent),
        )
        # What the payload says of the beacon's own power.
        reference = model.beacon(self._beacon_id).reference_rssi
        self._gain = 0.0 if reference is None else reference - ranging.parameters.reference_rssi

    def _locate_placed(self, now: float, evidence_time: float, rows: IntArray, rssi: FloatArray) -> Estimate:
        fixes = [self._fix(rows, rssi, floor) for floor in range(len(self._ranging.home.floors))]
        chances = softmax(np.array([-0.5 * FLOOR_TEMPER * fix.cost for fix in fixes]))
        fix = fixes[int(chances.argmax())]
        position = (float(fix.position[0]), float(fix.position[1]))
        return self._summary.at_point(now, evidence_time, chances, position, fix.covariance)

    def _fix(self, rows: IntArray, rssi: FloatArray, floor: int) -> Fix:
        ranging = self._ranging
        distances = ranging.distances(rows, rssi, floor, self._gain)
        anchors = ranging.positions[rows]
        near = distances**-2.0
        return laterate(
            anchors[:, :2],
            distances,
            ranging.log_sd,
            self._prior,
            rise=anchors[:, 2] - ranging.beacon_height(floor, self._carried),
            start=near @ anchors[:, :2] / near.sum(),
        )
