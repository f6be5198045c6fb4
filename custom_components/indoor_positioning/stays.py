"""Which beacons have stayed in one room from one look to the next."""

from __future__ import annotations

from collections.abc import Mapping

from .track import Track


class Stays:
    """Remembers what was said at the last look."""

    def __init__(self) -> None:
        self._rooms: dict[str, str] = {}

    def look(self, tracks: Mapping[str, Track]) -> dict[str, str]:
        """Return the rooms (by beacon) of those that were said to be in the same one at the last look."""
        before, self._rooms = (
            self._rooms,
            {key: room for key, track in tracks.items() if (room := track.presence.room) is not None},
        )
        return {key: room for key, room in self._rooms.items() if before.get(key) == room}
