"""The seam behind which every RSSI filter sits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class LinkFilter(Protocol):
    """Smooths the readings of one link: one beacon heard by one anchor."""

    def update(self, time: float, rssi: float) -> float:
        """Take a reading in dBm at `time` (seconds, never going back) and return the filtered level in dBm."""
        ...


type LinkFilterFactory = Callable[[], LinkFilter]
