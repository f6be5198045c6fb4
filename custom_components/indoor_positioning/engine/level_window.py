"""Gathers what the anchors hear of each beacon over half a minute, as `spot_levels.py` wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from .likelihood import Links
from .model import PositioningModel
from .observation import Observation, is_valid_rssi

# Long enough that channels and little movements average out, short enough for most stays to hold one (s).
WINDOW_S = 30.0


class LevelWindow:
    """The half minute of all beacons of a home."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._heard: dict[str, dict[str, list[float]]] = {}

    def hear(self, observation: Observation) -> None:
        """Take a reading as the anchor reported it. Constant cost."""
        if is_valid_rssi(observation.rssi):
            heard = self._heard.setdefault(observation.beacon, defaultdict(lambda: [0.0, 0.0]))
            sums = heard[observation.anchor]
            sums[0] += observation.rssi
            sums[1] += 1.0

    def close(
        self, model: PositioningModel, beacons: frozenset[str], listening: frozenset[str]
    ) -> Iterator[tuple[str, Links]]:
        """Yield what was heard of these beacons, and begin anew; the anchors' configured offsets are added."""
        heard, self._heard = self._heard, {}
        rows = {anchor: row for row, anchor in enumerate(model.radio_map.anchors)}
        offsets = model.home.rssi_offsets
        for beacon in beacons & heard.keys():
            if links := _links(heard[beacon], rows, offsets, listening):
                yield beacon, links


def _links(
    heard: Mapping[str, list[float]], rows: Mapping[str, int], offsets: Mapping[str, float], listening: frozenset[str]
) -> Links | None:
    known = sorted((rows[anchor], sums, offsets.get(anchor, 0.0)) for anchor, sums in heard.items() if anchor in rows)
    if not known:
        return None
    return Links(
        rows=np.array([row for row, _, _ in known], dtype=np.intp),
        rssi=np.array([total / count + offset for _, (total, count), offset in known]),
        packets=np.array([count for _, (_, count), _ in known]),
        silent=np.array([rows[one] for one in sorted(listening & rows.keys() - heard.keys())], dtype=np.intp),
        weight=1.0,
    )
