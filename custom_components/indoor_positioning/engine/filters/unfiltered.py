"""No filter: every reading as it comes."""

from __future__ import annotations


class Unfiltered:
    """Returns what it is given."""

    __slots__ = ()

    def update(self, time: float, rssi: float) -> float:
        """Return the reading."""
        del time
        return rssi
