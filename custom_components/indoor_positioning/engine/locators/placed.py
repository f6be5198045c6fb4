"""What locators by distance have in common: they need anchors with a place, and a plan to show it on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np

from ..estimate import Estimate
from ..geometry import FloatArray
from ..grid import IntArray
from ..model import PositioningModel
from ..point_summary import PointSummary
from ..ranging import ranging_of
from .fingerprint import FingerprintLocator
from .linked import LinkedLocator


class PlacedLocator(LinkedLocator):
    """Hands the fresh links of anchors with a place to `_locate_placed`; without any, fingerprinting does."""

    def _prepare(self, model: PositioningModel) -> None:
        self._ranging = ranging_of(model)
        self._summary = PointSummary(model)
        self._has_plan = bool(model.grid.placed.any())
        self._unplaced = FingerprintLocator(model, self._beacon_id, link_filter="none")

    def _locate(self, now: float, evidence_time: float, levels: Mapping[str, float]) -> Estimate:
        placed = [anchor for anchor in levels if anchor in self._ranging.row]
        if not self._has_plan or not placed:
            return self._unplaced.locate_levels(now, evidence_time, levels)
        rows = np.array([self._ranging.row[anchor] for anchor in placed], dtype=np.intp)
        return self._locate_placed(now, evidence_time, rows, np.array([levels[anchor] for anchor in placed]))

    @abstractmethod
    def _locate_placed(self, now: float, evidence_time: float, rows: IntArray, rssi: FloatArray) -> Estimate:
        """Return the estimate from anchors `rows` (k,) of the ranging heard at `rssi` (k,), k >= 1."""
