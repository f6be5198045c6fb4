"""Where beacons and people are in the world: the place on the plan merged with the receiver that goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from homeassistant.const import ATTR_GPS_ACCURACY, ATTR_LATITUDE, ATTR_LONGITUDE

from . import clock
from .engine.decision import FRESH_EVIDENCE_S, Presence
from .engine.geometry import Point
from .engine.outdoors import Whereabout, merge
from .engine.told_place import ToldPlace, now_of
from .engine.world import WorldPin
from .presentation import RESTS_AFTER_S
from .runtime import Runtime

NOWHERE: Final[dict[str, float | None]] = {ATTR_LATITUDE: None, ATTR_LONGITUDE: None, ATTR_GPS_ACCURACY: None}


def coordinates(place: Whereabout | None, pin: WorldPin | None) -> dict[str, float | None]:
    """Return latitude, longitude (degrees) and their accuracy (m), None each where the place or the pin is missing."""
    if place is None or pin is None:
        return NOWHERE
    latitude, longitude = pin.to_world(place.position)
    # A decimetre, a few centimetres more or less.
    return {
        ATTR_LATITUDE: round(latitude, 6),
        ATTR_LONGITUDE: round(longitude, 6),
        ATTR_GPS_ACCURACY: round(now_of(place).accuracy, 1),
    }


def place_of_beacon(runtime: Runtime, beacon_id: str) -> Whereabout | None:
    """Return where a beacon is by all that is known, outdoors too."""
    presence = runtime.positioning.tracks[beacon_id].presence
    here = None if presence.away else _indoors(presence, presence.position, presence.accuracy)
    return _merged(here, runtime.sensors.carrier(beacon_id))


def place_of_person(runtime: Runtime, person_id: str) -> Whereabout | None:
    """Return where a person is by all beacons and receivers that the person carries."""
    where, tracks = runtime.persons.where(person_id), runtime.positioning.tracks
    beacons = [one for one in runtime.persons.beacons(person_id) if one in tracks]
    here = None if where.beacon is None else _indoors(tracks[where.beacon].presence, where.position, where.accuracy)
    return _merged(here, _surest(runtime.sensors.carrier(one) for one in beacons))


class WorldPlace:
    """What a tracker tells of the world, at the pace at which positions are shown, and only where it was asked for."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told = ToldPlace()

    def take(self, place: Whereabout | None, presence: Presence | None) -> bool:
        """Take a place; return whether it is to be written. None of whoever is not at home: others know better."""
        settings = self._runtime.settings
        if place is None or presence is None or not settings.tells_world or settings.pin is None:
            return self._told.take(None, 0.0, 0.0, 0.0)
        least, now = settings.position_threshold, clock.monotonic()
        if _rests(presence, now):
            # What wavers within its accuracy has not moved.
            least = max(least, place.accuracy)
        return self._told.take(now_of(place), now, least, settings.position_interval)

    @property
    def attributes(self) -> dict[str, Any]:
        """What was taken last, nothing where it was not asked for."""
        settings, place = self._runtime.settings, self._told.place
        return coordinates(place, settings.pin) if place is not None and settings.tells_world else {}


def _rests(presence: Presence, now: float) -> bool:
    """Whether a beacon is known to rest. One that is not heard any more may be on its way down the street."""
    heard = presence.last_heard is not None and now - presence.last_heard <= FRESH_EVIDENCE_S
    return heard and presence.still_since is not None and now - presence.still_since >= RESTS_AFTER_S


def _indoors(presence: Presence, position: Point | None, accuracy: float | None) -> Whereabout | None:
    if position is None or accuracy is None:
        return None
    return Whereabout(position, accuracy, clock.monotonic() - (presence.last_heard or presence.time))


def _merged(one: Whereabout | None, other: Whereabout | None) -> Whereabout | None:
    return merge(one, other) if one is not None and other is not None else one or other


def _surest(places: Iterable[Whereabout | None]) -> Whereabout | None:
    return min((one for one in places if one is not None), key=lambda one: one.variance, default=None)
