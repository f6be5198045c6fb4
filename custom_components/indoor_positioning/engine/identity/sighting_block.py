"""The sightings of some seconds of one beacon, in columns as those in `reading_log.py` are and for the same reason."""

from __future__ import annotations

from array import array

from .sighting import Sighting


class SightingBlock:
    """Sightings that wait until they are judged together."""

    __slots__ = ("_addresses", "_anchors", "_expired", "_identities", "_levels", "_references", "_times")

    def __init__(self) -> None:
        """Begin with none."""
        self._times = array("d")
        self._anchors: list[str] = []
        self._levels = array("d")
        self._addresses: list[str] = []
        self._identities: list[str] = []
        self._expired: list[bool] = []
        self._references: list[float | None] = []

    def add(self, sighting: Sighting) -> None:
        """Take one more."""
        self._times.append(sighting.time)
        self._anchors.append(sighting.anchor)
        self._levels.append(sighting.rssi)
        self._addresses.append(sighting.address)
        self._identities.append(sighting.identity)
        self._expired.append(sighting.expired)
        self._references.append(sighting.reference_rssi)

    def take(self, beacon: str) -> list[Sighting]:
        """Return them all, in the order of time, as those of `beacon`, and begin anew."""
        columns = (
            self._times,
            self._anchors,
            self._levels,
            self._addresses,
            self._identities,
            self._expired,
            self._references,
        )
        sightings = [
            Sighting(time, beacon, anchor, level, address, identity, expired, reference)
            for time, anchor, level, address, identity, expired, reference in zip(*columns, strict=True)
        ]
        for column in columns:
            del column[:]
        sightings.sort(key=lambda sighting: sighting.time)
        return sightings
