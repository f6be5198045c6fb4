"""The filtered links of one beacon, held by identity, so that they outlive the rotation of its address."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..observation import Observation
from . import create_filter
from .base import LinkFilter

# Proxies in real homes deliver a reading every 0.9 to 4 s; a link silent for longer than this has probably been
# walked away from (s).
MAX_LINK_AGE_S = 6.0


class FilteredLinks:
    """One filter for each anchor that hears the beacon."""

    def __init__(self, filter_name: str, max_age: float = MAX_LINK_AGE_S) -> None:
        """Filter by the registry's `filter_name`; links are fresh for `max_age` seconds."""
        self._filter_name = filter_name
        self._max_age = max_age
        self._filters: dict[str, LinkFilter] = {}
        self._levels: dict[str, tuple[float, float]] = {}
        self.newest: float | None = None

    def add(self, observations: Iterable[Observation]) -> None:
        """Take readings in time order; what is not a number is passed over."""
        for reading in observations:
            if not (math.isfinite(reading.rssi) and math.isfinite(reading.time)):
                continue
            link = self._filters.get(reading.anchor)
            if link is None:
                link = self._filters[reading.anchor] = create_filter(self._filter_name)
            self._levels[reading.anchor] = (reading.time, link.update(reading.time, reading.rssi))
            self.newest = reading.time if self.newest is None else max(self.newest, reading.time)

    def fresh(self, now: float) -> dict[str, float]:
        """Return the level in dBm of every link heard within `max_age`."""
        return {anchor: level for anchor, (time, level) in self._levels.items() if now - time <= self._max_age}
