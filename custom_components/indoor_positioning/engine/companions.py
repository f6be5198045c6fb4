"""One person who carries several beacons: which of them to believe, since one may lie on the table.

Whoever is carried moves now and then. The beacon that was moved last is taken to be with the person; one that is worn
is so even while it rests for a while.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from .decision import Presence
from .geometry import Point
from .outdoors import Whereabout, merge

# A watch on the wrist of somebody who reads rests longer than a phone in a hand; on the charger it rests for hours (s).
WORN_FOR_S: Final = 600.0

# Two that are carried together are not found to move at the same second: another one must have moved so much later (s).
MARGIN_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Together:
    """Where a person is: by which beacon, in which room, and the place that all in that room agree on (m).

    All None while nothing is known; `away` when no beacon is at home.
    """

    beacon: str | None = None
    room: str | None = None
    floor: str | None = None
    position: Point | None = None
    accuracy: float | None = None
    away: bool = False


class Companions:
    """The beacons of one person. Times in seconds on the readings' clock."""

    def __init__(self, beacons: Collection[str], worn: Collection[str] = ()) -> None:
        """`worn` are those of `beacons` that are rarely put aside."""
        self.beacons = tuple(beacons)
        self._worn = frozenset(worn)
        self._believed: str | None = None

    def where(self, presences: Mapping[str, Presence]) -> Together:
        """Return where the person is, given what is said of the beacons; those that are not there say nothing."""
        known = {one: presences[one] for one in self.beacons if one in presences}
        here = {one: presence for one, presence in known.items() if not presence.away and presence.room is not None}
        if not here:
            self._believed = None
            return Together(away=any(presence.away for presence in known.values()))
        believed = self._believed = self._choose(here)
        presence = here[believed]
        position, accuracy = _place([believed, *(one for one in here if one != believed)], here)
        return Together(believed, presence.room, presence.floor, position, accuracy)

    def _choose(self, here: Mapping[str, Presence]) -> str:
        moved = {
            one: (presence.still_since or 0.0) + (WORN_FOR_S if one in self._worn else 0.0)
            for one, presence in here.items()
        }
        last = max(moved, key=moved.__getitem__)
        if self._believed in moved and moved[last] - moved[self._believed] < MARGIN_S:
            return self._believed
        return last


def _place(order: list[str], here: Mapping[str, Presence]) -> tuple[Point | None, float | None]:
    """Return the place of the first beacon, made better by those in the same room."""
    room = here[order[0]].room
    place: Whereabout | None = None
    for presence in (here[one] for one in order):
        if presence.room != room or presence.position is None or presence.accuracy is None:
            continue
        one = Whereabout(presence.position, presence.accuracy)
        place = one if place is None else merge(place, one)
    return (None, None) if place is None else (place.position, place.accuracy)
