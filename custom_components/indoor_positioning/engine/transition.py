"""Entering and leaving: what changed from one presence to the next, told once.

One stream for rooms, zones and floors. Nothing is told of what is only learnt: the first place of a beacon, a
restart, a zone or room that was drawn anew around somebody who did not move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .decision import Presence
from .geometry import Point
from .home import Home, Room, Zone


class Change(StrEnum):
    """What a beacon did."""

    ENTERED = "entered"
    LEFT = "left"


class PlaceKind(StrEnum):
    """What it entered or left."""

    ROOM = "room"
    ZONE = "zone"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Transition:
    """One beacon entered or left one place at `time` (s, the readings' clock).

    `from_place` is the place of the same kind that it was in before: None for zones, which overlap, for what is
    left, and for who comes from away. `probability` is that of being in `place` now, None once nothing is heard
    any more. `position` in metres on `floor`, both None where they are not known.
    """

    beacon: str
    change: Change
    kind: PlaceKind
    place: str
    from_place: str | None
    probability: float | None
    position: Point | None
    floor: str | None
    time: float


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a beacon was when it was last told of. The floor is that of the room, and as steady."""

    room: str | None
    floor: str | None
    zones: frozenset[str]


class TransitionWatch:
    """Compares the presences of one beacon."""

    def __init__(self, beacon: str, home: Home, said: Presence | None = None) -> None:
        """`said` is what was said before a restart, where that is recent enough to go on from."""
        self._beacon = beacon
        self._home = home
        self._told = _stand(said, home) if said else None
        self._redrawn_zones: set[str] = set()
        self._redrawn_rooms = False

    def adopt(self, home: Home) -> None:
        """Go on with a changed home: what was drawn anew is learnt, not told."""
        self._redrawn_zones |= redrawn_zones(self._home, home)
        self._redrawn_rooms |= rooms_redrawn(self._home, home)
        self._home = home

    def take(self, presence: Presence) -> tuple[Transition, ...]:
        """Return what has changed since the last presence that was taken as settled."""
        stand = _stand(presence, self._home)
        if stand is None or not presence.settled:
            return ()
        told, self._told = self._told, stand
        changes = () if told is None or told == stand else tuple(self._changes(told, presence, stand))
        self._redrawn_zones, self._redrawn_rooms = set(), False
        return changes

    def _changes(self, told: _Stand, presence: Presence, stand: _Stand) -> Iterator[Transition]:
        existing = {zone.id for zone in self._home.zones} - self._redrawn_zones
        for zone in sorted(told.zones - stand.zones):
            if zone in existing:
                yield self._transition(presence, Change.LEFT, PlaceKind.ZONE, zone)
        if not self._redrawn_rooms:
            yield from self._moved(presence, PlaceKind.ROOM, told.room, stand.room)
            yield from self._moved(presence, PlaceKind.FLOOR, told.floor, stand.floor)
        for zone in sorted(stand.zones - told.zones):
            if zone in existing:
                yield self._transition(presence, Change.ENTERED, PlaceKind.ZONE, zone)

    def _moved(
        self, presence: Presence, kind: PlaceKind, before: str | None, after: str | None
    ) -> Iterator[Transition]:
        if before == after:
            return
        if before is not None:
            yield self._transition(presence, Change.LEFT, kind, before)
        if after is not None:
            yield self._transition(presence, Change.ENTERED, kind, after, before)

    def _transition(
        self, presence: Presence, change: Change, kind: PlaceKind, place: str, from_place: str | None = None
    ) -> Transition:
        return Transition(
            beacon=self._beacon,
            change=change,
            kind=kind,
            place=place,
            from_place=from_place,
            probability=probability_in(presence, kind, place),
            position=presence.position,
            floor=presence.floor,
            time=presence.time,
        )


def redrawn_zones(before: Home, after: Home) -> set[str]:
    """Return the ids of zones that are new or lie, or decide, otherwise than before; a mere rename is no change."""
    known = {zone.id: _place_of(zone) for zone in before.zones}
    return {zone.id for zone in after.zones if known.get(zone.id) != _place_of(zone)}


def rooms_redrawn(before: Home, after: Home) -> bool:
    """Return whether rooms came, went or lie otherwise than before."""
    return {_extent_of(room) for room in before.rooms} != {_extent_of(room) for room in after.rooms}


def _place_of(zone: Zone) -> tuple[object, ...]:
    return zone.floor, zone.outline, zone.rule


def _extent_of(room: Room) -> tuple[object, ...]:
    return room.id, room.floor, room.outline


def _stand(presence: Presence, home: Home) -> _Stand | None:
    """Return where a beacon is, None while that is not known."""
    if presence.away:
        return _Stand(None, None, frozenset())
    if presence.room is None:
        return None
    room = home.room(presence.room)
    return _Stand(presence.room, room.floor if room else None, presence.zones)


def probability_in(presence: Presence, kind: PlaceKind, place: str) -> float | None:
    """Return the probability of being in a place, None once nothing is heard any more."""
    if presence.away or (estimate := presence.estimate) is None:
        return None
    chances = {
        PlaceKind.ROOM: estimate.room_probabilities,
        PlaceKind.ZONE: estimate.zone_probabilities,
        PlaceKind.FLOOR: estimate.floor_probabilities,
    }
    return chances[kind].get(place, 0.0)
